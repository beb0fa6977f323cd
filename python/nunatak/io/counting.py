"""The whole numbers from 0, in order, as a variable that holds none of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

__all__ = ["counting_variable", "is_counting"]


class CountingArray(BackendArray):
    """The numbers from 0 to below ``length``, made when they are asked for."""

    def __init__(self, length: int) -> None:
        self.shape = (length,)
        self.dtype = np.dtype(np.int64)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.OUTER, self._numbers
        )

    def _numbers(self, key: tuple[Any, ...]) -> Any:
        (part,) = key
        length = self.shape[0]
        if isinstance(part, slice):
            return np.arange(*part.indices(length), dtype=np.int64)
        indices = np.asarray(part, dtype=np.int64)
        return np.where(indices < 0, indices + length, indices)[()]


def counting_variable(dim: Hashable, length: int, attrs: Mapping[str, Any]) -> xr.Variable:
    """The numbers from 0 to below ``length`` along a dimension, int64, without an array of them."""
    return xr.Variable((dim,), indexing.LazilyIndexedArray(CountingArray(length)), dict(attrs))


def is_counting(variable: xr.Variable) -> bool:
    """Whether a variable is what :func:`counting_variable` makes, whole and not loaded."""
    data: Any = variable._data
    while isinstance(data, indexing.MemoryCachedArray | indexing.CopyOnWriteArray):
        data = data.array
    if type(data) is not indexing.LazilyIndexedArray or type(data.array) is not CountingArray:
        return False
    return all(isinstance(part, slice) and part == slice(None) for part in data.key.tuple)
