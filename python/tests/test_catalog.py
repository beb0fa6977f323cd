"""The catalog on small archives written here with one defect each; oracles: xarray, netCDF4, numpy."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr

from nunatak import _nunatak
from nunatak.catalog import Catalog, open_catalog, rules
from nunatak.errors import ArgumentError, CatalogError, FormatError, NunatakWarning, StoreError

YEARS = 6
NODE = "JPL1/ISSM/exp05"


class ArchiveWriter:
    """Writes files of an archive, sound ones unless told otherwise."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, variable: str, model: str = "JPL1/ISSM", experiment: str = "exp05") -> Path:
        institution, name = model.split("/")
        path = self.root / model / experiment / f"{variable}_AIS_{institution}_{name}_{experiment}.nc"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(
        self,
        variable: str,
        *,
        model: str = "JPL1/ISSM",
        experiment: str = "exp05",
        units: str = "days since 2015-01-01",
        calendar: str | None = "noleap",
        times: Any = None,
        time_attribute: str = "units",
        dimensions: tuple[str, ...] = ("time", "y", "x"),
        axes: str | None = "f8",
        size: int = 191,
        values: Any = None,
        dtype: str = "f4",
        fill: float | None = None,
        attributes: dict[str, Any] | None = None,
        container: Any = "NETCDF4",
        more: Callable[[netCDF4.Dataset], None] | None = None,
    ) -> Path:
        path = self.path(variable, model, experiment)
        times = 365.0 * np.arange(1, YEARS + 1) if times is None else np.asarray(times)
        with netCDF4.Dataset(path, "w", format=container) as file:
            file.set_auto_maskandscale(False)
            lengths = {"time": len(times)}
            for name in dimensions:
                file.createDimension(name, lengths.get(name, size))
            time = file.createVariable("time", times.dtype, ("time",))
            time.setncattr(time_attribute, units)
            if calendar is not None:
                time.calendar = calendar
            time[:] = times
            for name in [name for name in dimensions if name != "time" and axes is not None]:
                axis = file.createVariable(name, str(axes), (name,))
                axis.units = "m"
                axis[:] = np.linspace(-3040e3, 3040e3, size)
            data = file.createVariable(variable.split("_")[0], dtype, dimensions, fill_value=fill)
            shape = tuple(lengths.get(name, size) for name in dimensions)
            data.units = "m"
            data.setncatts(attributes or {})
            data[:] = np.arange(np.prod(shape)).reshape(shape) % 1000 if values is None else values
            if more is not None:
                more(file)
        return path


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    return ArchiveWriter(tmp_path / "archive")


def dataset(tree: xr.DataTree, path: str = NODE) -> xr.Dataset:
    node = tree[path]
    assert isinstance(node, xr.DataTree)
    return node.to_dataset()


def opened(archive: ArchiveWriter, node: str = NODE, **options: Any) -> tuple[xr.Dataset, Catalog]:
    catalog = open_catalog(archive.root, **options)
    return dataset(catalog.to_datatree(), node), catalog


def repairs(variable: xr.DataArray) -> dict[str, tuple[str, str]]:
    return {
        repair["rule"]: (repair["before"], repair["after"])
        for repair in json.loads(variable.attrs.get("nunatak_repairs", "[]"))
    }


def stamps(node: xr.Dataset) -> list[str]:
    return [f"{stamp.year:04d}-{stamp.month:02d}-{stamp.day:02d}" for stamp in node.indexes["time"]]


def test_an_experiment_is_reached_by_path_and_by_steps(archive: ArchiveWriter) -> None:
    archive.write("lithk")
    archive.write("orog")
    tree = open_catalog(archive.root).to_datatree()
    by_path, by_steps = tree["JPL1/ISSM/exp05"]["lithk"], tree["JPL1/ISSM"]["exp05"]["lithk"]
    assert isinstance(by_path, xr.DataArray) and isinstance(by_steps, xr.DataArray)
    xr.testing.assert_identical(by_path, by_steps)
    assert list(dataset(tree).data_vars) == ["lithk", "orog"]
    assert stamps(dataset(tree))[0] == "2016-01-01"


