"""Statistics of cells as variables of a dataset."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr

from nunatak.grids.recognition import HorizontalGrid

__all__ = ["cell_variables", "overpass_parts"]

_PART = "overpass_part"
"""Dimension of what overpasses contribute to the errors of cells."""

_FIELDS: dict[str, tuple[str, str, str]] = {
    "height": ("predicted mean of the cell", "area: mean", "m"),
    "mean": (
        "weighted mean of the points, w = 1/(height_sigma^2 + weight_floor^2)",
        "area: mean",
        "m",
    ),
    "plain_mean": ("unweighted mean of the points", "area: mean", "m"),
    "median": ("median", "area: median", "m"),
    "spread": ("standard deviation of the points (population)", "area: standard_deviation", "m"),
    "nmad": ("normalised median absolute deviation of the points, 1.4826 MAD", "", "m"),
    "sigma_random": ("uncertainty of height from errors independent between segments", "", "m"),
    "sigma_correlated": ("uncertainty of height from errors shared within an overpass", "", "m"),
    "sigma_sampling": ("uncertainty of height from the part of the cell that no track sees", "", "m"),
    "sigma_total": ("total uncertainty of height: root of the sum of the squares", "", "m"),
    "slope_x": ("slope along x", "", "1"),
    "slope_y": ("slope along y", "", "1"),
    "sigma_slope_x": ("uncertainty of the slope along x", "", "1"),
    "sigma_slope_y": ("uncertainty of the slope along y", "", "1"),
    "roughness": ("standard deviation of the surface about its slope within the cell", "", "m"),
    "effective_count": ("effective number of independent samples of the surface", "", "1"),
    "offset_x": ("offset of the weighted centroid from the cell centre along x", "", "m"),
    "offset_y": ("offset of the weighted centroid from the cell centre along y", "", "m"),
    "offset_distance": ("distance of the weighted centroid from the cell centre", "", "m"),
}

_COUNTS = {
    "count": "number of points",
    "passes": "number of distinct passes",
    "edited": "number of these points left out by editing",
}
_TIMES = {"first_time": "time of the first segment", "last_time": "time of the last segment"}
_BESIDE = ("sigma_random", "sigma_correlated", "sigma_sampling", "sigma_total", "count")
"""What says how good the height is."""


def cell_variables(
    result: dict[str, Any], horizontal: HorizontalGrid, mapping: str, reference: Any
) -> dict[str, xr.Variable]:
    """The variables of the statistics that were asked for."""
    dims, shape = horizontal.dims, result["shape"]
    common = {"grid_mapping": mapping, **horizontal.data_attrs}
    what = "surface height" if reference is None else "surface height minus reference"
    variables = {
        name: _variable(dims, result[name], shape, meaning, "1", common)
        for name, meaning in _COUNTS.items()
        if name in result
    }
    fields = result["fields"]
    for name, (meaning, cell_methods, unit) in _FIELDS.items():
        if name not in fields:
            continue
        about = meaning if name.startswith(("offset", "effective")) else f"{what}: {meaning}"
        more = {"cell_methods": cell_methods} if cell_methods else {}
        variables[name] = _variable(dims, fields[name], shape, about, unit, common | more)
    beside = [name for name in _BESIDE if name in fields or name in result]
    if "height" in variables and beside:
        variables["height"].attrs["ancillary_variables"] = " ".join(beside)
    for name, meaning in _TIMES.items():
        if name in result:
            instants = result[name].view("datetime64[ns]").reshape(shape)
            variables[name] = xr.Variable(dims, instants, {"long_name": meaning, **common})
    return variables


def overpass_parts(result: dict[str, Any]) -> dict[str, xr.Variable]:
    """What each overpass contributes to the error of each cell, one after the other."""
    about = {
        "part_cell": ("part_cells", "flat index of the cell", "1"),
        "part_overpass": ("part_overpasses", "number of the overpass", "1"),
        "part_radial": ("part_radial", "error of the cell by the radial error of the overpass", "m"),
        "part_along": ("part_along", "error of the cell by the along-track error of the overpass", "m"),
        "part_across": ("part_across", "error of the cell by the across-track error of the overpass", "m"),
    }
    return {
        name: xr.Variable(_PART, result[own], {"long_name": meaning, "units": unit})
        for name, (own, meaning, unit) in about.items()
    }


def _variable(
    dims: tuple[Hashable, ...],
    values: np.ndarray,
    shape: tuple[int, ...],
    meaning: str,
    unit: str,
    more: dict[str, Any],
) -> xr.Variable:
    return xr.Variable(dims, values.reshape(shape), {"long_name": meaning, "units": unit, **more})
