"""Comparison of grids: whether data, masks and grids belong together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from nunatak._nunatak import Grid
from nunatak.errors import ArgumentError, GridError
from nunatak.grids.recognition import GridCandidate, HorizontalGrid, describe, find_horizontal

__all__ = ["check_sizes", "fits", "flat_mask", "is_same_grid", "renamed"]


def _lengths(candidate: GridCandidate, source: xr.Dataset | xr.DataArray) -> list[int]:
    return [source.sizes[dim] for dim in candidate.dims]


def fits(obj: xr.Dataset | xr.DataArray, candidate: GridCandidate, source: xr.Dataset | xr.DataArray) -> bool:
    """Whether data without coordinates have the dimensions of a grid: by name, or one of the length."""
    lengths = _lengths(candidate, source)
    if all(obj.sizes.get(dim) == length for dim, length in zip(candidate.dims, lengths, strict=True)):
        return True
    return len(lengths) == 1 and list(obj.sizes.values()).count(lengths[0]) == 1


def renamed(
    obj: xr.Dataset | xr.DataArray, candidate: GridCandidate, source: xr.Dataset | xr.DataArray
) -> GridCandidate:
    """A grid of the source with the dimensions that the data have."""
    (dim, *more) = candidate.dims
    if more or dim in obj.sizes:
        return candidate
    (own,) = (name for name, length in obj.sizes.items() if length == _lengths(candidate, source)[0])
    return replace(candidate, dims=(own,), build=lambda crs: replace(candidate.build(crs), dims=(own,)))


def check_sizes(obj: xr.Dataset | xr.DataArray, source: HorizontalGrid) -> None:
    """Check that data without coordinates have the dimensions of the grid that they are said to be on.

    Raises
    ------
    GridError
        When they do not.
    """
    for dim, length in zip(source.dims, source.grid.shape, strict=True):
        if obj.sizes.get(dim) != length:
            raise GridError(
                f"{describe(obj)} does not fit the source grid: expected dimension {dim!r} of {length}, "
                f"found {dict(obj.sizes)}"
            )


def is_same_grid(one: Grid, other: Grid) -> bool:
    """Whether two grids are one, to a millionth of a cell."""
    if one == other:
        return True
    if one.family != other.family or one.shape != other.shape or one.crs != other.crs:
        return False
    if one.family == "rectilinear":
        return all(
            bool(np.all(np.abs(mine - theirs) <= 1e-6 * np.abs(np.diff(theirs)).min()))
            for mine, theirs in ((one.x_bounds, other.x_bounds), (one.y_bounds, other.y_bounds))
        )
    if one.family != "mesh" or one.location != other.location or len(one.nodes[0]) != len(other.nodes[0]):
        return False
    # A cell is at least a millionth of the span of the nodes wide.
    return all(
        bool(np.all(np.abs(mine - theirs) <= 1e-9 * max(np.ptp(theirs), 1.0)))
        for mine, theirs in zip(one.nodes, other.nodes, strict=True)
    )


def flat_mask(mask: xr.DataArray | np.ndarray, horizontal: HorizontalGrid) -> np.ndarray:
    """A mask as booleans, flat in the order of the grid's cells.

    Raises
    ------
    ArgumentError
        For another grid, another shape, or values that are neither 0 nor 1.
    """
    if isinstance(mask, xr.DataArray):
        dims = horizontal.dims
        if set(mask.dims) != set(dims):
            raise ArgumentError(f"mask: expected dimensions {dims}, found {mask.dims}")
        is_rectilinear = horizontal.grid.family == "rectilinear"
        if is_rectilinear and all(name in mask.coords for name in horizontal.centres):
            own = find_horizontal(mask, crs=horizontal.grid.crs)
            if not is_same_grid(own.grid, horizontal.grid):
                raise ArgumentError(
                    f"mask: found {own.grid.summary}, expected the source grid {horizontal.grid.summary}"
                )
        mask = mask.transpose(*dims).values
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
