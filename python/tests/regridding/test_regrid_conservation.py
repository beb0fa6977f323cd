"""Weights lose nothing: every family to every other, with the areas of the cells as they are regridded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import Grid
from nunatak.grids.rectilinear import native_grid
from nunatak.regridding.weights_plan import Method
from nunatak_testing import grid_families as families


def rotated(mesh: xr.Dataset) -> xr.Dataset:
    """The same mesh elsewhere, so that no edge meets its own."""
    return mesh.assign(node_lon=mesh.node_lon + 7.3)


FROM: dict[str, Callable[[], xr.Dataset]] = {
    "planar": families.polar,
    "lat/lon": families.rectilinear,
    "curvilinear": families.rotated,
    "HEALPix": families.healpix_grid,
    "mesh": families.ugrid,
}
TO: dict[str, Callable[[], xr.Dataset]] = {
    "planar": lambda: nk.grid("EPSG:3031", spacing=450e3, bounds=(-4.5e6, -4.5e6, 4.5e6, 4.5e6)),
    "lat/lon": lambda: nk.latlon(7.5),
    "curvilinear": lambda: families.rotated(20, 28),
    "HEALPix": lambda: nk.healpix(2),
    "mesh": lambda: rotated(families.ugrid()),
}
"""Others of the same families, so that no pair is a grid and itself."""
INSIDE = -78.0
"""Cells about places south of this, and those about them, lie within the planar grids (to 61 and 50 S)."""


def areas_as_regridded(grid: Grid, other: Grid, method: Method) -> np.ndarray:
    """True areas where edges are followed exactly, else those of the polygons of great circles."""
    is_exact = grid.family == "rectilinear" and (grid.crs.is_geographic or other.family == "rectilinear")
    is_of_hierarchy = grid.family == other.family == "healpix"
    exact = (method == "conservative" and is_exact) or is_of_hierarchy
    return (grid.cell_areas() if exact else grid.polygon_areas()).ravel()


def is_inside(grid: Grid, frame: Grid) -> np.ndarray:
    """Cells that the other grid covers: all of them, unless it is the planar one."""
    latitude = grid.centres()[1]
    is_globe = frame.family != "rectilinear" or frame.crs.is_geographic
    return np.full(latitude.shape, True) if is_globe else latitude < INSIDE


@pytest.mark.parametrize("target", TO)
@pytest.mark.parametrize("source", FROM)
@pytest.mark.parametrize("method", ["conservative", "conservative2"])
def test_integrals_and_ones_are_kept(method: Method, source: str, target: str) -> None:
    have, want = FROM[source](), TO[target]()
    one, other = native_grid(have), native_grid(want)
    regridder = nk.Regridder(have, want, method)
    weights = regridder.weights
    before, after = areas_as_regridded(one, other, method), areas_as_regridded(other, one, method)
    longitude, latitude = (np.radians(values) for values in one.centres())
    smooth = 2 + np.cos(latitude) ** 2 * np.cos(2 * longitude) + np.sin(5 * latitude)
    given = np.where(is_inside(one, other), smooth, 0.0)
    assert (after * (weights @ given)).sum() == pytest.approx((before * given).sum(), rel=1e-12)
    np.testing.assert_allclose(regridder.source_area, before, rtol=1e-12)
    np.testing.assert_allclose(regridder.target_area.values.ravel(), after, rtol=1e-12)
    inside = is_inside(other, one)
    assert inside.any()
    np.testing.assert_allclose(weights.sum(axis=1)[inside], 1.0, rtol=0, atol=1e-12)
