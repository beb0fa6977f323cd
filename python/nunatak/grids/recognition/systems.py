"""The coordinate reference system and the units of coordinates."""

from __future__ import annotations

import os
import warnings
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError, GridMappingWarning, caller_stacklevel
from nunatak.grids.recognition.candidates import describe, fields, variables

__all__ = [
    "bounds_values",
    "check_direction",
    "find_crs",
    "find_geographic",
    "find_mapping",
    "is_mapping",
    "scaled",
]

_METRES = {
    "m": 1.0,
    "metre": 1.0,
    "metres": 1.0,
    "meter": 1.0,
    "meters": 1.0,
    "km": 1000.0,
    "kilometre": 1000.0,
    "kilometres": 1000.0,
    "kilometer": 1000.0,
    "kilometers": 1000.0,
}
_LONGEST_WITHOUT_UNITS = 20_000.0
"""Coordinates without units that all stay below this are as likely kilometres as metres."""


def find_crs(
    obj: xr.Dataset | xr.DataArray, names: tuple[Hashable, Hashable], crs: str | Crs | None
) -> tuple[Crs, str | None]:
    """The system of the coordinates of these names, and the grid mapping variable that gives it.

    It is ``crs``, else the grid mapping, else degrees say EPSG:4326.

    Raises
    ------
    GridError
        When there is none; the message says what was looked for.
    """
    if crs is not None:
        return (crs if isinstance(crs, Crs) else Crs.parse(crs)), None
    found = find_mapping(obj)
    if found is not None:
        name, attrs = found
        system, problems = _system(str(name), _plain(attrs))
        for problem in problems:
            warnings.warn(problem, GridMappingWarning, stacklevel=caller_stacklevel())
        return system, str(name)
    there = variables(obj)
    if all(_is_in_degrees(name, there[name].attrs) for name in names):
        return Crs.parse("EPSG:4326"), None
    raise GridError(
        f"{describe(obj)} has no coordinate reference system. Looked for a grid mapping variable "
        "(grid_mapping_name, crs_wkt or spatial_ref) and for coordinates in degrees. Pass crs= (source= in "
        f"nk.regrid), for example 'EPSG:3031'; known: {', '.join(Crs.KNOWN)}"
    )


def find_mapping(obj: xr.Dataset | xr.DataArray) -> tuple[Hashable, dict[Any, Any]] | None:
    """Name and attributes of the grid mapping variable of an object, or of the file it came from."""
    return _mapping_variable(obj) or _mapping_in_file(obj)


def _mapping_variable(obj: xr.Dataset | xr.DataArray) -> tuple[Hashable, dict[Any, Any]] | None:
    """The grid mapping variable that data name, else the only ones there are when they agree."""
    holders = [obj] if isinstance(obj, xr.DataArray) else [obj, *fields(obj).values()]
    there = variables(obj)
    for holder in holders:
        for text in (holder.attrs.get("grid_mapping"), holder.encoding.get("grid_mapping")):
            name = str(text or "").split(":")[0].strip()
            if name in there and is_mapping(there[name].attrs):
                return name, there[name].attrs
    named = [(name, values.attrs) for name, values in there.items() if is_mapping(values.attrs)]
    return _only(named, obj)


def _only(
    named: list[tuple[Hashable, dict[Any, Any]]], obj: xr.Dataset | xr.DataArray
) -> tuple[Hashable, dict[Any, Any]] | None:
    if len(named) > 1:
        systems = [_system(str(name), _plain(attrs))[0] for name, attrs in named]
        if any(system != systems[0] for system in systems):
            names = ", ".join(
                f"{name} ({system.name})" for (name, _), system in zip(named, systems, strict=True)
            )
            raise GridError(f"{describe(obj)} has grid mappings that differ: {names}; pass crs= to choose")
    return named[0] if named else None


def _mapping_in_file(obj: xr.Dataset | xr.DataArray) -> tuple[Hashable, dict[Any, Any]] | None:
    """The grid mapping in the file of a variable: taken out of its dataset, it leaves the mapping behind."""
    source = obj.encoding.get("source")
    if not isinstance(obj, xr.DataArray) or not isinstance(source, str) or not os.path.isfile(source):
        return None
    with xr.open_dataset(source, engine="nunatak", decode_times=False) as file:
        name = (
            str(obj.attrs.get("grid_mapping") or obj.encoding.get("grid_mapping") or "").split(":")[0].strip()
        )
        if name in file.variables and is_mapping(file.variables[name].attrs):
            return name, dict(file.variables[name].attrs)
        return _only(
            [
                (name, dict(values.attrs))
                for name, values in file.variables.items()
                if is_mapping(values.attrs)
            ],
            obj,
        )


def is_mapping(attrs: dict[Any, Any]) -> bool:
    """Whether these are the attributes of a grid mapping variable."""
    return any(name in attrs for name in ("grid_mapping_name", "crs_wkt", "spatial_ref"))


_Plain = tuple[tuple[str, float | str | tuple[float, ...]], ...]


