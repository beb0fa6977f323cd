"""Grid candidates: what is known of a grid before and after it is built."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import Crs, Grid

__all__ = ["GridCandidate", "HorizontalGrid", "describe", "variables"]


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

    @classmethod
    def of_cells(
        cls,
        dim: Hashable,
        grid: Grid,
        mapping_name: str | None,
        carried: Iterable[Hashable],
        there: Mapping[Hashable, xr.Variable],
        **attrs: Mapping[str, Any],
    ) -> HorizontalGrid:
        """Cells along one dimension.

        The variables ``carried`` are centres where they have no other dimension, and shapes else; ``attrs``
        are the attributes that data or datasets carry.
        """
        names = tuple(carried)
        centres = tuple(name for name in names if set(there[name].dims) <= {dim})
        shapes = tuple(name for name in names if name not in centres)
        return cls((dim,), grid, mapping_name, centres, shapes, **attrs)


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


def describe(obj: xr.Dataset | xr.DataArray) -> str:
    """The name of an object in messages."""
    if isinstance(obj, xr.DataArray):
        return f"DataArray {obj.name!r} with dimensions {tuple(map(str, obj.dims))}"
    source = obj.encoding.get("source")
    text = f"Dataset with dimensions {tuple(map(str, obj.sizes))}"
    return f"{text} from {source}" if isinstance(source, str) else text


def variables(obj: xr.Dataset | xr.DataArray) -> Mapping[Hashable, xr.Variable]:
    """Variables that may describe an object's grid: coordinates, then all others of a dataset."""
    if isinstance(obj, xr.DataArray):
        return {name: values.variable for name, values in obj.coords.items()}
    own, coordinates = dict(obj.variables), obj._coord_names
    first = {name: variable for name, variable in own.items() if name in coordinates}
    return first if len(first) == len(own) else first | own


def fields(obj: xr.Dataset | xr.DataArray) -> dict[Hashable, xr.Variable]:
    """The data variables of an object, without the cost of a DataArray for each."""
    if isinstance(obj, xr.DataArray):
        return {obj.name: obj.variable}
    own = obj.variables
    return {name: own[name] for name in obj.data_vars}


def metadata(variable: xr.Variable, name: str) -> Any:
    """An attribute, also one that decoding moved to the encoding."""
    return variable.attrs.get(name, variable.encoding.get(name))


def data_first(obj: xr.Dataset | xr.DataArray, candidates: list[GridCandidate]) -> list[GridCandidate]:
    """The candidates with data, then the others."""
    described = frozenset[Hashable]().union(*(candidate.names for candidate in candidates))
    data = [values for name, values in fields(obj).items() if name not in described]
    return sorted(candidates, key=lambda candidate: not any(candidate.holds(values) for values in data))


def numbers(variable: xr.Variable) -> np.ndarray:
    """Values as float64."""
    return np.ascontiguousarray(variable.values, dtype=np.float64)
