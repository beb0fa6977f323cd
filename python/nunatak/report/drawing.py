"""Figures without a window, which show in notebooks (``pip install nunatak[plot]``)."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["FOUND", "OTHERS", "SHADED", "WANTED", "NotebookFigure", "Picture", "canvas", "png", "png_bytes"]

FOUND = "#2a5f8f"
"""Colour of what was found."""

WANTED = "#b2182b"
"""Colour of what it is held against."""

OTHERS = "#8a949c"
"""Colour of what stands beside it: priors, single models."""

SHADED = "#c9d9e6"
"""Colour of an interval."""


class Picture(NamedTuple):
    """A figure with what is said of it.

    Attributes
    ----------
    figure
        The figure.
    caption
        What to see in it: the line below it.
    alternative
        What it shows, in words and numbers, for those who do not see it.
    """

    figure: Figure
    caption: str
    alternative: str


class NotebookFigure(Figure):
    """A figure that shows itself in a notebook, whatever backend is active, and opens no window."""

    def _repr_png_(self) -> bytes:
        return png_bytes(self)


def canvas(
    columns: int = 1, rows: int = 1, *, width: float = 4.6, height: float = 3.4
) -> tuple[NotebookFigure, Sequence[Axes]]:
    """A figure of so many columns and rows, each so many inches large, and its axes row by row."""
    figure = NotebookFigure(figsize=(width * columns, height * rows), layout="constrained", dpi=120)
    FigureCanvasAgg(figure)
    axes = list(np.ravel(figure.subplots(rows, columns, squeeze=False)))
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=8)
    return figure, axes


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def png(figure: Figure) -> str:
    """The figure as a data URI, to embed in an HTML page."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(figure)).decode("ascii")
