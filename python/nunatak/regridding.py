"""Bringing data from one grid to another: lazily, on the ellipsoid, with weights that are made once."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from nunatak.application import Application, Normalisation, Precision, Quantity, Statistic
from nunatak.errors import ArgumentError, GridError, NunatakWarning
from nunatak.horizontal import (
    Horizontal,
    Place,
    describe,
    find_places,
    has_axis_names,
    is_mapping,
)
from nunatak.horizontal.place import fields, variables
from nunatak.regrid_order import Extrapolation, Method, RegridOrder, RegridTarget
from nunatak.regridded_variables import regrid_variable, vector_of, warn_of_lone_component
from nunatak.vector_components import Vectors, check_vectors, find_components

__all__ = ["Gridded", "regrid", "regrid_by"]

Gridded = TypeVar("Gridded", xr.DataArray, xr.Dataset, xr.DataTree)


def regrid(
    obj: Gridded,
    target: xr.Dataset | xr.DataArray,
    method: Method = "conservative",
    *,
    func: Statistic | None = None,
    source: str | xr.Dataset | xr.DataArray | None = None,
    mask: xr.DataArray | np.ndarray | None = None,
    weights: xr.DataArray | None = None,
    skipna: bool = True,
    min_coverage: float = 0.5,
    quantity: Quantity = "intensive",
    normalisation: Normalisation | None = None,
    limited: bool = False,
    extrapolate: Extrapolation | None = None,
    dtype: Precision | None = None,
    vectors: Vectors = None,
) -> Gridded:
    """Data on another grid, lazily: weights are made now, values when they are asked for.

    Parameters
    ----------
    obj
        A DataArray, a Dataset, or a DataTree whose nodes may stand on different grids. Axes may descend,
        come in the order (x, y) and be in km. Variables of one dataset may stand on several grids (faces and
        nodes of a mesh). Variables without horizontal dimensions pass through;
        coordinates of the old grid (also 2-D longitudes and latitudes) are left behind.
    target
        A grid of any family (:func:`grid`, :func:`latlon`, :func:`healpix`, :func:`open_mesh`, or a dataset
        with coordinates of its own) or data on one.
    method
        ``"conservative"``: mean of the source cells a target cell meets, weighted by true area in common on
        the ellipsoid. ``"conservative2"``: the same with polynomials of degree two within the source cells;
        it may overshoot unless ``limited``. ``"bilinear"``: between the source centres round the target
        centre; nothing outside their hull. ``"patch"``: smooth, polynomials of degree four. ``"nearest"``:
        the source cell that holds the target centre, or the nearest. ``"nearest_target"``: each source value
        goes to the nearest target centre. ``"inverse_distance"``: the eight nearest, by the inverse square of
        their distance.
    func
        Statistic of the source cells in each target cell, weighted by area in common: ``"mean"``, ``"sum"``,
        ``"min"``, ``"max"``, ``"median"``, ``"mode"`` (categories), ``"std"``, ``"var"``, numpy's function of
        one of these, or a quantile from 0 to 1. Only with ``"conservative"``.
    source
        Coordinate reference system of the data (``"EPSG:3031"``; it wins over their own grid mapping and
        silences its warnings), or the grid they stand on when they carry no coordinates.
    mask
        Source cells to use (booleans, or numbers that are 0 or 1), on the source grid.
    weights
        Values on the source grid by which a mean is weighted besides the area, such as ``sftgif`` for the
        mean thickness of the ice and not of the cell; over time or not.
    skipna
        Leave missing values out, so that the others stand for the whole cell. When False, one missing value
        makes the cell missing. With ``"conservative2"``, source cells beside a missing one are constant
        within themselves.
    min_coverage
        Cells of which a smaller fraction is covered by valid source cells are missing (NaN).
    quantity
        ``"intensive"``: values at places or means over cells (thickness). ``"extensive"``: amounts in cells
        (mass in kg), shared out by area so that their sum is kept; use ``min_coverage=0`` with them.
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
    application = Application(skipna, min_coverage, dtype, func, quantity, normalisation, limited)
    application.check(method)
    order = RegridOrder(
        RegridTarget.of(target), method, source, mask, application, extrapolate, weights, vectors
    )
    return regrid_by(order, obj)