def test_opening_reads_no_data_and_pickling_keeps_the_values(archive: ArchiveWriter) -> None:
    path = archive.write("lithk", fill=7.0)
    before = _nunatak.data_bytes_read()
    tree = open_catalog(archive.root).to_datatree()
    read = _nunatak.data_bytes_read() - before
    assert read == 8 * (2 * 191 + YEARS), "the coordinates and nothing else"
    lithk = dataset(tree)["lithk"]
    code = "import pickle, sys; sys.stdout.buffer.write(pickle.load(sys.stdin.buffer).values.tobytes())"
    pickled = pickle.dumps(lithk)
    done = subprocess.run([sys.executable, "-c", code], input=pickled, capture_output=True, check=True)
    with xr.open_dataset(path, engine="netcdf4") as reference:
        expected = reference["lithk"].values
    assert done.stdout == expected.tobytes()


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"])
@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"missing_value": "own"},
        {"missing_value": "double"},
        {"scale_factor": np.float32(0.1)},
        {"scale_factor": np.float64(0.1), "missing_value": "own"},
        {"scale_factor": np.float32(0.1), "add_offset": np.float32(273.15)},
        {"scale_factor": np.float32(0.1), "add_offset": np.float32(273.15), "missing_value": "own"},
        {"scale_factor": np.float32(0.1), "add_offset": np.float64(273.15)},
        {"add_offset": np.float32(1.7), "missing_value": "own"},
        {"scale_factor": np.float64(0.1), "missing_value": np.float32(np.nan)},
        {"scale_factor": np.int16(3)},
        {"_Unsigned": "true"},
        {"_Unsigned": "false", "missing_value": "own"},
    ],
    ids=lambda attributes: "+".join(f"{name}" for name in attributes) or "plain",
)
@pytest.mark.parametrize("fill", [False, True])
@pytest.mark.filterwarnings("ignore::xarray.SerializationWarning", "ignore:invalid value:RuntimeWarning")
def test_values_are_those_of_xarray_bit_for_bit(
    archive: ArchiveWriter, dtype: str, attributes: dict[str, Any], fill: bool
) -> None:
    kind = np.dtype(dtype)
    if kind.kind == "f":
        values = np.array([0.0, 1.5, -2.25, 7.0, 1e20, np.nan, 3e-5, 100.0, -1e20], dtype)
    else:
        info = np.iinfo(kind)
        values = np.array([0, 1, 7, 100, info.min, info.max, info.max - 1, info.min + 1, 9], dtype)
    own = values[4]
    given: dict[str, Any] = {
        name: {"own": own, "double": np.float64(own)}.get(value, value) if isinstance(value, str) else value
        for name, value in attributes.items()
    }
    given = {name: attributes[name] if name == "_Unsigned" else value for name, value in given.items()}
    integer_scale = np.asarray(given.get("scale_factor", 0.0)).dtype.kind == "i"
    if integer_scale and (fill or kind.kind == "f"):
        pytest.skip("xarray makes integers of these, which can hold neither NaN nor 1e20")
    path = archive.write(
        "lithk",
        dimensions=("time", "x"),
        size=3,
        times=[365.0, 730.0, 1095.0],
        values=values.reshape(3, 3),
        dtype=dtype,
        fill=values[6] if fill else None,
        attributes=given,
    )
    node, _ = opened(archive, rules=None)
    with xr.open_dataset(path, engine="netcdf4") as reference:
        expected = reference["lithk"].load()
    found = node["lithk"]
    assert found.dtype == expected.dtype
    nan = np.isnan(expected.values) if expected.dtype.kind == "f" else np.zeros(expected.shape, bool)
    np.testing.assert_array_equal(np.isnan(found.values) if found.dtype.kind == "f" else nan, nan)
    assert found.values[~nan].tobytes() == expected.values[~nan].tobytes()
    assert found[1:, ::2].values[~nan[1:, ::2]].tobytes() == expected[1:, ::2].values[~nan[1:, ::2]].tobytes()
    # xarray warns of a NaN fill value of integers and drops it; the attributes are otherwise the same.
    assert set(found.attrs) == set(expected.attrs)


