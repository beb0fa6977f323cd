"""Curvilinear grids: longitudes and latitudes, or x and y of a map, of rows and columns of cells."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, fields, metadata, variables
from nunatak.grids.recognition.corners import geographic_corners, plane_corners
from nunatak.grids.recognition.polygons import merged, mesh_of_connectivity, mesh_of_corners
from nunatak.grids.recognition.systems import (
    bounds_values,
    check_direction,
    find_crs,
    find_geographic,
    scaled,
)

__all__ = ["candidates"]

_NAMES = {
    "lon": ("lon", "longitude", "nav_lon", "xlong", "xlon", "tlon", "tlong", "geolon", "glon", "lons"),
    "lat": ("lat", "latitude", "nav_lat", "xlat", "ylat", "tlat", "tlati", "geolat", "glat", "lats"),
    "x": ("x", "xc", "x1"),
    "y": ("y", "yc", "y1"),
}
_STANDARD_NAMES = {
    "lon": "longitude",
    "lat": "latitude",
    "x": "projection_x_coordinate",
    "y": "projection_y_coordinate",
}
_UNITS = {"lon": ("degrees_east", "degree_east"), "lat": ("degrees_north", "degree_north"), "x": (), "y": ()}


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The grids of two-dimensional coordinates, one for each pair of dimensions; degrees win over metres."""
    found: dict[frozenset[Hashable], GridCandidate] = {}
    if all(values.ndim != 2 for values in variables(obj).values()):
        return []
    for kinds in (("lon", "lat"), ("x", "y")):
        first, second = (_candidates(obj, kind) for kind in kinds)
        for name in first:
            dims = frozenset(obj[name].dims)
            partner = _partner(name, [other for other in second if frozenset(obj[other].dims) == dims])
            if partner is not None and dims not in found:
                found[dims] = _candidate(obj, name, partner, kinds[0] == "lon")
    return list(found.values())


def _candidates(obj: xr.Dataset | xr.DataArray, kind: str) -> list[Hashable]:
    """Two-dimensional variables of a kind: those that data name as coordinates first, then by trust."""
    there = variables(obj)
    bounds = {metadata(variable, "bounds") for variable in there.values()}
    named = _named_coordinates(obj)

    def trust(name: Hashable) -> int | None:
        attrs = there[name].attrs
        signs = (
            attrs.get("standard_name") == _STANDARD_NAMES[kind],
            str(attrs.get("units", "")).lower() in _UNITS[kind],
            str(name).lower() in _NAMES[kind],
        )
        return next((at for at, sign in enumerate(signs) if sign), None)

    flat = [name for name, values in there.items() if values.ndim == 2 and name not in bounds]
    ranked = [(name not in named, rank, name) for name in flat if (rank := trust(name)) is not None]
    return [name for *_, name in sorted(ranked, key=lambda item: item[:2])]


def _named_coordinates(obj: xr.Dataset | xr.DataArray) -> set[str]:
    texts = [str(metadata(holder, "coordinates") or "") for holder in fields(obj).values()]
    return {name for text in texts for name in text.split()}


def _partner(name: Hashable, others: list[Hashable]) -> Hashable | None:
    """The latitude (y) that goes with a longitude (x): by its name, else the most trusted."""
    lower = str(name).lower()
    likely = {lower.replace("lon", "lat"), lower.replace("long", "lat"), lower.replace("x", "y")}
    return next((other for other in others if str(other).lower() in likely), others[0] if others else None)


def _candidate(obj: xr.Dataset | xr.DataArray, x: Hashable, y: Hashable, geographic: bool) -> GridCandidate:
    bounds = {metadata(obj[name].variable, "bounds") for name in (x, y)} | set(_corner_names(obj, x, y) or ())
    names = frozenset({x, y, *bounds}) - {None}
    return GridCandidate(
        "curvilinear", tuple(obj[x].dims), names, lambda crs: _build(obj, x, y, geographic, crs)
    )


