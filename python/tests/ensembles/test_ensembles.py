"""Stacks and ensemble statistics against xarray's own answers."""

from __future__ import annotations

import json
import os
import pickle

import cftime
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from nunatak._nunatak import LazyArray
from nunatak.ensembles import ensemble, stack
from nunatak.errors import ArgumentError, NunatakWarning
from nunatak.io.lazy import lazy_array, lazy_variable
from nunatak_testing.fresh_process import run_code

STATS = ("mean", "var", "std", "min", "max", "count")


def node(
    years, *, calendar="noleap", month=1, seed=0, dtype="float32", dims=("time", "y", "x"), name="lithk"
):
    """A dataset with one state variable, stamped 1 January of the year after (or in ``month``)."""
    stamp_years = [year + 1 if month == 1 else year for year in years]
    times = [cftime.datetime(year, month, 1, calendar=calendar) for year in stamp_years]
    values = np.random.default_rng(seed).normal(1000.0, 50.0, (len(years), 4, 3)).astype(dtype)
    sizes = dict(zip(("time", "y", "x"), values.shape, strict=True))
    array = xr.DataArray(
        values, dims=("time", "y", "x"), attrs={"units": "m", "standard_name": "land_ice_thickness"}
    )
    data = array.transpose(*dims).to_dataset(name=name)
    return data.assign_coords(time=times, y=np.arange(sizes["y"]) * -8e3, x=np.arange(sizes["x"]) * 8e3)


@pytest.fixture
def tree():
    return xr.DataTree.from_dict(
        {
            "JPL1/ISSM/exp05": node(range(2015, 2019), calendar="noleap", seed=1),
            "AWI/PISM1/exp05": node(range(2016, 2020), calendar="360_day", seed=2),
            "ULB/fETISh/exp05": node(range(2015, 2018), calendar="standard", seed=3, dims=("y", "time", "x")),
            "JPL1/ISSM/ctrl": node(range(2015, 2019), seed=4),
        }
    )


def test_stack_joins_calendars_on_the_nominal_year(tree):
    stacked = stack(tree, "lithk", match="*/exp05")
    assert stacked.dims == ("model", "year", "y", "x")
    assert stacked["model"].values.tolist() == ["JPL1/ISSM", "AWI/PISM1", "ULB/fETISh"]
    assert stacked["experiment"].values.tolist() == ["exp05"] * 3
    assert stacked["year"].values.tolist() == [2015, 2016, 2017, 2018, 2019]
    assert stacked.dtype == np.float32
    assert stacked.attrs["units"] == "m"
    assert json.loads(stacked.attrs["nunatak_stack"])["sources"].keys() == set(stacked["model"].values)
    values = stacked.values
    np.testing.assert_array_equal(values[0, :4], tree["JPL1/ISSM/exp05/lithk"].values)
    np.testing.assert_array_equal(values[1, 1:], tree["AWI/PISM1/exp05/lithk"].values)
    np.testing.assert_array_equal(
        values[2, :3], tree["ULB/fETISh/exp05/lithk"].transpose("time", "y", "x").values
    )
    assert np.isnan(values[0, 4]).all() and np.isnan(values[1, 0]).all() and np.isnan(values[2, 3:]).all()
    assert stacked["stamp"].sel(model="AWI/PISM1").values.tolist() == [
        "", "2017-01-01 00:00:00", "2018-01-01 00:00:00", "2019-01-01 00:00:00", "2020-01-01 00:00:00",
    ]  # fmt: skip


def test_stack_is_lazy():
    read = []

    def watched(key):
        read.append(key)
        return np.ones([part.stop - part.start for part in key], dtype="float32")

    def lazy(years):
        array = LazyArray.from_callback(watched, [len(years), 4, 3], "float32", [1, 4, 3])
        data = node(years)
        return data.assign(lithk=lazy_variable(("time", "y", "x"), array))

    tree = xr.DataTree.from_dict({"a/exp05": lazy(range(2015, 2018)), "b/exp05": lazy(range(2016, 2019))})
    stacked = stack(tree, "lithk")
    one = stacked.sel(model="b", year=2017)
    assert read == []
    assert one.values.shape == (4, 3)
    assert read == [(slice(1, 2), slice(0, 4), slice(0, 3))]


