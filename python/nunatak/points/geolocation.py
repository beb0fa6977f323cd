"""What is assumed of the errors that all points of an overpass share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np

from nunatak.errors import ArgumentError
from nunatak.points.calibration import GeolocationCalibration, calibrate_geolocation

__all__ = ["Geolocation", "calibrated", "geolocation_option"]

Named = Literal["atl11", "atl15", "product"]
Geolocation = Named | Literal["calibrated"] | Mapping[str, float] | GeolocationCalibration
"""A name, ``{"radial": m, "along": m, "across": m}``, or what crossovers say."""


def calibrated(geolocation: Any, points: Any) -> Any:
    """What crossovers of the points say where that is asked for, else what was given.

    Raises
    ------
    ArgumentError
        There are no points at once (None), or too few crossovers.
    """
    if not isinstance(geolocation, str) or geolocation != "calibrated":
        return geolocation
    if points is None:
        raise ArgumentError(
            "geolocation: found 'calibrated' for points that come part by part, whose tracks may cross "
            "between parts; expected what nk.calibrate_geolocation(points) gives"
        )
    return calibrate_geolocation(points)


def geolocation_option(geolocation: Any) -> str | tuple[float, float, float]:
    """The name, or the radial, along- and across-track standard deviation (m).

    Raises
    ------
    ArgumentError
        For another name, or a mapping without these lengths.
    """
    if isinstance(geolocation, GeolocationCalibration):
        return geolocation.radial[1], geolocation.horizontal[1], geolocation.horizontal[1]
    if isinstance(geolocation, str) and geolocation in get_args(Named):
        return geolocation
    names = ("radial", "along", "across")
    if isinstance(geolocation, Mapping) and set(geolocation) == set(names):
        found = tuple(geolocation[name] for name in names)
        if all(_is_sigma(value) for value in found):
            radial, along, across = (float(value) for value in found)
            return radial, along, across
    names = ", ".join(map(repr, [*get_args(Named), "calibrated"]))
    raise ArgumentError(
        f"geolocation: found {geolocation!r:.120}, expected {names}, what nk.calibrate_geolocation gives, or "
        "a mapping with 'radial', 'along' and 'across', lengths of 0 or more in metres"
    )


def _is_sigma(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and 0.0 <= float(value) < 1e6
