"""Weights as objects: files of other regridders, cache, diagnostics, statistics, amounts, extrapolation."""

from __future__ import annotations

import gc
import importlib.util
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.regridding import request, target as regrid_target, weights_plan


def source_grid() -> xr.Dataset:
    return nk.grid("EPSG:3031", spacing=100e3, bounds=(-1e6, -1e6, 1e6, 1e6))


def target_grid() -> xr.Dataset:
    return nk.grid("EPSG:3031", spacing=250e3, bounds=(-0.75e6, -0.75e6, 0.75e6, 0.75e6))


def field(grid: xr.Dataset, name: str = "lithk") -> xr.DataArray:
    values = 1000 + 1e-3 * grid.y + 2e-4 * grid.x
    return values.assign_coords(crs=grid.crs).rename(name)


def test_a_weight_file_gives_the_same_values(tmp_path: Path) -> None:
    regridder = nk.Regridder(source_grid(), target_grid())
    regridder.to_netcdf(tmp_path / "map.nc")
    again = nk.Regridder.from_netcdf(tmp_path / "map.nc", source_grid(), target_grid())
    data = field(source_grid())
    np.testing.assert_array_equal(again(data).values, regridder(data).values)


def test_a_weight_file_applies_as_esmf_says(tmp_path: Path) -> None:
    """As the ESMF reference manual applies weights: destination(row) += S * source(col), from 1."""
    regridder = nk.Regridder(source_grid(), nk.latlon(10).sel(lat=slice(-90, -80)))
    regridder.to_netcdf(tmp_path / "map.nc")
    data = field(source_grid())
    with xr.open_dataset(tmp_path / "map.nc", engine="netcdf4") as file:
        result = np.zeros(file.sizes["n_b"])
        np.add.at(result, file.row.values - 1, file.S.values * data.values.ravel()[file.col.values - 1])
        result /= file.frac_b.values
        assert list(file.src_grid_dims.values) == [21, 21]
        sphere = 4 * np.pi
        cap = float(file.area_b.sum())
        # The cap south of 80 degrees, in authalic latitude: Snyder (1987, eq. 3-12) with e2 of WGS84.
        assert cap / sphere == pytest.approx(0.00761, rel=0.01)
        np.testing.assert_allclose(file.yc_b.values[0], -85.0, atol=1e-9)
    np.testing.assert_allclose(result, regridder(data, min_coverage=0.0).values.ravel(), rtol=1e-13)


def test_the_matrix_is_a_view_that_outlives_its_regridder() -> None:
    regridder = nk.Regridder(source_grid(), target_grid())
    one, other = regridder.weights, regridder.weights
    for name in ("data", "indices"):
        assert np.shares_memory(getattr(one, name), getattr(other, name))
    with pytest.raises(ValueError, match="read-only"):
        one.data[0] = 2.0
    ones = np.ones(one.shape[1])
    expected = regridder.coverage.values.ravel()
    del regridder, other
    gc.collect()
    np.testing.assert_allclose(one @ ones, expected, rtol=1e-15)
    copy = one.copy()
    copy.data[:] = 0.0
    assert (copy @ ones == 0).all() and (one @ ones > 0).any()


def test_weights_in_xesmf_form_are_read(tmp_path: Path) -> None:
    """xESMF keeps nothing but col, row and S."""
    regridder = nk.Regridder(source_grid(), target_grid())
    matrix = regridder.weights.tocoo()
    entries = {"S": matrix.data, "col": matrix.col + 1, "row": matrix.row + 1}
    order = np.random.default_rng(1).permutation(matrix.data.size)
    dataset = xr.Dataset({name: ("n_s", np.asarray(values)[order]) for name, values in entries.items()})
    dataset.to_netcdf(tmp_path / "xesmf.nc", engine="netcdf4")
    again = nk.Regridder.from_netcdf(tmp_path / "xesmf.nc", source_grid(), target_grid())
    data = field(source_grid())
    np.testing.assert_allclose(again(data).values, regridder(data).values, rtol=1e-13)


