"""The datum of heights, kept in a column so that it survives every format and every join."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from nunatak.errors import PointsError
from nunatak.points.columns import COLUMNS, DATUMS, DIMENSION, ELLIPSOID

__all__ = ["Datum", "TideSystem", "datum_of", "is_mean_tide", "settled", "with_datum"]

Datum = Literal["ellipsoid", "geoid"]
TideSystem = Literal["tide-free", "mean-tide"]
_COLUMN = "height_datum"
_NAMES = {"ellipsoid": ELLIPSOID, "geoid": "geoid"}
_MEAN_TIDE = DATUMS.index("geoid in the mean-tide system")
_SYSTEM = "tide_system"


def datum_of(dataset: xr.Dataset) -> Datum:
    """The datum of a dataset of points, by its attribute."""
    return "geoid" if dataset.attrs.get("vertical_datum") == "geoid" else "ellipsoid"


def is_mean_tide(dataset: xr.Dataset) -> bool:
    """Whether heights are above the geoid in the mean-tide system."""
    return datum_of(dataset) == "geoid" and bool((dataset[_COLUMN].values == _MEAN_TIDE).any())


def with_datum(dataset: xr.Dataset, datum: Datum, tide_system: str | None = None) -> xr.Dataset:
    """The dataset with attributes and column of a datum, and what is known of the geoid's tide system."""
    number = _MEAN_TIDE if tide_system == "mean-tide" else DATUMS.index(datum)
    numbers = np.full(dataset.sizes[DIMENSION], number, np.int8)
    column = xr.Variable(DIMENSION, numbers, COLUMNS[_COLUMN].attributes)
    result = dataset.assign({_COLUMN: column}).assign_attrs(vertical_datum=_NAMES[datum])
    if tide_system is None:
        result.attrs.pop(_SYSTEM, None)
        return result
    return result.assign_attrs({_SYSTEM: tide_system})


def settled(dataset: xr.Dataset) -> xr.Dataset:
    """The dataset with one datum, in its column and its attribute.

    Raises
    ------
    PointsError
        When heights above several datums are joined, or the column says geoid and the attribute ellipsoid.
    """
    stated = dataset.attrs.get("vertical_datum")
    if _COLUMN not in dataset:
        return with_datum(dataset, datum_of(dataset), dataset.attrs.get(_SYSTEM))
    numbers = np.nan_to_num(np.asarray(dataset[_COLUMN].values, dtype=float))
    is_geoid, is_mean = numbers >= DATUMS.index("geoid"), numbers == _MEAN_TIDE
    if is_geoid.any() and not is_geoid.all():
        raise PointsError(
            f"heights of {int(is_geoid.sum()):,} points are above the geoid and of "
            f"{int((~is_geoid).sum()):,} above the "
            "ellipsoid (column height_datum): bring all to one datum with above_geoid() before they are "
            "joined"
        )
    if is_mean.any() and not is_mean.all():
        raise PointsError(
            f"heights of {int(is_mean.sum()):,} points are above the geoid in the mean-tide system and of "
            f"{int((~is_mean).sum()):,} in another (column height_datum): bring all to one with "
            "above_geoid(tide_system=...) before they are joined"
        )
    if not is_geoid.any():
        # The ellipsoid is what points are above unless they say otherwise, and an attribute may say it.
        return with_datum(dataset, datum_of(dataset), dataset.attrs.get(_SYSTEM))
    if stated not in (None, "geoid"):
        raise PointsError(
            f"the attribute vertical_datum says {stated!r}, the column height_datum 'geoid': drop one"
        )
    system = {_SYSTEM: "mean-tide"} if is_mean.any() else {}
    return dataset.assign_attrs({"vertical_datum": "geoid"} | system)
