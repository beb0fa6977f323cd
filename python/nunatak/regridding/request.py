"""What a regridding is to do: the grid to go to, where data stand, and the weights between the two."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any, Literal

import numpy as np
import xarray as xr

from nunatak._nunatak import Grid, StreamPlan, Weights, __version__
from nunatak.errors import ArgumentError, GridError, GridWarning
from nunatak.grids.matching import check_sizes, fits, flat_mask, is_same_grid, renamed
from nunatak.grids.recognition import Horizontal, Place, describe, find_horizontal, find_places
from nunatak.grids.recognition.systems import outside
from nunatak.grids.rectilinear import target_coordinates, target_shapes
from nunatak.regridding.dask_blocks import WeightsNode
from nunatak.regridding.options import Application
from nunatak.regridding.vectors import Axes, Component, Vectors

__all__ = ["CONSERVATIVE", "Extrapolation", "Method", "RegridOrder", "RegridTarget"]

Method = Literal[
    "conservative",
    "conservative2",
    "bilinear",
    "patch",
    "nearest",
    "nearest_target",
    "inverse_distance",
]
Extrapolation = Literal["nearest", "inverse_distance"]
CONSERVATIVE: tuple[Method, ...] = ("conservative", "conservative2")
"""Methods whose weights are areas in common."""


STREAM_FROM = 40_000_000
"""Source cells from which weights are made for a few target cells at a time and dropped: all of them would
take half a gigabyte and more."""
_OVERLAP = 1e-3
"""By how much source cells may cover a target cell more than once: edges that are cut into great circles."""


@dataclass(frozen=True)
class RegridTarget:
    """The grid to go to, and the variables that say so."""

    obj: xr.Dataset | xr.DataArray
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
    def of(cls, obj: xr.Dataset | xr.DataArray) -> RegridTarget:
        """The grid of an object."""
        horizontal = find_horizontal(obj)
        coords, mapping = target_coordinates(obj, horizontal)
        shapes, bounds = target_shapes(obj, horizontal)
        attrs = {"grid_mapping": mapping, **horizontal.data_attrs}
        return cls(
            obj,
            horizontal.grid,
            horizontal.dims,
            coords,
            shapes,
            bounds,
            mapping,
            attrs,
            dict(horizontal.dataset_attrs),
        )

    @cached_property
    def coordinates(self) -> xr.Coordinates:
        """The coordinates of a dataset, indexed: those of any result, with their bounds and the mesh."""
        coords = {**self.coords, **self.shapes}
        for name, bounds_name in self.bounds.items():
            coords[name] = coords[name].copy(deep=False)
            coords[name].attrs["bounds"] = bounds_name
        return xr.Dataset(coords=coords).coords

    def beside(self, kept: Mapping[Any, xr.Variable], indexes: Mapping[Any, xr.Index]) -> xr.Coordinates:
        """The coordinates of a dataset on this grid: those it keeps, with their indexes, and the grid's."""
        own = self.coordinates
        there = {name: index for name, index in indexes.items() if name in kept}
        return xr.Coordinates({**kept, **own.variables}, {**there, **own.xindexes})


