"""The errors of overpasses that crossovers in the data at hand support."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from nunatak._nunatak import calibrate_crossovers, calibrate_points
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.points.arguments import as_points
from nunatak.points.atl11 import Atl11
from nunatak.points.points import Points
from nunatak.points.summed_columns import Tally, summed_columns

__all__ = ["GeolocationCalibration", "calibrate_geolocation"]

Interval = tuple[float, float, float]
"""Quantiles 0.16, 0.5 and 0.84, m."""


@dataclass(frozen=True)
class GeolocationCalibration:
    """Errors that the points of an overpass share, as crossovers have them; what ``geolocation=`` takes.

    Attributes
    ----------
    radial, horizontal
        Standard deviation of the height and of the position along and across the track (m): its quantiles
        0.16, 0.5 and 0.84. The medians are what :func:`aggregate` uses.
    scatter
        That of a crossover beyond what formal errors and those of the overpasses explain (m).
    crossovers, overpasses
        How many they rest on.
    """

    radial: Interval
    horizontal: Interval
    scatter: Interval
    crossovers: int
    overpasses: int

    def __str__(self) -> str:
        def shown(quantiles: Interval) -> str:
            lower, median, upper = (f"{value:.2g}" for value in quantiles)
            return f"{median} m ({lower} to {upper})"

        return (
            f"radial {shown(self.radial)}, horizontal {shown(self.horizontal)}, from {self.crossovers:,} "
            f"crossovers of {self.overpasses:,} overpasses"
        )


@checked
def calibrate_geolocation(
    observations: Points | Atl11, *, days: float | None = None
) -> GeolocationCalibration:
    """How large the errors are that the points of an overpass share, from where tracks cross.

    Parameters
    ----------
    observations
        Points along tracks with heights, ``height_sigma``, slopes, times and passes, such as ATL06 segments;
        or ATL11, whose own crossovers are used: each with its reference point in the cycle nearest in time.
    days
        Longest time between the two overpasses of a crossover; 30 where None. Change of the ice between
        them counts as an error.

    Returns
    -------
    GeolocationCalibration
        What ``geolocation=`` of :func:`aggregate` takes.

    Raises
    ------
    ArgumentError
        For fewer than 20 crossovers, or fewer than 4 overpasses.

    Notes
    -----
    The difference of two heights is normal, with the variance of their formal errors and of an extra scatter,
    and for each overpass one radial error and one horizontal vector that all of its crossovers share. The
    posterior of the three constants is computed on a grid, with priors flat in their logarithms; pairs of
    overpasses are taken as independent, with a weight by which each overpass counts once (a composite
    likelihood; Varin, Reid and Firth 2011, section 3). Differences further than five robust standard
    deviations from the middle are left out.
    """
    if days is not None and not 0.0 < days < 1e5:
        raise ArgumentError(f"days: found {days}, expected a positive number of days")
    is_atl11 = isinstance(observations, Atl11)
    columns = _crossover_columns(observations) if is_atl11 else _point_columns(observations)
    try:
        found = calibrate_crossovers(columns, days) if is_atl11 else calibrate_points(columns, days)
    except ArgumentError as error:
        # The kernel names the argument of ``aggregate``; here the points, or the time allowed, are to blame.
        limit = "" if days is None else f" within days={days:g}"
        raise ArgumentError(f"observations{limit}: {str(error).removeprefix('geolocation: ')}") from None
    return GeolocationCalibration(**found)


def _point_columns(points: Points) -> dict[str, Any]:
    """What the kernel finds crossovers in; what is missing for one is no warning, since it is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return summed_columns(as_points(points, "observations"), None, True, Tally())


def _crossover_columns(atl11: Atl11) -> dict[str, np.ndarray[Any, Any]]:
    """Differences of ATL11's own crossovers as the kernel takes them."""
    found = atl11.crossover_differences()
    sigma = np.hypot(found["height_sigma_crossing"].astype(float), found["height_sigma_track"].astype(float))
    columns = {
        "first": found["overpass_id_crossing"].astype(np.int64),
        "second": found["overpass_id_track"].astype(np.int64),
        "difference": found["difference"].astype(float),
        "sigma": sigma,
        "slope_x": found["slope_along"].astype(float),
        "slope_y": found["slope_across"].astype(float),
        "days": found["days"].astype(float),
    }
    return {name: np.ascontiguousarray(column) for name, column in columns.items()}
