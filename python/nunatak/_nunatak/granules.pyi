"""Reading altimetry granules, and which points are wanted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Area = tuple[float, float, float, float] | Sequence[NDArray[np.float64]]
_Quality = str | Sequence[tuple[str, float, float]]

def read_atl06(
    paths: Sequence[str],
    quality: _Quality,
    beam_names: Sequence[str] | None,
    region: Sequence[_Area] | None,
    time: tuple[int, int] | None,
    columns: Sequence[str] | None,
    options: Sequence[tuple[str, str]],
) -> tuple[dict[str, NDArray[Any]], list[dict[str, Any]]]:
    """Columns of all segments that are kept, and one report per path."""

def read_atl11(
    paths: Sequence[str],
    quality: _Quality,
    beam_names: Sequence[str] | None,
    region: Sequence[_Area] | None,
    time: tuple[int, int] | None,
    options: Sequence[tuple[str, str]],
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]], list[dict[str, Any]]]:
    """Columns of heights at reference points, those of crossovers, and one report per path."""

def points_inside(
    region: Sequence[_Area], longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which points lie in any of some areas."""

def pass_numbers(
    rgt: NDArray[np.int16], cycle: NDArray[np.int16], pair: NDArray[np.int8]
) -> NDArray[np.int32]:
    """Numbers of passes: the digits of cycle, track and pair."""

def overpass_numbers(rgt: NDArray[np.int16], cycle: NDArray[np.int16]) -> NDArray[np.int32]:
    """Numbers of overpasses: the digits of cycle and track, below zero where one is not known."""