def test_stamps_before_and_after_new_year_are_one_year():
    states = node(range(2015, 2018), calendar="standard")
    late = states.assign_coords(
        time=[cftime.datetime(year, 12, 31, calendar="standard") for year in range(2015, 2018)]
    )
    flux = node(range(2015, 2018), month=7, calendar="noleap")
    stacked = stack(xr.DataTree.from_dict({"a": states, "b": late, "c": flux}), "lithk")
    assert stacked["year"].values.tolist() == [2015, 2016, 2017]
    assert not stacked.isnull().any()


@pytest.mark.parametrize("join", ["outer", "inner"])
def test_other_joins_keep_their_time_stamps(join):
    nodes = {"a": node(range(2015, 2019), seed=1), "b": node(range(2016, 2021), seed=2)}
    expected = xr.concat([data["lithk"] for data in nodes.values()], "model", join=join)
    stacked = stack(xr.DataTree.from_dict(nodes), "lithk", join=join)
    assert stacked.dims == ("model", "time", "y", "x")
    np.testing.assert_array_equal(stacked["time"].values, expected["time"].values)
    np.testing.assert_array_equal(stacked.values, expected.values)


def test_exact_join_and_datetime64():
    nodes = {"a": node(range(2015, 2018)), "b": node(range(2015, 2018), seed=1)}
    for data in nodes.values():
        data["time"] = np.array(["2016-01-01", "2017-01-01", "2018-01-01"], dtype="datetime64[ns]")
    stacked = stack(xr.DataTree.from_dict(nodes), "lithk", join="exact")
    np.testing.assert_array_equal(stacked["time"].values, nodes["a"]["time"].values)
    shifted = nodes["b"].assign_coords(time=nodes["b"]["time"] + np.timedelta64(1, "D"))
    with pytest.raises(ArgumentError, match="'a' and 'b' have different times"):
        stack(xr.DataTree.from_dict({"a": nodes["a"], "b": shifted}), "lithk", join="exact")


def test_stack_says_which_nodes_do_not_fit(tree):
    coarse = node(range(2015, 2018)).isel(x=slice(0, 2))
    with pytest.raises(ArgumentError, match=r"'a' and 'b' have 3 and 2 cells along 'x'; .*nk.regrid"):
        stack(xr.DataTree.from_dict({"a": node(range(2015, 2018)), "b": coarse}), "lithk")
    moved = node(range(2015, 2018))
    moved["x"] = moved["x"] + 1.0
    with pytest.raises(ArgumentError, match="'a' and 'b' differ along 'x'"):
        stack(xr.DataTree.from_dict({"a": node(range(2015, 2018)), "b": moved}), "lithk")
    with pytest.raises(ArgumentError, match="no node whose path matches 'exp99' holds a variable 'lithk'"):
        stack(tree, "lithk", match="exp99")
    with pytest.raises(ArgumentError, match="different calendars; use join='nominal_year'"):
        stack(tree, "lithk", join="outer")
    with pytest.raises(ArgumentError, match="'b' has no time dimension"):
        static = node(range(2015, 2018)).isel(time=0, drop=True)
        stack(xr.DataTree.from_dict({"a": node(range(2015, 2018)), "b": static}), "lithk")
    twice = node(range(2015, 2018))
    twice["time"] = [cftime.datetime(2016, month, 1, calendar="noleap") for month in (3, 4, 5)]
    with pytest.raises(ArgumentError, match="'a' has two records of 2016"):
        stack(xr.DataTree.from_dict({"a": twice}), "lithk")
    undecoded = node(range(2015, 2018)).assign_coords(time=[1.0, 2.0, 3.0])
    with pytest.raises(ArgumentError, match="'time' of 'a' holds float64, not dates"):
        stack(xr.DataTree.from_dict({"a": undecoded}), "lithk")