def xesmf_matrix() -> ModuleType:
    """xESMF's reader and applier of weights, which need no ESMF; importing the package would."""
    package = importlib.util.find_spec("xesmf")
    assert package is not None and package.submodule_search_locations
    place = Path(package.submodule_search_locations[0]) / "smm.py"
    spec = importlib.util.spec_from_file_location("xesmf_smm", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("method", ["conservative", "bilinear"])
def test_xesmfs_own_reader_takes_our_weights(tmp_path: Path, method: str) -> None:
    smm = xesmf_matrix()
    regridder = nk.Regridder(source_grid(), target_grid(), method)  # pyright: ignore[reportArgumentType]
    regridder.to_netcdf(tmp_path / "map.nc")
    data = field(source_grid())
    rows, columns = regridder.weights.shape
    weights = smm.read_weights(tmp_path / "map.nc", columns, rows)
    assert weights.shape == (rows, columns) and weights.data.nnz == regridder.weights.nnz
    shape = target_grid().sizes["y"], target_grid().sizes["x"]
    found = smm.apply_weights(weights.data.reshape((*shape, *data.shape)), data.values, data.shape, shape)
    np.testing.assert_allclose(found, regridder(data).values, rtol=1e-13)


def test_weights_of_another_grid_are_rejected(tmp_path: Path) -> None:
    nk.Regridder(source_grid(), target_grid()).to_netcdf(tmp_path / "map.nc")
    moved = nk.grid("EPSG:3031", spacing=100e3, bounds=(-0.9e6, -1e6, 1.1e6, 1e6))
    with pytest.raises(nk.ArgumentError, match=r"source cell .* the weights belong to other cells"):
        nk.Regridder.from_netcdf(tmp_path / "map.nc", moved, target_grid())
    with pytest.raises(nk.ArgumentError, match="target grid of 49 cells, expected 441"):
        nk.Regridder.from_netcdf(tmp_path / "map.nc", source_grid(), source_grid())
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(tmp_path / "none.nc", engine="netcdf4")
    with pytest.raises(nk.ArgumentError, match="no weights; expected row, col, S"):
        nk.Regridder.from_netcdf(tmp_path / "none.nc", source_grid(), target_grid())


def test_weights_in_scrip_form_are_read(tmp_path: Path) -> None:
    """As CDO writes them: addresses from 1, one weight a link, centres in radians; weights from the sines."""
    source, target = nk.latlon(5), nk.latlon(10)
    data = (2 + np.cos(np.radians(source.lat)) * np.sin(np.radians(source.lon))).rename("f")
    rows, columns = np.divmod(np.arange(36 * 72), 72)
    edges = np.sin(np.radians(np.arange(-90, 91, 5)))
    height = np.diff(edges)
    share = 0.5 * height[rows] / (edges[2 * (rows // 2) + 2] - edges[2 * (rows // 2)])
    file = xr.Dataset(
        {
            "src_address": ("num_links", np.arange(36 * 72) + 1),
            "dst_address": ("num_links", (rows // 2) * 36 + columns // 2 + 1),
            "remap_matrix": (("num_links", "num_wgts"), share[:, None]),
            "src_grid_center_lat": (
                "src_grid_size",
                np.radians(source.lat.values[rows]),
                {"units": "radians"},
            ),
            "src_grid_center_lon": (
                "src_grid_size",
                np.radians(source.lon.values[columns]),
                {"units": "radians"},
            ),
            "dst_grid_imask": ("dst_grid_size", np.ones(18 * 36, "i4")),
        }
    )
    file.to_netcdf(tmp_path / "weights.nc", engine="netcdf4")
    ours = nk.Regridder.from_netcdf(tmp_path / "weights.nc", source, target)(data).transpose("lat", "lon")
    values = data.transpose("lat", "lon").values * share.reshape(36, 72)
    expected = values.reshape(18, 2, 36, 2).sum((1, 3))
    np.testing.assert_allclose(ours.values, expected, rtol=1e-13)


if shutil.which("cdo"):

    def test_weights_of_cdo_are_read(tmp_path: Path) -> None:
        source, target = nk.latlon(5), nk.latlon(10)
        data = (2 + np.cos(np.radians(source.lat)) * np.sin(np.radians(source.lon))).rename("f")
        data.drop_vars("crs", errors="ignore").to_dataset().to_netcdf(tmp_path / "in.nc", engine="netcdf4")
        (tmp_path / "grid.txt").write_text(
            "gridtype=lonlat\nxsize=36\nysize=18\nxfirst=-175\nxinc=10\nyfirst=-85\nyinc=10\n"
        )
        for command in ("gencon,grid.txt in.nc weights.nc", "remap,grid.txt,weights.nc in.nc out.nc"):
            run = ["cdo", "-s", "-b", "F64", *command.split()]
            subprocess.run(run, cwd=tmp_path, check=True, capture_output=True)
        theirs = xr.open_dataset(tmp_path / "out.nc", engine="netcdf4").f.values
        ours = nk.Regridder.from_netcdf(tmp_path / "weights.nc", source, target)(data)
        np.testing.assert_allclose(ours.transpose("lat", "lon").values, theirs, rtol=1e-12)


def test_weights_are_cached_in_a_directory(tmp_path: Path) -> None:
    first = nk.Regridder(source_grid(), target_grid(), cache=tmp_path / "weights")
    (kept,) = (tmp_path / "weights").iterdir()
    stamp = kept.stat().st_mtime_ns
    again = nk.Regridder(source_grid(), target_grid(), cache=tmp_path / "weights")
    assert kept.stat().st_mtime_ns == stamp
    data = field(source_grid())
    np.testing.assert_array_equal(again(data).values, first(data).values)
    nk.Regridder(source_grid(), target_grid(), "bilinear", cache=tmp_path / "weights")
    assert len(list((tmp_path / "weights").iterdir())) == 2


def test_the_diagnostics_of_a_regridder() -> None:
    regridder = nk.Regridder(source_grid(), nk.ismip6_grid("AIS", 64e3 * 5))
    coverage = regridder.coverage
    assert float(coverage.max()) == pytest.approx(1.0, abs=1e-12)
    assert float(coverage.min()) == 0.0
    assert abs(float(regridder.conservation_error(field(source_grid())))) < 1e-12
    shared = float((coverage * regridder.target_area).sum())
    assert shared == pytest.approx(float(nk.cell_area(source_grid()).sum()), rel=1e-12)
    axes = regridder.plot().axes[0]
    assert axes.get_title().startswith("conservative")
    assert axes.get_xlabel() == "x (m)"
    assert axes.get_xlim()[1] > 3e6


@pytest.mark.parametrize(
    ("func", "expected"),
    [
        ("min", np.min),
        ("max", np.max),
        (np.median, np.median),
        (np.mean, np.mean),
        ("std", np.std),
        ("var", np.var),
        (0.25, None),
    ],
)
def test_statistics_of_equal_cells(func: object, expected: object) -> None:
    """Four equal cells in each target cell of a plane map without curvature to speak of."""
    source = nk.grid("EPSG:3031", spacing=10.0, bounds=(0, 0, 40, 40), registration="cell")
    target = nk.grid("EPSG:3031", spacing=20.0, bounds=(0, 0, 40, 40), registration="cell")
    values = np.arange(16.0).reshape(4, 4)
    data = xr.DataArray(values, {"y": source.y, "x": source.x, "crs": source.crs}, ("y", "x"))
    found = nk.regrid(data, target, func=func)  # type: ignore[arg-type]
    blocks = values.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 2, 4)
    wanted = expected(blocks, axis=-1) if callable(expected) else np.sort(blocks)[..., :2].mean(-1)
    np.testing.assert_allclose(found.values, wanted, rtol=1e-9)
    assert "area:" in found.attrs["cell_methods"]


def test_the_largest_category_wins_and_stays_an_integer() -> None:
    source, target = source_grid(), target_grid()
    basin = xr.where(source.x < 30e3, 3, 7).astype("int8").broadcast_like(source.y * source.x)
    data = xr.DataArray(basin.values, {"y": source.y, "x": source.x, "crs": source.crs}, ("y", "x"))
    found = nk.regrid(data, target, func="mode")
    assert found.dtype == np.int8
    np.testing.assert_array_equal(found.values[0], np.where(target.x < 30e3, 3, 7))


def test_amounts_keep_their_sum() -> None:
    source = source_grid()
    mass = (nk.cell_area(source) * 900).rename("mass")
    found = nk.regrid(mass, nk.ismip6_grid("AIS", 320e3), quantity="extensive", min_coverage=0)
    assert float(found.sum()) == pytest.approx(float(mass.sum()), rel=1e-12)


def test_a_mean_weighted_by_the_ice_fraction() -> None:
    source, target = source_grid(), target_grid()
    time_axis = xr.DataArray([0.0, 1.0, 2.0], dims="time")
    thickness = (field(source) + 10 * time_axis).transpose("time", "y", "x")
    fraction = xr.where(source.x > 0, 1.0, 0.25) + 0 * source.y
    fraction = fraction.transpose("y", "x").assign_coords(crs=source.crs)
    found = nk.regrid(thickness, target, weights=fraction)
    both = nk.regrid((thickness * fraction).assign_coords(crs=source.crs), target)
    expected = both / nk.regrid(fraction, target)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-12)
    lazy = nk.regrid(thickness.chunk({"time": 1}), target, weights=fraction)
    np.testing.assert_array_equal(lazy.values, found.values)
    with pytest.raises(nk.ArgumentError, match="weights: found dimensions"):
        nk.regrid(thickness, target, weights=fraction.rename(y="row"))


def test_what_lies_outside_is_extrapolated_on_request() -> None:
    data = field(source_grid())
    target = nk.grid("EPSG:3031", spacing=400e3, bounds=(-2e6, -2e6, 2e6, 2e6))
    plain = nk.regrid(data, target, "bilinear")
    whole = nk.regrid(data, target, "bilinear", extrapolate="nearest")
    assert bool(plain.isnull().any())
    assert not bool(whole.isnull().any())
    inside = plain.notnull().values
    np.testing.assert_array_equal(whole.values[inside], plain.values[inside])
    assert float(whole.isel(x=0, y=0)) == float(data.isel(x=0, y=0))


def test_wrong_options_are_named() -> None:
    data, target = field(source_grid()), target_grid()
    for options, message in [
        ({"func": np.argmax}, "func: found .*argmax"),
        ({"func": "cubic"}, "cubic"),
        ({"quantity": "heavy"}, "quantity: found .*heavy"),
        ({"normalisation": "none"}, "normalisation: found"),
        ({"extrapolate": "wild"}, "extrapolate: found"),
    ]:
        with pytest.raises(nk.ArgumentError, match=message):
            nk.regrid(data, target, **options)  # type: ignore[arg-type]


def test_overlapping_source_cells_are_reported() -> None:
    lon = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])
    lat = np.array([[-75.0] * 3, [-74.0] * 3])
    bounds = {
        "lon_bnds": lon[..., None] + np.array([-0.8, 0.8, 0.8, -0.8]),
        "lat_bnds": lat[..., None] + np.array([-0.5, -0.5, 0.5, 0.5]),
    }
    source = xr.Dataset(
        {"f": (("y", "x"), np.ones((2, 3)))},
        {
            "lon": (("y", "x"), lon, {"units": "degrees_east", "bounds": "lon_bnds"}),
            "lat": (("y", "x"), lat, {"units": "degrees_north", "bounds": "lat_bnds"}),
            **{name: (("y", "x", "corner"), values) for name, values in bounds.items()},
        },
    )
    with pytest.warns(nk.GridWarning, match="cells overlap"):
        nk.regrid(source, nk.latlon(0.5).sel(lat=slice(-76, -73), lon=slice(-2, 4)))


def test_a_tree_of_a_thousand_leaves_makes_three_sets_of_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    grids = [nk.ismip6_grid("AIS", spacing) for spacing in (64e3, 80e3, 152e3)]
    fields = [field(grid).to_dataset().expand_dims(time=2) for grid in grids]
    leaves = {f"/model{index:04d}": fields[index % 3] for index in range(1000)}
    tree = xr.DataTree.from_dict(leaves)
    target = nk.ismip6_grid("AIS", 320e3)
    made: Counter[str] = Counter()

    def counting(name: str, module: Any) -> None:
        original = getattr(module, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            made[name] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(module, name, counted)

    counting("Weights", weights_plan)
    counting("target_coordinates", regrid_target)
    counting("regrid_record", request)
    result = nk.regrid(tree, target)
    assert made == {"Weights": 3, "target_coordinates": 1, "regrid_record": 3}
    expected = nk.regrid(leaves["/model0002"], target)
    xr.testing.assert_identical(result["/model0002"].to_dataset(), expected)
