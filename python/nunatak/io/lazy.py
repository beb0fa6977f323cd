"""Conversion between xarray's lazy variables and Nunatak's lazy arrays, without reading either."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from nunatak._nunatak import LazyArray
from nunatak.io.dask_chunks import chunked_array

__all__ = ["NunatakArray", "lazy_array", "lazy_variable", "own_array", "storage_encoding"]


class NunatakArray(BackendArray):
    """A :class:`nunatak._nunatak.LazyArray` as xarray reads it: outer indexing, thread-safe, picklable."""

    def __init__(self, lazy: LazyArray) -> None:
        self.lazy = lazy
        self.shape = lazy.shape
        self.dtype = np.dtype(lazy.dtype)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        if isinstance(key, indexing.BasicIndexer | indexing.OuterIndexer):
            return self._read_outer(key.tuple)
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.OUTER, self._read_outer
        )

    async def async_getitem(self, key: indexing.ExplicitIndexer) -> Any:
        """As ``__getitem__``, in a worker thread (the read releases the GIL)."""
        import asyncio

        return await asyncio.to_thread(self.__getitem__, key)

    def _read_outer(self, key: tuple[Any, ...]) -> np.ndarray:
        selections = [_selection(part, length) for part, length in zip(key, self.shape, strict=True)]
        steps = tuple(selection[1] for selection in selections)
        values = self.lazy.read([selection[0] for selection in selections])
        if any(step == slice(None, None, -1) for step in steps if step != "dropped"):
            values = values[tuple(step for step in steps if step != "dropped")]
        return values


class ViewedArray(NunatakArray):
    """Stored bytes seen as what they mean: records and opaque bytes."""

    def __init__(self, lazy: LazyArray, dtype: np.dtype) -> None:
        super().__init__(lazy)
        self.stored_dtype = dtype
        # xarray swaps the bytes of plain numbers only.
        self.dtype = dtype.newbyteorder("=")

    def _read_outer(self, key: tuple[Any, ...]) -> np.ndarray:
        stored = np.ascontiguousarray(super()._read_outer(key)).view(self.stored_dtype)
        return stored.astype(self.dtype, copy=False)


def _selection(part: Any, length: int) -> tuple[Any, Any]:
    """One axis for ``LazyArray.read``, and what is left to do on the result."""
    if isinstance(part, slice):
        start, stop, step = part.indices(length)
        count = len(range(start, stop, step))
        if step == 1 or count == 0:
            return (start, count), slice(None)
        if step == -1:
            return (start - count + 1, count), slice(None, None, -1)
        return list(range(start, stop, step)), slice(None)
    if isinstance(part, np.ndarray) and part.ndim == 1:
        indices = np.where(part < 0, part + length, part)
        return indices.tolist(), slice(None)
    index = int(part)
    return (index + length if index < 0 else index), "dropped"


def storage_encoding(storage: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The storage of a variable in its file, by the names that xarray's NetCDF writers take."""
    chunk_shape = storage["chunk_shape"]
    return {
        "source": source,
        "zlib": storage["deflate"] is not None,
        "complevel": storage["deflate"] or 0,
        "shuffle": storage["shuffle"],
        "fletcher32": storage["fletcher32"],
        "contiguous": chunk_shape is None,
        "chunksizes": None if chunk_shape is None else tuple(chunk_shape),
    }


def lazy_variable(
    dims: Sequence[Hashable],
    array: LazyArray,
    attrs: Mapping[str, Any] | None = None,
    encoding: Mapping[str, Any] | None = None,
    dtype: np.dtype | None = None,
) -> xr.Variable:
    """An xarray variable over a lazy array, with the array's own chunk grid as ``preferred_chunks``.

    ``dtype`` is what its bytes are seen as, when that is not the array's own type.
    """
    encoding = dict(encoding or {})
    if "preferred_chunks" not in encoding and array.shape:
        encoding["preferred_chunks"] = {
            dim: lengths for dim, lengths in zip(dims, array.preferred_chunks, strict=True) if lengths
        }
    wrapped = NunatakArray(array) if dtype is None else ViewedArray(array, dtype)
    data = indexing.LazilyIndexedArray(wrapped)
    return xr.Variable(dims, data, dict(attrs or {}), encoding, fastpath=True)


def lazy_array(variable: xr.Variable | xr.DataArray) -> LazyArray:
    """The lazy array under an xarray variable, without reading it.

    A variable that Nunatak opened gives its own array, also where Dask only cuts it into chunks; values in
    memory are wrapped; any other lazy variable is read through xarray, one region at a time.

    Parameters
    ----------
    variable
        A variable of numbers. Dask arrays are accepted too, but the regions are then computed one by one in
        this process: callers that want Dask's scheduler map over blocks themselves.
    """
    if isinstance(variable, xr.DataArray):
        variable = variable.variable
    own = own_array(variable._data)
    if own is None and variable.chunks is not None:
        own = own_array(chunked_array(variable._data))
    if own is not None:
        return own
    if isinstance(variable._data, np.ndarray):
        return LazyArray.from_numpy(variable._data)
    chunks = None
    if variable.chunks is not None:
        chunks = [lengths[0] for lengths in variable.chunks if lengths]
        chunks = chunks if len(chunks) == variable.ndim else None

    def read(key: tuple[slice, ...]) -> np.ndarray:
        return np.asarray(variable[key].values)

    return LazyArray.from_callback(read, list(variable.shape), str(variable.dtype), chunks)


def own_array(data: Any) -> LazyArray | None:
    """The lazy array inside xarray's wrappers, when every wrapper only passes values through."""
    while isinstance(data, indexing.MemoryCachedArray | indexing.CopyOnWriteArray):
        data = data.array
    if type(data) is indexing.LazilyIndexedArray and type(data.array) is NunatakArray:
        key = data.key.tuple
        if all(isinstance(part, slice) and part == slice(None) for part in key):
            return data.array.lazy
        if all(isinstance(part, slice | int | np.integer) for part in key):
            return _subset(data.array.lazy, key)
    return None


def _subset(array: LazyArray, key: tuple[Any, ...]) -> LazyArray | None:
    """A lazy subset by slices and integers; the data stay where they are."""
    for axis in reversed(range(len(key))):
        part, length = key[axis], array.shape[axis]
        if isinstance(part, slice):
            if part != slice(None):
                array = array.take(axis, list(range(length)[part]))
        else:
            array = array.index(axis, int(part) % length)
    return array
