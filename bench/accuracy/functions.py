"""The four fields of Valcke, Piacentini and Jonville (2022, Math. Comput. Appl. 27(2):31)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_GULF = (-80.0, 25.0)
_SHARPNESS = 1.3


def sinusoid(lon: Values, lat: Values) -> Values:
    """The slowly varying field (the benchmark's coastal one without its coast): one wave over the sphere."""
    distance = np.arccos(np.clip(np.cos(lon) * np.cos(lat), -1, 1))
    return 2 - np.cos(np.pi * distance / (1.2 * np.pi))


def harmonic(lon: Values, lat: Values) -> Values:
    """Sixteen waves round the globe, high in the middle latitudes."""
    return 2 + np.sin(2 * lat) ** 16 * np.cos(16 * lon)


def vortex(lon: Values, lat: Values) -> Values:
    """The double vortex of Nair and Machenhauer (2002) after six units of time."""
    pole_lon, pole_lat, radius, depth, time = 5.5, 0.2, 3.0, 5.0, 6.0
    towards = np.cos(lat) * np.cos(lon - pole_lon)
    x = np.sin(pole_lat) * towards - np.cos(pole_lat) * np.sin(lat)
    y = np.cos(lat) * np.sin(lon - pole_lon)
    z = np.sin(pole_lat) * np.sin(lat) + np.cos(pole_lat) * towards
    turned_lon = np.arctan2(y, x) % (2 * np.pi)
    rho = radius * np.cos(np.arcsin(np.clip(z, -1, 1)))
    speed = 1.5 * np.sqrt(3) * np.tanh(rho) / np.cosh(rho) ** 2
    omega = np.divide(speed, rho, out=np.zeros_like(rho), where=rho != 0)
    return 2 * (1 + np.tanh(rho / depth * np.sin(turned_lon - omega * time)))


def gulfstream(lon: Values, lat: Values) -> Values:
    """The sinusoid with a thin meandering filament across the North Atlantic."""
    east = (lon - np.radians(_GULF[0]) + np.pi) % (2 * np.pi) - np.pi
    north = lat - np.radians(_GULF[1])
    distance, angle = np.hypot(east, north), np.arctan2(north, east)
    end, start = _from_gulf(-1.8, 50.0), _from_gulf(-25.5, 55.5)
    fading = np.cos(np.pi / 2 * (distance - start) / (end - start))
    strength = _SHARPNESS * np.where(distance > end, 0, np.where(distance > start, fading, 1))
    crest = 1000 * np.sin(0.4 * (0.5 * distance + angle) + 0.007 * np.cos(50 * angle) + 0.37 * np.pi)
    return sinusoid(lon, lat) + (np.maximum(crest, 999) - 999) * strength


def two_waves(lon: Values, lat: Values) -> Values:
    """The smooth field A2 of MIRA (Mahadevan et al. 2022, GMD 15, 6601), which shows a method's order."""
    return 2 + np.cos(lat) ** 2 * np.cos(2 * lon)


def _from_gulf(lon: float, lat: float) -> float:
    """Radians in longitude and latitude, as a plane, from where the filament starts."""
    return float(np.hypot(*np.radians((lon - _GULF[0], lat - _GULF[1]))))


FUNCTIONS: dict[str, Callable[[Values, Values], Values]] = {
    "sinusoid": sinusoid,
    "harmonic": harmonic,
    "vortex": vortex,
    "gulfstream": gulfstream,
}
