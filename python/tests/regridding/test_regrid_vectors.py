"""Components of vectors rotated from grid to grid, against pyproj and a rotation of the whole Earth."""

from __future__ import annotations

import json
import pickle
import warnings

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak.grids.recognition import find_horizontal
from nunatak.regridding.vectors import Component, find_components

OMEGA = np.array([0.3, -0.8, 0.52])
"""Axis and speed of a rotation of the Earth, whose velocity at a unit normal n is OMEGA x n."""

SURFACE = {"x": "land_ice_surface_x_velocity", "y": "land_ice_surface_y_velocity"}


def polar(spacing: float = 50e3, half: float = 1.5e6) -> xr.Dataset:
    return nk.grid("EPSG:3031", spacing=spacing, bounds=(-half, -half, half, half))


def cap(spacing: float = 0.5) -> xr.Dataset:
    return nk.latlon(spacing).sel(lat=slice(-90, -80))


def southern_pixels(level: int = 6) -> xr.Dataset:
    size = 4**level
    return nk.healpix(level, cells=(size * np.arange(8, 12)[:, None] + np.arange(size // 16)).ravel())


def place(grid: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of the cells, in the shape of a field."""
    horizontal = find_horizontal(grid)
    return tuple(values.reshape(horizontal.grid.shape) for values in horizontal.grid.centres())


def pair(grid: xr.Dataset, u: np.ndarray, v: np.ndarray, **names: str) -> xr.Dataset:
    dims = find_horizontal(grid).dims
    fields = {"xvelsurf": (dims, u, {"standard_name": SURFACE["x"], "units": "m s-1"})}
    fields["yvelsurf"] = (dims, v, {"standard_name": SURFACE["y"], "units": "m s-1"})
    return grid.assign(fields).rename(names)


def east_north(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rotation of the Earth by the textbook, along east and north."""
    lon, lat = np.radians(longitude), np.radians(latitude)
    zero = np.zeros_like(lon)
    normal = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1)
    east = np.stack([-np.sin(lon), np.cos(lon), zero], -1)
    north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)], -1)
    velocity = np.cross(OMEGA, normal)
    return (velocity * east).sum(-1), (velocity * north).sum(-1)


