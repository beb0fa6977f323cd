"""What the values of coordinates stand for: units, wrapped bounds, single precision, wide cells, repeats."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.errors import GridError, GridWarning
from nunatak.grids.recognition import find_horizontal
from nunatak.regridding.target import RegridTarget
from nunatak_testing import grid_families as families

WGS84_AREA = 510_065_621_724_088.4  # m2: 2 pi a^2 (1 + (1 - e^2) / e atanh e)


def _in_units(dataset: xr.Dataset, units: str, factor: float) -> xr.Dataset:
    """The same dataset with all its angles, and bounds that have no units of their own, in other units."""
    bounds = {
        values.attrs.get("bounds", values.encoding.get("bounds")) for values in dataset.variables.values()
    }
    found = dataset.copy()
    for name, values in dataset.variables.items():
        stated = str(values.attrs.get("units", ""))
        if stated.startswith("degree") or (name in bounds and not stated and "lat" in found.variables):
            attrs = {**values.attrs, "units": units} if stated else values.attrs
            found = found.assign({name: (values.dims, values.values * factor, attrs)})
    return found.set_coords([name for name in dataset.coords if name in found])


@pytest.mark.parametrize("name", ["rectilinear", "rotated", "gaussian", "ugrid", "scrip", "esmf_mesh"])
@pytest.mark.parametrize("units", ["radian", "radians", "rad"])
def test_angles_of_every_family_may_be_radians(name: str, units: str) -> None:
    degrees = families.FAMILIES[name]()
    radians = _in_units(degrees, units, np.pi / 180)
    expected, found = find_horizontal(degrees), find_horizontal(radians)
    assert found.dims == expected.dims
    np.testing.assert_allclose(found.grid.cell_areas(), expected.grid.cell_areas(), rtol=1e-9)
    np.testing.assert_allclose(found.grid.centres()[1], expected.grid.centres()[1], atol=1e-9)


def test_cells_in_radians_of_single_precision_reach_the_poles() -> None:
    degrees = families.FAMILIES["rotated"](6, 12)
    radians = _in_units(degrees, "radian", np.pi / 180)
    radians = radians.assign_coords({name: own.astype("f4") for name, own in radians.coords.items()})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        areas = nk.cell_area(radians)
    np.testing.assert_allclose(areas, nk.cell_area(degrees), rtol=1e-4)


def _globe(longitude: np.ndarray, bounds: np.ndarray | None = None, dtype: str = "f8") -> xr.Dataset:
    latitude = np.arange(-85.0, 90, 10)
    values = np.broadcast_to(np.cos(np.radians(longitude)), (18, longitude.size))
    lon = ("lon", longitude.astype(dtype), {"units": "degrees_east"})
    dataset = xr.Dataset(
        {"v": (("lat", "lon"), values)},
        {"lon": lon, "lat": ("lat", latitude.astype(dtype), {"units": "degrees_north"})},
    )
    if bounds is not None:
        dataset = dataset.assign_coords(lon_bnds=(("lon", "bnds"), bounds.astype(dtype)))
        dataset.lon.attrs["bounds"] = "lon_bnds"
    return dataset


def _wraps() -> list[Callable[[np.ndarray], np.ndarray]]:
    return [lambda x: x % 360, lambda x: (x + 180) % 360 - 180, lambda x: x + 360, lambda x: x[:, ::-1] % 360]


@pytest.mark.parametrize("first", [0.0, 1.0, -180.0, -179.0, 90.5])
def test_bounds_may_be_wrapped(first: float) -> None:
    longitude = first + 2 * np.arange(180)
    bounds = np.stack([longitude - 1, longitude + 1], 1)
    expected = find_horizontal(_globe(longitude, bounds)).grid
    for wrap in _wraps():
        found = find_horizontal(_globe(longitude, wrap(bounds))).grid
        assert found.is_same(expected)
        assert found.cell_areas().sum() == pytest.approx(WGS84_AREA, rel=1e-12)
    with pytest.raises(GridError, match="lon"):
        nk.cell_area(_globe(longitude, bounds + 10))


@pytest.mark.parametrize("name", ["gaussian", "scrip", "rotated"])
def test_corners_may_be_wrapped_in_every_family(name: str) -> None:
    plain = families.FAMILIES[name]()
    expected = nk.cell_area(plain)
    corners = next(own for own in plain.variables if str(own) in ("lon_bnds", "grid_corner_lon"))
    for wrap in (lambda x: x % 360, lambda x: (x + 180) % 360 - 180):
        values = plain[corners]
        wrapped = plain.assign_coords({corners: (values.dims, wrap(values.values), values.attrs)})
        np.testing.assert_allclose(nk.cell_area(wrapped), expected, rtol=1e-9)


PRODUCTS = [
    (0.1, 0.0, 3600),
    (0.05, -179.975, 7200),
    (1 / 12, -180.0, 4320),
    (1 / 3, 1 / 6, 1080),
    (0.15, 0.0, 2400),
]


@pytest.mark.parametrize(("step", "start", "count"), PRODUCTS)
@pytest.mark.parametrize("form", ["f4", "f4 in f8", "f4 from the east", "f4 with bounds"])
def test_single_precision_leaves_no_gap(step: float, start: float, count: int, form: str) -> None:
    longitude = start + step * np.arange(count)
    bounds = np.stack([longitude - step / 2, longitude + step / 2], 1) if "bounds" in form else None
    dataset = _globe(longitude[::-1] if "east" in form else longitude, bounds, "f4")
    if "f8" in form:
        dataset = dataset.assign_coords(lon=dataset.lon.astype("f8"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert float(nk.cell_area(dataset).sum()) == pytest.approx(WGS84_AREA, rel=1e-12)
        seam = round(start - step / 2)
        target = nk.grid("EPSG:4326", spacing=0.25, bounds=(seam - 1, -20, seam + 1, 20), registration="cell")
        across = nk.regrid(dataset.v, target, "bilinear")
    np.testing.assert_allclose(across, np.broadcast_to(np.cos(np.radians(target.lon)), (160, 8)), atol=1e-4)


def test_single_precision_shares_edges_with_the_exact_axis() -> None:
    longitude = 0.1 * np.arange(3600)
    exact, single = _globe(longitude), _globe(longitude, dtype="f4")
    same = nk.regrid(single, exact).v
    np.testing.assert_array_equal(same, single.v)
    keep = xr.DataArray(np.ones((18, 3600), bool), {"lon": single.lon}, ("lat", "lon"))
    np.testing.assert_array_equal(nk.regrid(single, exact, mask=keep).v, same)


def test_what_no_even_axis_explains_stays() -> None:
    stretched = np.cumsum(np.linspace(0.5, 1.5, 100)).astype("f4")
    axis = find_horizontal(_globe(stretched, dtype="f4")).grid.x
    np.testing.assert_array_equal(axis, stretched.astype("f8"))
    with pytest.warns(GridWarning, match="lon"):
        nk.cell_area(_globe(np.arange(359.0), dtype="f4"))


def _boxes(latitude: np.ndarray, longitude: np.ndarray) -> xr.Dataset:
    data, coords = {}, {}
    for name, edges, units in (("lat", latitude, "degrees_north"), ("lon", longitude, "degrees_east")):
        data[f"{name}_bnds"] = ((name, "bnds"), np.stack([edges[:-1], edges[1:]], 1))
        coords[name] = (name, (edges[1:] + edges[:-1]) / 2, {"units": units, "bounds": f"{name}_bnds"})
    return xr.Dataset(data, coords)


def _authalic(latitude: np.ndarray) -> np.ndarray:
    """Proportional to the area between the equator and a latitude of WGS84 (Snyder 1987, eq. 3-12)."""
    e = np.sqrt((2 - 1 / 298.257223563) / 298.257223563)
    s = np.sin(np.radians(latitude))
    return (1 - e * e) * (s / (1 - e * e * s * s) + np.arctanh(e * s) / e)


WIDE = [(-180.0, 180.0), (-180.0, 0.0, 180.0), (10.0, 280.0, 370.0), (180.0, 0.0, -180.0)]


@pytest.mark.parametrize("longitude", WIDE)
@pytest.mark.parametrize("latitude", [(-90.0, 90.0), (-90.0, 0.0, 90.0), (60.0, 45.0, -90.0)])
@pytest.mark.parametrize("method", ["conservative", "conservative2"])
def test_wide_cells_have_their_means(
    longitude: tuple[float, ...], latitude: tuple[float, ...], method: str
) -> None:
    globe = nk.latlon(5.0)
    zones = np.diff(_authalic(np.arange(-90, 91, 5.0)))
    field = globe.assign(v=(("lat", "lon"), np.broadcast_to(globe.lat.values[:, None], (36, 72))))
    boxes = _boxes(np.array(latitude), np.array(longitude))
    inside = [(globe.lat > min(ends)) & (globe.lat < max(ends)) for ends in pairwise(latitude)]
    means = [np.average(globe.lat[rows], weights=zones[rows]) for rows in inside]
    down = nk.regrid(field, boxes, method).v
    exact = np.broadcast_to(np.array(means)[:, None], down.shape)
    np.testing.assert_allclose(down, exact, atol=1e-9 if method == "conservative" else 0.1)
    up = nk.regrid(boxes.assign(w=(("lat", "lon"), np.ones(down.shape))), globe, method).w
    covered = (globe.lat > min(latitude)) & (globe.lat < max(latitude))
    np.testing.assert_allclose(up[covered.values], 1.0, atol=1e-9)


@pytest.mark.parametrize("name", ["healpix", "ugrid", "rotated", "polar", "equal_area"])
@pytest.mark.parametrize("method", ["conservative", "conservative2", "nearest"])
def test_wide_cells_go_to_every_family(name: str, method: str) -> None:
    target = families.FAMILIES[name]()
    boxes = _boxes(np.array([-90.0, 0.0, 90.0]), np.array([-180.0, 0.0, 180.0]))
    halves = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = nk.regrid(boxes.assign(w=(("lat", "lon"), halves)), target, method).w.values.ravel()
    longitude, latitude = find_horizontal(target).grid.centres()
    inside = (abs(latitude) > 8) & (abs(longitude) > 8) & (abs(longitude) < 172) & (abs(latitude) < 70)
    expected = 1 + 2 * (latitude > 0) + (longitude > 0)
    assert inside.sum() > 20
    np.testing.assert_allclose(found[inside], expected[inside], atol=1e-9)


def test_boxes_of_half_the_globe_along_one_dimension_are_refused() -> None:
    longitude = np.array([[0.0, 180, 180, 0], [180, 270, 270, 180], [270, 360, 360, 270]])
    corners = longitude, np.array([[-45.0, -45, 45, 45]] * 3)
    cells = xr.Dataset(
        {"lon_b": (("cell", "corner"), corners[0]), "lat_b": (("cell", "corner"), corners[1])},
        {
            "lon": ("cell", [90.0, 225, 315], {"units": "degrees_east", "bounds": "lon_b"}),
            "lat": ("cell", [0.0, 0, 0], {"units": "degrees_north", "bounds": "lat_b"}),
        },
    )
    with pytest.raises(GridError, match="cell 0 reaches round half the globe or more"):
        nk.cell_area(cells)


def _wrf(moved: float = 0.0) -> xr.Dataset:
    """Places of two-dimensional cells at each of three times."""
    longitude, latitude = np.meshgrid(np.arange(0, 10.0), np.arange(60, 68.0))
    dims = ("Time", "south_north", "west_east")
    steps = np.arange(3)[:, None, None]
    return xr.Dataset(
        {"T2": (dims, latitude + steps)},
        {
            "XLONG": (dims, longitude + moved * steps, {"units": "degree_east"}),
            "XLAT": (dims, np.broadcast_to(latitude, (3, 8, 10)), {"units": "degree_north"}),
        },
    )


@pytest.mark.parametrize("form", ["memory", "file", "chunks", "transposed", "members"])
def test_coordinates_may_repeat_in_time(form: str, tmp_path: Path) -> None:
    dataset, once = (
        _wrf(),
        _wrf().assign_coords({name: _wrf()[name].isel(Time=0) for name in ("XLONG", "XLAT")}),
    )
    if form in ("file", "chunks"):
        dataset.to_netcdf(tmp_path / "wrf.nc")
        dataset = xr.open_dataset(tmp_path / "wrf.nc", chunks={"Time": 1} if form == "chunks" else None)
    elif form == "transposed":
        dataset = dataset.transpose("south_north", "Time", "west_east")
    elif form == "members":
        dataset, once = dataset.rename(Time="member"), once.rename(Time="member")
    target = nk.grid("EPSG:4326", spacing=1, bounds=(1, 61, 8, 66), registration="cell")
    expected = nk.regrid(once, target, "bilinear").T2
    for found in (nk.regrid(dataset, target, "bilinear").T2, nk.regrid(dataset.T2, target, "bilinear")):
        xr.testing.assert_allclose(found.transpose(*expected.dims).compute(), expected.compute())


def test_a_target_whose_coordinates_repeat_has_them_once() -> None:
    target = RegridTarget.of(_wrf())
    assert {name: values.dims for name, values in target.coords.items() if name in ("XLAT", "XLONG")} == {
        "XLAT": ("south_north", "west_east"),
        "XLONG": ("south_north", "west_east"),
    }
    assert nk.regrid(nk.latlon(5.0).assign(v=(("lat", "lon"), np.ones((36, 72)))), _wrf()).v.shape == (8, 10)


def test_cells_that_move_are_refused() -> None:
    target = nk.latlon(1.0)
    with pytest.raises(GridError, match="coordinate XLONG changes along Time: from 0 to 0"):
        nk.regrid(_wrf(0.5), target)
