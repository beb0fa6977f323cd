"""The source of a regridding: the grid of the data, by their own coordinates or as the user states it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

import xarray as xr

from nunatak._nunatak import Crs, GridInventory
from nunatak.errors import GridError
from nunatak.grids.matching import check_sizes, fits, is_same_grid, renamed
from nunatak.grids.recognition import (
    GridCandidate,
    HorizontalGrid,
    describe,
    find_candidates,
    find_horizontal,
)

__all__ = ["RegridSource"]

_Build = Callable[[str | Crs | None], HorizontalGrid]


@dataclass(frozen=True, eq=False)
class RegridSource:
    """The source as the user states it: nothing, a coordinate reference system, or a grid."""

    stated: str | xr.Dataset | xr.DataArray | None = None

    @property
    def is_grid(self) -> bool:
        """Whether the user passed a grid (or data on one)."""
        return isinstance(self.stated, xr.Dataset | xr.DataArray)

    @cached_property
    def stated_candidates(self) -> list[GridCandidate]:
        """The grids of the source that the user passed, each of which is built once; else none."""
        if not isinstance(self.stated, xr.Dataset | xr.DataArray):
            return []
        return [
            replace(candidate, build=cache(candidate.build)) for candidate in find_candidates(self.stated)
        ]

    def horizontal(self, obj: xr.Dataset | xr.DataArray) -> HorizontalGrid:
        """The grid of data: by their own coordinates, or the source grid that the user passed.

        Raises
        ------
        GridError
            When there is none, or another than the user's.
        """
        return self.candidates(obj)[0].build(None)

    def candidates(
        self, obj: xr.Dataset | xr.DataArray, known: GridInventory | None = None
    ) -> list[GridCandidate]:
        """The grids that data may be on: those of their own coordinates, or those that the user passed.

        Their systems are the user's, whatever is passed to ``build``. ``known`` is the inventory of ``obj``,
        when it has been made.

        Raises
        ------
        GridError
            When there is none, or the data do not have the dimensions of the user's grid.
        """
        if self.stated is None or isinstance(self.stated, str):
            return [
                replace(candidate, build=_with_system(candidate.build, self.stated))
                for candidate in find_candidates(obj, known)
            ]
        fitting = [candidate for candidate in self.stated_candidates if fits(obj, candidate, self.stated)]
        try:
            own = find_candidates(obj, known)
        except GridError:
            if not fitting:
                check_sizes(obj, find_horizontal(self.stated))
            return [renamed(obj, candidate, self.stated) for candidate in fitting]
        return [replace(candidate, build=partial(self._build_as_stated, obj, candidate)) for candidate in own]

    def _build_as_stated(
        self, obj: xr.Dataset | xr.DataArray, candidate: GridCandidate, _: object
    ) -> HorizontalGrid:
        """A grid of data, which must be the one that the user passed."""
        stated = self.stated_candidates
        source = next((other for other in stated if other.dims == candidate.dims), stated[0]).build(None)
        own = candidate.build(source.grid.crs)
        if not is_same_grid(own.grid, source.grid):
            raise GridError(
                f"{describe(obj)} is not on the source grid: found {own.grid.summary}; expected "
                f"{source.grid.summary}"
            )
        return replace(own, grid=source.grid)


def _with_system(build: _Build, crs: str | None) -> _Build:
    return lambda _: build(crs)
