"""Nunatak: ice-sheet models meet satellite altimetry.

Opens archives of ice-sheet models and ICESat-2 granules as lazy trees, brings them to a common grid with
their uncertainties, and scores models against observations. The work is done in Rust; what you hold are
xarray objects.
"""

from nunatak._nunatak import __version__
from nunatak.errors import (
    ArgumentError,
    CatalogError,
    FormatError,
    GridError,
    GridMappingWarning,
    NunatakError,
    NunatakWarning,
    PointsError,
    StoreError,
)

__all__ = [
    "ArgumentError",
    "CatalogError",
    "FormatError",
    "GridError",
    "GridMappingWarning",
    "NunatakError",
    "NunatakWarning",
    "PointsError",
    "StoreError",
    "__version__",
]
