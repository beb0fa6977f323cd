"""File styles of modelling groups, and the repair rules that each calls for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Container = Literal[
    "NETCDF4", "NETCDF4_CLASSIC", "NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"
]
"""File formats, by netCDF4's names."""


@dataclass(frozen=True)
class TimeAxis:
    """Time as a file states it, which need not be as it is meant.

    Attributes
    ----------
    units, calendar
        What the file says; a calendar of None is left out.
    epoch
        Year whose 1 January the values really count from.
    days_per_year
        Length of the model's year (days), None for real dates.
    """

    units: str
    calendar: str | None
    epoch: int
    days_per_year: int | None

    def state(self, years: NDArray[np.int64]) -> NDArray[np.float64]:
        """Days at the end of each nominal year: 1 January of the next."""
        if self.days_per_year is not None:
            return (self.days_per_year * (years + 1 - self.epoch)).astype(np.float64)
        start = date(self.epoch, 1, 1)
        return np.array([(date(int(year) + 1, 1, 1) - start).days for year in years], dtype=np.float64)

    def flux(self, years: NDArray[np.int64]) -> NDArray[np.float64]:
        """Days at 1 July of each nominal year, the middle of its mean."""
        return self.state(years) - (180 if self.days_per_year == 360 else 184)

    def planted(self) -> dict[str, str]:
        """Repair rules that this axis calls for, with what is wrong."""
        found: dict[str, str] = {}
        words = self.units.split()
        if words[2][2:3] == "-" and words[2][5:6] == "-":
            found["C2"] = f"units `{self.units}` give month, day, year"
        if self.calendar is None:
            found["C4"] = "time has no calendar"
        if self.calendar == "standard" and self.days_per_year in (360, 365):
            rule = "C8" if self.days_per_year == 365 else "C12"
            found[rule] = f"steps of {self.days_per_year} days under calendar standard"
        if words[2][:4].isdigit() and int(words[2][:4]) != self.epoch:
            found["C13"] = f"values count from {self.epoch}, units say {words[2]}"
        return found


@dataclass(frozen=True)
class FileStyle:
    """Everything about a file but its numbers. The defaults are a sound file.

    Attributes
    ----------
    time
        The time axis.
    container
        File format; `contiguous` turns compression and chunks off in the HDF5 ones.
    coordinates
        "x y", only two-dimensional "lat lon", or "none".
    transposed
        Dimensions in the order (time, x, y).
    float64
        Data in double precision.
    single_precision_axes
        x and y in float32, beside a `mapping`, a `year` and `time_bnds` that are not data.
    units_attribute
        Name of the attribute that holds the units of time.
    glued_name
        The experiment comes before the variable in the file name, with nothing between.
    outside
        Value outside the ice where it is not 0; the file does not declare it.
    declared_fill
        Declare the NetCDF default fill value and write it outside the ice.
    flux_at_year_end
        Annual means are stamped at the end of their year instead of its middle.
    """

    time: TimeAxis
    container: Container = "NETCDF4"
    contiguous: bool = False
    coordinates: Literal["x y", "lat lon", "none"] = "x y"
    transposed: bool = False
    float64: bool = False
    single_precision_axes: bool = False
    units_attribute: Literal["units", "unit"] = "units"
    glued_name: bool = False
    outside: float | None = None
    declared_fill: bool = False
    flux_at_year_end: bool = False

    def but(self, **changes: Any) -> FileStyle:
        """The same style with other settings."""
        return replace(self, **changes)

    def planted(self, variable: str) -> dict[str, str]:
        """Repair rules that a file of this variable calls for, with what is wrong."""
        found = self.time.planted()
        if self.glued_name:
            found["A1"] = "the experiment is glued to the variable in the file name"
        if self.container.startswith("NETCDF3"):
            found["A8"] = f"{self.container} beside NetCDF-4 files"
        if self.coordinates == "none":
            found["B1"] = "no x and y"
        if self.coordinates == "lat lon":
            found["B2"] = "only two-dimensional lat and lon"
        if self.transposed:
            found["B4"] = "dimensions (time, x, y)"
        if self.single_precision_axes:
            found["B5"] = "x and y in float32 beside variables that are not data"
        if not self.single_precision_axes:
            found["B8"] = "no grid mapping"
        if self.units_attribute != "units":
            found["C1"] = "time has `unit` instead of `units`"
        if self.flux_at_year_end and variable == "acabf":
            found["C16"] = "an annual mean stamped at the end of its year"
        if self.outside is not None:
            found["D1"] = f"{self.outside:g} outside the ice, not declared"
        return found
