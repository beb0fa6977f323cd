"""Cells of curvilinear grids without a place: holes, whose neighbours keep their areas and values."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import GridError, GridWarning

LON, LAT = np.meshgrid(np.arange(3.0, 360.0, 6.0), np.arange(-76.0, 77.0, 4.0))
BLOCK = (slice(12, 20), slice(24, 33))
LAND: dict[str, tuple[slice | int, slice | int]] = {
    "a block": BLOCK,
    "at the boundary": (slice(0, 4), slice(5, 12)),
    "across the seam": (slice(18, 23), np.r_[0:4, 57:60]),
    "one row": (20, slice(7, 15)),
    "one cell": (17, 40),
}


def ocean(
    land: object, fill: float, *, names: tuple[str, str] = ("nav_lon", "nav_lat"), **attrs: float
) -> xr.Dataset:
    """The latitude as a field on (j, i), with ``fill`` for the places of land."""
    lon, lat, field = LON.copy(), LAT.copy(), LAT.copy()
    lon[land], lat[land], field[land] = fill, fill, np.nan
    coordinates = zip(names, (lon, lat), ("degrees_east", "degrees_north"), strict=True)
    coords = {name: (("j", "i"), values, {"units": units, **attrs}) for name, values, units in coordinates}
    return xr.Dataset({"t": (("j", "i"), field, {"coordinates": " ".join(names)})}, coords)


def quietly_regridded(data: xr.Dataset, target: xr.Dataset, method: str) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridWarning)
        return nk.regrid(data, target, method).t.values


@pytest.mark.parametrize("land", LAND.values(), ids=LAND.keys())
@pytest.mark.parametrize(
    "method", ["conservative", "conservative2", "bilinear", "patch", "nearest", "inverse_distance"]
)
def test_fill_values_are_as_missing_coordinates(land: object, method: str) -> None:
    target = nk.latlon(3.0)
    missing = nk.regrid(ocean(land, np.nan), target, method).t.values
    assert np.isfinite(missing).sum() > 0.7 * missing.size
    for fill in (0.0, -1.0, -999.0, 1e20, 9.969209968386869e36):
        np.testing.assert_array_equal(quietly_regridded(ocean(land, fill), target, method), missing)
    masked = ocean(land, 7.0, names=("lon", "lat"), _FillValue=7.0)
    np.testing.assert_array_equal(quietly_regridded(masked, target, method), missing)


@pytest.mark.parametrize("method", ["conservative", "bilinear", "patch", "nearest"])
def test_the_rest_is_as_without_a_hole(method: str) -> None:
    target = nk.latlon(3.0)
    whole = nk.regrid(ocean(np.s_[:0], np.nan), target, method).t
    found = nk.regrid(ocean(BLOCK, np.nan), target, method).t
    near = (abs(target.lon % 360 - 171) < 45) & (abs(target.lat + 14) < 32)
    np.testing.assert_allclose(found.where(~near), whole.where(~near), atol=1e-12)
    inside = (abs(target.lon % 360 - 171) < 20) & (abs(target.lat + 14) < 12)
    assert found.where(inside).isnull().all()


@pytest.mark.parametrize("land", LAND.values(), ids=LAND.keys())
def test_cells_with_a_place_keep_their_area(land: object) -> None:
    areas = nk.cell_area(ocean(land, np.nan)).values
    expected = nk.cell_area(ocean(np.s_[:0], np.nan)).values
    is_land = np.zeros(LON.shape, bool)
    is_land[land] = True
    assert (areas[is_land] == 0).all()
    np.testing.assert_allclose(areas[~is_land], expected[~is_land], rtol=0.02)


def test_maps_and_bounds_have_holes_too() -> None:
    x, y = np.meshgrid(np.arange(20) * 1e4 + 1e6, np.arange(15) * 1e4 - 5e5)
    land = (slice(3, 7), slice(4, 9))
    target = nk.grid("EPSG:3031", spacing=5e3, bounds=(1e6, -5e5, 1.19e6, -3.6e5), registration="node")
    for fill in (np.nan, 0.0, 1e20):
        places = [np.array(values) for values in (x, y)]
        for values in places:
            values[land] = fill
        data = xr.Dataset(
            {"t": (("r", "c"), np.where(np.isin(x, x[0, 4:9]) & np.isin(y, y[3:7, 0]), np.nan, x))},
            {name: (("r", "c"), own, {"units": "m"}) for name, own in zip(("x", "y"), places, strict=True)},
        )
        found = nk.regrid(data, target, "bilinear", source="EPSG:3031").t if np.isnan(fill) else None
        if found is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", GridWarning)
                found = nk.regrid(data, target, "bilinear", source="EPSG:3031").t
        known = np.isfinite(found.values)
        assert known.sum() > 0.5 * known.size
        np.testing.assert_allclose(
            found.values[known], np.broadcast_to(target.x, found.shape)[known], rtol=1e-12
        )


def test_cells_with_bounds_need_no_centre() -> None:
    data = ocean((5, 5), np.nan)
    corners = [(-3, -2), (3, -2), (3, 2), (-3, 2)]
    for name, values, axis in (("nav_lon", LON, 0), ("nav_lat", LAT, 1)):
        bounds = np.stack([values + corner[axis] for corner in corners], axis=-1)
        data[f"{name}_bnds"] = (("j", "i", "corner"), bounds)
        data[name].attrs["bounds"] = f"{name}_bnds"
    areas = nk.cell_area(data).values
    np.testing.assert_allclose(areas[5, 5], areas[5, 6], rtol=1e-9)
    shared = data.copy(deep=True)
    shared.nav_lon[BLOCK], shared.nav_lat[BLOCK] = 0.0, 0.0
    with pytest.warns(GridWarning, match="72 of 2340 share one place"):
        assert (nk.cell_area(shared).values[BLOCK] == 0).all()


def test_a_doubtful_place_is_named_and_none_is_an_error() -> None:
    with pytest.warns(GridWarning, match="cells of nav_lon and nav_lat: 72 of 2340 share one place"):
        nk.cell_area(ocean(BLOCK, 0.0))
    with pytest.raises(GridError, match="nav_lon and nav_lat: none of the 39 x 60 cells has coordinates"):
        nk.cell_area(ocean(np.s_[:], np.nan))


def test_components_turn_beside_a_hole() -> None:
    rng = np.random.default_rng(3)
    field = {
        name: (("j", "i"), rng.normal(size=LON.shape), {"standard_name": f"{axis}_wind"})
        for name, axis in (("u", "x"), ("v", "y"))
    }
    whole = ocean(np.s_[:0], np.nan).assign(field)
    broken = ocean(BLOCK, np.nan).assign(field)
    target = nk.latlon(3.0)
    far = abs(target.lon % 360 - 171) > 45
    for name in field:
        expected, found = (nk.regrid(data, target, "bilinear")[name] for data in (whole, broken))
        np.testing.assert_allclose(found.where(far), expected.where(far), atol=1e-12)
