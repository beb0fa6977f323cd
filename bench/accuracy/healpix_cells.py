"""Centres and corners of HEALPix cells in the nested order, from the formulas of Gorski et al. (2005)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .polygons import Values

_ROW = np.array([2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4])
_COLUMN = np.array([1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7])


def centres(nside: int) -> Values:
    """Unit vectors of the centres."""
    face, x, y = _places(nside)
    return _on_sphere(face, (x + 0.5) / nside, (y + 0.5) / nside)


def corners(nside: int) -> Values:
    """Unit vectors (cell, 4, 3) of the corners, counter-clockwise from the south."""
    face, x, y = _places(nside)
    steps = ((0, 0), (1, 0), (1, 1), (0, 1))
    around = [_on_sphere(face, (x + right) / nside, (y + left) / nside) for right, left in steps]
    return np.stack(around, axis=1)


def _places(nside: int) -> tuple[NDArray[np.int64], Values, Values]:
    """Face of each cell, and its column and row there: every second bit of its number."""
    number = np.arange(12 * nside**2)
    face, inside = np.divmod(number, nside**2)
    x, y = np.zeros_like(inside), np.zeros_like(inside)
    for bit in range(nside.bit_length()):
        x |= (inside >> 2 * bit & 1) << bit
        y |= (inside >> 2 * bit + 1 & 1) << bit
    return face, x.astype(float), y.astype(float)


def _on_sphere(face: NDArray[np.int64], x: Values, y: Values) -> Values:
    """Points given by face and by place on it, each from 0 to 1 north-eastwards and north-westwards."""
    from_pole = _ROW[face] - x - y
    cap = np.minimum(np.minimum(from_pole, 4 - from_pole), 1.0)
    polar = 1 - cap**2 / 3
    height = np.where(from_pole < 1, polar, np.where(from_pole > 3, -polar, (2 - from_pole) * 2 / 3))
    east = np.divide(x - y, cap, out=np.zeros_like(x), where=cap > 1e-14)
    lon = np.pi / 4 * (_COLUMN[face] + east)
    flat = cap * np.sqrt((2 - cap**2 / 3) / 3)
    flat = np.where(cap < 1, flat, np.sqrt(np.maximum(1 - height**2, 0)))
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), height], axis=-1)
