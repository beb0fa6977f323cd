"""Residuals of cells on the model's own grid, with their errors."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import xarray as xr

from nunatak._nunatak import height_unit, score_residuals
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import find_horizontal
from nunatak.points.columns import known_sigma
from nunatak.scores.alignment import labelled_like
from nunatak.scores.discrepancy import discrepancy_option
from nunatak.scores.error_budget import no_shared_errors
from nunatak.scores.formulas import LEVELS
from nunatak.scores.residuals import Datum

__all__ = ["compare_cells"]


def compare_cells(
    model: xr.DataArray, cells: xr.Dataset, discrepancy: Any, datum: Datum
) -> tuple[dict[str, Any], xr.Dataset]:
    """Cell by cell, on one grid: the score, and the cells with ``model`` and ``residual`` (m).

    Raises
    ------
    ArgumentError
        For cells on another grid or above another datum than the model.
    """
    _check_same_grid(model, cells)
    _check_datum(cells, datum)
    observed = cells["height"]
    model = labelled_like("the cells", observed, "the model", model)
    if isinstance(discrepancy, xr.DataArray) and discrepancy.ndim:
        if set(discrepancy.dims) != set(observed.dims):
            raise ArgumentError(
                f"discrepancy: found dimensions {discrepancy.dims}, expected those of the cells, "
                f"{observed.dims}"
            )
        like_cells = labelled_like("the cells", observed, "discrepancy", discrepancy)
        discrepancy = like_cells.transpose(*observed.dims)
    metres = height_unit(str(model.name), str(model.attrs.get("units", "")))
    attributes = {"units": "m", "long_name": "modelled surface elevation"}
    attributes |= {name: observed.attrs[name] for name in ("grid_mapping",) if name in observed.attrs}
    modelled = metres * model.transpose(*observed.dims).values
    difference = (observed - modelled).rename("residual")
    option, alone = discrepancy_option(discrepancy, difference.size)
    sigma = np.hypot(known_sigma(_float64(cells["sigma_total"])), alone)
    numbers = np.arange(sigma.size, dtype=np.int64)
    places = None if option is None else _places(cells)
    residual = _float64(difference)
    score = score_residuals(
        residual, sigma, no_shared_errors(sigma.size), numbers, places, 0.0, option, LEVELS
    )
    score.pop("passes")
    compared = cells.assign(model=(observed.dims, modelled, attributes), residual=difference)
    return score, compared


def _places(cells: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the cells, in the order of their heights."""
    horizontal = find_horizontal(cells)
    if tuple(horizontal.dims) != tuple(cells["height"].dims):
        raise ArgumentError(
            f"observations: found cells with dimensions {cells['height'].dims}, expected {horizontal.dims}"
        )
    longitude, latitude = horizontal.grid.centres()
    return np.ascontiguousarray(longitude), np.ascontiguousarray(latitude)


def _float64(column: xr.DataArray) -> np.ndarray:
    return np.ascontiguousarray(column.values, dtype=np.float64).ravel()


def _check_datum(cells: xr.Dataset, datum: Datum) -> None:
    """Cells are heights above one datum: it must be the model's."""
    if cells.attrs.get("reference", "none") != "none":
        raise ArgumentError(
            "the cells hold heights less a reference; aggregate the heights themselves to compare them"
        )
    if "vertical_datum" not in cells.attrs:
        raise ArgumentError(
            "observations: the cells do not say what their heights are above; keep the attributes that "
            "nk.aggregate "
            "gives (vertical_datum), also through arithmetic: xr.set_options(keep_attrs=True)"
        )
    if datum not in get_args(Datum):
        raise ArgumentError(f"datum: found {datum!r}, expected 'geoid' or 'ellipsoid'")
    found = "geoid" if cells.attrs["vertical_datum"] == "geoid" else "ellipsoid"
    if found != datum:
        advice = (
            "aggregate points.above_geoid()" if datum == "geoid" else "aggregate points above the ellipsoid"
        )
        raise ArgumentError(f"the cells are above the {found}, the model above the {datum}: {advice}")


def _check_same_grid(model: xr.DataArray, cells: xr.Dataset) -> None:
    missing = [name for name in ("height", "sigma_total") if name not in cells]
    if missing:
        raise ArgumentError(
            f"observations: expected points or a dataset of nk.aggregate; it lacks {', '.join(missing)}"
        )
    dims = cells["height"].dims
    if set(model.dims) != set(dims):
        raise ArgumentError(
            f"the model has dimensions {model.dims}, the cells {dims}; select one time and one grid"
        )
