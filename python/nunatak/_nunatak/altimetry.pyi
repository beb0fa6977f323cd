"""Altimetry granules, and points on grids."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.grid import Grid

def read_atl06(
    paths: Sequence[str],
    quality: str | Sequence[tuple[str, float]],
    beams: Sequence[str] | None,
    region: tuple[float, float, float, float] | None,
    time: tuple[int, int] | None,
    options: Sequence[tuple[str, str]],
) -> tuple[dict[str, NDArray[Any]], list[dict[str, Any]]]:
    """Columns of all segments that are kept, and one report per path."""

def locate_points(
    grid: Grid, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Flat index, (y, x) where there are rows, of the cell that holds each point; -1 outside."""

def pass_numbers(
    rgt: NDArray[np.int16], cycle: NDArray[np.int16], pair: NDArray[np.int8]
) -> NDArray[np.int32]:
    """Numbers of passes: the digits of cycle, track and pair."""

def aggregate_points(
    grid: Grid,
    *,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    time: NDArray[np.int64],
    height: NDArray[np.float64],
    height_sigma: NDArray[np.float64],
    sigma_geo: NDArray[np.float64],
    pass_id: NDArray[np.int32],
    correlation_length: float | None,
    minimum_count: int,
    weight_floor: float,
) -> dict[str, Any]:
    """Flat statistics per cell: ``shape, cells, count, passes, first_time, last_time, fields, model``.

    Of a HEALPix grid those of the cells that hold points; ``cells`` has their numbers, else it is None.
    """
