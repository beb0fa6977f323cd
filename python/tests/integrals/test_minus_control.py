"""Experiments minus control against archived differences, and against subtraction by hand."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.samples import write_archive

ULP = 2.2e9
"""One unit in the last place of the archived float32 volumes, m3."""


def run(years: list[int], values: list[float], name: str = "ivaf", units: str = "m3") -> xr.Dataset:
    return xr.Dataset({name: ("year", np.array(values), {"units": units})}, {"year": years})


def archived(path: Path) -> xr.Dataset:
    """An archived file of scalars, whose decimal years xarray refuses to decode, by nominal year."""
    with xr.open_dataset(path, engine="nunatak", decode_times=False) as file:
        scalars = file.load()
    # States are stamped with the end of their year: 2016.0 is the end of 2015; fluxes with its middle.
    years = np.ceil(scalars["time"].values.astype(float)).astype(np.int64) - 1
    return scalars.drop_vars("time").assign_coords(year=("time", years)).swap_dims(time="year")


def archived_tree(folder: Path, scalar: str) -> tuple[xr.DataTree, dict[str, xr.Dataset]]:
    runs: dict[str, xr.Dataset] = {}
    differences: dict[str, xr.Dataset] = {}
    for path in sorted(folder.glob(f"*/*/*/computed_{scalar}_*.nc")):
        key = str(path.parent.relative_to(folder))
        if "minus_ctrl_proj" in path.name:
            differences[key] = archived(path)
        else:
            runs[key] = archived(path)
    return xr.DataTree.from_dict(runs), differences


@pytest.mark.filterwarnings("ignore::nunatak.errors.NunatakWarning")
@pytest.mark.parametrize("scalar", ["ivaf", "ivol", "iareagr", "smb", "bmbfl"])
def test_archived_differences_of_all_models(real_data: Path, scalar: str) -> None:
    tree, differences = archived_tree(real_data / "ismip6/computed_scalars", scalar)
    found = nk.minus_control(tree)
    assert {node.path[1:] for node in found.leaves} == differences.keys() and len(differences) >= 16
    for key, expected in differences.items():
        whole = np.abs(tree[key][scalar].values).max()
        rounding = float(np.spacing(np.float32(whole)))
        own = found[key].to_dataset()
        for name in expected.data_vars:
            if not str(name).startswith(scalar):
                continue
            # The archive subtracts records by their places; years of both are compared.
            years = np.intersect1d(expected.year[~np.isnan(expected[name])], own.year[~np.isnan(own[name])])
            assert years.size >= 84, (key, name, years.size)
            apart = np.abs(own[name].sel(year=years) - expected[name].sel(year=years)).max().item()
            assert apart <= rounding, (key, name, apart, rounding)


def test_archived_sectors_and_regions_add_up(real_data: Path) -> None:
    for scalar in ("ivaf", "iareagr", "smb"):
        tree, _ = archived_tree(real_data / "ismip6/computed_scalars", scalar)
        for leaf in tree.leaves:
            own = leaf.to_dataset().astype(float)
            rounding = float(np.spacing(np.float32(np.abs(own[scalar]).max().item())))
            for kind, count in (("sector", 18), ("region", 3)):
                total = sum(own[f"{scalar}_{kind}_{number}"] for number in range(1, count + 1))
                assert np.abs(total - own[scalar]).max().item() <= 2 * rounding, (leaf.path, scalar, kind)


def test_years_are_matched_by_name_and_missing_ones_are_nan() -> None:
    tree = xr.DataTree.from_dict(
        {
            "/A/M/exp05": run([2015, 2016, 2017], [5.0, 4.0, 2.0]),
            "/A/M/ctrl_proj_std": run([2018, 2016, 2015], [9.0, 4.5, 5.0]),
            "/A/M/hist_std": run([2014], [1.0]),
        }
    )
    found = nk.minus_control(tree)
    assert [leaf.path for leaf in found.leaves] == ["/A/M/exp05"]
    difference = found["A/M/exp05/ivaf"]
    np.testing.assert_array_equal(difference, [0.0, -0.5, np.nan])
    assert difference.attrs == {"units": "m3", "long_name": "ivaf minus control"}
    assert '"control": "A/M/ctrl_proj_std"' in found["A/M/exp05"].attrs["nunatak_minus_control"].replace(
        "/A", "A"
    )


def test_open_experiments_have_the_open_control() -> None:
    def nodes(*names: str) -> dict[str, xr.Dataset]:
        return {f"/A/M/{name}": run([2015], [float(at)]) for at, name in enumerate(names)}

    tree = xr.DataTree.from_dict(nodes("ctrl_proj_std", "ctrl_proj_open", "exp05", "exp01", "expA4_16"))
    found = nk.minus_control(tree)
    values = {leaf.name: leaf["ivaf"].item() for leaf in found.leaves}
    assert values == {"exp05": 2.0, "exp01": 2.0, "expA4_16": 3.0}
    one = nk.minus_control(xr.DataTree.from_dict(nodes("ctrl_proj", "exp05", "exp01")))
    assert {leaf.name: leaf["ivaf"].item() for leaf in one.leaves} == {"exp05": 1.0, "exp01": 2.0}
    given = nk.minus_control(tree, "ctrl_proj_open")
    assert {leaf.name: leaf["ivaf"].item() for leaf in given.leaves} == {**values, "exp05": 1.0}
    with pytest.warns(nk.NunatakWarning, match="no control run: A/M/abmb"):
        nk.minus_control(xr.DataTree.from_dict(nodes("ctrl_proj", "exp05", "abmb", "ctrl", "hist")))
    by_experiment = nk.minus_control(tree, {"exp05": "exp01"})
    assert [leaf.path for leaf in by_experiment.leaves] == ["/A/M/exp05"]
    assert by_experiment["A/M/exp05/ivaf"].item() == -1.0


def test_levels_in_another_order() -> None:
    tree = xr.DataTree.from_dict({"/exp05/A/M": run([2015], [3.0]), "/ctrl_proj_std/A/M": run([2015], [1.0])})
    assert nk.minus_control(tree)["exp05/A/M/ivaf"].item() == 2.0


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> xr.DataTree:
    archive = write_archive(tmp_path_factory.mktemp("archive"), years=3)
    return nk.open_catalog(archive.path, cache=False).to_datatree()


def test_gridded_fields_of_the_sample_archive(tree: xr.DataTree) -> None:
    from nunatak._nunatak import data_bytes_read

    before = data_bytes_read()
    found = nk.minus_control(tree)
    assert data_bytes_read() == before, "nothing is read"
    assert len(list(found.leaves)) == 6
    for model, control in (("JPL1/ISSM", "ctrl_proj"), ("CPOM/BISICLES", "ctrl_proj_std")):
        own, other = tree[f"{model}/exp05"].to_dataset(), tree[f"{model}/{control}"].to_dataset()
        difference = found[f"{model}/exp05"].to_dataset()
        for name in ("orog", "acabf"):
            expected = own[name].values - other[name].values
            np.testing.assert_array_equal(difference[name].values, expected)
            assert difference[name].dtype == own[name].dtype
    again = pickle.loads(pickle.dumps(found["JPL1/ISSM/exp05/orog"]))
    np.testing.assert_array_equal(again, found["JPL1/ISSM/exp05/orog"])
    scalars = nk.minus_control(nk.scalars(tree, "ivol"))["JPL1/ISSM/exp05/ivol"]
    direct = nk.scalars(tree, "ivol")
    expected = direct["JPL1/ISSM/exp05/ivol"].values - direct["JPL1/ISSM/ctrl_proj/ivol"].values
    np.testing.assert_array_equal(scalars, expected)


@pytest.mark.parametrize("chunked", ["none", "experiment", "control", "both"])
def test_cells_are_matched_by_coordinates_with_and_without_dask(chunked: str) -> None:
    rng = np.random.default_rng(1)
    coords = {"time": np.array(["2016-01-01", "2017-01-01"], "M8[ns]"), "y": [0.0, 1.0, 2.0], "x": [5.0, 6.0]}
    own = xr.Dataset({"orog": (("time", "y", "x"), rng.random((2, 3, 2), np.float32))}, coords)
    other = xr.Dataset({"orog": (("time", "y", "x"), rng.random((2, 3, 2), np.float32))}, coords)
    expected = own.orog - other.orog
    turned = other.isel(y=[2, 1, 0], time=[1, 0]).transpose("x", "time", "y")
    short = turned.isel(time=[1])
    for control, last in ((turned, expected[1]), (short, expected[1] * np.nan)):
        runs = {
            "/M/exp05": own.chunk(time=1) if chunked in ("experiment", "both") else own,
            "/M/ctrl_proj_std": control.chunk(y=2) if chunked in ("control", "both") else control,
        }
        found = nk.minus_control(xr.DataTree.from_dict(runs))["M/exp05/orog"]
        assert (found.chunks is not None) == (chunked != "none")
        assert found.dims == ("time", "y", "x") and found.dtype == np.float32
        np.testing.assert_array_equal(found[0], expected[0])
        np.testing.assert_array_equal(found[1], last)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int64"])
@pytest.mark.parametrize("chunked", [False, True])
def test_integers_do_not_wrap_round(dtype: str, chunked: bool) -> None:
    info = np.iinfo(dtype)
    high, low = min(info.max, 2**40), max(info.min, -(2**40))
    own, other = (
        xr.Dataset({"mask": ("x", np.array(values, dtype))}, {"x": [0.0, 1.0]})
        for values in ([low, high], [high, low])
    )
    runs = {"/M/exp05": own.chunk() if chunked else own, "/M/ctrl_proj_std": other}
    found = nk.minus_control(xr.DataTree.from_dict(runs))["M/exp05/mask"]
    assert found.dtype == np.float64 and found.values.tolist() == [low - high, high - low]


def test_what_cannot_be_matched_is_refused_or_told() -> None:
    def tree_of(own: xr.Dataset, other: xr.Dataset) -> xr.DataTree:
        return xr.DataTree.from_dict({"/M/exp05": own, "/M/ctrl_proj_std": other})

    one = run([2015], [1.0])
    with pytest.raises(nk.ArgumentError, match="no experiment has a control run"):
        nk.minus_control(xr.DataTree.from_dict({"/M/exp05": one, "/N/ctrl_proj_std": one}))
    with pytest.raises(nk.ArgumentError, match="two records of 2015"):
        nk.minus_control(tree_of(one, run([2015, 2015], [1.0, 2.0])))
    with pytest.raises(nk.ArgumentError, match="units 'm3' and 'km3'"):
        nk.minus_control(tree_of(one, run([2015], [1.0], units="km3")))
    grid = xr.Dataset({"orog": (("y", "x"), np.ones((2, 2)))}, {"y": [0.0, 1.0], "x": [0.0, 1.0]})
    with pytest.raises(nk.ArgumentError, match=r"along 'x'.*nk\.regrid"):
        nk.minus_control(tree_of(grid, grid.assign_coords(x=[0.0, 1.5])))
    with pytest.raises(nk.ArgumentError, match="dimensions"):
        nk.minus_control(tree_of(grid, grid.isel(x=0)))
    with pytest.warns(nk.NunatakWarning, match="has no iareagr"):
        found = nk.minus_control(tree_of(one.assign(iareagr=one.ivaf), one))
    assert list(found["M/exp05"].data_vars) == ["ivaf"]
    runs = {"/M/exp05": one, "/M/ctrl_proj_std": one, "/N/exp05": one}
    with pytest.warns(nk.NunatakWarning, match="no control run: N/exp05"):
        assert len(list(nk.minus_control(xr.DataTree.from_dict(runs)).leaves)) == 1
