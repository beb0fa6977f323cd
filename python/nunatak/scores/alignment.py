"""Arguments of scores that carry names: paired by dimension and coordinate, never by position."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import parse_unit
from nunatak.errors import ArgumentError

__all__ = ["aligned", "labelled_like", "numbers_of", "unit_factor"]

_TOLERANCE = 1e-3
"""How far coordinates that stand for the same place may differ, as part of their spacing."""


def numbers_of(name: str, values: Any) -> np.ndarray:
    """An argument as float64; masked elements are NaN.

    Raises
    ------
    ArgumentError
        For what is no array of numbers.
    """
    if isinstance(values, xr.Dataset):
        raise ArgumentError(f"{name}: found a Dataset, expected one of its variables")
    if isinstance(values, xr.DataArray):
        values = values.values
    try:
        if isinstance(values, list | tuple) and any(isinstance(part, np.ma.MaskedArray) for part in values):
            values = np.ma.stack([np.ma.asarray(part) for part in values])
        if isinstance(values, np.ma.MaskedArray):
            return np.ma.filled(values.astype(np.float64), np.nan)
        if np.asarray(values).dtype.kind in "SUMm":
            raise TypeError
        return np.asarray(values, dtype=np.float64)
    except (OverflowError, TypeError, ValueError):
        raise ArgumentError(
            f"{name}: found {type(values).__name__} {values!r:.60}, expected numbers"
        ) from None


def aligned(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments whose elements belong together at the same position.

    DataArrays are brought to the dimensions and coordinates of the first; others stay as they are, and go
    with the first by position.

    Raises
    ------
    ArgumentError
        When two DataArrays have other coordinates along a dimension that they share, or times of two
        calendars.
    """
    named = {name: values for name, values in arguments.items() if isinstance(values, xr.DataArray)}
    if len(named) < 2:
        return dict(arguments)
    first, *others = named
    for other in others:
        named[other] = _in_unit_of(first, named[first], other, named[other])
    same = {first: named[first]} | {
        other: labelled_like(first, named[first], other, named[other]) for other in others
    }
    whole = xr.broadcast(*(xr.DataArray(array.variable.to_base_variable()) for array in same.values()))
    spread = dict(zip(same, whole, strict=True))
    _check_plain(arguments, named[first], whole[0])
    return {name: spread.get(name, values) for name, values in arguments.items()}


def _in_unit_of(name: str, array: xr.DataArray, other_name: str, other: xr.DataArray) -> xr.DataArray:
    """The other array in the unit of the first, where both say one."""
    factor = unit_factor(name, array, other_name, other)
    return other if factor == 1.0 else other * factor


def unit_factor(name: str, array: xr.DataArray, other_name: str, other: xr.DataArray) -> float:
    """What brings the other array to the unit of the first; 1 where one of them does not say its unit.

    Masks have none, whatever the attribute that they inherited from what was compared. Capitals matter in
    symbols (``MPa``, ``mPa``), not in words (``Kelvin``).

    Raises
    ------
    ArgumentError
        For units of two kinds, and for those that nobody knows.
    """
    wanted, stated = _stated_unit(array), _stated_unit(other)
    if not wanted or not stated or _as_written(wanted) == _as_written(stated):
        return 1.0
    units = _known_unit(wanted), _known_unit(stated)
    if units[0] is None or units[1] is None or units[0][0] != units[1][0]:
        raise ArgumentError(
            f"{name} has units {wanted!r}, {other_name} {stated!r}; bring both to one unit, or correct the "
            "attribute 'units'"
        )
    return units[1][1] / units[0][1]


def _stated_unit(array: xr.DataArray) -> str:
    return "" if array.dtype.kind == "b" else str(array.attrs.get("units", "")).strip()


def _as_written(unit: str) -> str:
    """A unit with its words in small letters; shorter names are symbols and stay as they are."""
    return re.sub(r"[^\W\d_]{5,}", lambda word: word.group().lower(), unit)


def _known_unit(unit: str) -> tuple[str, float] | None:
    """Kind and size of a length, angle or time; none of those by a million (``Mm``), which are not by a
    thousandth."""
    return None if re.fullmatch("M[a-z]", unit) else parse_unit(unit)


def _check_plain(arguments: Mapping[str, Any], first: xr.DataArray, whole: xr.DataArray) -> None:
    """That plain arrays beside DataArrays have a place: they go with the first argument that has names."""
    for name, values in arguments.items():
        ndim = 0 if isinstance(values, xr.DataArray) else np.ndim(values)
        if ndim and first.dims != whole.dims:
            raise ArgumentError(
                f"{name}: found an array without dimension names beside DataArrays of dimensions "
                f"{first.dims} and "
                f"{whole.dims}; make it a DataArray"
            )


def labelled_like(name: str, array: xr.DataArray, other_name: str, other: xr.DataArray) -> xr.DataArray:
    """The other array in the order of the coordinates of the first, along all dimensions they share."""
    for dim in [dim for dim in array.dims if dim in other.dims]:
        if array.sizes[dim] != other.sizes[dim]:
            raise _unlike(name, array, other_name, other, dim)
        if dim in array.coords and dim in other.coords:
            _check_calendars(name, array[dim], other_name, other[dim])
            order = _order(array[dim].values, other[dim].values)
            if order is None:
                raise _unlike(name, array, other_name, other, dim)
            if not np.array_equal(order, np.arange(len(order))):
                other = other.isel({dim: order})
    return other


def _check_calendars(name: str, labels: xr.DataArray, other_name: str, other: xr.DataArray) -> None:
    """That times are of one calendar, since those of two have no order."""
    calendars = [_calendars(own.values) for own in (labels, other)]
    if any(calendars) and len(calendars[0] | calendars[1]) > 1:
        found = [" and ".join(sorted(own)) or "no times" for own in calendars]
        raise ArgumentError(
            f"{name} and {other_name} have times of other calendars along {labels.name!r} (found {found[0]}, "
            f"{found[1]}); expected one: array.convert_calendar('standard', use_cftime=False)"
        )


def _calendars(labels: np.ndarray) -> set[str]:
    """The calendars of times, ``datetime64`` for those of NumPy; none of other labels."""
    if labels.dtype.kind == "M":
        return {"datetime64"}
    if labels.dtype.kind != "O":
        return set()
    return {str(label.calendar) for label in labels.ravel() if hasattr(label, "calendar")}


def _order(wanted: np.ndarray, found: np.ndarray) -> np.ndarray | None:
    """Where each wanted label is among those found; None where one is not."""
    by_wanted, by_found = np.argsort(wanted, kind="stable"), np.argsort(found, kind="stable")
    first, second = wanted[by_wanted], found[by_found]
    if wanted.dtype.kind in "iuf" and found.dtype.kind in "iuf":
        steps = np.abs(np.diff(first))
        step = float(steps[steps > 0].min()) if (steps > 0).any() else max(float(np.abs(first).max()), 1.0)
        same = bool(np.all(np.abs(first - second) <= _TOLERANCE * step))
    else:
        same = bool(np.array_equal(first, second))
    if not same:
        return None
    order = np.empty(len(wanted), int)
    order[by_wanted] = by_found
    return order


def _unlike(
    name: str, array: xr.DataArray, other_name: str, other: xr.DataArray, dim: Hashable
) -> ArgumentError:
    sizes = f"{array.sizes[dim]} and {other.sizes[dim]} values"
    return ArgumentError(
        f"{name} and {other_name} differ along {dim!r} ({sizes} of dimension {dim!r}, or other "
        f"coordinates); select the "
        "same places of both, or bring one to the other's grid first: nk.regrid(model, cells)"
    )
