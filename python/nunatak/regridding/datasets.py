"""Arrays and datasets on another grid: which variables are regridded, and what is left behind."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable
from typing import Any

import xarray as xr

from nunatak.errors import GridError, NunatakWarning
from nunatak.grids.recognition import Horizontal, Place, describe
from nunatak.grids.recognition.place import fields, variables
from nunatak.grids.recognition.systems import outside
from nunatak.regridding.request import RegridOrder
from nunatak.regridding.variables import regrid_variable, vector_of, warn_of_lone_component
from nunatak.regridding.vectors import find_components

__all__ = ["regrid_array", "regrid_dataset"]


def regrid_array(array: xr.DataArray, order: RegridOrder) -> xr.DataArray:
    """An array on the target, with the coordinates that do not belong to its old grid.

    Raises
    ------
    GridError
        When it has no grid, or lacks a dimension of it.
    """
    horizontal = order.horizontal(array)
    if not set(horizontal.dims) <= set(array.dims):
        raise GridError(f"{describe(array)} lacks a horizontal dimension of {horizontal.dims}")
    if order.vectors is None:
        warn_of_lone_component(array.name, array.variable, horizontal, order)
    variable = regrid_variable(array.variable, horizontal, order)
    coords = _kept_coordinates(array, set(horizontal.dims), {horizontal.mapping_name}, order)
    return xr.DataArray(variable, {**coords, **order.target.coords}, name=array.name)


def regrid_dataset(dataset: xr.Dataset, order: RegridOrder) -> xr.Dataset:
    """A dataset on the target: variables on any of its grids regridded, those without one as they are.

    Raises
    ------
    GridError
        When it has no grid.
    """
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
        stacklevel=outside(),
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
