"""Times of model records: nominal years, and stamps that points can be compared with."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import nominal_years as _nominal_years
from nunatak.errors import ArgumentError

__all__ = ["is_time_mean", "nominal_years", "record_times", "time_dimension"]

_YEAR = np.timedelta64(1, "Y")
_HALF = np.timedelta64(182, "D")
"""From 1 January to 2 July."""


def time_dimension(variable: xr.DataArray) -> Hashable | None:
    """The dimension that holds a variable's records in time; None when it has none.

    It is one whose coordinate holds dates or says that it is time (``axis: T``, ``standard_name: time``), or
    one named ``time`` or ``year``.
    """
    for dim in variable.dims:
        if str(dim).lower() in ("time", "year"):
            return dim
        if dim in variable.coords:
            coordinate = variable[dim]
            attrs = coordinate.attrs
            if (
                coordinate.dtype.kind == "M"
                or attrs.get("axis") == "T"
                or attrs.get("standard_name") == "time"
            ):
                return dim
            if coordinate.dtype.kind == "O" and hasattr(coordinate.values.flat[0], "calendar"):
                return dim
    return None


def nominal_years(time: xr.DataArray, node: str = "") -> np.ndarray:
    """The nominal year of each record (int64).

    ISMIP stamps a state with the end of its year, 1 January N+1, and a yearly mean with the middle or the
    end of its year. A stamp in January closes the year before, any other lies in its own year: the rule of
    the ISMIP7 file names. All of January counts, so that a calendar which is some days off moves no record
    by a year.

    Parameters
    ----------
    time
        Decoded times of any calendar, or integer years, which are taken as they are.
    node
        Name for the error message.
    """
    if time.dtype.kind in "iu" and str(time.name).lower() in ("year", "nominal_year"):
        return time.values.astype(np.int64)
    if time.dtype.kind != "M" and not _holds_dates(time):
        where = f" of {node!r}" if node else ""
        raise ArgumentError(
            f"the time coordinate {time.name!r}{where} holds {time.dtype}, not dates; open the data with "
            f"decoded times or give it integer years under the name 'year'"
        )
    years, months = (np.ascontiguousarray(part, np.int64) for part in (time.dt.year, time.dt.month))
    return _nominal_years(years.ravel(), months.ravel()).reshape(time.shape)


def _holds_dates(time: xr.DataArray) -> bool:
    return time.dtype.kind == "O" and time.size > 0 and hasattr(time.values.flat[0], "calendar")


def record_times(model: xr.DataArray, dim: Hashable, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A model's record times and points' times (datetime64, UTC) as numbers on one axis.

    Dates of the standard calendar become seconds. Dates of another calendar become decimal years of their own
    calendar, and the points' times decimal years of the standard one, so that 1 July is 1 July in both.
    Nominal years N (integers) mean the end of year N, 1 January N+1, or for 2 July N where the
    variable's ``cell_methods`` speak of a mean over time.
    """
    time = model[dim]
    if time.dtype.kind == "O":
        return _decimal_years(time), _decimal_years(xr.DataArray(points))
    if time.dtype.kind == "M":
        dates = time.values
    else:
        years = (nominal_years(time) - 1970).astype("datetime64[Y]")
        mean = is_time_mean(model.attrs.get("cell_methods", ""), dim)
        dates = years.astype("datetime64[D]") + _HALF if mean else (years + _YEAR).astype("datetime64[D]")
    return _seconds(dates), _seconds(points)


def is_time_mean(cell_methods: object, dim: Hashable) -> bool:
    """Whether ``cell_methods`` (CF 1.11, section 7.3) speak of a mean over time: not over areas or models.

    Parameters
    ----------
    cell_methods
        The attribute, such as ``"area: mean time: point"``.
    dim
        Name of the time dimension; ``time`` counts, too.
    """
    names: list[str] = []
    for word in str(cell_methods).lower().split():
        if word.endswith(":"):
            names.append(word[:-1])
            continue
        if word == "mean" and {str(dim).lower(), "time"} & set(names):
            return True
        names = []
    return False


def _seconds(dates: np.ndarray) -> np.ndarray:
    """Seconds since 1970; NaN for a missing date."""
    numbers = dates.astype("datetime64[us]").astype(np.int64) / 1e6
    return np.where(np.isnat(dates), np.nan, numbers)


def _decimal_years(time: xr.DataArray) -> np.ndarray:
    """Year plus the fraction of the year that has passed, in the dates' calendar; NaN for a missing date."""
    if time.dtype.kind != "O":
        dates = time.values.astype("datetime64[us]")
        years = dates.astype("datetime64[Y]")
        begin, end = (year.astype("datetime64[us]") for year in (years, years + _YEAR))
        decimal = years.astype(np.int64) + 1970 + (dates - begin) / (end - begin)
        return np.where(np.isnat(dates), np.nan, decimal)
    return np.array([_decimal_year(date) for date in time.values.ravel()])


def _decimal_year(date: Any) -> float:
    """Decimal year of one cftime date."""
    begin = date.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    end = begin.replace(year=begin.year + 1)
    return begin.year + (date - begin) / (end - begin)
