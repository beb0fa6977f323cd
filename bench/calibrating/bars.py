"""Statistics of standardised errors, and the bars they are held against."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .estimates import CellErrors

Field = NDArray[np.float64]

SPREAD = (0.85, 1.15)
"""Standard deviation of the standardised error that a row must have."""

WIDEST = (0.7, 1.4)
"""Outside of which no row may be."""

COVER_68 = (0.63, 0.73)
COVER_95 = (0.92, 0.98)

ROWS_INSIDE = 0.9
"""Share of the rows that must be inside."""

STEEP = 0.006
STEEP_RATIO = 0.25
"""On this slope, the largest rms error of the estimate over that of the mean where the tracks went."""


class Statistics(NamedTuple):
    """One row of the table.

    Attributes
    ----------
    cells
        Cells of all its campaigns.
    mean, spread
        Mean and standard deviation of the standardised error.
    cover_68, cover_95
        Shares of cells whose error is within 1 and 1.96 stated uncertainties (of a normal: 0.68, 0.95).
    formal_spread
        Root mean square of the error over the formal one.
    rms_height, rms_mean
        Root mean square errors of the estimate and of the mean where the tracks went (m).
    """

    cells: int
    mean: float
    spread: float
    cover_68: float
    cover_95: float
    formal_spread: float
    rms_height: float
    rms_mean: float

    @property
    def is_inside(self) -> bool:
        """Whether spread and both covers are within their bars."""
        found = ((self.spread, SPREAD), (self.cover_68, COVER_68), (self.cover_95, COVER_95))
        return all(low <= value <= high for value, (low, high) in found)

    @property
    def is_far_out(self) -> bool:
        """Whether the spread is where no row may be."""
        return not WIDEST[0] <= self.spread <= WIDEST[1]


def statistics(parts: list[CellErrors]) -> Statistics:
    """Statistics over the cells of some campaigns."""
    height, mean, stated, formal = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    z = height / stated
    return Statistics(
        z.size,
        float(z.mean()),
        float(z.std()),
        float(np.mean(np.abs(z) <= 1.0)),
        float(np.mean(np.abs(z) <= 1.96)),
        root_mean_square(height / formal),
        root_mean_square(height),
        root_mean_square(mean),
    )


def root_mean_square(values: Field) -> float:
    """Root mean square; NaN of nothing."""
    return float(np.sqrt(np.mean(np.square(values)))) if np.size(values) else float("nan")
