"""Finding the horizontal axes and the coordinate reference system of xarray objects."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError, GridMappingWarning

__all__ = ["Axes", "Horizontal", "describe", "find_axes", "find_horizontal", "has_axis_names", "is_mapping"]

_NAMES = {
    "x": ("x", "xc", "x1", "easting", "lon", "longitude"),
    "y": ("y", "yc", "y1", "northing", "lat", "latitude"),
}
_STANDARD_NAMES = {
    "x": ("projection_x_coordinate", "longitude"),
    "y": ("projection_y_coordinate", "latitude"),
}
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


@dataclass(frozen=True)
class Axes:
    """Names of the horizontal coordinates and the dimensions (y, x) they run along."""

    y_name: Hashable
    x_name: Hashable
    dims: tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Horizontal:
    """Where data stand: the axes, the grid they make, and the grid mapping they name."""

    axes: Axes
    grid: Grid
    mapping_name: str | None


def describe(obj: xr.Dataset | xr.DataArray) -> str:
    """How messages name an object."""
    if isinstance(obj, xr.DataArray):
        return f"DataArray {obj.name!r} with dimensions {tuple(map(str, obj.dims))}"
    source = obj.encoding.get("source")
    text = f"Dataset with dimensions {tuple(map(str, obj.sizes))}"
    return f"{text} from {source}" if isinstance(source, str) else text


def find_horizontal(obj: xr.Dataset | xr.DataArray, *, crs: str | Crs | None = None) -> Horizontal:
    """The horizontal axes and the grid of an object.

    The system is ``crs``, else the grid mapping, else degrees say EPSG:4326.

    Raises
    ------
    GridError
        When an axis or the system cannot be found or read; the message says what was looked for.
    """
    axes = find_axes(obj)
    system, mapping_name = _find_crs(obj, axes, crs)
    names = (axes.x_name, axes.y_name)
    values = [_coordinate(obj, name, system) for name in names]
    edges = [_bounds(obj, name, system) for name in names]
    grid = Grid(system, *values, *edges, names=(str(axes.x_name), str(axes.y_name)))
    return Horizontal(axes, grid, mapping_name)


def find_axes(obj: xr.Dataset | xr.DataArray) -> Axes:
    """The horizontal axes of an object.

    Axes are one-dimensional coordinates with ``axis`` X and Y, else with a horizontal ``standard_name``,
    else with a usual name (x, xc, lon, …).

    Raises
    ------
    GridError
        When one cannot be found; the message says what was looked for.
    """
    if not isinstance(obj, xr.Dataset | xr.DataArray):
        raise GridError(
            "expected a grid such as nk.grid('EPSG:3031', spacing=16e3), or an xarray Dataset or DataArray "
            f"on one; found {type(obj).__name__}"
        )
    names = _axis_names(obj)
    missing = [kind for kind in "yx" if kind not in names]
    if missing:
        raise GridError(_no_axis(obj, missing))
    return Axes(names["y"], names["x"], (obj[names["y"]].dims[0], obj[names["x"]].dims[0]))


def _signs(kind: str, name: Hashable, attrs: Mapping[Any, Any]) -> tuple[bool, bool, bool]:
    """What says that a coordinate runs along x or y, most trusted first: axis, standard name, name."""
    return (
        str(attrs.get("axis", "")).lower() == kind,
        attrs.get("standard_name") in _STANDARD_NAMES[kind],
        str(name).lower() in _NAMES[kind],
    )


def _axis_names(obj: xr.Dataset | xr.DataArray) -> dict[str, Hashable]:
    """Names of the one-dimensional coordinates along x and y; a kind that is not found is left out."""
    candidates = list(_candidates(obj))
    found: dict[str, Hashable] = {}
    for kind in "yx":
        for sign in range(3):
            named = [name for name, attrs in candidates if _signs(kind, name, attrs)[sign]]
            if named:
                found[kind] = min(named, key=lambda name: obj[name].dims != (name,))
                break
    return found


def _candidates(obj: xr.Dataset | xr.DataArray) -> Iterator[tuple[Hashable, dict[Any, Any]]]:
    """One-dimensional variables that may be axes: coordinates first, then what a file forgot to call one."""
    yield from ((name, values.attrs) for name, values in obj.coords.items() if values.ndim == 1)
    if isinstance(obj, xr.Dataset):
        yield from ((name, values.attrs) for name, values in obj.data_vars.items() if values.ndim == 1)


def has_axis_names(obj: xr.DataArray) -> bool:
    """Whether two dimensions have the usual names of horizontal axes, with or without coordinates."""
    names = [str(dim).lower() for dim in obj.dims]
    return all(any(name in _NAMES[kind] for name in names) for kind in "yx")


def _no_axis(obj: xr.Dataset | xr.DataArray, missing: list[str]) -> str:
    names = "; ".join(
        f"{kind}: a 1-D coordinate with axis {kind.upper()!r}, standard_name "
        f"{' or '.join(_STANDARD_NAMES[kind])}, or a name of {', '.join(_NAMES[kind])}"
        for kind in missing
    )
    there = ", ".join(str(name) for name in obj.coords) or "none"
    return (
        f"{describe(obj)} is a grid without coordinates. Looked for {names}. Coordinates there: {there}. "
        "Assign the coordinates of the cell centres (obj.assign_coords(x=..., y=...)), or pass source= a "
        "grid such as nk.ismip6_grid('AIS', 8e3)"
    )


def _find_crs(obj: xr.Dataset | xr.DataArray, axes: Axes, crs: str | Crs | None) -> tuple[Crs, str | None]:
    if crs is not None:
        return (crs if isinstance(crs, Crs) else Crs.parse(crs)), None
    found = _mapping_variable(obj) or _mapping_in_file(obj)
    if found is not None:
        name, attrs = found
        system, problems = Crs.from_grid_mapping(str(name), _plain(attrs))
        for problem in problems:
            warnings.warn(problem, GridMappingWarning, stacklevel=_outside())
        return system, str(name)
    if _is_in_degrees(obj[axes.x_name]) and _is_in_degrees(obj[axes.y_name]):
        return Crs.parse("EPSG:4326"), None
    raise GridError(
        f"{describe(obj)} has no coordinate reference system. Looked for a grid mapping variable "
        "(grid_mapping_name, crs_wkt or spatial_ref) and for coordinates in degrees. Pass crs= (source= in "
        f"nk.regrid), for example 'EPSG:3031'; known: {', '.join(Crs.KNOWN)}"
    )


def _mapping_variable(obj: xr.Dataset | xr.DataArray) -> tuple[Hashable, dict[Any, Any]] | None:
    """The grid mapping variable that data name, else the only ones there are when they agree."""
    holders = [obj] if isinstance(obj, xr.DataArray) else [obj, *obj.data_vars.values()]
    variables = obj.coords if isinstance(obj, xr.DataArray) else obj.variables
    for holder in holders:
        for text in (holder.attrs.get("grid_mapping"), holder.encoding.get("grid_mapping")):
            name = str(text or "").split(":")[0].strip()
            if name in variables and is_mapping(variables[name].attrs):
                return name, variables[name].attrs
    named = [(name, values.attrs) for name, values in variables.items() if is_mapping(values.attrs)]
    return _only(named, obj)


def _only(
    named: list[tuple[Hashable, dict[Any, Any]]], obj: xr.Dataset | xr.DataArray
) -> tuple[Hashable, dict[Any, Any]] | None:
    if len(named) > 1:
        systems = [Crs.from_grid_mapping(str(name), _plain(attrs))[0] for name, attrs in named]
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


def _plain(attrs: dict[Any, Any]) -> list[tuple[str, float | str]]:
    """Attributes that are numbers or text, as plain Python."""
    plain: list[tuple[str, float | str]] = []
    for name, value in attrs.items():
        if isinstance(value, str):
            plain.append((str(name), value))
        elif np.size(value) >= 1 and np.asarray(value).dtype.kind in "iuf":
            plain.append((str(name), float(np.ravel(value)[0])))
    return plain


def _is_in_degrees(coordinate: xr.DataArray) -> bool:
    units = str(coordinate.attrs.get("units", "")).lower()
    if units:
        return units.startswith("degree")
    name = coordinate.attrs.get("standard_name", str(coordinate.name).lower())
    return name in ("lon", "lat", "longitude", "latitude")


def _scale(coordinate: xr.DataArray, crs: Crs) -> float:
    """What the values of a coordinate are multiplied by to be metres or degrees."""
    units = str(coordinate.attrs.get("units", "")).strip().lower()
    name = coordinate.name
    if crs.is_geographic:
        if units and not units.startswith("degree"):
            raise GridError(f"coordinate {name}: units {units!r}, expected degrees for {crs.name}")
        return 1.0
    if units in _METRES:
        return _METRES[units]
    if units:
        raise GridError(f"coordinate {name}: units {units!r}, expected m or km for {crs.name}")
    largest = float(np.max(np.abs(coordinate.values), initial=0.0))
    if largest < _LONGEST_WITHOUT_UNITS:
        raise GridError(
            f"coordinate {name}: no units, and {largest:g} may be m or km; set its attribute units"
        )
    return 1.0


def _coordinate(obj: xr.Dataset | xr.DataArray, name: Hashable, crs: Crs) -> list[float]:
    values = np.asarray(obj[name].values)
    if values.dtype.kind not in "iuf":
        raise GridError(f"coordinate {name}: expected numbers, found {values.dtype}")
    return (values.astype(np.float64) * _scale(obj[name], crs)).tolist()


def _bounds(obj: xr.Dataset | xr.DataArray, name: Hashable, crs: Crs) -> list[float] | None:
    """The edges that a coordinate's bounds variable gives, if it is there."""
    bounds_name = obj[name].attrs.get("bounds")
    variables = obj.coords if isinstance(obj, xr.DataArray) else obj.variables
    if bounds_name not in variables:
        return None
    pairs = np.asarray(variables[bounds_name].values, dtype=np.float64)
    if pairs.ndim != 2 or pairs.shape != (obj[name].size, 2):
        raise GridError(f"bounds {bounds_name}: expected shape {(obj[name].size, 2)}, found {pairs.shape}")
    pairs = np.sort(pairs, axis=1)
    if obj[name].size > 1 and obj[name].values[1] < obj[name].values[0]:
        pairs = pairs[:, ::-1]
    gaps = np.abs(pairs[1:, 0] - pairs[:-1, 1]) > 1e-6 * np.abs(pairs[1:, 1] - pairs[1:, 0])
    if gaps.any():
        at = int(np.argmax(gaps))
        raise GridError(
            f"bounds {bounds_name}: cells {at} and {at + 1} do not share an edge: {pairs[at : at + 2]}"
        )
    return (np.append(pairs[:, 0], pairs[-1, 1]) * _scale(obj[name], crs)).tolist()


def _outside() -> int:
    """The stack level of the code that called this package, for warnings."""
    level, frame = 1, sys._getframe(1)
    while frame is not None and os.path.dirname(frame.f_code.co_filename) == os.path.dirname(__file__):
        frame, level = frame.f_back, level + 1
    return level