def regrid_by(order: RegridOrder, obj: Gridded) -> Gridded:
    """``obj`` as an order says; its weights are made when they are first needed."""
    check_vectors(order.vectors, obj)
    if order.vectors and not order.application.is_linear:
        raise ArgumentError(
            f"vectors: components have no {order.application.statistic} that can be turned to other axes; "
            "only means and sums have"
        )
    if isinstance(obj, xr.DataArray):
        return _regrid_array(obj, order)
    if isinstance(obj, xr.Dataset):
        return _regrid_dataset(obj, order)
    if isinstance(obj, xr.DataTree):
        return _regrid_tree(obj, order)
    raise ArgumentError(f"obj: expected a DataArray, Dataset or DataTree, found {type(obj).__name__}")


def _regrid_array(array: xr.DataArray, order: RegridOrder) -> xr.DataArray:
    horizontal = order.horizontal(array)
    if not set(horizontal.dims) <= set(array.dims):
        raise GridError(f"{describe(array)} lacks a horizontal dimension of {horizontal.dims}")
    if order.vectors is None:
        warn_of_lone_component(array.name, array.variable, horizontal, order)
    variable = regrid_variable(array.variable, horizontal, order)
    coords = _kept_coordinates(array, set(horizontal.dims), {horizontal.mapping_name}, order)
    return xr.DataArray(variable, {**coords, **order.target.coords}, name=array.name)


def _regrid_dataset(dataset: xr.Dataset, order: RegridOrder) -> xr.Dataset:
    places = order.places(dataset)
    described = frozenset[Hashable]().union(*(place.names for place in places))
    dims = {dim for place in places for dim in place.dims}
    components = find_components(fields(dataset), order.vectors)
    built: dict[Place, Horizontal] = {}
    regridded: dict[Any, xr.Variable] = {}
    names: list[Hashable] = []
    for name, values in fields(dataset).items():
        place = next((place for place in places if place.holds(values)), None)
        if place is not None and _is_data(values) and name not in described:
            if place not in built:
                built[place] = place.build(None)
            vector = vector_of(name, dataset, built[place], components, order)
            regridded[name] = regrid_variable(values, built[place], order, vector)
            names.append(name)
        elif not dims & set(values.dims) and (name not in described or values.ndim == 0):
            regridded[name] = values
        elif name not in described:
            _warn_dropped(name, values, dataset)
    old = _old_mappings(dataset, names, list(built.values())) | (described if built else set())
    for name in {*old, *order.target.coords, *order.target.shapes}:
        regridded.pop(name, None)
    kept = _kept_coordinates(dataset, dims, old, order)
    attrs = {**dataset.attrs, **order.target.dataset_attrs}
    return xr.Dataset(regridded, order.target.beside(kept, dataset.xindexes), attrs)


def _regrid_tree(tree: xr.DataTree, order: RegridOrder) -> xr.DataTree:
    found: list[str] = []
    above: dict[Hashable, xr.Variable] = {}
    for ancestor in reversed(tree.parents):
        above |= _mappings(ancestor)
    regridded = _regrid_node(tree, above, order, found)
    _regrid_below(tree, regridded, above, order, found)
    if not found:
        paths = ("/" + node.path.removeprefix(tree.path).lstrip("/") for node in tree.subtree)
        raise GridError(f"no node of the tree has a grid; nodes: {', '.join(paths)}")
    return regridded


def _regrid_below(
    node: xr.DataTree,
    regridded: xr.DataTree,
    above: dict[Hashable, xr.Variable],
    order: RegridOrder,
    found: list[str],
) -> None:
    """Gives a node that was regridded its children, from the top down: xarray aligns each of them once."""
    if not node.children:
        return
    above = above | _mappings(node)
    regridded.children = {
        name: _regrid_node(child, above, order, found) for name, child in node.children.items()
    }
    for name, child in node.children.items():
        _regrid_below(child, regridded.children[name], above, order, found)


