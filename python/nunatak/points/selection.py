"""Arguments that say which segments are read: a region and a span of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from nunatak.errors import ArgumentError

__all__ = ["region_limits", "time_limits"]

_LIMITS = np.iinfo(np.int64)
_DATE_UNITS = ("Y", "M", "W", "D")
_FARTHEST_YEAR = 100_000
"""Years beyond which dates are compared by their year alone: numpy cannot hold all of their seconds."""
_SECOND = 1_000_000_000
_YEAR = 31_556_952 * _SECOND


def region_limits(region: Any) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a region, from any four numbers."""
    if region is None:
        return None
    expected = "expected (west, south, east, north) in degrees with south <= north"
    if isinstance(region, str | bytes):
        raise ArgumentError(f"region: found {region!r}, {expected}")
    try:
        west, south, east, north = (float(limit) for limit in region)
    except (OverflowError, TypeError, ValueError):
        raise ArgumentError(f"region: found {region!r:.80}, {expected}") from None
    return west, south, east, north


def time_limits(time: Any) -> tuple[int, int] | None:
    """First and last instant (ns since 1970) of a span, both included; a last day, month or year is whole.

    Dates that no segment can have, before 1678 or after 2262, are limits like others: what lies beyond the
    nanoseconds of 64 bits is the first or the last of them.
    """
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
    if begin > end and first is not None and last is not None:
        raise ArgumentError(f"time: found first {first!s} after last {last!s}, expected first <= last")
    return _within_64_bits(begin), _within_64_bits(end)


def _instant(value: Any) -> np.datetime64:
    try:
        found = np.datetime64(value)
    except (OverflowError, TypeError, ValueError):
        raise ArgumentError(
            f"time: found {value!r:.80}, expected a date such as '2019-06-13' or '2019-06-13T06:51'"
        ) from None
    if np.isnat(found):
        raise ArgumentError(f"time: found {value!r}, expected a date, or None for an open end")
    return found


def _end(value: np.datetime64) -> int:
    """The last nanosecond of a date, or the instant itself."""
    unit, count = np.datetime_data(value.dtype)
    if unit not in _DATE_UNITS or _is_far(value):
        return _nanoseconds(value)
    return _nanoseconds(value + np.timedelta64(count, unit)) - 1


def _nanoseconds(value: np.datetime64) -> int:
    """Nanoseconds since 1970, of any date: more than 64 bits where it takes them."""
    if _is_far(value):
        return _years(value) * _YEAR
    seconds = value.astype("datetime64[s]")
    rest = (value - seconds).astype("timedelta64[ns]")
    return int(seconds.astype(np.int64)) * _SECOND + int(rest.astype(np.int64))


def _is_far(value: np.datetime64) -> bool:
    return abs(_years(value)) > _FARTHEST_YEAR


def _years(value: np.datetime64) -> int:
    return int(value.astype("datetime64[Y]").astype(np.int64))


def _within_64_bits(instant: int) -> int:
    return min(max(instant, _LIMITS.min + 1), _LIMITS.max)
