"""Regridding: conservation, analytic fields, scipy, every orientation, laziness and errors."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from nunatak.errors import ArgumentError, GridError, NunatakWarning
from nunatak.grids.rectilinear import cell_area, grid, ismip6_grid, latlon, native_grid
from nunatak.io.lazy import lazy_array, lazy_variable
from nunatak.regridding.dispatch import regrid
from nunatak.regridding.regridder import Regridder

AIS = ismip6_grid("AIS", 160e3)
FINE = ismip6_grid("AIS", 64e3)


def field(made: xr.Dataset, steps: int = 3, dtype: str = "float64") -> xr.Dataset:
    """A field in time on a polar grid, with a missing patch."""
    x, y = np.meshgrid(made.x, made.y)
    values = np.stack([1000 + 3e-4 * x - 1e-4 * y + 50 * np.sin(x / 4e5 + step) for step in range(steps)])
    values[:, (np.abs(x) < 4e5) & (np.abs(y - 1e6) < 3e5)] = np.nan
    data = xr.Variable(("time", "y", "x"), values.astype(dtype), {"units": "m", "grid_mapping": "crs"})
    return made.drop_vars(["x_bnds", "y_bnds"]).assign(orog=data, scalar=("time", np.arange(steps)))


def test_bedmachine_there_and_back_conserves(real_data: Path) -> None:
    file = real_data / "ismip6" / "grid32km_ais" / "ANT-32KM_TOPO-BedMachine.nc"
    with xr.open_dataset(file, engine="netcdf4") as bedmachine:
        ice = bedmachine[["H_ice"]].assign_coords(crs=bedmachine.crs)
        assert ice.H_ice.dtype == np.float32
        fine = ismip6_grid("AIS", 16e3)
        there = regrid(ice, fine)
        back = regrid(there, bedmachine)
        volumes = [
            float((data.H_ice * cell_area(made)).sum())
            for data, made in ((ice, bedmachine), (there, fine), (back, bedmachine))
        ]
    assert volumes[0] == pytest.approx(2.679e16, rel=1e-3)
    assert volumes[1] == pytest.approx(volumes[0], rel=1e-12)
    assert volumes[2] == pytest.approx(volumes[0], rel=1e-12)


@pytest.mark.parametrize("method", ["conservative", "bilinear", "nearest"])
def test_ones_stay_ones(method: Any) -> None:
    for source, target in ((AIS, FINE), (FINE, AIS), (AIS, latlon(5)), (latlon(5), AIS)):
        area = cell_area(source)
        found = regrid(xr.ones_like(area), target, method)
        assert found.notnull().any()
        assert float(np.abs(found - 1).max()) < 1e-13


def test_bilinear_reproduces_a_plane() -> None:
    plane = 2e-4 * AIS.x - 3e-4 * AIS.y + 100
    found = regrid(plane.transpose("y", "x"), FINE, "bilinear")
    np.testing.assert_allclose(
        found.values, (2e-4 * FINE.x - 3e-4 * FINE.y + 100).transpose("y", "x"), atol=1e-10
    )


def test_means_are_scipys() -> None:
    data = field(AIS)
    regridder = Regridder(AIS, FINE)
    matrix = regridder.weights
    assert matrix.shape == (96 * 96, 39 * 39)
    values = data.orog.values.reshape(3, -1)
    valid = np.isfinite(values)
    weight = (matrix @ valid.T.astype(float)).T
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = (matrix @ np.where(valid, values, 0).T).T / weight
    expected[weight < 0.5] = np.nan
    found = regridder(data.orog).values.reshape(3, -1)
    edge = np.abs(weight - 0.5) < 1e-6
    np.testing.assert_allclose(found[~edge], expected[~edge], rtol=1e-14)
    assert np.isnan(found).any() and np.isfinite(found).mean() > 0.8


def test_every_orientation_gives_the_same_numbers() -> None:
    data = field(AIS)
    expected = regrid(data, FINE).orog
    kilometres = data.assign_coords(x=data.x / 1e3, y=data.y / 1e3)
    for name in ("x", "y"):
        kilometres[name].attrs = {"units": "km"}
    variants = {
        "descending y": data.isel(y=slice(None, None, -1)),
        "descending x": data.isel(x=slice(None, None, -1)),
        "(x, y)": data.transpose("x", "time", "y"),
        "all of it, in km": kilometres.isel(x=slice(None, None, -1)).transpose("x", "y", "time"),
    }
    for name, variant in variants.items():
        found = regrid(variant, FINE).orog
        assert found.dims == ("time", "y", "x"), name
        np.testing.assert_allclose(found.values, expected.values, rtol=1e-13, err_msg=name)
    flipped = FINE.isel(x=slice(None, None, -1), y=slice(None, None, -1))
    found = regrid(data, flipped).orog
    np.testing.assert_allclose(found.sortby(["x", "y"]).values, expected.values, rtol=1e-13)


def test_target_coordinates_come_as_they_are() -> None:
    target = FINE.drop_vars(["x_bnds", "y_bnds"]).rename(x="xc", y="yc")
    target = target.assign_coords(xc=target.xc / 1e3, yc=target.yc / 1e3)
    target.xc.attrs, target.yc.attrs = {"units": "km"}, {"units": "km"}
    found = regrid(field(AIS), target)
    assert found.orog.dims == ("time", "yc", "xc")
    xr.testing.assert_equal(found.xc, target.xc)
    np.testing.assert_array_equal(found.orog.values, regrid(field(AIS), FINE).orog.values)


def test_dataset_keeps_what_is_not_on_the_grid() -> None:
    data = field(AIS).assign_coords(lat2d=(("y", "x"), np.zeros((39, 39))), time=("time", [2000, 2001, 2002]))
    data["place"] = ("y", "x"), np.zeros((39, 39)), {"units": "degrees_north"}
    data["names"] = ("y", "x"), np.full((39, 39), "a")
    data.attrs["title"] = "test"
    with pytest.warns(NunatakWarning, match="names .* cannot be regridded"):
        found = regrid(data, FINE)
    assert set(found.data_vars) == {"orog", "scalar"}
    assert set(found.coords) == {"x", "y", "x_bnds", "y_bnds", "crs", "time"}
    assert found.attrs["title"] == "test"
    xr.testing.assert_equal(found.scalar, data.scalar)
    assert found.orog.attrs["units"] == "m"
    assert found.orog.attrs["grid_mapping"] == "crs"
    made_by = json.loads(found.orog.attrs["nunatak_regrid"])
    assert made_by["method"] == "conservative"
    assert made_by["source"].startswith("EPSG:3031, 39 x 39 cells")
    assert made_by["min_coverage"] == 0.5
    assert native_grid(found) == native_grid(FINE)


def test_the_grid_mapping_changes_with_the_grid(tmp_path: Path) -> None:
    data = field(AIS).rename(crs="polar")
    data.orog.attrs["grid_mapping"] = "polar"
    found = regrid(data, latlon(5))
    assert "polar" not in found.variables
    assert found.crs.attrs["grid_mapping_name"] == "latitude_longitude"
    assert found.orog.attrs["grid_mapping"] == "crs"
    found.to_netcdf(tmp_path / "out.nc")
    with xr.open_dataset(tmp_path / "out.nc", engine="netcdf4") as back:
        np.testing.assert_array_equal(back.orog.values, found.orog.values)


def test_data_types() -> None:
    single_field = field(AIS, dtype="float32")
    assert regrid(single_field, FINE).orog.dtype == np.float64
    assert regrid(single_field, FINE, "bilinear").orog.dtype == np.float32
    assert regrid(single_field.chunk(time=1), FINE, "nearest").orog.dtype == np.float32
    assert regrid(single_field.chunk(time=1), FINE).orog.dtype == np.float64
    assert regrid(single_field, FINE, dtype="float32").orog.dtype == np.float32
    with pytest.raises(ArgumentError, match="float32 or float64"):
        regrid(single_field, FINE, dtype="int16")  # type: ignore[arg-type]
    single = regrid(single_field, FINE, dtype="float32").orog.values
    np.testing.assert_allclose(single, regrid(field(AIS), FINE).orog.values, atol=1e-3)
    counts = xr.full_like(cell_area(AIS), 7, dtype="int16")
    found = regrid(counts, FINE)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.values, 7, rtol=1e-13)
    flags = regrid(cell_area(AIS) > 0, FINE)
    assert float(flags.min()) == pytest.approx(1)
    with pytest.raises(ArgumentError, match="only numbers"):
        regrid(counts.astype("datetime64[ns]"), FINE)


class _Counted:
    """Values that say which parts of them were read."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.read = values, []

    def __call__(self, key: tuple[slice, ...]) -> np.ndarray:
        self.read.append(tuple((part.start, part.stop) for part in key))
        return self.values[key]


