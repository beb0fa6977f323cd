"""The error budget of points as scores take it: random errors, those that overpasses share, and passes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import shared_errors
from nunatak.errors import ArgumentError, NunatakWarning, PointsError, caller_stacklevel
from nunatak.points.columns import DIMENSION, known_sigma
from nunatak.points.geolocation import geolocation_option

__all__ = ["Shared", "common_error", "no_shared_errors", "passes_of", "random_sigma", "shared_by_overpasses"]

Shared = tuple[np.ndarray, np.ndarray]
"""Three errors of each residual, one after the other (m), and the number of who shares them."""


def passes_of(dataset: xr.Dataset) -> np.ndarray:
    """The pass of each point; points that do not say it are of one."""
    if "pass_id" not in dataset:
        return np.zeros(dataset.sizes[DIMENSION], np.int64)
    return np.nan_to_num(dataset["pass_id"].values).astype(np.int64)


def random_sigma(dataset: xr.Dataset) -> np.ndarray:
    """The independent error of each point, m.

    Raises
    ------
    PointsError
        There is none.
    """
    sigma = known_sigma(dataset["height_sigma"].values) if "height_sigma" in dataset else np.array([np.nan])
    if np.isnan(sigma).all():
        raise PointsError("the points have no random error: give them a column 'height_sigma' (m)")
    return sigma


def shared_by_overpasses(dataset: xr.Dataset, geolocation: Any) -> Shared:
    """The signed errors that the points of an overpass share; without slopes, what each pass states.

    Points that have neither share nothing, with a warning.
    """
    count = dataset.sizes[DIMENSION]
    option = geolocation_option(geolocation)

    def column(name: str, kind: Any) -> np.ndarray:
        values = dataset[name].values if name in dataset else np.full(count, np.nan)
        return np.ascontiguousarray(values, dtype=kind)

    slopes = (column("slope_along", np.float32), column("slope_across", np.float32))
    passes = passes_of(dataset).astype(np.int32)
    parts, overpasses = shared_errors(option, passes, slopes, column("sigma_geo", np.float64))
    if np.isnan(parts[::3]).all():
        warnings.warn(
            "the points have neither slopes nor a geolocation error 'sigma_geo': every segment counts as "
            "independent",
            NunatakWarning,
            caller_stacklevel(),
        )
        return no_shared_errors(count)
    return parts, overpasses


def no_shared_errors(count: int) -> Shared:
    return np.zeros(3 * count), np.zeros(count, np.int64)


def common_error(common: Any) -> float:
    """The error that all points share, m.

    Raises
    ------
    ArgumentError
        For no length.
    """
    if isinstance(common, int | float | np.number) and not isinstance(common, bool) and 0.0 <= common < 1e6:
        return float(common)
    raise ArgumentError(f"common: found {common!r:.60}, expected a standard deviation of 0 or more in metres")
