"""Cells of a model against observed cells: rates of elevation change, thickness, or any other field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import __version__
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.quantities.cells import (
    cell_centres,
    cell_groups,
    cell_weights,
    check_uncertain,
    like,
    spread_over,
)
from nunatak.scores.quantities.residual_score import CellResiduals
from nunatak.scores.quantities.result import QuantityComparison

__all__ = ["compare_field", "correlated_places", "numbers_by_group"]


@checked
def compare_field(
    model: xr.DataArray,
    observed: xr.DataArray,
    sigma: xr.DataArray | float | None = None,
    *,
    discrepancy: xr.DataArray | float = 0.0,
    correlation_length: float = 0.0,
    epoch_gap: float = 0.0,
    drift: xr.DataArray | float | None = None,
    by: Any = None,
    weights: xr.DataArray | None = None,
    crs: str | None = None,
) -> QuantityComparison:
    """Score a field of a model against observed cells: elevation change, thickness, or any other.

    Errors have the covariance ``s_i s_j exp(-d_ij / correlation_length) + e_i e_j``, with ``s**2 = sigma**2 +
    discrepancy**2`` and the term of epochs ``e = epoch_gap * drift``, which all cells share.

    Parameters
    ----------
    model
        On a grid that :func:`regrid` knows, without time: for example :func:`elevation_change`.
    observed
        On the same grid (by coordinates, in any order); a unit that differs is converted, as m s-1 to m yr-1.
        A GeoTIFF: ``rioxarray.open_rasterio(path, masked=True).squeeze("band")``, brought to the model's grid
        by :func:`regrid`.
    sigma
        Standard deviations of the observations, in the unit of ``observed`` where they state none; none when
        None, and there is no likelihood then. Missing where a cell is not to count, never 0 without a
        discrepancy.
    discrepancy
        Standard deviation of what the model cannot represent, in the model's unit where it states none.
    correlation_length
        Distance (m) over which errors are correlated; 0 for independent cells, which is rarely true of
        products that smooth. Of more than 4,000 cells the likelihood is that of independent ones to the
        power ``n_eff / n``.
    epoch_gap, drift
        Years from the model's epoch to that of the observation, and the standard deviation of the quantity's
        change in a year: what the mismatch may be worth.
    by
        Groups of cells, whose numbers :attr:`QuantityComparison.groups` holds: labels on the grid, regions
        by name, a GeoDataFrame or GeoJSON.
    weights
        Of the cells, in any unit; true areas when None.
    crs
        Coordinate reference system of the model, which wins over its own.

    Returns
    -------
    QuantityComparison
        ``n``, weighted ``bias``, ``bias_sigma``, ``rmse``, ``centred_rmse``, ``mae``; ``n_eff``, the number
        of independent cells of which a bias would be as well known; ``chi2_reduced``, ``log_likelihood`` and
        ``epoch_term``, the root mean square of the term of epochs. NaN cells are left out.

    Raises
    ------
    ArgumentError
        For other grids or units, dimensions of time, errors that are negative or 0, or nothing to compare.
    GridError
        When the grid is not known and no weights are given.
    """
    _check_settings(correlation_length, epoch_gap)
    residual = like("model", model, "observed", observed) - model.astype(np.float64)
    residual = residual.rename("residual").assign_attrs(_units(model))
    known = spread_over(model, "sigma", sigma, 0.0, observed)
    total = np.hypot(known, spread_over(model, "discrepancy", discrepancy, 0.0))
    epochs = epoch_gap * spread_over(model, "drift", drift, 0.0)
    places = correlated_places(model, correlation_length, crs)
    area = cell_weights(model, weights, crs)
    cells = CellResiduals(residual.values, total, area, epochs, places, correlation_length)
    usable = cells.usable
    if not usable.any():
        raise ArgumentError(
            "observed: found no cell that has a value, an uncertainty and a value of the model"
        )
    check_uncertain(total, usable, sigma)

    def numbers(mask: np.ndarray) -> dict[str, float]:
        chosen = cells.select(mask & usable)
        term = float(np.sqrt(np.mean(chosen.shared**2))) if chosen.shared.size else np.nan
        return chosen.numbers() | {"epoch_term": term}

    settings = {
        "version": __version__,
        "model": str(model.name),
        "units": model.attrs.get("units"),
        "correlation_length": correlation_length,
        "epoch_gap": epoch_gap,
        "weights": "true areas" if weights is None else "given",
    }
    groups = None if by is None else numbers_by_group(cell_groups(model, by, crs), usable, numbers)
    return QuantityComparison(numbers(usable), groups, residual, settings)


def _units(model: xr.DataArray) -> dict[str, Any]:
    return {name: model.attrs[name] for name in ("units", "grid_mapping") if name in model.attrs}


def _check_settings(correlation_length: float, epoch_gap: float) -> None:
    if not 0 <= correlation_length < 1e9:
        raise ArgumentError(f"correlation_length: found {correlation_length!r}, expected metres, 0 or more")
    if not -1e6 < epoch_gap < 1e6:
        raise ArgumentError(f"epoch_gap: found {epoch_gap!r}, expected years")


def correlated_places(
    model: xr.DataArray, correlation_length: float, crs: str | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """x and y (m) of the cells where errors are correlated."""
    if correlation_length == 0.0:
        return None
    x, y, _ = cell_centres(model, crs, "correlation_length")
    return x, y


def numbers_by_group(
    labels: np.ndarray, usable: np.ndarray, numbers: Callable[[np.ndarray], dict[str, float]]
) -> pd.DataFrame:
    """Numbers of the cells of each group.

    Raises
    ------
    ArgumentError
        When no cell that is compared is in any.
    """
    names = sorted({str(label) for label in labels[usable] if label != ""})
    if not names:
        raise ArgumentError(
            "by: found no compared cell in any of its groups, expected groups where the cells are"
        )
    return pd.DataFrame([numbers(labels == name) for name in names], pd.Index(names, name="group"))
