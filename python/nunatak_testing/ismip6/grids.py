"""The ISMIP6 grids and their projections, as the protocol gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nunatak.samples.projection import unproject


@dataclass(frozen=True)
class IceSheet:
    """The domain of one ice sheet.

    Attributes
    ----------
    name, title
        The token in file names, and the word in titles.
    x, y
        First and last node (m).
    spacings
        Allowed grid spacings (km).
    latitude_of_pole, standard_parallel, central_longitude
        Of its polar stereographic projection (degrees), on the WGS84 ellipsoid.
    """

    name: str
    title: str
    x: tuple[float, float]
    y: tuple[float, float]
    spacings: tuple[int, ...]
    latitude_of_pole: float
    standard_parallel: float
    central_longitude: float

    def axes(self, spacing: int) -> dict[str, NDArray[np.float64]]:
        """x and y of the grid of a spacing (km), in metres.

        Raises
        ------
        ValueError
            When the protocol has no such grid.
        """
        if spacing not in self.spacings:
            raise ValueError(f"{self.name} has no ISMIP6 grid of {spacing} km: pass one of {self.spacings}")
        return {
            name: np.linspace(first, last, round((last - first) / (1000 * spacing)) + 1)
            for name, (first, last) in (("x", self.x), ("y", self.y))
        }

    def unproject(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitude and latitude (degrees) of points of the plane (m)."""
        return unproject(
            x, y, pole=self.latitude_of_pole, parallel=self.standard_parallel, meridian=self.central_longitude
        )

    @property
    def grid_mapping(self) -> dict[str, Any]:
        """Attributes of the grid mapping variable."""
        return {
            "grid_mapping_name": "polar_stereographic",
            "latitude_of_projection_origin": self.latitude_of_pole,
            "standard_parallel": self.standard_parallel,
            "straight_vertical_longitude_from_pole": self.central_longitude,
            "false_easting": 0.0,
            "false_northing": 0.0,
            "semi_major_axis": 6378137.0,
            "inverse_flattening": 298.257223563,
        }


ANTARCTICA = IceSheet(
    "AIS", "Antarctic", (-3040e3, 3040e3), (-3040e3, 3040e3), (32, 16, 8, 4, 2, 1), -90.0, -71.0, 0.0
)
"""EPSG:3031."""

GREENLAND = IceSheet(
    "GIS", "Greenland", (-720e3, 960e3), (-3450e3, -570e3), (20, 16, 10, 8, 5, 4, 2, 1), 90.0, 70.0, -45.0
)
"""EPSG:3413."""

ICE_SHEETS = {sheet.name: sheet for sheet in (ANTARCTICA, GREENLAND)}
"""Both, by the token in file names."""
