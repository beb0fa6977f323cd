"""Places on Earth: positions that points cannot have."""

from __future__ import annotations

import numpy as np

__all__ = ["misplaced"]


def misplaced(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, str]:
    """Which points lie nowhere on Earth, and a sentence about them; empty when there is none.

    Latitudes go from -90 to 90 degrees, longitudes from -360 to 360, so that every branch fits.
    """
    wrong, parts = np.zeros(longitude.shape, bool), []
    for name, values, limit in (("latitude", latitude, 90.0), ("longitude", longitude, 360.0)):
        bad = ~(np.abs(values) <= limit)
        if bad.any():
            found = (
                "missing"
                if np.isnan(values[bad]).all()
                else f"such as {values[bad & ~np.isnan(values)][0]:g}"
            )
            parts.append(
                f"{int(bad.sum()):,} with a {name} {found} (expected -{limit:g} to {limit:g} degrees)"
            )
        wrong |= bad
    return wrong, f"points that lie nowhere: {', '.join(parts)}" if parts else ""
