"""Meshes of polygons that share nodes, from corners of cells or from connectivity."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError, GridWarning, caller_stacklevel

__all__ = ["are_boxes", "merged", "mesh_of_connectivity", "mesh_of_corners"]

_ROUNDING = 1e-10
"""Degrees or metres within which corners of two cells are one node."""
_MIXERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


def mesh_of_connectivity(
    crs: Crs,
    node_x: np.ndarray,
    node_y: np.ndarray,
    faces: np.ndarray,
    what: str,
    *,
    on_nodes: bool = False,
    parallels: bool = False,
    shape: tuple[int, int] | None = None,
    centres: tuple[np.ndarray, np.ndarray] | None = None,
) -> Grid:
    """A mesh from the nodes of its faces (face, corner), -1 where a face has fewer corners.

    Faces of fewer than three different nodes become holes, with a warning that names ``what``.

    Raises
    ------
    GridError
        For nodes that are not there or not finite, or faces that are no polygons.
    """
    faces = _without_degenerate(faces, what)
    starts, nodes = _listed(faces)
    x, y = (np.ascontiguousarray(values, np.float64) for values in (node_x, node_y))
    if centres is not None and not all(np.isfinite(values).all() for values in centres):
        centres = None
    try:
        return Grid.mesh(
            crs,
            x,
            y,
            starts,
            nodes,
            on_nodes=on_nodes,
            parallels=parallels,
            shape=shape,
            centres=centres,
        )
    except GridError as error:
        raise GridError(f"{what}: {error}") from error


def _listed(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start of each face in the list of nodes, and the list."""
    if faces.size and faces.min() >= 0:
        starts = np.arange(len(faces) + 1, dtype=np.uint32) * np.uint32(faces.shape[1])
        return starts, faces.ravel().astype(np.uint32)
    there = faces >= 0
    starts = np.zeros(len(faces) + 1, np.uint32)
    np.cumsum(there.sum(axis=1), out=starts[1:])
    return starts, faces[there].astype(np.uint32)


def mesh_of_corners(crs: Crs, x: np.ndarray, y: np.ndarray, what: str, **options: Any) -> Grid:
    """A mesh from the corners (cell, corner) of its cells; NaN where a cell has fewer corners, or none."""
    if y.size and crs.is_geographic and np.nanmax(np.abs(y), initial=0.0) > 90 + 1e-6:
        raise GridError(
            f"{what}: latitude {float(y.ravel()[np.nanargmax(np.abs(y))]):g} of a corner is beyond the pole; "
            "are longitude and latitude swapped?"
        )
    places, nodes = merged(crs, x.ravel(), y.ravel())
    faces = nodes.reshape(x.shape)
    return mesh_of_connectivity(crs, x.ravel()[places], y.ravel()[places], faces, what, **options)


def merged(crs: Crs, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points without repeats: the index of the first of each, and for every point its number among them.

    Longitudes a turn apart are one, and so are all at a pole; points that are not finite have the number -1.
    """
    finite = np.isfinite(x) & np.isfinite(y)
    first = x
    if crs.is_geographic:
        first = np.where(np.abs(y) >= 90.0 - _ROUNDING, 0.0, np.mod(x, 360.0))
    keys = np.zeros(len(x), np.uint64)
    for values, mixer, period in ((first, _MIXERS[0], 360.0), (y, _MIXERS[1], np.inf)):
        rounded = np.round(np.where(finite, values, 0.0) / _ROUNDING)
        if crs.is_geographic and np.isfinite(period):
            rounded = np.mod(rounded, np.round(period / _ROUNDING))
        # Different points get different keys, but for one pair in 2^64.
        keys += rounded.astype(np.int64).view(np.uint64) * mixer
    _, places, numbers = np.unique(keys[finite], return_index=True, return_inverse=True)
    nodes = np.full(len(x), -1, np.int64)
    nodes[finite] = numbers
    return np.flatnonzero(finite)[places], nodes


def are_boxes(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether all cells (cell, 4) are boxes: two meridians and two parallels are their edges."""
    if x.ndim != 2 or x.shape[1] != 4:
        return False
    along = (y[:, 0] == y[:, 1]) & (y[:, 2] == y[:, 3]) & (x[:, 1] == x[:, 2]) & (x[:, 3] == x[:, 0])
    up = (y[:, 1] == y[:, 2]) & (y[:, 3] == y[:, 0]) & (x[:, 0] == x[:, 1]) & (x[:, 2] == x[:, 3])
    return bool(np.all(along | up))


def _without_degenerate(faces: np.ndarray, what: str) -> np.ndarray:
    """Faces with holes in place of those that are no polygon."""
    faces = np.ascontiguousarray(faces)
    if faces.ndim != 2:
        raise GridError(f"{what}: expected nodes of faces in two dimensions, found {faces.ndim}")
    if _are_triangles(faces):
        return faces
    ordered = np.sort(faces, axis=1)
    different = (np.diff(ordered, axis=1) > 0).sum(axis=1) + (ordered[:, 0] >= 0)
    flat = different < 3
    if not flat.any():
        return faces
    if flat.all():
        raise GridError(f"{what}: no cell has three different corners")
    collapsed = flat & (ordered[:, -1] >= 0)
    if collapsed.any():
        warnings.warn(
            f"{what}: {int(collapsed.sum())} of {len(faces)} cells have fewer than three different corners "
            f"(the first is cell {int(np.argmax(collapsed))}); they have no area and get no values",
            GridWarning,
            stacklevel=caller_stacklevel(),
        )
    return np.where(flat[:, None], -1, faces)


def _are_triangles(faces: np.ndarray) -> bool:
    """Whether every face has three nodes, all different."""
    if faces.shape[1] != 3 or not faces.size or faces.min() < 0:
        return False
    first, second, third = faces.T
    return not np.any((first == second) | (second == third) | (third == first))
