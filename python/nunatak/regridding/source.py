"""The source of a regridding: the grid of the data, by their own coordinates or as the user states it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import xarray as xr

from nunatak._nunatak import Crs, GridInventory
from nunatak.errors import GridError
from nunatak.grids.fitting import check_sizes, fits, renamed
from nunatak.grids.recognition import (
    GridCandidate,
    HorizontalGrid,
    describe,
    find_candidates,
    gridded_node,
)

__all__ = ["RegridSource"]

_Build = Callable[[str | Crs | None], HorizontalGrid]


@dataclass(eq=False)
class _Once:
    """Builds a grid when it is first asked for, whatever the system; pickled it is the grid itself."""

    build: _Build | None
    built: HorizontalGrid | None = None

    def __call__(self, crs: str | Crs | None = None) -> HorizontalGrid:
        if self.built is None:
            assert self.build is not None
            self.built = self.build(None)
        return self.built

    def __reduce__(self) -> tuple[Any, ...]:
        return _Once, (None, self())


@dataclass(frozen=True, eq=False)
class RegridSource:
    """The source as the user states it: nothing, a coordinate reference system, or a grid."""

    crs: str | None = None
    stated_candidates: list[GridCandidate] = field(default_factory=list)
    """The grids of the source that the user passed, each of which is built once; else none."""

    @classmethod
    def of(cls, stated: str | xr.Dataset | xr.DataArray | xr.DataTree | None) -> RegridSource:
        """The source that the user passed.

        Raises
        ------
        GridError
            When it has no grid.
        """
        if stated is None or isinstance(stated, str):
            return cls(stated)
        candidates = find_candidates(gridded_node(stated))
        return cls(None, [replace(candidate, build=_Once(candidate.build)) for candidate in candidates])

    @property
    def is_grid(self) -> bool:
        """Whether the user passed a grid (or data on one)."""
        return bool(self.stated_candidates)

    def describes(self, name: Hashable) -> bool:
        """Whether a variable of this name describes a grid that the user passed."""
        return any(name in candidate.names for candidate in self.stated_candidates)

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
        if not self.is_grid:
            return [
                replace(candidate, build=_with_system(candidate.build, self.crs))
                for candidate in find_candidates(obj, known)
            ]
        try:
            own = find_candidates(obj, known)
        except GridError:
            fitting = [candidate for candidate in self.stated_candidates if fits(obj, candidate)]
            if not fitting:
                check_sizes(obj, self.stated_candidates[0].build(None))
            return [renamed(obj, candidate) for candidate in fitting]
        return [replace(candidate, build=partial(self._build_as_stated, obj, candidate)) for candidate in own]

    def _build_as_stated(
        self, obj: xr.Dataset | xr.DataArray, candidate: GridCandidate, _: object
    ) -> HorizontalGrid:
        """A grid of data, which must be the one that the user passed."""
        stated = self.stated_candidates
        source = next((other for other in stated if other.dims == candidate.dims), stated[0]).build(None)
        own = candidate.build(source.grid.crs)
        if not own.grid.is_same(source.grid):
            same_cells = " with the same cells in this order" if own.grid.shape == source.grid.shape else ""
            raise GridError(
                f"{describe(obj)} is not on the source grid: found {own.grid.summary}; expected "
                f"{source.grid.summary}{same_cells}"
            )
        return replace(own, grid=source.grid)


def _with_system(build: _Build, crs: str | None) -> _Build:
    return lambda _: build(crs)
