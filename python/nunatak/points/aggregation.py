"""Aggregation of altimetry points to the cells of a grid, with three separate uncertainties."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import __version__, aggregate_points
from nunatak.errors import ArgumentError, NunatakWarning
from nunatak.grids.global_grids import listed_coordinates
from nunatak.grids.recognition import HorizontalGrid, find_horizontal
from nunatak.grids.rectilinear import target_coordinates, target_shapes
from nunatak.io.cf import described, history, narrow
from nunatak.points.columns import DIMENSION
from nunatak.points.points import Points

__all__ = ["aggregate"]

_WEIGHT_FLOOR = 0.1

_FIELDS: dict[str, tuple[str, str]] = {
    "mean": ("weighted mean, w = 1/(height_sigma^2 + weight_floor^2)", "area: mean"),
    "plain_mean": ("unweighted mean", "area: mean"),
    "median": ("median", "area: median"),
    "spread": ("standard deviation of the points (population)", "area: standard_deviation"),
    "nmad": ("normalised median absolute deviation of the points, 1.4826 MAD", ""),
    "sigma_random": ("uncertainty of the mean from errors independent between segments", ""),
    "sigma_correlated": ("uncertainty of the mean from errors shared within a pass", ""),
    "sigma_sampling": ("uncertainty of the mean from the part of the cell that no track sees", ""),
    "sigma_total": ("total uncertainty of the mean: root of the sum of the three squares", ""),
    "effective_count": ("effective number of independent samples of the surface", ""),
    "offset_x": ("offset of the weighted centroid from the cell centre along x", ""),
    "offset_y": ("offset of the weighted centroid from the cell centre along y", ""),
    "offset_distance": ("distance of the weighted centroid from the cell centre", ""),
}


def aggregate(
    points: Points,
    grid: xr.Dataset | xr.DataArray,
    *,
    reference: str | xr.DataArray | np.ndarray | None = None,
    correlation_length: float | None = None,
    minimum_count: int = 1,
) -> xr.Dataset:
    """Mean height per cell with a random, a correlated and a sampling uncertainty.

    Parameters
    ----------
    points
        Points with a height; those outside the grid are left out with a warning, those without a height
        are left out.
    grid
        Target grid of any family: a Dataset as :func:`nunatak.grid` or :func:`nunatak.healpix` makes it, or
        anything a grid can be read from.
    reference
        Height to subtract from each point before averaging: a column such as ``"dem_height"``, or one value
        per segment (a model interpolated to the points). Comparing at the point takes the shape of the
        surface out of the cell: spread and sampling uncertainty become those of the difference, often ten
        times smaller than those of the height.
    correlation_length
        Length L of ``exp(-d/L)``, m, over which the surface within a cell resembles itself. None estimates
        one for all cells from the autocorrelation along the tracks. This is about the surface, not about
        the errors: the geolocation error is taken as fully shared within a pass in a cell.
    minimum_count
        Cells with fewer points hold NaN (their count stays).

    Returns
    -------
    Dataset
        On the dimensions of the grid; of a HEALPix grid only the cells that hold a point, with a coordinate
        of their numbers, so that memory goes with them however fine the level. ``count``, ``passes``,
        ``mean``, ``plain_mean``, ``median``, ``spread``, ``nmad``, ``sigma_random``, ``sigma_correlated``,
        ``sigma_sampling``, ``sigma_total``, ``effective_count``, ``offset_x``, ``offset_y``,
        ``offset_distance``, ``first_time``, ``last_time``.
        An uncertainty whose input is unknown (no ``height_sigma``, no ``sigma_geo``) is NaN, and so is the
        total.

    Notes
    -----
    With ``w = 1/(s_i^2 + (0.1 m)^2)`` and s_i the ``height_sigma`` of segment i: random ``sqrt(sum w^2
    s_i^2) / sum w``; correlated ``sqrt(sum over passes (sum w sigma_geo)^2) / sum w``; sampling ``sqrt(s^2
    e + E[(g d)^2])`` with s the spread about a plane of slope g, e the extension variance of the tracks to
    the cell (Matheron 1971) and d the offset of the centroid. ``docs/altimetry.md`` derives them.

    Raises
    ------
    ArgumentError
        For a reference of another length or an unknown column.
    GridError
        When no grid can be read.
    """
    dataset = points.dataset
    if minimum_count < 1:
        raise ArgumentError(f"minimum_count: found {minimum_count}, expected 1 or more")
    horizontal = find_horizontal(grid)
    heights = dataset.height.values.astype(float) - _reference(points, reference)
    result = aggregate_points(
        horizontal.grid,
        longitude=_column(dataset, "longitude"),
        latitude=_column(dataset, "latitude"),
        time=_instants(dataset),
        height=heights,
        height_sigma=_column(dataset, "height_sigma"),
        sigma_geo=_column(dataset, "sigma_geo"),
        pass_id=_passes(dataset),
        correlation_length=correlation_length,
        minimum_count=minimum_count,
        weight_floor=_WEIGHT_FLOOR,
    )
    outside = int(np.isfinite(heights).sum() - result["count"].sum())
    if outside:
        warnings.warn(
            f"{outside:,} of {len(points):,} points lie outside the grid ({horizontal.grid.summary}) and are "
            "left out; nk.grid(crs, spacing=..., bounds=points) holds them all",
            NunatakWarning,
            stacklevel=2,
        )
    coordinates, mapping = _coordinates(grid, horizontal, result["cells"])
    variables = _variables(result, horizontal, mapping, reference)
    attributes = _provenance(result["model"], points, reference) | dict(horizontal.dataset_attrs)
    if result["cells"] is not None:
        attributes["healpix_latitudes"] = _latitudes(horizontal.mapping)
    attributes = narrow(attributes | {"points_outside_grid": outside})
    attributes = history(attributes, f"{len(points)} points aggregated to {horizontal.grid.summary}")
    return described(xr.Dataset(variables, coords=coordinates, attrs=attributes))


def _coordinates(
    grid: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid, cells: np.ndarray | None
) -> tuple[dict[Any, xr.Variable], str]:
    """Coordinates of the result: of the cells that hold points, when these are given by number."""
    if cells is not None:
        return listed_coordinates(grid, horizontal, cells)
    coordinates, mapping = target_coordinates(grid, horizontal)
    if horizontal.grid.family == "rectilinear":
        return coordinates, mapping
    shapes, bounds = target_shapes(grid, horizontal)
    for name, other in bounds.items():
        coordinates[name].attrs["bounds"] = other
    return coordinates | shapes, mapping


def _latitudes(mapping: Mapping[str, Any]) -> str:
    """Of which latitudes the cells of a HEALPix grid are made."""
    radius, inverse = mapping["semi_major_axis"], mapping["inverse_flattening"]
    if not inverse:
        return f"latitudes of a sphere of radius {radius:.3f} m"
    return (
        f"authalic latitudes of the ellipsoid with semi_major_axis {radius} m, inverse_flattening {inverse}"
    )


def _column(dataset: xr.Dataset, name: str) -> np.ndarray:
    if name not in dataset:
        return np.full(dataset.sizes[DIMENSION], np.nan)
    return np.ascontiguousarray(dataset[name].values, dtype=float)


def _instants(dataset: xr.Dataset) -> np.ndarray:
    if "time" not in dataset:
        return np.full(dataset.sizes[DIMENSION], np.iinfo(np.int64).min)
    return np.ascontiguousarray(dataset.time.values.astype("datetime64[ns]")).view(np.int64)


def _passes(dataset: xr.Dataset) -> np.ndarray:
    if "pass_id" not in dataset:
        return np.zeros(dataset.sizes[DIMENSION], np.int32)
    return np.ascontiguousarray(dataset.pass_id.values, dtype=np.int32)


def _reference(points: Points, reference: str | xr.DataArray | np.ndarray | None) -> np.ndarray | float:
    if reference is None:
        return 0.0
    dataset = points.dataset
    if isinstance(reference, str):
        if reference not in dataset:
            raise ArgumentError(f"reference: no column {reference!r}; found {', '.join(map(str, dataset))}")
        return dataset[reference].values.astype(float)
    values = np.asarray(reference, dtype=float)
    if values.shape != (len(points),):
        raise ArgumentError(
            f"reference: expected {len(points)} values, one per segment; found {values.shape}"
        )
    return values


def _variables(
    result: dict[str, Any], horizontal: HorizontalGrid, mapping: str, reference: Any
) -> dict[str, xr.Variable]:
    dims, shape = horizontal.dims, result["shape"]
    common = {"grid_mapping": mapping, **horizontal.data_attrs}
    what = "surface height" if reference is None else "surface height minus reference"
    variables: dict[str, xr.Variable] = {
        "count": _variable(dims, result["count"], shape, "number of points", "1", common),
        "passes": _variable(dims, result["passes"], shape, "number of distinct passes", "1", common),
    }
    for name, (meaning, cell_methods) in _FIELDS.items():
        unit = "1" if name == "effective_count" else "m"
        about = meaning if name.startswith(("offset", "effective")) else f"{what}: {meaning}"
        more = {"cell_methods": cell_methods} if cell_methods else {}
        variables[name] = _variable(dims, result["fields"][name], shape, about, unit, common | more)
    variables["mean"].attrs["ancillary_variables"] = (
        "sigma_random sigma_correlated sigma_sampling sigma_total count"
    )
    for name, meaning in (("first_time", "first segment"), ("last_time", "last segment")):
        instants = result[name].view("datetime64[ns]").reshape(shape)
        variables[name] = xr.Variable(dims, instants, {"long_name": f"time of the {meaning}", **common})
    return variables


def _variable(
    dims: tuple[Hashable, ...],
    values: np.ndarray,
    shape: tuple[int, ...],
    meaning: str,
    unit: str,
    more: dict[str, Any],
) -> xr.Variable:
    return xr.Variable(dims, values.reshape(shape), {"long_name": meaning, "units": unit, **more})


def _provenance(model: dict[str, float | None], points: Points, reference: Any) -> dict[str, Any]:
    kept = ("granules", "quality_rule", "vertical_datum", "tide_correction", "sigma_geo_model")
    attributes: dict[str, Any] = {"Conventions": "CF-1.11", "title": "altimetry aggregated to cells"}
    attributes |= {name: points.dataset.attrs[name] for name in kept if name in points.dataset.attrs}
    attributes["reference"] = (
        reference if isinstance(reference, str) else ("none" if reference is None else "array")
    )
    attributes["error_model"] = (
        "random: independent; correlated: fully shared within (rgt, cycle, pair), independent between; "
        "sampling: extension variance of an exp(-d/L) surface about a plane, shrunk towards pooled values"
    )
    attributes["weight_floor"] = _WEIGHT_FLOOR
    for name, value in model.items():
        attributes[name] = np.nan if value is None else value
    return attributes | {"nunatak_version": __version__}
