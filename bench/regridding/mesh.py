"""A triangular mesh like those of ice-sheet models, coarse inside, fine at the margin; and any as UGRID."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

RADIUS = 2.367e6
COARSE, FINE = 27.0, 3.0
"""Spacing (km) in the middle and at the margin; it falls with the square of the distance."""

_MARGIN = 6001 / 256_000


def triangles(count: int, seed: int = 7) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nodes (x, y in metres) and the Delaunay triangles between them, counter-clockwise."""
    from scipy.spatial import Delaunay

    margin = round(count * _MARGIN)
    around = 2 * np.pi * np.arange(margin) / margin
    edge = RADIUS * np.stack([np.cos(around), np.sin(around)], axis=1)
    points = np.concatenate([_inside(count - margin, seed), edge])
    faces = Delaunay(points).simplices.astype(np.int64)
    first, second, third = points[faces].transpose(1, 0, 2)
    (ax, ay), (bx, by) = (second - first).T, (third - first).T
    faces[ax * by - ay * bx < 0] = faces[ax * by - ay * bx < 0][:, ::-1]
    return points, faces


def _inside(count: int, seed: int) -> NDArray[np.float64]:
    """Nodes on a spiral, as dense as the spacing wants, each moved a little."""
    share = (np.arange(count) + 0.5) / count
    ratio = COARSE / FINE
    inward = ratio * share / (1 + (ratio - 1) * share)
    angle = np.pi * (3 - 5**0.5) * np.arange(count)
    radius = 0.9993 * RADIUS * np.sqrt(inward)
    spacing = 1e3 * (COARSE - (COARSE - FINE) * inward) * np.sqrt(250_000 / count)
    moved = np.random.default_rng(seed).uniform(-0.12, 0.12, (count, 2)) * spacing[:, None]
    return (radius + 0 * angle)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + np.where(
        inward[:, None] < 0.995, moved, 0
    )


def ugrid(points: NDArray[np.float64], faces: NDArray[np.integer], crs: Any) -> xr.Dataset:
    """A mesh in UGRID's terms: nodes (node, 2) in metres, faces (face, 3), a grid mapping variable."""
    topology = {
        "cf_role": "mesh_topology",
        "topology_dimension": 2,
        "node_coordinates": "node_x node_y",
        "face_node_connectivity": "face_nodes",
        "grid_mapping": "crs",
    }
    x, y = np.ascontiguousarray(points.T)
    return xr.Dataset(
        {
            "mesh": ((), np.int32(0), topology),
            "face_nodes": (("face", "three"), faces.astype("i4"), {"start_index": 0, "_FillValue": -1}),
        },
        coords={
            "node_x": ("node", x, {"standard_name": "projection_x_coordinate", "units": "m"}),
            "node_y": ("node", y, {"standard_name": "projection_y_coordinate", "units": "m"}),
            "crs": crs,
        },
    )
