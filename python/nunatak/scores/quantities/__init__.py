"""Comparisons of other quantities than heights at points: rates, thickness, velocity, masks and series."""

from nunatak.scores.quantities.elevation_change import elevation_change
from nunatak.scores.quantities.fields import compare_field
from nunatak.scores.quantities.masks import compare_mask
from nunatak.scores.quantities.result import QuantityComparison
from nunatak.scores.quantities.series import compare_series
from nunatak.scores.quantities.velocity import compare_velocity

__all__ = [
    "QuantityComparison",
    "compare_field",
    "compare_mask",
    "compare_series",
    "compare_velocity",
    "elevation_change",
]
