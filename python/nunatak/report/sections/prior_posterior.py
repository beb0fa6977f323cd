"""A projection before and after the observations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nunatak.report.drawing import FOUND, OTHERS, Picture, canvas

__all__ = ["prior_and_posterior"]


def prior_and_posterior(
    quantiles: Mapping[str, tuple[float, float, float]],
    values: Mapping[str, float],
    *,
    quantity: str,
    units: str,
) -> Picture:
    """Intervals of 5, 50 and 95 % of a projection by weighting, over the models' own values.

    Parameters
    ----------
    quantiles
        The 5, 50 and 95 % quantiles by what they are called, such as ``prior`` and ``posterior``.
    values
        Value of each model.
    quantity, units
        Of the projection.
    """
    figure, (axis,) = canvas(width=7.4, height=1.6 + 0.35 * len(quantiles))
    rows = np.arange(len(quantiles))[::-1]
    for row, (name, (low, middle, high)) in zip(rows, quantiles.items(), strict=True):
        colour = OTHERS if name == "prior" else FOUND
        axis.plot([low, high], [row, row], color=colour, lw=5, solid_capstyle="butt")
        axis.plot([middle], [row], "o", color="white", mec=colour, mew=2, ms=8)
    own = np.array(list(values.values()))
    axis.plot(own, np.full(own.size, -0.75), "|", color="#1d2a35", ms=10)
    axis.set_yticks([*rows, -0.75], [*quantiles, "models"], fontsize=9)
    axis.set(xlabel=f"{quantity} ({units})", ylim=(-1.2, len(quantiles) - 0.4))
    words = "; ".join(
        f"{name} {middle:.3g} ({low:.3g} to {high:.3g})" for name, (low, middle, high) in quantiles.items()
    )
    return Picture(
        figure,
        "Bars reach from the 5 % to the 95 % quantile, circles are medians. A posterior as wide as the "
        "prior: the "
        "observations do not narrow the projection.",
        f"{quantity.capitalize()} in {units}, median and 5 to 95 %: {words}.",
    )