def test_search_knows_values_lists_patterns_and_aliases(archive: ArchiveWriter) -> None:
    for experiment in ("exp05", "exp06", "hist", "ctrl_proj"):
        archive.write("lithk", experiment=experiment, size=2)
    archive.write("orog", model="AWI/PISM1", experiment="hist_std", size=2)
    catalog = open_catalog(archive.root)
    assert len(catalog) == 5 == len(catalog.df)
    assert len(catalog.search(variable="lithk", experiment="exp*")) == 2
    assert len(catalog.search(experiment=["exp05", "hist_std"])) == 3, "hist is hist_std by its alias"
    assert catalog.search(institution="AWI").df["model"].tolist() == ["PISM1"]
    assert len(catalog.search(kind="state")) == 5
    assert len(catalog.search(variable="nothing")) == 0
    assert "5 files, 2 models" in repr(catalog) and "<table" in catalog._repr_html_()
    with pytest.raises(CatalogError, match="no column `modell`; the columns are variable, "):
        catalog.search(modell="ISSM")


def test_aliases_do_not_rename_nodes(archive: ArchiveWriter) -> None:
    archive.write("lithk", experiment="ctrl_proj")
    node, catalog = opened(archive, "JPL1/ISSM/ctrl_proj")
    assert node.attrs["nunatak_experiment_alias"] == "ctrl_proj_std"
    assert repairs(node["lithk"])["A7"] == ("ctrl_proj", "found as ctrl_proj_std, too")
    assert catalog.df["experiment_alias"].tolist() == ["ctrl_proj_std"]


def test_states_and_means_are_joined_on_the_nominal_year(archive: ArchiveWriter) -> None:
    archive.write("acabf", times=365.0 * np.arange(YEARS) + 181, size=3)
    archive.write("lithk", times=365.0 * np.arange(2, YEARS + 1), size=3)
    archive.write("sftgif", times=365.0 * np.arange(1, YEARS + 1), size=3, dtype="i2")
    node, _ = opened(archive)
    assert stamps(node) == [f"{year}-01-01" for year in range(2016, 2022)]
    acabf, lithk = node["acabf"], node["lithk"]
    assert not acabf.isnull().any()
    assert lithk[0].isnull().all() and not lithk[1:].isnull().any()
    np.testing.assert_array_equal(lithk[1:].values.ravel(), np.arange(45))
    own = json.loads(acabf.attrs["time_stamps"])
    assert own == {
        "units": "days since 2015-01-01 00:00:00",
        "calendar": "noleap",
        "first": 181.0,
        "step": 365.0,
        "count": YEARS,
    }
    assert "time_stamps" not in lithk.attrs
    assert node["sftgif"].dtype == np.int16
    outer = dataset(open_catalog(archive.root).to_datatree(join="outer"))
    assert outer.sizes["time"] == 2 * YEARS
    assert outer["sftgif"].dtype == np.float64, "integers with missing records are floats"
    inner = open_catalog(archive.root).search(variable=["lithk", "sftgif"]).to_datatree(join="inner")
    assert dataset(inner).sizes["time"] == YEARS - 1


def test_an_inner_join_without_a_common_stamp_is_empty_and_says_so(archive: ArchiveWriter) -> None:
    archive.write("acabf", times=365.0 * np.arange(YEARS) + 181, size=3)
    archive.write("lithk", size=3)
    catalog = open_catalog(archive.root)
    node = dataset(catalog.to_datatree(join="inner"))
    assert node["lithk"].shape == (0, 3, 3) and node["lithk"].values.size == 0
    assert catalog.report.problems["message"].str.contains("no record is common to all files").any()


def test_records_without_a_time_are_not_dated_by_their_number(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3)
    with netCDF4.Dataset(archive.path("orog"), "w") as file:
        for name, length in (("time", YEARS), ("y", 3), ("x", 3)):
            file.createDimension(name, length)
        file.createVariable("orog", "f4", ("time", "y", "x"))[:] = 1.0
    node, catalog = opened(archive)
    assert node["orog"].dims == ("time_orog", "y", "x")
    assert catalog.report.problems["message"].str.contains("there is no time variable").any()


