"""Cells of real points: pair against pair, one size of cell against another, more points of one pass."""

from __future__ import annotations

import warnings
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import nunatak as nk
from nunatak.samples.projection import project
from nunatak_testing.block_kriging import correlation, krige

from .bars import root_mean_square

Field = NDArray[np.float64]

_FEWEST = 50
"""Points that a pair must have in a cell."""

_PREDICTED, _MOST = 25, 600
"""Cells that are predicted by dense kriging, and points of one."""


class PairDifferences(NamedTuple):
    """Differences between two pairs' estimates of the same cell.

    Attributes
    ----------
    spacing
        Side of the cells (m).
    difference
        One pair's estimate less the other's (m).
    stated
        Its uncertainty (m): random and sampling errors of both; the errors of their overpass cancel.
    """

    spacing: float
    difference: Field
    stated: Field

    @property
    def spread(self) -> tuple[float, float]:
        """Root mean square and normalised median absolute deviation of the standardised differences."""
        z = self.difference / self.stated
        return root_mean_square(z), 1.4826 * float(np.median(np.abs(z - np.median(z))))


def antarctic_points(folder: Path) -> nk.Points:
    """The six beams of one continental track, on grounded ice: there the product has no ocean tide."""
    points = nk.open_points(sorted(map(str, folder.glob("ATL06_*_gt*.h5"))))
    return nk.Points(points.dataset.isel(segment=np.isnan(points.dataset.tide_ocean.values)))


def pair_against_pair(points: nk.Points, spacing: float) -> PairDifferences:
    """All differences between two of three pairs in cells where both have 50 points."""
    grid = nk.grid("EPSG:3031", spacing=spacing, bounds=points)
    pairs = points.dataset.pair.values
    cells = [_aggregated(nk.Points(points.dataset.isel(segment=pairs == pair)), grid) for pair in (1, 2, 3)]
    differences, stated = [], []
    for one, other in combinations(cells, 2):
        both = (one["count"].values >= _FEWEST) & (other["count"].values >= _FEWEST)
        differences.append((one.height.values - other.height.values)[both])
        stated.append(np.hypot(_own_error(one)[both], _own_error(other)[both]))
    return PairDifferences(spacing, np.concatenate(differences), np.concatenate(stated))


def sampling_across_sizes(points: nk.Points) -> list[tuple[float, float, float]]:
    """Spacing, and median sampling uncertainty: predicted by the surface fitted at 8 km, and fitted there."""
    fitted = _aggregated(points, nk.grid("EPSG:3031", spacing=8e3, bounds=points))
    rows = []
    for spacing in (2e3, 16e3):
        grid = nk.grid("EPSG:3031", spacing=spacing, bounds=points)
        own = _aggregated(points, grid)
        chosen = [cell for cell in zip(*np.nonzero(own["count"].values >= _FEWEST), strict=True)]
        chosen = chosen[:: -(-len(chosen) // _PREDICTED)]
        predicted = [_predicted(fitted, points, grid, cell) for cell in chosen]
        fitted_there = [float(own.sigma_sampling.values[cell]) for cell in chosen]
        rows.append((spacing, float(np.median(predicted)), float(np.nanmedian(fitted_there))))
    return rows


def _predicted(
    fitted: xr.Dataset, points: nk.Points, grid: xr.Dataset, cell: tuple[np.intp, np.intp]
) -> float:
    """Sampling uncertainty (m) of a cell of another size under the surface of a result, by dense kriging."""
    width = float(abs(grid.x[1] - grid.x[0]))
    table = points.dataset
    x, y = project(table.longitude.values, table.latitude.values)
    place = np.stack([x - float(grid.x[cell[1]]), y - float(grid.y[cell[0]])], 1) / width
    inside = np.flatnonzero(np.abs(place).max(axis=1) <= 0.5)
    inside = inside[:: -(-inside.size // _MOST)]
    sigma = np.nan_to_num(table.height_sigma.values[inside], nan=0.1)
    flat = (np.zeros(2), np.zeros((2, 2)))
    columns = (place[inside], np.zeros(inside.size), sigma)
    return krige(fitted, spread_within(fitted, 8e3, width), width, columns, flat).sigma_sampling


def spread_within(fitted: xr.Dataset, width: float, other: float) -> float:
    """Standard deviation within a cell of another width (m), by the variogram fitted to one width."""
    axis = (np.arange(24) + 0.5) / 24 - 0.5
    lattice = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    of_one, of_other = (1.0 - correlation(fitted, side, lattice, lattice).mean() for side in (width, other))
    return float(fitted.attrs["typical_spread"] * np.sqrt(of_other / of_one))


def shrinkage_with_points(paths: list[Path], spacing: float) -> tuple[float, int]:
    """Median ratio of a cell's stated uncertainty with all points to that with every fourth; and cells."""
    points = nk.open_points(list(map(str, paths)))
    grid = nk.grid("EPSG:3031", spacing=spacing, bounds=points)
    fewer = nk.Points(points.dataset.isel(segment=slice(None, None, 4)))
    names = ("sigma_random", "sigma_correlated")
    all_points, fourth = (_root_sum(_aggregated(part, grid), names) for part in (points, fewer))
    both = np.isfinite(all_points) & np.isfinite(fourth) & (fourth > 0)
    return float(np.median(all_points[both] / fourth[both])), int(both.sum())


def _aggregated(points: nk.Points, grid: xr.Dataset, **model: Any) -> xr.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        return nk.aggregate(points, grid, **model)


def _own_error(cells: xr.Dataset) -> Field:
    """What is not shared by the pairs of an overpass (m)."""
    return _root_sum(cells, ("sigma_random", "sigma_sampling"))


def _root_sum(cells: xr.Dataset, names: tuple[str, ...]) -> Field:
    """Root of the sum of squares of those components that are known."""
    squares = np.array([cells[name].values ** 2 for name in names if name in cells])
    known = np.isfinite(squares).any(axis=0)
    return np.where(known, np.sqrt(np.nansum(squares, axis=0)), np.nan)
