"""Series of time with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nunatak.report.drawing import FOUND, OTHERS, SHADED, WANTED, Picture, canvas
from nunatak.report.limits import range_of

__all__ = ["Series", "series"]


class Series(NamedTuple):
    """Values in time.

    Attributes
    ----------
    years
        Decimal years, (n,).
    values
        (n,)
    sigma
        Their standard deviation, (n,); None when it is not known.
    """

    years: np.ndarray
    values: np.ndarray
    sigma: np.ndarray | None = None


def series(
    models: Mapping[str, Series],
    observed: Series | None,
    *,
    quantity: str,
    units: str,
    weights: Mapping[str, float] | None = None,
    observation: str = "observed",
) -> Picture:
    """Lines of models, and the observed series with its interval of 95 %.

    Parameters
    ----------
    models
        By name.
    observed
        What they are held against.
    quantity, units
        Of all of them.
    weights
        Weight of each model: the heavier, the darker its line, and the three heaviest are named.
    observation
        Name of the observed series.
    """
    figure, (axis,) = canvas(width=7.4, height=3.8)
    heaviest = max(weights.values(), default=1.0) if weights else 1.0
    named = sorted(weights, key=lambda name: -weights[name])[:3] if weights else []
    colours = dict(zip(named, (FOUND, "#d98b2b", "#3d8b4f"), strict=False))
    for name, own in models.items():
        depth = 0.25 + 0.75 * (weights[name] / heaviest if weights and heaviest > 0 else 0.3)
        label = f"{name} ({weights[name]:.0%})" if weights and name in named else None
        style = {
            "color": colours.get(name, OTHERS),
            "alpha": depth if name not in named else 1.0,
            "label": label,
        }
        axis.plot(own.years, own.values, lw=1.6 if name in named else 0.9, **style)
    if observed is not None:
        if observed.sigma is not None:
            low, high = observed.values - 1.96 * observed.sigma, observed.values + 1.96 * observed.sigma
            axis.fill_between(observed.years, low, high, color=SHADED, lw=0, alpha=0.8, zorder=1)
        axis.plot(observed.years, observed.values, color=WANTED, lw=2, label=observation)
    _limit(axis, models, observed)
    axis.axhline(0, color="#cccccc", lw=0.8, zorder=0)
    axis.set(xlabel="year", ylabel=f"{quantity} ({units})")
    axis.legend(frameon=False, fontsize=8)
    caption = (
        f"{quantity.capitalize()} of {len(models)} models"
        + (f" and as {observation}, with its interval of 95 %" if observed is not None else "")
        + (
            ". Lines that leave the interval disagree with what was observed."
            if observed is not None
            else "."
        )
        + (" The darker a line, the more probable its model." if weights else "")
    )
    return Picture(figure, caption, _words(models, observed, quantity, units, observation))


def _limit(axis, models: Mapping[str, Series], observed: Series | None) -> None:
    """An axis that holds what was observed and all models but the outermost."""
    ends: Sequence[np.ndarray] = [own.values for own in models.values()]
    low, high = range_of(np.concatenate(ends)) if ends else (0.0, 1.0)
    if observed is not None:
        spread = 0.0 if observed.sigma is None else 1.96 * observed.sigma
        low = min(low, float(np.nanmin(observed.values - spread)))
        high = max(high, float(np.nanmax(observed.values + spread)))
    axis.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))


def _words(
    models: Mapping[str, Series], observed: Series | None, quantity: str, units: str, observation: str
) -> str:
    last = [float(own.values[-1]) for own in models.values()]
    reach = f"; the models end between {min(last):.3g} and {max(last):.3g} {units}" if last else ""
    seen = ""
    if observed is not None:
        sigma = "" if observed.sigma is None else f" ± {1.96 * observed.sigma[-1]:.3g}"
        seen = f"; {observation} ends at {observed.values[-1]:.3g}{sigma} {units} in {observed.years[-1]:.1f}"
    return f"Lines of the {quantity} of {len(models)} models{reach}{seen}."