def test_repairs_and_sources_of_every_member_stay_on_record():
    repaired = node(range(2015, 2018))
    repaired["lithk"].attrs["nunatak_repairs"] = '[{"rule": "C3"}]'
    repaired["lithk"].encoding["source"] = "/archive/b.nc"
    tree = xr.DataTree.from_dict({"a": node(range(2015, 2018)), "b": repaired})
    for made in (stack(tree, "lithk"), ensemble(tree, "lithk")):
        assert json.loads(made.attrs["nunatak_repairs"]) == {"b": [{"rule": "C3"}]}
        assert json.loads(made.attrs["nunatak_stack"])["sources"] == {"a": None, "b": "/archive/b.nc"}


def test_units_that_differ_are_worth_a_warning():
    other = node(range(2015, 2018))
    other["lithk"].attrs["units"] = "km"
    with pytest.warns(NunatakWarning, match="different units: km, m"):
        stacked = stack(xr.DataTree.from_dict({"a": node(range(2015, 2018)), "b": other}), "lithk")
    assert "units" not in stacked.attrs


def test_integers_that_need_nan_become_float64():
    whole = node(range(2015, 2018), dtype="int16")
    tree = xr.DataTree.from_dict({"a": whole, "b": node(range(2016, 2019), dtype="int16")})
    assert stack(tree, "lithk").dtype == np.float64
    mixed = xr.DataTree.from_dict({"a": whole, "b": node(range(2015, 2018), dtype="float32")})
    assert stack(mixed, "lithk").dtype == np.float64


def test_series_and_static_variables_stack():
    series = {
        name: node(range(2015, 2020), seed=seed)[["lithk"]].mean(("y", "x")) for seed, name in enumerate("ab")
    }
    assert stack(xr.DataTree.from_dict(series), "lithk").dims == ("model", "year")
    static = {name: node([2015], seed=seed).isel(time=0, drop=True) for seed, name in enumerate("ab")}
    assert stack(xr.DataTree.from_dict(static), "lithk").dims == ("model", "y", "x")


def assert_equals_xarray(result, stacked, rtol, atol=0.0):
    for stat in STATS:
        expected = stacked.count("model") if stat == "count" else getattr(stacked, stat)("model")
        assert result[stat].dtype == expected.dtype, stat
        assert result[stat].dims == expected.dims
        # variance is quadratic in the offset that rounding leaves
        np.testing.assert_allclose(result[stat].values, expected.values, rtol=rtol, atol=atol, err_msg=stat)


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:Mean of empty", "ignore:All-NaN")
@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32]),
        hnp.array_shapes(min_dims=1, max_dims=4, max_side=5),
        elements=st.one_of(st.floats(-100.0, 100.0, width=16), st.just(float("nan"))),
    ),
    st.data(),
)
def test_ensemble_equals_xarray(values, data):
    axis = data.draw(st.integers(0, values.ndim - 1))
    dims = [f"d{at}" for at in range(values.ndim)]
    dims[axis] = "model"
    stacked = xr.DataArray(values, dims=dims, name="orog")
    # float16-wide numbers: float32 sums of a few are exact enough that only the last places differ
    rtol, atol = (1e-12, 1e-10) if values.dtype == np.float64 else (2e-5, 2e-3)
    assert_equals_xarray(ensemble(stacked, stats=STATS), stacked, rtol, atol)


def test_ensemble_of_a_tree_equals_xarray_on_the_stack(tree):
    doubled = tree.map_over_datasets(lambda data: data.astype("float64") if data.data_vars else data)
    result = ensemble(doubled, "lithk", STATS, match="*/exp05", memory="64KiB")
    assert_equals_xarray(result, stack(doubled, "lithk", match="*/exp05").load(), 1e-12, 1e-8)
    assert result["var"].attrs["units"] == "m2" and result["mean"].attrs["cell_methods"] == "model: mean"
    assert json.loads(result.attrs["nunatak_ensemble"])["members"] == 3


