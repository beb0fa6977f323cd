"""Nunatak."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Run = Callable[[], Facts]


def _counted(tree: Any) -> Facts:
    """What a tree holds."""
    datasets = [node.dataset for node in tree.subtree if node.dataset.variables]
    return {"nodes": len(datasets), "variables": sum(len(dataset.data_vars) for dataset in datasets)}


def _catalog(source: str, storage_options: Facts | None = None) -> Any:
    """A catalogue that no cache has seen."""
    import nunatak as nk

    wanted = {"storage_options": storage_options, "cache": False}
    known = inspect.signature(nk.open_catalog).parameters
    if storage_options and "storage_options" not in known:
        raise NotImplementedError("open_catalog reads no object store yet")
    return nk.open_catalog(source, **{name: value for name, value in wanted.items() if name in known})


def open_cold(source: str, storage_options: Facts | None = None) -> Run:
    """From a listing to a tree: repaired, with decoded coordinates."""
    import xarray  # noqa: F401  (imported before the clock starts)

    import nunatak  # noqa: F401  (imported before the clock starts)

    return lambda: _counted(_catalog(source, storage_options).to_datatree(on_error="skip"))


def save(source: str, target: str, storage_options: Facts | None = None) -> Run:
    """Write the catalogue."""

    def run() -> Facts:
        _catalog(source, storage_options).save(target)
        return {"bytes": Path(target).stat().st_size}

    return run


def open_saved(saved: str) -> Run:
    """From the saved catalogue to a tree."""
    import nunatak as nk

    return lambda: _counted(nk.open_catalog(saved).to_datatree(on_error="skip"))


def read(files: Sequence[str], variables: Sequence[str]) -> Run:
    """Every value of one variable of each file; the files are open."""
    import xarray as xr

    pairs = zip(files, variables, strict=True)
    wanted: Any = {"engine": "nunatak", "decode_times": False, "cache": False}
    opened = [xr.open_dataset(file, **wanted)[name] for file, name in pairs]
    return lambda: {"bytes": sum(array.values.nbytes for array in opened)}


def read_remote(source: str, storage_options: Facts, node: str, variable: str, record: int | None) -> Run:
    """A variable, or one record of it, of a tree that is open."""
    array = _catalog(source, storage_options).to_datatree(on_error="skip")[node][variable]
    wanted = array if record is None else array.isel(time=record)
    return lambda: {"bytes": wanted.values.nbytes}


def variance(groups: Sequence[Sequence[str]], variables: Sequence[Sequence[str]]) -> Run:
    """Variance across the files of each group."""
    import numpy as np
    import xarray as xr

    import nunatak as nk

    def members(files: Sequence[str], names: Sequence[str]) -> Any:
        opened = (
            xr.open_dataset(file, engine="nunatak", decode_times=False)[[name]].reset_coords(drop=True)
            for file, name in zip(files, names, strict=True)
        )
        opened = (
            dataset.drop_vars(dataset.dims, errors="ignore").rename(time="record") for dataset in opened
        )
        return xr.DataTree.from_dict({f"m{at}/all": dataset for at, dataset in enumerate(opened)})

    def run() -> Facts:
        totals = []
        for files, names in zip(groups, variables, strict=True):
            result = nk.ensemble(members(files, names), names[0], stats=("var",))["var"]
            totals.append(float(np.nansum(result.values, dtype=np.float64)))
        return {"totals": totals}

    return run
