"""What Nunatak estimates of a campaign's cells, through the public API, beside the truth.

This is the one place that knows the names of arguments and results.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import nunatak as nk
from nunatak.samples import Campaign, GeolocationErrors
from nunatak.samples.projection import project

Field = NDArray[np.float64]


class CellErrors(NamedTuple):
    """Errors of the cells of one campaign, of those that have an estimate (m).

    Attributes
    ----------
    height, mean
        Estimate of the cell, and mean where the tracks went, less the truth.
    stated
        Stated uncertainty of the estimate.
    formal
        The naive one, 1 / sqrt(sum of weights) of the formal errors.
    """

    height: Field
    mean: Field
    stated: Field
    formal: Field


class RegionErrors(NamedTuple):
    """Errors of means over regions of one campaign (m).

    Attributes
    ----------
    cells
        Number of cells of each region.
    error, stated
        Mean less truth, and its stated uncertainty.
    independent
        The uncertainty that cells taken as independent would give.
    """

    cells: Field
    error: Field
    stated: Field
    independent: Field


def aggregated(campaign: Campaign, errors: GeolocationErrors) -> xr.Dataset:
    """Cells of a campaign, with its own constants of the geolocation error where they are an argument."""
    constants = {"radial": errors.radial, "along": errors.horizontal, "across": errors.horizontal}
    return nk.aggregate(nk.open_points(campaign.table), campaign.grid, geolocation=constants, covariance=True)


def cell_errors(campaign: Campaign, cells: xr.Dataset) -> CellErrors:
    """Errors of each cell that has a stated uncertainty."""
    truth = campaign.truth.height.values
    estimate, stated = cells.height.values, cells.sigma_total.values
    known = np.isfinite(estimate) & np.isfinite(stated)
    return CellErrors(
        (estimate - truth)[known],
        (cells["mean"].values - truth)[known],
        stated[known],
        _formal(campaign)[known],
    )


def region_errors(campaign: Campaign, cells: xr.Dataset, sides: tuple[int, ...]) -> RegionErrors:
    """Errors of the means over square blocks of cells, of each of these sides, that do not overlap."""
    size = campaign.grid.sizes["x"]
    results = []
    for side in sides:
        for row in range(0, size - side + 1, side):
            for column in range(0, size - side + 1, side):
                chosen = np.zeros((size, size), dtype=bool)
                chosen[row : row + side, column : column + side] = True
                results.append(_region(campaign, cells, chosen))
    return RegionErrors(*np.array(results).reshape(-1, 4).T)


def _region(campaign: Campaign, cells: xr.Dataset, chosen: NDArray[np.bool_]) -> tuple[float, ...]:
    known = chosen & np.isfinite(cells.height.values) & np.isfinite(cells.sigma_total.values)
    count = int(known.sum())
    independent = float(np.sqrt(np.sum(cells.sigma_total.values[known] ** 2)) / count)
    region = xr.DataArray(known, dims=("y", "x"), coords={axis: cells[axis] for axis in ("y", "x")})
    found = nk.region_mean(cells, region)
    # The truth goes through the same weights: cells of a map differ in true area, and heights with them.
    true = nk.region_mean(cells.assign(height=cells.height.copy(data=campaign.truth.height.values)), region)
    return count, float(found.height - true.height), float(found.sigma_total), independent


def _formal(campaign: Campaign) -> Field:
    """1 / sqrt(sum of 1 / height_sigma**2) of each cell (m)."""
    table, grid = campaign.table, campaign.grid
    x, y = project(table.longitude.to_numpy(), table.latitude.to_numpy())
    size, spacing = grid.sizes["x"], float(grid.x[1] - grid.x[0])
    column, row = (
        np.clip(((place - float(axis[0])) / spacing + 0.5).astype(np.int64), 0, size - 1)
        for place, axis in ((x, grid.x), (y, grid.y))
    )
    weights = 1 / table.height_sigma.to_numpy().astype(np.float64) ** 2
    with np.errstate(divide="ignore"):
        return 1 / np.sqrt(np.bincount(row * size + column, weights, size * size).reshape(size, size))
