"""The target of a regridding: its grid, and the coordinates and attributes that results carry."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import xarray as xr

from nunatak._nunatak import Crs, Grid
from nunatak.errors import GridError
from nunatak.grids.cell_coordinates import target_coordinates, target_shapes
from nunatak.grids.recognition import HorizontalGrid, coordinates_of, find_horizontal, gridded_node
from nunatak.regridding.weights_plan import OF_PLACES

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
    def of(
        cls,
        obj: xr.Dataset | xr.DataArray | xr.DataTree,
        crs: str | Crs | None = None,
        *,
        places: bool = False,
    ) -> RegridTarget:
        """The grid of an object, or of a node of a tree, on the system ``crs`` or its own.

        With ``places``, points along one dimension need no cells, and bring all their coordinates.

        Raises
        ------
        GridError
            When the object has no grid.
        """
        obj = gridded_node(obj)
        horizontal = _horizontal_of(obj, crs, places)
        coords, mapping = target_coordinates(obj, horizontal)
        if horizontal.grid.is_places:
            coords = {**_labels_of(obj, horizontal.dims), **coords}
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
            if dim in self.dims or dim in self.coords:
                raise GridError(
                    f"dimension {dim!r} of the data is none of their grid, and the target "
                    f"{self.grid.summary} has one, or a coordinate, of this name: rename it before, as in "
                    f"obj.rename({dim}='{dim}_of_data')"
                )

    @property
    def is_places(self) -> bool:
        """Whether it is a list of places, which have no cells."""
        return self.grid.is_places

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


def _horizontal_of(obj: xr.Dataset | xr.DataArray, crs: str | Crs | None, places: bool) -> HorizontalGrid:
    """The grid of a target; the error for places that need cells says which methods do without.

    Raises
    ------
    GridError
        When the object has no grid, or places without cells.
    """
    try:
        return find_horizontal(obj, crs=crs, places=places)
    except GridError as error:
        if places or not _are_places(obj, crs):
            raise
        raise GridError(
            f"target: {error}. As a target, places without cells get values by {', '.join(OF_PLACES)}"
        ) from error


def _are_places(obj: xr.Dataset | xr.DataArray, crs: str | Crs | None) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return find_horizontal(obj, crs=crs, places=True).grid.is_places
        except GridError:
            return False


def _labels_of(obj: xr.Dataset | xr.DataArray, dims: tuple[Hashable, ...]) -> dict[Any, xr.Variable]:
    """The coordinates of places: their names, heights and whatever else runs along their dimension."""
    own = coordinates_of(obj).items()
    return {name: values.to_base_variable() for name, values in own if values.dims == dims}
