"""The system of a target that says none: that of the source, or the one that the user states."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator

import xarray as xr

from nunatak._nunatak import Crs
from nunatak.errors import GridError
from nunatak.grids.recognition import inventory
from nunatak.regridding.source import RegridSource
from nunatak.regridding.trees import datasets_of

__all__ = ["source_systems", "target_system"]


def target_system(
    target: object, stated: str | Crs | None, systems: Callable[[], Iterable[Crs]]
) -> str | Crs | None:
    """The system of a target: the one that the user states, or None for its own.

    A target of x and y alone is on the map of the source.

    Raises
    ------
    GridError
        When the sources are on several maps.
    """
    if stated is not None:
        return stated if isinstance(stated, Crs) else str(stated)
    if not isinstance(target, xr.Dataset | xr.DataArray) or not _lacks_system(target):
        return None
    maps: list[Crs] = []
    for system in systems():
        if not system.is_geographic and system not in maps:
            maps.append(system)
    if len(maps) > 1:
        raise GridError(
            "target: it has no coordinate reference system, and the sources have several: "
            f"{', '.join(system.name for system in maps)}; pass target_crs="
        )
    return maps[0] if maps else None


def _lacks_system(target: xr.Dataset | xr.DataArray) -> bool:
    try:
        return inventory(target).lacks_system()
    except GridError:
        return False


def source_systems(obj: object, source: RegridSource) -> Iterator[Crs]:
    """The systems of the grids that data are on; data without a grid have none."""
    if source.is_grid:
        yield source.stated_candidates[0].build(None).grid.crs
        return
    objects = datasets_of(obj) if isinstance(obj, xr.DataTree) else [obj]
    for own in objects:
        if not isinstance(own, xr.Dataset | xr.DataArray):
            continue
        with warnings.catch_warnings():
            # What is doubtful is said when the grid is built again.
            warnings.simplefilter("ignore")
            try:
                system = source.horizontal(own).grid.crs
            except GridError:
                continue
        yield system
