"""Rectilinear grids as plain xarray datasets, and the true areas of cells of any grid."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs, Grid, ismip_domains, spacing_doubt
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, GridWarning, caller_stacklevel
from nunatak.grids.cell_coordinates import target_coordinates
from nunatak.grids.recognition import find_axes, find_horizontal, gridded_node
from nunatak.io.cf import CONVENTIONS, described, without_fill

if TYPE_CHECKING:
    from nunatak.points.points import Points

__all__ = ["cell_area", "grid", "ismip6_grid", "latlon"]

Registration = Literal["node", "cell"]

# Corners (west, south, east, north) of the ISMIP6 domains in metres: centres of their corner cells.
_DOMAINS = {epsg: corners for _, epsg, corners in ismip_domains()}
_SHEETS = {name: f"EPSG:{epsg}" for name, epsg, _ in ismip_domains()}


@checked
def grid(
    crs: str | int,
    *,
    spacing: float,
    bounds: tuple[float, float, float, float] | Points | None = None,
    registration: Registration = "node",
) -> xr.Dataset:
    """A regular grid on a map.

    Parameters
    ----------
    crs
        Coordinate reference system: ``"EPSG:3031"``, ``"EPSG:6932"``, a UTM zone, a number, a PROJ string
        such as ``"+proj=laea +lat_0=-90"``, or WKT.
    spacing
        Distance between cell centres: metres, or degrees for a geographic system. It must divide the extent.
    bounds
        (west, south, east, north), in the units of ``spacing``. The ISMIP6 domain of the map when None.
        Points: the smallest grid that holds them all, its cells at multiples of ``spacing``.
    registration
        ``"node"``: the corners of ``bounds`` are cell centres, so that there are extent / spacing + 1 cells
        (as in ISMIP6). ``"cell"``: they are outer edges of cells.

    Returns
    -------
    Dataset
        Coordinates ``x`` and ``y`` (``lon`` and ``lat`` for a geographic system; float64, cell centres),
        their bounds, and the grid mapping variable ``crs``. No data variables.

    Raises
    ------
    ArgumentError
        When ``spacing`` does not divide the extent or makes axes for which there is no memory, or ``bounds``
        are missing, out of order or beyond the Earth. More cells than there is memory for are no error: the
        axes alone are kept, and what fills the grid (areas, regridding to it) is refused.
    GridError
        For an unknown system.

    Warns
    -----
    GridWarning
        When the numbers look like kilometres: a spacing below 100 m over 500 km, or an ice sheet at the pole.

    Examples
    --------
    >>> import nunatak as nk
    >>> nk.grid("EPSG:3031", spacing=8e3).sizes["x"]
    761
    """
    system = Crs.parse(str(crs))
    if bounds is None:
        if system.epsg not in _DOMAINS:
            hint = "; nk.latlon(spacing) covers the globe" if system.is_geographic else ""
            raise ArgumentError(
                f"bounds: {system.name} has no usual extent, give (west, south, east, north){hint}"
            )
        bounds = _DOMAINS[system.epsg]
    extent = _extent(bounds, system, float(spacing), registration)
    doubt = spacing_doubt(system, float(spacing), extent)
    native = Grid.regular(system, float(spacing), extent, registration)
    if doubt is not None:
        warnings.warn(doubt, GridWarning, stacklevel=caller_stacklevel())
    return grid_dataset(native)


def _extent(
    bounds: Any, system: Crs, spacing: float, registration: Registration
) -> tuple[float, float, float, float]:
    """West, south, east and north of what was given as bounds."""
    points = getattr(bounds, "dataset", None)
    if points is not None and "longitude" in points:
        return _around(points, system, spacing, registration)
    try:
        west, south, east, north = (float(value) for value in bounds)
    except (OverflowError, TypeError, ValueError):
        raise ArgumentError(
            f"bounds: found {type(bounds).__name__} {bounds!r:.80}, expected four numbers "
            "(west, south, east, north) or points"
        ) from None
    if not np.isfinite((west, south, east, north)).all():
        raise ArgumentError(f"bounds: found {bounds!r:.80}, expected four finite numbers")
    return west, south, east, north


def _around(
    points: xr.Dataset, system: Crs, spacing: float, registration: Registration
) -> tuple[float, float, float, float]:
    """The smallest extent at multiples of ``spacing`` whose cells hold all points."""
    places = [np.ascontiguousarray(points[name].values, float) for name in ("longitude", "latitude")]
    x, y = (values[np.isfinite(values)] for values in system.forward(*places))
    if x.size == 0:
        raise ArgumentError("bounds: the points hold no segment with a place, so no grid holds them")
    x, y = (_side_by_side(x) if system.is_geographic else x) / spacing, y / spacing
    low, high = (np.round, np.round) if registration == "node" else (np.floor, np.ceil)
    west, south = (float(low(values.min()) * spacing) for values in (x, y))
    east, north = (float(high(values.max()) * spacing) for values in (x, y))
    # Points in one row or column of cells still need a grid of two.
    east, north = max(east, west + spacing), max(north, south + spacing)
    if system.is_geographic and east - west + (spacing if registration == "node" else 0.0) > 360.0:
        west, east = -180.0, 180.0 - (spacing if registration == "node" else 0.0)
    return west, south, east, north


def _side_by_side(longitude: np.ndarray) -> np.ndarray:
    """Longitudes (degrees) on the branch that begins behind their widest gap: they span the least."""
    turned = np.unique(np.mod(longitude, 360.0))
    gaps = np.diff(turned, append=turned[0] + 360.0)
    first = turned[(int(gaps.argmax()) + 1) % turned.size]
    first = first - 360.0 if first >= 180.0 else first
    return first + np.mod(longitude - first, 360.0)


@checked
def latlon(spacing: float) -> xr.Dataset:
    """A grid of the whole globe in longitude and latitude.

    Parameters
    ----------
    spacing
        Width and height of the cells in degrees; it must divide 180.

    Returns
    -------
    Dataset
        Coordinates ``lat`` (from the south) and ``lon`` (from 180 degrees west), cell centres in degrees,
        their bounds, and the grid mapping variable ``crs`` (EPSG:4326). ``.sel(lat=slice(-90, -60))`` cuts a
        part out.
    """
    return grid("EPSG:4326", spacing=spacing, bounds=(-180, -90, 180, 90), registration="cell")


@checked
def ismip6_grid(sheet: Literal["AIS", "GrIS"], spacing: float) -> xr.Dataset:
    """The ISMIP6 grid of an ice sheet.

    Parameters
    ----------
    sheet
        ``"AIS"``: EPSG:3031, corners at +-3040 km. ``"GrIS"``: EPSG:3413, corners (-720, -3450) and (960,
        -570) km.
    spacing
        Distance between cell centres in metres; 8e3 gives 761 x 761 cells in Antarctica.

    Returns
    -------
    Dataset
        As :func:`grid`: corners of the domain are cell centres.
    """
    if sheet not in _SHEETS:
        raise ArgumentError(f"sheet: found {sheet!r}, expected 'AIS' or 'GrIS'")
    return grid(_SHEETS[sheet], spacing=spacing)


@checked
def cell_area(grid: xr.Dataset | xr.DataArray | xr.DataTree, *, crs: str | None = None) -> xr.DataArray:
    """True areas of the cells of a grid on the ellipsoid.

    Polar stereographic cells by integration of the area factor 1 / k^2 (Snyder 1987, eq. 21-32),
    longitude-latitude cells by the closed authalic form (eq. 3-12); areas of the parts of a cell add up to
    it. HEALPix cells are all equal. Cells of meshes, curvilinear grids and other maps are polygons on the
    authalic sphere: their edges are great circles, or straight lines of their map.

    Parameters
    ----------
    grid
        A grid, or data on one.
    crs
        Coordinate reference system; it wins over the grid's own.

    Returns
    -------
    DataArray
        m2, float64, with the horizontal dimensions of the grid: (y, x) by the names and in the order of its
        own coordinates, or that of its cells (nodes).
    """
    grid = gridded_node(grid)
    horizontal = find_horizontal(grid, crs=crs)
    attrs = {"standard_name": "cell_area", "long_name": "true area on the ellipsoid", "units": "m2"}
    coords, mapping = target_coordinates(grid, horizontal)
    attrs |= {"grid_mapping": mapping, **horizontal.data_attrs}
    areas = xr.Variable(horizontal.dims, horizontal.grid.cell_areas(), attrs)
    return described(xr.DataArray(areas, coords, name="cell_area"))


def native_grid(obj: xr.Dataset | xr.DataArray, *, crs: str | None = None) -> Grid:
    """The grid of data as the Rust kernels use it: metres or degrees, axes in their own order.

    Raises
    ------
    GridError
        When coordinates or coordinate reference system cannot be found; the message says what was looked for.
    """
    return find_horizontal(obj, crs=crs).grid


def spatial_dims(obj: xr.Dataset | xr.DataArray) -> tuple[Any, Any]:
    """The horizontal dimensions (y, x) of data, whatever their order.

    Raises
    ------
    GridError
        When coordinates cannot be found.
    """
    return find_axes(obj).dims


def grid_dataset(native: Grid) -> xr.Dataset:
    """A grid of the Rust kernels as a dataset of CF coordinates."""
    crs = native.crs
    if crs.is_geographic:
        axes = [("lat", "Y", "latitude", "degrees_north"), ("lon", "X", "longitude", "degrees_east")]
    else:
        axes = [
            ("y", "Y", "projection_y_coordinate", "m"),
            ("x", "X", "projection_x_coordinate", "m"),
        ]
    coords: dict[str, xr.Variable] = {}
    edges = (native.y_bounds, native.x_bounds)
    for (name, axis, standard_name, units), centres, edge in zip(
        axes, (native.y, native.x), edges, strict=True
    ):
        attrs = {"standard_name": standard_name, "units": units, "axis": axis, "bounds": f"{name}_bnds"}
        coords[name] = without_fill(xr.Variable((name,), centres, attrs))
        edges_of_cells = xr.Variable((name, "bnds"), np.stack([edge[:-1], edge[1:]], axis=1))
        coords[f"{name}_bnds"] = without_fill(edges_of_cells)
    coords["crs"] = xr.Variable((), np.int32(0), crs.grid_mapping())
    return xr.Dataset(coords=coords, attrs={"Conventions": CONVENTIONS})
