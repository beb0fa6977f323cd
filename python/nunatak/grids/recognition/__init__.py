"""Recognition of the grid that xarray objects are on, of every family.

Each family has a module that recognises it (``candidates``) and builds its grid when that is needed.
"""

from __future__ import annotations

from collections.abc import Hashable

import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError
from nunatak.grids.recognition import axes, cells, curvilinear, esmf_mesh, healpix, issm, mpas, scrip, ugrid
from nunatak.grids.recognition.axes import Axes, check_type, find_axes, has_axis_names
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, describe
from nunatak.grids.recognition.systems import find_crs, is_mapping

__all__ = [
    "Axes",
    "GridCandidate",
    "HorizontalGrid",
    "describe",
    "find_axes",
    "find_candidates",
    "find_horizontal",
    "has_axis_names",
    "is_mapping",
]

_MARKED = (
    healpix.candidates,
    ugrid.candidates,
    mpas.candidates,
    esmf_mesh.candidates,
    scrip.candidates,
    issm.candidates,
)
"""Families that say what they are, which axes and other coordinates may accompany."""


def find_horizontal(obj: xr.Dataset | xr.DataArray, *, crs: str | Crs | None = None) -> HorizontalGrid:
    """The grid of an object; the one with data when there are several.

    The system is ``crs``, else the grid mapping, else degrees say EPSG:4326.

    Raises
    ------
    GridError
        When the grid or its system cannot be found or read; the message says what was looked for.
    """
    return find_candidates(obj)[0].build(crs)


def find_candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """All grids of an object, those with data first, recognised and not yet built.

    Raises
    ------
    GridError
        When there is none; the message says what was looked for.
    """
    check_type(obj)
    for candidates in _MARKED:
        found = candidates(obj)
        if found:
            return found
    found = _unmarked(obj)
    if not found:
        find_axes(obj)
        raise GridError(f"{describe(obj)} has no grid")
    return found


def _unmarked(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """Axes, two-dimensional coordinates, and cells along one dimension."""
    rows = axes.candidate(obj)
    bent = curvilinear.candidates(obj)
    if rows is None:
        return bent or cells.candidates(obj)
    beside = [candidate for candidate in bent if set(candidate.dims) == set(rows.dims)]
    others = [candidate for candidate in bent if set(candidate.dims) != set(rows.dims)]
    return [_either(obj, rows, beside[0]) if beside else rows, *others]


def _either(obj: xr.Dataset | xr.DataArray, rows: GridCandidate, bent: GridCandidate) -> GridCandidate:
    """Axes where their system is known, else the longitudes and latitudes of the cells beside them."""

    def build(crs: str | Crs | None) -> HorizontalGrid:
        own = axes.axes_of(obj)
        names: tuple[Hashable, Hashable] | None = None if own is None else (own.x_name, own.y_name)
        if crs is None and names is not None:
            try:
                find_crs(obj, names, None)
            except GridError:
                return bent.build(None)
        return rows.build(crs)

    return GridCandidate(rows.family, rows.dims, rows.names | bent.names, build)
