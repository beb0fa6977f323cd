"""Recognition of the grids that xarray objects are on, by their coordinates and attributes; Rust does it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import xarray as xr

from nunatak._nunatak import GRID_MAPPING_ATTRIBUTES, Crs, Grid, GridInventory, RecognisedGrid
from nunatak.errors import GridError, GridMappingWarning, GridWarning, caller_stacklevel

__all__ = [
    "Axes",
    "GridCandidate",
    "HorizontalGrid",
    "coordinates_of",
    "describe",
    "fields",
    "find_axes",
    "find_candidates",
    "find_horizontal",
    "gridded_node",
    "inventory",
    "is_mapping",
    "metadata",
    "variable_of",
]


@dataclass(frozen=True)
class Axes:
    """Names of the horizontal coordinates and the dimensions (y, x) they run along."""

    y_name: Hashable
    x_name: Hashable
    dims: tuple[Hashable, Hashable]


@dataclass(frozen=True)
class HorizontalGrid:
    """The horizontal grid of data: their dimensions, the grid itself, and the variables that describe it."""

    dims: tuple[Hashable, ...]
    grid: Grid
    mapping_name: str | None
    centres: tuple[Hashable, ...] = ()
    """Coordinates that run along ``dims`` alone."""
    shapes: tuple[Hashable, ...] = ()
    """Variables with dimensions of their own: bounds, nodes, connectivity."""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of the grid mapping variable, where they are not those of the grid's system."""
    data_attrs: Mapping[str, Any] = field(default_factory=dict)
    """Attributes that data on the grid carry."""
    dataset_attrs: Mapping[str, Any] = field(default_factory=dict)
    """Attributes that a dataset on the grid carries."""
    rows: tuple[int, int] | None = None
    """Rows and columns of data that are not flat, where a file of cells along one dimension says them."""
    flat_grid: Grid | None = None
    """The same cells in one list, where the data have them in these rows and columns."""

    def in_rows(self, dims: tuple[Hashable, ...]) -> HorizontalGrid:
        """The same for data with its cells along these dimensions: one, or rows and columns."""
        if len(dims) == len(self.dims) or self.rows is None:
            return replace(self, dims=dims)
        return replace(self, dims=dims, grid=self.grid.in_rows(*self.rows), flat_grid=self.grid)


@dataclass(frozen=True)
class GridCandidate:
    """A grid that has been recognised and is built when it is needed."""

    family: str
    dims: tuple[Hashable, ...]
    names: frozenset[Hashable]
    """The variables that describe the grid, which are no data."""
    build: Callable[[str | Crs | None], HorizontalGrid]

    def holds(self, values: xr.DataArray | xr.Variable) -> bool:
        """Whether data are on it."""
        return set(self.dims) <= set(values.dims)


def find_horizontal(
    obj: xr.Dataset | xr.DataArray, *, crs: str | Crs | None = None, places: bool = False
) -> HorizontalGrid:
    """The grid of an object; the one with data when there are several.

    The system is ``crs``, else the grid mapping, else degrees say EPSG:4326. With ``places``, points along
    one dimension need no cells.

    Raises
    ------
    GridError
        When the grid or its system cannot be found or read; the message says what was looked for.
    """
    return _build(inventory(obj).recognise()[0], obj.attrs, crs, places)


def gridded_node(obj: xr.Dataset | xr.DataArray | xr.DataTree) -> xr.Dataset | xr.DataArray:
    """An object, or the dataset of a node of a tree, with the coordinates and grid mappings above it.

    Raises
    ------
    GridError
        When the node has no variables; the message names the nodes that have.
    """
    if not isinstance(obj, xr.DataTree):
        return obj
    dataset = obj.to_dataset(inherit=True)
    for ancestor in obj.parents:
        above = ancestor.to_dataset(inherit=False).variables
        missing = {
            name: values
            for name, values in above.items()
            if is_mapping(values.attrs) and name not in dataset.variables
        }
        dataset = dataset.assign_coords(missing)
    if not dataset.variables:
        nodes = [node.path for node in obj.subtree if node.has_data]
        raise GridError(
            f"node {obj.path} of a tree has no variables; expected a node with a grid"
            + (f", such as tree[{nodes[0]!r}]; nodes with variables: {', '.join(nodes)}" if nodes else "")
        )
    return dataset


def find_candidates(
    obj: xr.Dataset | xr.DataArray, known: GridInventory | None = None
) -> list[GridCandidate]:
    """All grids of an object, those with data first, recognised and not yet built.

    ``known`` is the inventory of the object, when it has been made.

    Raises
    ------
    GridError
        When there is none; the message says what was looked for.
    """
    found = (inventory(obj) if known is None else known).recognise()
    return [GridCandidate(own.family, own.dims, own.names, partial(_build, own, obj.attrs)) for own in found]


def find_axes(obj: xr.Dataset | xr.DataArray) -> Axes:
    """The horizontal axes of an object.

    Axes are one-dimensional coordinates with ``axis`` X and Y, else with a horizontal ``standard_name``,
    else with a usual name (x, xc, lon, …).

    Raises
    ------
    GridError
        When one cannot be found; the message says what was looked for.
    """
    y_name, x_name, *dims = inventory(obj).find_axes()
    return Axes(y_name, x_name, (dims[0], dims[1]))


