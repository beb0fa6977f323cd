"""Is the error budget right: probability integral transforms and coverage of intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from nunatak.report.drawing import FOUND, SHADED, WANTED, Picture, canvas

__all__ = ["coverage", "draw_coverage", "draw_pit", "pit"]

_BINS = 20


def draw_pit(axis: Axes, values: np.ndarray, bins: int = _BINS) -> np.ndarray:
    """Density of probability integral transforms (NaN skipped) with the 95 % range of a right budget.

    The range is that of independent values, from the binomial's standard deviation; returns the densities,
    (bins,).
    """
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(finite, bins=bins, range=(0, 1))
    density = counts * bins / max(finite.size, 1)
    spread = 1.96 * np.sqrt((bins - 1) / max(finite.size, 1))
    axis.axhspan(max(1 - spread, 0), 1 + spread, color=SHADED, lw=0, label="95 % range, if right")
    axis.bar(edges[:-1], density, 1 / bins, align="edge", color=FOUND, edgecolor="white", lw=0.5, alpha=0.85)
    axis.axhline(1, color=WANTED, lw=1.2)
    axis.set(xlim=(0, 1), xlabel="PIT (1)", ylabel="density (1)")
    axis.set_title("Probability integral transform", fontsize=10)
    axis.legend(frameon=False, fontsize=8)
    return density


def pit(values: np.ndarray, *, thinning: str = "") -> Picture:
    """Histogram of the probability integral transforms of residuals (Dawid 1984; Gneiting et al. 2007).

    Parameters
    ----------
    values
        From 0 to 1, NaN skipped; of thinned residuals, since neighbours repeat each other.
    thinning
        How they were thinned, for the caption.
    """
    count = int(np.isfinite(values).sum())
    bins = int(np.clip(count // 10, 5, _BINS))
    figure, (axis,) = canvas()
    density = draw_pit(axis, values, bins)
    caption = (
        f"PIT of {count:,} residuals{f', {thinning}' if thinning else ''}. Flat: the stated errors are "
        "right; a "
        "hump in the "
        "middle: too large; high ends: too small; a slope: the model is biased."
    )
    tails = (density[0] + density[-1]) / bins
    return Picture(
        figure,
        caption,
        f"Histogram of {count:,} probability integral transforms: {tails:.0%} lie in the two outer of "
        f"{bins} bins, "
        f"{2 / bins:.0%} where the error budget is right.",
    )


def draw_coverage(axis: Axes, shares: Mapping[float, float]) -> None:
    """Share found within each nominal interval, against the share there should be."""
    axis.plot([0, 100], [0, 100], color=WANTED, lw=1.2, label="calibrated")
    nominal, found = [100 * level for level in shares], [100 * share for share in shares.values()]
    axis.plot(nominal, found, "o-", color=FOUND, label="found")
    axis.set(xlim=(0, 100), ylim=(0, 100), xlabel="nominal (%)", ylabel="found (%)")
    axis.set_title("Coverage of intervals", fontsize=10)
    axis.legend(frameon=False, fontsize=8)


def coverage(shares: Mapping[float, float]) -> Picture:
    """Coverage of intervals.

    Parameters
    ----------
    shares
        Share of residuals found inside (0 to 1) by the nominal share.
    """
    figure, (axis,) = canvas()
    draw_coverage(axis, shares)
    words = "; ".join(f"{share:.1%} within the {level:.0%} interval" for level, share in shares.items())
    return Picture(
        figure,
        "Below the line the stated uncertainty is too small, above it too large.",
        f"Coverage of the stated intervals: {words}.",
    )
