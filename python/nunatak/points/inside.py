"""Which points lie inside a region."""

from __future__ import annotations

from typing import Any

import numpy as np

from nunatak._nunatak import points_inside
from nunatak.errors import ArgumentError
from nunatak.points.regions import region_areas

__all__ = ["inside"]


def inside(region: Any, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Which places (degrees, one length) lie in any area of a region; missing ones do not."""
    areas = region_areas(region)
    if areas is None:
        raise ArgumentError("region: found None, expected (west, south, east, north) or a polygon")
    return points_inside(areas, *(np.ascontiguousarray(part, float) for part in (longitude, latitude)))
