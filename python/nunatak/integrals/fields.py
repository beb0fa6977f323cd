"""The fields of a run that scalars are made of: their units, and their place among the records."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from nunatak._nunatak import LazyArray, parse_unit, scalar_fields
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import HorizontalGrid
from nunatak.io.lazy import lazy_array

__all__ = ["FIELDS", "Field", "check_values", "fields_of"]

FIELDS = dict(scalar_fields())
"""Unit of every field, by its name."""
_FRACTIONS = {"": 1.0, "1": 1.0, "fraction": 1.0, "%": 0.01, "percent": 0.01}
_LARGEST_FRACTION = 1.5
"""Models overshoot 1 where they interpolate; percent go to 100."""
_FLUXES = ("kg m-2 s-1", "kg s-1 m-2", "kg/m2/s", "kg/(m2 s)", "kg m-2/s")


@dataclass(frozen=True)
class Field:
    """A variable of a dataset, and which of its dimensions are those of its records and of its cells."""

    name: str
    variable: xr.Variable
    leading: tuple[Hashable, ...]
    cells: tuple[Hashable, ...]
    scale: float
    """What its values are multiplied with to have the field's unit."""

    def bound(self, leading: Sequence[Hashable]) -> tuple[str, LazyArray, list[int], float]:
        """The field as Rust takes it, among records with these dimensions; nothing is read.

        Raises
        ------
        ArgumentError
            Values in memory are none of the field: see :func:`check_values`.
        """
        if isinstance(self.variable._data, np.ndarray):
            check_values(self.name, self.variable._data, self.scale)
        own = [dim for dim in leading if dim in self.leading]
        order = [self.variable.dims.index(dim) for dim in (*own, *self.cells)]
        array = lazy_array(self.variable)
        if order != list(range(len(order))):
            array = array.transpose(order)
        return self.name, array, [leading.index(dim) for dim in own], self.scale


def fields_of(dataset: xr.Dataset, horizontal: HorizontalGrid) -> dict[str, Field]:
    """The fields of a dataset by name.

    Raises
    ------
    ArgumentError
        One has other dimensions than the grid's, holds no numbers, or has an unknown unit.
    """
    return {str(name): _field(dataset[name], horizontal) for name in dataset.data_vars if name in FIELDS}


def check_values(name: str, values: np.ndarray, scale: float) -> None:
    """That values in memory can be those of the field; NaN is missing.

    A thickness may be anything where there is no ice, as a fraction may not.

    Raises
    ------
    ArgumentError
        A fraction is far above 1, as percent are and fill values.
    """
    if FIELDS[name] != "1" or values.dtype.kind == "b" or values.size == 0:
        return
    most = float(np.fmax.reduce(values, axis=None)) * scale
    if most > _LARGEST_FRACTION:
        raise ArgumentError(
            f"source: {name} has a value of {most:.6g}, expected fractions from 0 to 1; percent need the "
            "attribute units='%', fill values must be NaN"
        )


def _field(array: xr.DataArray, horizontal: HorizontalGrid) -> Field:
    name, cells = str(array.name), horizontal.dims
    if not set(cells) <= set(array.dims):
        raise ArgumentError(
            f"source: {name} has dimensions {array.dims}, expected those of the grid, {cells}"
        )
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"source: {name} holds {array.dtype}, expected numbers")
    leading = tuple(dim for dim in array.dims if dim not in cells)
    return Field(name, array.variable, leading, cells, _scale(array))


def _scale(array: xr.DataArray) -> float:
    """What values are multiplied with to have the field's unit; a missing unit is taken for it.

    A mask is 0 or 1, whatever the unit that it inherited from what was compared.
    """
    name, units = str(array.name), array.attrs.get("units")
    expected = FIELDS[name]
    if units is None or array.dtype.kind == "b":
        return 1.0
    text = re.sub(r"\s+", " ", re.sub(r"\^|\*\*", "", str(units))).strip()
    if expected == "m":
        found = parse_unit(text)
        if found is not None and found[0] == "length":
            return found[1]
    elif expected == "1" and text in _FRACTIONS:
        return _FRACTIONS[text]
    elif text.replace(".", " ").replace("*", " ") in _FLUXES:
        return 1.0
    raise ArgumentError(f"source: {name} has units {units!r}, expected {expected}")
