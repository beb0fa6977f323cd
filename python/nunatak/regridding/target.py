"""The target of a regridding: its grid, and the coordinates and attributes that results carry."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import xarray as xr

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError
from nunatak.grids.recognition import find_horizontal, gridded_node
from nunatak.grids.rectilinear import target_coordinates, target_shapes

__all__ = ["RegridTarget"]


@dataclass(frozen=True)
class RegridTarget:
    """The target grid, and the variables that describe it."""

    grid: Grid
    dims: tuple[Hashable, ...]
    coords: dict[Any, xr.Variable]
    """Coordinates that any result carries."""
    shapes: dict[Any, xr.Variable]
    """What only a dataset can carry: bounds, nodes, connectivity."""
    bounds: dict[Any, Hashable]
    """Which of the shapes are the bounds of which coordinate."""
    mapping: str
    data_attrs: dict[str, Any]
    dataset_attrs: dict[str, Any]

    @classmethod
    def of(cls, obj: xr.Dataset | xr.DataArray | xr.DataTree, crs: str | Crs | None = None) -> RegridTarget:
        """The grid of an object, or of a node of a tree, on the system ``crs`` or its own.

        Raises
        ------
        GridError
            When the object has no grid.
        """
        obj = gridded_node(obj)
        horizontal = find_horizontal(obj, crs=crs)
        coords, mapping = target_coordinates(obj, horizontal)
        shapes, bounds = target_shapes(obj, horizontal)
        attrs = {"grid_mapping": mapping, **horizontal.data_attrs}
        return cls(
            horizontal.grid,
            horizontal.dims,
            coords,
            shapes,
            bounds,
            mapping,
            attrs,
            dict(horizontal.dataset_attrs),
        )

    def check_free(self, dims: Iterable[Hashable]) -> None:
        """Check that dimensions which data have besides their grid are not those of the target.

        Raises
        ------
        GridError
            When one is: a result cannot have a dimension twice.
        """
        for dim in dims:
            if dim in self.dims:
                raise GridError(
                    f"dimension {dim!r} of the data is none of their grid, and the target {self.grid.summary} has "
                    f"one of this name: rename it before, as in obj.rename({dim}='{dim}_of_data')"
                )

    @cached_property
    def cell_areas(self) -> xr.Variable:
        """True areas (m2) of its cells, as a variable of results."""
        attrs = {"standard_name": "cell_area", "units": "m2", **self.data_attrs}
        return xr.Variable(self.dims, self.grid.cell_areas(), attrs)

    @cached_property
    def coordinates(self) -> xr.Coordinates:
        """The coordinates of a dataset, indexed: those of any result, with their bounds and the mesh."""
        coords = {**self.coords, **self.shapes}
        for name, bounds_name in self.bounds.items():
            coords[name] = coords[name].copy(deep=False)
            coords[name].attrs["bounds"] = bounds_name
        return xr.Dataset(coords=coords).coords

    def coordinates_with(
        self, passed: Mapping[Any, xr.Variable], indexes: Mapping[Any, xr.Index]
    ) -> xr.Coordinates:
        """The coordinates of a dataset on this grid: the grid's own, and those of the source that pass
        through, with their indexes."""
        own = self.coordinates
        there = {name: index for name, index in indexes.items() if name in passed}
        return xr.Coordinates({**passed, **own.variables}, {**there, **own.xindexes})
