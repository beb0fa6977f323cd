"""Points as arguments of functions: points themselves, or a table of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from nunatak.errors import ArgumentError
from nunatak.points.columns import DIMENSION
from nunatak.points.points import Points
from nunatak.points.tables import open_points

__all__ = ["as_points"]


def as_points(value: Any, argument: str) -> Points:
    """Points, also of a table or a dataset of segments.

    Raises
    ------
    ArgumentError
        For anything else; the message names the argument.
    """
    if isinstance(value, Points):
        return value
    if isinstance(value, xr.Dataset) and DIMENSION in value.dims and "height" in value:
        return Points(value)
    if isinstance(value, pd.DataFrame | Mapping) and not isinstance(value, xr.Dataset):
        return open_points(value)
    raise ArgumentError(
        f"{argument}: found {type(value).__name__}, expected points such as nk.open_atl06(...) or "
        f"nk.open_points(...) give"
    )
