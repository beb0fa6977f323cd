"""The figure of a comparison, drawn with matplotlib (``pip install nunatak[plot]``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nunatak.scores.comparison import Comparison

__all__ = ["comparison_figure"]

_FOUND, _WANTED = "#3b6f9e", "#b2182b"


def comparison_figure(comparison: Comparison) -> Figure:
    """Histogram of residuals, residuals by pass, PIT histogram and coverage, two by two."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 6.8), layout="constrained", dpi=110)
    histogram, passes, pit, coverage = figure.subplots(2, 2).ravel()
    _histogram(histogram, comparison)
    _passes(passes, comparison)
    _pit(pit, comparison.pit)
    _coverage(coverage, comparison)
    return figure


def _histogram(axis: Axes, comparison: Comparison) -> None:
    residual = comparison.residual[np.isfinite(comparison.residual)]
    median, spread = comparison.numbers["median"], max(comparison.numbers["nmad"], 1e-9)
    axis.hist(residual, bins=60, range=(median - 5 * spread, median + 5 * spread), color=_FOUND)
    axis.axvline(0, color=_WANTED, lw=1.2)
    axis.set(xlabel="observation - model (m)", ylabel="count (1)")
    axis.set_title(f"median {median:+.2f} m, NMAD {spread:.2f} m", fontsize=11)


def _passes(axis: Axes, comparison: Comparison) -> None:
    table = comparison.passes
    axis.axhline(0, color=_WANTED, lw=1.2)
    if len(table):
        at = np.arange(len(table))
        axis.errorbar(at, table["bias"], yerr=table["bias_sigma"], fmt="o", color=_FOUND, ms=4, capsize=2)
        axis.set(xlabel="pass", ylabel="mean residual (m)")
    axis.set_title("bias of each pass and its standard error", fontsize=11)


def _pit(axis: Axes, pit: np.ndarray) -> None:
    values = pit[np.isfinite(pit)]
    weights = np.full(values.size, 20 / max(values.size, 1))
    axis.hist(values, bins=20, range=(0, 1), weights=weights, color=_FOUND, edgecolor="white", lw=0.5)
    axis.axhline(1, color=_WANTED, lw=1.2)
    axis.set(xlim=(0, 1), xlabel="PIT (1)", ylabel="density (1)")
    axis.set_title("probability integral transform", fontsize=11)


def _coverage(axis: Axes, comparison: Comparison) -> None:
    coverage = comparison.numbers["coverage"]
    axis.plot([0, 100], [0, 100], color=_WANTED, lw=1.2)
    axis.plot(
        [100 * level for level in coverage], [100 * share for share in coverage.values()], "o-", color=_FOUND
    )
    axis.set(xlim=(0, 100), ylim=(0, 100), xlabel="nominal (%)", ylabel="found (%)")
    axis.set_title("interval coverage", fontsize=11)
