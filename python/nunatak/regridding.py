"""Bringing data from one grid to another: lazily, on the ellipsoid, with weights that are made once."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import xarray as xr

from nunatak._nunatak import LazyArray, Weights
from nunatak.errors import ArgumentError, GridError, NunatakWarning
from nunatak.horizontal import (
    Horizontal,
    Place,
    describe,
    find_horizontal,
    find_places,
    has_axis_names,
    is_mapping,
)
from nunatak.lazy import lazy_array, lazy_variable
from nunatak.regrid_order import Method, Precision, RegridOrder, RegridTarget

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Regridder", "regrid"]

_OLD_GRID = ("coordinates", "mesh", "location")
"""Attributes of data that name the grid they stood on."""

Gridded = TypeVar("Gridded", xr.DataArray, xr.Dataset, xr.DataTree)


def regrid(
    obj: Gridded,
    target: xr.Dataset | xr.DataArray,
    method: Method = "conservative",
    *,
    source: str | xr.Dataset | xr.DataArray | None = None,
    mask: xr.DataArray | np.ndarray | None = None,
    skipna: bool = True,
    min_coverage: float = 0.5,
    dtype: Precision | None = None,
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
        the ellipsoid. ``"bilinear"``: between the four source centres round the target centre, in the
        source's own map projection; nothing outside their hull. ``"nearest"``: the source cell that holds
        the target centre.
    source
        Coordinate reference system of the data (``"EPSG:3031"``; it wins over their own grid mapping and
        silences its warnings), or the grid they stand on when they carry no coordinates.
    mask
        Source cells to use (booleans, or numbers that are 0 or 1), on the source grid.
    skipna
        Leave missing values out, so that the others stand for the whole cell. When False, one missing value
        makes the cell missing.
    min_coverage
        Cells of which a smaller fraction is covered by valid source cells are missing (NaN).
    dtype
        ``"float32"`` or ``"float64"``. By default conservative results are float64, because rounding each
        cell to float32 would cost the integral what conservation promises; other methods keep float32.

    Returns
    -------
    The same type as ``obj``
        Sums are made in float64. Dask arrays stay Dask arrays, one task a block. Each regridded variable has
        the attribute ``nunatak_regrid`` (JSON) that says what made it.

    Raises
    ------
    GridError
        When a grid or its system cannot be found, or the grids do not overlap.
    ArgumentError
        For an unknown method, a mask that does not fit, or a coverage that is not a fraction.

    Examples
    --------
    >>> import nunatak as nk
    >>> target = nk.ismip6_grid("AIS", 16e3)
    >>> fine = nk.grid("EPSG:3031", spacing=8e3)
    >>> float(nk.regrid(nk.cell_area(fine), target).isel(x=190, y=190) > 0)
    1.0
    """
    order = RegridOrder(RegridTarget.of(target), method, source, mask, skipna, min_coverage, dtype)
    if isinstance(obj, xr.DataArray):
        return _regrid_array(obj, order)
    if isinstance(obj, xr.Dataset):
        return _regrid_dataset(obj, order)
    if isinstance(obj, xr.DataTree):
        return _regrid_tree(obj, order)
    raise ArgumentError(f"obj: expected a DataArray, Dataset or DataTree, found {type(obj).__name__}")


class Regridder:
    """Weights between two grids, to apply to anything on the first.

    Parameters
    ----------
    source, target
        Grids, or data on them.
    method
        As in :func:`regrid`.
    mask
        Source cells to use, as in :func:`regrid`.
    """

    def __init__(
        self,
        source: xr.Dataset | xr.DataArray,
        target: xr.Dataset | xr.DataArray,
        method: Method = "conservative",
        *,
        mask: xr.DataArray | np.ndarray | None = None,
    ) -> None:
        self._source = source
        self._horizontal = find_horizontal(source)
        self._order = RegridOrder(RegridTarget.of(target), method, source, mask)
        self._weights = self._order.weights(self._horizontal)

    @property
    def weights(self) -> csr_array:
        """The sparse matrix (target cells, source cells), both flat in (y, x) order
        (``scipy.sparse.csr_array``).

        A row sums to the fraction of its cell that the source covers.
        """
        try:
            from scipy.sparse import csr_array
        except ImportError as error:
            raise ImportError("Regridder.weights needs scipy: pip install 'nunatak[sparse]'") from error
        weights = self._weights
        return csr_array((weights.values, weights.cells, weights.row_starts), shape=weights.shape)

    def __call__(
        self,
        obj: Gridded,
        *,
        skipna: bool = True,
        min_coverage: float = 0.5,
        dtype: Precision | None = None,
    ) -> Gridded:
        """``obj`` on the target grid, as :func:`regrid`; its own grid must be the source."""
        order = self._order
        return regrid(
            obj,
            order.target.obj,
            order.method,
            source=self._source,
            mask=order.mask,
            skipna=skipna,
            min_coverage=min_coverage,
            dtype=dtype,
        )

    def __repr__(self) -> str:
        source, target = self._horizontal.grid.summary, self._order.target.grid.summary
        return f"<nunatak.Regridder {self._order.method}: {source} -> {target}>"