def test_monthly_records_keep_their_own_time(archive: ArchiveWriter) -> None:
    archive.write("acabf", times=30.0 * np.arange(1, 13), size=3)
    archive.write("lithk", size=3)
    node, catalog = opened(archive)
    assert node["acabf"].dims[0] == "time_acabf" and node.sizes["time"] == YEARS
    assert node["time_acabf"].values[0].month == 1
    assert "fall in one nominal year; kept on `time_acabf`" in catalog.report.problems["message"].iloc[0]


def test_files_of_one_variable_do_not_overwrite_each_other(archive: ArchiveWriter) -> None:
    def densities(file: netCDF4.Dataset) -> None:
        file.createVariable("rhoi", "f8", ())[...] = 917.0

    for token, value in (("ivaf", 1.0), ("ivaf_minus_ctrl_proj", 2.0), ("ivaf_other", 3.0)):
        archive.write(token, dimensions=("time",), values=value, more=densities)
    node, catalog = opened(archive)
    assert sorted(map(str, node.data_vars)) == ["ivaf", "ivaf_minus_ctrl_proj", "ivaf_other", "rhoi"]
    names = ("ivaf", "ivaf_minus_ctrl_proj", "ivaf_other")
    assert [float(node[name][0]) for name in names] == [1.0, 2.0, 3.0]
    assert repairs(node["ivaf_other"])["N1"] == ("ivaf", "ivaf_other")
    assert set(catalog.report.applications["rule"]) == {"N1"}
    alone = dataset(open_catalog(archive.root).search(token="*minus*").to_datatree())
    assert "ivaf_minus_ctrl_proj" in alone, "a difference is never called by the plain name"


def test_numbers_that_differ_are_kept_apart(archive: ArchiveWriter) -> None:
    def density(value: float) -> Callable[[netCDF4.Dataset], None]:
        def write(file: netCDF4.Dataset) -> None:
            file.createVariable("rhoi", "f8", ())[...] = value

        return write

    for token, value in (("ivaf", 917.0), ("smb", 910.0)):
        archive.write(token, dimensions=("time",), more=density(value))
    node, _ = opened(archive)
    assert (float(node["rhoi"]), float(node["rhoi_smb"])) == (917.0, 910.0)


def _standard(reference: str, times: np.ndarray) -> dict[str, Any]:
    return {"calendar": "standard", "units": f"days since {reference}", "times": times}


@pytest.mark.filterwarnings("ignore:.*problems with files:nunatak.errors.NunatakWarning")
@pytest.mark.parametrize(
    ("rule", "options", "first"),
    [
        ("C1", {"time_attribute": "unit"}, "2016-01-01"),
        ("C2", {"units": "days since 01-01-2015"}, "2016-01-01"),
        ("C3", {"units": "days since 2015-1-0 00:00:00"}, "2016-01-01"),
        ("C4", {"calendar": None}, "2016-01-01"),
        ("C7", {"units": "day as %Y%m%d.%f", "times": [20160101.0, 20170101.0, 20180101.0]}, "2016-01-01"),
        ("C8", _standard("2000-01-01", 365.0 * np.arange(16, 22)), "2016-01-01"),
        ("C12", _standard("2005-01-01", 360.0 * np.arange(11, 17)), "2016-01-01"),
        ("C13", {"units": "days since 2005-01-01", "times": 365.0 * np.arange(86)}, "2015-01-01"),
        (
            "C19",
            {
                "units": "years since 0000-00-00 00:00:00",
                "calendar": "365 days",
                "times": np.array([2016, 2017], np.float32),
            },
            "2016-01-01",
        ),
    ],
)
def test_time_is_repaired_and_the_repair_recorded(
    archive: ArchiveWriter, rule: str, options: dict[str, Any], first: str
) -> None:
    archive.write("lithk", size=3, **options)
    node, catalog = opened(archive)
    assert stamps(node)[0] == first
    before, after = repairs(node["lithk"])[rule]
    assert before != after
    assert catalog.report.repairs.set_index("rule").loc[rule, "files"] == 1
    assert rule in repairs(node["time"])
    off = [known for known in rules()["rule"] if known != rule]
    node, catalog = opened(archive, rules=off)
    assert rule not in set(catalog.report.applications["rule"])


