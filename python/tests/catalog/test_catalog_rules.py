"""The rest of the table of rules; oracles: netCDF4, numpy, dates that were meant."""

from __future__ import annotations

import pickle
from pathlib import Path

import netCDF4
import numpy as np
import pytest

import nunatak as nk
from nunatak._nunatak import data_bytes_read
from nunatak.catalog import open_catalog
from nunatak_testing.archives import YEARS, ArchiveWriter, opened, repairs, stamps


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    return ArchiveWriter(tmp_path / "archive")


def in_greenland(path: Path) -> Path:
    return path.rename(path.with_name(path.name.replace("_AIS_", "_GIS_")))


def messages(catalog: nk.Catalog, rule: str) -> list[str]:
    problems = catalog.report.problems
    return problems.loc[problems["rule"] == rule, "message"].tolist()


def test_an_epoch_that_fits_the_protocol_is_taken_and_marked_as_a_guess(archive: ArchiveWriter) -> None:
    times = 365.25 * np.arange(1, 91)
    archive.write("lithk", size=3, experiment="expT71_08", units="", calendar=None, times=times)
    node, catalog = opened(archive, "JPL1/ISSM/expT71_08")
    expected = np.datetime64("2015-01-01T00") + (24 * times).astype("m8[h]")
    np.testing.assert_array_equal(node["time"].values.astype("M8[h]"), expected)
    evidence = catalog.report.applications.set_index("rule").loc["C5", "evidence"]
    assert "365.25 days" in evidence and "nominal years 2015 to 2104" in evidence
    assert '"evidence"' in node["lithk"].attrs["nunatak_repairs"]


def test_an_epoch_that_does_not_fit_is_not_guessed(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3, units="", calendar=None, times=365.25 * np.arange(400, 410))
    with pytest.warns(nk.NunatakWarning, match="there is no ` since `"):
        node, catalog = opened(archive)
    assert "C5" not in set(catalog.report.applications["rule"])
    np.testing.assert_array_equal(node["time_lithk"].values, 365.25 * np.arange(400, 410))


def test_single_precision_days_without_units_count_from_2005(archive: ArchiveWriter) -> None:
    times = (365 * np.arange(10, 96)).astype("f4")
    archive.write("lithk", size=3, experiment="ctrl_proj_std", units="", calendar=None, times=times)
    node, _ = opened(archive, "JPL1/ISSM/ctrl_proj_std")
    assert (stamps(node)[0], stamps(node)[-1]) == ("2015-01-01", "2100-01-01")
    assert {"C14", "C18"} <= set(repairs(node["lithk"]))


@pytest.mark.parametrize("strange", [2.3e-310, 1.7e219, np.inf])
def test_a_time_that_nobody_wrote_leaves_out_what_is_along_it(archive: ArchiveWriter, strange: float) -> None:
    def constant(file: netCDF4.Dataset) -> None:
        file.createVariable("rhoi", "f8", ())[:] = 917.0

    archive.write("lim", dimensions=("time",), times=[365.0, strange], more=constant)
    archive.write("lithk", size=3)
    with pytest.warns(nk.NunatakWarning, match="left out lim"):
        node, catalog = opened(archive)
    assert set(node.data_vars) == {"lithk", "rhoi"} and float(node["rhoi"]) == 917.0
    assert catalog.report.problems.set_index("rule").loc["C6", "severity"] == "error"


def test_seconds_since_year_one_are_read_as_they_are(archive: ArchiveWriter) -> None:
    times = 86_400.0 * 365.0 * np.arange(2015, 2015 + YEARS)
    archive.write("lithk", size=3, units="seconds since 1-1-1", calendar="365_day", times=times)
    node, catalog = opened(archive)
    assert stamps(node) == [f"{year}-01-01" for year in range(2016, 2016 + YEARS)]
    assert not catalog.report.applications["rule"].str.startswith("C").any()


