"""Maps on kilometre axes, with the ice edge, the grounding line and basins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nunatak.report.drawing import WANTED, canvas
from nunatak.report.limits import range_of, size_of

__all__ = ["Marks", "Outlines", "Panel", "draw_marks", "maps"]

_NO_DATA = "#f2f2f0"
_MARGIN = 150e3
"""Metres around the ice."""
_SPARSE = 0.05
"""Share of cells with data below which cells are drawn larger than they are."""


class Outlines(NamedTuple):
    """Lines on maps, as contours of masks; each None or (y, x) with coordinates in metres.

    Attributes
    ----------
    ice
        Share of ice (0 to 1), or true where it is: the ice edge at 0.5.
    grounded
        Share of grounded ice, likewise: the grounding line.
    basins
        Number of the basin of each cell: their divides.
    """

    ice: xr.DataArray | None = None
    grounded: xr.DataArray | None = None
    basins: xr.DataArray | None = None


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
        Lowest and highest colour; all but the outermost 2 % when None, symmetric for a diverging map.
    """

    field: xr.DataArray
    title: str
    colours: str = "viridis"
    limits: tuple[float, float] | None = None


class Marks(NamedTuple):
    """Values at places.

    Attributes
    ----------
    x, y
        Places (m, in the map's projection), one dimension.
    values
        What is shown there.
    """

    x: np.ndarray
    y: np.ndarray
    values: np.ndarray