def test_real_calendars_are_not_repaired(archive: ArchiveWriter) -> None:
    new_years = np.arange("2016", "2102", dtype="M8[Y]").astype("M8[D]")
    times = (new_years - np.datetime64("2005-01-01")).astype(np.float64)
    archive.write("lithk", size=3, **_standard("2005-01-01", times))
    node, catalog = opened(archive)
    assert not catalog.report.applications["rule"].str.startswith("C").any()
    np.testing.assert_array_equal(node["time"].values, new_years.astype("M8[ns]"))


def test_means_stamped_at_year_end_are_flagged(archive: ArchiveWriter) -> None:
    archive.write("acabf", size=3)
    node, _ = opened(archive)
    assert stamps(node)[0] == "2016-01-01"
    assert "C16" in repairs(node["acabf"]) and node["acabf"].attrs["nunatak_flags"].startswith("C16")


@pytest.mark.parametrize("size", [191, 381])
def test_axes_are_made_from_the_size(archive: ArchiveWriter, size: int) -> None:
    archive.write("lithk", axes=None, size=size, times=[365.0])
    node, _ = opened(archive)
    np.testing.assert_array_equal(node["x"].values, np.linspace(-3040e3, 3040e3, size))
    np.testing.assert_array_equal(node["y"].values, np.linspace(-3040e3, 3040e3, size))
    assert repairs(node["lithk"])["B1"][1].endswith(f"ISMIP6 AIS {6080 // (size - 1)} km grid")
    assert node["crs"].attrs["standard_parallel"] == -71.0
    assert node["lithk"].attrs["grid_mapping"] == "crs"


def test_axes_of_an_unknown_size_are_a_problem(archive: ArchiveWriter) -> None:
    archive.write("lithk", axes=None, size=190, times=[365.0])
    node, catalog = opened(archive)
    assert "x" not in node.coords
    assert "190 x 190 (y, x) is not the size of an ISMIP6 grid" in catalog.report.problems["message"].iloc[0]


def test_places_in_two_dimensions_give_axes_too(archive: ArchiveWriter) -> None:
    def places(file: netCDF4.Dataset) -> None:
        for name in ("lat", "lon"):
            file.createVariable(name, "f4", ("nj", "ni"))[:] = 1.0

    for variable in ("lithk", "orog"):
        archive.write(variable, axes=None, dimensions=("time", "nj", "ni"), times=[365.0], more=places)
    node, catalog = opened(archive)
    assert node["lithk"].dims == ("time", "y", "x") and node["lat"].dims == ("y", "x")
    assert "B2" in repairs(node["lithk"])
    shared = catalog.report.problems["message"]
    assert shared.str.contains("lat stands for that of 1 more files").any()


def test_x_before_y_is_transposed_by_name(archive: ArchiveWriter) -> None:
    path = archive.write("lithk", dimensions=("time", "x", "y"), dtype="f8")
    node, _ = opened(archive)
    lithk = node["lithk"]
    assert lithk.dims == ("time", "y", "x")
    assert repairs(lithk)["B4"] == ("(time, x, y)", "(time, y, x)")
    with netCDF4.Dataset(path) as file:
        np.testing.assert_array_equal(lithk.values, file["lithk"][:].transpose(0, 2, 1))
    assert lithk[2, 5:9, 3].values.tolist() == lithk.values[2, 5:9, 3].tolist()


def test_single_precision_axes_and_companions(archive: ArchiveWriter) -> None:
    def companions(file: netCDF4.Dataset) -> None:
        file.createVariable("mapping", "i1", ()).grid_mapping_name = "polar_stereographic"
        file.createVariable("year", "f4", ("time",))[:] = 1.0
        file.createDimension("bnds", 2)
        file.createVariable("time_bnds", "f8", ("time", "bnds"))[:] = 0.0

    for variable in ("acabf", "lithk"):
        archive.write(variable, axes="f4", more=companions)
    node, catalog = opened(archive)
    assert sorted(map(str, node.data_vars)) == ["acabf", "lithk"]
    assert node["x"].dtype == np.float64 and "mapping" in node.coords
    assert "B5" in repairs(node["lithk"])
    left_out = catalog.report.problems["message"]
    assert left_out.str.contains("time_bnds left out, as of 2 files").any()


