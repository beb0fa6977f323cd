"""Regions: boxes and polygons in degrees, in whatever form they come."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nunatak.arguments import found
from nunatak.errors import ArgumentError

__all__ = ["Area", "region_areas"]

Area = tuple[float, float, float, float] | list[np.ndarray]
"""West, south, east and north in degrees, or rings of vertices (longitude, latitude), shape (vertex, 2)."""

_EXPECTED = (
    "expected (west, south, east, north) in degrees with south <= north, a polygon (shapely, a GeoDataFrame, "
    "GeoJSON, or a list of vertices (longitude, latitude)), or a list of these"
)
_MOST_LIST_LEVELS = 8
_CORNER_NUMBERS = (2, 4)
"""Lengths of the last dimension of an array of vertices, or of boxes."""
_MOST_NUMBERS = 100_000_000
"""Most numbers of an array: far more than any coastline has vertices."""
_EDGE = 1000.0
"""Longest edge (units of a map) that is taken for straight in longitude and latitude."""


def region_areas(region: Any) -> list[Area] | None:
    """Boxes and polygons of a region; None where there is none.

    Raises
    ------
    ArgumentError
        For anything that is no box, no polygon and no list of these.
    """
    return None if region is None else _areas(region, region, _MOST_LIST_LEVELS)


def _areas(part: Any, region: Any, levels: int) -> list[Area]:
    if isinstance(part, str | bytes) or levels == 0:
        raise _unusable(region)
    if getattr(part, "crs", None) is not None and hasattr(part, "to_crs"):
        part = _in_degrees(part)
    geometry = part if isinstance(part, Mapping) else getattr(part, "__geo_interface__", None)
    if geometry is not None:
        return _of_geojson(geometry, region)
    items = _items(part, region)
    if not items:
        raise _unusable(region)
    numbers = [_is_number(item) for item in items]
    if all(numbers):
        return [_box(items, region)]
    if any(numbers):
        raise _unusable(region)
    vertices = _vertices(items)
    if vertices is not None:
        return [[vertices]]
    return [area for item in items for area in _areas(item, region, levels - 1)]


def _items(part: Any, region: Any) -> list[Any]:
    """What a list or an array holds; an array that cannot be a region by its shape is not read."""
    shape = getattr(part, "shape", None)
    if shape and ((shape[1:] and shape[-1] not in _CORNER_NUMBERS) or math.prod(shape) > _MOST_NUMBERS):
        raise _unusable(region, found(part))
    try:
        return list(np.asarray(part) if shape else part)
    except TypeError:
        raise _unusable(region) from None


def _box(limits: list[Any], region: Any) -> Area:
    if len(limits) != 4:
        raise _unusable(region)
    try:
        west, south, east, north = (float(limit) for limit in limits)
    except (OverflowError, TypeError, ValueError):
        raise _unusable(region) from None
    return west, south, east, north


def _vertices(items: list[Any]) -> np.ndarray | None:
    """The vertices of a ring, where each item is a pair of numbers."""
    try:
        pairs = all(len(item) == 2 and all(_is_number(number) for number in item) for item in items)
    except TypeError:
        return None
    return np.ascontiguousarray([tuple(item) for item in items], float) if pairs else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.timedelta64)


def _of_geojson(geometry: Mapping[str, Any], region: Any) -> list[Area]:
    kind = geometry.get("type")
    if kind == "FeatureCollection":
        return [area for feature in geometry["features"] for area in _of_geojson(feature, region)]
    if kind == "Feature":
        return _of_geojson(geometry["geometry"] or {}, region)
    if kind == "GeometryCollection":
        return [area for part in geometry["geometries"] for area in _of_geojson(part, region)]
    if kind == "Polygon":
        return [_rings(geometry["coordinates"], region)]
    if kind == "MultiPolygon":
        return [_rings(polygon, region) for polygon in geometry["coordinates"]]
    raise _unusable(region, f"geometry of type {kind!r}")


def _rings(coordinates: Any, region: Any) -> Area:
    try:
        rings = [np.ascontiguousarray(np.array(ring, float)[:, :2]) for ring in coordinates]
    except (IndexError, TypeError, ValueError):
        raise _unusable(region) from None
    if not rings:
        raise _unusable(region, "an empty polygon")
    return rings


def _in_degrees(shapes: Any) -> Any:
    """A GeoDataFrame or GeoSeries in degrees; edges that are straight on its map stay there."""
    if not shapes.crs.is_geographic:
        shapes = getattr(shapes, "geometry", shapes).segmentize(_EDGE)
    return shapes.to_crs("EPSG:4326")


def _unusable(region: Any, what: str | None = None) -> ArgumentError:
    return ArgumentError(f"region: found {what or format(repr(region), '.80')}, {_EXPECTED}")
