"""The function regrid: arrays, datasets and trees on another grid, lazily."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import xarray as xr

from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.grids.recognition import gridded_node
from nunatak.regridding.datasets import regrid_array, regrid_dataset
from nunatak.regridding.options import ApplyOptions, Normalisation, Precision, Quantity, Statistic
from nunatak.regridding.request import RegridRequest
from nunatak.regridding.source import RegridSource
from nunatak.regridding.target import RegridTarget
from nunatak.regridding.target_system import source_systems, target_system
from nunatak.regridding.trees import regrid_tree
from nunatak.regridding.vectors import Vectors, check_vectors
from nunatak.regridding.weights_plan import OF_PLACES, Extrapolation, Method, WeightsPlan

__all__ = ["Gridded", "regrid", "regrid_by"]

Gridded = TypeVar("Gridded", xr.DataArray, xr.Dataset, xr.DataTree)


@checked
def regrid(
    obj: Gridded,
    target: xr.Dataset | xr.DataArray | xr.DataTree,
    method: Method = "conservative",
    *,
    func: Statistic | None = None,
    source: str | xr.Dataset | xr.DataArray | xr.DataTree | None = None,
    mask: xr.DataArray | np.ndarray | None = None,
    weights: xr.DataArray | None = None,
    skipna: bool = True,
    min_coverage: float = 0.5,
    quantity: Quantity | None = None,
    normalisation: Normalisation | None = None,
    limited: bool = False,
    extrapolate: Extrapolation | None = None,
    dtype: Precision | None = None,
    vectors: Vectors = None,
    target_crs: str | None = None,
) -> Gridded:
    """Data on another grid, lazily: weights are computed now, values when they are read.

    Parameters
    ----------
    obj
        A DataArray, a Dataset, or a DataTree whose nodes may be on different grids. Axes may descend,
        come in the order (x, y) and be in km. Variables of one dataset may be on several grids (faces and
        nodes of a mesh). Variables without horizontal dimensions pass through;
        coordinates of the old grid (also 2-D longitudes and latitudes) are left behind.
    target
        A grid of any family (:func:`grid`, :func:`latlon`, :func:`healpix`, :func:`open_mesh`, or a dataset
        with coordinates of its own) or data on one, also as a node of a tree. x and y without a coordinate
        reference system are on the map of the source.
    method
        ``"conservative"``: mean of the source cells a target cell meets, weighted by true overlap area on the
        ellipsoid. ``"conservative2"``: the same with polynomials of degree two within the source cells;
        it may overshoot unless ``limited``. ``"bilinear"``: between the source centres round the target
        centre; nothing outside their hull. ``"patch"``: smooth, polynomials of degree four. ``"nearest"``:
        the source cell that holds the target centre, or the nearest. ``"nearest_target"``: each source value
        goes to the nearest target centre. ``"inverse_distance"``: the eight nearest, by the inverse square of
        their distance.
    func
        Statistic of the source cells in each target cell, weighted by overlap area: ``"mean"``, ``"sum"``,
        ``"min"``, ``"max"``, ``"median"``, ``"mode"`` (categories), ``"std"``, ``"var"``, numpy's function of
        one of these, or a quantile from 0 to 1. Only with ``"conservative"``.
    source
        Coordinate reference system of the data (``"EPSG:3031"``; it wins over their own grid mapping and
        silences its warnings), or their grid when they carry no coordinates.
    mask
        Source cells to use (booleans, or numbers that are 0 or 1), on the source grid. A DataArray with
        coordinates may have its cells in any order, and more of them; an array has the order of the data.
    weights
        Values on the source grid by which a mean is weighted besides the area, such as ``sftgif`` for the
        mean thickness of the ice and not of the cell; over time or not. Cells and times may come in any order
        where they have coordinates, and must be those of the data.
    skipna
        Leave missing values out, so that the others represent the whole cell. When False, one missing value
        makes the cell missing. With ``"conservative2"``, source cells beside a missing one are constant
        within themselves.
    min_coverage
        Cells of which a smaller fraction is covered by valid source cells are missing (NaN).
    quantity
        ``"intensive"``: values at places or means over cells (thickness). ``"extensive"``: amounts in cells
        (mass in kg), shared out by area so that their sum is kept; use ``min_coverage=0`` with them. By
        default the ``cell_methods`` of each variable say it: ``area: sum`` are amounts. Areas of the cells
        themselves (``standard_name`` or ``cell_measures``) become those of the target's cells, unless this or
        ``func`` is given.
    normalisation
        Means are divided by the ``"fraction"`` of the cell that is covered, or by all of the
        ``"destination"`` cell, so that what is not covered counts as zero. Amounts by ``"destination"``.
    limited
        Only with ``"conservative2"``: values vary within each source cell no further than to the values of
        the cells about it, so that there are no new extremes. Integrals are kept. With ``weights``, these do
        not vary within the source cells then.
    extrapolate
        What cells get that the method leaves without a value: nothing, the ``"nearest"`` source value, or
        the mean by ``"inverse_distance"``.
    dtype
        ``"float32"`` or ``"float64"``. By default conservative results are float64, because rounding each
        cell to float32 would cost the integral what conservation promises; other methods keep float32.
    vectors
        Pairs of names of the components of vectors, such as ``[("uas", "vas")]``, which are rotated to the
        axes of the target; by default those that have the names of CF or ISMIP6. ``()`` for none. Along x and
        y of cells in longitude and latitude that have no rows and columns means eastward and northward.
    target_crs
        Coordinate reference system of the target (``"EPSG:3031"``); it wins over the target's own.

    Returns
    -------
    The same type as ``obj``
        Arrays in memory are not copied: results are of what they hold when they are read. Sums are made in
        float64. Dask arrays stay Dask arrays, one task a block. Each regridded variable has
        the attribute ``nunatak_regrid`` (JSON) that says what made it.

    Raises
    ------
    GridError
        When a grid or its system cannot be found, or the grids do not overlap.
    ArgumentError
        For an unknown method, a mask that does not fit, a coverage that is not a fraction, or ``limited``
        with another method than ``"conservative2"``.

    Examples
    --------
    >>> import nunatak as nk
    >>> target = nk.ismip6_grid("AIS", 16e3)
    >>> fine = nk.grid("EPSG:3031", spacing=8e3)
    >>> float(nk.regrid(nk.cell_area(fine), target).isel(x=190, y=190) > 0)
    1.0
    """
    options = ApplyOptions(skipna, min_coverage, dtype, func, quantity, normalisation, limited)
    options.check(method)
    origin, target = RegridSource.of(source), gridded_node(target)
    system = target_system(target, target_crs, lambda: source_systems(obj, origin))
    to = RegridTarget.of(target, system, places=method in OF_PLACES)
    plan = WeightsPlan(to.grid, method, mask, extrapolate)
    return regrid_by(RegridRequest(to, plan, origin, options, weights, vectors), obj)


def regrid_by(request: RegridRequest, obj: Gridded) -> Gridded:
    """Regrid an object as requested; weights are computed when they are first needed.

    Raises
    ------
    ArgumentError
        For an object of another type, or vectors that are not in it or have no such statistic.
    """
    check_vectors(request.vectors, obj)
    if request.vectors and not request.options.is_linear:
        raise ArgumentError(
            f"vectors: components have no {request.options.statistic} that can be rotated to other axes; "
            "only means and sums have"
        )
    if isinstance(obj, xr.DataArray):
        return regrid_array(obj, request)
    if isinstance(obj, xr.Dataset):
        return regrid_dataset(obj, request)
    if isinstance(obj, xr.DataTree):
        return regrid_tree(obj, request)
    raise ArgumentError(f"obj: expected a DataArray, Dataset or DataTree, found {type(obj).__name__}")
