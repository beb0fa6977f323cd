"""A square of the map of EPSG:3031: its cells, and the longitudes and latitudes of its points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..projection import unproject

Field = NDArray[np.float64]

__all__ = ["MapRegion"]

_CORNER = 1_360e3
"""x and y of the lower left corner (m): near 71 S, where the map is true to scale; a multiple of 8 km."""

_RADII_STEP = 4.0
"""Distance between tabulated radii (m); latitudes between them are linear to a micrometre."""


@dataclass(frozen=True)
class MapRegion:
    """Cells of a square region.

    Attributes
    ----------
    cells
        Number of cells along a side.
    spacing
        Side of a cell (m).
    """

    cells: int
    spacing: float

    def grid(self) -> xr.Dataset:
        """Cell centres x and y (m) with a CF grid mapping, as grids of models have them."""
        centres = _CORNER + (np.arange(self.cells) + 0.5) * self.spacing
        axes = {
            name: (
                name,
                centres,
                {"units": "m", "standard_name": f"projection_{name}_coordinate", "axis": axis},
            )
            for name, axis in (("y", "Y"), ("x", "X"))
        }
        mapping = {
            "grid_mapping_name": "polar_stereographic",
            "latitude_of_projection_origin": -90.0,
            "straight_vertical_longitude_from_pole": 0.0,
            "standard_parallel": -71.0,
            "false_easting": 0.0,
            "false_northing": 0.0,
            "semi_major_axis": 6378137.0,
            "inverse_flattening": 298.257223563,
        }
        return xr.Dataset(coords={**axes, "crs": ((), np.int32(0), mapping)})

    def longitude_latitude(self, x: Field, y: Field) -> tuple[Field, Field]:
        """Geodetic longitude and latitude (degrees, WGS84) of points, in metres from the lower left corner.

        Latitude depends on the distance from the pole alone, and is read from a table of it.
        """
        east, north = _CORNER + x, _CORNER + y
        far = _CORNER + self.cells * self.spacing
        radii = np.arange(
            np.hypot(_CORNER, _CORNER) - _RADII_STEP, np.hypot(far, far) + _RADII_STEP, _RADII_STEP
        )
        _, latitudes = unproject(np.zeros_like(radii), radii)
        return np.degrees(np.arctan2(east, north)), np.interp(np.hypot(east, north), radii, latitudes)
