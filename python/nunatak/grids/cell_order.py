"""Comparison of two grids, cell by cell: whether they are one, and which cell of one is which of the other.

Two cells are the same when their systems are, and their values' places and all corners agree to a millionth
of the cell. This is the only comparison there is: data, masks, weights and saved weights go by it. Fields
that come beside data (masks, weights) often have left their bounds behind: of these the values' places count.
"""

from __future__ import annotations

import numpy as np

from nunatak._nunatak import Grid

__all__ = ["places_in", "same_cells"]

_TOLERANCE = 1e-6
"""Part of a cell by which two that are the same may differ."""
_DIRECTION = np.array([0.540302305868, 0.311894785123, 0.781537742456])
"""Of which no two cells of a usual grid lie abreast."""
_ABREAST = 16
"""Cells that are tried where some do."""


def same_cells(one: Grid, other: Grid) -> bool:
    """Whether two grids have the same cells in the same order."""
    if one == other:
        return True
    if (one.family, one.shape, one.crs) != (other.family, other.shape, other.crs):
        return False
    sizes = _sizes(one)
    if not (_apart(_places(one), _places(other)) <= _TOLERANCE * sizes).all():
        return False
    if one.family == "rectilinear":
        pairs = ((one.x_bounds, other.x_bounds), (one.y_bounds, other.y_bounds))
        return all((np.abs(a - b) <= _TOLERANCE * np.abs(np.diff(b)).min()).all() for a, b in pairs)
    return one.family != "mesh" or _has_same_faces(one, other)


def _has_same_faces(one: Grid, other: Grid) -> bool:
    """Whether the corners of all faces are the same, one after the other."""
    (starts, nodes), (other_starts, other_nodes) = one.faces, other.faces
    if one.location != other.location or not np.array_equal(starts, other_starts):
        return False
    corners = [
        np.stack([values[own] for values in grid.nodes], axis=1)
        for grid, own in ((one, nodes), (other, other_nodes))
    ]
    if one.crs.is_geographic:
        corners = [_unit_vectors(places[:, 0], places[:, 1]) for places in corners]
    lengths = np.diff(starts.astype(np.int64))
    apart = _apart(*corners)
    edges = _apart(corners[0], np.roll(corners[0], 1, axis=0))
    widest = np.maximum.reduceat(edges, starts[:-1][lengths > 0]) if edges.size else edges
    return bool((apart <= _TOLERANCE * np.repeat(widest, lengths[lengths > 0])).all())


def places_in(grid: Grid, other: Grid) -> np.ndarray | None:
    """For every cell, the index of the one with its value at the same place in another grid.

    The other grid may have more cells, in any order. None when a cell is not there.
    """
    if grid == other:
        return np.arange(_length(grid))
    if grid.family != other.family or grid.crs != other.crs:
        return None
    if not np.isclose(*(np.median(_sizes(each)) for each in (grid, other)), rtol=0.5):
        return None
    own, there, reach = _places(grid), _places(other), _TOLERANCE * _sizes(grid)
    if own.shape == there.shape and (_apart(own, there) <= reach).all():
        return np.arange(len(own))
    order = np.argsort(there @ _DIRECTION, kind="stable")
    first = np.searchsorted((there @ _DIRECTION)[order], own @ _DIRECTION - reach)
    found = np.full(len(own), -1, np.int64)
    for step in range(_ABREAST):
        left = np.flatnonzero(found < 0)
        if not left.size:
            return found
        candidates = order[np.minimum(first[left] + step, len(order) - 1)]
        hit = _apart(own[left], there[candidates]) <= reach[left]
        found[left[hit]] = candidates[hit]
    return None if (found < 0).any() else found


def _length(grid: Grid) -> int:
    return int(np.prod(grid.shape))


def _places(grid: Grid) -> np.ndarray:
    """Unit vectors of the places of the values."""
    return _unit_vectors(*grid.centres())


def _sizes(grid: Grid) -> np.ndarray:
    """Widths of the cells on the unit sphere, not below round-off."""
    surface = grid.crs.ellipsoid_area
    return np.sqrt(np.maximum(grid.cell_areas().ravel() * (4 * np.pi / surface), 1e-18))


def _unit_vectors(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    longitude, latitude = np.radians(longitude), np.radians(latitude)
    across = np.cos(latitude)
    return np.stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)], axis=1)


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.linalg.norm(one - other, axis=1)
