"""Polar stereographic projection of the Antarctic grids (EPSG:3031), in plain NumPy.

The generator does not use Nunatak's own projection, so that a fault in one cannot hide in the other.
Formulas: Snyder (1987), *Map Projections: a Working Manual*, USGS PP 1395, eqs. 15-9, 21-33 to 21-40 and 7-9.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SEMI_MAJOR_AXIS = 6378137.0
"""WGS84 semi-major axis (m)."""

ECCENTRICITY = 0.081819190842621
"""WGS84 first eccentricity (1)."""

_STANDARD_PARALLEL = np.radians(71.0)


def _colatitude_function(latitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Snyder's t (eq. 15-9) of a latitude in radians, counted positive towards the pole."""
    sine = ECCENTRICITY * np.sin(latitude)
    return np.tan(np.pi / 4 - latitude / 2) * ((1 + sine) / (1 - sine)) ** (ECCENTRICITY / 2)


def _radius_scale() -> float:
    """Radius in the plane per unit of t (m): a m_c / t_c (eqs. 21-34 and 14-15)."""
    sine = np.sin(_STANDARD_PARALLEL)
    parallel = np.cos(_STANDARD_PARALLEL) / np.sqrt(1 - (ECCENTRICITY * sine) ** 2)
    return float(SEMI_MAJOR_AXIS * parallel / _colatitude_function(np.asarray(_STANDARD_PARALLEL)))


def project(longitude: ArrayLike, latitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Geodetic longitude and latitude (degrees, WGS84) to EPSG:3031 x and y (m)."""
    angle = np.radians(np.asarray(longitude, dtype=np.float64))
    radius = _radius_scale() * _colatitude_function(-np.radians(np.asarray(latitude, dtype=np.float64)))
    return radius * np.sin(angle), radius * np.cos(angle)


def unproject(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """EPSG:3031 x and y (m) to geodetic longitude and latitude (degrees, WGS84)."""
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    t = np.hypot(east, north) / _radius_scale()
    latitude = np.pi / 2 - 2 * np.arctan(t)
    for _ in range(8):  # eq. 7-9 converges by a factor of about e^2 a step
        sine = ECCENTRICITY * np.sin(latitude)
        latitude = np.pi / 2 - 2 * np.arctan(t * ((1 - sine) / (1 + sine)) ** (ECCENTRICITY / 2))
    return np.degrees(np.arctan2(east, north)), -np.degrees(latitude)
