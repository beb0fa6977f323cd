"""Arrays and datasets on another grid: which variables are regridded, and which are dropped."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable
from typing import Any

import xarray as xr

from nunatak.errors import GridError, NunatakWarning, caller_stacklevel
from nunatak.grids.recognition import GridCandidate, HorizontalGrid, coordinates_of, describe, fields
from nunatak.io.cf import described, history
from nunatak.regridding.cell_measures import are_areas, keep_measures, own_areas, stated_areas
from nunatak.regridding.request import RegridRequest
from nunatak.regridding.variables import regrid_variable, vector_of, warn_of_lone_component
from nunatak.regridding.vectors import find_components

__all__ = ["regrid_array", "regrid_dataset"]

_POSITIONS = ("longitude", "latitude", "projection_x_coordinate", "projection_y_coordinate")
"""Standard names of coordinates of cells, which are no data."""

_NO_PLACES = ("bnds", "bounds", "nv", "nv4", "nb2", "vertices", "model", "member", "realization")
"""Dimensions along which nothing lies anywhere."""


def regrid_array(array: xr.DataArray, request: RegridRequest) -> xr.DataArray:
    """An array on the target, with the coordinates that do not belong to its old grid.

    Raises
    ------
    GridError
        When it has no grid, or lacks a dimension of it.
    """
    horizontal = request.source.horizontal(array)
    if not set(horizontal.dims) <= set(array.dims):
        raise GridError(f"{describe(array)} lacks a horizontal dimension of {horizontal.dims}")
    if request.vectors is None:
        warn_of_lone_component(array.name, array.variable, horizontal, request)
    variable = regrid_variable(array.variable, horizontal, request.beside(array, horizontal))
    coords = _passed_coordinates(array, set(horizontal.dims), {horizontal.mapping_name}, request)
    return described(xr.DataArray(variable, {**coords, **request.target.coords}, name=array.name))


def regrid_dataset(
    dataset: xr.Dataset, request: RegridRequest, recognised: list[GridCandidate] | None = None
) -> xr.Dataset:
    """A dataset on the target: variables on any of its grids regridded, those without one as they are.

    ``recognised`` are the grids it may be on, when these are known.

    Raises
    ------
    GridError
        When it has no grid.
    """
    candidates = request.source.candidates(dataset) if recognised is None else recognised
    of_grids = frozenset[Hashable]().union(*(candidate.names for candidate in candidates))
    dims = {dim for candidate in candidates for dim in candidate.dims}
    data = fields(dataset)
    components = find_components(data, request.vectors)
    built: dict[GridCandidate, tuple[HorizontalGrid, RegridRequest]] = {}
    stated = stated_areas(data) if request.options.is_default else {}
    areas: set[Hashable] = set()
    regridded: dict[Any, xr.Variable] = {}
    names: list[Hashable] = []
    for name, values in data.items():
        candidate = next((candidate for candidate in candidates if candidate.holds(values)), None)
        if candidate is not None and _is_data(values) and name not in of_grids:
            if candidate not in built:
                horizontal = candidate.build(None)
                built[candidate] = horizontal, request.beside(dataset, horizontal)
            horizontal, own = built[candidate]
            names.append(name)
            if name in stated and are_areas(name, values, horizontal, stated[name]):
                if request.target.is_places:
                    _warn_of_areas(name)
                    continue
                areas.add(name)
                regridded[name] = own_areas(values, horizontal, own)
                continue
            vector = vector_of(name, dataset, horizontal, components, own)
            regridded[name] = regrid_variable(values, horizontal, own, vector)
        elif not dims & set(values.dims) and (name not in of_grids or values.ndim == 0):
            request.target.check_free(values.dims)
            regridded[name] = values
            _warn_left(name, values, dataset)
        elif name not in of_grids:
            _warn_dropped(name, values, dataset)
    keep_measures(data, regridded, areas)
    old = _old_mappings(dataset, names, [horizontal for horizontal, _ in built.values()]) | (
        of_grids if built else set()
    )
    for name in {*old, *request.target.coords, *request.target.shapes}:
        regridded.pop(name, None)
    passed = _passed_coordinates(dataset, dims, old, request)
    what = f"regridded ({request.weights_plan.method}) to {request.target.grid.summary}"
    attrs = history({**dataset.attrs, **request.target.dataset_attrs}, what)
    return described(xr.Dataset(regridded, request.target.coordinates_with(passed, dataset.xindexes), attrs))


def _is_data(values: xr.Variable) -> bool:
    """Whether a variable is a field, and not the positions of the old cells."""
    units = str(values.attrs.get("units", "")).lower()
    is_position = units.startswith(("degrees_east", "degrees_north")) or values.attrs.get(
        "standard_name"
    ) in (
        "longitude",
        "latitude",
        "projection_x_coordinate",
        "projection_y_coordinate",
    )
    return values.dtype.kind in "biuf" and not is_position


def _warn_dropped(name: Hashable, values: xr.Variable, dataset: xr.Dataset) -> None:
    bounds = [coordinate.attrs.get("bounds") for coordinate in dataset.coords.values()]
    if name in bounds or (values.dtype.kind in "biuf" and not _is_data(values)):
        return
    warnings.warn(
        f"{name} {values.dims} of {values.dtype} cannot be regridded and is left out: expected numbers with "
        "all dimensions of a grid",
        NunatakWarning,
        stacklevel=caller_stacklevel(),
    )


def _warn_of_areas(name: Hashable) -> None:
    warnings.warn(
        f"dropped {name}: it has the areas of the source's cells, and places have none",
        NunatakWarning,
        stacklevel=caller_stacklevel(),
    )


def _warn_left(name: Hashable, values: xr.Variable, dataset: xr.Dataset) -> None:
    """Warn of a field that stays on axes of its own, which nothing says are horizontal."""
    bounds = {coordinate.attrs.get("bounds") for coordinate in dataset.coords.values()}
    extents = [dim for dim in values.dims if dim not in _NO_PLACES and not _is_time(dataset, dim)]
    if len(extents) < 2 or values.dtype.kind not in "biuf" or name in bounds:
        return
    warnings.warn(
        f"{name} stays on its own axes {tuple(values.dims)}: nothing says that these are horizontal. Give "
        "their coordinates units and a standard_name, such as projection_x_coordinate",
        NunatakWarning,
        stacklevel=caller_stacklevel(),
    )


def _is_time(dataset: xr.Dataset, dim: Hashable) -> bool:
    is_dated = dim in dataset.coords and dataset.coords[dim].dtype.kind in "mMO"
    return is_dated or str(dim).partition("_")[0] in ("time", "year")


def _passed_coordinates(
    obj: xr.Dataset | xr.DataArray,
    dims: set[Hashable],
    old: Collection[Hashable | None],
    request: RegridRequest,
) -> dict[Any, xr.Variable]:
    """Coordinates that do not belong to the old grid."""
    passed = {
        name: values
        for name, values in coordinates_of(obj).items()
        if not dims & set(values.dims) and name not in old and name not in request.target.coords
    }
    for values in passed.values():
        request.target.check_free(values.dims)
    return passed


def _old_mappings(dataset: xr.Dataset, names: list[Hashable], built: list[HorizontalGrid]) -> set[Hashable]:
    """Grid mapping variables of the old grids."""
    found = {horizontal.mapping_name for horizontal in built}
    there = dataset.variables
    for name in names:
        for text in (there[name].attrs.get("grid_mapping"), there[name].encoding.get("grid_mapping")):
            words = str(text or "").replace(":", ": ").split()
            # A name, or CF's long form: names of mappings with a colon, before those of their coordinates.
            found |= {word[:-1] for word in words if word.endswith(":")} or set(words[:1])
    return {name for name in found if name}
