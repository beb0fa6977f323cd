"""One variable on another grid: a field by itself, or a component of a vector together with the other."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import xarray as xr

from nunatak._nunatak import LazyArray, StreamPlan, cast_array
from nunatak.errors import ArgumentError, GridWarning, caller_stacklevel
from nunatak.grids.recognition import HorizontalGrid
from nunatak.io.lazy import lazy_array, lazy_variable
from nunatak.regridding.dask_blocks import Rotation, regrid_blocks
from nunatak.regridding.options import ApplyOptions
from nunatak.regridding.request import RegridRequest
from nunatak.regridding.vectors import Component, has_x_first, needs_rotation, role

__all__ = ["Vector", "regrid_variable", "vector_of", "warn_of_lone_component"]

_OLD_GRID = ("coordinates", "mesh", "location", "cell_measures")
"""Attributes of data that name their old grid."""


@dataclass(frozen=True)
class Vector:
    """Both components of a vector, of which one is regridded."""

    x: xr.Variable
    y: xr.Variable
    component: Component

    @property
    def rotation(self) -> Rotation:
        """The component and the axes it is along."""
        return self.component.axis, self.component.axes


def vector_of(
    name: Hashable,
    dataset: xr.Dataset,
    horizontal: HorizontalGrid,
    components: Mapping[Hashable, Component],
    request: RegridRequest,
) -> Vector | None:
    """The vector of which a variable is a component, when it must be rotated to the axes of the target."""
    component = components.get(name)
    own = dataset.variables[name]
    if component is None:
        if request.vectors is None:
            warn_of_lone_component(name, own, horizontal, request)
        return None
    if not needs_rotation(horizontal.grid, request.target.grid, component.axes):
        return None
    if not request.options.is_linear:
        warn_of_lone_component(name, own, horizontal, request, f"{request.options.statistic} is no mean")
        return None
    grids = ((horizontal.grid, horizontal.dims), (request.target.grid, request.target.dims))
    if component.axes == "grid" and any(has_x_first(grid, dims) for grid, dims in grids):
        warn_of_lone_component(name, own, horizontal, request, "the grid has x first; transpose it to (y, x)")
        return None
    if request.vectors is None and component == Component("x", "grid", component.partner):
        _warn_of_no_axes(name, horizontal)
    other = dataset.variables[component.partner].transpose(*own.dims)
    x, y = (own, other) if component.axis == "x" else (other, own)
    return Vector(x, y, component)


def _warn_of_no_axes(name: Hashable, horizontal: HorizontalGrid) -> None:
    """Warn of a component along the x of cells in longitude and latitude that have no rows and columns."""
    grid = horizontal.grid
    if grid.family == "rectilinear" or grid.is_curvilinear or not grid.crs.is_geographic:
        return
    warnings.warn(
        f"{name} is a component along x, and its cells {grid.summary} have no axis x: it is taken as "
        "eastward, as on longitudes and latitudes. Give both components standard names such as "
        "eastward_wind, or vectors=()",
        GridWarning,
        stacklevel=caller_stacklevel(),
    )


def warn_of_lone_component(
    name: Hashable,
    variable: xr.Variable,
    horizontal: HorizontalGrid,
    request: RegridRequest,
    reason: str = "the other component is not with it",
) -> None:
    """Warn that values stay along the axes of their old grid."""
    found = role(name, variable.attrs)
    if found is None or found.axes == "geographic":
        return
    grids = horizontal.grid, request.target.grid
    source, target = (grid.crs for grid in grids)
    is_east = all(grid.crs.is_geographic and not grid.is_curvilinear for grid in grids)
    if is_east or source.has_axes_of(target) or grids[0] == grids[1]:
        return
    old, new = (
        f"a curvilinear grid on {grid.crs.name}" if grid.is_curvilinear else grid.crs.name for grid in grids
    )
    warnings.warn(
        f"{name} is a vector component along {found.axis} of {old}, and was not rotated to the axes "
        f"of {new}: {reason}. Pass the Dataset that has both components, or vectors=() if it is none",
        GridWarning,
        stacklevel=caller_stacklevel(),
    )


def regrid_variable(
    variable: xr.Variable, horizontal: HorizontalGrid, request: RegridRequest, vector: Vector | None = None
) -> xr.Variable:
    """A variable on the target, lazily; as a component of a vector along the axes there."""
    if variable.dtype.kind not in "biuf":
        raise ArgumentError(f"only numbers can be regridded, found {variable.dtype}")
    request = request.of_variable(variable)
    own = horizontal.dims
    leading = _leading(variable, own)
    request.target.check_free(leading)
    if request.target.is_places and request.options.quantity == "extensive":
        raise ArgumentError(
            "target: places have no area, and amounts in cells (cell_methods area: sum, or "
            "quantity='extensive') no value there; divide them by the areas of their cells before"
        )
    dims = (*leading, *request.target.dims)
    attrs = _attributes(variable, horizontal, request, vector)
    inputs = (variable,) if vector is None else (vector.x, vector.y)
    is_dask = any(values.chunks is not None for values in inputs)
    # Vectors are rotated while weights are applied, and tasks of Dask share weights.
    plan = request.stream(horizontal) if vector is None and not is_dask else None
    if plan is not None:
        return lazy_variable(dims, _streamed(plan, _own_axes_last(variable, own), request.options), attrs)
    shares = _shares(variable, horizontal, request)
    if is_dask:
        target = tuple(zip(request.target.dims, request.target.grid.shape, strict=True))
        rotation = None if vector is None else vector.rotation
        node = request.weights_plan.dask_node(horizontal)
        regridded = regrid_blocks(node, request.options, inputs, shares, own, target, rotation)
        return xr.Variable(regridded.dims, regridded.data, attrs)
    weights, options, dtype = (
        request.weights_plan.weights(horizontal),
        request.options.native(),
        request.options.dtype,
    )
    shared = None if shares is None else _own_axes_last(shares, own)
    if vector is None:
        array = weights.regrid(_own_axes_last(variable, own), options, dtype, shared)
    else:
        pair = (_own_axes_last(vector.x, own), _own_axes_last(vector.y, own))
        array = weights.rotate(pair, *vector.rotation, options, dtype, shared)
    return lazy_variable(dims, array, attrs)


def _streamed(plan: StreamPlan, array: LazyArray, options: ApplyOptions) -> LazyArray:
    streamed = plan.regrid(array, options.skipna, options.min_coverage)
    return streamed if options.dtype is None else cast_array(streamed, options.dtype)


def _attributes(
    variable: xr.Variable, horizontal: HorizontalGrid, request: RegridRequest, vector: Vector | None
) -> dict[Any, Any]:
    attrs = {name: value for name, value in variable.attrs.items() if name not in _OLD_GRID}
    component = None if vector is None else vector.component
    attrs |= {**request.target.data_attrs, "nunatak_regrid": request.record(horizontal, component)}
    if request.weights_plan.is_conservative:
        attrs["cell_methods"] = _cell_methods(attrs.get("cell_methods"), request.options)
    return attrs


def _own_axes_last(variable: xr.Variable, own: tuple[Hashable, ...]) -> LazyArray:
    """The lazy array under a variable, the axes of its grid last."""
    array = lazy_array(variable)
    positions = [variable.dims.index(dim) for dim in (*_leading(variable, own), *own)]
    return array if positions == sorted(positions) else array.transpose(positions)


def _leading(variable: xr.Variable, own: tuple[Hashable, ...]) -> list[Hashable]:
    return [dim for dim in variable.dims if dim not in own]


def _shares(variable: xr.Variable, horizontal: HorizontalGrid, request: RegridRequest) -> xr.Variable | None:
    """The field that weighs means of a variable, with as many of its leading dimensions, in its order."""
    field = request.weights_field
    if field is None:
        return None
    own = horizontal.dims
    leading = _leading(variable, own)
    extra = [dim for dim in field.dims if dim not in (*leading, *own)]
    if extra or not set(own) <= set(field.dims):
        raise ArgumentError(
            f"weights: found dimensions {field.dims}, expected those of the grid {own} and any of {leading}"
        )
    wanted = leading[
        min((leading.index(dim) for dim in field.dims if dim in leading), default=len(leading)) :
    ]
    sizes = {dim: variable.sizes[dim] for dim in (*wanted, *own)}
    for dim, length in sizes.items():
        if dim in field.sizes and field.sizes[dim] != length:
            raise ArgumentError(f"weights: {field.sizes[dim]} along {dim}, expected {length}")
    if set(sizes) == set(field.dims):
        return field.variable.transpose(*sizes)
    return field.variable.set_dims(sizes).transpose(*sizes)


def _cell_methods(before: Any, options: ApplyOptions) -> str:
    """CF's cell methods with what was done over the area."""
    method = options.cell_method()
    text = str(before or "").strip()
    if options.quantity == "extensive" and "area: sum" in text:
        return text
    if text.endswith(f"area: {method}") or (method == "mean" and "area: mean" in text):
        return text
    return f"{text} area: {method}".strip()