@lru_cache(maxsize=128)
def _system(name: str, attributes: _Plain) -> tuple[Crs, list[str]]:
    """The system of a grid mapping and what had to be guessed; the datasets of a tree have few of them."""
    return Crs.from_grid_mapping(name, list(attributes))


def _plain(attrs: dict[Any, Any]) -> _Plain:
    """Attributes that are numbers or text, as plain Python."""
    plain: list[tuple[str, float | str | tuple[float, ...]]] = []
    for name, value in attrs.items():
        if isinstance(value, str):
            plain.append((str(name), value))
        elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
            plain.append((str(name), float(value)))
        elif np.size(value) >= 1 and np.asarray(value).dtype.kind in "iuf":
            values = tuple(np.ravel(value).astype(float).tolist())
            plain.append((str(name), values[0] if len(values) == 1 else values))
    return tuple(plain)


def _is_in_degrees(name: Hashable, attrs: Mapping[Any, Any]) -> bool:
    units = str(attrs.get("units", "")).lower()
    if units:
        return units.startswith("degree")
    return attrs.get("standard_name", str(name).lower()) in ("lon", "lat", "longitude", "latitude")


def _scale(variable: xr.Variable, name: Hashable, crs: Crs) -> float:
    """The factor from the units of a coordinate to metres or degrees."""
    units = str(variable.attrs.get("units", "")).strip().lower()
    if crs.is_geographic:
        if units in ("rad", "radian", "radians"):
            return float(np.degrees(1.0))
        if units and not units.startswith("degree"):
            raise GridError(f"coordinate {name}: units {units!r}, expected degrees for {crs.name}")
        return 1.0
    if units in _METRES:
        return _METRES[units]
    if units:
        raise GridError(f"coordinate {name}: units {units!r}, expected m or km for {crs.name}")
    largest = float(np.nanmax(np.abs(variable.values), initial=0.0))
    if largest < _LONGEST_WITHOUT_UNITS:
        raise GridError(
            f"coordinate {name}: no units, and {largest:g} may be m or km; set its attribute units"
        )
    return 1.0


def find_geographic(
    obj: xr.Dataset | xr.DataArray, names: tuple[Hashable, Hashable], crs: str | Crs | None
) -> tuple[Crs, str | None]:
    """As :func:`find_crs` for longitudes and latitudes, which may lie beside a map that the data name."""
    if crs is not None:
        system = crs if isinstance(crs, Crs) else Crs.parse(crs)
        if not system.is_geographic:
            raise GridError(
                f"coordinates {names[0]} and {names[1]} are longitudes and latitudes, expected x and y of "
                f"{system.name}; pass a geographic system or none"
            )
        return system, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GridMappingWarning)
            system, name = find_crs(obj, names, None)
    except GridError:
        return Crs.parse("EPSG:4326"), None
    return (system, name) if system.is_geographic else (Crs.parse("EPSG:4326"), None)


def scaled(variable: xr.Variable, name: Hashable, crs: Crs) -> np.ndarray:
    """A coordinate as float64 in the units of a system: degrees or metres.

    Raises
    ------
    GridError
        For anything but numbers, and units of another kind.
    """
    if variable.dtype.kind not in "iuf":
        raise GridError(f"coordinate {name}: expected numbers, found {variable.dtype}")
    factor = _scale(variable, name, crs)
    values = np.ascontiguousarray(variable.values, dtype=np.float64)
    return values if factor == 1.0 else values * factor


def bounds_values(
    bounds: xr.Variable, bounds_name: Hashable, coordinate: xr.Variable, name: Hashable, crs: Crs
) -> np.ndarray:
    """Bounds as float64 in the units of a system; they have those of their coordinate.

    Raises
    ------
    GridError
        When they claim units of their own that are others.
    """
    own, units = bounds.attrs.get("units"), coordinate.attrs.get("units")
    if own is not None and units is not None and str(own) != str(units):
        same = {str(text).lower().rstrip("s").split("_")[0] for text in (own, units)}
        if len(same) > 1:
            raise GridError(f"bounds {bounds_name}: units {own!r}, expected those of {name}, {units!r}")
    return np.ascontiguousarray(bounds.values, dtype=np.float64) * _scale(coordinate, name, crs)


def check_direction(variable: xr.Variable, name: Hashable, kind: str) -> None:
    """Check that a longitude is not called a latitude, or the other way round.

    Raises
    ------
    GridError
        When units or standard name contradict the coordinate's role.
    """
    own, other = ("longitude", "latitude") if kind == "x" else ("latitude", "longitude")
    units = str(variable.attrs.get("units", "")).lower()
    wrong = "degrees_north" if kind == "x" else "degrees_east"
    if units == wrong or variable.attrs.get("standard_name") == other:
        raise GridError(
            f"coordinate {name} is {own}, but units {units!r} and standard name "
            f"{variable.attrs.get('standard_name')!r} say {other}: longitude and latitude look swapped"
        )