def test_states_in_the_middle_of_the_year_and_short_runs_are_flagged(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3, times=365.0 * np.arange(YEARS) + 181.0)
    archive.write("acabf", size=3, experiment="exp06", times=365.0 * np.arange(85) + 181.0)
    node, _ = opened(archive)
    assert stamps(node)[0] == "2015-07-01"
    assert node["lithk"].attrs["nunatak_flags"] == "C17: states stamped in the middle of their year"
    node, _ = opened(archive, "JPL1/ISSM/exp06")
    assert node.sizes["time"] == 85 and node["acabf"].attrs["nunatak_flags"].startswith("C18")


def test_years_that_one_file_lacks_are_on_record(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=3, times=365.0 * np.arange(1, 7))
    archive.write("acabf", size=3, times=365.0 * np.arange(7) + 181.0)
    node, catalog = opened(archive)
    assert repairs(node["lithk"])["C10"] == ("6 records", "7 years, missing where the file has none")
    assert "C10" not in repairs(node["acabf"])
    assert catalog.report.repairs.set_index("rule").loc["C10", "files"] == 1


def test_files_without_data_are_reported(archive: ArchiveWriter) -> None:
    path = archive.path("lithk")
    with netCDF4.Dataset(path, "w") as file:
        for name in ("lat", "lon"):
            file.createDimension(name, 3)
            file.createVariable(name, "f8", (name,))[:] = 1.0
    _, catalog = opened(archive)
    assert "variables lat, lon: no usable data variable" in messages(catalog, "A5")[0]


def test_a_title_of_the_other_ice_sheet_is_left_out(archive: ArchiveWriter) -> None:
    def title(file: netCDF4.Dataset) -> None:
        file.title = "ISMIP6 Projections Greenland model output"

    archive.write("lithk", size=3, more=title)
    node, _ = opened(archive)
    assert "title" not in node.attrs and node.attrs["nunatak_ice_sheet"] == "AIS"
    assert "Greenland" in repairs(node["lithk"])["A9"][0]
    node, _ = opened(archive, rules=["A9"])
    assert "title" not in node.attrs
    node, _ = opened(archive, rules=nk.Rules.ismip6().without("A9"))
    assert node.attrs["title"].endswith("Greenland model output")


def test_axes_without_attributes_get_them(archive: ArchiveWriter) -> None:
    def bare(file: netCDF4.Dataset) -> None:
        file["x"].delncattr("units")
        file["y"].delncattr("units")

    archive.write("lithk", more=bare)
    node, _ = opened(archive)
    assert node["x"].attrs["units"] == "m" and node["y"].attrs["standard_name"] == "projection_y_coordinate"
    assert "A10" in repairs(node["x"])


def test_axes_that_repeat_a_value_are_made_anew(archive: ArchiveWriter) -> None:
    def repeated(file: netCDF4.Dataset) -> None:
        file["x"][5] = file["x"][4]

    archive.write("lithk", more=repeated)
    node, _ = opened(archive)
    np.testing.assert_array_equal(node["x"].values, np.linspace(-3040e3, 3040e3, 191))
    assert repairs(node["lithk"])["B3"][0] == "dimensions (y, x) with repeated coordinates"
    assert "B1" not in repairs(node["lithk"])


def test_a_coordinate_of_bounds_is_left_out(archive: ArchiveWriter) -> None:
    def bounds(file: netCDF4.Dataset) -> None:
        file.createDimension("bnds", 2)
        file.createVariable("bnds", "f4", ("bnds",))[:] = 0.0

    archive.write("lithk", more=bounds)
    node, _ = opened(archive)
    assert "bnds" not in node.variables and "B6" in repairs(node["lithk"])
    node, _ = opened(archive, rules=None)
    assert "bnds" in node.variables


def test_dimensions_called_lat_and_lon_are_y_and_x(archive: ArchiveWriter) -> None:
    archive.write("lithk", axes=None, dimensions=("time", "lat", "lon"), times=[365.0])
    node, _ = opened(archive)
    assert node["lithk"].dims == ("time", "y", "x")
    np.testing.assert_array_equal(node["y"].values, np.linspace(-3040e3, 3040e3, 191))
    assert {"B7", "B1"} <= set(repairs(node["lithk"]))


