"""Maps and histograms of the report, drawn with matplotlib (``pip install nunatak[plot]``)."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Panel", "coverage_bars", "maps", "pit_histogram", "png", "points_map"]

_NO_DATA = "#f2f2f0"
_MARGIN = 150.0  # km around the ice
_SPARSE = 0.05  # share of cells with data below which cells are drawn larger than they are


class Panel(NamedTuple):
    """One map.

    Attributes
    ----------
    field
        (y, x) with coordinates in metres; its `units` attribute labels the colour bar.
    title
        Title of the map.
    colours
        A matplotlib colour map, centred at 0 when it diverges.
    limits
        Lowest and highest colour; the 2nd and 98th percentile when None, symmetric for a diverging map.
    """

    field: xr.DataArray
    title: str
    colours: str = "viridis"
    limits: tuple[float, float] | None = None


def _figure(columns: int, rows: int = 1, height: float = 4.0) -> tuple[Figure, Sequence[Axes]]:
    """A figure without a window, in the report's style, and its axes row by row."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6 * columns, height * rows), layout="constrained", dpi=110)
    FigureCanvasAgg(figure)
    return figure, list(np.ravel(figure.subplots(rows, columns, squeeze=False)))


def maps(panels: Sequence[Panel], outline: xr.DataArray, *, columns: int = 2) -> Figure:
    """Maps side by side on equal kilometre axes, each with its own colour bar.

    Parameters
    ----------
    panels
        What to draw, row by row.
    outline
        Mask of the ice, (y, x) in metres: its edge is drawn, and the maps show its surroundings.
    columns
        Maps in a row.
    """
    figure, axes = _figure(columns, -(-len(panels) // columns))
    for axis, panel in zip(axes, panels, strict=False):
        _draw_outline(axis, outline)
        _draw_map(figure, axis, panel)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    return figure


def _draw_map(figure: Figure, axis: Axes, panel: Panel) -> None:
    field = panel.field.transpose("y", "x")
    x, y = field["x"].values / 1e3, field["y"].values / 1e3
    low, high = panel.limits or _limits(field.values, panel.colours)
    rows, columns = np.nonzero(np.isfinite(field.values))
    if rows.size > _SPARSE * field.size:
        image = axis.pcolormesh(x, y, field.values, cmap=panel.colours, vmin=low, vmax=high)
    else:
        colours = field.values[rows, columns]
        style = {"s": 5, "marker": "s", "lw": 0, "cmap": panel.colours, "vmin": low, "vmax": high}
        image = axis.scatter(x[columns], y[rows], c=colours, **style)
    _finish_map(figure, axis, image, panel.title, str(field.attrs.get("units", "")))


def points_map(x: np.ndarray, y: np.ndarray, values: np.ndarray, outline: xr.DataArray, title: str) -> Figure:
    """Values at points (m, EPSG:3031) on the outline of the ice, with a diverging map centred at 0."""
    figure, (axis,) = _figure(1, height=5.0)
    low, high = _limits(values, "RdBu")
    _draw_outline(axis, outline)
    image = axis.scatter(x / 1e3, y / 1e3, s=3, c=values, cmap="RdBu", vmin=low, vmax=high, lw=0)
    _finish_map(figure, axis, image, title, "m")
    return figure


def _draw_outline(axis: Axes, outline: xr.DataArray) -> None:
    """The edge of a mask, with the axes around it."""
    mask = outline.transpose("y", "x").values.astype(float)
    x, y = outline["x"].values / 1e3, outline["y"].values / 1e3
    axis.contour(x, y, mask, levels=[0.5], colors="#7a7a7a", linewidths=0.7)
    rows, columns = np.nonzero(mask > 0.5)
    axis.set_xlim(x[columns].min() - _MARGIN, x[columns].max() + _MARGIN)
    axis.set_ylim(y[rows].min() - _MARGIN, y[rows].max() + _MARGIN)


def _finish_map(figure: Figure, axis: Axes, image: Any, title: str, units: str) -> None:
    axis.set_aspect("equal")
    axis.set_facecolor(_NO_DATA)
    axis.set_title(title, fontsize=10)
    axis.set_xlabel("x (km)")
    axis.set_ylabel("y (km)")
    axis.tick_params(labelsize=8)
    figure.colorbar(image, ax=axis, shrink=0.8, label=units, extend="both")


def _limits(values: np.ndarray, colours: str) -> tuple[float, float]:
    """2nd and 98th percentile of what is finite; symmetric about 0 for a diverging colour map."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    if colours.startswith("RdBu"):
        size = float(np.percentile(np.abs(finite), 98)) or 1.0
        return -size, size
    low, high = (float(value) for value in np.percentile(finite, (2, 98)))
    return low, high if high > low else low + 1.0


def pit_histogram(pit: np.ndarray, *, bins: int = 20) -> Figure:
    """Histogram of probability integral transforms, with the level of a calibrated forecast."""
    figure, (axis,) = _figure(1, height=3.4)
    finite = pit[np.isfinite(pit)]
    weights = np.full(finite.size, bins / max(finite.size, 1))
    axis.hist(
        finite,
        bins=np.linspace(0, 1, bins + 1).tolist(),
        weights=weights,
        color="#3b6f9e",
        edgecolor="white",
        lw=0.5,
    )
    axis.axhline(1, color="#b2182b", lw=1.2, label="calibrated")
    axis.set(xlim=(0, 1), xlabel="PIT (1)", ylabel="density (1)", title="Probability integral transform")
    axis.legend(frameon=False)
    return figure


def coverage_bars(coverage: Mapping[float, float]) -> Figure:
    """Share found within each nominal interval, against the share there should be."""
    figure, (axis,) = _figure(1, height=3.4)
    nominal, found = np.array(list(coverage)) * 100, np.array(list(coverage.values())) * 100
    axis.plot([0, 100], [0, 100], color="#b2182b", lw=1.2, label="calibrated")
    axis.plot(nominal, found, "o-", color="#3b6f9e", label="found")
    axis.set(
        xlim=(0, 100), ylim=(0, 100), xlabel="nominal (%)", ylabel="found (%)", title="Interval coverage"
    )
    axis.legend(frameon=False)
    return figure


def png(figure: Figure) -> str:
    """The figure as a data URI, to embed in an HTML page."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
