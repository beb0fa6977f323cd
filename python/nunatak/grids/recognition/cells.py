"""Cells along one dimension: with bounds (cell, corner), or the rows of a reduced Gaussian grid."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError
from nunatak.grids.recognition.axes import axes_of
from nunatak.grids.recognition.candidates import GridCandidate, HorizontalGrid, describe, metadata, variables
from nunatak.grids.recognition.polygons import are_boxes, mesh_of_corners
from nunatak.grids.recognition.systems import bounds_values, check_direction, find_crs, scaled

__all__ = ["candidates", "row_corners"]


def candidates(obj: xr.Dataset | xr.DataArray) -> list[GridCandidate]:
    """The cells of an object whose two coordinates run along one dimension."""
    axes = axes_of(obj)
    if axes is None or axes.dims[0] != axes.dims[1]:
        return []
    x, y = axes.x_name, axes.y_name
    bounds = {metadata(obj[name].variable, "bounds") for name in (x, y)}
    names = frozenset({x, y, *bounds}) - {None}
    return [GridCandidate("cells", axes.dims[:1], names, lambda crs: _build(obj, x, y, crs))]


def _build(obj: xr.Dataset | xr.DataArray, x: Hashable, y: Hashable, crs: str | Crs | None) -> HorizontalGrid:
    there = variables(obj)
    system, mapping = find_crs(obj, (x, y), crs)
    if system.is_geographic:
        check_direction(there[x], x, "x")
        check_direction(there[y], y, "y")
    dim = there[x].dims[0]
    centres = (scaled(there[x], x, system), scaled(there[y], y, system))
    bounds = tuple(metadata(there[name], "bounds") for name in (x, y))
    known = all(name in there for name in bounds)
    if known:
        corners = (
            _corners(there, bounds[0], x, dim, system),
            _corners(there, bounds[1], y, dim, system),
        )
    else:
        if not system.is_geographic:
            raise GridError(
                _no_bounds(obj, x, y, "and only rows of latitudes have cells that can be inferred")
            )
        corners = row_corners(*centres, _no_bounds(obj, x, y, ""))
    is_boxes = system.is_geographic and are_boxes(*corners)
    grid = mesh_of_corners(system, *corners, f"cells of {x} and {y}", parallels=is_boxes, centres=centres)
    return HorizontalGrid((dim,), grid, mapping, (y, x), bounds if known else ())


def _corners(
    there: Mapping[Hashable, xr.Variable], name: Hashable, own: Hashable, dim: Hashable, crs: Crs
) -> np.ndarray:
    variable = there[name]
    if variable.ndim != 2 or dim not in variable.dims or min(variable.shape) < 3:
        raise GridError(
            f"bounds {name}: expected ({dim}, corners) with three corners or more, found "
            f"{dict(zip(variable.dims, variable.shape, strict=True))}"
        )
    return bounds_values(variable.transpose(dim, ...), name, there[own], own, crs)


def _no_bounds(obj: xr.Dataset | xr.DataArray, x: Hashable, y: Hashable, reason: str) -> str:
    return (
        f"{describe(obj)}: {x} and {y} are points along one dimension without bounds {reason}".rstrip()
        + "; their cells cannot be inferred. Add bounds (cell, corner) and name them in the attribute "
        "bounds, or pass source= a grid such as nk.open_mesh(path)"
    )


def row_corners(longitude: np.ndarray, latitude: np.ndarray, problem: str) -> tuple[np.ndarray, np.ndarray]:
    """Corners (cell, 4) of cells in rows of one latitude: parallels and meridians midway between centres.

    The outermost rows reach the poles when the row beyond them would; rows that close round the globe have no
    ends.

    Raises
    ------
    GridError
        With the text ``problem`` when the points are not in rows.
    """
    starts = np.flatnonzero(np.append(True, np.diff(latitude) != 0))
    lengths = np.diff(np.append(starts, len(latitude)))
    rows = latitude[starts]
    steps = np.diff(rows)
    if len(rows) < 2 or lengths.min() < 2 or not (np.all(steps > 0) or np.all(steps < 0)):
        raise GridError(problem)
    south, north = _row_edges(rows)
    row = np.repeat(np.arange(len(rows)), lengths)
    west, east = np.empty_like(longitude), np.empty_like(longitude)
    for start, length in zip(starts, lengths, strict=True):
        part = slice(start, start + length)
        west[part], east[part] = _meridians(longitude[part], problem)
    low, high = south[row], north[row]
    return np.stack([west, east, east, west], axis=1), np.stack([low, low, high, high], axis=1)


def _row_edges(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle = 0.5 * (rows[1:] + rows[:-1])
    first, last = 1.5 * rows[0] - 0.5 * rows[1], 1.5 * rows[-1] - 0.5 * rows[-2]
    # The outermost Gaussian latitude lies a little more than half a row from its pole.
    ends = [
        np.copysign(90.0, end) if abs(end) > 90.0 - abs(edge - end) else end
        for end, edge in ((first, rows[0]), (last, rows[-1]))
    ]
    edges = np.concatenate([[ends[0]], middle, [ends[1]]])
    return np.minimum(edges[:-1], edges[1:]), np.maximum(edges[:-1], edges[1:])


def _meridians(longitude: np.ndarray, problem: str) -> tuple[np.ndarray, np.ndarray]:
    unwrapped = np.unwrap(longitude, period=360.0)
    steps = np.diff(unwrapped)
    if not np.all(steps > 0):
        raise GridError(problem)
    middle = 0.5 * (unwrapped[1:] + unwrapped[:-1])
    gap = 360.0 - (unwrapped[-1] - unwrapped[0])
    closes = gap <= 1.6 * steps.max()
    before = 0.5 * (unwrapped[0] + unwrapped[-1] - 360.0) if closes else unwrapped[0] - 0.5 * steps[0]
    after = before + 360.0 if closes else unwrapped[-1] + 0.5 * steps[-1]
    return np.append(before, middle), np.append(middle, after)