def test_netcdf3_beside_hdf5_is_recognised(archive: ArchiveWriter) -> None:
    archive.write("lithk", container="NETCDF3_CLASSIC")
    archive.write("orog")
    node, _ = opened(archive)
    np.testing.assert_array_equal(node["lithk"].values, node["orog"].values)
    assert repairs(node["lithk"])["A8"][0] == "NetCDF-3 classic beside HDF5"
    assert "A8" not in repairs(node["orog"])


@pytest.mark.parametrize(
    ("dtype", "attributes"), [("f4", {}), ("f8", {}), ("f4", {"missing_value": np.float64(1e20)})]
)
def test_undeclared_fill_values_are_masked_and_zero_is_left(
    archive: ArchiveWriter, dtype: str, attributes: dict[str, Any]
) -> None:
    values = np.full((YEARS, 191, 191), 1e20)
    values[:, 50:150, 50:150] = 0.0
    archive.write("lithk", dtype=dtype, values=values, attributes=attributes)
    node, _ = opened(archive)
    np.testing.assert_array_equal(np.isnan(node["lithk"].values), values == 1e20)
    assert "D1" in repairs(node["lithk"])
    node, _ = opened(archive, rules=[])
    untouched = np.float32(1e20) if dtype == "f4" else 1e20
    assert node["lithk"].values[0, 0, 0] == untouched


def test_check_shows_what_stands_outside_the_ice(archive: ArchiveWriter) -> None:
    values = np.zeros((YEARS, 191, 191))
    values[:, 50:150, 50:150] = 9.0
    archive.write("lithk", values=values)
    found = open_catalog(archive.root).check()
    finding = found[(found["rule"] == "D1") & (found["severity"] == "info")]["finding"].item()
    assert "lithk: in all four corners stands a literal 0; it is left" in finding


def test_an_experiment_glued_to_the_variable(archive: ArchiveWriter) -> None:
    path = archive.write("lithk", model="UCIJPL/ISSM", experiment="exp13", size=3)
    path.rename(path.with_name("exp13" + path.name))
    node, catalog = opened(archive, "UCIJPL/ISSM/exp13")
    assert catalog.df["variable"].tolist() == ["lithk"]
    assert repairs(node["lithk"])["A1"] == ("exp13lithk", "lithk")


def broken_files(archive: ArchiveWriter) -> dict[str, Path]:
    whole = archive.write("lithk")
    paths = {name: archive.path(name) for name in ("empty", "truncated", "text")}
    paths["empty"].write_bytes(b"")
    paths["truncated"].write_bytes(whole.read_bytes()[:600])
    paths["text"].write_text("see the other directory\n")
    return paths


def test_files_that_cannot_be_opened_are_named(archive: ArchiveWriter) -> None:
    paths = broken_files(archive)
    catalog = open_catalog(archive.root)
    with pytest.warns(NunatakWarning, match="3 problems with files") as caught:
        tree = catalog.to_datatree()
    assert len(caught) == 1
    assert list(dataset(tree).data_vars) == ["lithk"]
    errors = catalog.report.problems.query("severity == 'error'").set_index("path")
    assert set(errors.index) == {str(path) for path in paths.values()}
    assert all(path in message for path, message in errors["message"].items())
    assert errors.loc[str(paths["empty"]), "rule"] == "A4"
    assert "offset" in errors.loc[str(paths["truncated"]), "message"]
    catalog.to_datatree(on_error="skip")
    with pytest.raises(FormatError, match="empty"):
        catalog.to_datatree(on_error="raise")
    assert "error: " in repr(catalog.report)


