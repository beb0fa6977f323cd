"""Columns of points as they are summed over cells, and what of them has to be told."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.points.columns import DIMENSION, LARGEST_SIGMA
from nunatak.points.points import Points
from nunatak.points.record import listed
from nunatak.points.reference import less_reference, reference_name

__all__ = ["Tally", "are_segments", "summed_columns"]


@dataclass
class Tally:
    """What is counted of all points, whether they come at once or part by part."""

    points: int = 0
    with_height: int = 0
    without_reference: int = 0
    of_unknown_error: int = 0
    are_segments: bool = False
    """Whether some are segments of ATL06: 40 m long, 20 m apart, along tracks."""
    edited: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)
    datum: str | None = None

    def add(self, points: Points) -> None:
        """Counts points.

        Raises
        ------
        ArgumentError
            Their heights are above another datum than those of the points before.
        """
        dataset = points.dataset
        if self.datum not in (None, points.datum):
            raise ArgumentError(
                f"points: found heights above the {points.datum} after heights above the {self.datum}, "
                "expected one datum; Points.above_geoid changes it"
            )
        self.datum = points.datum
        self.points += len(points)
        self.are_segments |= are_segments(dataset)
        granules = [*listed(self.attributes.get("granules")), *listed(dataset.attrs.get("granules"))]
        self.attributes = {**dataset.attrs, **self.attributes}
        if granules:
            self.attributes["granules"] = list(dict.fromkeys(granules))

    def warn(self, reference: Any) -> None:
        """Tells of points without a reference, and of those that hardly weigh."""
        if self.without_reference:
            warnings.warn(
                f"{self.without_reference:,} of {self.points:,} points have no value of the reference "
                f"({reference_name(reference)}) and are left out",
                NunatakWarning,
                caller_stacklevel(),
            )
        if 0 < self.of_unknown_error < self.with_height:
            warnings.warn(
                f"{self.of_unknown_error:,} of {self.with_height:,} points have no known height_sigma: they "
                "count, and weigh next to nothing beside those that have one",
                NunatakWarning,
                caller_stacklevel(),
            )


def are_segments(dataset: xr.Dataset) -> bool:
    """Whether these are segments along tracks, each as long as two of its steps, as in ATL06 and ATL11.

    Every dataset of points has the column of their numbers; of other points it holds zeros.
    """
    return "segment_id" in dataset and bool((dataset["segment_id"].values > 0).any())


def summed_columns(
    points: Points, reference: str | xr.DataArray | np.ndarray | None, weighted: bool, tally: Tally
) -> dict[str, np.ndarray]:
    """The columns that sums are made of; those of errors and slopes are empty where no point is weighed."""
    tally.add(points)
    dataset = points.dataset
    heights = less_reference(points, reference)
    known = np.isfinite(heights)
    tally.with_height += int(known.sum())
    if reference is not None:
        tally.without_reference += int((np.isfinite(dataset.height.values) & ~known).sum())
    columns = {
        "longitude": _column(dataset, "longitude"),
        "latitude": _column(dataset, "latitude"),
        "time": _instants(dataset),
        "height": heights,
        "pass_id": _passes(dataset),
    }
    kinds = {"height_sigma": float, "sigma_geo": float, "slope_along": np.float32, "slope_across": np.float32}
    if not weighted:
        return columns | {name: np.empty(0, kind) for name, kind in kinds.items()}
    errors = {name: _column(dataset, name, kind) for name, kind in kinds.items()}
    sigma = errors["height_sigma"]
    tally.of_unknown_error += int((known & ~((sigma >= 0) & (sigma < LARGEST_SIGMA))).sum())
    return columns | errors


def _column(dataset: xr.Dataset, name: str, kind: Any = float) -> np.ndarray:
    if name not in dataset:
        return np.full(dataset.sizes[DIMENSION], np.nan, kind)
    return np.ascontiguousarray(dataset[name].values, dtype=kind)


def _instants(dataset: xr.Dataset) -> np.ndarray:
    if "time" not in dataset:
        return np.full(dataset.sizes[DIMENSION], np.iinfo(np.int64).min)
    return np.ascontiguousarray(dataset.time.values, dtype="datetime64[ns]").view(np.int64)


def _passes(dataset: xr.Dataset) -> np.ndarray:
    if "pass_id" not in dataset:
        return np.zeros(dataset.sizes[DIMENSION], np.int32)
    values = dataset.pass_id.values
    return np.ascontiguousarray(
        values if values.dtype.kind in "iu" else np.nan_to_num(values), dtype=np.int32
    )
