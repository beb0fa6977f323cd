"""Files held against ISMIP7 and ISMIP6; sound ones and spoilt ones are written by netCDF4."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pandas as pd
import pytest

from nunatak.catalog import open_catalog
from nunatak.errors import ArgumentError
from nunatak_testing import ismip7
from nunatak_testing.archives import ArchiveWriter
from nunatak_testing.ismip7 import FILL, GRID, RUN


def found(root: Path, path: Path | None = None, **options: Any) -> pd.DataFrame:
    """Findings in one file, or in all files; which files there are is another matter."""
    report = open_catalog(root).check(**options)
    table = report.findings[report.findings["category"] != "file"]
    return table if path is None else table[table["path"] == str(path)]


def test_a_sound_run_of_ismip7_has_no_finding(tmp_path: Path) -> None:
    paths = ismip7.write_run(tmp_path)
    report = open_catalog(tmp_path).check(values=True)
    assert report.files == len(paths)
    missing = report.findings
    assert missing["category"].tolist() == ["file", "file"]
    assert missing["severity"].tolist() == ["error", "info"]
    assert "17 mandatory variables: libmassbfgr, dlithkdt, yvelmean" in missing["found"].iloc[0]


def _no_attribute(name: str, variable: str = "lithk") -> Callable[[netCDF4.Dataset], None]:
    return lambda file: file[variable].delncattr(name)


def _cell(value: float) -> np.ndarray:
    values = ismip7.geometry()["lithk"]
    values[95, 95] = value
    return values


def _time(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[netCDF4.Dataset], None]:
    def spoil(file: netCDF4.Dataset) -> None:
        file["time"][:] = change(file["time"][:].data)

    return spoil


def _common_years(file: netCDF4.Dataset) -> None:
    file["time"].calendar = "365_day"
    file["time"][:] = [365.0 * (year + 1 - 1850) for year in (2012, 2013, 2014)]


def _extra(file: netCDF4.Dataset) -> None:
    file.createVariable("speed", "f4", ("time",))[:] = 1.0


def _bounds(file: netCDF4.Dataset) -> None:
    file.createDimension("bnds", 2)
    file["time"].bounds = "time_bnds"
    file.createVariable("time_bnds", "f8", ("time", "bnds"))[:] = 0.0


@pytest.mark.parametrize(
    ("options", "category", "severity", "text"),
    [
        ({"name": f"lithk_{RUN.replace('m001', 'm1')}.nc"}, "naming", "error", "(model member) is `m1`"),
        ({"name": f"lithk_{RUN.replace('C001', 'c001')}.nc"}, "naming", "error", "field 9"),
        (
            {"name": f"lithk_{RUN.replace('PISM1', 'PISM_1')}.nc"},
            "naming",
            "error",
            "11 fields in the file name",
        ),
        ({"name": f"lithk_{RUN.replace('2012-', '2011-')}.nc"}, "time", "error", "no record of 2011"),
        ({"spoil": _extra}, "naming", "warning", "`speed` beside the variable"),
        ({"spoil": ismip7.attribute("units", "km")}, "attributes", "error", "units `km`; expected `m`"),
        ({"spoil": _no_attribute("standard_name")}, "attributes", "error", "no standard_name"),
        ({"spoil": ismip7.attribute("scale_factor", np.float32(1.0))}, "attributes", "error", "scale_factor"),
        ({"fill": 1e20}, "attributes", "error", "_FillValue 1"),
        ({"dtype": "f8"}, "attributes", "error", "values of type float64; expected float32"),
        ({"spoil": lambda file: file.delncattr("crs")}, "grid", "error", "no global attribute crs"),
        ({"dimensions": ("time", "x", "y")}, "grid", "error", "(time, x, y); expected (time, y, x)"),
        ({"unlimited": False}, "time", "error", "dimension `time` of a fixed length"),
        ({"spoil": _common_years}, "time", "error", "calendar `365_day`; expected `standard`"),
        ({"spoil": _time(lambda days: days - 184)}, "time", "error", "off their date, first 2012-07-01"),
        ({"spoil": _bounds}, "time", "error", "bounds of time `time_bnds`; expected none"),
        (
            {"values": _cell(np.float32(6000))},
            "values",
            "error",
            "they run from 0 to 6000 m; expected 0 to 5500",
        ),
        ({"values": _cell(FILL)}, "values", "error", "3 of 109443 values are missing; expected a value"),
        ({"values": _cell(np.inf)}, "values", "error", "NaN in 0 and infinity in 3 of 109443"),
    ],
)
def test_one_defect_gives_one_finding(
    tmp_path: Path, options: dict[str, Any], category: str, severity: str, text: str
) -> None:
    path = ismip7.write(tmp_path, "lithk", **options)
    table = found(tmp_path, path, values=True)
    shown = table[["category", "severity", "finding"]].to_string()
    table = table[table["severity"] != "repair"]
    assert len(table) == 1, shown
    assert (table["category"].item(), table["severity"].item()) == (category, severity), shown
    assert text in table["finding"].item()


@pytest.mark.parametrize(
    ("name", "category", "texts"),
    [
        (
            RUN.replace("AIS", "GrIS"),
            "grid",
            ["crs `epsg:3031`; expected `epsg:3413`", "x from -3040000 to 3040000 m", "y from -3040000"],
        ),
        (
            RUN.replace("2012-2014", "2012-2015"),
            "time",
            ["nominal years 2012-2015 in the file name", "no record of 2015; expected each of 2012-2015"],
        ),
    ],
)
def test_a_name_that_the_content_belies(tmp_path: Path, name: str, category: str, texts: list[str]) -> None:
    path = ismip7.write(tmp_path, "lithk", name=f"lithk_{name}.nc")
    table = found(tmp_path, path)
    assert set(table["category"]) == {category} and set(table["severity"]) == {"error"}
    assert len(table) == len(texts)
    assert all(any(finding.startswith(text) for finding in table["finding"]) for text in texts), table[
        "finding"
    ]


def test_bare_nan_is_an_error_and_stays_one_with_the_rules(tmp_path: Path) -> None:
    def bare(file: netCDF4.Dataset) -> None:
        file["lithk"].set_auto_maskandscale(False)
        file["lithk"][1, 3, 4] = np.nan

    path = ismip7.write(tmp_path, "lithk", spoil=bare)
    table = found(tmp_path, path, values=True)
    assert table["finding"].tolist() == [
        "NaN in 1 and infinity in 0 of 109443 values; "
        "expected numbers, or the _FillValue that the file declares"
    ]
    assert not len(found(tmp_path, path)), "numbers are read only when requested"


def test_a_mean_has_the_bounds_of_its_year(tmp_path: Path) -> None:
    def shifted(file: netCDF4.Dataset) -> None:
        file["time_bnds"][:] = file["time_bnds"][:] + 10.0

    path = ismip7.write(tmp_path, "acabf", spoil=shifted)
    assert found(tmp_path, path)["finding"].tolist() == [
        "3 of 3 bounds off their year, first 2012-01-11 to 2013-01-11; "
        "expected 1 January of the year to 1 January of the next, within a day"
    ]
    path = ismip7.write(tmp_path, "acabf", spoil=_no_attribute("bounds", "time"))
    assert found(tmp_path, path)["finding"].str.startswith("no bounds of time").all()


@pytest.mark.parametrize(
    ("variable", "change", "cells", "statement", "severity"),
    [
        (
            "sftgrf",
            lambda one: np.where(one["sftgrf"] == 1, 0.5, one["sftgrf"]),
            lambda one: one["sftgrf"] == 1,
            "sftgrf + sftflf = sftgif",
            "error",
        ),
        (
            "orog",
            lambda one: one["orog"] + 1.0,
            lambda one: one["sftgif"] == 1,
            "orog = base + lithk",
            "error",
        ),
        (
            "topg",
            lambda one: one["topg"] - 100.0,
            lambda one: one["sftgrf"] == 1,
            "base = topg where sftgrf is 1",
            "error",
        ),
        (
            "topg",
            lambda one: np.where(one["sftflf"] == 1, -450.0, one["topg"]),
            lambda one: one["sftflf"] == 1,
            "base > topg where sftflf is 1",
            "error",
        ),
        (
            "xvelmean",
            lambda one: np.full_like(one["lithk"], 1e-6),
            lambda one: one["sftgif"] == 0,
            "xvelmean is missing where sftgif is 0",
            "error",
        ),
        (
            "libmassbffl",
            lambda one: np.full_like(one["lithk"], np.nan),
            lambda one: one["sftflf"] > 0,
            "libmassbffl has a value where sftflf is above 0",
            "warning",
        ),
        (
            "acabf",
            lambda one: np.where(one["sftgrf"] == 1, np.nan, one["acabf"]),
            lambda one: one["sftgrf"] == 1,
            "acabf has a value where sftgif is above 0",
            "error",
        ),
    ],
)
def test_files_of_a_run_are_compared_cell_by_cell(
    tmp_path: Path, variable: str, change: Any, cells: Any, statement: str, severity: str
) -> None:
    ismip7.write_run(tmp_path)
    geometry = ismip7.geometry()
    ismip7.write(tmp_path, variable, values=change(geometry))
    table = found(tmp_path, values=True)
    across = table[table["expected"].str.startswith(statement)]
    assert across["severity"].tolist() == [severity], table["finding"].to_string()
    count = 3 * int(cells(geometry).sum())
    assert across["found"].item().startswith(f"not so in {count} of "), across["found"].item()


def test_search_narrows_what_is_read_not_what_is_there(tmp_path: Path) -> None:
    ismip7.write_run(tmp_path)
    report = open_catalog(tmp_path).search(variable="lithk").check()
    assert report.files == 1
    assert "lithk" not in report.findings["found"].iloc[0].split(": ")[1].split(", ")


def test_what_a_file_holds_that_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    archive = ArchiveWriter(tmp_path / "archive")
    path = archive.write("lithk")
    with h5py.File(path, "a") as file:
        file["elsewhere"] = h5py.ExternalLink("other.nc", "/fields")
    catalog = open_catalog(archive.root)
    assert "lithk" in catalog.to_datatree()["JPL1/ISSM/exp05"]
    (message,) = catalog.report.problems["message"]
    assert message.startswith(f"{path}: /elsewhere is left out: ") and "`other.nc`" in message
    (row,) = catalog.check().findings.query("finding.str.contains('elsewhere')").itertuples()
    assert (row.path, row.category, row.severity) == (str(path), "file", "warning")


def test_ismip6_departures_are_warnings_and_repairs_stay_repairs(tmp_path: Path) -> None:
    archive = ArchiveWriter(tmp_path / "archive")
    times = 365.0 * np.arange(1, 87)
    archive.write("lithk", size=191, times=times, fill=9.96921e36, axes=None)
    report = open_catalog(archive.root).check()
    table = report.findings.set_index("finding")
    assert table.loc["no standard_name; expected `land_ice_thickness`", "severity"] == "warning"
    assert table.loc["no standard_name; expected `land_ice_thickness`", "category"] == "attributes"
    repair = report.findings[report.findings["rule"] == "B1"]
    assert set(repair["severity"]) == {"repair"} and set(repair["category"]) == {"grid"}
    assert not (report.findings["severity"] == "error").any()
    counts = report.counts
    assert counts.loc["grid", "repair"] == (report.findings["category"] == "grid").sum()
    assert counts.to_numpy().sum() == len(report)


def test_plausible_ranges_of_ismip6_are_read_on_request(tmp_path: Path) -> None:
    archive = ArchiveWriter(tmp_path / "archive")
    values = np.zeros((6, 191, 191))
    values[2, 100, 100], values[3, 100, 100] = 5001.0, -1.0
    archive.write("lithk", values=values, fill=9.96921e36)
    table = found(archive.root, values=True)
    texts = table[table["category"] == "values"]["finding"]
    assert "2 of 218886 values out of range: they run from -1 to 5001 m; expected 0 to 5000 m" in set(texts)
    assert not found(archive.root)["finding"].str.contains("out of range").any()


def test_a_protocol_can_be_named(tmp_path: Path) -> None:
    archive = ArchiveWriter(tmp_path / "archive")
    archive.write("lithk")
    as_seven = found(archive.root, protocol="ismip7")
    assert as_seven["finding"].str.contains("5 fields in the file name").any()
    assert not found(archive.root, protocol="ismip6")["finding"].str.contains("fields in").any()
    with pytest.raises(ArgumentError, match=r"protocol=.ismip8.: expected"):
        open_catalog(archive.root).check(protocol="ismip8")  # type: ignore[arg-type]


def test_names_of_ismip7_are_rows_of_the_catalog(tmp_path: Path) -> None:
    ismip7.write(tmp_path / "GrIS" / "anywhere", "lithk")
    other = f"lithk_{RUN.replace('CESM2-WACCM', 'MRI-ESM2-0')}.nc"
    ismip7.write(tmp_path, "lithk", name=other)
    catalog = open_catalog(tmp_path)
    row = catalog.df.iloc[0]
    assert (row["institution"], row["model"], row["experiment"]) == ("VUW", "PISM1", "historical")
    assert (row["member"], row["forcing"], row["set"], row["years"]) == ("m001", "f001", "C001", "2012-2014")
    assert catalog.df["esm"].tolist() == ["CESM2-WACCM", "MRI-ESM2-0"]
    nodes = {path for path in catalog.to_datatree().groups if path.count("/") == 4}
    run = "/VUW/PISM1/historical/m001_{}_f001_C001"
    assert nodes == {run.format("CESM2-WACCM"), run.format("MRI-ESM2-0")}
    assert len(GRID) == 191
