"""The grids of the comparison: cells of great circles on a plain sphere, as arrays and as a Dataset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from . import geodesic, healpix_cells
from .polygons import Values, areas, longitude_latitude, outlines, shared_corners, unit_vectors

_SPHERE = {"grid_mapping_name": "latitude_longitude", "earth_radius": 6371229.0}


@dataclass(frozen=True)
class SphereGrid:
    """Cells of great circles.

    Attributes
    ----------
    name
        As in the tables.
    centres, corners
        Unit vectors (cell, 3) and (cell, corner, 3), counter-clockwise; corners of smaller cells repeat.
    shape
        One number for cells without order, two for rows and columns.
    """

    name: str
    centres: Values
    corners: Values
    shape: tuple[int, ...]

    @cached_property
    def areas(self) -> Values:
        """Areas on the unit sphere."""
        return areas(self.corners)

    def at_centres(self, function: Callable[[Values, Values], Values]) -> Values:
        """A field at the centres."""
        lon, lat = longitude_latitude(self.centres)
        return function(np.radians(lon), np.radians(lat))

    def unstructured(self) -> dict[str, NDArray[Any]]:
        """Centres and the corners that cells share (degrees), how many each cell has, and their numbers."""
        nodes, numbers = shared_corners(self.corners)
        counts, cells = outlines(numbers)
        (lon, lat), (node_lon, node_lat) = longitude_latitude(self.centres), longitude_latitude(nodes)
        degrees = {"centre_lon": lon, "centre_lat": lat, "node_lon": node_lon, "node_lat": node_lat}
        return {**degrees, "counts": counts, "cells": cells}

    def dataset(self) -> xr.Dataset:
        """The grid as files give it: longitudes and latitudes with bounds, on a sphere."""
        dims = ("cell",) if len(self.shape) == 1 else ("y", "x")
        bounds = (*dims, "corner")
        (lon, lat), (lon_bnds, lat_bnds) = longitude_latitude(self.centres), longitude_latitude(self.corners)
        count = self.corners.shape[1]
        variables = {
            "lon": (dims, lon.reshape(self.shape), _attributes("lon", "degrees_east")),
            "lat": (dims, lat.reshape(self.shape), _attributes("lat", "degrees_north")),
            "lon_bnds": (bounds, lon_bnds.reshape(*self.shape, count)),
            "lat_bnds": (bounds, lat_bnds.reshape(*self.shape, count)),
            "crs": ((), 0, _SPHERE),
        }
        return xr.Dataset(coords=variables)


def _attributes(name: str, units: str) -> dict[str, str]:
    standard = {"lon": "longitude", "lat": "latitude"}[name]
    return {"standard_name": standard, "units": units, "bounds": f"{name}_bnds"}


def _structured(name: str, edges: Values, middles: Values) -> SphereGrid:
    """A grid of rows and columns from points between cells (row, column, 3) and in them."""
    around = (edges[:-1, :-1], edges[:-1, 1:], edges[1:, 1:], edges[1:, :-1])
    shape = middles.shape[:2]
    return SphereGrid(name, middles.reshape(-1, 3), np.stack(around, axis=2).reshape(-1, 4, 3), shape)


def _axes(rows: int, columns: int) -> tuple[Values, Values]:
    """Points between the cells of equal steps in longitude and latitude, and in them."""
    lon, lat = np.linspace(0, 360, columns + 1), np.linspace(-90, 90, rows + 1)
    edges = unit_vectors(*np.meshgrid(lon, lat))
    # The last meridian is the first, to the last bit; a pole is one point.
    edges[:, -1], edges[0], edges[-1] = edges[:, 0], (0, 0, -1), (0, 0, 1)
    return edges, unit_vectors(*np.meshgrid((lon[1:] + lon[:-1]) / 2, (lat[1:] + lat[:-1]) / 2))


def longitudes_latitudes(rows: int, columns: int) -> SphereGrid:
    """Equal steps in longitude and latitude."""
    return _structured(f"ll{columns}", *_axes(rows, columns))


def rotated(rows: int, columns: int, pole: tuple[float, float] = (320.0, 50.0)) -> SphereGrid:
    """Equal steps in longitude and latitude about another pole."""
    lon, lat = np.radians(pole)
    towards = unit_vectors(np.array(pole[0]), np.array(pole[1] - 90))
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    turn = np.stack([towards, east, unit_vectors(*np.degrees([lon, lat]))], axis=1)
    edges, middles = _axes(rows, columns)
    return _structured(f"rot{columns}", edges @ turn.T, middles @ turn.T)


def polar_stereographic(cells: int, spacing: float) -> SphereGrid:
    """A square of EPSG:3031; its corners' geodetic latitudes are taken for the sphere's."""
    from pyproj import Transformer

    transform = Transformer.from_crs(3031, 4326, always_xy=True).transform
    middle = (np.arange(cells) - (cells - 1) / 2) * spacing
    edge = (np.arange(cells + 1) - cells / 2) * spacing
    edges, middles = (unit_vectors(*transform(*np.meshgrid(axis, axis))) for axis in (edge, middle))
    return _structured(f"p{spacing / 1e3:.0f}", edges, middles)


def icosahedral(pieces: int) -> SphereGrid:
    """Voronoi cells of an icosahedron's cut faces."""
    generators = geodesic.points(pieces)
    return SphereGrid(f"icos{pieces}", generators, geodesic.voronoi(generators), (len(generators),))


def healpix(nside: int) -> SphereGrid:
    """HEALPix cells, their four corners joined by great circles."""
    cells = 12 * nside**2
    return SphereGrid(f"hp{nside}", healpix_cells.centres(nside), healpix_cells.corners(nside), (cells,))


_NAMED: dict[str, Callable[[], SphereGrid]] = {
    "ll144": lambda: longitudes_latitudes(143, 144),
    "icos39": lambda: icosahedral(39),
    "hp64": lambda: healpix(64),
    "rot362": lambda: rotated(292, 362),
    "p32": lambda: polar_stereographic(191, 32e3),
}


@cache
def named(name: str) -> SphereGrid:
    """A grid of the published comparison."""
    return _NAMED[name]()
