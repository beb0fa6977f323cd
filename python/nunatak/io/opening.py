"""Functions that open files as trees."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import xarray as xr

from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError
from nunatak.io.engine import NunatakBackendEntrypoint
from nunatak.io.sources import SourceLike
from nunatak.io.stores import StorageOptions

__all__ = ["open_datatree", "open_datatree_async"]


@checked
def open_datatree(
    path: SourceLike,
    *,
    group: str | None = None,
    chunks: Any = None,
    storage_options: StorageOptions | None = None,
    store: Any = None,
    **options: Any,
) -> xr.DataTree:
    """A NetCDF or HDF5 file as a lazy tree: a node per group.

    Parameters
    ----------
    path
        A file, the URL of one (``s3://``, ``gs://``, ``az://``, ``http(s)://``), or a binary file object:
        ``io.BytesIO``, a file of fsspec or earthaccess. Its format is recognised by content. A file object
        must stay open, and nobody else may read from it while the data are read.
    group
        Only this group and those below it.
    chunks
        None for lazy variables without Dask, ``{}`` for Dask arrays in the file's own chunks, or anything
        else that :func:`xarray.open_datatree` takes.
    storage_options
        As in :func:`nunatak.open_catalog`.
    store
        A store of obstore that holds the file; ``path`` is then its path there.
    **options
        Options of :meth:`nunatak.io.engine.NunatakBackendEntrypoint.open_dataset`.

    Raises
    ------
    FormatError
        The file is empty, truncated, malformed or of another format; the message says where.
    StoreError
        The file cannot be read.
    """
    if storage_options is not None:
        options["storage_options"] = storage_options
    if store is not None:
        options["store"] = store
    # xarray's own types know of paths alone; the engine takes what has `read` and `seek`, too.
    anything: Any = path
    is_number = isinstance(chunks, int) and 0 < chunks < 2**63
    is_sizes = isinstance(chunks, Mapping) and not isinstance(chunks, xr.Dataset | xr.DataTree)
    if not (chunks is None or is_sizes or is_number or str(chunks) == "auto"):
        raise ArgumentError(
            f"chunks: found {found(chunks)}, expected None, {{}}, 'auto', a number or sizes by dimension"
        )
    return xr.open_datatree(anything, engine=NunatakBackendEntrypoint, group=group, chunks=chunks, **options)


async def open_datatree_async(path: SourceLike, **options: Any) -> xr.DataTree:
    """Like :func:`open_datatree`, without blocking the event loop."""
    return await asyncio.to_thread(open_datatree, path, **options)
