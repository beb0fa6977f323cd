"""Second-order fields, limited or with missing values: no new extremes, integrals kept, the same bits."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.grids.recognition import find_horizontal
from nunatak.grids.rectilinear import native_grid
from nunatak_testing import grid_families as families
from nunatak_testing.fresh_process import run_code

GRIDS: dict[str, Callable[[], xr.Dataset]] = {
    "lat/lon": families.rectilinear,
    "HEALPix": families.healpix_grid,
    "mesh": families.ugrid,
    "polar": families.polar,
}
PAIRS = [(one, other) for one in GRIDS for other in GRIDS if one != other]


def lattice(cells: int, width: float = 3.6e-4) -> xr.Dataset:
    """Squares of a plane that touches a sphere, seen from its centre: their edges are great circles.

    So a finer lattice lies in a coarser one to round-off; they are small, because means over curved cells
    are not quite those of means over their parts.
    """
    side = np.linspace(-width, width, cells + 1)
    x, y = np.meshgrid(side, side)
    length = np.sqrt(x**2 + y**2 + 1)
    # About a point on the equator: neither a pole nor the seam of longitudes is near.
    longitude, latitude = np.degrees(np.arctan2(x, 1.0)), np.degrees(np.arcsin(y / length))
    dataset = xr.Dataset(
        coords={"crs": ((), 0, {"grid_mapping_name": "latitude_longitude", "earth_radius": 6.4e6})}
    )
    for name, units, corners in (("lon", "degrees_east", longitude), ("lat", "degrees_north", latitude)):
        four = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], -1)
        attrs = {"units": units, "bounds": f"{name}_bnds", "grid_mapping": "crs"}
        dataset = dataset.assign_coords(
            {name: (("j", "i"), four.mean(-1), attrs), f"{name}_bnds": (("j", "i", "vertex"), four)}
        )
    return dataset


def on(grid: xr.Dataset, values: np.ndarray) -> xr.Dataset:
    """A field of these values on the cells of a grid."""
    horizontal = find_horizontal(grid)
    field = xr.DataArray(
        values.reshape(horizontal.grid.shape), dims=horizontal.dims, attrs=horizontal.data_attrs
    )
    return grid.assign(field=field)


def step(grid: xr.Dataset) -> np.ndarray:
    """One where a plane through the sphere has it, else zero."""
    longitude, latitude = (np.radians(values) for values in native_grid(grid).centres())
    return (np.sin(latitude + 0.3) * np.cos(longitude - 1) > 0.1).astype(float).ravel()


def vortex(grid: xr.Dataset) -> np.ndarray:
    """The double vortex of Nair and Machenhauer (2002), as Valcke et al. (2022) have it."""
    lon, lat = (np.radians(values) for values in native_grid(grid).centres())
    towards = np.cos(lat) * np.cos(lon - 5.5)
    x = np.sin(0.2) * towards - np.cos(0.2) * np.sin(lat)
    y, z = np.cos(lat) * np.sin(lon - 5.5), np.sin(0.2) * np.sin(lat) + np.cos(0.2) * towards
    rho = 3 * np.sqrt(np.clip(1 - z**2, 0, None))
    speed = 1.5 * np.sqrt(3) * np.tanh(rho) / np.cosh(rho) ** 2
    omega = np.divide(speed, rho, out=np.zeros_like(rho), where=rho != 0)
    return (2 * (1 + np.tanh(rho / 5 * np.sin(np.arctan2(y, x) - 6 * omega)))).ravel()


def scattered(grid: xr.Dataset) -> np.ndarray:
    """Numbers from 0 to 1."""
    return np.random.default_rng(5).random(native_grid(grid).centres()[0].size)


def limited_by_hand(source: xr.Dataset, target: xr.Dataset, fine: xr.Dataset, u: np.ndarray) -> np.ndarray:
    """Barth and Jespersen (1989) over the parts that target cells share of the source cells.

    From the weights to fine cells, each of which lies in one source cell and in one target cell.
    """
    matrix = nk.Regridder(source, fine, "conservative2").weights.toarray()
    shares = nk.Regridder(source, fine).weights.toarray()
    area = native_grid(fine).polygon_areas().ravel()
    owner = shares.argmax(axis=1)
    np.testing.assert_allclose(shares.max(axis=1), 1, atol=1e-9)
    into = nk.Regridder(fine, target).weights.toarray()
    goal = into.argmax(axis=0)
    sums, areas = np.zeros(into.shape[0]), np.zeros(into.shape[0])
    for cell in np.unique(owner):
        own = owner == cell
        stencil = np.flatnonzero(np.abs(matrix[own]).max(axis=0) > 1e-6)
        low, high = u[stencil].min() - u[cell], u[stencil].max() - u[cell]
        parts = [own & (goal == other) for other in np.unique(goal[own])]
        changes = [(area[part] @ (matrix[part] @ u)) / area[part].sum() - u[cell] for part in parts]
        bounds = [high / change if change > 0 else low / change for change in changes if abs(change) > 1e-15]
        factor = min([1.0, *bounds])
        for part, change in zip(parts, changes, strict=True):
            sums[goal[part][0]] += area[part].sum() * (u[cell] + factor * change)
            areas[goal[part][0]] += area[part].sum()
    return sums / areas


@pytest.mark.parametrize("field", ["step", "scattered", "waves"])
def test_it_is_the_limiter_written_out(field: str) -> None:
    source, target, fine = lattice(12), lattice(18), lattice(36)
    row, column = np.divmod(np.arange(144), 12)
    values = {
        "step": (column > row).astype(float),
        "scattered": scattered(source),
        "waves": np.sin(0.9 * column) + np.cos(0.7 * row),
    }[field]
    expected = limited_by_hand(source, target, fine, values)
    data = on(source, values)
    found = nk.regrid(data, target, "conservative2", limited=True).field.values.ravel()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    unlimited = nk.regrid(data, target, "conservative2").field.values.ravel()
    assert np.abs(unlimited - expected).max() > 1e-3


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_there_are_no_new_extremes(source: str, target: str) -> None:
    have, want = GRIDS[source](), GRIDS[target]()
    for field in (step, scattered, vortex):
        values = field(have)
        found = nk.regrid(on(have, values), want, "conservative2", limited=True, min_coverage=0.0).field
        assert found.notnull().any()
        assert float(found.min()) >= values.min()
        assert float(found.max()) <= values.max()


@pytest.mark.parametrize(("source", "target"), [pair for pair in PAIRS if "polar" not in pair])
def test_integrals_are_kept(source: str, target: str) -> None:
    have, want = GRIDS[source](), GRIDS[target]()
    before, after = native_grid(have).polygon_areas().ravel(), native_grid(want).polygon_areas().ravel()
    for field in (step, scattered, vortex):
        found = nk.regrid(on(have, field(have)), want, "conservative2", limited=True).field.values.ravel()
        assert after @ found == pytest.approx(before @ field(have), rel=1e-12)


def test_cells_next_to_holes_are_constant() -> None:
    source, target = lattice(12), lattice(18)
    values = scattered(source).reshape(12, 12)
    values[::2, ::2] = np.nan
    data = on(source, values)
    expected = nk.regrid(data, target, "conservative", min_coverage=0.3).field
    for limited in (False, True):
        found = nk.regrid(data, target, "conservative2", min_coverage=0.3, limited=limited).field
        np.testing.assert_allclose(found.values, expected.values, rtol=0, atol=1e-12)
    alone = scattered(source).reshape(12, 12)
    plain = nk.regrid(on(source, alone), target, "conservative2").field
    alone[0, 0] = np.nan
    holed = nk.regrid(on(source, alone), target, "conservative2").field
    np.testing.assert_array_equal(holed.values[6:, 6:], plain.values[6:, 6:])
    masked = nk.regrid(on(source, scattered(source)), target, "conservative2", mask=~np.isnan(alone)).field
    np.testing.assert_allclose(masked.values, holed.values, rtol=0, atol=1e-14)


def series(grid: xr.Dataset) -> xr.DataArray:
    """Six times on a polar grid, with holes that move."""
    values = np.random.default_rng(7).random((6, grid.sizes["y"], grid.sizes["x"])).astype(np.float32)
    values[np.random.default_rng(8).random(values.shape) < 0.03] = np.nan
    return xr.DataArray(values, {"y": grid.y, "x": grid.x, "crs": grid.crs}, ("time", "y", "x"), name="lithk")


def finer() -> xr.Dataset:
    """Polar cells that lie across those of the series."""
    return nk.grid("EPSG:3031", spacing=270e3, bounds=(-2.7e6, -2.7e6, 2.7e6, 2.7e6))


def test_regions_dask_datasets_and_trees_have_the_same_bits() -> None:
    dask = pytest.importorskip("dask")
    source, target = families.polar(), finer()
    data = series(source)
    whole = nk.regrid(data, target, "conservative2", limited=True)
    np.testing.assert_array_equal(whole[2:4, 5:9, 3:14].values, whole.values[2:4, 5:9, 3:14])
    chunked = nk.regrid(data.chunk(time=2), target, "conservative2", limited=True)
    assert chunked.chunks is not None
    for scheduler in ("threads", "processes"):
        with dask.config.set(scheduler=scheduler, num_workers=2):
            np.testing.assert_array_equal(chunked.values, whole.values)
    dataset = nk.regrid(data.to_dataset(), target, "conservative2", limited=True)
    np.testing.assert_array_equal(dataset.lithk.values, whole.values)
    tree = nk.regrid(xr.DataTree.from_dict({"/a": data.to_dataset()}), target, "conservative2", limited=True)
    np.testing.assert_array_equal(tree["/a/lithk"].values, whole.values)


def test_the_record_says_so() -> None:
    data, target = series(families.polar()), families.polar()
    limited = nk.regrid(data, target, "conservative2", limited=True)
    assert json.loads(limited.attrs["nunatak_regrid"])["limited"] is True
    assert "limited" not in json.loads(nk.regrid(data, target, "conservative2").attrs["nunatak_regrid"])


def test_other_methods_are_not_limited() -> None:
    data, target = series(families.polar()), families.polar()
    with pytest.raises(nk.ArgumentError, match="limited: found method 'bilinear', expected 'conservative2'"):
        nk.regrid(data, target, "bilinear", limited=True)
    with pytest.raises(nk.ArgumentError, match="limited: found method 'conservative', expected"):
        nk.Regridder(data, target)(data, limited=True)


def test_external_weights_are_not_limited_and_cached_ones_are(tmp_path: Path) -> None:
    source, target = families.polar(), finer()
    data = series(source)
    made = nk.Regridder(source, target, "conservative2", cache=tmp_path)
    expected = made(data, limited=True).values
    again = nk.Regridder(source, target, "conservative2", cache=tmp_path)
    np.testing.assert_array_equal(again(data, limited=True).values, expected)
    np.testing.assert_array_equal(again(data).values, made(data).values)
    lazy = pickle.loads(pickle.dumps(again(data, limited=True)))
    np.testing.assert_array_equal(lazy.values, expected)
    made.to_netcdf(tmp_path / "map.nc")
    read = nk.Regridder.from_netcdf(tmp_path / "map.nc", source, target, "conservative2")
    with pytest.raises(nk.ArgumentError, match="limited: found weights that were given"):
        read(data, limited=True)


_BITS = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import test_regrid_limited as tests
source = tests.families.polar()
result = tests.nk.regrid(tests.series(source), tests.nk.latlon(5.0), "conservative2", limited=True)
print(hashlib.sha256(result.values.tobytes()).hexdigest())
"""


def test_threads_do_not_change_bits() -> None:
    def bits(threads: int) -> str:
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        run = run_code(_BITS, Path(__file__).parent, environment=environment)
        assert run.returncode == 0, run.stderr
        return run.stdout

    assert bits(1) == bits(3) != ""
