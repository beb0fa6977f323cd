"""Zones of a grid, such as drainage basins, by the label of each cell."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError, GridError
from nunatak.grids.matching import on_cells_of
from nunatak.grids.recognition import HorizontalGrid, find_axes

__all__ = ["Zones", "zones_of"]

_NONE = np.iinfo(np.uint32).max
_MOST = 100_000
"""Most zones: a field of measured values has as many as it has cells."""


@dataclass(frozen=True)
class Zones:
    """Zones along one dimension of the result."""

    dim: str
    labels: np.ndarray
    """What each zone is called, in rising order."""
    numbers: np.ndarray
    """The number of the zone of each cell (uint32), in the shape of the grid; the largest for none."""
    long_name: str
    names: np.ndarray | None
    """Names that the flags of the labels' variable give."""

    @property
    def coordinates(self) -> dict[str, xr.Variable]:
        """The coordinates of the dimension."""
        found = {self.dim: xr.Variable((self.dim,), self.labels, {"long_name": self.long_name})}
        if self.names is not None:
            attrs = {"long_name": f"name of {self.dim}"}
            found[f"{self.dim}_name"] = xr.Variable((self.dim,), self.names, attrs)
        return found


def zones_of(by: xr.DataArray | Mapping[str, xr.DataArray] | None, horizontal: HorizontalGrid) -> list[Zones]:
    """The zones of a grid, aligned with it by name and coordinate.

    Raises
    ------
    ArgumentError
        When labels are on other cells, without coordinates, or none.
    """
    if by is None:
        return []
    if isinstance(by, xr.DataArray):
        by = {"zone" if by.name is None else str(by.name): by}
    found: list[Zones] = []
    for dim, labels in by.items():
        if not isinstance(dim, str) or not dim or not isinstance(labels, xr.DataArray):
            raise ArgumentError(
                f"by: found {dim!r:.40}: {type(labels).__name__}, expected names and DataArrays of labels"
            )
        found.append(_zones(dim, labels, horizontal))
    return found


def _zones(dim: str, labels: xr.DataArray, horizontal: HorizontalGrid) -> Zones:
    values = _on_grid(dim, labels, horizontal)
    if values.dtype.kind in "OU":
        values = np.where(np.equal(values, None), "", values).astype(str)
        is_there = ~np.isin(values, ("", "nan"))
    elif values.dtype.kind in "biuf":
        is_there = values > 0
    else:
        raise ArgumentError(f"by: {dim!r} holds {values.dtype}, expected numbers or names of zones")
    found, numbers = np.unique(values[is_there], return_inverse=True)
    if not 0 < found.size <= _MOST:
        raise ArgumentError(
            f"by: {dim!r} has {found.size:,} labels, expected 1 to {_MOST:,} (0 and below is no zone)"
        )
    of_cells = np.full(horizontal.grid.shape, _NONE, np.uint32)
    of_cells[is_there] = numbers
    if found.dtype.kind == "b":
        found = found.astype(np.int64)
    long_name = str(labels.attrs.get("long_name", dim))
    return Zones(dim, found, of_cells, long_name, _flag_names(labels, found))


def _on_grid(dim: str, labels: xr.DataArray, horizontal: HorizontalGrid) -> np.ndarray:
    """Labels in the order of the cells of a grid."""
    what, own = f"by: {dim!r}", horizontal.dims
    try:
        if set(labels.dims) != set(own) and len(own) == labels.ndim == 2:
            labels = labels.rename(dict(zip(find_axes(labels).dims, own, strict=True)))
    except (GridError, ValueError) as error:
        raise ArgumentError(f"{what} has dimensions {labels.dims}, expected {own}: {error}") from error
    if set(labels.dims) != set(own):
        raise ArgumentError(f"{what} has dimensions {labels.dims}, expected {own}")
    if horizontal.grid.family == "rectilinear":
        _check_has_coordinates(what, labels, own)
    try:
        aligned = on_cells_of(horizontal, labels, what)
    except ArgumentError as error:
        advice = "bring the labels to the cells of the data first: nk.regrid(labels, data, 'nearest')"
        raise ArgumentError(f"{error}; {advice}") from error
    return np.asarray(aligned.transpose(*own).values)


def _check_has_coordinates(what: str, labels: xr.DataArray, own: tuple[Hashable, ...]) -> None:
    """Check that the order of cells can be told."""
    along = {dim for coordinate in labels.coords.values() for dim in coordinate.dims}
    missing = [str(dim) for dim in own if dim not in along]
    if missing:
        raise ArgumentError(
            f"{what} has no coordinates along {', '.join(missing)}, expected those of the data"
        )


def _flag_names(labels: xr.DataArray, found: np.ndarray) -> np.ndarray | None:
    values, meanings = labels.attrs.get("flag_values"), labels.attrs.get("flag_meanings")
    if values is None or not isinstance(meanings, str):
        return None
    names = dict(zip(np.atleast_1d(values).tolist(), meanings.split(), strict=False))
    return np.array([names.get(label, "") for label in found.tolist()])
