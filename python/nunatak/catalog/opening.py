"""The function open_catalog: archives on disk and in object stores, and saved catalogs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

from nunatak._nunatak import ArchiveCatalog
from nunatak.arguments import checked
from nunatak.catalog.catalog import Catalog, ProgressCallback
from nunatak.catalog.origin import Origin
from nunatak.catalog.repair_rules import Rules, chosen_rules
from nunatak.io.sources import store_reader
from nunatak.io.stores import StorageOptions, option_pairs, uri

__all__ = ["open_catalog"]


@checked
def open_catalog(
    source: str | os.PathLike[str],
    *,
    rules: Literal["ismip6"] | str | os.PathLike[str] | Sequence[str] | Rules | None = "ismip6",
    storage_options: StorageOptions | None = None,
    store: Any = None,
    cache: bool = True,
    progress: ProgressCallback | None = None,
) -> Catalog:
    """List an archive of model files, on disk or in an object store. No file is opened.

    Parameters
    ----------
    source
        A directory; a URL (``s3://``, ``gs://``, ``az://``, ``http(s)://`` with WebDAV); or a catalog that
        :meth:`Catalog.save` wrote (``….parquet``), which lists nothing and reads no header. Files are found
        at ``…/INSTITUTION/MODEL/EXPERIMENT/variable_ICESHEET_….nc``, at any depth; directories win over file
        names.
    rules
        Repair rules: all of them (``"ismip6"``), none, a list of their names
        (see :func:`nunatak.catalog.rules`), the path of a TOML file of your own rules, which are added to all
        others, or :class:`nunatak.Rules`.
    storage_options
        How to reach the store, under the names that fsspec uses: ``anon``, ``key``, ``secret``, ``token``,
        ``profile``, ``endpoint_url``, ``region``, ``account_name``, … and ``timeout``, ``deadline`` (s),
        ``max_concurrency`` and ``max_objects``. Those of a saved catalog count where none are given here; a
        server that only the saved catalog names gets no credentials of yours. See :doc:`/stores`.
    store
        A store of obstore that holds the archive; ``source`` is then a directory in it, ``""`` for all of it.
    cache
        Keep headers in the user's cache folder (``NUNATAK_CACHE_DIR``) and use them again for files of the
        same location, length and version; False neither reads nor writes it.
    progress
        Called with the number of files done and the number of all files while files are opened later.

    Returns
    -------
    Catalog

    Raises
    ------
    StoreError
        The directory cannot be listed.
    CatalogError
        It holds no NetCDF or HDF5 file, a rule does not exist, or a rule file is wrong.
    ArgumentError
        ``rules`` is another text.

    Examples
    --------
    >>> import nunatak as nk
    >>> tree = nk.open_catalog("ismip6").search(experiment="exp05").to_datatree()  # doctest: +SKIP
    >>> tree["JPL1/ISSM/exp05"]["lithk"]  # doctest: +SKIP
    """
    if store is not None:
        reader = store_reader(store, storage_options)
        location = reader.join(os.fspath(source))
        return Catalog(ArchiveCatalog.open(location, chosen_rules(rules), [], False), progress)
    place, options = uri(source), tuple(option_pairs(storage_options))
    is_saved = place.endswith(".parquet") and os.path.isfile(place)
    origin = Origin(place, rules, options, is_saved, cache)
    return Catalog(origin.open(), progress, origin)
