"""The error budget of points as scores take it: random and shared errors, discrepancy, and passes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError, NunatakWarning, PointsError, caller_stacklevel
from nunatak.points.columns import DIMENSION, known_sigma
from nunatak.scores.alignment import numbers_of

__all__ = ["common_sigma", "described_discrepancy", "discrepancies", "passes_of", "random_sigma"]


def described_discrepancy(discrepancy: Any) -> Any:
    """A discrepancy as settings hold it: a number, or how many there are."""
    if discrepancy is None or np.ndim(discrepancy) or isinstance(discrepancy, str):
        return None if discrepancy is None else f"{np.size(discrepancy)} values"
    return float(numbers_of("discrepancy", discrepancy))


def discrepancies(discrepancy: Any, count: int) -> np.ndarray:
    """The discrepancy (m) of each of ``count`` residuals."""
    if discrepancy is None:
        return np.zeros(count)
    expected = f"expected a standard deviation (m) of 0 or more, one for all or {count} values"
    if isinstance(discrepancy, str | bytes):
        raise ArgumentError(f"discrepancy: found {discrepancy!r}, {expected}")
    values = numbers_of("discrepancy", discrepancy).ravel()
    if values.size not in (1, count):
        raise ArgumentError(f"discrepancy: found {values.size} values, {expected}")
    wrong = values[~(np.isfinite(values) & (values >= 0))]
    if wrong.size:
        raise ArgumentError(f"discrepancy: found {wrong[0]:g}, {expected}")
    return np.broadcast_to(values, count)


def passes_of(dataset: xr.Dataset) -> np.ndarray:
    """The pass of each point; points that do not say it are of one."""
    if "pass_id" not in dataset:
        return np.zeros(dataset.sizes[DIMENSION], np.int64)
    return np.nan_to_num(dataset["pass_id"].values).astype(np.int64)


def random_sigma(dataset: xr.Dataset) -> np.ndarray:
    sigma = known_sigma(dataset["height_sigma"].values) if "height_sigma" in dataset else np.array([np.nan])
    if np.isnan(sigma).all():
        raise PointsError("the points have no random error: give them a column 'height_sigma' (m)")
    return sigma


def common_sigma(dataset: xr.Dataset) -> np.ndarray:
    """The error that a pass shares; none, with a warning, for points of a product that does not state one."""
    if "sigma_geo" in dataset:
        sigma = known_sigma(dataset["sigma_geo"].values)
        if not np.isnan(sigma).all():
            return sigma
    text = "the points have no geolocation error 'sigma_geo': every segment counts as independent"
    warnings.warn(text, NunatakWarning, caller_stacklevel())
    return np.zeros(dataset.sizes["segment"])
