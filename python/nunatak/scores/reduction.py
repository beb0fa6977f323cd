"""Means of scores along dimensions, by weight and by group."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import EllipsisType
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nunatak.arguments import found
from nunatak.errors import ArgumentError
from nunatak.scores.groups import Groups, groups_of
from nunatak.scores.labelled import Labelled, axis_name
from nunatak.scores.weighting import weights_of

__all__ = ["Dim", "Reduction", "Weights", "reduction_of"]

Dim = str | int | Sequence[Hashable] | EllipsisType | None
"""Dimensions that a mean is taken along: a name, several, or all of them (``...``); axes of plain arrays."""
Weights = ArrayLike | None
"""Weights of places: ``"auto"``, ``"area"``, None, or an array."""


@dataclass(frozen=True)
class Reduction:
    """The dimensions that a mean is taken along, those that are left, weights of places, and groups."""

    dims: tuple[Hashable, ...]
    kept: tuple[Hashable, ...]
    weights: xr.DataArray | None
    weighting: str
    groups: Groups | None

    @property
    def is_plain(self) -> bool:
        """Whether it is the plain mean of everything."""
        return not self.kept and self.weights is None and self.groups is None

    def isel(self, places: Mapping[Hashable, slice]) -> Reduction:
        """A part of the places."""
        weights = self.weights
        if weights is not None:
            weights = weights.isel({dim: part for dim, part in places.items() if dim in weights.dims})
        return replace(self, weights=weights, groups=self.groups and self.groups.isel(places))

    def sums(self, field: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
        """Weighted sum of the values that are not NaN, and the sum of their weights."""
        if self.groups is None:
            return self._sums(field)
        labels = xr.IndexVariable(self.groups.dim, self.groups.labels)
        parts = [self._sums(field.where(mask)) for mask in self.groups.masks()]
        totals, weights = zip(*(parts or [self._sums(field)]), strict=True)
        return self._joined(totals, labels), self._joined(weights, labels)

    def _joined(self, parts: Sequence[xr.DataArray], labels: xr.IndexVariable) -> xr.DataArray:
        """Sums of all groups, groups after the dimensions of places."""
        if not len(labels):
            return parts[0].expand_dims({labels.name: labels.values}).transpose(*self.kept, labels.name, ...)
        return xr.concat(parts, labels).transpose(*self.kept, labels.name, ...)

    def _sums(self, field: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
        if self.weights is None:
            return field.sum(self.dims), field.count(self.dims).astype(np.float64)
        # A weight of 0 hides what is infinite there.
        field = field.where(self.weights > 0)
        return (field * self.weights).sum(self.dims), self.weights.where(field.notnull()).sum(self.dims)

    def mean(self, field: xr.DataArray) -> xr.DataArray:
        """Weighted mean of the values that are not NaN; NaN where there is none."""
        return quotient(*self.sums(field))


def quotient(total: xr.DataArray, weight: xr.DataArray) -> xr.DataArray:
    """Mean from sums."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / weight.where(weight > 0)


def reduction_of(
    arguments: Labelled, dim: Dim, weights: Weights, by: Any, *, is_needed: bool = False
) -> Reduction | None:
    """The mean that is asked for; None for the scores of all places.

    Without ``dim`` the mean is along all dimensions when there are weights or groups, or when ``is_needed``.

    Raises
    ------
    ArgumentError
        A dimension is none of the arrays', or weights or groups do not fit them.
    """
    is_default = weights is None or (isinstance(weights, str) and weights == "auto")
    if dim is None and by is None and is_default and not is_needed:
        return None
    sizes = arguments.sizes
    dims = _dims(dim, arguments)
    arrays = arguments.arrays
    own, weighting = weights_of(weights, arrays, arguments.given, sizes, dims)
    groups = None if by is None else groups_of(by, arrays, sizes)
    if groups is not None and not set(groups.numbers.dims) <= set(dims):
        raise ArgumentError(f"by: found dimensions {groups.numbers.dims}, expected some of dim, {dims}")
    kept = tuple(each for each in sizes if each not in dims)
    return Reduction(dims, kept, own, weighting, groups)


def _dims(dim: Dim, arguments: Labelled) -> tuple[Hashable, ...]:
    known = tuple(arguments.sizes)
    if dim is None or dim is ...:
        return known
    wanted: list[Any] = [dim] if isinstance(dim, str | int) else list(dim)
    if arguments.is_plain:
        wanted = [_axis(each, len(known)) for each in wanted]
    for each in wanted:
        if not _is_among(each, set(known)):
            raise ArgumentError(f"dim: found {found(each)}, expected dimensions among {known}")
    return tuple(dict.fromkeys(wanted))


def _is_among(name: Any, known: set[Hashable]) -> bool:
    try:
        return name in known
    except (TypeError, ValueError):
        return False


def _axis(axis: Any, count: int) -> Any:
    """Name of an axis by its number."""
    is_number = isinstance(axis, int | np.integer) and not isinstance(axis, bool)
    return axis_name(int(axis) % count) if is_number and -count <= axis < count else axis
