"""What a dataset must say to be points: one unit for each column, and times that are dates."""

from __future__ import annotations

import xarray as xr

from nunatak.errors import PointsError
from nunatak.points.columns import COLUMNS, KEPT_COLUMNS
from nunatak.points.values import unit_factor

__all__ = ["check_columns"]


def check_columns(dataset: xr.Dataset) -> None:
    """That columns are in the units of points; :func:`open_points` converts others.

    Raises
    ------
    PointsError
        For lengths that are not in metres, angles that are not in degrees, and times that are numbers.
    """
    for name, column in (COLUMNS | KEPT_COLUMNS).items():
        if name not in dataset:
            continue
        own = dataset[name]
        wanted, stated = str(column.attributes.get("units", "")), str(own.attrs.get("units", ""))
        if name == "time" and own.dtype.kind in "iuf" and bool(own.notnull().any()):
            raise PointsError(
                f"points: time: found numbers ({own.dtype}), expected dates (datetime64): read them with "
                "nk.open_points, and the attribute 'units' such as 'seconds since 2018-01-01'"
            )
        if name != "time" and unit_factor(f"points: {name}", wanted, stated) != 1.0:
            raise PointsError(
                f"points: {name}: found units {stated!r}, expected {wanted}: nk.open_points converts them"
            )
