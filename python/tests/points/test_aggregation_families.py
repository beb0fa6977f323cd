"""Aggregation onto grids of every family, against healpy, SciPy and arithmetic on the axes of the cells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import healpy
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.spatial import Delaunay

import nunatak as nk
from nunatak.grids.recognition import find_horizontal
from nunatak.io.counting import is_counting
from nunatak.points.columns import points_dataset
from nunatak_testing import grid_families as families

pytestmark = pytest.mark.filterwarnings("ignore:.*lie outside the grid:nunatak.NunatakWarning")

ECCENTRICITY = np.sqrt(2 / 298.257223563 - 1 / 298.257223563**2)


def authalic(latitude: np.ndarray) -> np.ndarray:
    """Authalic latitude on WGS84, degrees: Snyder (1987), eq. 3-11 and 3-12."""

    def q(sine: np.ndarray | float) -> np.ndarray:
        e = ECCENTRICITY
        return (1 - e**2) * (sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)

    return np.degrees(np.arcsin(q(np.sin(np.radians(latitude))) / q(1.0)))


def drawn(count: int, south: float = -90, north: float = 90, seed: int = 1) -> nk.Points:
    """Points of a part of the globe, as many everywhere."""
    rng = np.random.default_rng(seed)
    sines = rng.uniform(np.sin(np.radians(south)), np.sin(np.radians(north)), count)
    columns = {
        "longitude": rng.uniform(-180, 180, count),
        "latitude": np.degrees(np.arcsin(sines)),
        "height": rng.normal(1000, 5, count),
        "height_sigma": rng.uniform(0.01, 0.3, count),
        "pass_id": rng.integers(0, 6, count).astype(np.int32),
    }
    return nk.Points(points_dataset(columns, {}))


def places(points: nk.Points) -> tuple[np.ndarray, np.ndarray]:
    return points.dataset.longitude.values, points.dataset.latitude.values


def means(points: nk.Points, cells: np.ndarray) -> pd.DataFrame:
    """Number and plain mean of the points of each cell; cells below zero are outside."""
    table = pd.DataFrame({"cell": cells, "height": points.dataset.height.values})
    return table[table.cell >= 0].groupby("cell").height.agg(["count", "mean"])


@pytest.mark.parametrize("order", ["nested", "ring"])
@pytest.mark.parametrize("ellipsoid", ["WGS84", "sphere"])
@pytest.mark.parametrize("level", [0, 3, 8, 12, 20])
def test_healpix_cells_are_those_of_healpy(level: int, ellipsoid: Any, order: Any) -> None:
    points = drawn(20_000)
    longitude, latitude = places(points)
    # All cells of level 20 cannot be numbered in memory: those that hold a point are asked for.
    cells = points if level > 14 else None
    result = nk.aggregate(points, nk.healpix(level, order=order, ellipsoid=ellipsoid, cells=cells))
    known = authalic(latitude) if ellipsoid == "WGS84" else latitude
    numbers = healpy.ang2pix(2**level, longitude, known, nest=order == "nested", lonlat=True)
    expected = means(points, numbers)
    np.testing.assert_array_equal(result.cell_ids, expected.index)
    np.testing.assert_array_equal(result["count"], expected["count"])
    np.testing.assert_allclose(result.plain_mean, expected["mean"], rtol=1e-12)
    assert result["count"].dims == ("cells",)
    said = result.attrs["healpix_latitudes"]
    assert said.startswith("authalic latitudes" if ellipsoid == "WGS84" else "latitudes of a sphere")


def test_the_result_is_read_back_as_listed_cells(tmp_path: Path) -> None:
    points = drawn(5_000, -85, -70)
    result = nk.aggregate(points, nk.healpix(6))
    listed = nk.healpix(6, cells=result.cell_ids.values)
    assert find_horizontal(result).grid == find_horizontal(listed).grid
    xr.testing.assert_identical(result.cell_ids.drop_vars("crs"), listed.cell_ids.drop_vars("crs"))
    result.to_netcdf(tmp_path / "cells.nc")
    with xr.open_dataset(tmp_path / "cells.nc", decode_coords="all") as again:
        assert find_horizontal(again["mean"]).grid == find_horizontal(listed).grid
    polar = nk.grid("EPSG:3031", spacing=1e5, bounds=(-1e6, -1e6, 1e6, 1e6))
    on_map = nk.regrid(result["mean"], polar)
    np.testing.assert_allclose(on_map.mean(), result["mean"].mean(), rtol=0.01)
    # Onto the cells it came with, nothing moves, also when some of them are not asked for.
    again = nk.aggregate(points, listed.isel(cells=slice(10, 60)))
    np.testing.assert_array_equal(again["mean"], result["mean"][10:60])


def test_listed_cells_keep_their_order() -> None:
    points = drawn(5_000)
    numbers = np.random.default_rng(2).permutation(48)[:20]
    result = nk.aggregate(points, nk.healpix(1, cells=numbers))
    np.testing.assert_array_equal(result.cell_ids, numbers)
    whole = nk.aggregate(points, nk.healpix(1))
    np.testing.assert_array_equal(result["mean"], whole["mean"].values[numbers])


def test_fine_levels_hold_no_array_of_their_cells() -> None:
    whole = nk.healpix(14)
    assert whole.sizes["cells"] == 12 * 4**14 and is_counting(whole.cell_ids.variable)
    np.testing.assert_array_equal(whole.cell_ids[5:8], [5, 6, 7])
    np.testing.assert_array_equal(whole.cell_ids[[7, -1]], [7, 12 * 4**14 - 1])
    assert int(whole.cell_ids[-2]) == 12 * 4**14 - 2
    assert find_horizontal(whole).grid.shape == (12 * 4**14,)
    part = whole.isel(cells=slice(3, 12))
    assert find_horizontal(part).grid == find_horizontal(nk.healpix(14, cells=np.arange(3, 12))).grid
    assert is_counting(nk.healpix(9).cell_ids.variable)
    np.testing.assert_array_equal(nk.healpix(9).cell_ids, np.arange(12 * 4**9))
    assert isinstance(nk.healpix(8).cell_ids.variable._data, np.ndarray)


@pytest.mark.parametrize("level", [15, 16, 21, np.int64(29)])
def test_levels_of_more_cells_than_can_be_numbered_need_their_cells(level: int) -> None:
    with pytest.raises(
        nk.ArgumentError, match=rf"level: found {level}, expected at most 14 .* {12 * 4 ** int(level)}"
    ):
        nk.healpix(level)
    points = drawn(2_000)
    longitude, latitude = places(points)
    numbers = healpy.ang2pix(2 ** int(level), longitude, latitude, nest=True, lonlat=True)
    grid = nk.healpix(level, cells=points, ellipsoid="sphere")
    np.testing.assert_array_equal(grid.cell_ids, np.unique(numbers))


@pytest.mark.parametrize("level", [2.5, 0.1, -1, 30, float("nan"), "three", None, 2**70])
def test_levels_that_there_are_not_are_refused_by_name(level: Any) -> None:
    with pytest.raises(nk.ArgumentError, match="level: found"):
        nk.healpix(level)


@pytest.mark.skipif(sys.platform != "linux", reason="the largest memory is read from /proc")
def test_memory_goes_with_the_points() -> None:
    # Counted from the points on: xarray has then imported whatever array libraries it finds, 240 MB of 300.
    script = """
