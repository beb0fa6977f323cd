"""Groups of places by labels: basins, sectors, masks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError
from nunatak.scores.alignment import labelled_like, numbers_of

__all__ = ["Groups", "groups_of"]


@dataclass(frozen=True)
class Groups:
    """Which of the labels each place has, by number; -1 for none."""

    dim: Hashable
    labels: np.ndarray
    numbers: xr.DataArray

    def isel(self, places: Mapping[Hashable, slice]) -> Groups:
        """A part of the places."""
        own = {dim: part for dim, part in places.items() if dim in self.numbers.dims}
        return replace(self, numbers=self.numbers.isel(own))

    def masks(self) -> list[xr.DataArray]:
        """Where each label is."""
        return [self.numbers == number for number in range(len(self.labels))]


def groups_of(by: Any, arrays: Mapping[str, xr.DataArray], sizes: Mapping[Hashable, int]) -> Groups:
    """Groups by labels: whole numbers, truths or texts, in ascending order; NaN and empty texts are in none.

    Raises
    ------
    ArgumentError
        Labels are others, or at other places than the arrays.
    """
    if not isinstance(by, xr.DataArray):
        by = _without_names(by, sizes, arrays)
    for name, array in arrays.items():
        by = labelled_like(name, array, "by", by)
    lacking = [dim for dim in by.dims if dim not in sizes]
    if lacking:
        raise ArgumentError(f"by: found dimensions {by.dims}, expected some of {tuple(sizes)}")
    values, is_there = _labels(by.values)
    labels, numbers = np.unique(values[is_there], return_inverse=True)
    found = np.full(values.shape, -1)
    found[is_there] = numbers
    dim = by.name if by.name is not None and by.name not in sizes else "group"
    return Groups(dim, labels, xr.DataArray(found, dims=by.dims))


def _without_names(
    by: Any, sizes: Mapping[Hashable, int], arrays: Mapping[str, xr.DataArray]
) -> xr.DataArray:
    """Labels without names, which go with places by position."""
    if isinstance(by, xr.Dataset):
        raise ArgumentError("by: found a Dataset, expected one of its variables")
    try:
        masked = np.ma.getmaskarray(by) if isinstance(by, np.ma.MaskedArray) else None
        values = np.asarray(by)
    except (OverflowError, TypeError, ValueError):
        values, masked = np.empty(0, object), None
    if values.shape != tuple(sizes.values()):
        raise ArgumentError(
            f"by: found {type(by).__name__} of shape {values.shape}, expected labels of shape "
            f"{tuple(sizes.values())}, that of {' and '.join(arrays)}"
        )
    if masked is not None:
        values = np.where(masked, np.nan, numbers_of("by", values))
    return xr.DataArray(values, dims=tuple(sizes))


def _labels(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels that can be sorted, and where there is one."""
    if values.dtype.kind == "O":
        is_there = np.array([isinstance(value, str) for value in values.ravel()]).reshape(values.shape)
        missing = [value is None or value != value for value in values[~is_there]]
        if not all(isinstance(is_missing, bool) and is_missing for is_missing in missing):
            raise ArgumentError("by: found objects, expected whole numbers, truths or texts")
        values = np.where(is_there, values, "").astype(str)
    if values.dtype.kind == "U":
        return values, values != ""
    if values.dtype.kind in "biu":
        return values, np.ones(values.shape, bool)
    if values.dtype.kind != "f":
        raise ArgumentError(
            f"by: found labels of type {values.dtype}, expected whole numbers, truths or texts"
        )
    is_there = ~np.isnan(values)
    if not (np.abs(values[is_there]) < 2**53).all() or (values[is_there] % 1).any():
        raise ArgumentError("by: found numbers with fractions, expected whole numbers, truths or texts")
    return np.where(is_there, values, 0).astype(np.int64), is_there
