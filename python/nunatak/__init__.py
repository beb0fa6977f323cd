"""Nunatak: ice-sheet models meet satellite altimetry.

Opens archives of ice-sheet models and ICESat-2 granules as lazy trees, brings them to a common grid with
their uncertainties, and scores models against observations. The work is done in Rust; what you hold are
xarray objects.
"""

from nunatak import scores
from nunatak._nunatak import __version__
from nunatak.aggregation import aggregate
from nunatak.altimetry import Points, open_atl06
from nunatak.catalog import Catalog, open_catalog
from nunatak.comparison import Comparison, compare
from nunatak.ensembles import ensemble
from nunatak.errors import (
    ArgumentError,
    CatalogError,
    FormatError,
    GridError,
    GridMappingWarning,
    GridWarning,
    NunatakError,
    NunatakWarning,
    PointsError,
    StoreError,
    UnreadableWarning,
)
from nunatak.grids import cell_area, grid, ismip6_grid, latlon
from nunatak.meshes import open_mesh
from nunatak.opening import open_datatree, open_datatree_async
from nunatak.point_layouts import open_points
from nunatak.point_residuals import residuals
from nunatak.regridder import Regridder
from nunatak.regridding import regrid
from nunatak.rules import Rules
from nunatak.sphere_grids import healpix, reduced_gaussian
from nunatak.stacking import stack
from nunatak.stores import memory_limit, store_traffic

__all__ = [
    "ArgumentError",
    "Catalog",
    "CatalogError",
    "Comparison",
    "FormatError",
    "GridError",
    "GridMappingWarning",
    "GridWarning",
    "NunatakError",
    "NunatakWarning",
    "Points",
    "PointsError",
    "Regridder",
    "Rules",
    "StoreError",
    "UnreadableWarning",
    "__version__",
    "aggregate",
    "cell_area",
    "compare",
    "ensemble",
    "grid",
    "healpix",
    "ismip6_grid",
    "latlon",
    "memory_limit",
    "open_atl06",
    "open_catalog",
    "open_datatree",
    "open_datatree_async",
    "open_mesh",
    "open_points",
    "reduced_gaussian",
    "regrid",
    "residuals",
    "scores",
    "stack",
    "store_traffic",
]
