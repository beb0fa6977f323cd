"""Limits of colours and axes that a few outliers do not set."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

__all__ = ["axis_range", "range_of", "shared_size", "size_of"]

_LEFT_OUT = 0.02
"""Share of the values, at either end, that limits leave out; at least one value of five or more."""


def size_of(values: np.ndarray) -> float:
    """Half the width of limits about 0 (float): the largest magnitude but for the outermost 2 %.

    Of five values or more at least one is left out, so that no single outlier sets an axis. NaN and
    infinities are skipped; 1 when nothing else is left, or all is 0.

    Parameters
    ----------
    values
        Any shape.

    Examples
    --------
    >>> from nunatak.report.limits import size_of
    >>> size_of([1.0, -2.0, 3.0, -2.5, 1e9])
    3.0
    """
    magnitudes = np.sort(np.abs(_finite(values)))
    return float(magnitudes[: magnitudes.size - _left_out(magnitudes.size)].max(initial=0.0)) or 1.0


def range_of(values: np.ndarray) -> tuple[float, float]:
    """Lowest and highest value but for the outermost 2 % at either end; see :func:`size_of`.

    Parameters
    ----------
    values
        Any shape.
    """
    ordered = np.sort(_finite(values))
    if ordered.size == 0:
        return 0.0, 1.0
    out = _left_out(ordered.size)
    low, high = float(ordered[out]), float(ordered[ordered.size - 1 - out])
    return low, high if high > low else low + 1.0


def axis_range(values: np.ndarray) -> tuple[float, float]:
    """Limits of an axis that holds 0 and all values but outliers, with a margin.

    An outlier lies farther from the others than twice the width of all but the outermost 2 % (and 0).

    Parameters
    ----------
    values
        Any shape.

    Examples
    --------
    >>> from nunatak.report.limits import axis_range
    >>> tuple(round(limit, 2) for limit in axis_range([1.0, 2.0, 3.0, 2.0, 1e6]))
    (-0.45, 3.45)
    """
    finite = _finite(values)
    inner = [min(range_of(finite)[0], 0.0), max(range_of(finite)[1], 0.0)]
    width = inner[1] - inner[0]
    near = finite[(finite >= inner[0] - 2 * width) & (finite <= inner[1] + 2 * width)]
    low, high = float(near.min(initial=0.0)), float(near.max(initial=0.0))
    margin = 0.15 * ((high - low) or 1.0)
    return low - margin, high + margin


def shared_size(several: Sequence[np.ndarray]) -> float:
    """One half width about 0 for several sets of the same quantity: the largest of theirs.

    Parameters
    ----------
    several
        Arrays of any shapes.
    """
    return max((size_of(values) for values in several if _finite(values).size), default=1.0)


def _finite(values: np.ndarray) -> np.ndarray:
    numbers = np.asarray(values, np.float64).ravel()
    return numbers[np.isfinite(numbers)]


def _left_out(count: int) -> int:
    return 0 if count < 5 else max(1, math.ceil(_LEFT_OUT * count))