import numpy as np
import nunatak as nk
from nunatak.points.columns import points_dataset
def largest():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
rng = np.random.default_rng(1)
tracks = np.repeat(rng.uniform(0, 90, 40), 5_000) + np.tile(np.linspace(0, 3, 5_000), 40)
columns = {"longitude": tracks, "latitude": np.tile(np.linspace(-80, -70, 5_000), 40)}
points = nk.Points(points_dataset(columns | {"height": np.ones(200_000)}, {}))
nk.aggregate, nk.healpix
before = largest()
result = nk.aggregate(points, nk.healpix(12))
assert result["count"].sum() == 200_000
print(largest() - before)
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(found.stdout) < 60e3, f"{found.stdout} kB; numbers of all cells of level 12 alone are 1.6 GB"


def test_faces_of_a_map_are_those_of_scipy() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(-1e6, 1e6, (2, 300))
    triangulation = Delaunay(np.stack([x, y], 1))
    mesh = xr.Dataset(
        {
            "x": ("vertices", x),
            "y": ("vertices", y),
            "elements": (("triangles", "corner"), triangulation.simplices + 1),
            "epsg": ((), 3031),
            "friction": ("triangles", np.arange(float(len(triangulation.simplices)))),
        }
    )
    points = drawn(20_000, -90, -80)
    system = find_horizontal(mesh).grid.crs
    expected = means(points, triangulation.find_simplex(np.stack(system.forward(*places(points)), 1)))
    result = nk.aggregate(points, mesh)
    held = result["count"].values > 0
    np.testing.assert_array_equal(np.flatnonzero(held), expected.index)
    np.testing.assert_array_equal(result["count"].values[held], expected["count"])
    np.testing.assert_allclose(result.plain_mean.values[held], expected["mean"], rtol=1e-12)
    assert np.isnan(result["mean"].values[~held]).all() and result["count"].dims == ("triangles",)
    assert find_horizontal(result).grid == find_horizontal(mesh).grid


def test_cells_of_nodes_hold_what_is_near_the_nodes() -> None:
    mesh = families.issm().drop_vars("friction")
    points = drawn(20_000, -90, -85)
    x, y = find_horizontal(mesh).grid.crs.forward(*places(points))
    inside = (np.abs(x) <= 8e5) & (np.abs(y) <= 8e5)
    assert int(nk.aggregate(points, mesh)["count"].sum()) == inside.sum()
    column, row = np.round((x + 8e5) / 2e5), np.round((y + 8e5) / 2e5)
    # Lines from the middles of edges to the centroids of right-angled triangles pass a node at 0.447.
    near = inside & (np.hypot((x + 8e5) / 2e5 - column, (y + 8e5) / 2e5 - row) < 0.44)
    expected = means(points.select(near), (row * 9 + column)[near].astype(int))
    result = nk.aggregate(points.select(near), mesh)
    assert result["count"].dims == ("dim_0_81",)
    np.testing.assert_array_equal(result["count"].values[expected.index], expected["count"])
    assert int(result["count"].sum()) == near.sum()


