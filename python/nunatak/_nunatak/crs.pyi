"""Coordinate reference systems."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

class Crs:
    """A coordinate reference system."""

    KNOWN: list[str]
    @staticmethod
    def parse(text: str) -> Crs:
        """The system of this name; ``GridError`` names an unknown one and lists those that are known."""

    @staticmethod
    def from_grid_mapping(
        name: str, attributes: Sequence[tuple[str, float | str | Sequence[float]]]
    ) -> tuple[Crs, list[str]]:
        """The system of a CF grid mapping, and what had to be guessed to understand it."""

    @property
    def name(self) -> str: ...
    @property
    def epsg(self) -> int | None: ...
    @property
    def ellipsoid_area(self) -> float:
        """Surface of the ellipsoid (m2)."""

    @property
    def is_geographic(self) -> bool: ...
    def grid_mapping(self) -> dict[str, Any]:
        """The CF attributes of its grid mapping variable."""

    def forward(
        self, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes (degrees) to x and y (m)."""

    def inverse(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y (m) to longitudes and latitudes (degrees)."""

    def area_factor(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """True area over projected area at points."""

    def has_axes_of(self, other: Crs) -> bool:
        """Whether x and y of a map point the same ways everywhere as those of another."""
