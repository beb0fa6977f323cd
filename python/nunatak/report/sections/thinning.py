"""Residuals thinned along their tracks until neighbours hardly repeat each other."""

from __future__ import annotations

import numpy as np

__all__ = ["correlation_length", "distance_along", "thinned"]


def distance_along(passes: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance (m) from the first point of the same pass along its points, in their order.

    Parameters
    ----------
    passes
        Number of the pass of each point, (n,).
    x, y
        Places (m).
    """
    distance = np.zeros(passes.size)
    for number in np.unique(passes):
        at = np.flatnonzero(passes == number)
        distance[at] = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x[at]), np.diff(y[at])))])
    return distance


def correlation_length(passes: np.ndarray, distance: np.ndarray, values: np.ndarray) -> float:
    """Distance (m) over which values of one pass correlate by less than 1/e; half the longest pass at most.

    Products of pairs of ranks at growing lags, so that no outlier sets it.

    Parameters
    ----------
    passes, distance
        As :func:`distance_along`, (n,).
    values
        No NaN, (n,).
    """
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
    ranks -= ranks.mean()
    variance = float(np.mean(ranks**2))
    lag, length = 1, 0.0
    while lag < values.size and variance > 0:
        alike = passes[lag:] == passes[:-lag]
        if not alike.any():
            break
        length = float(np.median((distance[lag:] - distance[:-lag])[alike]))
        if np.mean((ranks[lag:] * ranks[:-lag])[alike]) < variance / np.e:
            break
        lag = max(lag + 1, int(1.3 * lag))
    return length


def thinned(
    passes: np.ndarray, x: np.ndarray, y: np.ndarray, values: np.ndarray, length: float | None = None
) -> tuple[np.ndarray, float]:
    """Which points are left, (n,) bool, when each pass keeps one per ``length``, and that length (m).

    Parameters
    ----------
    passes, x, y
        Number of the pass and place (m) of each point, (n,).
    values
        Residuals; where they are NaN no point is left.
    length
        None: over which the residuals of a pass correlate by less than 1/e.
    """
    kept = np.zeros(values.size, bool)
    order = np.argsort(passes, kind="stable")
    order = order[np.isfinite(values[order])]
    own, distance = passes[order], distance_along(passes[order], x[order], y[order])
    length = correlation_length(own, distance, values[order]) if length is None else length
    bins = np.floor(distance / length) if length > 0 else np.arange(order.size)
    first = np.ones(order.size, bool)
    first[1:] = (own[1:] != own[:-1]) | (bins[1:] != bins[:-1])
    kept[order[first]] = True
    return kept, length
