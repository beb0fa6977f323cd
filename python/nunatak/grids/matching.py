"""Comparison of grids: whether masks, weights and grids belong together, and in which order."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable

import numpy as np
import xarray as xr

from nunatak._nunatak import Grid, parse_unit
from nunatak.errors import ArgumentError, GridError, NunatakWarning
from nunatak.grids.recognition import HorizontalGrid, find_candidates, metadata

__all__ = ["flat_mask", "on_cells_of", "with_labels_of"]


def flat_mask(mask: xr.DataArray | np.ndarray, horizontal: HorizontalGrid) -> np.ndarray:
    """A mask as booleans, flat in the order of the grid's cells.

    A DataArray goes by the names of its dimensions and by its coordinates, an array by the order of cells.

    Raises
    ------
    ArgumentError
        For another grid, another shape, or values that are neither 0 nor 1.
    """
    if isinstance(mask, list | tuple):
        mask = np.asarray(mask)
    shapes = ((math.prod(horizontal.grid.shape),), horizontal.rows) if horizontal.rows is not None else ()
    if mask.shape != horizontal.grid.shape and mask.shape in shapes:
        # The cells of a mesh file flat, or in its rows and columns.
        mask = np.asarray(mask).reshape(horizontal.grid.shape)
    if isinstance(mask, xr.DataArray):
        dims = horizontal.dims
        if set(mask.dims) != set(dims):
            raise ArgumentError(f"mask: expected dimensions {dims}, found {mask.dims}")
        order = _order_in(mask, horizontal, "mask")
        values = np.asarray(mask.transpose(*dims).values)
        if order is not None:
            values = values.ravel()[order].reshape(horizontal.grid.shape)
    else:
        values = np.asarray(mask)
    if values.shape != horizontal.grid.shape:
        raise ArgumentError(
            f"mask: expected shape {horizontal.grid.shape} {horizontal.dims}, found {values.shape}"
        )
    if values.dtype.kind not in "biuf" or not np.isin(values, (0, 1)).all():
        raise ArgumentError(
            f"mask: expected booleans, or numbers that are 0 or 1, found {values.dtype} with others"
        )
    return np.ascontiguousarray(values.astype(bool).ravel())


def on_cells_of(horizontal: HorizontalGrid, field: xr.DataArray, what: str) -> xr.DataArray:
    """A field with its cells in the order of a grid, by its own coordinates; lazily.

    Parameters
    ----------
    horizontal
        The grid of the data.
    field
        Values on the same cells, in any order; further dimensions ride along.
    what
        The argument that the field is, for messages.

    Raises
    ------
    ArgumentError
        When the field is on other cells, or its order cannot be told.
    """
    order = _order_in(field, horizontal, what)
    if order is None:
        return field
    dims = horizontal.dims
    if len(dims) == 1:
        return field.isel({dims[0]: order})
    width = field.sizes[dims[1]]
    rows, columns = np.divmod(order.reshape(horizontal.grid.shape), width)
    if not (rows == rows[:, :1]).all() or not (columns == columns[:1]).all():
        raise ArgumentError(
            f"{what}: its cells are those of the data in an order that is not one of rows and columns; "
            f"expected {horizontal.grid.summary}"
        )
    return field.isel({dims[0]: rows[:, 0], dims[1]: columns[0]})


def with_labels_of(
    obj: xr.Dataset | xr.DataArray, field: xr.DataArray, own: tuple[Hashable, ...], what: str
) -> xr.DataArray:
    """A field with its further dimensions in the order of data, by the labels that both have; lazily.

    Parameters
    ----------
    obj
        The data.
    field
        Values beside them.
    own
        The dimensions of the grid, which are left as they are.
    what
        The argument that the field is, for messages.

    Raises
    ------
    ArgumentError
        When the field lacks a label of the data, or has it twice.
    """
    for dim in (dim for dim in field.dims if dim not in own):
        wanted, there = obj.indexes.get(dim), field.indexes.get(dim)
        if wanted is None or there is None or there.equals(wanted):
            continue
        if not there.is_unique:
            raise ArgumentError(
                f"{what}: coordinate {dim} has a value twice, expected each of the data's once"
            )
        places = there.get_indexer(wanted)
        if (places < 0).any():
            missing = ", ".join(str(label) for label in wanted[places < 0][:3])
            raise ArgumentError(
                f"{what}: coordinate {dim} lacks {missing}; found {there[0]} to {there[-1]}, expected all "
                f"of the data's {wanted[0]} to {wanted[-1]}"
            )
        field = field.isel({dim: places})
    return field


def _order_in(field: xr.DataArray, horizontal: HorizontalGrid, what: str) -> np.ndarray | None:
    """For every cell of a grid its flat index in a field; None when the field has the grid's own order.

    Raises
    ------
    ArgumentError
        When the field is on other cells.
    """
    grid = horizontal.grid
    # Coordinates of two dimensions are transposed with it.
    field = field.transpose(..., *horizontal.dims)
    own = _own_grids(field, horizontal)
    orders = (grid.places_in(other) for other in own)
    order = next((found for found in orders if found is not None), None)
    if order is None:
        if own:
            raise ArgumentError(
                f"{what}: found {own[0].summary}, expected the source grid {grid.summary}, cell by cell"
            )
        order = _order_of_labels(field, horizontal, what)
    if order is None or (order.size == _cells(field, horizontal) and (np.diff(order) == 1).all()):
        return None
    return order


def _cells(field: xr.DataArray, horizontal: HorizontalGrid) -> int:
    return int(np.prod([field.sizes[dim] for dim in horizontal.dims]))


def _own_grids(field: xr.DataArray, horizontal: HorizontalGrid) -> list[Grid]:
    """The grid of a field by its own coordinates, in its own system and in that of the data; none without."""
    grids: list[Grid] = []
    if not any(set(values.dims) & set(horizontal.dims) for values in field.coords.values()):
        return grids
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NunatakWarning)
        try:
            candidates = [own for own in find_candidates(field) if own.dims == horizontal.dims]
        except GridError:
            return grids
        for candidate in candidates:
            for crs in (None, horizontal.grid.crs):
                try:
                    grids.append(candidate.build(crs).grid)
                except GridError:
                    continue
    return grids


def _order_of_labels(field: xr.DataArray, horizontal: HorizontalGrid, what: str) -> np.ndarray | None:
    """The order of a field by the coordinates of its dimensions, where they are not those of a grid.

    Raises
    ------
    ArgumentError
        When they are not those of the data.
    """
    grid = horizontal.grid
    if grid.family == "healpix":
        return _order_of_numbers(field, horizontal, what)
    places: list[np.ndarray] = []
    for dim, length in zip(horizontal.dims, grid.shape, strict=True):
        if dim not in field.coords:
            if field.sizes[dim] != length:
                raise ArgumentError(f"{what}: found {field.sizes[dim]} along {dim}, expected {length}")
            places.append(np.arange(length))
        else:
            places.append(_places_of_labels(field.coords[dim], horizontal, dim, what))
    if len(places) == 1:
        return places[0]
    return (places[0][:, None] * field.sizes[horizontal.dims[1]] + places[1]).ravel()


def _places_of_labels(
    labels: xr.DataArray, horizontal: HorizontalGrid, dim: Hashable, what: str
) -> np.ndarray:
    """Where the centres of an axis are among labels; of a mesh, whether these count its cells."""
    grid = horizontal.grid
    values = labels.values
    if grid.family != "rectilinear":
        length = grid.shape[horizontal.dims.index(dim)]
        for first in (0, 1):
            if values.dtype.kind in "iu" and np.array_equal(
                np.sort(values), np.arange(first, first + length)
            ):
                return np.argsort(values, kind="stable")
        raise ArgumentError(
            f"{what}: coordinate {dim} of {values.dtype} is not in the data's grid {grid.summary}, so that "
            "the order of its cells cannot be told; drop it if the order is that of the data"
        )
    centres = grid.y if dim == horizontal.dims[0] else grid.x
    measured = parse_unit(str(metadata(labels.variable, "units") or ""))
    quantity = "angle" if grid.crs.is_geographic else "length"
    scale = measured[1] if measured is not None and measured[0] == quantity else 1.0
    if values.dtype.kind in "iuf" and values.size:
        nearest, apart = _nearest(values.astype(float) * scale, centres)
        step = np.abs(np.diff(centres)).min() if centres.size > 1 else 1.0
        # Centres may be those of the evenly spaced axis that numbers of single precision stand for.
        largest = np.abs(values).max()
        rounding = 2.0 * abs(scale) * float(np.spacing(np.float32(largest))) if values.itemsize <= 4 else 0.0
        if (apart <= max(1e-6 * step, min(rounding, 0.25 * step))).all():
            return nearest
    raise ArgumentError(
        f"{what}: coordinate {dim} has not the values of the source grid {grid.summary}; found "
        f"{values[:1]} to {values[-1:]}"
    )


def _nearest(values: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each wanted value the index of the nearest of the values, in any order, and how far it is."""
    order = np.argsort(values, kind="stable")
    above = np.minimum(np.searchsorted(values[order], wanted), order.size - 1)
    candidates = order[np.stack([np.maximum(above - 1, 0), above])]
    apart = np.abs(values[candidates] - wanted)
    best = apart.argmin(axis=0)[None, :]
    nearest, distance = (np.take_along_axis(each, best, axis=0)[0] for each in (candidates, apart))
    return nearest, distance


