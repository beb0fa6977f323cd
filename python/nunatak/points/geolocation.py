"""What is assumed of the errors that all points of an overpass share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np

from nunatak.errors import ArgumentError

__all__ = ["Geolocation", "geolocation_option"]

Named = Literal["atl11", "atl15", "product"]
Geolocation = Named | Mapping[str, float]
"""A name, or ``{"radial": m, "along": m, "across": m}``."""


def geolocation_option(geolocation: Any) -> str | tuple[float, float, float]:
    """The name, or the radial, along- and across-track standard deviation (m).

    Raises
    ------
    ArgumentError
        For another name, or a mapping without these lengths.
    """
    if isinstance(geolocation, str) and geolocation in get_args(Named):
        return geolocation
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
