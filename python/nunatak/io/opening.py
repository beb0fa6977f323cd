"""Functions that open files as trees."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import xarray as xr

from nunatak.io.engine import NunatakBackendEntrypoint
from nunatak.io.stores import StorageOptions

__all__ = ["open_datatree", "open_datatree_async"]


def open_datatree(
    path: str | os.PathLike[str],
    *,
    group: str | None = None,
    chunks: Any = None,
    storage_options: StorageOptions | None = None,
    **options: Any,
) -> xr.DataTree:
    """A NetCDF or HDF5 file as a lazy tree: a node per group.

    Parameters
    ----------
    path
        A file, or the URL of one (``s3://``, ``gs://``, ``az://``, ``http(s)://``); its format is
        recognised by content.
    group
        Only this group and those below it.
    chunks
        None for lazy variables without Dask, ``{}`` for Dask arrays in the file's own chunks, or anything
        else that :func:`xarray.open_datatree` takes.
    storage_options
        As in :func:`nunatak.open_catalog`.
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
    return xr.open_datatree(path, engine=NunatakBackendEntrypoint, group=group, chunks=chunks, **options)


async def open_datatree_async(path: str | os.PathLike[str], **options: Any) -> xr.DataTree:
    """Like :func:`open_datatree`, without blocking the event loop."""
    return await asyncio.to_thread(open_datatree, path, **options)
