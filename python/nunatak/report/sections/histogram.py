"""How residuals are distributed."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from nunatak.report.drawing import FOUND, WANTED, Picture, canvas
from nunatak.report.limits import size_of

__all__ = ["draw_histogram", "histogram"]


def draw_histogram(axis: Axes, residual: np.ndarray, units: str = "m", size: float | None = None) -> None:
    """Counts of residuals between -size and size; those beyond are counted in the title."""
    finite = residual[np.isfinite(residual)]
    size = 1.5 * size_of(finite) if size is None else size
    beyond = int((np.abs(finite) > size).sum())
    axis.hist(finite, bins=60, range=(-size, size), color=FOUND)
    axis.axvline(0, color=WANTED, lw=1.2)
    axis.set(xlim=(-size, size), xlabel=f"observation - model ({units})", ylabel="points (1)")
    axis.set_title(f"Residuals{f' ({beyond:,} beyond the axis)' if beyond else ''}", fontsize=10)


def histogram(residual: np.ndarray, *, units: str = "m") -> Picture:
    """Histogram of residuals.

    Parameters
    ----------
    residual
        Observation minus model, NaN skipped.
    units
        Of the residuals.
    """
    figure, (axis,) = canvas()
    draw_histogram(axis, residual, units)
    finite = residual[np.isfinite(residual)]
    low, middle, high = np.percentile(finite, (5, 50, 95)) if finite.size else (np.nan,) * 3
    return Picture(
        figure,
        "A shift from 0 is a bias; the width is roughness that the model lacks and noise together.",
        f"Histogram of {finite.size:,} residuals: median {middle:.3g} {units}, nine in ten between "
        f"{low:.3g} and "
        f"{high:.3g} {units}.",
    )