def test_a_region_reads_only_its_source_block() -> None:
    from nunatak._nunatak import LazyArray

    data = field(AIS)
    counted = _Counted(data.orog.values)
    array = LazyArray.from_callback(counted, [3, 39, 39], "float64", [1, 39, 39])
    lazy = data.assign(orog=lazy_variable(("time", "y", "x"), array, data.orog.attrs))
    found = regrid(lazy, FINE)
    assert counted.read == []
    part = found.orog.isel(time=1, y=slice(10, 12), x=20).values
    # Rows 10 and 11 of 64 km reach from -2432 to -2304 km: rows 4 and 5 of 160 km; column 20 from -1792 to
    # -1728 km: column 8.
    assert counted.read == [((1, 2), (4, 6), (8, 9))]
    np.testing.assert_array_equal(part, regrid(data, FINE).orog.values[1, 10:12, 20])


def test_a_lazy_result_pickles_small() -> None:
    found = regrid(field(AIS), FINE).orog.variable
    array = lazy_array(found)
    text = pickle.dumps(array)
    assert len(text) < 3 * 39 * 39 * 8 + 3000
    np.testing.assert_array_equal(pickle.loads(text).read([(0, 3), (0, 96), (0, 96)]), found.values)


def test_dask_stays_dask_and_agrees() -> None:
    import dask

    data = field(AIS)
    expected = regrid(data, FINE).orog
    chunked = data.chunk(time=1, y=20)
    found = regrid(chunked, FINE).orog
    assert found.chunks is not None and found.chunks[0] == (1, 1, 1)
    assert found.dtype == expected.dtype
    with dask.config.set(scheduler="threads"):
        np.testing.assert_array_equal(found.values, expected.values)
    with dask.config.set(scheduler="processes", num_workers=1):
        np.testing.assert_array_equal(found.isel(time=0).values, expected.isel(time=0).values)


