"""Repair rules, on archives written here with one defect each; oracles: netCDF4, numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest

from nunatak.catalog import open_catalog, rules
from nunatak_testing.archives import YEARS, ArchiveWriter, opened, repairs, stamps


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveWriter:
    return ArchiveWriter(tmp_path / "archive")


def _standard(reference: str, times: np.ndarray) -> dict[str, Any]:
    return {"calendar": "standard", "units": f"days since {reference}", "times": times}


@pytest.mark.filterwarnings("ignore:.*could not be used:nunatak.errors.NunatakWarning")
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


@pytest.mark.filterwarnings("ignore:.*could not be used:nunatak.errors.NunatakWarning")
@pytest.mark.parametrize("calendar", ["360_day", "standard"])
def test_an_impossible_stamp_between_possible_ones_spoils_its_file_alone(
    archive: ArchiveWriter, calendar: str
) -> None:
    archive.write("lithk", size=3, calendar=calendar, times=[2.3e-310, 1.7e219, 5.0])
    archive.write("orog", size=3)
    node, catalog = opened(archive)
    assert stamps(node)[0] == "2016-01-01"
    assert "lithk" not in node, "no record of it has a date"
    problems = catalog.report.problems.query("rule == 'C6'")
    assert len(problems) == 1 and "lithk_AIS" in problems["path"].iloc[0]


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


def test_netcdf3_among_hdf5_is_recognised(archive: ArchiveWriter) -> None:
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


def test_check_shows_values_outside_the_ice(archive: ArchiveWriter) -> None:
    values = np.zeros((YEARS, 191, 191))
    values[:, 50:150, 50:150] = 9.0
    archive.write("lithk", values=values)
    found = open_catalog(archive.root).check().findings
    finding = found[(found["rule"] == "D1") & (found["severity"] == "info")]
    assert finding["variable"].item() == "lithk" and finding["category"].item() == "values"
    assert "in all four corners stands a literal 0; it is left" in finding["finding"].item()


def test_an_experiment_glued_to_the_variable(archive: ArchiveWriter) -> None:
    path = archive.write("lithk", model="UCIJPL/ISSM", experiment="exp13", size=3)
    path.rename(path.with_name("exp13" + path.name))
    node, catalog = opened(archive, "UCIJPL/ISSM/exp13")
    assert catalog.df["variable"].tolist() == ["lithk"]
    assert repairs(node["lithk"])["A1"] == ("exp13lithk", "lithk")


def test_a_sound_file_is_left_alone(archive: ArchiveWriter) -> None:
    def mapping(file: netCDF4.Dataset) -> None:
        file.createVariable("crs", "i4", ()).grid_mapping_name = "polar_stereographic"

    archive.write("lithk", fill=9.96921e36, attributes={"grid_mapping": "crs"}, more=mapping)
    node, catalog = opened(archive)
    assert not len(catalog.report.applications) and not len(catalog.report.problems)
    assert "nunatak_repairs" not in node["lithk"].attrs and "nunatak_flags" not in node["lithk"].attrs
    assert repr(catalog.report).count("No ") == 2


def test_the_documentation_lists_every_rule() -> None:
    page = (Path(__file__).parents[3] / "docs" / "repairs.md").read_text()
    for rule in rules().itertuples(index=False):
        assert f"| **{rule[0]}** | {rule[1]} | {rule[3]} | {rule[4]} | {rule[2]} | {rule[5]} |" in page
