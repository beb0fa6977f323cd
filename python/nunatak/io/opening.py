"""Functions that open files as trees."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError, NunatakError
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
    is_sizes = isinstance(chunks, Mapping) and not isinstance(chunks, xr.Dataset | xr.DataTree)
    if not (all(map(_are_sizes, chunks.values())) if is_sizes else _is_size(chunks)):
        raise ArgumentError(
            f"chunks: found {found(chunks)}, expected None, {{}}, 'auto', a number or sizes by dimension"
        )
    chunks = int(chunks) if isinstance(chunks, np.integer) else chunks
    try:
        return xr.open_datatree(
            anything, engine=NunatakBackendEntrypoint, group=group, chunks=chunks, **options
        )
    except ValueError as error:
        if isinstance(error, NunatakError) or not str(error).startswith("Chunks do not add up"):
            raise
        raise ArgumentError(f"chunks: {error}") from error


def _are_sizes(sizes: Any) -> bool:
    """Whether xarray takes them along a dimension: one size, or that of every chunk."""
    if isinstance(sizes, tuple | list):
        return bool(sizes) and all(isinstance(size, int | np.integer) and 0 < size < 2**63 for size in sizes)
    return _is_size(sizes)


def _is_size(size: Any) -> bool:
    if isinstance(size, int | np.integer) and not isinstance(size, np.timedelta64):
        return size == -1 or 0 < int(size) < 2**63
    return size is None or (isinstance(size, str) and size == "auto")


async def open_datatree_async(path: SourceLike, **options: Any) -> xr.DataTree:
    """Like :func:`open_datatree`, without blocking the event loop."""
    return await asyncio.to_thread(open_datatree, path, **options)
