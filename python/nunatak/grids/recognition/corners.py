"""Corners of the cells of a curvilinear grid that has only their centres."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nunatak.errors import GridError

__all__ = ["geographic_corners", "plane_corners"]

_CLOSES = 1.6
"""Columns close round the globe when the gap between the last and the first is at most this many columns."""


def plane_corners(x: np.ndarray, y: np.ndarray, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Corners (rows + 1, columns + 1) midway between centres on a map, extrapolated at the boundary."""
    centres = np.stack([x, y], axis=-1)
    _check_size(centres, what)
    centres = _padded(centres, lambda edge, inner: 2 * edge - inner)
    corners = _between(centres)
    return corners[..., 0], corners[..., 1]


def geographic_corners(
    longitude: np.ndarray, latitude: np.ndarray, what: str
) -> tuple[np.ndarray, np.ndarray]:
    """Corners (rows + 1, columns + 1) midway between centres (degrees) on the sphere.

    The centres beyond the boundary are mirror images along great circles, so that neither the antimeridian
    nor a pole matters; columns that close around the globe have no boundary.
    """
    centres = _vectors(longitude, latitude)
    _check_size(centres, what)
    closes = _closes(centres)
    if closes:
        centres = np.concatenate([centres[:, -1:], centres, centres[:, :1]], axis=1)
        centres = _padded(centres, _mirrored, columns=False)
    else:
        centres = _padded(centres, _mirrored)
    corners = _between(centres)
    if closes:
        corners[:, -1] = corners[:, 0]
    return _degrees(corners)


def _vectors(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    east, north = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


def _degrees(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y, z = np.moveaxis(vectors, -1, 0)
    reach = np.hypot(x, y)
    # Round-off beside a pole would be a longitude.
    at_pole = reach < 1e-12
    longitude = np.where(at_pole, 0.0, np.degrees(np.arctan2(y, x)))
    return longitude, np.where(at_pole, np.copysign(90.0, z), np.degrees(np.arctan2(z, reach)))


def _mirrored(edge: np.ndarray, inner: np.ndarray) -> np.ndarray:
    return 2 * np.sum(edge * inner, axis=-1, keepdims=True) * edge - inner


def _closes(centres: np.ndarray) -> bool:
    """Whether the last column is beside the first, in every row that is long enough to tell."""
    if centres.shape[1] < 4:
        return False
    steps = np.linalg.norm(np.diff(centres, axis=1), axis=-1).max(axis=1)
    gap = np.linalg.norm(centres[:, -1] - centres[:, 0], axis=-1)
    rows = np.isfinite(gap) & np.isfinite(steps)
    return bool(rows.any() and np.all(gap[rows] <= _CLOSES * steps[rows]))


def _check_size(centres: np.ndarray, what: str) -> None:
    if min(centres.shape[:2]) < 2:
        raise GridError(
            f"{what}: {centres.shape[0]} x {centres.shape[1]} cell centres have no bounds, and corners "
            "cannot be inferred from fewer than 2 x 2; add bounds (y, x, 4)"
        )


def _padded(
    centres: np.ndarray, beyond: Callable[[np.ndarray, np.ndarray], np.ndarray], columns: bool = True
) -> np.ndarray:
    """Centres with a row and a column more on every side."""
    if columns:
        west, east = beyond(centres[:, 0], centres[:, 1]), beyond(centres[:, -1], centres[:, -2])
        centres = np.concatenate([west[:, None], centres, east[:, None]], axis=1)
    south, north = beyond(centres[0], centres[1]), beyond(centres[-1], centres[-2])
    return np.concatenate([south[None], centres, north[None]], axis=0)


def _between(centres: np.ndarray) -> np.ndarray:
    return 0.25 * (centres[:-1, :-1] + centres[:-1, 1:] + centres[1:, :-1] + centres[1:, 1:])