def _regrid_array(array: xr.DataArray, order: RegridOrder) -> xr.DataArray:
    horizontal = order.horizontal(array)
    if not set(horizontal.dims) <= set(array.dims):
        raise GridError(f"{describe(array)} lacks a horizontal dimension of {horizontal.dims}")
    variable = _regrid_variable(array.variable, horizontal, order)
    coords = _kept_coordinates(array, set(horizontal.dims), {horizontal.mapping_name}, order)
    return xr.DataArray(variable, {**coords, **order.target.coords}, name=array.name)


def _regrid_dataset(dataset: xr.Dataset, order: RegridOrder) -> xr.Dataset:
    places = order.places(dataset)
    described = frozenset[Hashable]().union(*(place.names for place in places))
    dims = {dim for place in places for dim in place.dims}
    built: dict[Place, Horizontal] = {}
    regridded: dict[Any, xr.Variable] = {}
    names: list[Hashable] = []
    for name, values in dataset.data_vars.items():
        place = next((place for place in places if place.holds(values)), None)
        if place is not None and _is_data(values) and name not in described:
            if place not in built:
                built[place] = place.build(None)
            regridded[name] = _regrid_variable(values.variable, built[place], order)
            names.append(name)
        elif not dims & set(values.dims) and (name not in described or values.ndim == 0):
            regridded[name] = values.variable
        elif name not in described:
            _warn_dropped(name, values, dataset)
    old = _old_mappings(dataset, names, list(built.values())) | (described if built else set())
    coords = _kept_coordinates(dataset, dims, old, order)
    for name in {*old, *order.target.coords, *order.target.shapes}:
        regridded.pop(name, None)
    attrs = {**dataset.attrs, **order.target.dataset_attrs}
    return xr.Dataset(regridded, {**coords, **order.target.dataset_coords()}, attrs)


def _regrid_tree(tree: xr.DataTree, order: RegridOrder) -> xr.DataTree:
    nodes: dict[str, xr.Dataset] = {}
    found = False
    for node in tree.subtree:
        dataset = _with_inherited_mapping(node)
        path = "/" + node.path.removeprefix(tree.path).lstrip("/")
        if not _has_grid(dataset, order):
            nodes[path] = node.to_dataset(inherit=False)
            continue
        try:
            nodes[path] = _regrid_dataset(dataset, order)
        except (GridError, ArgumentError) as error:
            raise type(error)(f"node {node.path}: {error}") from error
        found = True
    if not found:
        raise GridError(f"no node of the tree has a grid; nodes: {', '.join(nodes)}")
    return xr.DataTree.from_dict(nodes, name=tree.name)


def _with_inherited_mapping(node: xr.DataTree) -> xr.Dataset:
    """A node with the coordinates it inherits and its ancestors' grid mappings (scalars stay behind)."""
    dataset = node.to_dataset(inherit=True)
    for ancestor in node.parents:
        mappings = {
            name: values
            for name, values in ancestor.to_dataset(inherit=False).variables.items()
            if is_mapping(values.attrs) and name not in dataset.variables
        }
        dataset = dataset.assign_coords(mappings)
    return dataset


