"""Crossovers of tracks."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

def calibrate_points(columns: Mapping[str, NDArray[Any]], days: float | None) -> dict[str, Any]:
    """The errors of overpasses that crossovers of points support.

    Parameters
    ----------
    columns
        As `aggregate_points` takes them.
    days
        Longest time between two overpasses; 30 where None.

    Returns
    -------
    dict
        ``radial, horizontal, scatter``: quantiles 0.16, 0.5 and 0.84 (m); ``crossovers``, ``overpasses``.
    """

def calibrate_crossovers(columns: Mapping[str, NDArray[Any]], days: float | None) -> dict[str, Any]:
    """As `calibrate_points`, of crossovers: ``first, second`` (int64), the numbers of the overpasses,
    ``difference, sigma`` (m), ``slope_x, slope_y`` and ``days`` between the overpasses (float64)."""
