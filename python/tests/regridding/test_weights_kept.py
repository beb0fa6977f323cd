"""Weights that are kept: cache, files of other programs, regridders in other processes; areas and masks."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing import grid_families as families


def globe() -> xr.Dataset:
    return nk.latlon(15.0).assign(v=(("lat", "lon"), np.random.default_rng(0).random((12, 24))))


@pytest.mark.parametrize("method", ["conservative", "bilinear", "nearest"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, method: Any) -> None:
    ds, target = globe(), nk.latlon(20.0)
    expected = nk.Regridder(ds, target, method, cache=tmp_path)(ds.v)
    (place,) = tmp_path.iterdir()
    good = place.read_bytes()
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    for damaged in (b"", good[:100], good[:-1], good + b"\0", bytes(flipped)):
        place.write_bytes(damaged)
        with pytest.warns(nk.NunatakWarning, match=place.name):
            found = nk.Regridder(ds, target, method, cache=tmp_path)(ds.v)
        xr.testing.assert_identical(found, expected)
        assert place.read_bytes() == good


def test_a_cache_knows_masks_by_their_cells(tmp_path: Path) -> None:
    grid = nk.grid(3413, spacing=100e3, bounds=(0, 0, 8e5, 8e5), registration="cell")
    target = nk.grid(3413, spacing=200e3, bounds=(0, 0, 8e5, 8e5), registration="cell")
    ds = grid.assign(v=(("y", "x"), np.ones((8, 8))))
    half = np.arange(8)[:, None] < np.full(8, 4)
    masks = {
        "south": xr.DataArray(half, dims=("y", "x")),
        "west": xr.DataArray(half, dims=("x", "y")),
        "north": xr.DataArray(half[::-1], dims=("y", "x")),
        "south again": xr.DataArray(half[::-1], coords={"y": grid.y[::-1], "x": grid.x}, dims=("y", "x")),
        "numbers": half.astype(int),
    }
    quarter = np.arange(4)[:, None] < np.full(4, 2)
    expected = {"west": quarter.T, "north": ~quarter}
    for _ in range(2):
        for name, mask in masks.items():
            found = nk.Regridder(ds, target, mask=mask, cache=tmp_path)(ds.v).notnull()
            np.testing.assert_array_equal(found, expected.get(name, quarter), err_msg=name)
    assert len(list(tmp_path.iterdir())) == 3


def scrip_names(esmf: xr.Dataset) -> xr.Dataset:
    """An ESMF map as SCRIP and CDO write it."""
    names = {"row": "dst_address", "col": "src_address", "n_a": "src_grid_size", "n_b": "dst_grid_size"}
    names |= {"frac_b": "dst_grid_frac", "area_b": "dst_grid_area", "frac_a": "src_grid_frac"}
    names |= {"area_a": "src_grid_area", "n_s": "num_links"}
    weights = esmf.S.values[:, None]
    return esmf.drop_vars("S").rename(names).assign(remap_matrix=(("num_links", "num_wgts"), weights))


@pytest.mark.parametrize("form", ["ESMF", "SCRIP", "ESMF without attribute"])
@pytest.mark.parametrize("kind", ["destarea", "fracarea", "FRACAREA", "none"])
def test_the_normalisation_of_a_weight_file_is_heeded(tmp_path: Path, form: str, kind: str) -> None:
    source = nk.grid("EPSG:4326", spacing=1, bounds=(0, 50, 12, 62), registration="cell")
    target = nk.grid("EPSG:4326", spacing=5, bounds=(-2, 47, 18, 67), registration="cell")
    ds = source.assign(v=(("lat", "lon"), np.random.default_rng(0).random((12, 12))))
    own = nk.Regridder(source, target)
    own.to_netcdf(tmp_path / "own.nc")
    with xr.open_dataset(tmp_path / "own.nc", engine="netcdf4") as file:
        esmf = file.load()
    row = esmf.row.values - 1
    if kind.lower() == "fracarea":
        esmf["S"] = esmf.S / esmf.frac_b.values[row]
    elif kind == "none":
        esmf["S"] = esmf.S * esmf.area_b.values[row]
    esmf.attrs |= {"normalization": kind, "map_method": "Conservative remapping"}
    if form == "SCRIP":
        esmf = scrip_names(esmf)
    elif form != "ESMF":
        del esmf.attrs["normalization"]
    esmf.to_netcdf(tmp_path / "map.nc", engine="netcdf4")
    if form == "ESMF without attribute" and kind == "none":
        with pytest.raises(nk.ArgumentError, match="normalization"):
            nk.Regridder.from_netcdf(tmp_path / "map.nc", source, target)
        return
    again = nk.Regridder.from_netcdf(tmp_path / "map.nc", source, target)
    np.testing.assert_allclose(again.coverage, own.coverage, rtol=1e-12)
    for options in ({}, {"quantity": "extensive", "min_coverage": 0}, {"normalisation": "destination"}):
        np.testing.assert_allclose(again(ds.v, **options), own(ds.v, **options), rtol=1e-9)


@pytest.mark.parametrize(
    ("attrs", "dropped"),
    [
        ({"normalization": "fracarea"}, "frac_b"),
        ({"normalization": "none"}, "area_b"),
        ({"normalization": "sums"}, ""),
    ],
)
def test_a_normalisation_that_cannot_be_undone_is_refused(tmp_path: Path, attrs: Any, dropped: str) -> None:
    source, target = nk.latlon(15.0), nk.latlon(20.0)
    nk.Regridder(source, target).to_netcdf(tmp_path / "own.nc")
    with xr.open_dataset(tmp_path / "own.nc", engine="netcdf4") as file:
        changed = file.load().drop_vars(dropped or []).assign_attrs(attrs)
    changed.to_netcdf(tmp_path / "map.nc", engine="netcdf4")
    with pytest.raises(nk.ArgumentError, match=f"normalization is '{attrs['normalization']}'"):
        nk.Regridder.from_netcdf(tmp_path / "map.nc", source, target)
    # Methods of points have rows that sum to one, whatever the attribute says.
    nk.Regridder.from_netcdf(tmp_path / "map.nc", source, target, "bilinear")


@pytest.mark.parametrize("name", ["rectilinear", "polar", "rotated", "healpix", "gaussian", "ugrid", "scrip"])
@pytest.mark.parametrize("again", [lambda made: pickle.loads(pickle.dumps(made)), copy.deepcopy])
def test_a_regridder_goes_to_another_process(name: str, again: Any) -> None:
    grid = families.FAMILIES[name]()
    area = nk.cell_area(grid)
    ds = grid.assign(v=(area.dims, np.random.default_rng(0).random(area.shape)))
    keep = np.random.default_rng(1).random(area.shape) < 0.7
    for mask in (None, keep, xr.DataArray(keep, dims=area.dims)):
        made = nk.Regridder(ds, nk.latlon(45.0), mask=mask)
        there = again(made)
        np.testing.assert_array_equal(there(ds).v, made(ds).v)
        assert len(pickle.dumps(nk.Regridder(ds.isel({area.dims[0]: slice(None)}), nk.latlon(45.0)))) < 4e6


def test_nodes_of_trees_are_grids_and_sources() -> None:
    source = nk.ismip6_grid("AIS", 160e3)
    ds = source.assign(v=(("y", "x"), np.ones((39, 39))))
    target = nk.ismip6_grid("AIS", 320e3)
    mapping = xr.Dataset(coords={"crs": ds.crs})
    tree = xr.DataTree.from_dict({"/": mapping, "/a/b": ds.drop_vars("crs"), "/g": target})
    for found in (
        nk.Regridder(tree["a/b"], tree["g"])(ds.v),
        nk.regrid(ds.v, tree["g"]),
        nk.regrid(ds.v.drop_vars(["crs", "x", "y"]), target, source=tree["a/b"]),
    ):
        np.testing.assert_allclose(found, 1.0, rtol=1e-12)
    xr.testing.assert_equal(nk.cell_area(tree["a/b"]), nk.cell_area(ds))
    with pytest.raises(nk.GridError, match=r"node /a of a tree has no variables.*/a/b"):
        nk.Regridder(xr.DataTree.from_dict({"/a/b": ds})["a"], target)


AREAS = [
    {"standard_name": "cell_area", "units": "m2"},
    {"standard_name": "cell_area", "units": "km2", "cell_methods": "area: sum"},
    {"long_name": "area of the cell", "units": "m2"},
]


@pytest.mark.parametrize("attrs", AREAS)
@pytest.mark.parametrize("target", ["polar", "healpix", "longitudes"])
def test_areas_of_cells_become_those_of_the_target(attrs: dict[str, str], target: str) -> None:
    source = nk.ismip6_grid("GrIS", 40e3)
    to = {"polar": nk.ismip6_grid("GrIS", 80e3), "healpix": nk.healpix(3), "longitudes": nk.latlon(5.0)}[
        target
    ]
    area = nk.cell_area(source)
    ds = source.assign(
        lithk=(area.dims, np.ones(area.shape), {"cell_measures": "area: areacelli"}),
        areacelli=(area.dims, area.values / (1e6 if attrs["units"] == "km2" else 1.0), attrs),
        lost=(area.dims, np.ones(area.shape), {"cell_measures": "area: areacello"}),
    )
    found = nk.regrid(ds, to)
    np.testing.assert_array_equal(found.areacelli, nk.cell_area(to))
    assert found.areacelli.attrs["units"] == "m2" and found.lithk.attrs["cell_measures"] == "area: areacelli"
    assert "cell_measures" not in found.lost.attrs
    # Attributes outlive what is made of areas: these are no areas any more.
    volume = (ds.areacelli * 3000.0).assign_attrs(attrs)
    third = nk.regrid(ds.assign(volume=volume / 1e9), to, min_coverage=0).volume
    assert float(third.max()) < 3000 * 1.7
    mean = nk.regrid(ds, to, quantity="intensive")
    assert "cell_measures" not in mean.lithk.attrs and float(mean.areacelli.max()) < 2e9


def test_amounts_by_their_cell_methods_keep_their_sum() -> None:
    source, target = nk.latlon(15.0), nk.latlon(30.0)
    values = np.random.default_rng(0).random((12, 24))
    dims = ("lat", "lon")
    ds = source.assign(
        mass=(dims, values, {"cell_methods": "area: sum", "units": "kg"}),
        mean=(dims, values, {"cell_methods": "time: sum area: mean"}),
        both=(dims, values, {"cell_methods": "time: mean area: time: sum"}),
    )
    found = nk.regrid(ds, target)
    assert float(found.mass.sum()) == pytest.approx(values.sum(), rel=1e-12)
    assert (
        found.mass.attrs["cell_methods"] == "area: sum" and "extensive" in found.mass.attrs["nunatak_regrid"]
    )
    assert float(found["mean"].max()) < 1.0
    assert float(found.both.sum()) == pytest.approx(values.sum(), rel=1e-12)
    assert float(nk.regrid(ds.mass, target, quantity="intensive").max()) < 1.0


@pytest.mark.parametrize("name", ["scrip", "esmf_mesh"])
@pytest.mark.parametrize(
    "method", ["conservative", "bilinear", "nearest", "inverse_distance", "nearest_target"]
)
def test_cells_that_a_mesh_file_masks_hold_nothing(name: str, method: Any) -> None:
    grid = families.FAMILIES[name]()
    dim = nk.cell_area(grid).dims[0]
    count = grid.sizes[dim]
    off = np.random.default_rng(0).random(count) < 0.3
    mask = {"scrip": "grid_imask", "esmf_mesh": "elementMask"}[name]
    ds = grid.assign({mask: (dim, (~off).astype("i4")), "t": (dim, np.where(off, 0.0, 1.0))})
    found = nk.regrid(ds, nk.latlon(30.0), method).t.values
    seen = found[np.isfinite(found)]
    assert seen.size and np.allclose(seen, 1.0, atol=1e-12)
    same = nk.regrid(ds.assign({mask: (dim, np.ones(count, "i4"))}), nk.latlon(30.0), method).t
    xr.testing.assert_equal(same, nk.regrid(ds.drop_vars(mask), nk.latlon(30.0), method).t)
    # As a target they get nothing.
    ones = nk.latlon(10.0).assign(v=(("lat", "lon"), np.ones((18, 36))))
    there = nk.regrid(ones.v, ds, method)
    assert np.isnan(there.values[off]).all()
    with pytest.raises(nk.GridError, match=mask):
        nk.regrid(ds.assign({mask: (dim, np.zeros(count, "i4"))}), nk.latlon(30.0))


@pytest.mark.parametrize("name", ["scrip", "ugrid", "gaussian"])
def test_conservation_is_checked_whatever_the_dimension_is_called(name: str) -> None:
    grid = families.FAMILIES[name]()
    (dim,) = nk.cell_area(grid).dims
    data = xr.DataArray(np.random.default_rng(0).random(grid.sizes[dim]), dims=("somewhere",), name="v")
    regridder = nk.Regridder(grid, nk.latlon(20.0))
    own, named = regridder.conservation_error(data), regridder.conservation_error(data.rename(somewhere=dim))
    assert abs(float(own)) < 1e-12 and float(own) == float(named)
    whole = regridder.conservation_error(grid.assign(v=(dim, data.values)))
    assert "v" in whole and float(whole.v) == float(own)