def _build(
    obj: xr.Dataset | xr.DataArray, x: Hashable, y: Hashable, geographic: bool, crs: str | Crs | None
) -> HorizontalGrid:
    find: Any = find_geographic if geographic else find_crs
    system, mapping_name = find(obj, (x, y), crs)
    if geographic:
        check_direction(obj[x].variable, x, "x")
        check_direction(obj[y].variable, y, "y")
    dims = tuple(obj[x].dims)
    centre_x, centre_y = (scaled(obj[name].variable.transpose(*dims), name, system) for name in (x, y))
    what = f"cells of {x} and {y}"
    if geographic:
        _check_latitudes(centre_y, y)
    names = _corner_names(obj, x, y)
    options: dict[str, Any] = {"shape": centre_x.shape, "centres": (centre_x.ravel(), centre_y.ravel())}
    if names is None:
        infer = geographic_corners if geographic else plane_corners
        grid = _mesh_of_vertices(system, *infer(centre_x, centre_y, what), what, options)
    else:
        corner_x, corner_y = (
            bounds_values(_ordered(obj, bounds, dims), bounds, obj[name].variable, name, system)
            for bounds, name in zip(names, (x, y), strict=True)
        )
        if corner_x.ndim == 3:
            corner_x, corner_y = (values.reshape(centre_x.size, -1) for values in (corner_x, corner_y))
            grid = mesh_of_corners(system, corner_x, corner_y, what, **options)
        else:
            grid = _mesh_of_vertices(system, corner_x, corner_y, what, options)
    return HorizontalGrid(dims, grid, mapping_name, (y, x), tuple(names or ()))


def _check_latitudes(values: np.ndarray, name: Hashable) -> None:
    farthest = float(np.nanmax(np.abs(values), initial=0.0))
    if farthest > 90.0 + 1e-6:
        raise GridError(
            f"{name}: latitude {farthest:g} is beyond the pole; are longitude and latitude swapped?"
        )


def _corner_names(
    obj: xr.Dataset | xr.DataArray, x: Hashable, y: Hashable
) -> tuple[Hashable, Hashable] | None:
    """Names of the variables of corners: (y, x, 4) or (y + 1, x + 1)."""
    there = variables(obj)
    named = tuple(metadata(obj[name].variable, "bounds") for name in (x, y))
    for pair in (named, (f"{x}_b", f"{y}_b")):
        if not all(name in there for name in pair):
            continue
        shape, cells = there[pair[0]].shape, there[x].shape
        if shape != there[pair[1]].shape:
            raise GridError(
                f"bounds {pair[0]} and {pair[1]}: shapes {shape} and {there[pair[1]].shape} differ"
            )
        if len(shape) == 3 or (len(shape) == 2 and shape == tuple(length + 1 for length in cells)):
            return pair[0], pair[1]
        raise GridError(
            f"bounds {pair[0]}: found shape {shape}, expected {(*cells, 4)} or {tuple(n + 1 for n in cells)}"
        )
    return None


def _ordered(obj: xr.Dataset | xr.DataArray, name: Hashable, dims: tuple[Hashable, ...]) -> xr.Variable:
    variable = variables(obj)[name]
    return (
        variable.transpose(*dims, ...) if variable.ndim == 3 and set(dims) <= set(variable.dims) else variable
    )


def _mesh_of_vertices(crs: Crs, x: np.ndarray, y: np.ndarray, what: str, options: dict[str, Any]) -> Grid:
    """A mesh from vertices (rows + 1, columns + 1); those at one place, at seams and poles, are one node."""
    places, numbers = merged(crs, x.ravel(), y.ravel())
    nodes = numbers.reshape(x.shape)
    faces = np.stack([nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]], axis=-1).reshape(-1, 4)
    faces = np.where((faces < 0).any(axis=1)[:, None], -1, faces)
    return mesh_of_connectivity(crs, x.ravel()[places], y.ravel()[places], faces, what, **options)
