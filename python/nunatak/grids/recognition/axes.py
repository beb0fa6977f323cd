"""Grids of rows and columns: one-dimensional axes x and y, or longitude and latitude."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError, GridWarning, caller_stacklevel
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, describe, variables
from nunatak.grids.recognition.systems import bounds_values, check_direction, find_crs, scaled

__all__ = ["Axes", "axes_of", "candidate", "check_type", "find_axes", "has_axis_names", "no_axis"]

_NAMES = {
    "x": ("x", "xc", "x1", "easting", "lon", "longitude"),
    "y": ("y", "yc", "y1", "northing", "lat", "latitude"),
}
_STANDARD_NAMES = {
    "x": ("projection_x_coordinate", "longitude"),
    "y": ("projection_y_coordinate", "latitude"),
}


@dataclass(frozen=True)
class Axes:
    """Names of the horizontal coordinates and the dimensions (y, x) they run along."""

    y_name: Hashable
    x_name: Hashable
    dims: tuple[Hashable, Hashable]


def candidate(obj: xr.Dataset | xr.DataArray) -> GridCandidate | None:
    """The rows and columns of an object, if it has axes along two dimensions."""
    axes = axes_of(obj)
    if axes is None or axes.dims[0] == axes.dims[1]:
        return None
    there = variables(obj)
    bounds = {there[name].attrs.get("bounds") for name in (axes.y_name, axes.x_name)}
    names = frozenset({axes.y_name, axes.x_name, *bounds}) - {None}
    return GridCandidate("rectilinear", axes.dims, names, lambda crs: _build(obj, axes, crs))


def _build(obj: xr.Dataset | xr.DataArray, axes: Axes, crs: str | Crs | None) -> HorizontalGrid:
    names = (axes.x_name, axes.y_name)
    system, mapping_name = find_crs(obj, names, crs)
    there = variables(obj)
    if system.is_geographic:
        for kind, name in zip("xy", names, strict=True):
            check_direction(there[name], name, kind)
    values = [scaled(there[name], name, system).tolist() for name in names]
    edges = [_bounds(there, name, system) for name in names]
    grid = Grid(system, *values, *edges, names=(str(axes.x_name), str(axes.y_name)))
    if system.is_geographic:
        _check_globe(obj, axes, grid)
    bounds = [there[name].attrs.get("bounds") for name in (axes.y_name, axes.x_name)]
    shapes = tuple(name for name in bounds if name in there)
    return HorizontalGrid(axes.dims, grid, mapping_name, (axes.y_name, axes.x_name), shapes)


def _check_globe(obj: xr.Dataset | xr.DataArray, axes: Axes, grid: Grid) -> None:
    """Warns of a grid that is called global, or nearly closes, and leaves a gap."""
    edges = {"lon": grid.x_bounds, "lat": grid.y_bounds}
    spans = {kind: float(abs(values[-1] - values[0])) for kind, values in edges.items()}
    widest = float(np.abs(np.diff(grid.x_bounds)).max())
    gap = 360.0 - spans["lon"]
    if 1e-6 < gap < 1.5 * widest:
        warnings.warn(
            f"{describe(obj)}: the columns of {axes.x_name} nearly close round the globe but leave a gap of "
            f"{gap:g} degrees; is a column missing, or the spacing rounded?",
            GridWarning,
            stacklevel=caller_stacklevel(),
        )
        return
    for kind, whole in (("lon", 360.0), ("lat", 180.0)):
        # An attribute that is not there is no number either.
        low, high = (obj.attrs.get(f"geospatial_{kind}_{end}", "") for end in ("min", "max"))
        try:
            declared = abs(float(high) - float(low))
        except (TypeError, ValueError):
            continue
        if declared >= whole - 1e-6 and spans[kind] < whole - 1e-6:
            warnings.warn(
                f"{describe(obj)} is called global (geospatial_{kind}_min and _max), but its cells span "
                f"{spans[kind]:g} of {whole:g} degrees; the rest of the globe gets no values",
                GridWarning,
                stacklevel=caller_stacklevel(),
            )


def axes_of(obj: xr.Dataset | xr.DataArray) -> Axes | None:
    """The horizontal axes of an object, if it has both."""
    names = _axis_names(obj)
    if len(names) < 2:
        return None
    there = variables(obj)
    return Axes(names["y"], names["x"], (there[names["y"]].dims[0], there[names["x"]].dims[0]))


def find_axes(obj: xr.Dataset | xr.DataArray) -> Axes:
    """The horizontal axes of an object.

    Axes are one-dimensional coordinates with ``axis`` X and Y, else with a horizontal ``standard_name``,
    else with a usual name (x, xc, lon, …).

    Raises
    ------
    GridError
        When one cannot be found; the message says what was looked for.
    """
    check_type(obj)
    names = _axis_names(obj)
    missing = [kind for kind in "yx" if kind not in names]
    if missing:
        raise GridError(no_axis(obj, missing))
    there = variables(obj)
    return Axes(names["y"], names["x"], (there[names["y"]].dims[0], there[names["x"]].dims[0]))


def check_type(obj: object) -> None:
    """Check that an object is one that can be on a grid.

    Raises
    ------
    GridError
        When it is neither a DataArray nor a Dataset.
    """
    if not isinstance(obj, xr.Dataset | xr.DataArray):
        raise GridError(
            "expected a grid such as nk.grid('EPSG:3031', spacing=16e3), or an xarray Dataset or DataArray "
            f"on one; found {type(obj).__name__}"
        )


def _signs(kind: str, name: Hashable, attrs: Mapping[Any, Any]) -> tuple[bool, bool, bool]:
    """Evidence that a coordinate runs along x or y, most trusted first: axis, standard name, name."""
    return (
        str(attrs.get("axis", "")).lower() == kind,
        attrs.get("standard_name") in _STANDARD_NAMES[kind],
        str(name).lower() in _NAMES[kind],
    )


def _axis_names(obj: xr.Dataset | xr.DataArray) -> dict[str, Hashable]:
    """Names of the one-dimensional coordinates along x and y; a kind that is not found is left out."""
    # Coordinates come first, then what a file forgot to call one.
    there = {name: values for name, values in variables(obj).items() if values.ndim == 1}
    found: dict[str, Hashable] = {}
    for kind in "yx":
        signs = {name: _signs(kind, name, values.attrs) for name, values in there.items()}
        for sign in range(3):
            named = [name for name, own in signs.items() if own[sign]]
            if named:
                found[kind] = min(named, key=lambda name: there[name].dims != (name,))
                break
    return found


def has_axis_names(obj: xr.DataArray | xr.Variable) -> bool:
    """Whether two dimensions have the usual names of horizontal axes, with or without coordinates."""
    names = [str(dim).lower() for dim in obj.dims]
    return all(any(name in _NAMES[kind] for name in names) for kind in "yx")


def no_axis(obj: xr.Dataset | xr.DataArray, missing: list[str]) -> str:
    """The message about missing axes."""
    names = "; ".join(
        f"{kind}: a 1-D coordinate with axis {kind.upper()!r}, standard_name "
        f"{' or '.join(_STANDARD_NAMES[kind])}, or a name of {', '.join(_NAMES[kind])}"
        for kind in missing
    )
    there = ", ".join(str(name) for name in obj.coords) or "none"
    return (
        f"{describe(obj)} is a grid without coordinates. Looked for {names}. Coordinates there: {there}. "
        "Assign the coordinates of the cell centres (obj.assign_coords(x=..., y=...)), or pass source= a "
        "grid such as nk.ismip6_grid('AIS', 8e3)"
    )


def _bounds(there: Mapping[Hashable, xr.Variable], name: Hashable, crs: Crs) -> list[float] | None:
    """The edges that a coordinate's bounds variable gives, if it is there."""
    own = there[name]
    bounds_name = own.attrs.get("bounds")
    if bounds_name not in there:
        return None
    pairs = bounds_values(there[bounds_name], bounds_name, own, name, crs)
    if pairs.ndim != 2 or pairs.shape != (own.size, 2):
        raise GridError(f"bounds {bounds_name}: expected shape {(own.size, 2)}, found {pairs.shape}")
    pairs = np.sort(pairs, axis=1)
    if own.size > 1 and own.values[1] < own.values[0]:
        pairs = pairs[:, ::-1]
    gaps = np.abs(pairs[1:, 0] - pairs[:-1, 1]) > 1e-6 * np.abs(pairs[1:, 1] - pairs[1:, 0])
    if gaps.any():
        at = int(np.argmax(gaps))
        raise GridError(
            f"bounds {bounds_name}: cells {at} and {at + 1} do not share an edge: {pairs[at : at + 2]}"
        )
    return np.append(pairs[:, 0], pairs[-1, 1]).tolist()