def test_a_netcdf3_file_under_another_name_opens(archive: ArchiveWriter) -> None:
    path = archive.write("lithk", container="NETCDF3_64BIT_OFFSET")
    path.rename(path.with_suffix(".h5"))
    node, _ = opened(archive)
    assert node["lithk"].shape == (YEARS, 191, 191)


def test_times_that_stay_unreadable_are_kept_and_reported(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3)
    archive.write("orog", size=3, times=[1.0, np.nan, 3.0])
    with pytest.warns(NunatakWarning, match="record 1 has time NaN"):
        node, _ = opened(archive)
    assert node["orog"].dims[0] == "time_orog" and node["lithk"].dims[0] == "time"


def test_grids_that_differ_inside_an_experiment_are_kept_apart(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=191)
    archive.write("orog", size=381)
    node, catalog = opened(archive)
    assert node["lithk"].shape[1:] == (191, 191) and node["orog"].dims == ("time", "y_orog", "x_orog")
    assert node["x_orog"].shape == (381,)
    assert catalog.report.problems["message"].str.contains("dimension `x` differs").any()


def test_dask_chunks_are_the_files_own(archive: ArchiveWriter) -> None:
    pytest.importorskip("dask")
    archive.write("lithk")
    catalog = open_catalog(archive.root)
    plain = dataset(catalog.to_datatree())["lithk"]
    assert plain.chunks is None
    chunked = dataset(catalog.to_datatree(chunks={}))["lithk"]
    assert chunked.chunks is not None
    np.testing.assert_array_equal(chunked.values, plain.values)
    by_two = dataset(catalog.to_datatree(chunks={"time": 2}))["lithk"]
    assert by_two.chunks is not None and by_two.chunks[0] == (2, 2, 2)
    with pytest.raises(ArgumentError, match="chunks="):
        catalog.to_datatree(chunks=3.5)


def test_a_tree_can_be_written_and_read_back(archive: ArchiveWriter, tmp_path: Path) -> None:
    archive.write("lithk", fill=7.0)
    archive.write("acabf", times=365.0 * np.arange(YEARS) + 181)
    node, _ = opened(archive)
    node.to_netcdf(tmp_path / "out.nc", engine="netcdf4")
    with xr.open_dataset(tmp_path / "out.nc", engine="netcdf4") as read:
        xr.testing.assert_equal(read.load(), node.load())
        assert read["acabf"].attrs["nunatak_repairs"] == node["acabf"].attrs["nunatak_repairs"]


def test_progress_is_told_and_can_stop(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3)
    seen: list[tuple[int, int]] = []
    open_catalog(archive.root, progress=lambda done, total: seen.append((done, total))).to_datatree()
    assert seen == [(1, 1)]

    def stop(done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        open_catalog(archive.root, progress=stop).to_datatree()


def test_bad_arguments_say_what_would_do(archive: ArchiveWriter, tmp_path: Path) -> None:
    archive.write("lithk", size=3)
    with pytest.raises(StoreError, match="nowhere: cannot list"):
        open_catalog(tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    with pytest.raises(CatalogError, match="no NetCDF or HDF5 file"):
        open_catalog(tmp_path / "bare")
    with pytest.raises(ArgumentError, match='expected "ismip6", None or a list'):
        open_catalog(archive.root, rules="cmip7")  # pyright: ignore[reportArgumentType]
    with pytest.raises(CatalogError, match="no repair rule `C99`; the rules are A1"):
        open_catalog(archive.root, rules=["C99"])
    with pytest.raises(ArgumentError, match='expected "nominal_year"'):
        open_catalog(archive.root).to_datatree(join="left")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ArgumentError, match='expected "warn"'):
        open_catalog(archive.root).to_datatree(on_error="ignore")  # pyright: ignore[reportArgumentType]


def test_other_files_of_the_archive_are_mentioned(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3)
    (archive.root / "README.txt").write_text("hello")
    stray = archive.root / "notes.nc"
    stray.write_bytes(b"x")
    messages = open_catalog(archive.root).report.problems["message"]
    assert messages.str.contains("1 files of other types are not read, such as .*README.txt").any()
    assert messages.str.contains("notes.nc: cannot tell institution, model and experiment").any()
