"""Points on grids."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.grid import Grid

def locate_points(
    grid: Grid, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Flat index, (y, x) where there are rows, of the cell that holds each point; -1 outside."""

def needs_of_statistics(names: list[str]) -> tuple[bool, bool]:
    """Whether statistics need the weights of the points, and all of the points at once.

    Raises
    ------
    ArgumentError
        There is none of a name.
    """

def aggregate_points(
    grid: Grid, columns: Mapping[str, NDArray[Any]], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Flat statistics per cell.

    Parameters
    ----------
    columns
        ``longitude, latitude, height, height_sigma, sigma_geo`` (float64), ``time`` (int64), ``slope_along,
        slope_across`` (float32) and ``pass_id`` (int32).
    options
        ``statistics`` (names, or None for all), ``geolocation`` (a name, or radial, along- and across-track
        sigma), ``pair``, ``common``, ``editing``, ``are_segments`` (of ATL06 or ATL11),
        ``correlation_length``, ``minimum_count``, ``weight_floor``.

    Returns
    -------
    dict
        ``points`` (those in cells, edited ones among them), ``shape, cells, fields, geolocation, model``
        (None where no statistic needs the surface), those of ``count, edited, passes, first_time, last_time``
        that are asked for, and what overpasses contribute to cells: ``part_cells, part_overpasses,
        part_radial, part_along, part_across``. Of a HEALPix grid those of the cells that hold points;
        ``cells`` has their numbers, else it is None.
    """

class PointSums:
    """Exact sums of points on a grid, to which points are added part by part."""

    def __init__(self, grid: Grid) -> None: ...
    def add(self, columns: Mapping[str, NDArray[Any]], options: Mapping[str, Any]) -> None:
        """Adds the sums of points, for the statistics of the options."""

    def cells(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """As `aggregate_points` of all points that were added, but for medians; the sums are gone then."""
