"""Bias of each pass."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from nunatak.report.drawing import FOUND, WANTED, Picture, canvas
from nunatak.report.limits import axis_range

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
        # Limits hold whole bars, but for those of passes that tell next to nothing.
        sigma = table["bias_sigma"].to_numpy()
        axis.set_ylim(*axis_range(np.concatenate([bias - sigma, bias, bias + sigma])))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))


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
    low, high = axis.get_ylim()
    beyond = [f"{at + 1} ({value:.3g} m)" for at, value in enumerate(bias) if value < low or value > high]
    caption += f" Beyond the axis: {', '.join(beyond)}." if beyond else ""
    return Picture(
        figure,
        caption,
        f"Mean residual of {len(table)} passes, from {np.nanmin(bias):.3g} to {np.nanmax(bias):.3g} m.",
    )
