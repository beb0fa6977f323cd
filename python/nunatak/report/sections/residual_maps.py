"""Residuals and standardised residuals where they are."""

from __future__ import annotations

import numpy as np

from nunatak.report.drawing import Picture, canvas
from nunatak.report.limits import size_of
from nunatak.report.maps import Marks, Outlines, draw_marks

__all__ = ["Z_SIZE", "residual_maps"]

Z_SIZE = 3.0
"""Limits of maps of z: beyond three standard deviations all is alike."""


def residual_maps(
    x: np.ndarray,
    y: np.ndarray,
    residual: np.ndarray,
    z: np.ndarray,
    outlines: Outlines,
    *,
    size: float | None = None,
    units: str = "m",
    projection: str = "",
) -> Picture:
    """Maps of residuals and of z, side by side.

    Parameters
    ----------
    x, y
        Places (m, in the map's projection), one dimension.
    residual, z
        Observation minus model, and the same over its standard deviation (1); NaN is not drawn.
    outlines
        Lines on the maps.
    size
        Colours go from -size to size; all but the outermost 2 % of residuals when None.
    units
        Of the residuals.
    projection
        Name of the map projection, for the caption.
    """
    figure, (left, right) = canvas(2, width=5.2, height=4.6)
    size = size_of(residual) if size is None else size
    label = f"observation - model ({units})"
    draw_marks(figure, left, Marks(x, y, residual), outlines, "Residual", label, size)
    title = "Standardised residual z"
    draw_marks(figure, right, Marks(x, y, z), outlines, title, "residual / sigma (1)", Z_SIZE)
    finite = residual[np.isfinite(residual)]
    lines = ", ".join(name for name, one in _named(outlines) if one is not None)
    caption = (
        "Blue: the observed value lies above the model; red: below. Patches of one colour are errors of "
        "the model, "
        f"stripes along a track those of an overpass. Colours end at {size:.3g} {units} and at z = {Z_SIZE:g}"
        f"{f'; lines: {lines}' if lines else ''}{f'; {projection}' if projection else ''}."
    )
    return Picture(figure, caption, _words(finite, z[np.isfinite(z)], units))


def _named(outlines: Outlines) -> list[tuple[str, object]]:
    names = ("ice edge (grey)", "grounding line (black)", "basins (dotted)")
    return list(zip(names, outlines, strict=True))


def _words(residual: np.ndarray, z: np.ndarray, units: str) -> str:
    if residual.size == 0:
        return "Maps of residuals: none is finite."
    low, middle, high = np.percentile(residual, (25, 50, 75))
    far = f"; {np.mean(np.abs(z) > 2):.0%} of z lie beyond 2" if z.size else ""
    return (
        f"Two maps of {residual.size:,} residuals: half lie between {low:.3g} and {high:.3g} {units}, the "
        "median is "
        f"{middle:.3g} {units}{far}."
    )
