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
) -> tuple[Picture, Picture]:
    """A map of residuals and one of z.

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
    size = size_of(residual) if size is None else size
    left, (axis,) = canvas(width=5.2, height=4.6)
    label = f"observation - model ({units})"
    draw_marks(left, axis, Marks(x, y, residual), outlines, "Residual", label, size)
    right, (axis,) = canvas(width=5.2, height=4.6)
    draw_marks(
        right, axis, Marks(x, y, z), outlines, "Standardised residual z", "residual / sigma (1)", Z_SIZE
    )
    lines = ", ".join(name for name, one in _named(outlines) if one is not None)
    caption = (
        "Blue: what was observed lies above the model; red: below. Patches are errors of the model, "
        "stripes along a "
        f"track those of an overpass. Colours end at {size:.3g} {units}"
        f"{f'; lines: {lines}' if lines else ''}{f'; {projection}' if projection else ''}."
    )
    likewise = (
        "The same over its standard deviation: beyond 2, in full colour from 3 on, neither the errors of the "
        "observations nor the discrepancy explain it."
    )
    own, scaled = residual[np.isfinite(residual)], z[np.isfinite(z)]
    return Picture(left, caption, _words(own, units)), Picture(right, likewise, _words_of_z(scaled))


def _named(outlines: Outlines) -> list[tuple[str, object]]:
    names = ("ice edge (grey)", "grounding line (black)", "basins (dotted)")
    return list(zip(names, outlines, strict=True))


def _words(residual: np.ndarray, units: str) -> str:
    if residual.size == 0:
        return "Map of residuals: none is finite."
    low, middle, high = np.percentile(residual, (25, 50, 75))
    return (
        f"Map of {residual.size:,} residuals: half lie between {low:.3g} and {high:.3g} {units}, the "
        "median is "
        f"{middle:.3g} {units}."
    )


def _words_of_z(z: np.ndarray) -> str:
    if z.size == 0:
        return "Map of standardised residuals: none is finite."
    return (
        f"Map of {z.size:,} standardised residuals: their median is {np.median(z):.2g}, and "
        f"{np.mean(np.abs(z) > 2):.1%} "
        "lie beyond 2."
    )
