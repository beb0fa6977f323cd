"""What is subtracted from heights before they are averaged, in the datum of the heights."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import height_unit
from nunatak.errors import ArgumentError
from nunatak.points.columns import DIMENSION
from nunatak.points.points import Points
from nunatak.points.values import plain_values

__all__ = ["less_reference", "reference_name"]


def reference_name(reference: Any) -> str:
    """How attributes and messages name a reference."""
    return reference if isinstance(reference, str) else ("none" if reference is None else "array")


def less_reference(points: Points, reference: str | xr.DataArray | np.ndarray | None) -> np.ndarray:
    """Heights (m, float64) less a reference at each point; NaN where one of them is missing.

    A modelled surface of :func:`nunatak.residuals` may be above another datum than the heights: less the
    column ``model`` a height is the residual, in which both are above one.
    """
    dataset = points.dataset
    heights = np.ascontiguousarray(plain_values(dataset.height.values), dtype=float)
    if reference is None:
        return heights
    if isinstance(reference, str):
        return _less_column(dataset, heights, reference)
    if isinstance(reference, xr.DataArray) and reference.dims == (DIMENSION,):
        return _less_array(points, heights, reference)
    if isinstance(reference, xr.DataArray) and reference.ndim != 1:
        raise ArgumentError(
            f"reference: expected {len(points)} values along {DIMENSION!r}, one per segment; found "
            f"dimensions "
            f"{reference.dims}; bring a model to the points with nk.residuals and give 'model'"
        )
    try:
        values = plain_values(
            reference if isinstance(reference, np.ma.MaskedArray) else np.asarray(reference)
        )
        values = values.astype(float)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"reference: found {type(reference).__name__}, expected a column or numbers"
        ) from None
    if values.shape != (len(points),):
        raise ArgumentError(
            f"reference: expected {len(points)} values, one per segment; found {values.shape}"
        )
    return heights - values


def _less_array(points: Points, heights: np.ndarray, reference: xr.DataArray) -> np.ndarray:
    """Heights less values along the segments, which may say their unit and their datum."""
    if reference.sizes[DIMENSION] != len(points):
        raise ArgumentError(
            f"reference: expected {len(points)} values, one per segment; found {reference.shape}"
        )
    values = plain_values(reference.values).astype(float)
    values = values * height_unit(str(reference.name), str(reference.attrs.get("units", "")))
    dataset, datum = points.dataset, reference.attrs.get("vertical_datum")
    if datum is not None:
        return points.height_above("geoid" if datum == "geoid" else "ellipsoid") - values
    is_model = reference.name == "model" and {"model", "residual"} <= set(dataset)
    if is_model and np.array_equal(dataset["model"].values, reference.values, equal_nan=True):
        return dataset["residual"].values.astype(float)
    return heights - values


def _less_column(dataset: xr.Dataset, heights: np.ndarray, name: str) -> np.ndarray:
    if name not in dataset:
        raise ArgumentError(f"reference: no column {name!r}; found {', '.join(map(str, dataset))}")
    if name == "residual":
        raise ArgumentError(
            "reference: the column 'residual' is the height less the model already; give 'model' to "
            "average residuals"
        )
    if name == "model":
        if "residual" not in dataset:
            raise ArgumentError(
                "reference: the column 'model' does not say which datum (geoid or ellipsoid) it is above; "
                "give it by "
                "nk.residuals, which adds the column 'residual'"
            )
        return dataset["residual"].values.astype(float)
    return heights - dataset[name].values.astype(float)