def test_float32_is_summed_in_double_precision():
    values = np.float32(3000.0) + np.random.default_rng(0).normal(0, 0.01, (15, 40, 30)).astype("float32")
    result = ensemble(xr.DataArray(values, dims=("model", "y", "x")), stats=("mean", "var"))
    exact = values.astype("float64")
    assert result["mean"].dtype == np.float32
    np.testing.assert_array_equal(result["mean"].values, exact.mean(0).astype("float32"))
    np.testing.assert_allclose(result["var"].values, exact.var(0), rtol=1e-6)


def test_dask_input_gives_the_same():
    values = np.random.default_rng(0).normal(size=(5, 20, 30))
    stacked = xr.DataArray(values, dims=("model", "y", "x"), name="orog")
    result = ensemble(stacked.chunk({"y": 7}), stats=STATS)
    assert_equals_xarray(result, stacked, 1e-13, 1e-13)


def test_progress_hears_every_block_and_can_stop():
    stacked = xr.DataArray(np.ones((3, 100, 100)), dims=("model", "y", "x"))
    steps = []
    ensemble(stacked, stats=("mean",), memory=1, progress=lambda *step: steps.append(step))
    assert [step[0] for step in steps] == list(range(1, steps[-1][1] + 1)) and len(steps) > 5

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensemble(stacked, stats=("mean",), memory=1, progress=stop)


def test_a_block_stays_within_the_budget_and_nothing_is_read_twice():
    values = np.random.default_rng(2).normal(size=(6, 400, 300))
    read = np.zeros(values.shape, dtype=int)
    largest = []

    def watched(key):
        read[key] += 1
        largest.append(read[key].size)
        return values[key]

    array = LazyArray.from_callback(watched, list(values.shape), "float64", [1, 400, 300])
    lazy = xr.DataArray(lazy_variable(("model", "y", "x"), array), name="orog")
    result = ensemble(lazy, stats=("var",), memory="1MiB")
    assert (read == 1).all()
    # the values and the sums of a cell take more than 50 bytes
    assert max(largest) * 50 < 2**20
    np.testing.assert_allclose(result["var"], values.var(0), rtol=1e-12)


def test_number_of_threads_changes_nothing():
    program = (
        "import numpy as np, xarray as xr, hashlib\n"
        "from nunatak.ensembles.statistics import ensemble\n"
        "values = np.random.default_rng(1).normal(size=(9, 300, 200)).astype('float32')\n"
        "result = ensemble(xr.DataArray(values, dims=('model', 'y', 'x')), memory='1MB')\n"
        "print(hashlib.sha256(b''.join(v.values.tobytes() for v in result.data_vars.values())).hexdigest())\n"
    )
    digests = set()
    for threads in ("1", "2", "5"):
        run = run_code(program, environment={**os.environ, "RAYON_NUM_THREADS": threads})
        assert run.returncode == 0, run.stderr
        digests.add(run.stdout)
    assert len(digests) == 1


def test_ensemble_rejects_unsupported_arguments(tree):
    with pytest.raises(ArgumentError, match="no ensemble statistic `median`"):
        ensemble(tree, "lithk", ("median",), match="*/exp05")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="name the variable"):
        ensemble(tree)
    with pytest.raises(ArgumentError, match="memory must be"):
        ensemble(tree, "lithk", memory="much")
    with pytest.raises(ArgumentError, match="no dimension 'model'"):
        ensemble(xr.DataArray([1.0], dims="x", name="orog"))


def test_stack_pickles():
    tree = xr.DataTree.from_dict({"a": node(range(2015, 2018)), "b": node(range(2016, 2019), seed=5)})
    array = lazy_array(stack(tree, "lithk").variable)
    again = pickle.loads(pickle.dumps(array))
    everything = [(0, length) for length in array.shape]
    np.testing.assert_array_equal(again.read(everything), array.read(everything))
