"""Files opened as trees."""

from __future__ import annotations

import os
from typing import Any

import xarray as xr

from nunatak.backend import NunatakBackendEntrypoint

__all__ = ["open_datatree"]


def open_datatree(
    path: str | os.PathLike[str], *, group: str | None = None, chunks: Any = None, **options: Any
) -> xr.DataTree:
    """A NetCDF or HDF5 file as a lazy tree: a node per group.

    Parameters
    ----------
    path
        A local file; its format is recognised by content.
    group
        Only this group and those below it.
    chunks
        None for lazy variables without Dask, ``{}`` for Dask arrays in the file's own chunks, or anything
        else that :func:`xarray.open_datatree` takes.
    **options
        Options of :meth:`nunatak.backend.NunatakBackendEntrypoint.open_dataset`.

    Raises
    ------
    FormatError
        The file is empty, truncated, malformed or of another format; the message says where.
    StoreError
        The file cannot be read.
    """
    return xr.open_datatree(path, engine=NunatakBackendEntrypoint, group=group, chunks=chunks, **options)
