"""Data without coordinates on a grid that is stated: which of their dimensions are those of its cells."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from itertools import combinations

import xarray as xr

from nunatak.errors import GridError
from nunatak.grids.recognition import GridCandidate, HorizontalGrid, describe, fields

__all__ = ["check_sizes", "fits", "renamed"]

_X_THEN_Y = (re.compile(r"n?(r?lon|x|i\b|east|col)"), re.compile(r"n?(r?lat|y|j\b|north|row)"))
"""How names of dimensions along x, and along y, begin."""


def fits(obj: xr.Dataset | xr.DataArray, candidate: GridCandidate) -> bool:
    """Whether data without coordinates have the dimensions of a grid: by name, or one of the length."""
    return _dims_of(obj, candidate) is not None


def renamed(obj: xr.Dataset | xr.DataArray, candidate: GridCandidate) -> GridCandidate:
    """A grid of the source with the dimensions that the data have."""
    dims = _dims_of(obj, candidate)
    if dims is None or dims == candidate.dims:
        return candidate
    return replace(candidate, dims=dims, build=lambda crs: candidate.build(crs).in_rows(dims))


def _dims_of(obj: xr.Dataset | xr.DataArray, candidate: GridCandidate) -> tuple[Hashable, ...] | None:
    """The dimensions of data without coordinates that those of a grid are; None when they do not fit."""
    horizontal = candidate.build(None)
    lengths = horizontal.grid.shape
    if all(obj.sizes.get(dim) == length for dim, length in zip(candidate.dims, lengths, strict=True)):
        return candidate.dims
    if len(lengths) != 1:
        return None
    own = tuple(name for name, size in obj.sizes.items() if size == lengths[0])
    if len(own) == 1:
        return own
    return None if horizontal.rows is None else _rows_of(obj, horizontal.rows)


def _rows_of(obj: xr.Dataset | xr.DataArray, rows: tuple[int, int]) -> tuple[Hashable, ...] | None:
    """The two dimensions of data that have these lengths in this order: the last ones, or the only ones."""
    for values in fields(obj).values():
        pairs = [
            pair
            for pair in combinations(values.dims, 2)
            if tuple(obj.sizes[dim] for dim in pair) == rows and not _is_x_first(pair)
        ]
        last = tuple(values.dims[-2:])
        if last in pairs:
            return last
        if len(pairs) == 1:
            return pairs[0]
    return None


def _is_x_first(dims: tuple[Hashable, ...]) -> bool:
    """Whether the names of two dimensions say that x, or longitude, comes before y, or latitude."""
    return all(name.match(str(dim).lower()) for name, dim in zip(_X_THEN_Y, dims, strict=True))


def check_sizes(obj: xr.Dataset | xr.DataArray, source: HorizontalGrid) -> None:
    """Check that data without coordinates have the dimensions of the grid that they are said to be on.

    Raises
    ------
    GridError
        When they do not.
    """
    if source.rows is not None:
        raise GridError(
            f"{describe(obj)} does not fit the source grid: expected a dimension of {source.grid.shape[0]}, "
            f"or two of {source.rows} in this order (the first grid_dims of the file runs fastest), found "
            f"{dict(obj.sizes)}"
        )
    for dim, length in zip(source.dims, source.grid.shape, strict=True):
        if obj.sizes.get(dim) != length:
            raise GridError(
                f"{describe(obj)} does not fit the source grid: expected dimension {dim!r} of {length}, "
                f"found {dict(obj.sizes)}"
            )
