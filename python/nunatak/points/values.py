"""Values of a column of a table: masks become NaN, units are converted or refused, times instants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from nunatak._nunatak import parse_unit
from nunatak.errors import PointsError
from nunatak.points.columns import BEAMS, COLUMNS, KEPT_COLUMNS

__all__ = ["column_values", "instants", "plain_values", "unit_factor"]

_LARGEST_REAL_VALUE = 1e37
_LARGEST_SECONDS = 9.223e9
"""From 1970 to what nanoseconds of 64 bits hold."""
_SECONDS_TO_2018 = 1.5e9
"""From 1970 to about the epoch of the products."""
_SINCE = re.compile(r"(?P<scale>.*?)(?P<unit>[A-Za-z]+)\s+since\s+(?P<epoch>.+)", re.IGNORECASE)
_CALENDARS = ("standard", "gregorian", "proleptic_gregorian")
_QUANTITIES = {"m": "length", "degrees_east": "angle", "degrees_north": "angle"}
_LIMITS = {"rgt": (0, 9999), "cycle": (0, 9999), "pair": (0, 3), "beam": (0, 6), "spot": (0, 6)}
"""Least and greatest value of columns that name a track; 0 is not known."""


def plain_values(values: Any) -> np.ndarray:
    """A column as a numpy array: masked and missing values are NaN (NaT, None in text)."""
    if isinstance(values, pd.Series) and isinstance(values.dtype, pd.api.extensions.ExtensionDtype):
        values = _plain_series(values)
    if isinstance(values, np.ma.MaskedArray):
        mask, data = np.ma.getmaskarray(values), np.asarray(values.data)
        if data.dtype.kind in "biu" and mask.any():
            data = data.astype(float)
        if data.dtype.kind in "fM":
            return np.where(mask, data.dtype.type("NaT" if data.dtype.kind == "M" else np.nan), data)
        return np.where(mask, None, data.astype(object)) if mask.any() else data
    return np.asarray(values)


def _plain_series(values: pd.Series) -> Any:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    if pd.api.types.is_numeric_dtype(values.dtype) and values.isna().any():
        return values.to_numpy(dtype=float, na_value=np.nan)
    return values.to_numpy()


def column_values(where: str, column: str, values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Numbers of a column in its own unit and near its own type; what is missing has its missing value.

    ``where`` names the column in messages.
    """
    known = COLUMNS.get(column) or KEPT_COLUMNS[column]
    if column == "beam":
        values = _beam_numbers(where, values)
    if values.dtype.kind not in "biuf":
        try:
            values = values.astype(float)
        except (TypeError, ValueError):
            raise PointsError(
                f"{where}: found {values.dtype} such as {values.ravel()[:1]}, expected numbers"
            ) from None
    if values.dtype.kind == "f":
        values = np.where(np.abs(values) > _LARGEST_REAL_VALUE, values.dtype.type(np.nan), values)
    values = _in_own_unit(where, str(known.attributes.get("units", "")), values, attrs)
    if values.dtype.kind == "f" and np.dtype(known.dtype).kind in "iub":
        values = np.where(np.isfinite(values), values, known.missing)
    _check_limits(where, column, values)
    return values