@dataclass
class RegridOrder:
    """What the user asked for, and the weights made so far: one set for each source grid."""

    target: RegridTarget
    method: Method
    source: str | xr.Dataset | xr.DataArray | None = None
    mask: xr.DataArray | np.ndarray | None = None
    application: Application = field(default_factory=Application)
    extrapolate: Extrapolation | None = None
    weights_field: xr.DataArray | None = None
    """Values on the source grid by which a mean is weighted besides the area."""
    vectors: Vectors = None
    """Pairs of names of vector components; found by what they are called when None."""
    made: dict[Grid, Weights] = field(default_factory=dict)
    planned: dict[Grid, StreamPlan | None] = field(default_factory=dict)
    records: dict[tuple[Grid, Component | None], str] = field(default_factory=dict)
    nodes: dict[Grid, WeightsNode] = field(default_factory=dict)
    given: list[Place] = field(default_factory=list)

    def horizontal(self, obj: xr.Dataset | xr.DataArray) -> Horizontal:
        """Where the data stand: by their own coordinates, or by the source grid the user gave."""
        return self.places(obj)[0].build(None)

    def places(self, obj: xr.Dataset | xr.DataArray) -> list[Place]:
        """The grids that data may stand on: those of their own coordinates, or those the user gave.

        Their systems are the user's, whatever is asked of ``build``.
        """
        if self.source is None or isinstance(self.source, str):
            return [replace(place, build=partial(_build, place, self.source)) for place in find_places(obj)]
        given = [place for place in self.source_places() if fits(obj, place, self.source)]
        try:
            own = find_places(obj)
        except GridError:
            if not given:
                check_sizes(obj, find_horizontal(self.source))
            return [renamed(obj, place, self.source) for place in given]
        return [replace(place, build=partial(self._build_as_source, obj, place)) for place in own]

    def source_places(self) -> list[Place]:
        """The grids of the source that the user gave, each of which is built once."""
        if not self.given and isinstance(self.source, xr.Dataset | xr.DataArray):
            self.given = [replace(place, build=cache(place.build)) for place in find_places(self.source)]
        return self.given

    def _build_as_source(self, obj: xr.Dataset | xr.DataArray, place: Place, _: object) -> Horizontal:
        """A grid of data, which must be the one that the user gave."""
        assert isinstance(self.source, xr.Dataset | xr.DataArray)
        sources = self.source_places()
        source = next((other for other in sources if other.dims == place.dims), sources[0]).build(None)
        own = place.build(source.grid.crs)
        if not is_same_grid(own.grid, source.grid):
            raise GridError(
                f"{describe(obj)} does not stand on the source grid: found {own.grid.summary}; expected "
                f"{source.grid.summary}"
            )
        return replace(own, grid=source.grid)

    def weights(self, horizontal: Horizontal) -> Weights:
        grid = horizontal.grid
        weights = self.made.get(grid)
        if weights is None:
            mask = None if self.mask is None else flat_mask(self.mask, horizontal)
            weights = Weights(grid, self.target.grid, self.method, mask, self.extrapolate)
            self._warn_of_overlaps(horizontal, weights)
            self.made[grid] = weights
        return weights

    def node(self, horizontal: Horizontal) -> WeightsNode:
        """The weights as a node of Dask graphs."""
        node = self.nodes.get(horizontal.grid)
        if node is None:
            node = self.nodes[horizontal.grid] = WeightsNode.of(self.weights(horizontal))
        return node

    def stream(self, horizontal: Horizontal) -> StreamPlan | None:
        """How a raster too large for its weights comes to a mesh on the same polar map; else nothing.

        Weights that have been made, or were given, are used.
        """
        grid, target = horizontal.grid, self.target.grid
        is_plain = self.mask is None and self.extrapolate is None and self.weights_field is None
        if self.method != "conservative" or not is_plain or not self.application.is_mean:
            return None
        if (grid.family, target.family) != ("rectilinear", "mesh") or grid.crs != target.crs:
            return None
        if math.prod(grid.shape) < STREAM_FROM or grid.crs.is_geographic or grid in self.made:
            return None
        if grid not in self.planned:
            try:
                self.planned[grid] = StreamPlan(grid, target)
            except ArgumentError:
                self.planned[grid] = None
        return self.planned[grid]

    def _warn_of_overlaps(self, horizontal: Horizontal, weights: Weights) -> None:
        """That source cells lie on each other: what they cover counts twice."""
        if self.method not in CONSERVATIVE or self.extrapolate is not None:
            return
        covered = weights.covered_fraction
        most = float(covered.max(initial=0.0))
        if most > 1.0 + _OVERLAP:
            cell = int(covered.argmax())
            warnings.warn(
                f"source grid {horizontal.grid.summary}: cells overlap; they cover target cell {cell} "
                f"{most:.4g} times. Means count such places more than once; mask= can leave "
                "one of the cells out",
                GridWarning,
                stacklevel=outside(),
            )

    def turns(self, horizontal: Horizontal, axes: Axes) -> bool:
        """Whether vectors along these axes have others on the target.

        East here is not east there, so that those of longitudes and latitudes turn, too: near the poles by
        any angle.
        """
        source, target = horizontal.grid, self.target.grid
        if axes == "geographic" or source.crs.is_geographic:
            return source != target
        return not source.crs.has_axes_of(target.crs)

    def record(self, horizontal: Horizontal, component: Component | None = None) -> str:
        """What made a variable, for its attributes."""
        key = (horizontal.grid, component)
        record = self.records.get(key)
        if record is None:
            record = self.records[key] = self._record(*key)
        return record

    def _record(self, source: Grid, component: Component | None) -> str:
        made_by = {
            "method": self.method,
            "source": source.summary,
            "target": self.target.grid.summary,
            "min_coverage": self.application.min_coverage,
            "skipna": self.application.skipna,
            "mask": self.mask is not None,
            "version": __version__,
        }
        chosen = {
            "func": self.application.statistic if self.application.func is not None else None,
            "quantity": self.application.quantity if self.application.quantity != "intensive" else None,
            "normalisation": self.application.normalisation,
            "limited": True if self.application.limited else None,
            "extrapolate": self.extrapolate,
            "weights": self.weights_field.name if self.weights_field is not None else None,
            "rotated": None if component is None else self._rotated(component),
        }
        return json.dumps(made_by | {name: value for name, value in chosen.items() if value is not None})

    def _rotated(self, component: Component) -> dict[str, str]:
        """Along what a component of a vector is now, and with which variable it was turned."""
        along = f"{component.axis} of {self.target.grid.crs.name}"
        if component.axes == "geographic" or self.target.grid.crs.is_geographic:
            along = "east" if component.axis == "x" else "north"
        return {"with": str(component.partner), "along": along}


def _build(place: Place, crs: str | None, _: object) -> Horizontal:
    return place.build(crs)
