"""Polar stereographic projections of the ISMIP6 grids (EPSG:3031 by default), in plain NumPy.

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


def _radius_scale(standard_parallel: float = _STANDARD_PARALLEL) -> float:
    """Radius in the plane per unit of t (m): a m_c / t_c (eqs. 21-34 and 14-15)."""
    sine = np.sin(standard_parallel)
    parallel = np.cos(standard_parallel) / np.sqrt(1 - (ECCENTRICITY * sine) ** 2)
    return float(SEMI_MAJOR_AXIS * parallel / _colatitude_function(np.asarray(standard_parallel)))


def project(longitude: ArrayLike, latitude: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Geodetic longitude and latitude (degrees, WGS84) to EPSG:3031 x and y (m)."""
    angle = np.radians(np.asarray(longitude, dtype=np.float64))
    radius = _radius_scale() * _colatitude_function(-np.radians(np.asarray(latitude, dtype=np.float64)))
    return radius * np.sin(angle), radius * np.cos(angle)


def unproject(
    x: ArrayLike, y: ArrayLike, *, pole: float = -90.0, parallel: float = -71.0, meridian: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y (m) to geodetic longitude and latitude (degrees, WGS84).

    `pole`, `parallel` and `meridian` (degrees) are the pole in the middle, the standard parallel and the
    meridian that points down in the north, up in the south.
    """
    side = np.sign(pole)
    east, north = np.asarray(x, dtype=np.float64), -side * np.asarray(y, dtype=np.float64)
    t = np.hypot(east, north) / _radius_scale(np.radians(abs(parallel)))
    latitude = np.pi / 2 - 2 * np.arctan(t)
    for _ in range(8):  # eq. 7-9 converges by a factor of about e^2 a step
        sine = ECCENTRICITY * np.sin(latitude)
        latitude = np.pi / 2 - 2 * np.arctan(t * ((1 - sine) / (1 + sine)) ** (ECCENTRICITY / 2))
    longitude = np.degrees(np.arctan2(east, north)) + meridian
    return (longitude + 180) % 360 - 180 if meridian else longitude, side * np.degrees(latitude)
