"""The datum of heights, kept in a column so that it survives every format and every join."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from nunatak.errors import PointsError
from nunatak.points.columns import COLUMNS, DATUMS, DIMENSION, ELLIPSOID

__all__ = ["Datum", "datum_of", "settled", "with_datum"]

Datum = Literal["ellipsoid", "geoid"]
_COLUMN = "height_datum"
_NAMES = {"ellipsoid": ELLIPSOID, "geoid": "geoid"}


def datum_of(dataset: xr.Dataset) -> Datum:
    """The datum of a dataset of points, by its attribute."""
    return "geoid" if dataset.attrs.get("vertical_datum") == "geoid" else "ellipsoid"


def with_datum(dataset: xr.Dataset, datum: Datum) -> xr.Dataset:
    """The dataset with attribute and column of a datum."""
    numbers = np.full(dataset.sizes[DIMENSION], DATUMS.index(datum), np.int8)
    column = xr.Variable(DIMENSION, numbers, COLUMNS[_COLUMN].attributes)
    return dataset.assign({_COLUMN: column}).assign_attrs(vertical_datum=_NAMES[datum])


def settled(dataset: xr.Dataset) -> xr.Dataset:
    """The dataset with one datum, in its column and its attribute.

    Raises
    ------
    PointsError
        When heights above both datums are joined, or the column says geoid and the attribute ellipsoid.
    """
    stated = dataset.attrs.get("vertical_datum")
    if _COLUMN not in dataset:
        return with_datum(dataset, datum_of(dataset))
    numbers = np.nan_to_num(np.asarray(dataset[_COLUMN].values, dtype=float))
    is_geoid = numbers == DATUMS.index("geoid")
    if is_geoid.any() and not is_geoid.all():
        raise PointsError(
            f"heights of {int(is_geoid.sum()):,} points are above the geoid and of "
            f"{int((~is_geoid).sum()):,} above the "
            "ellipsoid (column height_datum): bring all to one datum with above_geoid() before they are "
            "joined"
        )
    if not is_geoid.any():
        # The ellipsoid is what points are above unless they say otherwise, and an attribute may say it.
        return with_datum(dataset, datum_of(dataset))
    if stated not in (None, "geoid"):
        raise PointsError(
            f"the attribute vertical_datum says {stated!r}, the column height_datum 'geoid': drop one"
        )
    return dataset.assign_attrs(vertical_datum="geoid")
