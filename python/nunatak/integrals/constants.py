"""Densities of a run, and whose formulas are used for its ice sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

import numpy as np
import xarray as xr

from nunatak._nunatak import model_densities
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import HorizontalGrid

__all__ = ["Constants", "constants_of"]

_DENSITIES = (917.0, 1028.0)
"""Of ice and sea water, kg m-3, where neither the user nor the published table says them."""


@dataclass(frozen=True)
class Constants:
    """Densities (kg m-3), where they are from, and the convention: that of ``AIS`` or ``GrIS``."""

    ice_density: float
    ocean_density: float
    source: str
    convention: str

    @property
    def densities(self) -> tuple[float, float]:
        """Of ice and of sea water."""
        return self.ice_density, self.ocean_density


def constants_of(
    dataset: xr.Dataset,
    path: str,
    horizontal: HorizontalGrid,
    densities: tuple[float | None, float | None],
    convention: str | None,
) -> Constants:
    """The constants of a run: those given, else of its model as published, else 917 and 1028 kg m-3.

    Raises
    ------
    ArgumentError
        A density is no number above 0.
    """
    for name, value in zip(("ice_density", "ocean_density"), densities, strict=True):
        if value is not None and not 0 < float(value) < np.inf:
            raise ArgumentError(f"{name}: found {value:.6g}, expected a finite number above 0 (kg m-3)")
    sheet = convention or _ice_sheet(dataset, horizontal)
    known, source = _published(dataset, path, sheet)
    ice, ocean = (own if own is not None else other for own, other in zip(densities, known, strict=True))
    given = sum(own is not None for own in densities)
    source = ("given", f"given and {source}")[given == 1] if given else source
    return Constants(float(ice), float(ocean), source, sheet)


def _published(dataset: xr.Dataset, path: str, sheet: str) -> tuple[tuple[float, float], str]:
    for institution, model in _models(dataset, path):
        found = model_densities(sheet, institution, model)
        if found is not None:
            return found, f"published for {institution}/{model}"
    return _DENSITIES, "default"


def _models(dataset: xr.Dataset, path: str) -> Iterator[tuple[str, str]]:
    """Institution and model, as the attributes or the path of a node may say them."""
    yield from pairwise(str(dataset.attrs.get("nunatak_model", "")).split("/"))
    yield from pairwise(PurePosixPath(path).parts)


def _ice_sheet(dataset: xr.Dataset, horizontal: HorizontalGrid) -> str:
    stated = {"AIS": "AIS", "GIS": "GrIS", "GrIS": "GrIS"}.get(str(dataset.attrs.get("nunatak_ice_sheet")))
    if stated is not None:
        return stated
    grid = horizontal.grid
    if grid.family == "rectilinear":
        x, y = (axis[axis.size // 2 : axis.size // 2 + 1] for axis in (grid.x, grid.y))
        latitude = y if grid.crs.is_geographic else grid.crs.inverse(x, y)[1]
    else:
        latitude = grid.centres()[1]
    return "AIS" if float(np.mean(latitude)) < 0 else "GrIS"
