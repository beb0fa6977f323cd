"""Heights of cells by ordinary block kriging in NumPy: point by point, with dense matrices.

It takes the shape of the surface from the attributes of a result and its roughness from the result, and
shares nothing with the estimate that it is held against: covariances are means over all pairs of points, the
cell is a fine lattice, and the weights solve the kriging system with its Lagrange multiplier.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

__all__ = ["KrigedCell", "correlation", "krige", "neighbourhood_slopes"]

BLOCKS = 8
WEIGHT_FLOOR = 0.1
NODES = 24
"""Nodes of the cell along its width."""
RADIUS = 2.6
SAMPLES, LEAST_VARIANCE, LEAST_EXTENT = 3.0, 1e-4, 1e-4


class KrigedCell(NamedTuple):
    """Height (m) of a cell, its uncertainties (m), and the weight of each of its points in the height."""

    height: float
    sigma_random: float
    sigma_sampling: float
    weights: np.ndarray


class _Blocks(NamedTuple):
    """Points of a cell: offsets in its widths, (n, 2), their blocks, and each point's share in its block."""

    place: np.ndarray
    height: np.ndarray
    sigma: np.ndarray
    block: np.ndarray
    share: np.ndarray

    def means(self, values: np.ndarray) -> np.ndarray:
        weighted = (values.T * self.share).T
        return np.stack([weighted[self.block == block].sum(axis=0) for block in np.unique(self.block)])


def _blocks(offset: np.ndarray, height: np.ndarray, sigma: np.ndarray) -> _Blocks:
    column, row = np.clip(np.floor((offset + 0.5) * BLOCKS), 0, BLOCKS - 1).astype(int).T
    _, block = np.unique(row * BLOCKS + column, return_inverse=True)
    weight = 1.0 / (sigma**2 + WEIGHT_FLOOR**2)
    return _Blocks(offset, height, sigma, block, weight / np.bincount(block, weight)[block])


def neighbourhood_slopes(
    cells: Mapping[tuple[int, int], tuple[np.ndarray, np.ndarray, np.ndarray]],
    places: Mapping[tuple[int, int], np.ndarray],
) -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
    """Slope (m per width) of the neighbourhood of each cell and its covariance.

    ``cells`` has the offsets (in widths), heights and errors of the points by column and row, ``places``
    where each cell is in space (in widths).
    """
    information, moments = {}, {}
    for key, points in cells.items():
        blocks = _blocks(*points)
        place, height = blocks.means(blocks.place), blocks.means(blocks.height)
        place, height = place - place.mean(axis=0), height - height.mean()
        spread, tilt = place.T @ place / len(place), place.T @ height / len(place)
        padded = spread + LEAST_EXTENT * np.eye(2)
        left = (height**2).mean() - tilt @ np.linalg.solve(padded, tilt)
        weight = SAMPLES / max(left, LEAST_VARIANCE)
        information[key], moments[key] = spread * weight, tilt * weight
    pooled, squares = {}, []
    for key in cells:
        near = [other for other in cells if np.linalg.norm(places[other] - places[key]) <= RADIUS]
        pooled[key] = sum(information[other] for other in near), sum(moments[other] for other in near)
        known, axes = np.linalg.eigh(pooled[key][0])
        squares.append((axes[:, 1] @ pooled[key][1] / known[1]) ** 2)
    prior = np.eye(2) / max(np.mean(squares), LEAST_VARIANCE)
    slopes = {}
    for key, (known, moment) in pooled.items():
        covariance = np.linalg.inv(prior + known)
        slopes[key] = covariance @ moment, covariance
    return slopes


def correlation(cells: xr.Dataset, width: float, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Correlation of the surface between places (in widths) by the variogram that a result states."""
    stated = cells.attrs
    length, smooth = stated["correlation_length"] / width, stated["smoothing_length"] / width
    exponent, stretch = stated["variogram_exponent"], stated["stretch"]
    azimuth = np.radians(np.nan_to_num(stated["stretch_azimuth"]))
    lag = one[:, None, :] - other[None, :, :]
    along = (lag[..., 0] * np.cos(azimuth) + lag[..., 1] * np.sin(azimuth)) / np.sqrt(stretch)
    across = (lag[..., 1] * np.cos(azimuth) - lag[..., 0] * np.sin(azimuth)) * np.sqrt(stretch)
    squared = along**2 + across**2
    return np.exp((smooth ** (2 * exponent) - (squared + smooth**2) ** exponent) / length ** (2 * exponent))


def krige(
    cells: xr.Dataset,
    roughness: float,
    width: float,
    points: tuple[np.ndarray, np.ndarray, np.ndarray],
    slope: tuple[np.ndarray, np.ndarray],
    *,
    overlap: float = 1.0,
) -> KrigedCell:
    """Prediction of the mean of one cell.

    Parameters
    ----------
    cells
        The result that states the variogram.
    roughness
        That of the cell, m.
    width
        Of the cell, m.
    points
        Offsets from the centre (in widths), heights and random errors (m).
    slope
        That of the neighbourhood (m per width) and its covariance.
    overlap
        How many neighbouring points share their photons.
    """
    blocks = _blocks(*points)
    axis = (np.arange(NODES) + 0.5) / NODES - 0.5
    lattice = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    of_cell = correlation(cells, width, lattice, lattice).mean()
    scale = roughness**2 / (1.0 - of_cell)
    place = blocks.means(blocks.place)
    height = blocks.means(blocks.height - blocks.place @ slope[0])
    noise = overlap * blocks.means(blocks.share * blocks.sigma**2)
    between = blocks.means(blocks.means(correlation(cells, width, blocks.place, blocks.place)).T)
    count = len(height)
    system = np.ones((count + 1, count + 1))
    system[:count, :count] = scale * between + place @ slope[1] @ place.T + np.diag(noise)
    system[count, count] = 0.0
    with_cell = scale * blocks.means(correlation(cells, width, blocks.place, lattice).mean(axis=1))
    solution = np.linalg.solve(system, np.append(with_cell, 1.0))
    weights = solution[:count]
    variance = scale * of_cell - weights @ with_cell - solution[count]
    # A cell is as uncertain as passes that were held out, as far as it has not been seen.
    unseen = min(np.sqrt(variance) / roughness, 1.0)
    variance *= 1.0 + (cells.attrs["ratio_across_tracks"] - 1.0) * unseen
    random = (weights**2 * noise).sum()
    return KrigedCell(
        height=float(weights @ height),
        sigma_random=float(np.sqrt(random)),
        sigma_sampling=float(np.sqrt(max(variance - random, 0.0))),
        weights=weights[blocks.block] * blocks.share,
    )
