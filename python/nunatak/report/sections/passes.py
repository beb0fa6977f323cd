"""Bias of each pass."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from nunatak.report.drawing import FOUND, WANTED, Picture, canvas
from nunatak.report.limits import range_of

__all__ = ["draw_passes", "passes"]


def draw_passes(axis: Axes, table: pd.DataFrame) -> None:
    """Mean residual of each pass with its standard error."""
    axis.axhline(0, color=WANTED, lw=1.2)
    axis.set_title("Bias of each pass, with its standard error", fontsize=10)
    axis.set(xlabel="pass (number in the table)", ylabel="mean residual (m)")
    if len(table):
        style = {"fmt": "o", "color": FOUND, "ms": 4, "capsize": 2}
        bias = table["bias"].to_numpy()
        axis.errorbar(np.arange(1, len(table) + 1), bias, yerr=table["bias_sigma"], **style)
        low, high = range_of(bias)
        margin = 0.3 * max(high - min(low, 0.0), max(high, 0.0) - low)
        axis.set_ylim(min(low, 0.0) - margin, max(high, 0.0) + margin)


def passes(table: pd.DataFrame) -> Picture:
    """Bias of each pass.

    Parameters
    ----------
    table
        Columns ``bias`` and ``bias_sigma`` (m), one row per pass.
    """
    figure, (axis,) = canvas()
    draw_passes(axis, table)
    caption = "Passes that differ by more than their bars share an error that the budget does not hold."
    bias = table["bias"].to_numpy() if len(table) else np.array([np.nan])
    return Picture(
        figure,
        caption,
        f"Mean residual of {len(table)} passes, from {np.nanmin(bias):.3g} to {np.nanmax(bias):.3g} m.",
    )