def test_masks_are_clipped_where_they_leave_their_range(archive: ArchiveWriter) -> None:
    values = np.tile(np.linspace(-0.1, 1.2, 191, dtype="f4"), (YEARS, 191, 1))
    values[:, 0, 0] = 7.0
    archive.write("sftgif", values=values, fill=7.0)
    before = data_bytes_read()
    node, catalog = opened(archive)
    assert data_bytes_read() == before, "coordinates come with the header; data stay where they are"
    expected = np.clip(values, 0, 1)
    expected[:, 0, 0] = np.nan
    np.testing.assert_array_equal(node["sftgif"].values, expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(node["sftgif"])).values, expected)
    assert "D2" not in repairs(node["sftgif"]), "nothing is recorded before it is seen"
    assert node["sftgif"].attrs["nunatak_watches"].startswith("D2: clipped to 0 to 1")
    found = open_catalog(archive.root).check().findings
    assert found.loc[found["rule"] == "D2", "finding"].str.contains("spans -0.1").all()
    assert len(found[found["rule"] == "D2"]) == 1
    node, _ = opened(archive, rules=nk.Rules.ismip6().without("D2"))
    assert float(node["sftgif"].max()) == np.float32(1.2)
    del catalog


def test_sound_masks_are_not_reported(archive: ArchiveWriter) -> None:
    archive.write("sftgif", values=np.full((YEARS, 191, 191), 0.5), fill=7.0)
    found = open_catalog(archive.root).check().findings
    assert not (found["rule"] == "D2").any()


def test_missing_partners_are_reported_once_an_experiment(archive: ArchiveWriter) -> None:
    for variable in ("iareagr", "iareafl", "libmassbfgr"):
        archive.write(variable, size=3, model="JPL1/OTHER")
    for variable in ("limnsw", "lim", "libmassbffl"):
        archive.write(variable, size=3)
    archive.write("lithk", size=3, experiment="expA7")
    archive.write("lithk", size=3, experiment="expA7", model="JPL1/OTHER")
    archive.write("lithk", size=3, experiment="expA8", model="JPL1/OTHER")
    catalog = open_catalog(archive.root)
    assert len(messages(catalog, "D7")) == 1 and len(messages(catalog, "D5")) == 1
    (message,) = messages(catalog, "D6")
    assert message.startswith("JPL1/ISSM/expA7 lacks expA8: ")
    assert messages(catalog, "D7")[0].startswith("JPL1/ISSM/exp05 lacks iareagr, iareafl: ")


def test_what_no_model_of_an_archive_has_is_not_missing(archive: ArchiveWriter) -> None:
    for model in ("JPL1/ISSM", "JPL1/OTHER"):
        archive.write("lim", size=3, model=model)
        archive.write("lithk", size=3, experiment="expA7", model=model)
    catalog = open_catalog(archive.root)
    assert [messages(catalog, rule) for rule in ("D5", "D6", "D7")] == [[], [], []]
    archive.write("iareafl", size=3, model="JPL1/OTHER")
    (message,) = messages(open_catalog(archive.root), "D7")
    assert message.startswith("JPL1/ISSM/exp05 lacks iareafl: ")


@pytest.mark.parametrize(
    ("variable", "dtype", "fill", "rule", "expected"),
    [
        ("lithk", "f4", np.nan, "G1", 0.0),
        ("topg", "f4", np.nan, "G5", -4000.0),
        ("sftgif", "f4", np.nan, "G5", 0.0),
        ("orog", "f8", None, "G4", 0.0),
        ("topg", "f8", None, "G4", -4000.0),
    ],
)
def test_nan_in_greenland_becomes_what_the_archive_has(
    archive: ArchiveWriter, variable: str, dtype: str, fill: float | None, rule: str, expected: float
) -> None:
    values = np.full((YEARS, 9, 9), 0.5)
    values[:, :4] = np.nan
    in_greenland(archive.write(variable, size=9, dtype=dtype, fill=fill, values=values))
    node, _ = opened(archive)
    np.testing.assert_array_equal(node[variable].values, np.where(np.isnan(values), expected, values))
    recorded, watched = (
        rule in repairs(node[variable]),
        rule in node[variable].attrs.get("nunatak_watches", ""),
    )
    assert (recorded, watched) == ((True, False) if fill is not None else (False, True))


