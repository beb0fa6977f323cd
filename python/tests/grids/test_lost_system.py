"""Axes that lost their grid mapping: their system is found by the longitudes and latitudes beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak.grids.recognition import find_horizontal


def on_map(
    crs: str, *, unit: float = 1.0, dtype: str = "f8", order: int = 1, names: tuple[str, str] = ("y", "x")
) -> xr.Dataset:
    """A field on a map, its longitudes and latitudes beside it and no grid mapping."""
    y, x = np.arange(-400e3, 401e3, 50e3)[::order] - 1.2e6, np.arange(-300e3, 301e3, 50e3)
    longitude, latitude = pyproj.Transformer.from_crs(crs, 4326, always_xy=True).transform(*np.meshgrid(x, y))
    row, column = names
    places = {
        "lon": (names, longitude.astype(dtype), {"units": "degrees_east"}),
        "lat": (names, latitude.astype(dtype), {"units": "degrees_north"}),
    }
    units = {"units": "m" if unit == 1.0 else "km"}
    axes = {row: (row, y / unit, units), column: (column, x / unit, units)}
    return xr.Dataset({"orog": (names, np.zeros(longitude.shape))}, {**axes, **places})


@pytest.mark.parametrize("crs", ["EPSG:3031", "EPSG:3413", "EPSG:3412", "EPSG:6932", "EPSG:3995"])
@pytest.mark.parametrize(
    "options",
    [{}, {"unit": 1e3}, {"dtype": "f4"}, {"order": -1}, {"names": ("yc", "xc")}],
    ids=["metres", "kilometres", "float32", "descending", "other names"],
)
def test_the_system_is_found_by_the_places(crs: str, options: dict) -> None:
    dataset = on_map(crs, **options)
    turned = dataset.transpose(*reversed(dataset.orog.dims))
    for obj in (dataset, dataset.orog, dataset.orog + 1, turned):
        grid = find_horizontal(obj).grid
        assert grid.family == "rectilinear" and grid.crs.name.startswith(crs)
        assert np.ptp(grid.x) == pytest.approx(600e3)


def test_places_of_another_map_stay_what_they_are() -> None:
    dataset = on_map("+proj=stere +lat_0=-90 +lat_ts=-65 +lon_0=10")
    assert find_horizontal(dataset).grid.family == "mesh"


@pytest.mark.parametrize("registration", ["node", "cell"])
@pytest.mark.parametrize(
    ("east", "columns"),
    [
        (np.linspace(178.0, 182.0, 50), 10),
        (np.linspace(-2.0, 2.0, 50), 10),
        (np.linspace(350.0, 370.0, 50), 42),
        (np.array([179.9, -179.9]), 3),
        (np.linspace(-180.0, 179.9, 1000), 720),
        (np.array([10.0]), 2),
    ],
    ids=["antimeridian", "Greenwich", "other branch", "two", "all round", "one"],
)
def test_a_grid_around_points_is_small_and_holds_them(registration, east: np.ndarray, columns: int) -> None:
    count = east.size
    table = {
        "longitude": np.where(east > 180, east - 360, east),
        "latitude": np.linspace(-78.0, -77.0, count),
        "height": np.full(count, 50.0),
        "height_sigma": np.full(count, 0.1),
    }
    points = nk.open_points(table)
    grid = nk.grid("EPSG:4326", spacing=0.5, bounds=points, registration=registration)
    assert grid.sizes["lon"] <= columns
    assert int(nk.aggregate(points, grid)["count"].sum()) == count


def test_real_cells_are_the_same_without_the_mapping(real_data: Path) -> None:
    points = nk.open_atl06(real_data / "atl06" / "processed_ATL06_20190613065109_11610303_002_01.h5")
    file = xr.open_dataset(real_data / "ismip6" / "grid16km_gris" / "GRL-16KM_TOPO-M17.nc")
    with pytest.warns(nk.GridMappingWarning):
        expected = nk.aggregate(points, file)["count"].values
    for grid in (file[["z_srf"]], file.z_srf + 1, file.drop_vars("polar_stereographic")):
        np.testing.assert_array_equal(nk.aggregate(points, grid)["count"].values, expected)
