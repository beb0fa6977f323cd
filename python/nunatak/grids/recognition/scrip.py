"""Grid files of SCRIP: corners of every cell, in degrees or radians."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, variables
from nunatak.grids.recognition.polygons import mesh_of_corners
from nunatak.grids.recognition.systems import find_geographic, scaled

__all__ = ["candidates"]

_CENTRES = ("grid_center_lon", "grid_center_lat")
_CORNERS = ("grid_corner_lon", "grid_corner_lat")
_OTHERS = ("grid_dims", "grid_imask", "grid_area")


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The cells of a SCRIP grid."""
    there = variables(obj)
    if not all(name in there for name in _CORNERS):
        return []
    names = frozenset(name for name in (*_CENTRES, *_CORNERS, *_OTHERS) if name in there)
    dim = there[_CORNERS[0]].dims[0]
    return [GridCandidate("scrip", (dim,), names, lambda crs: _build(obj, dim, crs))]


def _build(obj: xr.Dataset | xr.DataArray, dim: Hashable, crs: str | Crs | None) -> HorizontalGrid:
    there = variables(obj)
    system, mapping = find_geographic(obj, _CORNERS, crs)
    x, y = (scaled(there[name], name, system) for name in _CORNERS)
    centres = None
    if all(name in there for name in _CENTRES):
        longitude, latitude = (scaled(there[name], name, system) for name in _CENTRES)
        if np.isfinite(longitude).all() and np.isfinite(latitude).all():
            centres = (longitude, latitude)
    grid = mesh_of_corners(system, x, y, "SCRIP grid", centres=centres)
    carried = [name for name in (*_CENTRES[::-1], *_CORNERS[::-1]) if name in there]
    return HorizontalGrid.of_cells(dim, grid, mapping, carried, there)
