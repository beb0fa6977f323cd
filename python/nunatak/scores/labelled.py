"""Arguments of a score as arrays with names, in one order of coordinates, read by nobody yet."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError
from nunatak.scores.alignment import labelled_like, numbers_of, unit_factor

__all__ = ["Labelled", "axis_name", "labelled", "numeric"]


@dataclass(frozen=True)
class Labelled:
    """Arrays whose elements belong together by the names of their dimensions.

    ``factors`` bring values to the unit of the first array, ``core`` names the dimensions that are no places
    (members, components), ``given`` are the DataArrays as they came, and ``is_plain`` says that there were
    none.
    """

    arrays: dict[str, xr.DataArray]
    factors: dict[str, float]
    core: dict[str, tuple[Hashable, ...]]
    given: dict[str, xr.DataArray]
    is_plain: bool

    @property
    def sizes(self) -> dict[Hashable, int]:
        """Lengths of the dimensions of places, those of the first array first."""
        found: dict[Hashable, int] = {}
        for name, array in self.arrays.items():
            own = {dim: size for dim, size in array.sizes.items() if dim not in self.core.get(name, ())}
            found = own | found if not found else found | own
        return found

    @property
    def values_per_place(self) -> int:
        """Values of the largest array at one place."""
        counts = [
            int(np.prod([array.sizes[dim] for dim in self.core.get(name, ())]))
            for name, array in self.arrays.items()
        ]
        return max(counts)

    @property
    def is_chunked(self) -> bool:
        """Whether Dask computes one of the arrays."""
        return any(array.chunks is not None for array in self.arrays.values())

    @property
    def is_in_memory(self) -> bool:
        """Whether all values are there."""
        return all(isinstance(array.variable._data, np.ndarray) for array in self.arrays.values())

    def isel(self, places: Mapping[Hashable, slice]) -> Labelled:
        """A part of the places."""
        parts = {
            name: array.isel({dim: part for dim, part in places.items() if dim in array.dims})
            for name, array in self.arrays.items()
        }
        return replace(self, arrays=parts)


def labelled(
    arguments: Mapping[str, Any], core: Mapping[str, tuple[Hashable, ...]] | None = None
) -> Labelled:
    """Arguments by name: DataArrays by their dimensions and coordinates, others beside the first by position.

    Parameters
    ----------
    arguments
        Arrays; the first DataArray gives the order of coordinates, and the unit.
    core
        Dimensions that are no places; the last of arrays without names.

    Raises
    ------
    ArgumentError
        Coordinates, shapes or units differ, or something is no array of numbers.
    """
    core = dict(core or {})
    given = {name: values for name, values in arguments.items() if isinstance(values, xr.DataArray)}
    plain = {name: numbers_of(name, values) for name, values in arguments.items() if name not in given}
    if plain and all(array.ndim == 0 for array in given.values()):
        # One number has no names that plain arrays could go with.
        plain = {name: numbers_of(name, values) for name, values in arguments.items()}
        given = {}
    if not given:
        return Labelled(_by_position(plain, core), {}, core, {}, True)
    named, factors = _by_name({name: numeric(name, array) for name, array in given.items()})
    first, lead = next(iter(named.items()))
    places = tuple(dim for dim in lead.dims if dim not in core.get(first, ()))
    whole = Labelled(named, factors, core, given, False)
    for name, values in plain.items():
        if values.ndim > len(core.get(name, ())) and tuple(whole.sizes) != places:
            raise ArgumentError(
                f"{name}: found an array without dimension names beside DataArrays of dimensions "
                f"{places} and {tuple(whole.sizes)}; make it a DataArray"
            )
        named[name] = _beside(name, values, whole.sizes, core.get(name, ()), first)
    return replace(whole, arrays={name: named[name] for name in arguments})


def numeric(name: str, array: xr.DataArray) -> xr.DataArray:
    """An array of numbers or truths as it is; one of objects is read and converted."""
    if array.dtype.kind in "biuf":
        return array
    return array.copy(data=numbers_of(name, array))


def _by_name(given: Mapping[str, xr.DataArray]) -> tuple[dict[str, xr.DataArray], dict[str, float]]:
    """Arrays in the order of the first, and the factors of their units; only new dimensions keep labels."""
    first, lead = next(iter(given.items()))
    named, factors = {first: lead}, {}
    for name, array in given.items():
        if name == first:
            continue
        factors[name] = unit_factor(first, lead, name, array)
        for before, other in named.items():
            array = labelled_like(before, other, name, array)
        _refuse_two_ways(first, lead, name, array)
        new = {dim: array[dim] for dim in array.dims if dim not in lead.dims and dim in array.coords}
        named[name] = xr.DataArray(array.variable, new)
    return named, factors


def _refuse_two_ways(first: str, lead: xr.DataArray, name: str, array: xr.DataArray) -> None:
    """Dimensions that each has and the other lacks pair all with all, such as time with year."""
    missing = [str(dim) for dim in lead.dims if dim not in array.dims]
    new = [str(dim) for dim in array.dims if dim not in lead.dims]
    if missing and new:
        raise ArgumentError(
            f"{name}: found dimensions {array.dims}, expected those of {first}, {lead.dims}, or some of them "
            f"with others beside them; rename {', '.join(new)} where {', '.join(missing)} is meant"
        )


def _by_position(
    plain: Mapping[str, np.ndarray], core: Mapping[str, tuple[Hashable, ...]]
) -> dict[str, xr.DataArray]:
    shapes = {
        name: values.shape[: max(0, values.ndim - len(core.get(name, ())))] for name, values in plain.items()
    }
    try:
        whole = np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ArgumentError(f"shapes do not fit each other: {listed}") from None
    sizes: dict[Hashable, int] = {axis_name(axis): size for axis, size in enumerate(whole)}
    first = next(iter(plain))
    return {name: _beside(name, values, sizes, core.get(name, ()), first) for name, values in plain.items()}


def axis_name(axis: int) -> str:
    """Name of an axis of an array that has none."""
    return f"axis_{axis}"


def _beside(
    name: str, values: np.ndarray, sizes: Mapping[Hashable, int], core: tuple[Hashable, ...], first: str
) -> xr.DataArray:
    """An array without names at places in the order of the first array's."""
    if values.ndim < len(core):
        raise ArgumentError(f"{name}: found shape {values.shape}, expected dimensions of {core} too")
    if values.ndim == len(core):
        return xr.DataArray(values, dims=core)
    own = values.shape[values.ndim - len(core) :]
    try:
        whole = np.broadcast_to(values, (*sizes.values(), *own))
    except ValueError:
        raise ArgumentError(
            f"shapes do not fit each other: {first} {tuple(sizes.values())}, {name} {values.shape}"
            f"{f' with {core}' if core else ''}"
        ) from None
    return xr.DataArray(whole, dims=(*sizes, *core))
