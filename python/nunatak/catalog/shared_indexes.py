"""Shared coordinates of a tree's nodes: equal axes are decoded and indexed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import xarray as xr
from xarray.indexes import PandasIndex

__all__ = ["SharedIndexes"]

Decoder = Callable[[str, xr.Variable], xr.Variable]


@dataclass(frozen=True)
class _Axis:
    """An index, and what decoding did to the attributes of the axis it was made from."""

    index: PandasIndex
    used: frozenset[str]
    encoding: dict[str, Any]


@dataclass
class SharedIndexes:
    """Indexes by the values and the units they were made from.

    Experiments of one model have the same `x`, `y` and, mostly, `time`: 10,000 files have a few dozen axes.
    """

    decode: Decoder
    _axes: dict[tuple[Any, ...], _Axis] = field(default_factory=dict)

    def coordinates(self, variables: dict[str, xr.Variable]) -> xr.Coordinates:
        """Decoded coordinates with their indexes; those that are no axes stay lazy."""
        coordinates: dict[str, xr.Variable] = {}
        indexes: dict[str, PandasIndex] = {}
        for name, variable in variables.items():
            if variable.dims == (name,):
                index, axis = self._axis(name, variable.load())
                indexes[name] = index
                coordinates[name] = axis
            else:
                is_small = variable.ndim == 0 and variable.dtype.kind != "O"
                coordinates[name] = self._decoded(name, variable.load() if is_small else variable)
        return xr.Coordinates(coordinates, indexes)

    def _axis(self, name: str, variable: xr.Variable) -> tuple[PandasIndex, xr.Variable]:
        attrs, values = variable.attrs, variable.values
        if values.dtype.kind == "O":
            return self._made(name, self._decoded(name, variable))
        key = (name, values.dtype.str, values.tobytes(), attrs.get("units"), attrs.get("calendar"))
        known = self._axes.get(key)
        if known is None:
            decoded = self._decoded(name, variable)
            index, axis = self._made(name, decoded)
            encoding = {
                entry: value for entry, value in decoded.encoding.items() if entry not in variable.encoding
            }
            self._axes[key] = _Axis(index, frozenset(attrs) - frozenset(decoded.attrs), encoding)
            return index, axis
        axis = known.index.create_variables({name: variable})[name]
        axis.attrs = {entry: value for entry, value in attrs.items() if entry not in known.used}
        axis.encoding = {**variable.encoding, **known.encoding}
        return known.index, axis

    def _made(self, name: str, variable: xr.Variable) -> tuple[PandasIndex, xr.Variable]:
        index = PandasIndex.from_variables({name: variable}, options={})
        return index, index.create_variables({name: variable})[name]

    def _decoded(self, name: str, variable: xr.Variable) -> xr.Variable:
        try:
            decoded = self.decode(name, variable)
            # xarray tries the first and the last stamp only; a bad one in the middle must fail here, too.
            return decoded.load() if variable.dims == (name,) else decoded
        except (ValueError, OverflowError):
            # A time that no rule could repair is a problem of the report and stays as the file has it.
            return variable
