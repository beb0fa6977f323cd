"""The catalog on small archives: table, search, tree, joins, problems; oracles: xarray, netCDF4, numpy."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

from nunatak._nunatak import data_bytes_read
from nunatak.catalog import open_catalog
from nunatak.errors import ArgumentError, CatalogError, FormatError, NunatakWarning, StoreError
from nunatak_testing.archives import YEARS, ArchiveWriter, dataset, opened, repairs, stamps


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    return ArchiveWriter(tmp_path / "archive")


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
    before = data_bytes_read()
    tree = open_catalog(archive.root).to_datatree()
    read = data_bytes_read() - before
    assert read == 0, "coordinates come with the header; data stay where they are"
    lithk = dataset(tree)["lithk"]
    code = "import pickle, sys; sys.stdout.buffer.write(pickle.load(sys.stdin.buffer).values.tobytes())"
    pickled = pickle.dumps(lithk)
    done = subprocess.run([sys.executable, "-c", code], input=pickled, capture_output=True, check=True)
    with xr.open_dataset(path, engine="netcdf4") as reference:
        expected = reference["lithk"].values
    assert done.stdout == expected.tobytes()


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
    with pytest.warns(NunatakWarning, match="3 files could not be used") as caught:
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


def test_progress_is_reported_and_can_stop(archive: ArchiveWriter) -> None:
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
