"""A quantity by basin."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nunatak.report.drawing import FOUND, WANTED, Picture, canvas
from nunatak.report.limits import axis_range

__all__ = ["basin_bars"]


def basin_bars(table: pd.DataFrame, *, quantity: str = "mean residual", units: str = "m") -> Picture:
    """Bars of a value by basin, with intervals of 95 %.

    Parameters
    ----------
    table
        Columns ``basin``, ``bias`` and, where known, ``bias_sigma`` (standard error) and ``n``.
    quantity, units
        What ``bias`` is, for the axis and the text.
    """
    count = len(table)
    figure, (axis,) = canvas(width=max(4.6, min(0.32 * count + 1.5, 10.0)))
    values = table["bias"].to_numpy(np.float64)
    errors = 1.96 * table["bias_sigma"].to_numpy(np.float64) if "bias_sigma" in table else None
    axis.bar(np.arange(count), values, color=FOUND, width=0.7)
    if errors is not None:
        axis.errorbar(np.arange(count), values, yerr=errors, fmt="none", ecolor="#1d2a35", lw=1, capsize=2)
    axis.axhline(0, color=WANTED, lw=1)
    low, high = axis_range(values)
    axis.set_ylim(low, high)
    names = [str(name) for name in table["basin"]]
    axis.set_xticks(np.arange(count), names, rotation=90 if count > 12 else 0, fontsize=8)
    axis.set(xlabel="basin", ylabel=f"{quantity} ({units})")
    cut = [name for name, value in zip(names, values, strict=True) if value < low or value > high]
    caption = "Basins on one side of 0 share a bias, those on both a pattern."
    caption += " Lines are intervals of 95 %." if errors is not None else ""
    caption += f" Longer than the axis: {', '.join(cut)}." if cut else ""
    words = "; ".join(f"{name} {value:.3g} {units}" for name, value in zip(names, values, strict=True))
    return Picture(figure, caption, f"Bars of the {quantity} by basin: {words}.")
