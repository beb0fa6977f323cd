"""Nunatak: ice-sheet models meet satellite altimetry.

Opens archives of ice-sheet models and ICESat-2 granules as lazy trees, brings them to a common grid with
their uncertainties, and scores models against observations. The work is done in Rust; what you hold are
xarray objects.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nunatak import scores as scores
    from nunatak._nunatak import __version__ as __version__
    from nunatak.catalog import Catalog, Rules, fix_ismip6, open_catalog
    from nunatak.ensembles import (
        ModelWeights,
        ensemble,
        leave_one_out,
        model_weights,
        stack,
        variance_decomposition,
    )
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
    from nunatak.grids import cell_area, grid, healpix, ismip6_grid, latlon, open_mesh, reduced_gaussian
    from nunatak.integrals import minus_control, scalars
    from nunatak.io.opening import open_datatree, open_datatree_async
    from nunatak.io.stores import file_limits, memory_limit, store_traffic
    from nunatak.points import (
        Atl11,
        GeolocationCalibration,
        Points,
        aggregate,
        calibrate_geolocation,
        concat_points,
        open_atl06,
        open_atl11,
        open_points,
        region_mean,
    )
    from nunatak.regridding import Regridder, regrid
    from nunatak.scores.comparison import Comparison, compare
    from nunatak.scores.discrepancy import Discrepancy
    from nunatak.scores.quantities import (
        QuantityComparison,
        compare_field,
        compare_mask,
        compare_series,
        compare_velocity,
        elevation_change,
    )
    from nunatak.scores.ranking import Ranking
    from nunatak.scores.residuals import residuals

__all__ = [
    "ArgumentError",
    "Atl11",
    "Catalog",
    "CatalogError",
    "Comparison",
    "Discrepancy",
    "FormatError",
    "GeolocationCalibration",
    "GridError",
    "GridMappingWarning",
    "GridWarning",
    "ModelWeights",
    "NunatakError",
    "NunatakWarning",
    "Points",
    "PointsError",
    "QuantityComparison",
    "Ranking",
    "Regridder",
    "Rules",
    "StoreError",
    "UnreadableWarning",
    "__version__",
    "aggregate",
    "calibrate_geolocation",
    "cell_area",
    "compare",
    "compare_field",
    "compare_mask",
    "compare_series",
    "compare_velocity",
    "concat_points",
    "elevation_change",
    "ensemble",
    "file_limits",
    "fix_ismip6",
    "grid",
    "healpix",
    "ismip6_grid",
    "latlon",
    "leave_one_out",
    "memory_limit",
    "minus_control",
    "model_weights",
    "open_atl06",
    "open_atl11",
    "open_catalog",
    "open_datatree",
    "open_datatree_async",
    "open_mesh",
    "open_points",
    "reduced_gaussian",
    "region_mean",
    "regrid",
    "residuals",
    "scalars",
    "scores",
    "stack",
    "store_traffic",
    "variance_decomposition",
]

_NAMES = {
    "_nunatak": ["__version__"],
    "catalog": ["Catalog", "Rules", "fix_ismip6", "open_catalog"],
    "ensembles": [
        "ModelWeights",
        "ensemble",
        "leave_one_out",
        "model_weights",
        "stack",
        "variance_decomposition",
    ],
    "errors": [name for name in __all__ if name.endswith(("Error", "Warning"))],
    "grids": ["cell_area", "grid", "healpix", "ismip6_grid", "latlon", "open_mesh", "reduced_gaussian"],
    "integrals": ["minus_control", "scalars"],
    "io.opening": ["open_datatree", "open_datatree_async"],
    "io.stores": ["file_limits", "memory_limit", "store_traffic"],
    "points": [
        "Atl11",
        "GeolocationCalibration",
        "Points",
        "aggregate",
        "calibrate_geolocation",
        "concat_points",
        "open_atl06",
        "open_atl11",
        "open_points",
        "region_mean",
    ],
    "regridding": ["Regridder", "regrid"],
    "scores.comparison": ["Comparison", "compare"],
    "scores.discrepancy": ["Discrepancy"],
    "scores.quantities": [
        "QuantityComparison",
        "compare_field",
        "compare_mask",
        "compare_series",
        "compare_velocity",
        "elevation_change",
    ],
    "scores.ranking": ["Ranking"],
    "scores.residuals": ["residuals"],
}
_PLACES = {name: f"{__name__}.{module}" for module, names in _NAMES.items() for name in names}
_ROOMS = {
    "catalog",
    "demo",
    "ensembles",
    "errors",
    "exports",
    "grids",
    "integrals",
    "io",
    "points",
    "regridding",
}
_ROOMS |= {"report", "samples", "scores", "time"}


def __getattr__(name: str) -> Any:
    """Import a name or a room when it is first used: what is not used costs no time."""
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_PLACES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_ROOMS})
