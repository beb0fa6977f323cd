"""Arguments that say which segments are read: limits of quality and a span of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nunatak.arguments import found
from nunatak.errors import ArgumentError

__all__ = ["quality_limits", "quality_text", "time_limits"]

_LIMITS = np.iinfo(np.int64)
_DATE_UNITS = ("Y", "M", "W", "D")
_FARTHEST_YEAR = 100_000
"""Years beyond which dates are compared by their year alone: numpy cannot hold all of their seconds."""
_SECOND = 1_000_000_000
_YEAR = 31_556_952 * _SECOND


def quality_limits(quality: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """Least and largest value by variable: a number is the largest, a pair both, a mapping has min and max.

    Raises
    ------
    ArgumentError
        For anything else, and for limits out of order.
    """
    return [(_name(name, quality), *_limits(name, limit)) for name, limit in quality.items()]


def quality_text(limits: list[tuple[str, float, float]]) -> str:
    """Limits as an attribute says them."""
    texts = []
    for name, least, most in limits:
        low, high = (np.isfinite(limit) for limit in (least, most))
        texts.append(f"{least:g} <= {name} <= {most:g}" if low and high else "")
        texts[-1] = texts[-1] or (f"{name} >= {least:g}" if low else f"{name} <= {most:g}")
    return ", ".join(texts)


def _name(name: Any, quality: Mapping[str, Any]) -> str:
    if isinstance(name, str):
        return name
    raise ArgumentError(f"quality: found {found(quality)}, expected limits by name of a column")


def _limits(name: str, limit: Any) -> tuple[float, float]:
    expected = 'expected a number (the largest), (least, largest), or {"min": ..., "max": ...}'
    try:
        if isinstance(limit, Mapping):
            if not limit or set(limit) - {"min", "max"}:
                raise ValueError
            least, most = limit.get("min"), limit.get("max")
        elif np.ndim(limit) == 0:
            least, most = None, float(limit)
        else:
            least, most = limit
        least = -np.inf if least is None else float(least)
        most = np.inf if most is None else float(most)
    except (OverflowError, TypeError, ValueError):
        raise ArgumentError(f"quality: {name}: found {limit!r:.80}, {expected}") from None
    if not least <= most:
        raise ArgumentError(f"quality: {name}: found ({least:g}, {most:g}), expected least <= largest")
    return least, most


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
        instant = np.datetime64(value)
    except (OverflowError, TypeError, ValueError):
        raise ArgumentError(
            f"time: found {value!r:.80}, expected a date such as '2019-06-13' or '2019-06-13T06:51'"
        ) from None
    if np.isnat(instant):
        raise ArgumentError(f"time: found {value!r}, expected a date, or None for an open end")
    return instant


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