def _has_grid(dataset: xr.Dataset, order: RegridOrder) -> bool:
    """Whether a node stands on a grid, or pretends to."""
    if any(has_axis_names(values) for values in dataset.data_vars.values()):
        return True
    if order.source is not None and not isinstance(order.source, str):
        return any(
            place.holds(values) for place in _given(dataset, order) for values in dataset.data_vars.values()
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


def _regrid_variable(variable: xr.Variable, horizontal: Horizontal, order: RegridOrder) -> xr.Variable:
    if variable.dtype.kind not in "biuf":
        raise ArgumentError(f"only numbers can be regridded, found {variable.dtype}")
    own = horizontal.dims
    leading = [dim for dim in variable.dims if dim not in own]
    dims = (*leading, *order.target.dims)
    attrs = {name: value for name, value in variable.attrs.items() if name not in _OLD_GRID}
    attrs |= {**order.target.data_attrs, "nunatak_regrid": order.record(horizontal)}
    weights = order.weights(horizontal)
    if variable.chunks is not None:
        return _regrid_dask(variable, own, weights, order, attrs)
    array = lazy_array(variable)
    positions = [variable.dims.index(dim) for dim in (*leading, *own)]
    if positions != sorted(positions):
        array = array.transpose(positions)
    return lazy_variable(dims, weights.regrid(array, order.skipna, order.min_coverage, order.dtype), attrs)


def _regrid_dask(
    variable: xr.Variable,
    dims: tuple[Hashable, ...],
    weights: Weights,
    order: RegridOrder,
    attrs: dict[Any, Any],
) -> xr.Variable:
    """One task for each block of the leading dimensions; weights are rebuilt once on each worker."""
    target = order.target
    block = _Block(weights, order.skipna, order.min_coverage, order.dtype)
    result = xr.apply_ufunc(
        block,
        variable,
        input_core_dims=[list(dims)],
        output_core_dims=[list(target.dims)],
        exclude_dims=set(dims),
        dask="parallelized",
        output_dtypes=[block.output_dtype(variable, dims)],
        dask_gufunc_kwargs={
            "output_sizes": dict(zip(target.dims, target.grid.shape, strict=True)),
            "allow_rechunk": True,
        },
    )
    return xr.Variable(result.dims, result.data, attrs)


@dataclass(frozen=True)
class _Block:
    """Weights on a block in memory, as a Dask task runs them."""

    weights: Weights
    skipna: bool
    min_coverage: float
    dtype: Precision | None

    def output_dtype(self, variable: xr.Variable, dims: tuple[Hashable, ...]) -> np.dtype:
        """The type that blocks of a variable will have, without a value of it."""
        shape = [variable.sizes[dim] for dim in dims]
        unread = LazyArray.from_callback(lambda key: np.empty(0), shape, str(variable.dtype))
        return np.dtype(self.weights.regrid(unread, self.skipna, self.min_coverage, self.dtype).dtype)

    def __call__(self, block: np.ndarray) -> np.ndarray:
        array = LazyArray.from_numpy(np.ascontiguousarray(block))
        result = self.weights.regrid(array, self.skipna, self.min_coverage, self.dtype)
        return result.read([(0, length) for length in result.shape])


def _is_data(values: xr.DataArray) -> bool:
    """Whether a variable is a field, and not the places of the old cells."""
    units = str(values.attrs.get("units", "")).lower()
    is_place = units.startswith(("degrees_east", "degrees_north")) or values.attrs.get("standard_name") in (
        "longitude",
        "latitude",
        "projection_x_coordinate",
        "projection_y_coordinate",
    )
    return values.dtype.kind in "biuf" and not is_place


def _warn_dropped(name: Hashable, values: xr.DataArray, dataset: xr.Dataset) -> None:
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
    return {
        name: values.variable
        for name, values in obj.coords.items()
        if not dims & set(values.dims) and name not in old and name not in order.target.coords
    }


def _old_mappings(dataset: xr.Dataset, names: list[Hashable], built: list[Horizontal]) -> set[Hashable]:
    """Grid mapping variables of the old grids."""
    found = {horizontal.mapping_name for horizontal in built}
    for name in names:
        for text in (dataset[name].attrs.get("grid_mapping"), dataset[name].encoding.get("grid_mapping")):
            found.add(str(text or "").split(":")[0].strip())
    return {name for name in found if name}
