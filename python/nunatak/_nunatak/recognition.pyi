"""Recognition of the grids of xarray objects."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.crs import Crs
from nunatak._nunatak.grid import Grid

AUTHALIC_RADIUS: float
"""Radius (m) of the sphere with the surface of WGS84."""
GRID_MAPPING_ATTRIBUTES: list[str]
"""Attributes by which a grid mapping variable is known."""

class GridInventory:
    """What an xarray object says of itself: made once, and shown to every family of grids."""

    @staticmethod
    def of_dataset(
        variables: dict[Any, Any],
        coordinates: set[Any],
        sizes: dict[Any, int],
        attrs: dict[Any, Any],
        encoding: dict[Any, Any],
    ) -> GridInventory:
        """A dataset: its variables, names of coordinates, dimensions, attributes and encoding."""

    @staticmethod
    def of_array(
        name: Hashable,
        variable: Any,
        sizes: dict[Any, int],
        coordinates: dict[Any, Any],
        mappings_in_file: Callable[[], list[tuple[Hashable, dict[Any, Any]]]],
    ) -> GridInventory:
        """A variable taken out of its dataset; ``mappings_in_file`` gives the grid mappings of its file."""

    @property
    def description(self) -> str:
        """How messages name the object."""

    def recognise(self) -> list[RecognisedGrid]:
        """All grids of the object, those with data first, not yet built."""

    def lacks_system(self) -> bool:
        """Whether the object has axes, and nothing that says on which map or that they are degrees."""

    def find_axes(self) -> tuple[Hashable, Hashable, Hashable, Hashable]:
        """Names of the coordinates along y and x, and the dimension of each."""

    def has_axis_names(self) -> bool:
        """Whether two dimensions of a data variable have the usual names of horizontal axes."""

class RecognisedGrid:
    """A grid that has been recognised and is built when it is needed."""

    @property
    def family(self) -> str:
        """The conventions that describe it."""

    @property
    def dims(self) -> tuple[Hashable, ...]:
        """Horizontal dimensions of data on it."""

    @property
    def names(self) -> frozenset[Hashable]:
        """The variables that describe the grid, which are no data."""

    def build(
        self, crs: Crs | str | None, warn: Callable[[str, bool], object], places: bool = False
    ) -> tuple[
        tuple[Hashable, ...],
        Grid,
        str | None,
        tuple[Hashable, ...],
        tuple[Hashable, ...],
        dict[str, Any],
        dict[str, Any],
        dict[str, Any],
        tuple[int, int] | None,
    ]:
        """Dimensions, cells, grid mapping, centres, shapes; attributes of grid mapping, data and dataset;
        rows and columns of data that are not flat.

        ``warn`` gets what is doubtful about the grid, and whether that is its grid mapping. With ``places``,
        points need no cells.
        """

def centre_attributes(
    name: str, attrs: Mapping[Hashable, Any], grid: Grid, is_in_metres: bool
) -> dict[str, str]:
    """The attributes that a variable along the cells of a grid lacks: standard name, units, description."""

def shape_attributes(name: str, attrs: Mapping[Hashable, Any]) -> dict[str, str]:
    """The description that a variable with other dimensions than the cells' lacks."""

def is_place(attrs: Mapping[Hashable, Any]) -> bool:
    """Whether a variable of these attributes says where cells are."""

def row_corners(
    longitude: NDArray[np.float64], latitude: NDArray[np.float64], problem: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes of the corners (cell, 4) of cells in rows of one latitude."""

def healpix_mapping(level: int, order: str) -> dict[str, Any]:
    """Attributes of the grid mapping variable of HEALPix cells, but for those of the ellipsoid."""
