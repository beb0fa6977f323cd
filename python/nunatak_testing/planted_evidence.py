"""Evidence of each planted fault in its file, seen through netCDF4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from nunatak_testing.ismip6 import PlantedArchive, PlantedDefect


@dataclass
class Suspect:
    """A faulty file, opened, and what it should have been."""

    file: Any
    defect: PlantedDefect
    archive: PlantedArchive

    @property
    def name(self) -> str:
        """Of the data variable."""
        return self.defect.variable

    @property
    def data(self) -> Any:
        return self.file[self.name]

    @property
    def time(self) -> Any:
        return self.file["time"]

    @property
    def stamps(self) -> NDArray[np.float64]:
        return np.asarray(self.time[:], dtype=np.float64)

    @property
    def steps(self) -> set[float]:
        return set(np.diff(self.stamps))

    @property
    def truth(self) -> NDArray[np.float32]:
        return self.archive.true_values(self.defect.path)

    @property
    def plan_years(self) -> tuple[int, ...]:
        return self.archive.true_years(self.defect.path)

    @property
    def missing(self) -> NDArray[np.bool_]:
        return np.isnan(self.truth)

    @property
    def folders(self) -> list[str]:
        return self.defect.path.split("/")[:-1]

    @property
    def file_name(self) -> str:
        return Path(self.defect.path).name

    def has_no(self, *names: str) -> bool:
        return not set(names) & set(self.file.variables)

    def time_has(self, *names: str) -> bool:
        return set(names) <= set(self.time.ncattrs())

    def undeclared(self, value: float) -> bool:
        values = self.data[:]
        found = np.isnan(values) if np.isnan(value) else values == np.float32(value)
        return "_FillValue" not in self.data.ncattrs() and np.array_equal(found, self.missing)


Evidence = Callable[[Suspect], bool]


def _only_places(s: Suspect) -> bool:
    return (
        s.has_no("x", "y")
        and s.file["lat"].ndim == s.file["lon"].ndim == 2
        and "lat_bnds" in s.file.variables
    )


def _duplicate(name: str) -> Evidence:
    return lambda s: int((np.diff(s.file[name][:]) == 0).sum()) == 1


def _is_netcdf3(version: int) -> Evidence:
    return lambda s: (s.archive.root / s.defect.path).read_bytes()[:4] == b"CDF" + bytes([version])


def _says(units: str, calendar: str | None, step: float | None) -> Evidence:
    def evidence(s: Suspect) -> bool:
        own = s.time.calendar if s.time_has("calendar") else None
        return s.time.units == units and own == calendar and (step is None or s.steps == {step})

    return evidence


def _nan_outside(dtype: str) -> Evidence:
    def evidence(s: Suspect) -> bool:
        outside = s.missing | (s.truth == 0)
        undeclared = "_FillValue" not in s.data.ncattrs()
        return s.data.dtype == dtype and undeclared and np.array_equal(np.isnan(s.data[:]), outside)

    return evidence


def _scaled(factor: int) -> Evidence:
    return lambda s: bool(np.allclose(s.data[:] * factor, s.truth) and s.data[:].max() <= 1 / factor)


def _mask(predicate: Callable[[NDArray[Any]], NDArray[np.bool_]]) -> Evidence:
    return lambda s: bool(predicate(s.data[:]).any())


def _valid_range(s: Suspect) -> bool:
    first = s.truth[0]
    return (s.data.valid_min, s.data.valid_max) == (np.nanmin(first), np.nanmax(first))


EVIDENCE: dict[str, Evidence] = {
    "A1": lambda s: s.file_name.startswith(f"{s.folders[2]}{s.name}_"),
    "A2": lambda s: s.folders[1].endswith("_16km") and "16km" not in s.file_name,
    "A3": lambda s: "_" in s.folders[0] and s.folders[0] in s.file_name,
    "A5": lambda s: s.has_no(s.name),
    "A6": lambda s: s.folders[2].endswith("_08") and s.file_name.endswith("_08.nc"),
    "A6.nested": lambda s: len(s.folders) == 4 and s.folders[3] == f"{s.folders[2]}_08",
    "A7": lambda s: s.folders[2] in ("ctrl_proj", "hist"),
    "A8": lambda s: _is_netcdf3(1)(s) or _is_netcdf3(2)(s),
    "A8.offset": _is_netcdf3(2),
    "A9": lambda s: "Greenland" in s.file.title and "_AIS_" in s.file_name,
    "A10": lambda s: "Conventions" not in s.file.ncattrs() and not s.file["x"].ncattrs(),
    "B1": lambda s: s.has_no("x", "y", "lat", "lon"),
    "B2": _only_places,
    "B3": _duplicate("x"),
    "B3.y": _duplicate("y"),
    "B4": lambda s: s.data.dimensions == ("time", "x", "y") and s.data.dtype == np.float64,
    "B5": lambda s: s.file["x"].dtype == np.float32 and not s.has_no("mapping") and not s.has_no("year"),
    "B6": lambda s: s.file["bnds"].dimensions == ("bnds",) and not s.file["bnds"][:].any(),
    "B7": lambda s: s.data.dimensions == ("t", "lat", "lon") and s.time.dimensions == ("t",),
    "B8": lambda s: s.has_no("crs") and "grid_mapping" not in s.data.ncattrs(),
    "C1": lambda s: s.time_has("unit") and not s.time_has("units"),
    "C2": lambda s: s.time.units == "days since 01-01-2015",
    "C3": lambda s: s.time.units == "days since 2000-1-0 00:00:00",
    "C4": _says("days since 2015-01-01", None, 365.0),
    "C5": lambda s: not s.time.ncattrs() and s.steps == {365.25},
    "C6": lambda s: s.stamps[0] == 2.3e-310 and s.stamps[1] == 1.7e219,
    "C7": lambda s: s.time.units == "day as %Y%m%d.%f" and s.stamps.min() > 18500101,
    "C7.days": _says("day as %Y%m%d.%f", "365_day", 365.0),
    "C8": _says("days since 2015-01-01", "standard", 365.0),
    "C12": _says("days since 2005-01-01", "standard", 360.0),
    "C13": lambda s: _says("days since 2005-01-01", "standard", 365.0)(s) and s.stamps[0] <= 365,
    "C14": lambda s: not s.time.ncattrs() and s.time.dtype == np.float32 and s.stamps[0] == 365 * 11,
    "C15": _says("seconds since 1-1-1", "365_day", 365.0 * 86400),
    "C16": lambda s: _days(s, s.stamps[0]) == (1, 1) and not s.time_has("bounds"),
    "C16.early": lambda s: s.stamps[0] == 365.0 * (s.plan_years[0] - 2015),
    "C17": lambda s: _days(s, s.stamps[0]) == (7, 1) and s.time_has("bounds"),
    "C10": lambda s: s.stamps.size == len(s.plan_years) + 1,
    "C11": lambda s: s.stamps.size == len(s.plan_years) - 1,
    "C18.longer": lambda s: s.stamps.size == len(s.plan_years) + 1,
    "C18.initial": lambda s: s.stamps.size == len(s.plan_years) + 1 and s.defect.years[0] == 2014,
    "C18.short": lambda s: s.stamps.size == len(s.plan_years) - 1,
    "C19": lambda s: s.time.calendar == "365 days" and s.time.units == "years since 0000-00-00 00:00:00",
    "D1": lambda s: s.undeclared(1e20),
    "D1.default": lambda s: s.undeclared(netCDF4.default_fillvals["f4"]),
    "D1.nan": lambda s: s.undeclared(np.nan),
    "D1.double": lambda s: s.undeclared(1e20) and s.data.getncattr("missing_value").dtype == np.float64,
    "D1.zero": lambda s: np.array_equal(s.data[:] == 0, s.missing),
    "D1.tenth": lambda s: np.array_equal(s.data[:] == np.float32(0.1), s.truth == 0),
    "D1.range": _valid_range,
    "D2": _mask(lambda values: values > 1),
    "D2.negative": _mask(lambda values: values < 0),
    "D2.nan": _mask(np.isnan),
    "D3": lambda s: np.array_equal(s.data[:], s.truth > 0) and not np.array_equal(s.data[:], s.truth),
    "G1": _nan_outside("f4"),
    "G1.declared": lambda s: np.isnan(s.data.getncattr("_FillValue")) and bool(np.isnan(s.data[:]).any()),
    "G2": lambda s: s.data.dimensions == ("y", "x"),
    "G3": lambda s: s.has_no("sftgrf") and not s.has_no("sfrgrf"),
    "G4": _nan_outside("f8"),
    "G5": _scaled(6),
    "G5.grounded": _scaled(36),
    "G6": lambda s: np.array_equal(s.data[:], s.truth > 0) and not np.array_equal(s.data[:], s.truth),
    "G7": lambda s: s.file_name.endswith("_05.nc"),
    "G9": lambda s: s.stamps.size == len(s.plan_years) - 1,
    "G10": lambda s: s.stamps.size == len(s.plan_years) + 1,
    "G11": _only_places,
    "G12": _is_netcdf3(1),
    "G13": lambda s: s.folders[2] == "historical",
    "G13.scenario": lambda s: s.folders[2] == "MIROC5-rcp85_Rmed",
}
"""Of every fault in a file that can be opened."""

NO_FILE = {"A4", "A4.corrupt", "A4.truncated", "D5", "D7", "G8"}
"""Faults of files that are not there or cannot be opened."""


def _days(s: Suspect, stamp: float) -> tuple[int, int]:
    """Month and day of a stamp, by cftime."""
    date = netCDF4.num2date(stamp, s.time.units, s.time.calendar)
    return date.month, date.day


def as_if_planted(path: str, variable: str, years: tuple[int, ...]) -> PlantedDefect:
    """A sound file, inspected as if it had a fault."""
    node = path.rsplit("/", 1)[0]
    return PlantedDefect(path, "", None, "read", "everywhere", "", "", node, variable, years)


def shows(id: str, suspect: Suspect) -> bool:
    """Whether a fault shows in a file; one that cannot be planted there does not."""
    try:
        return bool(EVIDENCE[id](suspect))
    except (AttributeError, IndexError, KeyError):
        return False
