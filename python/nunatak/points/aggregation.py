"""Aggregation of altimetry points to the cells of a grid, with three separate uncertainties."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import __version__, aggregate_points
from nunatak.arguments import check_arguments, within_memory
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.grids.cell_coordinates import target_coordinates, target_shapes
from nunatak.grids.global_grids import listed_coordinates
from nunatak.grids.recognition import HorizontalGrid, find_horizontal
from nunatak.io.cf import described, history, narrow
from nunatak.points.arguments import as_points
from nunatak.points.columns import DIMENSION, known_sigma
from nunatak.points.points import Points
from nunatak.points.record import listed
from nunatak.points.reference import less_reference, reference_name

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


@within_memory("aggregate")
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
        Points with a height; those outside the grid, and those that have a height and no reference, are left
        out with a warning that counts them, those without a height are left out. A point of unknown
        ``height_sigma`` counts, and weighs next to nothing beside one whose error is known.
    grid
        Target grid of any family: a Dataset as :func:`nunatak.grid` or :func:`nunatak.healpix` makes it, or
        anything a grid can be read from.
    reference
        Height to subtract from each point before averaging: a column such as ``"dem_height"``, one value per
        segment in the datum of the points, or ``"model"``, the surface that :func:`residuals` found there, so
        that residuals are averaged. Comparing at the point takes the shape of the
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
        An uncertainty whose input is unknown at all points of a cell (no ``height_sigma``, no ``sigma_geo``)
        is NaN, and so is the total. Where ``sigma_geo`` is unknown at some, it is that of the others of their
        pass, or of the cell.

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
    points = as_points(points, "points")
    options = {"reference": reference, "correlation_length": correlation_length}
    check_arguments(aggregate, {"grid": grid, **options, "minimum_count": minimum_count})
    dataset = points.dataset
    if minimum_count < 1:
        raise ArgumentError(f"minimum_count: found {minimum_count}, expected 1 or more")
    horizontal = find_horizontal(grid)
    heights = less_reference(points, reference)
    missing = _without_reference(points, heights, reference)
    height_sigma, sigma_geo = (known_sigma(_column(dataset, name)) for name in ("height_sigma", "sigma_geo"))
    result = aggregate_points(
        horizontal.grid,
        longitude=_column(dataset, "longitude"),
        latitude=_column(dataset, "latitude"),
        time=_instants(dataset),
        height=heights,
        height_sigma=height_sigma,
        sigma_geo=sigma_geo,
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
            caller_stacklevel(),
        )
    unknown = _of_unknown_error(height_sigma, np.isfinite(heights))
    coordinates, mapping = _coordinates(grid, horizontal, result["cells"])
    variables = _variables(result, horizontal, mapping, reference)
    attributes = _provenance(result["model"], points, reference) | dict(horizontal.dataset_attrs)
    if result["cells"] is not None:
        attributes["healpix_latitudes"] = _latitudes(horizontal.mapping)
    counts = {
        "points_outside_grid": outside,
        "points_without_reference": missing,
        "points_of_unknown_height_sigma": unknown,
    }
    attributes = narrow(attributes | counts)
    attributes = history(attributes, f"{len(points)} points aggregated to {horizontal.grid.summary}")
    return described(xr.Dataset(variables, coords=coordinates, attrs=attributes))


def _without_reference(points: Points, heights: np.ndarray, reference: Any) -> int:
    """How many points have a height and no reference; with a warning."""
    count = int((np.isfinite(points.dataset.height.values) & ~np.isfinite(heights)).sum())
    if count:
        text = (
            f"{count:,} of {len(points):,} points have no value of the reference "
            f"({reference_name(reference)}) and are "
            "left out"
        )
        warnings.warn(text, NunatakWarning, caller_stacklevel())
    return count


def _of_unknown_error(height_sigma: np.ndarray, used: np.ndarray) -> int:
    """How many points have no random error; with a warning where others have one."""
    unknown = np.isnan(height_sigma) & used
    count = int(unknown.sum())
    if count and count < int(used.sum()):
        text = (
            f"{count:,} of {int(used.sum()):,} points have no known height_sigma: they count, and weigh "
            f"next to nothing "
            "beside those that have one"
        )
        warnings.warn(text, NunatakWarning, caller_stacklevel())
    return count


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
    return np.ascontiguousarray(np.nan_to_num(dataset.pass_id.values), dtype=np.int32)


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


def _provenance(model: dict[str, float | str | None], points: Points, reference: Any) -> dict[str, Any]:
    kept = ("granules", "quality_rule", "vertical_datum", "tide_correction", "sigma_geo_model")
    attributes: dict[str, Any] = {"Conventions": "CF-1.11", "title": "altimetry aggregated to cells"}
    attributes |= {name: points.dataset.attrs[name] for name in kept if name in points.dataset.attrs}
    if "granules" in attributes:
        attributes["granules"] = listed(attributes["granules"])
    attributes["reference"] = reference_name(reference)
    attributes["error_model"] = (
        "random: independent; correlated: fully shared within (rgt, cycle, pair), independent between; "
        "sampling: extension variance of an exp(-d/L) surface about a plane, shrunk towards pooled values"
    )
    attributes["weight_floor"] = _WEIGHT_FLOOR
    for name, value in model.items():
        attributes[name] = np.nan if value is None else value
    return attributes | {"nunatak_version": __version__}