def _in_own_unit(where: str, wanted: str, values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Values in metres or degrees, whatever unit the table says they have."""
    factor = unit_factor(where, wanted, str(attrs.get("units", "")))
    return values if factor == 1.0 else values.astype(float) * factor


def unit_factor(where: str, wanted: str, stated: str) -> float:
    """Size of the stated unit in the wanted one, metres or degrees; 1 where nothing is stated.

    Raises
    ------
    PointsError
        For a unit of another kind, or an unknown one.
    """
    stated = stated.strip()
    if not stated or wanted not in _QUANTITIES:
        return 1.0
    unit = parse_unit(stated)
    if unit is None or unit[0] != _QUANTITIES[wanted]:
        raise PointsError(
            f"{where}: found units {stated!r}, expected {wanted} or another unit of {_QUANTITIES[wanted]}; "
            "convert the column, or correct its attribute 'units'"
        )
    return unit[1]


def _check_limits(where: str, column: str, values: np.ndarray) -> None:
    low, high = _LIMITS.get(column, (None, None))
    if low is None or high is None or values.size == 0:
        return
    outside = values[(values < low) | (values > high)]
    if outside.size:
        raise PointsError(f"{where}: found {outside[0]}, expected {low} to {high} ({column})")


def _beam_numbers(where: str, values: np.ndarray) -> np.ndarray:
    """Beams as 1 to 6, from names (gt1l to gt3r) or from numbers of ground tracks (10 to 60)."""
    if values.dtype.kind in "USO":
        numbers = {name: at + 1 for at, name in enumerate(BEAMS)}
        numbers |= {str(number): number for number in range(len(BEAMS) + 1)} | {"": 0}
        texts = [_text(value) for value in values.ravel()]
        unknown = next((text for text in texts if text not in numbers), None)
        if unknown is not None:
            raise PointsError(f"{where}: found {unknown!r}, expected {', '.join(BEAMS)} or 1 to 6 (beam)")
        return np.array([numbers[text] for text in texts], np.int8).reshape(values.shape)
    tens = np.isin(values, np.arange(10, 61, 10)) | (values == 0)
    return values // 10 if values.size and tens.all() else values


def _text(value: Any) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return (value.decode(errors="replace") if isinstance(value, bytes) else str(value)).strip().lower()


def instants(
    where: str,
    values: np.ndarray,
    attrs: Mapping[str, Any],
    known: Callable[[np.ndarray], np.ndarray] | None,
) -> np.ndarray:
    """Times (datetime64[ns], UTC) of dates, of text, or of numbers whose unit and epoch are known.

    Parameters
    ----------
    where
        Names the column in messages.
    attrs
        Attributes of the column: ``units`` and ``calendar``.
    known
        What the product fixes for numbers that do not say their unit.
    """
    if values.dtype.kind == "M":
        return _in_nanoseconds(where, values)
    if values.dtype.kind == "f" and np.isnan(values).all():
        return np.full(values.shape, np.datetime64("NaT", "ns"))
    if values.dtype.kind in "OUS":
        return _from_text(where, values)
    if values.dtype.kind == "m":
        values, attrs = values / np.timedelta64(1, "s"), {}
    units = str(attrs.get("units", "")).strip()
    if "since" in units.lower():
        return _from_numbers(
            where, _without_fill(values, attrs), units, str(attrs.get("calendar", "standard")).lower()
        )
    if known is not None:
        numbers = values.astype(float)
        _check_seconds(where, numbers, numbers + _SECONDS_TO_2018, "seconds")
        return known(numbers)
    raise PointsError(
        f"{where}: found numbers such as {values.ravel()[:1]} without a unit, expected dates, or an "
        f"attribute 'units' "
        "such as 'seconds since 2018-01-01'; make them dates first: "
        "np.datetime64('2018-01-01', 'ns') + (seconds * 1e9).astype('timedelta64[ns]')"
    )


def _from_text(where: str, values: np.ndarray) -> np.ndarray:
    try:
        found = pd.to_datetime(pd.Series(values.ravel()), utc=True, format="ISO8601")
    except (TypeError, ValueError) as error:
        raise PointsError(
            f"{where}: found {values.ravel()[:1]}, expected dates in ISO 8601 ({error})"
        ) from None
    return _in_nanoseconds(where, found.dt.tz_localize(None).to_numpy()).reshape(values.shape)


def _in_nanoseconds(where: str, dates: np.ndarray) -> np.ndarray:
    """Dates as datetime64[ns]; those that 64 bits do not hold would become any other date."""
    if dates.dtype == np.dtype("datetime64[ns]"):
        return dates
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    beyond = ~np.isnat(dates) & ((years < 1678) | (years > 2261))
    if beyond.any():
        raise PointsError(f"{where}: found {dates[beyond].ravel()[0]}, expected dates from 1678 to 2261")
    return dates.astype("datetime64[ns]")


def _from_numbers(where: str, values: np.ndarray, units: str, calendar: str) -> np.ndarray:
    """Instants from CF time units, also those that say ``UTC seconds`` or write their date otherwise."""
    match = _SINCE.fullmatch(units)
    unit = _time_unit(match["unit"]) if match else None
    scale = match["scale"].strip().lower() if match else ""
    if (
        not match
        or unit is None
        or unit[0] != "time"
        or scale not in ("", "utc")
        or calendar not in _CALENDARS
    ):
        raise PointsError(
            f"{where}: found units {units!r} (calendar {calendar}), expected UTC in the standard calendar "
            f"such as "
            "'seconds since 2018-01-01' (time)"
        )
    try:
        epoch = pd.Timestamp(match["epoch"].strip())
    except ValueError as error:
        raise PointsError(
            f"{where}: found units {units!r}, of which the date cannot be read ({error})"
        ) from None
    epoch = epoch if epoch.tzinfo is None else epoch.tz_convert("UTC").tz_localize(None)
    first = _in_nanoseconds(where, np.asarray(epoch.to_datetime64()))
    _check_seconds(
        where, values, np.ma.asarray(values, float) * unit[1] + int(first.astype(np.int64)) / 1e9, units
    )
    return first + _durations(values, unit[1])


def _check_seconds(where: str, values: np.ndarray, since_1970: np.ndarray, units: str) -> None:
    """That nanoseconds of 64 bits hold what numbers of a time mean; NaN and masked ones are no times."""
    beyond = np.ma.filled(np.ma.abs(since_1970) > _LARGEST_SECONDS, False)
    if beyond.any():
        found = np.ma.getdata(values)[beyond].ravel()[0]
        raise PointsError(
            f"{where}: found {found} {units}, expected dates from 1678 to 2262; is it a fill value?"
        )


def _time_unit(name: str) -> tuple[str, float] | None:
    # xarray writes nanoseconds, which CF does not have.
    return ("time", 1e-9) if name.lower() in ("nanosecond", "nanoseconds", "ns") else parse_unit(name)


def _without_fill(values: np.ndarray, attrs: Mapping[str, Any]) -> np.ndarray:
    """Raw numbers of a file without those that stand for nothing."""
    fills = [float(attrs[name]) for name in ("_FillValue", "missing_value") if name in attrs]
    if values.dtype == np.int64:
        # No time, as NumPy and xarray write it where the file has no fill value.
        fills.append(float(np.iinfo(np.int64).min))
    return np.ma.array(values, mask=~np.isfinite(values) | np.isin(values.astype(float), fills))


def _durations(values: np.ndarray, unit: float) -> np.ndarray:
    """Numbers of a unit (s) as durations (timedelta64[ns]), whole numbers without rounding."""
    numbers, step = np.ma.filled(values, 0), round(unit * 1e9)
    if numbers.dtype.kind in "iu" and step > 0:
        nanoseconds = numbers.astype(np.int64) * step
    else:
        seconds = numbers.astype(float) * unit
        whole = np.floor(seconds)
        nanoseconds = whole.astype(np.int64) * 1_000_000_000 + np.round((seconds - whole) * 1e9).astype(
            np.int64
        )
    durations = nanoseconds.astype("timedelta64[ns]")
    durations[np.ma.getmaskarray(values)] = np.timedelta64("NaT", "ns")
    return durations
