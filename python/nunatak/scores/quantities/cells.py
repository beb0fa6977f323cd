"""Cells of a model beside observed ones: one grid, one unit, weights and groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from nunatak.arguments import found
from nunatak.errors import ArgumentError
from nunatak.grids import cell_area
from nunatak.grids.recognition import find_horizontal
from nunatak.scores.alignment import labelled_like
from nunatak.scores.point_groups import cell_labels, of_regions
from nunatak.scores.quantities.units import in_unit_of
from nunatak.time import time_dimension

__all__ = ["cell_centres", "cell_groups", "cell_weights", "check_uncertain", "like", "spread_over"]


def like(name: str, array: xr.DataArray, other_name: str, other: xr.DataArray) -> xr.DataArray:
    """The other array as float64 on the grid, in the order and in the unit of the first.

    Raises
    ------
    ArgumentError
        When the first has records in time, and when the other has other dimensions, coordinates or units.
    """
    for own_name, own in ((name, array), (other_name, other)):
        if own.dtype.kind not in "biuf":
            raise ArgumentError(f"{own_name}: found {found(own)}, expected numbers")
    dim = time_dimension(array)
    if dim is not None:
        raise ArgumentError(
            f"{name}: found dimensions {array.dims}, expected those of one map; select one record along "
            f"{dim!r}, such as {name}.isel({dim}=-1)"
        )
    if set(array.dims) != set(other.dims):
        raise ArgumentError(
            f"{other_name}: found dimensions {other.dims}, expected those of {name}, {array.dims}; select "
            "one time of "
            "both, and bring them to one grid: nk.regrid(observed, model)"
        )
    other = in_unit_of(name, array, other_name, labelled_like(name, array, other_name, other))
    return other.transpose(*array.dims).astype(np.float64)


def spread_over(
    model: xr.DataArray, name: str, values: Any, default: float, of: xr.DataArray | None = None
) -> np.ndarray:
    """One number for each cell: a number for all, or an array on the model's grid. All are 0 or more.

    Those that state no unit are in the unit of the array that they are ``of``, and all are brought to the
    model's.

    Raises
    ------
    ArgumentError
        For negative or infinite ones, and for arrays on other grids or in units of something else.
    """
    if values is None:
        return np.full(model.shape, default)
    if isinstance(values, int | float | np.number) and not isinstance(values, bool):
        values = xr.DataArray(float(values))
    if not isinstance(values, xr.DataArray) or values.dtype.kind not in "biuf":
        raise ArgumentError(
            f"{name}: found {found(values)}, expected a number or a DataArray on the model's grid"
        )
    if of is not None and not str(values.attrs.get("units", "")).strip():
        values = values.assign_attrs(units=of.attrs.get("units", ""))
    if values.ndim:
        own = like("model", model, name, values).values
    else:
        own = np.full(model.shape, float(in_unit_of("model", model, name, values)))
        if np.isnan(own).any():
            raise ArgumentError(f"{name}: found nan, expected a number of 0 or more")
    wrong = own[(own < 0) | np.isinf(own)]
    if wrong.size:
        raise ArgumentError(f"{name}: found {wrong[0]:g}, expected finite numbers of 0 or more")
    return own


def check_uncertain(total: np.ndarray, usable: np.ndarray, sigma: Any) -> None:
    """That no compared cell is exact, unless errors are given for none: it would outweigh all others.

    Raises
    ------
    ArgumentError
        When some are.
    """
    exact = usable & (total == 0)
    if exact.any() and (sigma is not None or total[usable].any()):
        name = "discrepancy" if sigma is None else "sigma"
        raise ArgumentError(
            f"{name}: found 0 in {int(exact.sum()):,} of "
            f"{int(usable.sum()):,} compared cells, expected above 0, or missing where a cell is not to "
            f"count: {name}.where({name} > 0)"
        )


def cell_weights(model: xr.DataArray, weights: xr.DataArray | None, crs: str | None) -> np.ndarray:
    """True areas (m2), or the weights that are given, in whatever unit.

    Raises
    ------
    ArgumentError
        When the model has dimensions beside those of its grid, and no weights are given.
    GridError
        When the grid of the model is not known; the message says what was looked for.
    """
    if weights is not None:
        own = weights.drop_attrs() if isinstance(weights, xr.DataArray) else weights
        return np.nan_to_num(spread_over(model, "weights", own, 1.0))
    area = cell_area(model, crs=crs)
    if set(area.dims) != set(model.dims):
        raise ArgumentError(
            f"model: found dimensions {model.dims}, expected those of its grid, {area.dims}; select one map"
        )
    return area.transpose(*model.dims).values


def cell_centres(model: xr.DataArray, crs: str | None, argument: str) -> tuple[np.ndarray, np.ndarray, Any]:
    """x and y (m) of the cells of a map, in the order of the model, and its reference system.

    Raises
    ------
    ArgumentError
        For a grid of another family, and one in degrees.
    """
    horizontal = find_horizontal(model, crs=crs)
    grid = horizontal.grid
    if grid.family != "rectilinear" or grid.crs.is_geographic or set(horizontal.dims) != set(model.dims):
        raise ArgumentError(f"{argument}: expected a model on a grid of a map (y, x in metres) for it")
    x, y = (np.ascontiguousarray(part) for part in np.meshgrid(grid.x, grid.y))
    order = [horizontal.dims.index(dim) for dim in model.dims]
    return x.transpose(order), y.transpose(order), grid.crs


def cell_groups(model: xr.DataArray, by: Any, crs: str | None) -> np.ndarray:
    """The group of each cell, as text; empty where it is in none. See :func:`groups_at`."""
    if isinstance(by, xr.DataArray):
        if set(by.dims) != set(model.dims):
            raise ArgumentError(f"by: found dimensions {by.dims}, expected those of the model, {model.dims}")
        return cell_labels(labelled_like("model", model, "by", by).transpose(*model.dims))
    x, y, system = cell_centres(model, crs, "by")
    places = system.inverse(*(np.ascontiguousarray(part.ravel()) for part in (x, y)))
    return of_regions(by, *places).reshape(model.shape)
