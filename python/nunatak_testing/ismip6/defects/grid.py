"""Faults of group B: where the cells are."""

from __future__ import annotations

import numpy as np

from ..content import FileContent, StoredVariable
from ..grids import ICE_SHEETS
from . import fits
from .record import Change, fault

_AXES = "x and y in double precision"


@fault("B1", "no x and y", fits.field)
def _no_axes(content: FileContent) -> Change:
    drop_axes(content)
    return _AXES, "dimensions x and y without variables"


@fault("B2", "only two-dimensional lat and lon, with bounds", fits.antarctic_field)
def _places(content: FileContent) -> Change:
    add_places(content)
    drop_axes(content)
    return _AXES, "lat and lon (y, x) with lat_bnds and lon_bnds (y, x, nv4)"


@fault("B3", "a value stands twice in x", fits.field)
def _twice_in_x(content: FileContent) -> Change:
    return _repeat(content, "x")


@fault("B3.y", "a value stands twice in y", fits.field)
def _twice_in_y(content: FileContent) -> Change:
    return _repeat(content, "y")


@fault("B4", "dimensions (time, x, y), data in double precision", fits.field)
def _transposed(content: FileContent) -> Change:
    data = content.data
    content.replace_values(content.values().swapaxes(1, 2).astype(np.float64))
    data.dimensions, data.dtype = ("time", "x", "y"), "f8"
    data.fill_value = np.float64(data.fill_value)
    return "(time, y, x)", "(time, x, y)"


@fault("B5", "x and y in single precision; mapping and year beside the data", fits.field)
def _single_axes(content: FileContent) -> Change:
    for name in ("x", "y"):
        axis = content.variables[name]
        assert axis.values is not None
        axis.values, axis.dtype = axis.values.astype(np.float32), "f4"
    mapping = content.variables.pop("crs")
    content.variables["mapping"] = StoredVariable((), np.zeros((), "i1"), mapping.attributes, "i1")
    del content.data.attributes["grid_mapping"]
    content.variables["year"] = StoredVariable(("time",), content.years.astype(np.float32), {}, "f4")
    return _AXES, "x and y in single precision, mapping(), year(time)"


@fault("B6", "a coordinate `bnds` of zeros", fits.any_file)
def _bounds_coordinate(content: FileContent) -> Change:
    content.dimensions["bnds"] = 2
    content.variables["bnds"] = StoredVariable(("bnds",), np.zeros(2, np.float32), {}, "f4")
    return "no variable bnds", "bnds(bnds) = 0, 0"


@fault("B7", "dimensions t, lat and lon, without x and y", fits.field)
def _other_dimensions(content: FileContent) -> Change:
    drop_axes(content)
    names = {"time": "t", "y": "lat", "x": "lon"}
    content.dimensions = {names.get(name, name): length for name, length in content.dimensions.items()}
    for variable in content.variables.values():
        variable.dimensions = tuple(names.get(name, name) for name in variable.dimensions)
    return "(time, y, x)", "(t, lat, lon)"


@fault("B8", "no grid mapping", fits.field)
def _no_mapping(content: FileContent) -> Change:
    del content.variables["crs"], content.data.attributes["grid_mapping"]
    return "grid mapping crs", "none"


def drop_axes(content: FileContent) -> None:
    """Take x and y away."""
    del content.variables["x"], content.variables["y"]


def add_places(content: FileContent) -> None:
    """Latitude and longitude of cells and of their corners."""
    x, y = content.variables["x"].values, content.variables["y"].values
    assert x is not None and y is not None
    half = (x[1] - x[0]) / 2
    sheet = ICE_SHEETS[content.ice_sheet]
    centres = sheet.unproject(*np.meshgrid(x, y))
    corners = [sheet.unproject(*np.meshgrid(x + east * half, y + north * half)) for east, north in _CORNERS]
    content.dimensions["nv4"] = 4
    for at, (name, units) in enumerate((("lon", "degrees_east"), ("lat", "degrees_north"))):
        attributes = {"units": units, "bounds": f"{name}_bnds"}
        content.variables[name] = StoredVariable(("y", "x"), centres[at].astype(np.float32), attributes, "f4")
        around = np.stack([corner[at] for corner in corners], axis=-1).astype(np.float32)
        content.variables[f"{name}_bnds"] = StoredVariable(("y", "x", "nv4"), around, {}, "f4")
    content.data.attributes["coordinates"] = "lon lat"


_CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def _repeat(content: FileContent, name: str) -> Change:
    axis = content.variables[name]
    assert axis.values is not None
    sound = f"{name}[10] = {axis.values[10]:.0f}"
    axis.values = axis.values.copy()
    axis.values[10] = axis.values[9]
    return sound, f"{name}[10] = {axis.values[10]:.0f} = {name}[9]"
