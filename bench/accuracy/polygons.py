"""Cells of great circles on the unit sphere: outlines, areas and averages over them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Indices = NDArray[np.int64]

_ORDER = 5


def unit_vectors(lon: Values, lat: Values) -> Values:
    """Points of the unit sphere, from degrees."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def longitude_latitude(vectors: Values) -> tuple[Values, Values]:
    """Degrees, from points of the unit sphere; exact next to the poles too."""
    flat = np.hypot(vectors[..., 0], vectors[..., 1])
    lon, lat = np.arctan2(vectors[..., 1], vectors[..., 0]), np.arctan2(vectors[..., 2], flat)
    return np.degrees(lon), np.degrees(lat)


def areas(corners: Values) -> Values:
    """Areas (steradian) of polygons with corners (cell, corner, 3), counter-clockwise; corners may repeat."""
    first, second = corners[:, 1:-1], corners[:, 2:]
    apex = corners[:, :1]
    triple = (apex * np.cross(first, second)).sum(-1)
    dots = [(a * b).sum(-1) for a, b in ((apex, first), (first, second), (second, apex))]
    return (2 * np.arctan2(triple, 1 + sum(dots))).sum(1)


def shared_corners(corners: Values) -> tuple[Values, Indices]:
    """Every corner once, and for each cell the numbers of its corners."""
    flat = corners.reshape(-1, 3)
    # An odd shift, so that no coordinate of a regular grid lies where rounding changes its mind.
    _, first, numbers = np.unique(
        np.round(flat + 1.2345e-5, 9), axis=0, return_index=True, return_inverse=True
    )
    return flat[first], numbers.reshape(corners.shape[:2])


def outlines(numbers: Indices) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """How many corners each cell has and their numbers one after another, without repeated ones."""
    distinct = numbers != np.roll(numbers, 1, axis=1)
    return distinct.sum(1).astype(np.int32), numbers[distinct].astype(np.int32)


def averages(function: Callable[[Values, Values], Values], corners: Values) -> Values:
    """Averages over cells by Gauss-Legendre points in the triangles of each (degree 8 on flat triangles)."""
    integral, area = np.zeros(len(corners)), np.zeros(len(corners))
    for number in range(1, corners.shape[1] - 1):
        points, weights = _quadrature(corners[:, 0], corners[:, number], corners[:, number + 1])
        lon, lat = longitude_latitude(points)
        integral += (weights * function(np.radians(lon), np.radians(lat))).sum(1)
        area += weights.sum(1)
    return integral / area


def _quadrature(a: Values, b: Values, c: Values) -> tuple[Values, Values]:
    """Points (triangle, point, 3) of spherical triangles, and their weights."""
    nodes, lengths = np.polynomial.legendre.leggauss(_ORDER)
    s, t = np.meshgrid((nodes + 1) / 2, (nodes + 1) / 2, indexing="ij")
    flat_weights = (np.outer(lengths, lengths) / 4 * s).ravel()
    u, v = (s * (1 - t)).ravel()[:, None], (s * t).ravel()[:, None]
    flat = a[:, None] + u * (b - a)[:, None] + v * (c - a)[:, None]
    length = np.linalg.norm(flat, axis=-1)
    height = np.abs((a * np.cross(b - a, c - a)).sum(-1))[:, None]
    return flat / length[..., None], flat_weights * height / length**3
