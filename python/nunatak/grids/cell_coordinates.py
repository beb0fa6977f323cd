"""The variables that describe the cells of a grid in results on it, named and with units as CF wants them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import centre_attributes, is_place, shape_attributes
from nunatak.grids.recognition import HorizontalGrid, metadata, variable_of
from nunatak.io.cf import narrow, without_fill
from nunatak.io.counting import is_counting

__all__ = ["target_coordinates", "target_shapes"]


def target_coordinates(
    obj: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid
) -> tuple[dict[Any, xr.Variable], str]:
    """The horizontal coordinates of a grid and its grid mapping variable, and the name of the latter."""
    repeats = _repeats(obj, horizontal)
    coords: dict[Any, xr.Variable] = {
        name: _centre(name, _once(variable_of(obj, name), repeats), horizontal) for name in horizontal.centres
    }
    known = (*coords.values(), *(variable_of(obj, name) for name in horizontal.shapes))
    has_places = any(is_place(own.attrs) for own in known)
    system = horizontal.grid.crs
    if not has_places and system.is_geographic and horizontal.grid.family == "mesh":
        coords |= _places_of_cells(obj, horizontal)
    name = horizontal.mapping_name or "crs"
    attrs = dict(horizontal.mapping) or system.grid_mapping()
    coords[name] = xr.Variable((), np.int32(0), narrow(attrs))
    return coords, name


def target_shapes(
    obj: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid
) -> tuple[dict[Any, xr.Variable], dict[Any, Hashable]]:
    """Variables that only a dataset can hold: bounds, nodes, connectivity; and which bound which."""
    repeats = _repeats(obj, horizontal)
    shapes = {
        name: without_fill(_once(variable_of(obj, name), repeats).copy(deep=False))
        for name in horizontal.shapes
    }
    bounds = {name: metadata(variable_of(obj, name), "bounds") for name in horizontal.centres}
    for name, own in shapes.items():
        # Bounds have the names of what they bound.
        if name not in bounds.values():
            own.attrs = own.attrs | shape_attributes(str(name), own.attrs)
    return shapes, {name: other for name, other in bounds.items() if other in shapes}


def _repeats(obj: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid) -> set[Hashable]:
    """Dimensions along which the coordinates of a grid are there again, which its cells do not have."""
    dims = {dim for name in horizontal.centres for dim in variable_of(obj, name).dims}
    return dims - set(horizontal.dims)


def _once(variable: xr.Variable, repeats: set[Hashable]) -> xr.Variable:
    repeated = [dim for dim in variable.dims if dim in repeats]
    return variable.isel(dict.fromkeys(repeated, 0)) if repeated else variable


def _centre(name: Hashable, own: xr.Variable, horizontal: HorizontalGrid) -> xr.Variable:
    """A variable along the cells alone: a coordinate, numbers of cells, counts of corners."""
    attrs = {key: value for key, value in own.attrs.items() if key != "bounds"}
    if is_counting(own):
        counting = own.copy(deep=False)
        counting.attrs = narrow(attrs)
        return counting
    # Only maps in metres leave the attributes of their grid mapping to the system.
    is_in_metres = not dict(horizontal.mapping)
    attrs |= centre_attributes(str(name), attrs, horizontal.grid, is_in_metres)
    return without_fill(xr.Variable(own.dims, own.values, narrow(attrs)))


def _places_of_cells(obj: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid) -> dict[Any, xr.Variable]:
    """Longitudes and latitudes of the values of a mesh that has none."""
    there = set(obj.coords) | set(getattr(obj, "data_vars", ()))
    longitude, latitude = (values.reshape(horizontal.grid.shape) for values in horizontal.grid.centres())
    named = (
        ("lat", latitude, {"standard_name": "latitude", "units": "degrees_north"}),
        ("lon", longitude, {"standard_name": "longitude", "units": "degrees_east"}),
    )
    return {
        name: without_fill(xr.Variable(horizontal.dims, values, attrs))
        for name, values, attrs in named
        if name not in there
    }