def _regrid_node(
    node: xr.DataTree, above: dict[Hashable, xr.Variable], order: RegridOrder, found: list[str]
) -> xr.DataTree:
    """A node without its children; the paths of those with a grid are added to ``found``."""
    dataset = _with_mappings(node.to_dataset(inherit=True), above)
    if not _has_grid(dataset, order):
        return xr.DataTree(node.to_dataset(inherit=False), name=node.name)
    try:
        regridded = _regrid_dataset(dataset, order)
    except (GridError, ArgumentError) as error:
        raise type(error)(f"node {node.path}: {error}") from error
    found.append(node.path)
    return xr.DataTree(regridded, name=node.name)


def _mappings(node: xr.DataTree) -> dict[Hashable, xr.Variable]:
    """The grid mappings of a node, which those below it use too (scalars are not inherited)."""
    own = node.to_dataset(inherit=False).variables
    return {name: values for name, values in own.items() if is_mapping(values.attrs)}


def _with_mappings(dataset: xr.Dataset, above: dict[Hashable, xr.Variable]) -> xr.Dataset:
    there = dataset.variables
    missing = {name: values for name, values in above.items() if name not in there}
    return dataset.assign_coords(missing) if missing else dataset


def _has_grid(dataset: xr.Dataset, order: RegridOrder) -> bool:
    """Whether a node stands on a grid, or pretends to."""
    if any(has_axis_names(values) for values in fields(dataset).values()):
        return True
    if order.source is not None and not isinstance(order.source, str):
        return any(
            place.holds(values) for place in _given(dataset, order) for values in fields(dataset).values()
        )
    try:
        return bool(find_places(dataset))
    except GridError:
        return False


def _given(dataset: xr.Dataset, order: RegridOrder) -> list[Place]:
    try:
        return order.places(dataset)
    except GridError:
        return []


def _is_data(values: xr.Variable) -> bool:
    """Whether a variable is a field, and not the places of the old cells."""
    units = str(values.attrs.get("units", "")).lower()
    is_place = units.startswith(("degrees_east", "degrees_north")) or values.attrs.get("standard_name") in (
        "longitude",
        "latitude",
        "projection_x_coordinate",
        "projection_y_coordinate",
    )
    return values.dtype.kind in "biuf" and not is_place


def _warn_dropped(name: Hashable, values: xr.Variable, dataset: xr.Dataset) -> None:
    bounds = [coordinate.attrs.get("bounds") for coordinate in dataset.coords.values()]
    if values.ndim == 1 or name in bounds or (values.dtype.kind in "biuf" and not _is_data(values)):
        return
    warnings.warn(
        f"{name} {values.dims} of {values.dtype} cannot be regridded and is left out",
        NunatakWarning,
        stacklevel=5,
    )


def _kept_coordinates(
    obj: xr.Dataset | xr.DataArray,
    dims: set[Hashable],
    old: Collection[Hashable | None],
    order: RegridOrder,
) -> dict[Any, xr.Variable]:
    """Coordinates that do not belong to the old grid."""
    there = variables(obj)
    return {
        name: values
        for name, values in ((name, there[name]) for name in obj.coords)
        if not dims & set(values.dims) and name not in old and name not in order.target.coords
    }


def _old_mappings(dataset: xr.Dataset, names: list[Hashable], built: list[Horizontal]) -> set[Hashable]:
    """Grid mapping variables of the old grids."""
    found = {horizontal.mapping_name for horizontal in built}
    there = dataset.variables
    for name in names:
        for text in (there[name].attrs.get("grid_mapping"), there[name].encoding.get("grid_mapping")):
            found.add(str(text or "").split(":")[0].strip())
    return {name for name in found if name}
