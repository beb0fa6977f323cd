"""A map of which target cells have a value, and of how much of them (``pip install nunatak[plot]``)."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from nunatak.report.drawing import canvas

__all__ = ["coverage_map"]


def coverage_map(coverage: xr.DataArray, centres: tuple[np.ndarray, np.ndarray], title: str) -> Figure:
    """The map.

    Parameters
    ----------
    coverage
        Covered fraction (0 to 1) of each target cell.
    centres
        Longitudes and latitudes (degrees) of the cells, for grids that are not rows and columns.
    title
        Title of the map.
    """
    figure, (axes,) = canvas(width=6, height=5)
    if coverage.ndim == 2:
        (x, x_label), (y, y_label) = (_along(coverage, dim) for dim in reversed(coverage.dims))
        image = axes.pcolormesh(x, y, coverage.values, vmin=0, vmax=1, shading="nearest")
        axes.set(xlabel=x_label, ylabel=y_label)
    else:
        longitude, latitude = centres
        image = axes.scatter(longitude, latitude, c=coverage.values, s=1, vmin=0, vmax=1)
        axes.set(xlabel="longitude (degrees east)", ylabel="latitude (degrees north)")
    figure.colorbar(image, label="covered fraction (1)")
    axes.set_title(title)
    return figure


def _along(coverage: xr.DataArray, dim: Hashable) -> tuple[np.ndarray, str]:
    """Places along a dimension and what they are called: its coordinate, or numbers of cells."""
    if dim not in coverage.coords:
        return np.arange(coverage.sizes[dim]), f"{dim} (number of the cell)"
    coordinate = coverage[dim]
    return coordinate.values, f"{dim} ({coordinate.attrs.get('units', '')})"