def rotated(east: np.ndarray, north: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Components along x and y at an angle to east and north."""
    return (
        np.cos(angle) * east + np.sin(angle) * north,
        np.cos(angle) * north - np.sin(angle) * east,
    )


def angle_of_x(crs: str, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Angle from east to x of a map by pyproj's derivatives, without their stretch (by singular values)."""
    factors = pyproj.Proj(crs).get_factors(longitude, latitude)
    # x and y by steps to the east and to the north, true to the ellipsoid.
    lat = np.radians(latitude)
    squared = pyproj.Proj(crs).crs.ellipsoid
    flattening = 1.0 / squared.inverse_flattening
    e2 = flattening * (2.0 - flattening)
    prime = 1.0 / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    meridional = (1 - e2) * prime**3
    matrix = np.empty((*np.shape(longitude), 2, 2))
    matrix[..., 0, 0], matrix[..., 1, 0] = factors.dx_dlam, factors.dy_dlam
    matrix[..., 0, 1], matrix[..., 1, 1] = factors.dx_dphi, factors.dy_dphi
    matrix[..., :, 0] /= (prime * np.cos(lat))[..., None]
    matrix[..., :, 1] /= meridional[..., None]
    left, _, right = np.linalg.svd(matrix)
    rotation = left @ right
    # It brings east to (cos, -sin) of the angle from east to x.
    return np.arctan2(-rotation[..., 1, 0], rotation[..., 0, 0])


def analytic(grid: xr.Dataset, crs: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Components of the rotation of the Earth along the axes of a grid."""
    lon, lat = place(grid)
    east, north = east_north(lon, lat)
    return (east, north) if crs is None else rotated(east, north, angle_of_x(crs, lon, lat))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (("EPSG:3031", (-1e6, -1e6, 1e6, 1e6)), "degrees"),
        (("EPSG:3413", (-6e5, -3e6, 8e5, -1e6)), "EPSG:6931"),
        (("EPSG:3413", (-6e5, -3e6, 8e5, -1e6)), "+proj=laea +lat_0=72 +lon_0=-40 +datum=WGS84"),
        (("EPSG:3413", (-6e5, -3e6, 8e5, -1e6)), "EPSG:32624"),
        (("EPSG:3413", (-6e5, -3e6, 8e5, -1e6)), "+proj=aea +lat_1=60 +lat_2=80 +lon_0=-40 +datum=WGS84"),
    ],
)
def test_x_of_a_polar_map_is_where_pyproj_says(source: tuple, target: str) -> None:
    """A flow along x of a polar map is the same everywhere between its cells, so that no error is left."""
    crs, bounds = source
    grid = nk.grid(crs, spacing=1e5, bounds=bounds)
    size = find_horizontal(grid).grid.shape
    data = pair(grid, np.full(size, 100.0), np.zeros(size))
    if target == "degrees":
        onto, angle = cap(), 0.0
    else:
        middle = pyproj.Transformer.from_crs(crs, target, always_xy=True).transform(1e5, -2e6)
        west, south = (round(value, -5) for value in middle)
        onto = nk.grid(target, spacing=5e4, bounds=(west - 4e5, south - 4e5, west + 4e5, south + 4e5))
        angle = angle_of_x(target, *place(onto))
    result = nk.regrid(data, onto, "bilinear")
    lon, lat = place(onto)
    between = angle_of_x(crs, lon, lat) - angle
    found = result.xvelsurf.values, result.yvelsurf.values
    there = np.isfinite(found[0])
    assert there.sum() > 200
    np.testing.assert_allclose(found[0][there], 100 * np.cos(between)[there], atol=2e-5)
    np.testing.assert_allclose(found[1][there], 100 * np.sin(between)[there], atol=2e-5)


def test_pyproj_has_the_same_convergence() -> None:
    """Of a conformal map the angle is the meridian convergence; by Geod, where x goes."""
    lon, lat = np.array([20.0, -130.0, 70.0]), np.array([-75.0, -89.5, -62.0])
    angle = angle_of_x("EPSG:3031", lon, lat)
    convergence = pyproj.Proj("EPSG:3031").get_factors(lon, lat).meridian_convergence
    np.testing.assert_allclose(np.cos(angle - np.radians(-convergence)), 1.0, atol=1e-9)
    there = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3031", always_xy=True)
    x, y = there.transform(lon, lat)
    ends = there.transform(x + 100.0, y, direction="INVERSE")
    azimuth = pyproj.Geod(ellps="WGS84").inv(lon, lat, *ends)[0]
    np.testing.assert_allclose(np.cos(np.radians(90 - azimuth) - angle), 1.0, atol=1e-6)


GRIDS = {"map": (polar, "EPSG:3031"), "degrees": (cap, None), "pixels": (southern_pixels, None)}


@pytest.mark.parametrize("source", GRIDS)
@pytest.mark.parametrize("target", GRIDS)
@pytest.mark.parametrize("method", ["bilinear", "conservative", "conservative2", "patch"])
def test_a_rotation_of_the_earth_is_recovered(source: str, target: str, method: str) -> None:
    if source == target:
        return
    (make, crs), (onto, onto_crs) = GRIDS[source], GRIDS[target]
    result = nk.regrid(pair(make(), *analytic(make(), crs)), onto(), method, min_coverage=0.99)
    expected = analytic(onto(), onto_crs)
    error = np.hypot(result.xvelsurf.values - expected[0], result.yvelsurf.values - expected[1])
    _, latitude = place(onto())
    near = latitude < -89
    limit = 2 * number_error(make(), onto(), method) + 1e-4
    assert limit < 2.5e-2 and np.isfinite(error).sum() > 300 and np.isfinite(error[near]).sum() >= 4
    assert np.nanmax(error) < limit
    speeds = np.hypot(result.xvelsurf, result.yvelsurf)
    np.testing.assert_allclose(speeds.values[near], np.hypot(*expected)[near], rtol=limit)


def number_error(source: xr.Dataset, target: xr.Dataset, method: str) -> float:
    """The largest error of a number that is as smooth as the vectors."""

    def values(grid: xr.Dataset) -> np.ndarray:
        lon, lat = (np.radians(values) for values in place(grid))
        normal = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        return np.tensordot(OMEGA, normal, 1)

    field = source.assign(f=(find_horizontal(source).dims, values(source)))
    found = nk.regrid(field, target, method, min_coverage=0.99).f.values
    return float(np.nanmax(np.abs(found - values(target))))


def test_eastward_stays_eastward_on_a_map() -> None:
    lon, lat = place(polar())
    names = {"xvelsurf": "u", "yvelsurf": "v"}
    data = pair(polar(), *east_north(lon, lat), **names)
    data.u.attrs["standard_name"], data.v.attrs["standard_name"] = "eastward_wind", "northward_wind"
    result = nk.regrid(data, nk.grid("EPSG:6932", spacing=5e4, bounds=(-1e6, -1e6, 1e6, 1e6)), "bilinear")
    expected = east_north(*place(result))
    for name, values in zip("uv", expected, strict=True):
        np.testing.assert_allclose(result[name].values, values, atol=3e-4)
    assert json.loads(result.u.nunatak_regrid)["rotated"] == {"with": "v", "along": "east"}


def test_lengths_are_kept_where_vectors_are_taken() -> None:
    data = pair(polar(), *analytic(polar(), "EPSG:3031"))
    target = cap()
    result = nk.regrid(data, target, "nearest")
    length = np.hypot(data.xvelsurf, data.yvelsurf).assign_coords(crs=data.crs)
    speed = nk.regrid(length, target, "nearest", vectors=())
    np.testing.assert_allclose(np.hypot(result.xvelsurf, result.yvelsurf), speed, rtol=1e-14)
    record = json.loads(result.yvelsurf.nunatak_regrid)
    assert record["rotated"] == {"with": "xvelsurf", "along": "north"}
    assert result.yvelsurf.attrs["standard_name"] == SURFACE["y"]


def test_maps_with_the_same_axes_keep_the_bits() -> None:
    data = pair(polar(), *analytic(polar(), "EPSG:3031"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = nk.regrid(data, polar(70e3, 1.4e6))
        apart = nk.regrid(data, polar(70e3, 1.4e6), vectors=())
        nk.regrid(data.xvelsurf.assign_coords(crs=data.crs), polar(70e3, 1.4e6))
    xr.testing.assert_identical(result, apart)
    assert "rotated" not in json.loads(result.xvelsurf.nunatak_regrid)


def test_a_component_alone_is_reported() -> None:
    data = pair(polar(), *analytic(polar(), "EPSG:3031"))
    alone = data.xvelsurf.assign_coords(crs=data.crs)
    with pytest.warns(
        nk.GridWarning, match=r"xvelsurf.*not rotated to the axes of EPSG:4326.*both components"
    ):
        found = nk.regrid(alone, cap())
    with pytest.warns(nk.GridWarning, match="xvelsurf"):
        nk.regrid(data.drop_vars("yvelsurf"), cap())
    with pytest.warns(nk.GridWarning, match="median is no mean"):
        nk.regrid(data, cap(), func="median")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain = nk.regrid(alone, cap(), vectors=())
        nk.regrid(data, cap(), func="median", vectors=())
    np.testing.assert_array_equal(found.values, plain.values)


def test_pairs_that_are_named() -> None:
    data = pair(polar(), *analytic(polar(), "EPSG:3031"), xvelsurf="a", yvelsurf="b")
    for name in "ab":
        del data[name].attrs["standard_name"]
    expected = nk.regrid(pair(polar(), *analytic(polar(), "EPSG:3031")), cap())
    result = nk.regrid(data, cap(), vectors=[("a", "b")])
    np.testing.assert_array_equal(result.b.values, expected.yvelsurf.values)
    assert not np.array_equal(nk.regrid(data, cap()).a.values, expected.xvelsurf.values)
    regridder = nk.Regridder(polar(), cap())
    np.testing.assert_array_equal(regridder(data, vectors=[("a", "b")]).a.values, expected.xvelsurf.values)
    for wrong, message in [
        (("a", "b"), "expected pairs of names"),
        ("ab", "expected pairs of names"),
        ([("a", "c")], "no variables 'a' and 'c' among a, b"),
    ]:
        with pytest.raises(nk.ArgumentError, match=message):
            nk.regrid(data, cap(), vectors=wrong)  # type: ignore[arg-type]
    tree = xr.DataTree.from_dict({"/one": data, "/other": polar().assign(c=data.a)})
    turned_tree = nk.regrid(tree, cap(), vectors=[("a", "b")])
    np.testing.assert_array_equal(turned_tree["one/a"].values, expected.xvelsurf.values)
    with pytest.raises(nk.ArgumentError, match="no variables 'a' and 'd'"):
        nk.regrid(tree, cap(), vectors=[("a", "d")])
    with pytest.raises(nk.ArgumentError, match="no second component"):
        nk.regrid(data.a.assign_coords(crs=data.crs), cap(), vectors=[("a", "b")])
    with pytest.raises(nk.ArgumentError, match="max"):
        nk.regrid(data, cap(), func="max", vectors=[("a", "b")])


def test_pairs_are_found_by_what_they_are_called() -> None:
    def there(**names: str) -> dict[str, xr.Variable]:
        return {
            name: xr.Variable(("y", "x"), np.zeros((2, 3)), {"standard_name": text} if text else {})
            for name, text in names.items()
        }

    found = find_components(there(xvelmean="", yvelmean="", xvelbase="", u="x_wind", v="y_wind"), None)
    assert found == {
        "xvelmean": Component("x", "grid", "yvelmean"),
        "yvelmean": Component("y", "grid", "xvelmean"),
        "u": Component("x", "grid", "v"),
        "v": Component("y", "grid", "u"),
    }
    winds = there(u10="eastward_wind", u50="eastward_wind", v10="northward_wind", v50="northward_wind")
    assert {name: own.partner for name, own in find_components(winds, None).items()} == {
        "u10": "v10",
        "v10": "u10",
        "u50": "v50",
        "v50": "u50",
    }
    unclear = there(a="eastward_wind", b="eastward_wind", c="northward_wind")
    assert find_components(unclear, None) == {}
    assert find_components(there(xdist="", ydist="", t="air_temperature"), None) == {}
    longer = {"yvelmean": xr.Variable("x", np.zeros(3))}
    assert find_components(there(xvelmean="") | longer, None) == {}


def times(data: xr.Dataset) -> xr.Dataset:
    factors = xr.DataArray(np.arange(1.0, 5), dims="time")
    fields = {name: (data[name] * factors).transpose("y", "time", "x") for name in ("xvelsurf", "yvelsurf")}
    return data.assign(
        {name: values.assign_attrs(data[name].attrs) for name, values in fields.items()}
    ).transpose("time", ...)


def test_memory_dask_trees_regions_and_pickles_give_the_same_bits() -> None:
    pytest.importorskip("dask")
    u, v = analytic(polar(), "EPSG:3031")
    u[20:23, 15:30], v[40, 11:13] = np.nan, np.nan
    data = times(pair(polar(), u, v))
    for target in (cap(), southern_pixels(4)):
        expected = nk.regrid(data, target)
        assert (
            expected.xvelsurf.isnull().equals(expected.yvelsurf.isnull()) and expected.xvelsurf.isnull().any()
        )
        lazy = nk.regrid(data.chunk(time=2, y=30), target)
        mixed = nk.regrid(data.assign(yvelsurf=data.yvelsurf.chunk(time=1)), target)
        assert lazy.xvelsurf.chunks is not None and lazy.xvelsurf.chunks[0] == (2, 2)
        tree = nk.regrid(xr.DataTree.from_dict({"/a": data, "/b/c": data}), target)["b/c"].to_dataset()
        again = pickle.loads(pickle.dumps(expected))
        for name in ("xvelsurf", "yvelsurf"):
            for other in (lazy, mixed, tree, again):
                assert other[name].dtype == expected[name].dtype and other[name].dims == expected[name].dims
                np.testing.assert_array_equal(other[name].values, expected[name].values)
            part = {dim: slice(3, 9) for dim in expected[name].dims}
            fresh = nk.regrid(data, target)[name]
            np.testing.assert_array_equal(fresh.isel(part).values, expected[name].isel(part).values)


def test_float32_weights_masks_and_amounts() -> None:
    u, v = analytic(polar(), "EPSG:3031")
    data = pair(polar(), u.astype("f4"), v.astype("f4"))
    assert nk.regrid(data, cap(), "bilinear").xvelsurf.dtype == np.float32
    assert nk.regrid(data, cap()).xvelsurf.dtype == np.float64
    assert nk.regrid(data, cap(), dtype="float32").xvelsurf.dtype == np.float32
    share = xr.DataArray(np.where(np.arange(61) < 30, 0.0, 1.0), dims="x").broadcast_like(data.xvelsurf)
    weighted = nk.regrid(data, southern_pixels(4), weights=share)
    masked = nk.regrid(data, southern_pixels(4), mask=share.transpose("y", "x"), min_coverage=0.0)
    there = np.isfinite(weighted.yvelsurf.values)
    assert there.sum() > 20
    np.testing.assert_allclose(weighted.yvelsurf.values[there], masked.yvelsurf.values[there], rtol=1e-12)
    amounts = nk.regrid(pair(polar(), u, v), southern_pixels(5), quantity="extensive", min_coverage=0)
    means = nk.regrid(pair(polar(), u, v), southern_pixels(5))
    inside = np.isfinite(means.xvelsurf.values) & (
        nk.Regridder(polar(), southern_pixels(5)).coverage.values > 0.999
    )
    # Amounts are shared out by the areas of the polygons that the weights have, so that their sum is kept.
    factor = (
        nk.Regridder(polar(), southern_pixels(5)).target_area.values / nk.cell_area(polar()).mean().item()
    )
    np.testing.assert_allclose(
        amounts.xvelsurf.values[inside], (means.xvelsurf * factor).values[inside], rtol=0.05
    )
