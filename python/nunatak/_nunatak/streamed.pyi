"""Weights that are computed and dropped, for rasters too large for them."""

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.array import LazyArray
from nunatak._nunatak.grid import Grid

class StreamPlan:
    """The order in which the cells of a mesh are given what they have of a raster on the same polar map."""

    def __init__(self, source: Grid, target: Grid) -> None: ...
    def areas(self) -> NDArray[np.float64]:
        """True areas (m2) of the cells, whose edges are straight lines of the map."""

    def regrid(self, array: LazyArray, skipna: bool, min_coverage: float) -> LazyArray:
        """A lazy array whose last two axes are the raster's, on the cells of the mesh."""
