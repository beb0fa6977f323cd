"""Units of products and quotients, such as rates, of two arrays that are compared."""

from __future__ import annotations

import re
from collections import Counter

import xarray as xr

from nunatak._nunatak import parse_unit
from nunatak.errors import ArgumentError

__all__ = ["in_unit_of"]

_FACTOR = re.compile(r"([A-Za-z%°]+)\s*(?:\^|\*\*)?\s*([+-]?\d+)?")
_YEAR = 365.2425 * 86400.0
"""Seconds of the mean Gregorian year, for names of a year that are no unit of a calendar."""
_YEARS = ("a", "yr", "yrs", "y", "year", "years")
_SIZES = {
    **dict.fromkeys(("g", "gram", "grams"), ("mass", 1e-3)),
    **dict.fromkeys(("kg", "kilogram", "kilograms"), ("mass", 1.0)),
    **dict.fromkeys(("t", "tonne", "tonnes"), ("mass", 1e3)),
    **dict.fromkeys(("Mt", "megatonne", "megatonnes"), ("mass", 1e9)),
    **dict.fromkeys(("Gt", "gigatonne", "gigatonnes"), ("mass", 1e12)),
    **dict.fromkeys(("%", "percent"), ("", 1e-2)),
}
"""Kind and size (kg, or shares of 1) of units beside lengths, angles and times."""
_LONGEST_SYMBOL = 3
"""Letters of the longest symbol: capitals matter in it (``Mm``, ``mPa``), and do not in a longer word."""


def in_unit_of(wanted_name: str, wanted: xr.DataArray, name: str, array: xr.DataArray) -> xr.DataArray:
    """The array in the unit of the wanted one, where both state one.

    Lengths, angles, times, masses and shares (``%`` and ``1``) are converted, and their powers and products;
    others must be the same. Booleans have no unit, whatever attribute they inherited from what was compared.

    Raises
    ------
    ArgumentError
        When they measure different things.
    """
    units = [_stated(own) for own in (wanted, array)]
    if not all(units) or units[0] == units[1]:
        return array
    (kinds, size), (other_kinds, other_size) = (_measured(unit) for unit in units)
    if kinds != other_kinds:
        raise ArgumentError(
            f"{name}: found units {units[1]!r}, expected those of {wanted_name}, {units[0]!r}"
        )
    factor = other_size / size
    return (array if factor == 1.0 else array * factor).assign_attrs(array.attrs | {"units": units[0]})


def _measured(unit: str) -> tuple[dict[str, int], float]:
    """What a unit measures, by kind and power, and its size in metres, degrees, seconds and kg."""
    kinds: Counter[str] = Counter()
    size = 1.0
    if _FACTOR.sub("", unit).strip(" 1./*·()"):
        return {unit: 1}, 1.0  # numbers and signs that are no powers
    numerator, *denominators = unit.replace("·", " ").split("/")
    for part, sign in ((numerator, 1), *((own, -1) for own in denominators)):
        for name, power in _FACTOR.findall(part):
            exponent = sign * int(power or 1)
            kind, own = _known(name)
            kinds[kind] += exponent
            size *= own**exponent
    return {kind: power for kind, power in kinds.items() if kind and power}, size


def _known(name: str) -> tuple[str, float]:
    if len(name) > _LONGEST_SYMBOL:
        name = name.lower()
    if name in _YEARS:
        return "time", _YEAR
    if name in _SIZES:
        return _SIZES[name]
    # The parser takes names in any case.
    found = parse_unit(name) if name == name.lower() else None
    return (name, 1.0) if found is None else found


def _stated(array: xr.DataArray) -> str:
    return "" if array.dtype.kind == "b" else str(array.attrs.get("units", "")).strip()
