"""Groups of points and of cells: basins, masks and regions by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import locate_points
from nunatak.arguments import found
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import find_horizontal
from nunatak.points.inside import inside

__all__ = ["Groups", "cell_labels", "groups_at", "of_regions"]

Groups = Any
"""Labels on a grid (DataArray), regions by name (a mapping), a GeoDataFrame or a GeoJSON
FeatureCollection."""

_EXPECTED = (
    "expected labels on a grid (a DataArray of integers, booleans or texts), regions by name (a mapping), a "
    "GeoDataFrame or a GeoJSON FeatureCollection"
)
_NAMES = ("name", "NAME", "Name", "basin", "BASIN", "region", "id", "ID", "SUBREGION1", "Subregion")
"""Properties that name a polygon, the first that all have."""


def groups_at(by: Groups, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """The group of each place (degrees), as text; empty where it is in none.

    Labels on a grid are those of the cell that holds the place, polygons are tried in their order and the
    first that holds it counts. ``flag_values`` and ``flag_meanings`` name integers. NaN and negative labels
    are no group.

    Raises
    ------
    ArgumentError
        For anything else, and when no place is in any group.
    """
    if isinstance(by, xr.DataArray):
        labels = _of_cells(by, longitude, latitude)
    else:
        labels = of_regions(by, longitude, latitude)
    if not (labels != "").any():
        raise ArgumentError("by: found no point in any of its groups, expected groups where the points are")
    return labels


def of_regions(by: Any, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """The first region that holds each place, as text; empty where none does.

    Raises
    ------
    ArgumentError
        For what is no regions by name.
    """
    labels = np.full(longitude.shape, "", dtype=object)
    for name, region in _regions_by_name(by).items():
        try:
            within = inside(region, longitude, latitude)
        except ArgumentError as error:
            raise ArgumentError(f"by: {name}: {error}") from error
        labels[within & (labels == "")] = name
    return labels


def _of_cells(by: xr.DataArray, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    horizontal = find_horizontal(by, crs=None)
    if set(by.dims) != set(horizontal.dims):
        raise ArgumentError(
            f"by: found dimensions {by.dims}, expected those of its grid, {tuple(horizontal.dims)}"
        )
    places = (np.ascontiguousarray(part, dtype=float) for part in (longitude, latitude))
    cells = locate_points(horizontal.grid, *places)
    names = cell_labels(by.transpose(*horizontal.dims)).ravel()
    return np.where(cells >= 0, names[np.maximum(cells, 0)], "").astype(object)


def cell_labels(by: xr.DataArray) -> np.ndarray:
    """Labels as text, empty where there is none.

    Raises
    ------
    ArgumentError
        For fractions and other values that are no labels.
    """
    values = np.asarray(by.values)
    if values.dtype.kind in "US":
        return values.astype(str).astype(object)
    if values.dtype.kind == "b":
        return np.where(values, str(by.name or "inside"), f"not {by.name or 'inside'}").astype(object)
    if values.dtype.kind not in "iuf":
        raise ArgumentError(f"by: found {values.dtype}, {_EXPECTED}")
    known = ~np.isnan(values) & (values >= 0) if values.dtype.kind == "f" else values >= 0
    numbers = np.where(known, values, 0)
    if np.any(numbers != np.round(numbers)):
        raise ArgumentError(
            f"by: found labels such as {numbers[numbers != np.round(numbers)][0]:g}, {_EXPECTED}"
        )
    codes, positions = np.unique(numbers.astype(np.int64), return_inverse=True)
    meanings = _meanings(by)
    names = np.array([meanings.get(int(code), str(code)) for code in codes], dtype=object)
    return np.where(known, names[positions.reshape(values.shape)], "").astype(object)


def _meanings(by: xr.DataArray) -> dict[int, str]:
    words = str(by.attrs.get("flag_meanings", "")).split()
    try:
        codes = [int(code) for code in np.atleast_1d(by.attrs.get("flag_values", []))]
    except (TypeError, ValueError):
        return {}
    return dict(zip(codes, words, strict=True)) if len(codes) == len(words) else {}


def _regions_by_name(by: Any) -> dict[str, Any]:
    """Regions by name, of a mapping, a GeoDataFrame or GeoJSON.

    Raises
    ------
    ArgumentError
        For anything else.
    """
    if getattr(by, "crs", None) is not None and hasattr(by, "to_crs"):
        by = by.to_crs("EPSG:4326")
    if isinstance(by, Mapping) and "type" not in by:
        regions = {str(name): region for name, region in by.items()}
        if not regions:
            raise ArgumentError(f"by: found no region, {_EXPECTED}")
        return regions
    geometry = by if isinstance(by, Mapping) else getattr(by, "__geo_interface__", None)
    features = geometry.get("features") if isinstance(geometry, Mapping) else None
    if not isinstance(features, list | tuple) or not features:
        raise ArgumentError(f"by: found {found(by)}, {_EXPECTED}")
    try:
        properties = [dict(feature.get("properties") or {}) for feature in features]
        key = next((name for name in _NAMES if all(name in own for own in properties)), None)
        names = [str(own[key]) if key is not None else str(at) for at, own in enumerate(properties)]
        geometries = [feature["geometry"] for feature in features]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ArgumentError(f"by: found {found(by)}, {_EXPECTED}") from None
    regions: dict[str, Any] = {}
    for name, region in zip(names, geometries, strict=True):
        regions[name] = [*regions.get(name, []), region]
    return regions