def test_trees_of_several_grids() -> None:
    time = {"time": [2000, 2001, 2002]}
    tree = xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs={"title": "archive"}),
            "/A/coarse": field(AIS).assign_coords(time),
            "/A/fine": field(FINE).assign_coords(time),
            "/B": field(AIS).isel(y=slice(None, None, -1)),
            "/scalars": xr.Dataset({"ivaf": ("time", [1.0, 2.0])}),
        },
        name="root",
    )
    target = ismip6_grid("AIS", 320e3)
    found = regrid(tree, target)
    assert [node.path for node in found.subtree] == [node.path for node in tree.subtree]
    assert found.name == "root" and found.attrs == tree.attrs
    for path in ("/A/coarse", "/A/fine", "/B"):
        assert found[path].orog.shape == (3, 20, 20)
        expected = regrid(tree[path].to_dataset(), target).orog
        np.testing.assert_array_equal(found[path].orog.values, expected.values)
    xr.testing.assert_identical(found["/scalars"].to_dataset(), tree["/scalars"].to_dataset())


def test_trees_with_inherited_coordinates() -> None:
    data = field(AIS)
    shared = data.drop_vars(["orog", "scalar"])
    tree = xr.DataTree.from_dict({"/": shared, "/run": xr.Dataset({"orog": data.orog.variable})})
    found = regrid(tree, FINE)
    np.testing.assert_array_equal(found["/run"].orog.values, regrid(data, FINE).orog.values)
    assert native_grid(found["/run"].to_dataset()) == native_grid(FINE)


def test_a_node_without_coordinates_is_named() -> None:
    bare = xr.Dataset({"orog": (("y", "x"), np.zeros((39, 39)))})
    tree = xr.DataTree.from_dict({"/good": field(AIS), "/bad": bare})
    with pytest.raises(GridError, match=r"node /bad: .*grid without coordinates"):
        regrid(tree, FINE)
    found = regrid(bare, FINE, source=AIS)
    np.testing.assert_allclose(found.orog.values, 0)
    with pytest.raises(GridError, match="no node of the tree has a grid"):
        regrid(xr.DataTree.from_dict({"/a": xr.Dataset({"ivaf": ("time", [1.0])})}), FINE)


