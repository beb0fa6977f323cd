"""No order, direction or unit of a target or a source changes a regridded value; it only moves it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

import nunatak as nk
from nunatak_testing import grid_families as families

FAMILIES = {
    **{
        name: families.FAMILIES[name]
        for name in ("rectilinear", "polar", "equal_area", "rotated", "gaussian")
    },
    **{name: families.FAMILIES[name] for name in ("healpix", "ugrid", "scrip")},
}


def numbered(name: str) -> xr.Dataset:
    """The grid with the sine of latitude and longitude of its cells, and their numbers."""
    grid = FAMILIES[name]()
    areas = nk.cell_area(grid)
    values = np.random.default_rng(5).random(areas.shape)
    number = np.arange(areas.size).reshape(areas.shape)
    return grid.assign(v=(areas.dims, values), number=(areas.dims, number))


def in_other_units(grid: xr.Dataset) -> xr.Dataset:
    """Maps in km, longitudes and latitudes in radians; bounds with their axes."""
    changed = {}
    for name, own in grid.variables.items():
        units = str(own.attrs.get("units", ""))
        if own.dims and units == "m":
            changed[name] = own.copy(data=own.values / 1e3), "km"
        elif own.dims and units.startswith("degrees"):
            changed[name] = own.copy(data=np.radians(own.values)), "radian"
        else:
            continue
        bounds = own.attrs.get("bounds")
        if bounds in grid.variables and "units" not in grid[bounds].attrs:
            edges = grid[bounds].variable
            scaled = edges.values / 1e3 if units == "m" else np.radians(edges.values)
            changed[bounds] = edges.copy(data=scaled), None
    made = {
        name: (own.dims, own.values, own.attrs | ({"units": units} if units else {}))
        for name, (own, units) in changed.items()
    }
    return grid.assign_coords(made)


def moved(data: st.DataObject, grid: xr.Dataset) -> xr.Dataset:
    """The cells of a grid in another order: any along one dimension, the other way round along axes."""
    dims = grid.number.dims
    for dim in dims:
        if len(dims) == 1:
            order = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(grid.sizes[dim])
            grid = grid.isel({dim: order})
        elif data.draw(st.booleans()):
            grid = grid.isel({dim: slice(None, None, -1)})
    if data.draw(st.booleans()):
        grid = in_other_units(grid)
    if len(dims) == 2 and "lon" not in grid.variables and data.draw(st.booleans()):
        grid = grid.transpose(*reversed(dims), ...)
    return grid


@pytest.mark.parametrize("method", ["conservative", "bilinear", "nearest"])
@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_values_move_with_their_cells(name: str, method: str, data: st.DataObject) -> None:
    source, target = numbered("rectilinear"), numbered(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        expected = nk.regrid(source.v, target, method, min_coverage=0).values.ravel()
        other = moved(data, target)
        found = nk.regrid(source.v, other, method, min_coverage=0)
    number = other.number.transpose(*found.dims).values
    np.testing.assert_allclose(found.values, expected[number], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", ["conservative", "bilinear", "nearest"])
@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_order_of_the_source_changes_nothing(name: str, method: str, data: st.DataObject) -> None:
    source, target = numbered(name), nk.latlon(7.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        expected = nk.regrid(source, target, method, min_coverage=0).v
        found = nk.regrid(moved(data, source), target, method, min_coverage=0).v
    # A centre that lies as near to two values may have either.
    same = np.isclose(found.values, expected.values, rtol=1e-9, atol=1e-12, equal_nan=True)
    assert same.mean() >= (1.0 if method != "nearest" else 0.97)