def test_nan_in_antarctica_stays_missing(archive: ArchiveWriter) -> None:
    values = np.full((YEARS, 9, 9), np.nan)
    archive.write("lithk", size=9, fill=np.nan, values=values)
    node, _ = opened(archive)
    assert np.isnan(node["lithk"].values).all()


def test_a_bed_without_time_is_repeated_along_it(archive: ArchiveWriter) -> None:
    archive.write("lithk", size=9)
    bed = np.arange(81.0).reshape(9, 9)
    with netCDF4.Dataset(archive.path("topg"), "w") as file:
        for name in ("y", "x"):
            file.createDimension(name, 9)
        file.createVariable("topg", "f4", ("y", "x"))[:] = bed
    node, _ = opened(archive)
    assert node["topg"].dims == ("time", "y", "x") and node["topg"].shape == (YEARS, 9, 9)
    np.testing.assert_array_equal(node["topg"].values, np.broadcast_to(bed, (YEARS, 9, 9)))
    assert "G2" in repairs(node["topg"])


def test_a_misspelt_variable_gets_its_name(archive: ArchiveWriter) -> None:
    path = archive.write("sfrgrf", size=9)
    path.rename(path.with_name(path.name.replace("sfrgrf", "sftgrf")))
    node, _ = opened(archive)
    assert list(node.data_vars) == ["sftgrf"]
    assert repairs(node["sftgrf"])["G3"] == ("variable `sfrgrf`", "variable `sftgrf`")


@pytest.mark.parametrize(("variable", "largest"), [("sftgif", 1 / 6), ("sftgrf", 1 / 36)])
def test_scaled_masks_are_reported_by_check(archive: ArchiveWriter, variable: str, largest: float) -> None:
    in_greenland(archive.write(variable, size=9, values=np.full((YEARS, 9, 9), largest), fill=7.0))
    found = open_catalog(archive.root).check().findings
    assert (found["rule"] == "G5").sum() == 1


def test_the_initial_state_is_dropped_in_greenland_and_kept_in_antarctica(archive: ArchiveWriter) -> None:
    values = np.broadcast_to(np.arange(87.0)[:, None, None], (87, 3, 3))
    in_greenland(archive.write("lithk", size=3, times=365.0 * np.arange(87), values=values))
    node, catalog = opened(archive)
    assert node.sizes["time"] == 86 and stamps(node)[0] == "2016-01-01"
    np.testing.assert_array_equal(node["lithk"].values[:, 0, 0], np.arange(1.0, 87.0))
    assert "1 of 87 records dropped" in messages(catalog, "G10")[0]
    archive.write("lithk", size=3, experiment="exp06", times=365.0 * np.arange(87), values=values)
    node, _ = opened(archive, "JPL1/ISSM/exp06")
    assert node.sizes["time"] == 87 and "C18" in repairs(node["lithk"])


def test_names_of_greenland(archive: ArchiveWriter) -> None:
    path = archive.write("lithk", size=3, experiment="MIROC5-rcp85_Rmed")
    path = in_greenland(path)
    path.rename(path.with_name(path.stem + "_05.nc"))
    catalog = open_catalog(archive.root)
    assert len(catalog.search(experiment="exp05")) == 1
    node, _ = opened(archive, "JPL1/ISSM/MIROC5-rcp85_Rmed")
    assert {"G13", "G7"} <= set(repairs(node["lithk"]))
