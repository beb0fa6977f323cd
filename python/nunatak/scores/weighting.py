"""Weights of places in a mean: true areas of cells where the grid is known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError, NunatakError
from nunatak.grids import cell_area
from nunatak.scores.alignment import labelled_like, numbers_of

__all__ = ["EQUAL", "weights_of"]

EQUAL = "equal"
"""How places count that have no weight of their own."""


def weights_of(
    weights: Any,
    arrays: Mapping[str, xr.DataArray],
    given: Mapping[str, xr.DataArray],
    sizes: Mapping[Hashable, int],
    dims: tuple[Hashable, ...],
) -> tuple[xr.DataArray | None, str]:
    """Weights of places, None for equal ones, and what they are in words.

    Parameters
    ----------
    weights
        ``"auto"``: true areas (:func:`nunatak.cell_area`) of the first array whose grid is known, else equal
        ones. ``"area"``: true areas, or an error. None: equal ones. An array: itself.
    arrays, given
        Arrays in one order, and as they came.
    sizes, dims
        Places, and the dimensions that a mean is taken along.

    Raises
    ------
    ArgumentError
        There is no grid for ``"area"``; weights are negative, infinite, or at other places.
    """
    if weights is None:
        return None, EQUAL
    if isinstance(weights, str):
        if weights not in ("auto", "area"):
            raise ArgumentError(f"weights: found {weights!r}, expected 'auto', 'area', None or an array")
        areas = _areas(given, is_needed=weights == "area")
        if areas is None or not set(areas.dims) & set(dims):
            return None, EQUAL
        return _at_places(areas, arrays, sizes), "true cell areas"
    if isinstance(weights, xr.DataArray):
        own = weights.copy(data=numbers_of("weights", weights))
    else:
        values = numbers_of("weights", weights)
        if values.ndim and values.shape != tuple(sizes.values()):
            raise ArgumentError(
                f"weights: found shape {values.shape}, expected {tuple(sizes.values())}, that of "
                f"{' and '.join(arrays)}"
            )
        own = xr.DataArray(values, dims=tuple(sizes) if values.ndim else ())
    if (own.values < 0).any() or np.isinf(own.values).any():
        raise ArgumentError("weights: found negative or infinite ones, expected finite numbers of 0 or more")
    return _at_places(own, arrays, sizes), "given"


def _areas(given: Mapping[str, xr.DataArray], *, is_needed: bool) -> xr.DataArray | None:
    reasons = []
    for name, array in given.items():
        try:
            return cell_area(array)
        except NunatakError as error:
            reasons.append(f"{name}: {error}")
    if is_needed:
        raise ArgumentError(f"weights='area' needs a grid; {'; '.join(reasons) or 'arrays have none'}")
    return None


def _at_places(
    weights: xr.DataArray, arrays: Mapping[str, xr.DataArray], sizes: Mapping[Hashable, int]
) -> xr.DataArray:
    for name, array in arrays.items():
        weights = labelled_like(name, array, "weights", weights)
    if any(dim not in sizes for dim in weights.dims):
        raise ArgumentError(f"weights: found dimensions {weights.dims}, expected some of {tuple(sizes)}")
    return xr.DataArray(weights.variable)
