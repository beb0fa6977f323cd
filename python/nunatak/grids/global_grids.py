"""Grids of the whole sphere as plain xarray datasets: HEALPix and reduced Gaussian."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from nunatak._nunatak import (
    AUTHALIC_RADIUS,
    Crs,
    Grid,
    has_room,
    healpix_mapping,
    locate_points,
    row_corners,
    whole_healpix_level,
)
from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import HorizontalGrid, variable_of
from nunatak.io.cf import narrow, without_fill
from nunatak.io.counting import counting_variable

if TYPE_CHECKING:
    from nunatak.points.points import Points

__all__ = ["healpix", "reduced_gaussian"]

_FINEST_IN_MEMORY = 8
"""Finest level whose numbers are an array: 6 MB."""


@checked
def healpix(
    level: int,
    *,
    order: Literal["nested", "ring"] = "nested",
    cells: np.ndarray | Points | None = None,
    ellipsoid: Literal["WGS84", "sphere"] = "WGS84",
) -> xr.Dataset:
    """HEALPix cells of one level, all of them or a list.

    Parameters
    ----------
    level
        Number of halvings of the sides of the twelve base cells, 0 to 29: 12 * 4**level cells.
    order
        How cells are numbered: ``"nested"`` or ``"ring"``.
    cells
        Numbers of the cells, in any order, for a limited area; all of the level when None, to level 14, whose
        cells are the most that can be numbered in memory. Points: the cells that hold one, by rising number.
    ellipsoid
        ``"WGS84"``: the cells are cut from its authalic sphere, so that all have one true area and their
        centres are geodetic positions. ``"sphere"``: the latitudes of HEALPix are those of the data, as in
        most climate models, on the sphere with the surface of WGS84.

    Returns
    -------
    Dataset
        Coordinate ``cell_ids`` along ``cells`` with the attributes of xdggs, and CF's grid mapping variable
        ``crs`` (``grid_mapping_name = "healpix"``). From level 9 the numbers of all cells are made
        when they are read, so that a grid takes no memory.

    Raises
    ------
    ArgumentError
        For a level that there is not, and one of more cells than can be numbered in memory without ``cells``.
    GridError
        For a cell that there is not.

    Examples
    --------
    >>> import nunatak as nk
    >>> nk.healpix(6).sizes["cells"]
    49152
    """
    if order not in ("nested", "ring"):
        raise ArgumentError(f"order: found {order!r}, expected 'nested' or 'ring'")
    level = int(level)
    if not 0 <= level <= 29:
        raise ArgumentError(f"level: found {level}, expected a whole number from 0 to 29")
    shape = _shape(ellipsoid)
    attrs = cell_attributes(level, order) | {"ellipsoid": ellipsoid}
    if cells is not None:
        numbers = _numbers(cells, level, order, shape)
        ids = xr.Variable(("cells",), numbers.astype(np.int64), attrs)
    elif level > _FINEST_IN_MEMORY:
        ids = counting_variable("cells", whole_healpix_level(level), attrs)
    else:
        ids = xr.Variable(("cells",), np.arange(whole_healpix_level(level), dtype=np.int64), attrs)
    coords = {
        "cell_ids": ids,
        "crs": xr.Variable((), np.int32(0), narrow(healpix_mapping(level, order)) | shape),
    }
    return xr.Dataset(coords=coords, attrs={"Conventions": "CF-1.13"})


def _numbers(cells: Any, level: int, order: str, shape: dict[str, float]) -> np.ndarray:
    """Numbers of cells as they are given, or those of the cells that hold points."""
    points = getattr(cells, "dataset", None)
    if points is not None and "longitude" in points:
        mapping = {"grid_mapping_name": "latitude_longitude", **shape}
        system, _ = Crs.from_grid_mapping("crs", list(mapping.items()))
        places = (np.ascontiguousarray(points[name].values, float) for name in ("longitude", "latitude"))
        located = locate_points(Grid.healpix(level, order, system), *places)
        if not (located >= 0).any():
            raise ArgumentError("cells: the points hold no segment with a place, so no cell holds one")
        return np.unique(located[located >= 0])
    try:
        numbers = np.asarray(cells)
    except (OverflowError, RecursionError, TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise ArgumentError(f"cells: found {found(cells)}, expected a list of whole numbers, or points")
    if len(numbers) > 12 * 4**level or not has_room(32 * len(numbers)):
        raise ArgumentError(
            f"cells: found {len(numbers)} numbers, expected no more than the cells of the level"
        )
    if len(numbers) == 0 or int(numbers.min()) < 0 or len(np.unique(numbers)) != len(numbers):
        raise ArgumentError("cells: expected different numbers from 0, at least one")
    # Numbers that the level does not have are reported by the Rust kernels.
    Grid.healpix(level, order, Crs.parse("EPSG:4326"), np.ascontiguousarray(numbers, np.uint64))
    return numbers


def cell_attributes(level: int, order: str) -> dict[str, Any]:
    """Attributes of a coordinate of the numbers of HEALPix cells.

    Those of xdggs and no others, which it refuses; CF's are those of the grid mapping variable.
    """
    return {"grid_name": "healpix", "level": np.int32(level), "indexing_scheme": order}


def listed_coordinates(
    obj: xr.Dataset | xr.DataArray, horizontal: HorizontalGrid, numbers: np.ndarray
) -> tuple[dict[Any, xr.Variable], str]:
    """The coordinates of some of the cells of a HEALPix grid, and the name of its grid mapping variable.

    The numbers of the cells are called as those of ``obj`` are, where it has them.
    """
    mapping = dict(horizontal.mapping)
    attrs = cell_attributes(int(mapping["refinement_level"]), str(mapping["indexing_scheme"]))
    name: Hashable = "cell_ids"
    for name in horizontal.centres:
        attrs |= {str(key): value for key, value in variable_of(obj, name).attrs.items()}
    mapping_name = horizontal.mapping_name or "crs"
    coords: dict[Any, xr.Variable] = {name: xr.Variable(horizontal.dims, numbers, attrs)}
    coords[mapping_name] = xr.Variable((), np.int32(0), narrow(mapping))
    return coords, mapping_name


def _check_room(cells: int) -> None:
    """That there is room for the places and corners of so many cells."""
    size = cells * 160
    if not has_room(size):
        raise ArgumentError(
            f"counts: found {cells} cells in all, expected a number for which there is memory: they take "
            f"{size:.1e} bytes"
        )


def _shape(ellipsoid: str) -> dict[str, float]:
    if ellipsoid == "WGS84":
        return {"semi_major_axis": 6_378_137.0, "inverse_flattening": 298.257223563}
    if ellipsoid == "sphere":
        return {"semi_major_axis": AUTHALIC_RADIUS, "inverse_flattening": 0.0}
    raise ArgumentError(f"ellipsoid: found {ellipsoid!r}, expected 'WGS84' or 'sphere'")


@checked
def reduced_gaussian(latitudes: np.ndarray, counts: np.ndarray) -> xr.Dataset:
    """A grid in rows of one latitude, fewer cells in the rows near the poles.

    Parameters
    ----------
    latitudes
        Latitude of each row in degrees, from the north or from the south (Gaussian latitudes, or any).
    counts
        Number of cells of each row; the first is on the prime meridian.

    Returns
    -------
    Dataset
        Coordinates ``lat`` and ``lon`` along ``cell``, row after row, their bounds (cell, 4), and the grid
        mapping variable ``crs``. Rows are bounded by the parallels midway between them and the poles, cells
        by the meridians midway between their centres.

    Raises
    ------
    ArgumentError
        For rows that are out of order, or rows and numbers that do not belong together.

    Examples
    --------
    >>> import nunatak as nk
    >>> nk.reduced_gaussian([60, 0, -60], [4, 8, 4]).sizes["cell"]
    16
    """
    rows, lengths = np.asarray(latitudes, float), np.asarray(counts)
    if rows.ndim != 1 or rows.shape != lengths.shape or len(rows) < 2:
        raise ArgumentError(
            f"counts: expected one for each of two latitudes or more, found {lengths.shape} for {rows.shape}"
        )
    steps = np.diff(rows)
    if not (np.all(steps > 0) or np.all(steps < 0)) or np.abs(rows).max() >= 90:
        raise ArgumentError("latitudes: expected rising or falling values between the poles")
    if lengths.dtype.kind not in "iu" or lengths.min() < 2:
        raise ArgumentError("counts: expected whole numbers of 2 or more")
    _check_room(sum(map(int, lengths)))
    longitude = np.concatenate([np.arange(length) * (360.0 / length) for length in lengths])
    latitude = np.repeat(rows, lengths)
    x, y = row_corners(longitude, latitude, "latitudes: no rows")
    names = (
        ("lat", "latitude", "degrees_north", latitude, y),
        ("lon", "longitude", "degrees_east", longitude, x),
    )
    coords: dict[str, xr.Variable] = {}
    for name, standard_name, units, values, corners in names:
        attrs = {"standard_name": standard_name, "units": units, "bounds": f"{name}_bnds"}
        coords[name] = without_fill(xr.Variable(("cell",), values, attrs))
        coords[f"{name}_bnds"] = without_fill(xr.Variable(("cell", "corner"), corners))
    coords["crs"] = xr.Variable((), np.int32(0), Crs.parse("EPSG:4326").grid_mapping())
    return xr.Dataset(coords=coords, attrs={"Conventions": "CF-1.11"})
