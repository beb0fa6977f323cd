"""Mean heights of regions, with what their cells share."""

from __future__ import annotations

import numpy as np
import xarray as xr

from nunatak.arguments import check_arguments
from nunatak.errors import ArgumentError

__all__ = ["region_mean"]

_NEEDED = ("height", "sigma_random", "sigma_sampling", "part_cell", "part_overpass")


def region_mean(
    cells: xr.Dataset,
    region: xr.DataArray | None = None,
    *,
    weights: xr.DataArray | None = None,
) -> xr.Dataset:
    """Mean height of a region and its uncertainty, of cells that share overpasses.

    Parameters
    ----------
    cells
        Result of :func:`nunatak.aggregate` with ``covariance=True``.
    region
        True where a cell belongs to the region, on the dimensions of the cells. None: all cells.
    weights
        Weight of each cell, such as its area (:func:`nunatak.cell_area`). None: all alike.

    Returns
    -------
    Dataset
        ``height``, ``sigma_random``, ``sigma_correlated``, ``sigma_sampling``, ``sigma_common`` and
        ``sigma_total`` (m), and ``count``, the number of cells. Cells without a height are left out; a region
        without any holds NaN.

    Notes
    -----
    With w the weights of the cells, of sum 1: random and sampling errors are independent between cells, ``sum
    w^2 sigma^2``; the error of an overpass is the same in all cells, ``sum over overpasses and directions of
    (sum over cells w part)^2``; the common error stays what it is.

    Raises
    ------
    ArgumentError
        For cells without ``covariance=True``, or a region or weights on other dimensions.
    """
    check_arguments(region_mean, {"cells": cells, "region": region, "weights": weights})
    missing = [name for name in _NEEDED if name not in cells]
    if missing:
        raise ArgumentError(
            f"cells: it lacks {', '.join(missing)}, expected a dataset of nk.aggregate(..., covariance=True)"
        )
    height = cells["height"]
    inside = np.isfinite(height.values) & _like(height, region, "region", True).astype(bool)
    weight = np.where(inside, _like(height, weights, "weights", 1.0), 0.0)
    if not np.all(np.isfinite(weight) & (weight >= 0.0)):
        raise ArgumentError(
            "weights: found a value that is negative or missing, expected 0 or more in every cell"
        )
    total = weight.sum()
    weight = (weight / total if total > 0.0 else np.full(weight.shape, np.nan)).ravel()
    used = inside.ravel()

    def independent(name: str) -> float:
        return float(np.sqrt(np.sum((weight[used] * cells[name].values.ravel()[used]) ** 2)))

    correlated = _shared(cells, weight) if total > 0.0 else np.nan
    common = float(cells.attrs.get("sigma_common", 0.0))
    parts = {
        "sigma_random": independent("sigma_random") if total > 0.0 else np.nan,
        "sigma_correlated": correlated,
        "sigma_sampling": independent("sigma_sampling") if total > 0.0 else np.nan,
        "sigma_common": common,
    }
    mean = float(np.sum(weight[used] * height.values.ravel()[used])) if total > 0.0 else np.nan
    values = {"height": mean, **parts, "sigma_total": float(np.sqrt(sum(part**2 for part in parts.values())))}
    result = xr.Dataset({name: ((), value, {"units": "m"}) for name, value in values.items()})
    result["count"] = ((), int(used.sum()), {"units": "1", "long_name": "number of cells"})
    kept = ("vertical_datum", "reference", "geolocation", "nunatak_version")
    return result.assign_attrs({name: cells.attrs[name] for name in kept if name in cells.attrs})


def _like(height: xr.DataArray, given: xr.DataArray | None, name: str, default: float) -> np.ndarray:
    """Values in the order of the cells."""
    if given is None:
        return np.full(height.shape, default)
    if set(given.dims) != set(height.dims) or any(
        given.sizes[dim] != height.sizes[dim] for dim in given.dims
    ):
        raise ArgumentError(
            f"{name}: found dimensions {dict(given.sizes)}, expected those of the cells, {dict(height.sizes)}"
        )
    if given.dtype.kind not in "biuf":
        raise ArgumentError(f"{name}: found values of {given.dtype}, expected numbers or booleans")
    return given.transpose(*height.dims).values


def _shared(cells: xr.Dataset, weight: np.ndarray) -> float:
    """Standard deviation of the mean by what overpasses share, m."""
    share = weight[cells["part_cell"].values]
    used = np.isfinite(share) & (share > 0.0)
    _, overpass = np.unique(cells["part_overpass"].values[used], return_inverse=True)
    names = ("part_radial", "part_along", "part_across")
    sums = [np.bincount(overpass, share[used] * cells[name].values[used]) for name in names]
    return float(np.sqrt(sum(np.sum(part**2) for part in sums)))
