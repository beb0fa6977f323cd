"""Masks and weights beside the data: cells, axes, units and years in any order give the same values."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

import nunatak as nk
from nunatak_testing import grid_families as families

ANY_ORDER = settings(max_examples=15, deadline=None)


def polar(rows: int = 8, columns: int = 10) -> xr.Dataset:
    half = 50e3 * columns, 50e3 * rows
    grid = nk.grid(3031, spacing=100e3, bounds=(-half[0], -half[1], *half), registration="cell")
    rng = np.random.default_rng(1)
    dims = ("time", "y", "x")
    return grid.assign(
        v=(dims, rng.random((3, rows, columns))),
        ice=(dims, rng.random((3, rows, columns)).round(1)),
        keep=(("y", "x"), rng.random((rows, columns)) < 0.6),
    ).assign_coords(time=[2000, 2001, 2002])


def lonlat() -> xr.Dataset:
    rng = np.random.default_rng(2)
    dims = ("time", "lat", "lon")
    return (
        nk.latlon(20.0)
        .assign(
            v=(dims, rng.random((3, 9, 18))),
            ice=(dims, rng.random((3, 9, 18)).round(1)),
            keep=(("lat", "lon"), rng.random((9, 18)) < 0.6),
        )
        .assign_coords(time=[2000, 2001, 2002])
    )


def cells(name: str) -> xr.Dataset:
    grid = families.FAMILIES[name]()
    size = nk.cell_area(grid)
    rng = np.random.default_rng(3)
    shape = (3, *size.shape)
    return grid.assign(
        v=(("time", *size.dims), rng.random(shape)),
        ice=(("time", *size.dims), rng.random(shape).round(1)),
        keep=(size.dims, rng.random(size.shape) < 0.6),
    ).assign_coords(time=[2000, 2001, 2002])


SOURCES = {
    "polar": (polar, nk.grid(3031, spacing=300e3, bounds=(-6e5, -6e5, 6e5, 6e5), registration="cell")),
    "longitudes": (lonlat, nk.latlon(45.0)),
    "HEALPix": (lambda: cells("healpix"), nk.latlon(45.0)),
    "curvilinear": (lambda: cells("rotated"), nk.latlon(45.0)),
}


def means(ds: xr.Dataset, target: xr.Dataset, keep: xr.DataArray, ice: xr.DataArray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        found = nk.regrid(ds.v, target, mask=keep, weights=ice, min_coverage=0)
    return found.transpose("time", ...).values


def in_kilometres(field: xr.DataArray) -> xr.DataArray:
    axes = {name: field[name] for name in ("x", "y") if name in field.coords}
    return field.assign_coords(
        {name: (own.dims, own.values / 1e3, own.attrs | {"units": "km"}) for name, own in axes.items()}
    )


@pytest.mark.parametrize("name", SOURCES)
@ANY_ORDER
@given(data=st.data())
def test_no_order_of_anything_changes_a_value(name: str, data: st.DataObject) -> None:
    build, target = SOURCES[name]
    ds = build()
    expected = means(ds, target, ds.keep, ds.ice)

    def shuffled(field: xr.DataArray, whole_axes: bool) -> xr.DataArray:
        for dim in field.dims:
            length = field.sizes[dim]
            if dim == "time" or (field.sizes.keys() - {"time"} == {dim}):
                order = data.draw(st.permutations(range(length))) if length < 50 else None
                if order is None:
                    order = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(length)
                field = field.isel({dim: list(order)})
            elif whole_axes and data.draw(st.booleans()):
                field = field.isel({dim: slice(None, None, -1)})
        if data.draw(st.booleans()):
            field = in_kilometres(field)
        return field.transpose(*data.draw(st.permutations(field.dims)))

    keep, ice = shuffled(ds.keep, True), shuffled(ds.ice, True)
    np.testing.assert_allclose(means(ds, target, keep, ice), expected, rtol=1e-10)
    # The data in another order, the fields beside them as they were.
    turned = ds.v
    if name != "curvilinear":
        turned = turned.isel({dim: slice(None, None, -1) for dim in turned.dims if dim != "time"})
    again = means(
        turned.to_dataset(name="v").assign_coords(ds.coords.to_dataset().drop_dims(turned.dims).coords),
        target,
        keep,
        ice,
    )
    np.testing.assert_allclose(again, expected, rtol=1e-10)


def test_longitudes_of_a_mask_may_go_round_the_other_way() -> None:
    ds = lonlat()
    rolled = ds.keep.assign_coords(lon=ds.lon % 360).sortby("lon")
    assert not rolled.lon.equals(ds.lon)
    expected = nk.regrid(ds.v, nk.latlon(45.0), mask=ds.keep)
    xr.testing.assert_equal(nk.regrid(ds.v, nk.latlon(45.0), mask=rolled), expected)


def test_a_larger_mask_is_cut_to_the_data() -> None:
    ds, target = polar(), SOURCES["polar"][1]
    part = ds.isel(x=slice(2, 8), y=slice(1, 7))
    whole = nk.regrid(part.v, target, mask=part.keep, weights=part.ice, min_coverage=0)
    found = nk.regrid(part.v, target, mask=ds.keep, weights=ds.ice, min_coverage=0)
    xr.testing.assert_equal(found, whole)


@pytest.mark.parametrize("family", ["polar", "longitudes", "HEALPix"])
def test_fields_elsewhere_are_refused(family: str) -> None:
    build, target = SOURCES[family]
    ds = build()
    first = ds.ice.dims[-1]
    if family == "HEALPix":
        elsewhere = ds.ice.assign_coords(cell_ids=ds.cell_ids.copy(data=(ds.cell_ids.values * 5) % 7919))
    else:
        elsewhere = ds.ice.assign_coords({first: ds[first] + (0.4 if family == "longitudes" else 3e6)})
    with pytest.raises(nk.NunatakError, match="weights"):
        nk.regrid(ds.v, target, weights=elsewhere)
    with pytest.raises(nk.NunatakError, match="mask"):
        nk.regrid(ds.v, target, mask=elsewhere.isel(time=0) > 0)


def test_weights_of_other_years_are_refused_by_name() -> None:
    ds, target = polar(), SOURCES["polar"][1]
    with pytest.raises(nk.ArgumentError, match="weights: coordinate time lacks 2000"):
        nk.regrid(ds.v, target, weights=ds.ice.assign_coords(time=[1990, 1991, 1992]))
    twice = xr.concat([ds.ice, ds.ice], "time")
    with pytest.raises(nk.ArgumentError, match="time has a value twice"):
        nk.regrid(ds.v, target, weights=twice)
    more = xr.concat([ds.ice.assign_coords(time=[1990, 1991, 1992]), ds.ice], "time")
    xr.testing.assert_equal(nk.regrid(ds.v, target, weights=more), nk.regrid(ds.v, target, weights=ds.ice))


def test_one_coordinate_is_enough_to_tell_the_order() -> None:
    ds, target = polar(), SOURCES["polar"][1]
    expected = nk.regrid(ds.v, target, mask=ds.keep)
    lone = ds.keep.drop_vars(["x", "crs"])
    xr.testing.assert_equal(nk.regrid(ds.v, target, mask=lone.isel(y=slice(None, None, -1))), expected)
    with pytest.raises(nk.ArgumentError, match="mask: coordinate y"):
        nk.regrid(ds.v, target, mask=lone.assign_coords(y=lone.y + 3e4))
    bare = ds.keep.drop_vars(["x", "y", "crs"])
    xr.testing.assert_equal(nk.regrid(ds.v, target, mask=bare), expected)


@pytest.mark.parametrize("name", ["polar", "longitudes", "curvilinear"])
def test_a_flat_mask_is_no_mask_of_rows_and_columns(name: str) -> None:
    build, target = SOURCES[name]
    ds = build()
    flat = ds.keep.values.ravel()
    for mask in (flat, xr.DataArray(flat, dims="cell"), flat.reshape(1, -1)):
        with pytest.raises(nk.ArgumentError, match="mask: expected"):
            nk.regrid(ds.v, target, mask=mask)


@pytest.mark.parametrize("name", ["rotated", "healpix", "ugrid", "gaussian"])
def test_cells_in_another_order_are_another_grid(name: str) -> None:
    grid = families.FAMILIES[name]()
    area = nk.cell_area(grid)
    first = grid.assign(v=(area.dims, np.arange(area.size, dtype=float).reshape(area.shape)))
    second = first.isel({area.dims[0]: slice(None, None, -1)})
    regridder = nk.Regridder(first, nk.latlon(45.0))
    np.testing.assert_array_equal(regridder(first).v, nk.regrid(first, nk.latlon(45.0)).v)
    with pytest.raises(nk.GridError, match="is not on the source grid"):
        regridder(second)
    with pytest.raises(nk.GridError, match="is not on the source grid"):
        nk.regrid(second, nk.latlon(45.0), source=first)


@pytest.mark.parametrize(("units", "size"), [("km", 1e3), ("cm", 1e-2), ("ft", 0.3048), ("m", 1.0)])
def test_labels_of_a_mask_are_lengths_in_any_unit(units: str, size: float) -> None:
    random = np.random.default_rng(7)
    source = nk.grid("EPSG:3031", spacing=250e3, bounds=(-2e6, -2e6, 2e6, 2e6))
    shape = (source.sizes["y"], source.sizes["x"])
    data = source.assign(v=(("y", "x"), random.normal(size=shape), {"grid_mapping": "crs"}))
    target = nk.grid("EPSG:3031", spacing=400e3, bounds=(-2e6, -2e6, 2e6, 2e6))
    kept = random.random(shape) > 0.3
    labels = {name: (name, source[name].values / size, {"units": units}) for name in ("y", "x")}
    turned = xr.DataArray(kept, dims=("y", "x"), coords=labels).isel(y=slice(None, None, -1))
    turned = turned.isel(x=random.permutation(shape[1]))
    expected = nk.regrid(data, target, mask=kept).v
    xr.testing.assert_identical(nk.regrid(data, target, mask=turned).v, expected)