def _order_of_numbers(field: xr.DataArray, horizontal: HorizontalGrid, what: str) -> np.ndarray | None:
    """The order of a field by its numbers of HEALPix cells, of the level and the order of the data."""
    dim = horizontal.dims[0]
    names = [name for name in (*horizontal.centres, dim) if name in field.coords]
    if not names:
        if field.sizes[dim] != horizontal.grid.shape[0]:
            raise ArgumentError(
                f"{what}: found {field.sizes[dim]} along {dim}, expected {horizontal.grid.shape[0]}"
            )
        return None
    numbers = field.coords[names[0]].values
    if numbers.dtype.kind not in "iu" or (numbers.size and int(numbers.min()) < 0):
        raise ArgumentError(f"{what}: expected numbers of HEALPix cells in {names[0]}, found {numbers.dtype}")
    level, order = horizontal.mapping["refinement_level"], str(horizontal.mapping["indexing_scheme"])
    cells = np.ascontiguousarray(numbers, np.uint64)
    try:
        own = Grid.healpix(int(level), order, horizontal.grid.crs, cells)
    except GridError as error:
        raise ArgumentError(f"{what}: {names[0]}: {error}") from error
    found = horizontal.grid.places_in(own)
    if found is None:
        raise ArgumentError(
            f"{what}: {names[0]} lacks cells of the source grid {horizontal.grid.summary}; found "
            f"{own.summary}"
        )
    return found