def test_missing_values_and_coverage() -> None:
    source = grid("EPSG:3031", spacing=1e4, bounds=(0, 0, 4e4, 4e4), registration="cell")
    target = grid("EPSG:3031", spacing=2e4, bounds=(0, 0, 4e4, 4e4), registration="cell")
    values = xr.ones_like(cell_area(source)) * 3
    values[0, 0] = np.nan
    values[2:, 2:] = np.nan
    values[2, 2] = 3
    found = regrid(values, target)
    np.testing.assert_allclose(found.values, [[3, 3], [3, np.nan]], rtol=1e-13)
    np.testing.assert_allclose(regrid(values, target, min_coverage=0.2).values, 3, rtol=1e-13)
    strict = regrid(values, target, skipna=False)
    np.testing.assert_allclose(strict.values, [[np.nan, 3], [3, np.nan]], rtol=1e-13)
    with pytest.raises(ArgumentError, match="min_coverage: found 2"):
        regrid(values, target, min_coverage=2)


def test_masks() -> None:
    source = grid("EPSG:3031", spacing=1e4, bounds=(0, 0, 4e4, 4e4), registration="cell")
    target = grid("EPSG:3031", spacing=2e4, bounds=(0, 0, 4e4, 4e4), registration="cell")
    values = cell_area(source).copy(data=np.arange(16.0).reshape(4, 4))
    mask = values < 10
    expected = regrid(values.where(mask), target)
    for given in (mask, mask.transpose("x", "y"), mask.astype("int8"), mask.values):
        np.testing.assert_allclose(regrid(values, target, mask=given).values, expected.values, rtol=1e-13)
    assert json.loads(regrid(values, target, mask=mask).attrs["nunatak_regrid"])["mask"] is True
    with pytest.raises(ArgumentError, match=r"mask: expected shape \(4, 4\)"):
        regrid(values, target, mask=np.ones((2, 2), bool))
    with pytest.raises(ArgumentError, match="booleans, or numbers that are 0 or 1"):
        regrid(values, target, mask=mask * 0.5)
    with pytest.raises(ArgumentError, match="expected the source grid"):
        regrid(values, target, mask=mask.assign_coords(x=mask.x + 1e4))


def test_grids_that_do_not_overlap_are_named() -> None:
    away = grid("EPSG:3031", spacing=1e4, bounds=(5e6, 5e6, 5.1e6, 5.1e6))
    source, target = "EPSG:3031, .* x -3120000 to 3120000 m", "EPSG:3031, .* x 4995000 to 5105000 m"
    message = f"do not overlap: source {source}.*target {target}"
    for method in ("conservative", "bilinear", "nearest"):
        with pytest.raises(GridError, match=message):
            regrid(field(AIS), away, method)  # type: ignore[arg-type]
    with pytest.raises(GridError, match="EPSG:3413"):
        regrid(field(AIS), ismip6_grid("GrIS", 20e3))


def test_wrong_arguments_are_named() -> None:
    data = field(AIS)
    with pytest.raises(ArgumentError, match="`cubic`; known: conservative, conservative2, bilinear"):
        regrid(data, FINE, "cubic")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="found ndarray"):
        regrid(data.orog.values, FINE)  # type: ignore[type-var]
    with pytest.raises(GridError, match=r"lacks a horizontal dimension|without coordinates"):
        regrid(data.orog.isel(x=0), FINE)
    with pytest.raises(GridError, match="known: EPSG:3031"):
        regrid(data, FINE, source="EPSG:9999")
    with pytest.raises(GridError, match="is not on the source grid"):
        Regridder(AIS, FINE)(field(ismip6_grid("AIS", 320e3)))


def test_a_regridder_is_one_matrix_for_everything() -> None:
    regridder = Regridder(AIS, FINE, "bilinear")
    data = field(AIS)
    np.testing.assert_array_equal(regridder(data).orog.values, regrid(data, FINE, "bilinear").orog.values)
    np.testing.assert_array_equal(regridder(data.orog).values, regrid(data, FINE, "bilinear").orog.values)
    assert "bilinear" in repr(regridder)
    area, target_area = cell_area(AIS).values.ravel(), cell_area(FINE).values.ravel()
    conservative = Regridder(AIS, FINE).weights
    shared = np.asarray(conservative.T @ target_area)
    inner = (np.abs(AIS.x) < 2.8e6) & (np.abs(AIS.y) < 2.8e6)
    inner = inner.transpose("y", "x").values.ravel()
    np.testing.assert_allclose(shared[inner], area[inner], rtol=1e-12)
