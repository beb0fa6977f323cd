"""Weights as SCRIP files, the form that ``cdo remap`` takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from nunatak.io.netcdf import write_netcdf

__all__ = ["write_scrip_weights"]

_METHODS = {
    "conservative": "Conservative remapping",
    "conservative2": "Conservative remapping",
    "bilinear": "Bilinear remapping",
    "patch": "Bicubic remapping",
    "nearest": "Nearest neighbor",
    "nearest_target": "Nearest neighbor",
    "inverse_distance": "Distance weighted avg of nearest neighbors",
}
"""What SCRIP and CDO call the methods."""


def write_scrip_weights(
    path: str | os.PathLike[str],
    entries: tuple[np.ndarray, np.ndarray, np.ndarray],
    grids: Mapping[str, Mapping[str, Any]],
    method: str,
    attrs: Mapping[str, Any],
) -> None:
    """Write weights as a SCRIP file, atomically: a file that was there stays until the new one is complete.

    Those of a target cell sum to 1 (``normalization = "fracarea"``): CDO divides by nothing.

    Parameters
    ----------
    path
        The file.
    entries
        Target cells, source cells (from 0) and weights, whose sums are what is covered of the cells.
    grids
        Of "a" (source) and "b" (target): ``shape``, ``centres`` (longitudes and latitudes, degrees),
        ``areas`` (steradians) and ``fractions``.
    method
        As :func:`nunatak.regrid` calls it.
    attrs
        Attributes of the file.
    """
    rows, columns, values = entries
    sums = np.bincount(rows, values, minlength=int(np.prod(grids["b"]["shape"])))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = values / sums[rows]
    kept = np.isfinite(shares)
    variables: dict[str, Any] = {
        "src_address": ("num_links", columns[kept].astype(np.int32) + 1),
        "dst_address": ("num_links", rows[kept].astype(np.int32) + 1),
        "remap_matrix": (("num_links", "num_wgts"), shares[kept].astype(np.float64)[:, None]),
    }
    for end, side in (("a", "src"), ("b", "dst")):
        variables |= _grid(side, grids[end])
    made = {"normalization": "fracarea", "map_method": _METHODS[method], "conventions": "SCRIP"}
    made |= {"source_grid": "source", "dest_grid": "target", "history": attrs.get("title", "")}
    write_netcdf(xr.Dataset(variables, attrs={**attrs, **made}), Path(path))


def _grid(side: str, grid: Mapping[str, Any]) -> dict[str, Any]:
    size, (longitude, latitude) = f"{side}_grid_size", grid["centres"]
    # Cells of no weight are not masked: CDO takes the file for that of another grid then.
    mask = np.ones(longitude.size, np.int32)
    return {
        f"{side}_grid_dims": (f"{side}_grid_rank", np.asarray(grid["shape"][::-1], np.int32)),
        f"{side}_grid_center_lat": (size, np.radians(latitude), {"units": "radians"}),
        f"{side}_grid_center_lon": (size, np.radians(longitude), {"units": "radians"}),
        f"{side}_grid_imask": (size, mask, {"units": "unitless"}),
        f"{side}_grid_area": (size, np.asarray(grid["areas"], float), {"units": "square radians"}),
        f"{side}_grid_frac": (size, np.asarray(grid["fractions"], float), {"units": "unitless"}),
    }
