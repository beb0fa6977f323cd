"""Grids of all families."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.crs import Crs

class Grid:
    """Cells of a grid: axes in the order of the file, HEALPix cells, or polygons that share nodes."""

    def __init__(
        self,
        crs: Crs,
        x: Sequence[float],
        y: Sequence[float],
        x_bounds: Sequence[float] | None = None,
        y_bounds: Sequence[float] | None = None,
        names: tuple[str, str] = ("x", "y"),
    ) -> None: ...
    @staticmethod
    def healpix(level: int, order: str, crs: Crs, cells: NDArray[np.uint64] | None = None) -> Grid:
        """HEALPix cells of a level on the ellipsoid of a system, all of them or those listed."""

    @staticmethod
    def mesh(
        crs: Crs,
        node_x: NDArray[np.float64],
        node_y: NDArray[np.float64],
        face_starts: NDArray[np.uint32],
        face_nodes: NDArray[np.uint32],
        *,
        on_nodes: bool = False,
        parallels: bool = False,
        shape: tuple[int, int] | None = None,
        centres: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    ) -> Grid:
        """Polygons that share nodes; those of face i are face_nodes[face_starts[i]:face_starts[i + 1]]."""

    @property
    def is_curvilinear(self) -> bool:
        """Whether its longitudes and latitudes are in two dimensions, so that x need not be east."""

    @property
    def family(self) -> str:
        """``rectilinear``, ``healpix`` or ``mesh``."""

    @property
    def crs(self) -> Crs: ...
    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes of a field: rows and columns, or cells."""

    @property
    def x(self) -> NDArray[np.float64]: ...
    @property
    def y(self) -> NDArray[np.float64]: ...
    @property
    def x_bounds(self) -> NDArray[np.float64]: ...
    @property
    def y_bounds(self) -> NDArray[np.float64]: ...
    @property
    def nodes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y, or longitude and latitude, of the nodes of a mesh."""

    @property
    def faces(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Start of each face of a mesh in the list of nodes, and the list."""

    @property
    def given_centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Places of the values on the faces of a mesh, where they were given."""

    @property
    def location(self) -> str:
        """Location of the data on a mesh: ``faces`` or ``nodes``."""

    def in_rows(self, rows: int, columns: int) -> Grid:
        """The faces of a mesh in so many rows and columns."""

    @property
    def is_places(self) -> bool:
        """Whether it is a list of places, which have no cells."""

    @property
    def summary(self) -> str:
        """Family, system, numbers and, for axes, extent in a line."""

    @staticmethod
    def regular(
        crs: Crs, spacing: float, extent: tuple[float, float, float, float], registration: str
    ) -> Grid:
        """Rows and columns at equal distances within (west, south, east, north)."""

    def is_same(self, other: Grid) -> bool:
        """Whether another grid has the same cells in the same order, to a millionth of a cell."""

    def places_in(self, other: Grid) -> NDArray[np.int64] | None:
        """For every cell, the index of the one with its value at the same place in another grid.

        None when one is not there; edges may be others.
        """

    def cell_areas(self) -> NDArray[np.float64]:
        """True areas of the cells (m2), in the shape of a field."""

    def polygon_areas(self) -> NDArray[np.float64]:
        """Areas (m2) of the polygons of great circles that represent the cells, in the shape of a field."""

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes (degrees) of the places of the values, flat."""

def whole_healpix_level(level: int) -> int:
    """The number of cells of a HEALPix level, all of which are a grid."""

def spacing_doubt(crs: Crs, spacing: float, extent: tuple[float, float, float, float]) -> str | None:
    """What speaks for kilometres that were given as metres, as a sentence."""
