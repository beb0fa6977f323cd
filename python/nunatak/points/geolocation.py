"""What is assumed of the errors that all points of an overpass share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np

from nunatak.errors import ArgumentError

__all__ = ["GEOLOCATIONS", "Geolocation", "geolocation_sigmas"]

Named = Literal["atl11", "atl15", "product"]
Geolocation = Named | Mapping[str, float]
"""A name, or ``{"radial": m, "along": m, "across": m}``."""

GEOLOCATIONS: dict[str, tuple[float, float, float] | None] = {
    "atl11": (0.05, 2.5, 2.5),
    "atl15": (0.03, 6.5, 6.5),
    "product": None,
}
"""Standard deviations, radial, along and across the track (m): of the three-day position biases in the tables
of ATL11 release 007 (2.6 and 2.2 m; 0.05 m in height), which crossovers agree with; of ATL14/15 (Smith et al.
2023, release 003). None: the number that the product states for each segment."""


def geolocation_sigmas(geolocation: Any) -> tuple[float, float, float] | None:
    """Radial, along- and across-track standard deviation (m); None for what the product states."""
    if isinstance(geolocation, str) and geolocation in GEOLOCATIONS:
        return GEOLOCATIONS[geolocation]
    names = ("radial", "along", "across")
    if isinstance(geolocation, Mapping) and set(geolocation) == set(names):
        found = tuple(geolocation[name] for name in names)
        if all(_is_sigma(value) for value in found):
            radial, along, across = (float(value) for value in found)
            return radial, along, across
    raise ArgumentError(
        f"geolocation: found {geolocation!r:.120}, expected {', '.join(map(repr, get_args(Named)))} or a "
        "mapping with 'radial', 'along' and 'across', lengths of 0 or more in metres"
    )


def _is_sigma(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and 0.0 <= float(value) < 1e6
