"""A drawn surface: heights and slopes at points, and exact means over cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .surfaces import roughness

Field = NDArray[np.float64]

__all__ = ["NODES_PER_CELL", "Terrain", "draw_terrain"]

NODES_PER_CELL = 50
"""Raster nodes along the side of a cell, so that the edges of cells lie on nodes."""


@dataclass(frozen=True)
class Terrain:
    """A plane with roughness on a raster, bilinear between its nodes.

    Positions are metres east and north of the lower left corner of the region.

    Attributes
    ----------
    nodes
        Roughness at the nodes (n + 1, n + 1), indexed by y, then x (m).
    posting
        Distance between nodes (m).
    height
        Height of the plane in the middle of the region (m).
    slope
        Its slope along x and y (1).
    """

    nodes: Field
    posting: float
    height: float
    slope: tuple[float, float]

    @property
    def extent(self) -> float:
        """Side of the region (m)."""
        return (self.nodes.shape[0] - 1) * self.posting

    def __call__(self, x: Field, y: Field) -> tuple[Field, Field, Field]:
        """Height (m) and slopes along x and y (1) at points within the region."""
        last = self.nodes.shape[0] - 2
        column, row = x / self.posting, y / self.posting
        first = np.clip(column.astype(np.int64), 0, last)
        below = np.clip(row.astype(np.int64), 0, last)
        east, north = column - first, row - below
        place, width = below * (last + 2) + first, last + 2
        values = self.nodes.reshape(-1)
        south_west, south_east = values[place], values[place + 1]
        north_west, north_east = values[place + width], values[place + width + 1]
        step_south, step_north = south_east - south_west, north_east - north_west
        south, northern = south_west + east * step_south, north_west + east * step_north
        slope_x = (step_south + north * (step_north - step_south)) / self.posting + self.slope[0]
        slope_y = (northern - south) / self.posting + self.slope[1]
        return south + north * (northern - south) + self._plane(x, y), slope_x, slope_y

    def cell_means(self) -> Field:
        """Mean height over each cell (y, x) of the bilinear surface (m): the trapezoidal rule is exact."""
        rows = self._means_along_last_axis(self.nodes)
        means = self._means_along_last_axis(rows.T).T
        middle = (np.arange(means.shape[0]) + 0.5) * NODES_PER_CELL * self.posting
        return means + self._plane(middle, middle[:, None])

    def cell_slopes(self) -> tuple[Field, Field]:
        """Mean slopes along x and y (1) over each cell (y, x): differences of the means of opposite edges."""
        side = NODES_PER_CELL * self.posting
        columns = self._means_along_last_axis(self.nodes.T)[::NODES_PER_CELL]
        rows = self._means_along_last_axis(self.nodes)[::NODES_PER_CELL]
        return np.diff(columns, axis=0).T / side + self.slope[0], np.diff(rows, axis=0) / side + self.slope[1]

    def _plane(self, x: Field, y: Field) -> Field:
        middle = self.extent / 2
        return self.height + self.slope[0] * (x - middle) + self.slope[1] * (y - middle)

    @staticmethod
    def _means_along_last_axis(values: Field) -> Field:
        """Means over the cells along the last axis, nodes on an edge counted half."""
        edges = values[..., ::NODES_PER_CELL]
        inner = values[..., :-1].reshape(*values.shape[:-1], -1, NODES_PER_CELL).sum(axis=-1)
        return (inner + (edges[..., 1:] - edges[..., :-1]) / 2) / NODES_PER_CELL


def draw_terrain(
    kind: str, rng: np.random.Generator, cells: int, spacing: float, slope: tuple[float, float]
) -> Terrain:
    """Draw the surface of a region of `cells` squared cells of a side of `spacing` metres.

    The torus that the roughness is drawn on is at least a fifth wider than the region.
    """
    nodes = cells * NODES_PER_CELL + 1
    posting = spacing / NODES_PER_CELL
    torus = 2 ** int(np.ceil(np.log2(1.2 * nodes)))
    drawn = roughness(kind, rng, torus, posting)[:nodes, :nodes]
    return Terrain(np.ascontiguousarray(drawn), posting, 1500.0, slope)
