"""Areas of cells that come with data: on another grid they are those of its own cells."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Hashable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import NunatakWarning, caller_stacklevel
from nunatak.grids.recognition import HorizontalGrid, metadata
from nunatak.regridding.request import RegridRequest

__all__ = ["are_areas", "keep_measures", "own_areas", "stated_areas"]

_AREA = re.compile(r"\barea\s*:\s*(\S+)")
_OLD_GRID = ("coordinates", "mesh", "location", "cell_measures", "grid_mapping", "bounds")
"""Attributes of areas that name their old grid."""
_UNITS = (1.0, 1e4, 1e6, 6371e3**2)
"""Units of areas in m2: metres, hectares, kilometres, the unit sphere's."""
_SCALE = 1.5
"""By how much areas on a map may differ from those on the ellipsoid, where most of the ice is."""


def stated_areas(data: Mapping[Hashable, xr.Variable]) -> dict[Hashable, bool]:
    """Variables that are said to have the areas of their cells, and whether another variable says it."""
    named = {found for values in data.values() for found in _named(values)}
    return {
        name: name in named
        for name, values in data.items()
        if values.attrs.get("standard_name") == "cell_area" or name in named
    }


def are_areas(name: Hashable, variable: xr.Variable, source: HorizontalGrid, is_named: bool) -> bool:
    """Whether values are areas of the cells of their grid, but for the scale of a map or a mask.

    Attributes outlive what is made of a variable (thickness times area), so the values decide; with a warning
    where another variable names it.
    """
    if _has_areas(variable, source):
        return True
    if is_named:
        warnings.warn(
            f"{name} is named as cell areas by cell_measures, and has not the areas of the cells of its "
            "grid; it is regridded as any other field",
            NunatakWarning,
            stacklevel=caller_stacklevel(),
        )
    return False


def _has_areas(variable: xr.Variable, source: HorizontalGrid) -> bool:
    if variable.dtype.kind not in "iuf":
        return False
    further = {dim: 0 for dim in variable.dims if dim not in source.dims}
    values = variable.isel(further).transpose(*source.dims).values.astype(float).ravel()
    areas = source.grid.cell_areas().ravel()
    is_there = np.isfinite(values) & (values > 0) & (areas > 0)
    if not is_there.any():
        return False
    ratio = float(np.median(values[is_there] / areas[is_there]))
    return any(1 / _SCALE < ratio * unit < _SCALE for unit in _UNITS)


def own_areas(variable: xr.Variable, source: HorizontalGrid, request: RegridRequest) -> xr.Variable:
    """True areas (m2) of the target's cells, in place of those of the source's."""
    areas = request.target.cell_areas
    kept = {name: value for name, value in variable.attrs.items() if name not in _OLD_GRID}
    attrs = {**kept, **areas.attrs, "nunatak_regrid": request.record(source)}
    return xr.Variable(areas.dims, areas.data, attrs)


def keep_measures(
    data: Mapping[Hashable, xr.Variable],
    regridded: Mapping[Any, xr.Variable],
    areas: Collection[Hashable],
) -> None:
    """Give regridded variables back the attribute ``cell_measures`` where its areas are with them."""
    for name, values in regridded.items():
        named = _named(data[name]) if name in data else []
        if named and all(area in areas and area in regridded for area in named) and name not in areas:
            values.attrs["cell_measures"] = " ".join(f"area: {area}" for area in named)


def _named(variable: xr.Variable) -> list[str]:
    return _AREA.findall(str(metadata(variable, "cell_measures") or ""))
