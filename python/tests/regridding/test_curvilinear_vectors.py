"""Vectors along the axes of curvilinear grids, against a rigid rotation of the sphere."""

from __future__ import annotations

import warnings

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import GridWarning
from nunatak_testing import grid_families

SPIN = np.array([0.2, 0.5, -0.4])
TARGET = nk.grid("EPSG:4326", spacing=1, bounds=(0, 76, 360, 84), registration="cell")
WIND, ICE = ("x_wind", "y_wind"), ("land_ice_surface_x_velocity", "land_ice_surface_y_velocity")


def place(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)


def east_north(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Components of the motion to the east and to the north."""
    east = np.stack([-np.sin(np.radians(lon)), np.cos(np.radians(lon)), 0 * lon], -1)
    motion = np.cross(SPIN, place(lon, lat))
    return (motion * east).sum(-1), (motion * np.cross(place(lon, lat), east)).sum(-1)


def polar(names: tuple[str, str] = WIND, down: bool = False) -> xr.Dataset:
    """A polar map that left only longitudes and latitudes behind; its meridians tell the angle."""
    crs = pyproj.Proj("+proj=stere +lat_0=90 +lon_0=30 +R=6371000")
    axis = np.arange(-2e6, 2.01e6, 5e4)
    x, y = np.meshgrid(axis, axis[::-1] if down else axis)
    lon, lat = crs(x, y, inverse=True)
    east, north = east_north(lon, lat)
    angle = np.radians(lon - 30)
    dims = ("j", "i")
    along_x = np.cos(angle) * east - np.sin(angle) * north
    along_y = np.sin(angle) * east + np.cos(angle) * north
    return xr.Dataset(
        {
            "u": (dims, along_x, {"standard_name": names[0]}),
            "v": (dims, along_y, {"standard_name": names[1]}),
        },
        {"lon": (dims, lon, {"units": "degrees_east"}), "lat": (dims, lat, {"units": "degrees_north"})},
    )


@pytest.mark.parametrize("names", [WIND, ICE])
@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("dims", [("j", "i"), ("i", "j")])
def test_components_are_turned_by_the_angle_of_the_grid(
    names: tuple[str, str], down: bool, dims: tuple[str, str]
) -> None:
    data = polar(names, down)
    fields = {name: data[name].transpose(*dims) for name in ("u", "v")}
    found = nk.regrid(data.assign(fields), TARGET, "bilinear")
    east, north = east_north(*np.meshgrid(TARGET.lon, TARGET.lat))
    np.testing.assert_allclose(found.u, east, atol=2e-3)
    np.testing.assert_allclose(found.v, north, atol=2e-3)


def test_components_follow_the_axes_of_a_curvilinear_target() -> None:
    globe = nk.latlon(1.0)
    east, north = east_north(*np.meshgrid(globe.lon, globe.lat))
    dims = ("lat", "lon")
    winds = globe.assign(
        u=(dims, east, {"standard_name": WIND[0]}), v=(dims, north, {"standard_name": WIND[1]})
    )
    target = polar()
    found = nk.regrid(winds, target[["lon", "lat"]].set_coords(["lon", "lat"]), "bilinear")
    np.testing.assert_allclose(found.u, target.u, atol=2e-3)
    np.testing.assert_allclose(found.v, target.v, atol=2e-3)
    # The same grid needs no turn.
    xr.testing.assert_allclose(nk.regrid(target, target, "nearest").u.drop_vars("crs"), target.u)


def test_a_component_alone_is_named() -> None:
    with pytest.warns(GridWarning, match="u is a vector component along x of a curvilinear grid"):
        nk.regrid(polar().u, TARGET, "bilinear")


def test_rows_that_are_stored_as_columns_are_named() -> None:
    data = polar().rename(j="y", i="x").transpose("x", "y")
    with pytest.warns(GridWarning, match="u is a vector component along x .* transpose"):
        found = nk.regrid(data, TARGET, "bilinear")
    np.testing.assert_array_equal(found.u, nk.regrid(data, TARGET, "bilinear", vectors=()).u)


def test_components_to_the_east_stay_so() -> None:
    data = polar(("eastward_wind", "northward_wind"))
    east, north = east_north(data.lon.values, data.lat.values)
    data = data.assign(u=data.u.copy(data=east), v=data.v.copy(data=north))
    found = nk.regrid(data, TARGET, "bilinear")
    expected = east_north(*np.meshgrid(TARGET.lon, TARGET.lat))
    np.testing.assert_allclose((found.u, found.v), expected, atol=2e-3)


@pytest.mark.parametrize("family", ["healpix", "ugrid", "gaussian"])
def test_x_of_cells_without_axes_is_doubted(family: str) -> None:
    grid = grid_families.FAMILIES[family]()
    areas = nk.cell_area(grid)
    fields = {name: (areas.dims, np.ones(areas.shape), {"standard_name": name}) for name in WIND}
    target = nk.grid(3031, spacing=500e3, bounds=(-2e6, -2e6, 2e6, 2e6))
    with pytest.warns(GridWarning, match="x_wind is a component along x.*eastward"):
        nk.regrid(grid.assign(fields), target)
    east = {name: (dims, values, {"standard_name": geographic}) for (name, (dims, values, _)), geographic in zip(
        fields.items(), ("eastward_wind", "northward_wind"), strict=True)}
    with warnings.catch_warnings():
        warnings.simplefilter("error", GridWarning)
        nk.regrid(grid.assign(east), target)
        nk.regrid(grid.assign(fields), target, vectors=[WIND])
