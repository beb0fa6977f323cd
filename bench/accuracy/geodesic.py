"""The icosahedral grid: Voronoi cells of the points that cut every face of an icosahedron into triangles."""

from __future__ import annotations

import numpy as np
from scipy.spatial import ConvexHull, KDTree, SphericalVoronoi

from .polygons import Values

# The quoted grid icos39 is turned by this about the x axis (found from its published figures).
TURN = 0.3


def points(pieces: int, turn: float = TURN) -> Values:
    """Points that cut each edge into so many equal pieces, brought onto the sphere: 10 n^2 + 2."""
    corners = _icosahedron()
    faces = corners[ConvexHull(corners).simplices]
    steps = [(i, j) for i in range(pieces + 1) for j in range(pieces + 1 - i)]
    first, second = np.array(steps).T
    barycentric = np.stack([pieces - first - second, first, second], axis=1) / pieces
    every = (barycentric @ faces).reshape(-1, 3)
    every /= np.linalg.norm(every, axis=1)[:, None]
    return _once(every, 0.1 / pieces) @ _about_x(turn).T


def voronoi(generators: Values) -> Values:
    """Corners (cell, corner, 3) of the cells round points, counter-clockwise; the last may repeat."""
    diagram = SphericalVoronoi(generators)
    diagram.sort_vertices_of_regions()
    most = max(len(region) for region in diagram.regions)
    numbers = np.array([[*region, *[region[-1]] * (most - len(region))] for region in diagram.regions])
    corners = diagram.vertices[numbers]
    turning = (np.cross(corners[:, 0], corners[:, 1]) * generators).sum(1)
    corners[turning < 0] = corners[turning < 0][:, ::-1]
    return corners


def _icosahedron() -> Values:
    golden = (1 + 5**0.5) / 2
    plane = np.array([(0, one, two * golden) for one in (1, -1) for two in (1, -1)], dtype=float)
    corners = np.concatenate([np.roll(plane, shift, axis=1) for shift in range(3)])
    return corners / np.linalg.norm(corners, axis=1)[:, None]


def _once(every: Values, distance: float) -> Values:
    """Points without those that lie on an earlier one: edges belong to two faces."""
    pairs = KDTree(every).query_pairs(distance * 1e-3, output_type="ndarray")
    keep = np.ones(len(every), dtype=bool)
    keep[pairs.max(axis=1)] = False
    return every[keep]


def _about_x(angle: float) -> Values:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
