"""Arguments that say which segments are read: a region and a span of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from nunatak.errors import ArgumentError

__all__ = ["region_limits", "time_limits"]

_LIMITS = np.iinfo(np.int64)
_DATE_UNITS = ("Y", "M", "W", "D")


def region_limits(region: Any) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a region, from any four numbers."""
    if region is None:
        return None
    expected = "expected (west, south, east, north) in degrees with south <= north"
    if isinstance(region, str | bytes):
        raise ArgumentError(f"region: found {region!r}, {expected}")
    try:
        west, south, east, north = (float(limit) for limit in region)
    except (TypeError, ValueError):
        raise ArgumentError(f"region: found {region!r:.80}, {expected}") from None
    return west, south, east, north


def time_limits(time: Any) -> tuple[int, int] | None:
    """First and last instant (ns since 1970) of a span, both included; a last day, month or year is whole."""
    if time is None:
        return None
    try:
        if isinstance(time, str | bytes):
            raise TypeError
        first, last = time
    except (TypeError, ValueError):
        raise ArgumentError(f"time: found {time!r:.80}, expected (first, last)") from None
    begin = _LIMITS.min + 1 if first is None else _nanoseconds(_instant(first))
    end = _LIMITS.max if last is None else _end(_instant(last))
    if begin > end:
        raise ArgumentError(f"time: found first {first!s} after last {last!s}, expected first <= last")
    return begin, end


def _instant(value: Any) -> np.datetime64:
    try:
        found = np.datetime64(value)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"time: found {value!r}, expected a date such as '2019-06-13' or '2019-06-13T06:51'"
        ) from None
    if np.isnat(found):
        raise ArgumentError(f"time: found {value!r}, expected a date, or None for an open end")
    return found


def _end(value: np.datetime64) -> int:
    """The last nanosecond of a date, or the instant itself."""
    unit = np.datetime_data(value.dtype)[0]
    return _nanoseconds(value + np.timedelta64(1, unit)) - 1 if unit in _DATE_UNITS else _nanoseconds(value)


def _nanoseconds(value: np.datetime64) -> int:
    seconds = value.astype("datetime64[s]").astype(np.int64)
    if not _LIMITS.min < int(seconds) * 1_000_000_000 < _LIMITS.max:
        raise ArgumentError(f"time: found {value}, expected a date between 1678 and 2262")
    return int(value.astype("datetime64[ns]").astype(np.int64))
