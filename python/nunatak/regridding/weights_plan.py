"""The weights of a regridding: computed once for each source grid, or streamed where they would not fit."""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

import numpy as np
import xarray as xr

from nunatak._nunatak import Grid, StreamPlan, Weights
from nunatak.errors import ArgumentError, GridWarning, caller_stacklevel
from nunatak.grids.matching import flat_mask
from nunatak.grids.recognition import HorizontalGrid
from nunatak.regridding.dask_blocks import WeightsNode

__all__ = ["CONSERVATIVE", "OF_PLACES", "Extrapolation", "Method", "WeightsPlan"]

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
"""Methods whose weights are overlap areas."""
OF_PLACES: tuple[Method, ...] = ("bilinear", "patch", "nearest", "inverse_distance")
"""Methods that give values at places, whatever the cells about these."""

STREAM_FROM = 40_000_000
"""Number of source cells from which weights are computed for a few target cells at a time and dropped: all
of them would take half a gigabyte and more."""
_OVERLAP = 1e-3
"""Tolerance of source cells that overlap: their edges are cut into great circles."""


class WeightsPlan:
    """Weights onto one target by one method, by source grid; they are computed when first needed.

    Parameters
    ----------
    target
        The target grid.
    method, extrapolate, mask
        As in :func:`nunatak.regrid`.
    """

    def __init__(
        self,
        target: Grid,
        method: Method,
        mask: xr.DataArray | np.ndarray | None = None,
        extrapolate: Extrapolation | None = None,
    ) -> None:
        self.target = target
        self.method: Method = method
        self.mask = mask
        self.extrapolate: Extrapolation | None = extrapolate
        self._weights: dict[Grid, Weights] = {}
        self._streams: dict[Grid, StreamPlan | None] = {}
        self._dask_nodes: dict[Grid, WeightsNode] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without streams and nodes of Dask, which are made again where they are needed."""
        return self.__dict__ | {"_streams": {}, "_dask_nodes": {}}

    @property
    def is_conservative(self) -> bool:
        """Whether the weights are overlap areas."""
        return self.method in CONSERVATIVE

    def use(self, source: HorizontalGrid, weights: Weights) -> None:
        """Take weights that were read from a file or a cache, and compute none for this grid."""
        self._weights[source.grid] = weights

    def weights(self, source: HorizontalGrid) -> Weights:
        """The weights from a grid, with a warning where its cells overlap."""
        grid = source.flat_grid or source.grid
        weights = self._weights.get(grid)
        if weights is None:
            mask = None if self.mask is None else flat_mask(self.mask, source)
            weights = Weights(grid, self.target, self.method, mask, self.extrapolate)
            self._warn_of_overlaps(grid, weights)
            self._weights[grid] = weights
        if source.flat_grid is None:
            return weights
        if source.grid not in self._weights:
            self._weights[source.grid] = weights.for_rows(*source.grid.shape)
        return self._weights[source.grid]

    def dask_node(self, source: HorizontalGrid) -> WeightsNode:
        """The weights from a grid as a node of Dask graphs."""
        node = self._dask_nodes.get(source.grid)
        if node is None:
            node = self._dask_nodes[source.grid] = WeightsNode.of(self.weights(source))
        return node

    def stream(self, source: HorizontalGrid) -> StreamPlan | None:
        """The stream from a raster that is too large for its weights to a mesh on the same polar map.

        None for all other grids and methods, and where there are weights already.
        """
        grid = source.grid
        if self.method != "conservative" or self.mask is not None or self.extrapolate is not None:
            return None
        if (grid.family, self.target.family) != ("rectilinear", "mesh") or grid.crs != self.target.crs:
            return None
        if math.prod(grid.shape) < STREAM_FROM or grid.crs.is_geographic or grid in self._weights:
            return None
        if grid not in self._streams:
            try:
                self._streams[grid] = StreamPlan(grid, self.target)
            except ArgumentError:
                self._streams[grid] = None
        return self._streams[grid]

    def _warn_of_overlaps(self, source: Grid, weights: Weights) -> None:
        """Warn that source cells overlap: what they cover counts twice."""
        if not self.is_conservative or self.extrapolate is not None:
            return
        covered = weights.covered_fraction
        most = float(covered.max(initial=0.0))
        if most > 1.0 + _OVERLAP:
            cell = int(covered.argmax())
            warnings.warn(
                f"source grid {source.summary}: cells overlap; they cover target cell {cell} "
                f"{most:.4g} times. Means count such places more than once; mask= can leave "
                "one of the cells out",
                GridWarning,
                stacklevel=caller_stacklevel(),
            )