def maps(panels: Sequence[Panel], outlines: Outlines | xr.DataArray, *, columns: int = 2) -> Figure:
    """Maps side by side on equal kilometre axes, each with its own colour bar.

    Panels of one unit and colour map have the same colours and limits where theirs are not given.

    Parameters
    ----------
    panels
        What to draw, row by row.
    outlines
        Lines on each map, or the mask of the ice alone; the maps show its surroundings.
    columns
        Maps in a row.
    """
    lines = outlines if isinstance(outlines, Outlines) else Outlines(ice=outlines)
    wide = {"width": 7.0, "height": 5.2} if columns == 1 else {"width": 4.6, "height": 3.8}
    figure, axes = canvas(columns, -(-len(panels) // columns), **wide)
    for axis, panel in zip(axes, panels, strict=False):
        draw_outlines(axis, lines)
        _show_ice(axis, lines.ice)
        _draw_field(figure, axis, panel, panel.limits or _limits_like(panel, panels))
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    return figure


def draw_marks(
    figure: Figure, axis: Axes, marks: Marks, outlines: Outlines, title: str, label: str, size: float
) -> None:
    """Values at places, red below 0 and blue above, with colours from -size to size."""
    draw_outlines(axis, outlines)
    style: dict[str, Any] = {"cmap": "RdBu", "vmin": -size, "vmax": size, "lw": 0}
    drawn = np.isfinite(marks.values)
    few = 14.0 if drawn.sum() < 3000 else 5.0
    image = axis.scatter(
        marks.x[drawn] / 1e3, marks.y[drawn] / 1e3, s=few, c=marks.values[drawn], zorder=3, **style
    )
    _show_places(axis, marks.x[drawn], marks.y[drawn], outlines.ice)
    _finish(figure, axis, image, title, label)


def draw_outlines(axis: Axes, outlines: Outlines) -> None:
    """Ice edge (grey), grounding line (black) and divides of basins (dotted)."""
    if outlines.basins is not None:
        _divides(axis, outlines.basins)
    for mask, colour, width in ((outlines.ice, "#7a7a7a", 0.9), (outlines.grounded, "#111111", 0.9)):
        if mask is not None:
            field = mask.transpose("y", "x")
            x, y = field["x"].values / 1e3, field["y"].values / 1e3
            shares = np.nan_to_num(field.values.astype(float))
            if shares.min() < 0.5 < shares.max():
                axis.contour(x, y, shares, levels=[0.5], colors=colour, linewidths=width, zorder=4)


def _divides(axis: Axes, basins: xr.DataArray) -> None:
    field = basins.transpose("y", "x")
    x, y = field["x"].values / 1e3, field["y"].values / 1e3
    numbers = np.nan_to_num(field.values.astype(float))
    for number in np.unique(numbers[numbers > 0]):
        inside = (numbers == number).astype(float)
        if inside.min() < inside.max():
            axis.contour(
                x, y, inside, levels=[0.5], colors="#9a9a9a", linewidths=0.5, linestyles=":", zorder=2
            )


def _draw_field(figure: Figure, axis: Axes, panel: Panel, limits: tuple[float, float]) -> None:
    field = panel.field.transpose("y", "x")
    x, y = field["x"].values / 1e3, field["y"].values / 1e3
    rows, columns = np.nonzero(np.isfinite(field.values))
    style: dict[str, Any] = {"cmap": panel.colours, "vmin": limits[0], "vmax": limits[1]}
    if rows.size > _SPARSE * field.size:
        image = axis.pcolormesh(x, y, field.values, **style)
    else:
        colours = field.values[rows, columns]
        image = axis.scatter(x[columns], y[rows], c=colours, s=5, marker="s", lw=0, **style)
    _finish(figure, axis, image, panel.title, str(field.attrs.get("units", "")))


def _limits_like(panel: Panel, panels: Sequence[Panel]) -> tuple[float, float]:
    """Limits of all panels that show the same unit with the same colours."""

    def kind(one: Panel) -> tuple[str, str]:
        return one.colours, str(one.field.attrs.get("units", one.title))

    fields = [one.field.values for one in panels if kind(one) == kind(panel) and one.limits is None]
    if panel.colours.startswith("RdBu"):
        size = max(size_of(values) for values in fields)
        return -size, size
    ranges = [range_of(values) for values in fields if np.isfinite(values).any()] or [(0.0, 1.0)]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _show_ice(axis: Axes, ice: xr.DataArray | None) -> None:
    """The axes around a mask of the ice."""
    if ice is None:
        return
    field = ice.transpose("y", "x")
    rows, columns = np.nonzero(field.values > 0.5)
    if rows.size:
        x, y = field["x"].values[columns], field["y"].values[rows]
        axis.set_xlim((x.min() - _MARGIN) / 1e3, (x.max() + _MARGIN) / 1e3)
        axis.set_ylim((y.min() - _MARGIN) / 1e3, (y.max() + _MARGIN) / 1e3)


def _show_places(axis: Axes, x: np.ndarray, y: np.ndarray, ice: xr.DataArray | None) -> None:
    """Square axes around places, at least 60 km wide, or around all ice where the places cross it."""
    if x.size == 0:
        return
    reach = max(np.ptp(x), np.ptp(y))
    if ice is not None and reach > 0.4 * np.ptp(ice["x"].values):
        _show_ice(axis, ice)
        return
    half = max(0.55 * reach, 30e3) / 1e3
    middle = (x.min() + x.max()) / 2e3, (y.min() + y.max()) / 2e3
    axis.set_xlim(middle[0] - half, middle[0] + half)
    axis.set_ylim(middle[1] - half, middle[1] + half)
    if ice is not None and half * 1e3 < 0.25 * np.ptp(ice["x"].values):
        _show_where(axis, middle, ice)


def _show_where(axis: Axes, middle: tuple[float, float], ice: xr.DataArray) -> None:
    """A small map of the whole ice in a corner, with a dot where the map is."""
    inset = axis.inset_axes((0.78, 0.7, 0.2, 0.28), zorder=6)
    draw_outlines(inset, Outlines(ice=ice))
    _show_ice(inset, ice)
    inset.plot(*middle, "o", color=WANTED, ms=4)
    inset.set(xticks=[], yticks=[], aspect="equal")


def _finish(figure: Figure, axis: Axes, image: Any, title: str, label: str) -> None:
    axis.set_aspect("equal")
    axis.set_facecolor(_NO_DATA)
    axis.set_title(title, fontsize=10)
    axis.set_xlabel("x (km)")
    axis.set_ylabel("y (km)")
    figure.colorbar(image, ax=axis, shrink=0.8, label=label, extend="both")
