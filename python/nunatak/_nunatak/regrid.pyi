"""Weights and their application."""

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.array import LazyArray
from nunatak._nunatak.grid import Grid

class ApplyOptions:
    """Options of applying weights to a field."""

    def __init__(
        self,
        skipna: bool = True,
        min_coverage: float = 0.5,
        reducer: str = "mean",
        quantity: str = "intensive",
        normalisation: str | None = None,
        limited: bool = False,
    ) -> None: ...

def forget_weights() -> None:
    """Drop the weights that the process keeps; those in use stay."""

class Weights:
    """A sparse matrix from the cells of one grid to those of another, in a bounded cache of the process."""

    def __init__(
        self,
        source: Grid,
        target: Grid,
        method: str,
        mask: NDArray[np.bool_] | None = None,
        extrapolate: str | None = None,
    ) -> None: ...
    def for_rows(self, rows: int, columns: int) -> Weights:
        """The same weights for fields with the cells of the source mesh in so many rows and columns."""

    @staticmethod
    def external(
        source: Grid,
        target: Grid,
        method: str,
        target_cells: NDArray[np.uint32],
        source_cells: NDArray[np.uint32],
        values: NDArray[np.float64],
    ) -> Weights:
        """Weights from entries in any order, cells counted from 0."""

    @staticmethod
    def from_bytes(data: bytes) -> Weights: ...
    def to_bytes(self) -> bytes: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def row_starts(self) -> NDArray[np.int32 | np.int64]: ...
    @property
    def cells(self) -> NDArray[np.int32 | np.int64]: ...
    @property
    def values(self) -> NDArray[np.float64]: ...
    @property
    def covered_fraction(self) -> NDArray[np.float64]: ...
    def areas(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Areas (m2) of source and target cells between which weights of this method conserve."""

    def regrid(
        self,
        array: LazyArray,
        options: ApplyOptions,
        dtype: str | None = None,
        shares: LazyArray | None = None,
    ) -> LazyArray:
        """A lazy array whose last axes are the source's, on the target grid."""

    def rotate(
        self,
        components: tuple[LazyArray, LazyArray],
        component: str,
        axes: str,
        options: ApplyOptions,
        dtype: str | None = None,
        shares: LazyArray | None = None,
    ) -> LazyArray:
        """A component (x or y) of vectors along the axes of the target ("grid"; or "geographic")."""
