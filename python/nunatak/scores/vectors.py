"""Arguments of scores as contiguous vectors of one length."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from nunatak.errors import ArgumentError
from nunatak.scores.alignment import aligned, numbers_of

__all__ = ["Floats", "is_plain_call", "vectors_of"]

Floats = NDArray[np.float64]


def vectors_of(**arrays: ArrayLike) -> tuple[tuple[int, ...], list[Floats]]:
    """Arrays of one shape as contiguous float64 vectors; scalars and shorter axes are broadcast.

    DataArrays are paired by dimension and coordinate, and masked elements are NaN.
    """
    numbers = {name: numbers_of(name, array) for name, array in aligned(arrays).items()}
    try:
        same = np.broadcast_arrays(*numbers.values())
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in numbers.items())
        raise ArgumentError(f"shapes do not fit each other: {shapes}") from None
    return same[0].shape, [np.ascontiguousarray(array).ravel() for array in same]


def is_plain_call(dim: Any, weights: Any, by: Any, **arrays: Any) -> bool:
    """Whether all arrays are plain ones, and neither dimensions, weights nor groups are asked for."""
    if dim is not None or by is not None or not (weights is None or isinstance(weights, str)):
        return False
    if isinstance(weights, str) and weights != "auto":
        return False
    return not any(isinstance(values, xr.DataArray) for values in arrays.values())
