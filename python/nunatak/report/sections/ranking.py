"""Models in the order of what the observations say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nunatak.report.drawing import FOUND, WANTED, Picture, canvas
from nunatak.report.limits import shared_size

__all__ = ["ranking"]


def ranking(table: pd.DataFrame, *, units: str = "m", quantity: str = "bias") -> Picture:
    """Bias with its interval and probability of each model, the most probable first.

    Parameters
    ----------
    table
        Columns ``model`` (or the index), ``bias``, ``bias_sigma``, and ``probability`` where there is one.
    units, quantity
        Of the bias, and what it is called.
    """
    frame = table if "model" in table else table.reset_index(names="model")
    if "probability" in frame:
        frame = frame.sort_values("probability", ascending=False, kind="stable")
    count, names = len(frame), [str(name) for name in frame["model"]]
    columns = 2 if "probability" in frame else 1
    figure, axes = canvas(columns, width=4.6, height=max(2.6, 0.24 * count + 1.1))
    rows, bias = np.arange(count)[::-1], frame["bias"].to_numpy(np.float64)
    width = 1.96 * frame["bias_sigma"].to_numpy(np.float64)
    axes[0].axvline(0, color=WANTED, lw=1.2)
    axes[0].errorbar(bias, rows, xerr=width, fmt="o", color=FOUND, ms=4, capsize=2)
    size = 1.1 * shared_size([bias - width, bias + width])
    axes[0].set(xlabel=f"{quantity} ({units}), 95 % interval", xlim=(-size, size))
    axes[0].set_yticks(rows, names, fontsize=8)
    axes[0].set_ylim(-0.7, count - 0.3)
    if columns == 2:
        axes[1].barh(rows, frame["probability"], color=FOUND, height=0.7)
        axes[1].set(xlabel="probability (1)", xlim=(0, 1), yticks=[], ylim=(-0.7, count - 0.3))
    caption = (
        "Models from the most to the least probable: intervals that overlap are models that these data "
        "hardly tell apart, and a probability speaks for these models alone."
    )
    beyond = [
        f"{name} ({value:.3g} {units})" for name, value in zip(names, bias, strict=True) if abs(value) > size
    ]
    caption += f" Beyond the axis: {', '.join(beyond)}." if beyond else ""
    return Picture(figure, caption, _words(frame, names, quantity, units))


def _words(frame: pd.DataFrame, names: list[str], quantity: str, units: str) -> str:
    rows = []
    for name, (_, row) in zip(names, frame.iterrows(), strict=True):
        chance = f", probability {row['probability']:.2g}" if "probability" in frame else ""
        rows.append(f"{name} {row['bias']:.3g} ± {1.96 * row['bias_sigma']:.2g} {units}{chance}")
    return f"Ranking of {len(names)} models by their {quantity}: {'; '.join(rows)}."
