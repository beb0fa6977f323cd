"""Cells that share edges share them exactly: nested maps, HEALPix parents and children, the finest levels."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

MAPS = [
    ("EPSG:6932", 0.0, 0.0),
    ("EPSG:6931", -7e5, 3e5),
    ("EPSG:3035", 4e6, 3e6),
    ("EPSG:32733", 3e5, 1.3e6),
    ("EPSG:3031", 1e6, -8e5),
    ("+proj=lcc +lat_1=60 +lat_2=70 +lat_0=65 +lon_0=-20 +datum=WGS84", -1e5, -1e5),
    ("+proj=stere +lat_0=-80 +lon_0=30 +datum=WGS84", 2e5, 0.0),
]


def cells_of(crs: str, x: float, y: float, spacing: float, cells: int) -> xr.Dataset:
    bounds = (x, y, x + cells * spacing, y + cells * spacing)
    return nk.grid(crs, spacing=spacing, bounds=bounds, registration="cell")


def in_blocks(values: np.ndarray, side: int) -> np.ndarray:
    """The fine cells (row, column) of each coarse cell, along a last axis."""
    count = values.shape[0] // side
    return values.reshape(count, side, count, side).swapaxes(1, 2).reshape(count, count, side * side)


@pytest.mark.parametrize(("crs", "x", "y"), MAPS)
@pytest.mark.parametrize("side", [2, 3])
def test_a_coarse_cell_is_its_own_fine_cells(crs: str, x: float, y: float, side: int) -> None:
    source, target = cells_of(crs, x, y, 20e3, 4 * side), cells_of(crs, x, y, side * 20e3, 4)
    values = np.random.default_rng(0).random((4 * side, 4 * side))
    gap = values.copy()
    gap[side, side - 1] = np.nan
    ds = source.assign(v=(("y", "x"), values), gap=(("y", "x"), gap))
    own = in_blocks(values, side)
    np.testing.assert_array_equal(nk.regrid(ds.v, target, func="max"), own.max(-1))
    np.testing.assert_array_equal(nk.regrid(ds.v, target, func="min", min_coverage=1.0), own.min(-1))
    missing = nk.regrid(ds.gap, target, skipna=False).isnull()
    np.testing.assert_array_equal(missing, np.isnan(in_blocks(gap, side)).any(-1))
    regridder = nk.Regridder(source, target)
    np.testing.assert_array_equal((regridder.weights > 0).sum(axis=1).ravel(), np.full(16, side * side))
    np.testing.assert_allclose(regridder.coverage, 1.0, rtol=1e-12)
    np.testing.assert_allclose(regridder.conservation_error(ds.v), 0.0, atol=1e-13)
    amount = nk.regrid(ds.v, target, quantity="extensive")
    np.testing.assert_allclose(amount, own.sum(-1), rtol=1e-9)
    # Back again: a fine cell has the value of the coarse cell that holds it, from the other end, too.
    coarse = target.assign(n=(("y", "x"), np.arange(16.0).reshape(4, 4)))
    back = nk.regrid(coarse.n, source.isel(y=slice(None, None, -1)), func="max")
    np.testing.assert_array_equal(back, np.kron(coarse.n, np.ones((side, side)))[::-1])


def test_shifted_cells_of_an_equal_area_map_overlap_as_on_the_map() -> None:
    source = cells_of("EPSG:6932", 0, 0, 10e3, 6)
    target = cells_of("EPSG:6932", 2.5e3, -5e3, 15e3, 3)
    values = np.random.default_rng(1).random((6, 6))

    def shares(first: float) -> np.ndarray:
        own, other = np.arange(7) * 10e3, first + np.arange(4) * 15e3
        low = np.maximum(own[None, :-1], other[:-1, None])
        return np.clip(np.minimum(own[None, 1:], other[1:, None]) - low, 0, None) / 15e3

    x, y = shares(2.5e3), shares(-5e3)
    covered = np.outer(y.sum(1), x.sum(1))
    expected = y @ values @ x.T / covered
    ds = source.assign(v=(("y", "x"), values))
    np.testing.assert_allclose(nk.regrid(ds.v, target, min_coverage=0), expected, rtol=1e-12)
    np.testing.assert_allclose(nk.Regridder(source, target).coverage, covered, rtol=1e-12)


ORDERS = [("nested", "nested"), ("ring", "nested"), ("nested", "ring"), ("ring", "ring")]


def nested_numbers(grid: xr.Dataset) -> np.ndarray:
    """Numbers along the Z curve of all cells, by their centres: an own way, through a grid in that order."""
    level = int(grid.cell_ids.attrs["level"])
    if grid.cell_ids.attrs["indexing_scheme"] == "nested":
        return grid.cell_ids.values
    numbers = nk.healpix(level).assign(n=("cells", np.arange(12.0 * 4**level)))
    return nk.regrid(numbers.n, grid, "nearest").values.astype(int)


@pytest.mark.parametrize("ellipsoid", ["WGS84", "sphere"])
@pytest.mark.parametrize(("order", "coarse_order"), ORDERS)
@pytest.mark.parametrize("method", ["conservative", "conservative2"])
def test_a_healpix_parent_is_its_children(ellipsoid: str, order: str, coarse_order: str, method: str) -> None:
    fine = nk.healpix(4, order=order, ellipsoid=ellipsoid)
    coarse = nk.healpix(2, order=coarse_order, ellipsoid=ellipsoid)
    values = np.random.default_rng(0).random(3072)
    ds = fine.assign(v=("cells", values))
    by_number = np.empty(3072)
    by_number[nested_numbers(fine)] = values
    own = by_number.reshape(-1, 16)[nested_numbers(coarse)]
    np.testing.assert_allclose(nk.regrid(ds.v, coarse, method), own.mean(1), rtol=1e-12)
    amount = nk.regrid(ds.v, coarse, method, quantity="extensive", min_coverage=0)
    np.testing.assert_allclose(amount, own.sum(1), rtol=1e-12)
    if method == "conservative":
        np.testing.assert_array_equal(nk.regrid(ds.v, coarse, func="max"), own.max(1))
        np.testing.assert_array_equal(nk.regrid(ds.v, coarse, func=0.0), own.min(1))
    parents = coarse.assign(n=("cells", np.arange(192.0)))
    number = np.empty(192)
    number[nested_numbers(coarse)] = np.arange(192.0)
    children = nk.regrid(parents.n, fine, "conservative")
    np.testing.assert_array_equal(children, number[nested_numbers(fine) // 16])
    error = nk.Regridder(coarse, fine, method).conservation_error(parents.n)
    assert abs(float(error)) < 1e-13


def test_listed_healpix_cells_are_found_wherever_they_are() -> None:
    rng = np.random.default_rng(0)
    fine = nk.healpix(5, cells=rng.permutation(12 * 4**5)[:4000])
    coarse = nk.healpix(3, cells=rng.permutation(768)[:500])
    values = rng.random(4000)
    ds = fine.assign(v=("cells", values))
    parents = fine.cell_ids.values // 16
    expected = [
        values[parents == cell].mean() if (parents == cell).any() else np.nan
        for cell in coarse.cell_ids.values
    ]
    covered = [(parents == cell).sum() / 16 for cell in coarse.cell_ids.values]
    np.testing.assert_allclose(nk.regrid(ds.v, coarse, min_coverage=0), expected, rtol=1e-12)
    np.testing.assert_array_equal(nk.Regridder(fine, coarse).coverage, covered)


@pytest.mark.parametrize("level", [20, 25, 27, 29])
@pytest.mark.parametrize("spacing", [1.0, 7.5])
def test_the_finest_cells_are_whole(level: int, spacing: float) -> None:
    """Cells of a few millimetres have all their area, and what lies in one source cell its value."""
    globe = nk.latlon(spacing)
    rows, columns = globe.sizes["lat"], globe.sizes["lon"]
    ds = globe.assign(v=(("lat", "lon"), np.arange(float(rows * columns)).reshape(rows, columns)))
    rng = np.random.default_rng(level)
    cells = np.unique(rng.integers(0, 12 * 4**level, 300))
    grid = nk.healpix(level, cells=cells)
    regridder = nk.Regridder(ds, grid)
    np.testing.assert_allclose(regridder.coverage, 1.0, atol=1e-5)
    nearest = nk.regrid(ds.v, grid, "nearest")
    inside = (regridder.weights > 0).sum(axis=1).ravel() == 1
    assert inside.mean() > 0.9
    np.testing.assert_array_equal(regridder(ds.v).values[inside], nearest.values[inside])
    back = nk.Regridder(grid.assign(v=("cells", np.ones(cells.size))), globe)
    area = 4 * np.pi * 6371007.180918474**2 / (12.0 * 4**level)
    covered = (back.coverage * nk.cell_area(globe)).sum() / area
    np.testing.assert_allclose(covered, cells.size, rtol=1e-4)


@pytest.mark.parametrize("dtype", ["i8", "u8", "i4", "u1"])
@pytest.mark.parametrize("family", ["polar", "healpix", "longitudes"])
def test_whole_numbers_stay_what_they_are(dtype: str, family: str) -> None:
    fine, coarse = {
        "polar": (cells_of("EPSG:3413", 0, 0, 10e3, 8), cells_of("EPSG:3413", 0, 0, 20e3, 4)),
        "healpix": (nk.healpix(2), nk.healpix(1)),
        "longitudes": (nk.latlon(15.0), nk.latlon(30.0)),
    }[family]
    size = nk.cell_area(fine)
    biggest = np.iinfo(dtype).max
    numbers = (biggest - np.arange(size.size, dtype=dtype) % 100).astype(dtype).reshape(size.shape)
    ds = fine.assign(n=(size.dims, numbers), twice=(("time", *size.dims), np.stack([numbers, numbers[::-1]])))
    for func in ("max", "min", "mode"):
        found = nk.regrid(ds.n, coarse, func=func)
        assert found.dtype == dtype and np.isin(found.values, numbers).all()
    largest = nk.regrid(ds.n, coarse, func="max")
    entries = nk.Regridder(fine, coarse).weights
    for row in range(entries.shape[0]):
        own = numbers.ravel()[entries.indices[entries.indptr[row] : entries.indptr[row + 1]]]
        assert largest.values.ravel()[row] == own.max()
    same = nk.regrid(ds.twice, fine, "nearest")
    assert same.dtype == dtype
    np.testing.assert_array_equal(same.values, ds.twice.values)


def test_numbers_that_floats_cannot_hold_are_refused_beside_missing_cells() -> None:
    fine, wide = cells_of("EPSG:3413", 0, 0, 10e3, 4), cells_of("EPSG:3413", -40e3, 0, 20e3, 4)
    small = fine.assign(n=(("y", "x"), np.arange(16).reshape(4, 4)))
    found = nk.regrid(small.n, wide, func="max")
    assert found.dtype == np.float64 and found.isnull().any() and float(found.max()) == 15
    large = small.assign(n=small.n + 2**60)
    with pytest.raises(nk.NunatakError, match="more digits than float64 keeps"):
        nk.regrid(large.n, wide, func="max").load()