def test_curvilinear_cells_are_those_of_the_rotated_globe() -> None:
    points = drawn(20_000)
    longitude, latitude = np.radians(places(points))
    # Back to the globe whose rows and columns these are.
    x, y = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude)
    east = np.degrees(np.arctan2(np.sin(latitude), x)) % 360
    north = np.degrees(np.arcsin(-y)) + 90
    # Great circles between the nodes leave the parallels by up to 0.01 degrees here.
    clear = (np.abs(north - np.round(north)) > 0.02) & (np.abs(east - np.round(east)) > 0.02)
    clear &= np.abs(north - 90) < 70
    chosen = points.select(clear)
    result = nk.aggregate(chosen, families.rotated(180, 360))
    assert result["count"].dims == ("j", "i")
    expected = means(chosen, (np.floor(north) * 360 + np.floor(east)).astype(int)[clear])
    np.testing.assert_array_equal(np.flatnonzero(result["count"]), expected.index)
    np.testing.assert_array_equal(result["count"].values.ravel()[expected.index], expected["count"])


def test_rows_of_a_gaussian_grid_are_found_by_their_parallels() -> None:
    points = drawn(20_000)
    longitude, latitude = places(points)
    edges = np.concatenate([[90], 0.5 * (families.GAUSSIAN_ROWS[1:] + families.GAUSSIAN_ROWS[:-1]), [-90]])
    row = np.clip(np.searchsorted(-edges, -latitude) - 1, 0, len(edges) - 2)
    counts = families.GAUSSIAN_COUNTS[row]
    column = np.floor((longitude / 360 * counts + 0.5) % counts).astype(int)
    before = np.concatenate([[0], np.cumsum(families.GAUSSIAN_COUNTS)])
    expected = means(points, before[row] + column)
    result = nk.aggregate(points, families.gaussian())
    np.testing.assert_array_equal(result["count"].values[expected.index], expected["count"])
    np.testing.assert_allclose(result.plain_mean.values[expected.index], expected["mean"], rtol=1e-12)
    assert int(result["count"].sum()) == 20_000


@pytest.mark.parametrize("name", sorted(families.FAMILIES))
def test_every_family_holds_each_point_once(name: str) -> None:
    grid = families.FAMILIES[name]()
    points = drawn(2_000, -89, -83)
    result = nk.aggregate(points, grid)
    assert int(result["count"].sum()) == 2_000 and result.attrs["points_outside_grid"] == 0
    weights = result["count"].values * np.nan_to_num(result.plain_mean.values)
    assert weights.sum() / 2_000 == pytest.approx(points.dataset.height.values.mean(), rel=1e-12)
    assert np.isfinite(result.sigma_sampling.values[result["count"].values > 3]).all()
    assert find_horizontal(result).grid.family == find_horizontal(grid).grid.family


def test_masks_of_every_family_say_what_floats() -> None:
    points = drawn(3_000, -89, -80)
    points = nk.Points(points.dataset.assign(tide_ocean=xr.ones_like(points.dataset.height)))
    east = places(points)[0] > 0
    cells = nk.healpix(5)
    longitude, _ = healpy.pix2ang(32, cells.cell_ids.values, nest=True, lonlat=True)
    mask = xr.DataArray(longitude < 180, coords=cells.coords, dims=["cells"])
    changed = points.correct_tides(mask).dataset.tide_correction.values
    edge = np.abs(np.sin(np.radians(places(points)[0]))) * np.cos(np.radians(places(points)[1])) < 0.06
    np.testing.assert_array_equal(changed[~edge] == 1, east[~edge])


def test_a_real_file_in_kilometres_is_a_grid(real_data: Path) -> None:
    with xr.open_dataset(real_data / "ismip6/grid16km_gris/GRL-16KM_TOPO-M17.nc") as file:
        model = file.load()
    rng = np.random.default_rng(8)
    x, y = rng.uniform(-6e5, 8e5, 5_000), rng.uniform(-3.3e6, -7e5, 5_000)
    longitude, latitude = find_horizontal(model).grid.crs.inverse(x, y)
    columns = {"longitude": longitude, "latitude": latitude, "height": x + y}
    result = nk.aggregate(nk.Points(points_dataset(columns, {})), model)
    column, row = np.floor((x + 728e3) / 16e3).astype(int), np.floor((y + 3458e3) / 16e3).astype(int)
    expected = np.zeros((181, 106), int)
    np.add.at(expected, (row, column), 1)
    np.testing.assert_array_equal(result["count"], expected)
    np.testing.assert_array_equal(result.xc, model.xc)
    assert float(np.abs(result.offset_x).max()) <= 8e3
