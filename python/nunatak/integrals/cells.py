"""The cells of a grid: true areas and zones, found once for all runs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from nunatak._nunatak import Cells
from nunatak.grids.recognition import HorizontalGrid
from nunatak.integrals.zones import Zones, zones_of

__all__ = ["GridCells", "KnownCells"]


@dataclass(frozen=True)
class GridCells:
    """The cells of a grid."""

    horizontal: HorizontalGrid
    areas: np.ndarray
    """True areas (m2), in the shape of the grid."""
    zones: list[Zones]
    native: Cells

    @property
    def layers(self) -> list[tuple[np.ndarray, int]]:
        """The number of the zone of every cell, and how many zones there are, for each kind of zones."""
        return [(zones.numbers, zones.labels.size) for zones in self.zones]


class KnownCells:
    """The cells of all grids that were met: an archive has hundreds of runs on a few grids."""

    def __init__(self, by: xr.DataArray | Mapping[str, xr.DataArray] | None) -> None:
        self.by = by
        self._known: list[GridCells] = []

    def of(self, horizontal: HorizontalGrid) -> GridCells:
        """The cells of a grid.

        Raises
        ------
        ArgumentError
            When labels of zones do not fit it.
        """
        for known in self._known:
            own = known.horizontal
            if own.dims == horizontal.dims and own.grid.is_same(horizontal.grid):
                return known
        zones = zones_of(self.by, horizontal)
        areas = np.ascontiguousarray(horizontal.grid.cell_areas(), np.float64)
        layers = [(own.numbers.ravel(), own.labels.size) for own in zones]
        found = GridCells(horizontal, areas, zones, Cells(areas.shape, areas.ravel(), layers))
        self._known.append(found)
        return found
