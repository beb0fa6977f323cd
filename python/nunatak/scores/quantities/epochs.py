"""Epochs as decimal years: of records, of dates, and of what users give."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError
from nunatak.time import is_time_mean, nominal_years, record_times

__all__ = ["decimal_years", "epoch"]


_YEARS = ("", "1", "a", "y", "yr", "yrs", "year", "years", "decimal year", "decimal years")
"""Units of numbers that are years."""


def decimal_years(array: xr.DataArray, dim: Hashable, name: str = "model") -> np.ndarray:
    """Decimal years of records: of dates of any calendar, of nominal years (their end), or as they are.

    Raises
    ------
    ArgumentError
        For times that are none of these, such as days since a date that were not decoded.
    """
    time = array[dim]
    if time.dtype.kind in "iuf":
        _check_years(name, time)
    units = str(time.attrs.get("units", ""))
    if time.dtype.kind in "fiu" and " since " in units:
        raise ArgumentError(
            f"{array.name}: found undecoded times along {dim!r}, {units!r}, expected dates or years; decode "
            "them by xr.decode_cf"
        )
    if time.dtype.kind == "f":
        return time.values.astype(np.float64)
    if time.dtype.kind in "iu":
        years = nominal_years(time).astype(np.float64)
        return years + (0.5 if is_time_mean(array.attrs.get("cell_methods", ""), dim) else 1.0)
    if time.dtype.kind == "M":
        return _of_dates(time.values)
    # Decimal years of another calendar are their own.
    records, _ = record_times(array, dim, np.array([], "M8[ns]"))
    return records


def _check_years(name: str, time: xr.DataArray) -> None:
    units = str(time.attrs.get("units", "")).strip()
    if units.lower().replace("_", " ") not in _YEARS:
        raise ArgumentError(
            f"{name}: found times along {time.name!r} in {units!r:.60}, expected dates or decimal years; "
            "decode them: xr.open_dataset(..., decode_times=True), or xr.decode_cf(dataset)"
        )


def epoch(name: str, value: Any) -> float:
    """An epoch as a decimal year.

    Raises
    ------
    ArgumentError
        For what is no date and no year.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not -1e6 < value < 1e6:
            raise ArgumentError(f"{name}: found {value!r}, expected a date or a decimal year")
        return float(value)
    try:
        date = np.asarray(value, "M8[us]")[()]
        found = float(_of_dates(np.array([date], "M8[us]"))[0])
    except (OverflowError, TypeError, ValueError):
        found = np.nan
    if not np.isfinite(found):
        raise ArgumentError(
            f"{name}: found {value!r:.60}, expected a date such as '2018-10-01' or a decimal year"
        )
    return found


def _of_dates(dates: np.ndarray) -> np.ndarray:
    """Year plus the part of it that has passed; NaN for a missing date."""
    stamps = dates.astype("M8[us]")
    years = stamps.astype("M8[Y]")
    begin, following = years.astype("M8[us]"), (years + np.timedelta64(1, "Y")).astype("M8[us]")
    decimal = years.astype(np.int64) + 1970 + (stamps - begin) / (following - begin)
    return np.where(np.isnat(dates), np.nan, decimal)
