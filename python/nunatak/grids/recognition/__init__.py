"""Finding the grid that xarray objects stand on, of every family.

Each family has a module that recognises it (``places``) and builds its grid when that is needed.
"""

from __future__ import annotations

from collections.abc import Hashable

import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError
from nunatak.grids.recognition import axes, cells, curvilinear, esmf_mesh, healpix, issm, mpas, scrip, ugrid
from nunatak.grids.recognition.axes import Axes, check_type, find_axes, has_axis_names
from nunatak.grids.recognition.place import Horizontal, Place, describe
from nunatak.grids.recognition.systems import find_crs, is_mapping

__all__ = [
    "Axes",
    "Horizontal",
    "Place",
    "describe",
    "find_axes",
    "find_horizontal",
    "find_places",
    "has_axis_names",
    "is_mapping",
]

_MARKED = (healpix.places, ugrid.places, mpas.places, esmf_mesh.places, scrip.places, issm.places)
"""Families that say what they are, which axes and other coordinates may accompany."""


def find_horizontal(obj: xr.Dataset | xr.DataArray, *, crs: str | Crs | None = None) -> Horizontal:
    """The grid of an object; the one with data when there are several.

    The system is ``crs``, else the grid mapping, else degrees say EPSG:4326.

    Raises
    ------
    GridError
        When the grid or its system cannot be found or read; the message says what was looked for.
    """
    return find_places(obj)[0].build(crs)


def find_places(obj: xr.Dataset | xr.DataArray) -> list[Place]:
    """All grids of an object, those with data first, recognised and not yet built.

    Raises
    ------
    GridError
        When there is none; the message says what was looked for.
    """
    check_type(obj)
    for places in _MARKED:
        found = places(obj)
        if found:
            return found
    found = _unmarked(obj)
    if not found:
        find_axes(obj)
        raise GridError(f"{describe(obj)} has no grid")
    return found


def _unmarked(obj: xr.Dataset | xr.DataArray) -> list[Place]:
    """Axes, two-dimensional coordinates, and cells along one dimension."""
    rows = axes.place(obj)
    bent = curvilinear.places(obj)
    if rows is None:
        return bent or cells.places(obj)
    beside = [place for place in bent if set(place.dims) == set(rows.dims)]
    others = [place for place in bent if set(place.dims) != set(rows.dims)]
    return [_either(obj, rows, beside[0]) if beside else rows, *others]


def _either(obj: xr.Dataset | xr.DataArray, rows: Place, bent: Place) -> Place:
    """Axes where their system is known, else the longitudes and latitudes of the cells beside them."""

    def build(crs: str | Crs | None) -> Horizontal:
        own = axes.axes_of(obj)
        names: tuple[Hashable, Hashable] | None = None if own is None else (own.x_name, own.y_name)
        if crs is None and names is not None:
            try:
                find_crs(obj, names, None)
            except GridError:
                return bent.build(None)
        return rows.build(crs)

    return Place(rows.family, rows.dims, rows.names | bent.names, build)
