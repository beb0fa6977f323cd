"""The repair of one dataset that another library opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

import xarray as xr

from nunatak._nunatak import open_repaired
from nunatak.arguments import checked
from nunatak.catalog.nodes import chunked, decoded, node_dataset
from nunatak.catalog.repair_rules import Rules, chosen_rules
from nunatak.catalog.shared_indexes import SharedIndexes
from nunatak.errors import ArgumentError
from nunatak.io.stores import uri

__all__ = ["fix_ismip6"]


@checked
def fix_ismip6(
    dataset: xr.Dataset,
    *,
    rules: Literal["ismip6"] | str | os.PathLike[str] | Sequence[str] | Rules | None = "ismip6",
) -> xr.Dataset:
    """One file of ISMIP6, opened by any library, repaired as :meth:`Catalog.to_datatree` repairs it.

    Meant as ``preprocess`` of ``xarray.open_mfdataset`` and of intake-esm's ``to_datatree`` and
    ``to_dataset_dict``. The repair looks at the file as it is stored (packing, types, undecoded times), so it
    reads the file's header again; rules that look at other files of the archive do not apply.

    Parameters
    ----------
    dataset
        A file that was opened; ``dataset.encoding["source"]`` says which.
    rules
        As in :func:`open_catalog`.

    Returns
    -------
    Dataset
        Lazy; with Dask arrays where ``dataset`` has them. Attributes that ``dataset`` has beyond those of
        the file are kept. Variables carry what was repaired in ``nunatak_repairs``.

    Raises
    ------
    ArgumentError
        It is no Dataset, or does not say which file it is from.
    CatalogError
        Nothing in the path of the file says institution, model and experiment.

    Examples
    --------
    >>> collection = intake.open_esm_datastore("archive.json")  # doctest: +SKIP
    >>> tree = collection.to_datatree(preprocess=nk.fix_ismip6)  # doctest: +SKIP
    """
    source = _source(dataset)
    content = open_repaired(uri(source), chosen_rules(rules), [])
    fixed = node_dataset(content, SharedIndexes(decoded))
    fixed.attrs = {**dataset.attrs, **fixed.attrs}
    fixed.encoding["source"] = source
    is_dask = any(values.chunks is not None for values in dataset.variables.values())
    return chunked(fixed, {} if is_dask else None)


def _source(dataset: xr.Dataset) -> str:
    """The file that a dataset was opened from."""
    everywhere = [dataset.encoding, *(values.encoding for values in dataset.variables.values())]
    sources = {encoding["source"] for encoding in everywhere if isinstance(encoding.get("source"), str)}
    if len(sources) == 1:
        return next(iter(sources))
    found = "none" if not sources else f"{len(sources)}: {', '.join(sorted(sources)[:3])}"
    raise ArgumentError(
        f"dataset: found {found}, expected one file in encoding['source'], as xarray.open_dataset leaves it; "
        "nk.fix_ismip6 is for the files of an archive, one by one"
    )