def inventory(obj: xr.Dataset | xr.DataArray) -> GridInventory:
    """What an object says of itself, to be made once and asked often; no values are read.

    Raises
    ------
    GridError
        When it is neither a DataArray nor a Dataset.
    """
    if isinstance(obj, xr.Dataset):
        # xarray's own dictionaries: a view of them costs as much as the rest.
        decoded = _decoded(obj)
        variables = {**obj._variables, **decoded} if decoded else obj._variables
        return GridInventory.of_dataset(variables, obj._coord_names, dict(obj.sizes), obj.attrs, obj.encoding)
    if isinstance(obj, xr.DataArray):
        in_file = partial(_mappings_in_file, obj.encoding.get("source"))
        decoded = _decoded(obj)
        coordinates = {**obj._coords, **decoded} if decoded else obj._coords
        return GridInventory.of_array(obj.name, obj.variable, dict(obj.sizes), coordinates, in_file)
    raise GridError(
        "expected a grid such as nk.grid('EPSG:3031', spacing=16e3), or an xarray Dataset or DataArray "
        f"on one; found {type(obj).__name__}"
    )


def describe(obj: xr.Dataset | xr.DataArray) -> str:
    """The name of an object in messages."""
    return inventory(obj).description


def fields(obj: xr.Dataset | xr.DataArray) -> dict[Hashable, xr.Variable]:
    """The data variables of an object, without the cost of a DataArray for each."""
    if isinstance(obj, xr.DataArray):
        return {obj.name: obj.variable}
    coordinates = obj._coord_names
    return {name: values for name, values in obj._variables.items() if name not in coordinates}


def coordinates_of(obj: xr.Dataset | xr.DataArray) -> dict[Hashable, xr.Variable]:
    """The coordinates of an object, without the cost of a DataArray for each."""
    if isinstance(obj, xr.DataArray):
        return dict(obj._coords)
    coordinates = obj._coord_names
    return {name: values for name, values in obj._variables.items() if name in coordinates}


def variable_of(obj: xr.Dataset | xr.DataArray, name: Hashable) -> xr.Variable:
    """A variable of a dataset, or a coordinate of an array; with the attributes that its index keeps."""
    decoded = _decoded(obj).get(name)
    if decoded is not None:
        return decoded
    return obj.variables[name] if isinstance(obj, xr.Dataset) else obj.coords[name].variable


def _decoded(obj: xr.Dataset | xr.DataArray) -> dict[Hashable, xr.Variable]:
    """Coordinates whose index keeps the attributes that say which cells they are, as in ``xdggs.decode``."""
    found: dict[Hashable, xr.Variable] = {}
    for name, index in obj._indexes.items():
        info = getattr(index, "grid_info", None)
        to_dict = getattr(info, "to_dict", None)
        if to_dict is None:
            continue
        attrs = {key: getattr(value, "value", value) for key, value in to_dict().items()}
        ellipsoid = attrs.get("ellipsoid")
        if ellipsoid is not None and not isinstance(ellipsoid, str | Mapping):
            attrs["ellipsoid"] = ellipsoid.to_dict()
        own = obj._variables[name] if isinstance(obj, xr.Dataset) else obj._coords[name]
        found[name] = xr.Variable(own.dims, own._data, {**attrs, **own.attrs}, own.encoding)
    return found


def metadata(variable: xr.Variable, name: str) -> Any:
    """An attribute, also one that decoding moved to the encoding."""
    return variable.attrs.get(name, variable.encoding.get(name))


def is_mapping(attrs: Mapping[Any, Any]) -> bool:
    """Whether these are the attributes of a grid mapping variable."""
    return any(name in attrs for name in GRID_MAPPING_ATTRIBUTES)


def _build(
    found: RecognisedGrid, attrs: Mapping[Any, Any], crs: str | Crs | None, places: bool = False
) -> HorizontalGrid:
    built = found.build(crs, _warn, places)
    dims, grid, mapping_name, centres, shapes, mapping, data_attrs, dataset_attrs, rows = built
    # A number keeps the type that it has in the file.
    kept = {name: attrs.get(name, value) for name, value in dataset_attrs.items() if isinstance(value, float)}
    return HorizontalGrid(
        dims, grid, mapping_name, centres, shapes, mapping, data_attrs, dataset_attrs | kept, rows
    )


def _warn(text: str, is_mapping: bool) -> None:
    category = GridMappingWarning if is_mapping else GridWarning
    warnings.warn(text, category, stacklevel=caller_stacklevel())


def _mappings_in_file(source: object) -> list[tuple[Hashable, dict[Any, Any]]]:
    """The grid mapping variables of the file that a variable was taken from, which leaves them behind."""
    if not isinstance(source, str) or not os.path.isfile(source):
        return []
    with xr.open_dataset(source, engine="nunatak", decode_times=False) as file:
        found = ((name, dict(values.attrs)) for name, values in file.variables.items())
        return [(name, attrs) for name, attrs in found if is_mapping(attrs)]
