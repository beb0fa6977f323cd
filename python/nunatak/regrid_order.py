"""What a regridding is to do: the grid to go to, where data stand, and the weights between the two."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr

from nunatak import _nunatak
from nunatak._nunatak import Grid, Weights
from nunatak.errors import ArgumentError, GridError
from nunatak.grids import target_coordinates
from nunatak.horizontal import Horizontal, describe, find_axes, find_horizontal

__all__ = ["Method", "Precision", "RegridOrder", "RegridTarget"]

Method = Literal["conservative", "bilinear", "nearest"]
Precision = Literal["float32", "float64"]


@dataclass(frozen=True)
class RegridTarget:
    """The grid to go to, and the coordinates that say so."""

    obj: xr.Dataset | xr.DataArray
    grid: Grid
    dims: tuple[Hashable, Hashable]
    coords: dict[Any, xr.Variable]
    bounds: dict[Any, xr.Variable]
    mapping: str

    @classmethod
    def of(cls, obj: xr.Dataset | xr.DataArray) -> RegridTarget:
        """The grid of an object."""
        horizontal = find_horizontal(obj)
        coords, mapping = target_coordinates(obj, horizontal)
        bounds = {}
        for name in (horizontal.axes.y_name, horizontal.axes.x_name):
            bounds_name = obj[name].attrs.get("bounds")
            if isinstance(obj, xr.Dataset) and bounds_name in obj.variables:
                bounds[name] = obj[bounds_name].variable
        return cls(obj, horizontal.grid, horizontal.axes.dims, coords, bounds, mapping)


@dataclass
class RegridOrder:
    """What the user asked for, and the weights made so far: one set for each source grid."""

    target: RegridTarget
    method: Method
    source: str | xr.Dataset | xr.DataArray | None = None
    mask: xr.DataArray | np.ndarray | None = None
    skipna: bool = True
    min_coverage: float = 0.5
    dtype: Precision | None = None
    made: dict[Grid, Weights] = field(default_factory=dict)

    def horizontal(self, obj: xr.Dataset | xr.DataArray) -> Horizontal:
        """Where the data stand: by their own coordinates, or by the source grid the user gave."""
        if self.source is None or isinstance(self.source, str):
            return find_horizontal(obj, crs=self.source)
        source = find_horizontal(self.source)
        try:
            axes = find_axes(obj)
        except GridError:
            _check_sizes(obj, source)
            return source
        own = find_horizontal(obj, crs=source.grid.crs)
        if not _is_same(own.grid, source.grid):
            raise GridError(
                f"{describe(obj)} does not stand on the source grid: found {own.grid.summary}; expected "
                f"{source.grid.summary}"
            )
        return Horizontal(axes, source.grid, own.mapping_name)

    def weights(self, horizontal: Horizontal) -> Weights:
        grid = horizontal.grid
        if grid not in self.made:
            mask = None if self.mask is None else _flat_mask(self.mask, horizontal)
            self.made[grid] = Weights(grid, self.target.grid, self.method, mask)
        return self.made[grid]

    def record(self, horizontal: Horizontal) -> str:
        """What made a variable, for its attributes."""
        made_by = {
            "method": self.method,
            "source": horizontal.grid.summary,
            "target": self.target.grid.summary,
            "min_coverage": self.min_coverage,
            "skipna": self.skipna,
            "mask": self.mask is not None,
            "version": _nunatak.__version__,
        }
        return json.dumps(made_by)


def _check_sizes(obj: xr.Dataset | xr.DataArray, source: Horizontal) -> None:
    """That data without coordinates have the dimensions of the grid they are said to stand on."""
    for dim, length in zip(source.axes.dims, source.grid.shape, strict=True):
        if obj.sizes.get(dim) != length:
            raise GridError(
                f"{describe(obj)} does not fit the source grid: expected dimension {dim!r} of {length}, "
                f"found {dict(obj.sizes)}"
            )


def _is_same(one: Grid, other: Grid) -> bool:
    """Whether two grids are one, to a millionth of a cell."""
    if one == other:
        return True
    if one.shape != other.shape or one.crs != other.crs:
        return False
    return all(
        bool(np.all(np.abs(mine - theirs) <= 1e-6 * np.abs(np.diff(theirs)).min()))
        for mine, theirs in ((one.x_bounds, other.x_bounds), (one.y_bounds, other.y_bounds))
    )


def _flat_mask(mask: xr.DataArray | np.ndarray, horizontal: Horizontal) -> np.ndarray:
    """A mask as booleans, flat in (y, x) order."""
    if isinstance(mask, xr.DataArray):
        axes = horizontal.axes
        if set(mask.dims) != set(axes.dims):
            raise ArgumentError(f"mask: expected dimensions {axes.dims}, found {mask.dims}")
        if all(name in mask.coords for name in (axes.x_name, axes.y_name)):
            own = find_horizontal(mask, crs=horizontal.grid.crs)
            if not _is_same(own.grid, horizontal.grid):
                raise ArgumentError(
                    f"mask: found {own.grid.summary}, expected the source grid {horizontal.grid.summary}"
                )
        mask = mask.transpose(*axes.dims).values
    values = np.asarray(mask)
    if values.shape != horizontal.grid.shape:
        raise ArgumentError(f"mask: expected shape {horizontal.grid.shape} (y, x), found {values.shape}")
    if values.dtype.kind not in "biuf" or not np.isin(values, (0, 1)).all():
        raise ArgumentError(
            f"mask: expected booleans, or numbers that are 0 or 1, found {values.dtype} with others"
        )
    return np.ascontiguousarray(values.astype(bool).ravel())
