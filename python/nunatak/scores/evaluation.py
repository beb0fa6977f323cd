"""Scores at places: of arrays in memory at once, of lazy ones part by part, of Dask's as a graph."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from nunatak.scores.labelled import Labelled
from nunatak.scores.reduction import Reduction, quotient

__all__ = ["Field", "evaluate", "finished"]

_AT_ONCE = 2**23
"""Values that are held at once of what is read or made part by part."""
Kernel = Callable[..., tuple[np.ndarray, ...]]


class Field(NamedTuple):
    """What a kernel gives: one number at each place, or some along a dimension of its own."""

    dim: Hashable | None = None
    size: int = 1


def evaluate(
    kernel: Kernel, arguments: Labelled, fields: Sequence[Field], reduction: Reduction | None
) -> list[xr.DataArray]:
    """Fields at all places, or their means.

    Parameters
    ----------
    kernel
        Takes the values of the arguments, float64, their dimensions of no places last; gives the fields.
    arguments
        Arrays by name.
    fields
        What the kernel gives.
    reduction
        The mean to take; None for none.
    """
    if arguments.is_chunked:
        made = _fields(kernel, arguments, fields)
        return made if reduction is None else [reduction.mean(field) for field in made]
    width = arguments.values_per_place
    if reduction is not None:
        width = max(width, *(field.size for field in fields))
    is_large = int(np.prod(list(arguments.sizes.values()))) * width > _AT_ONCE
    is_wide = any(field.size > 1 for field in fields) and reduction is not None
    if arguments.is_in_memory and not (is_large and is_wide):
        made = _fields(kernel, arguments, fields)
        return made if reduction is None else [reduction.mean(field) for field in made]
    if reduction is None:
        return _joined(kernel, arguments, fields, width)
    return _summed(kernel, arguments, fields, reduction, width)


def _fields(kernel: Kernel, arguments: Labelled, fields: Sequence[Field]) -> list[xr.DataArray]:
    factors = [arguments.factors.get(name, 1.0) for name in arguments.arrays]

    def call(*values: Any) -> Any:
        numbers = [
            np.asarray(own, np.float64) * factor if factor != 1.0 else np.asarray(own, np.float64)
            for own, factor in zip(values, factors, strict=True)
        ]
        made = kernel(*numbers)
        return made[0] if len(fields) == 1 else made

    made = xr.apply_ufunc(
        call,
        *arguments.arrays.values(),
        input_core_dims=[list(arguments.core.get(name, ())) for name in arguments.arrays],
        output_core_dims=[[] if field.dim is None else [field.dim] for field in fields],
        dask="parallelized",
        output_dtypes=[np.float64] * len(fields),
        dask_gufunc_kwargs={
            "allow_rechunk": True,
            "output_sizes": {field.dim: field.size for field in fields if field.dim is not None},
        },
        join="override",
        keep_attrs=False,
    )
    return [made] if len(fields) == 1 else list(made)


def _parts(sizes: Mapping[Hashable, int], most: int) -> Iterator[dict[Hashable, slice]]:
    """Places in parts of at most so many, cut along the outer dimensions first."""
    steps: dict[Hashable, int] = {}
    for dim, size in reversed(list(sizes.items())):
        steps[dim] = max(1, min(size, most))
        most //= max(size, 1)
    cuts = [
        [slice(start, min(start + steps[dim], size)) for start in range(0, size, steps[dim])]
        for dim, size in sizes.items()
    ]
    for part in itertools.product(*cuts):
        yield dict(zip(sizes, part, strict=True))


def _joined(kernel: Kernel, arguments: Labelled, fields: Sequence[Field], width: int) -> list[xr.DataArray]:
    """Fields at all places, from arrays that are read part by part."""
    sizes = arguments.sizes
    dims = [(*sizes, field.dim) if field.dim is not None else tuple(sizes) for field in fields]
    shape = tuple(sizes.values())
    made = [np.empty((*shape, field.size) if field.dim is not None else shape) for field in fields]
    for part in _parts(sizes, max(1, _AT_ONCE // width)):
        own = _fields(kernel, arguments.isel(part), fields)
        for whole, field, order in zip(made, own, dims, strict=True):
            whole[tuple(part.values())] = field.transpose(*order).values
    coords = _coordinates(arguments, tuple(sizes))
    return [xr.DataArray(whole, coords, order) for whole, order in zip(made, dims, strict=True)]


def _summed(
    kernel: Kernel, arguments: Labelled, fields: Sequence[Field], reduction: Reduction, width: int
) -> list[xr.DataArray]:
    """Means from sums over parts of the places."""
    sizes = arguments.sizes
    kept = {dim: sizes[dim] for dim in reduction.kept}
    groups = reduction.groups
    grouped = {} if groups is None else {groups.dim: len(groups.labels)}
    own = [{field.dim: field.size} if field.dim is not None else {} for field in fields]
    dims = [(*kept, *grouped, *each) for each in own]
    sums = [[np.zeros([*kept.values(), *grouped.values(), *each.values()]) for _ in range(2)] for each in own]
    for part in _parts(sizes, max(1, _AT_ONCE // width)):
        made = _fields(kernel, arguments.isel(part), fields)
        places = tuple(part[dim] for dim in kept)
        for whole, field, order in zip(sums, made, dims, strict=True):
            for total, addend in zip(whole, reduction.isel(part).sums(field), strict=True):
                total[places] += addend.transpose(*order).values
    coords = _coordinates(arguments, tuple(kept))
    coords |= {} if groups is None else {groups.dim: groups.labels}
    return [
        quotient(*(xr.DataArray(total, coords, order) for total in whole))
        for whole, order in zip(sums, dims, strict=True)
    ]


def _coordinates(arguments: Labelled, dims: tuple[Hashable, ...]) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for array in arguments.arrays.values():
        own = {key: each for key, each in array.coords.items() if set(each.dims) <= set(dims)}
        found = own | found
    return found


def finished(
    result: xr.DataArray, arguments: Labelled, reduction: Reduction | None, name: str, meaning: str, unit: str
) -> Any:
    """A score as it is handed out: of arrays with names one with names, of plain arrays numbers.

    Parameters
    ----------
    unit
        ``"same"`` is that of the first array, where it says one.
    """
    if arguments.is_plain and (reduction is None or reduction.groups is None):
        return result.values if result.ndim or reduction is None else float(result)
    attrs = {"long_name": meaning}
    stated = next((array.attrs.get("units") for array in arguments.given.values()), None)
    if unit != "same":
        attrs["units"] = unit
    elif stated is not None:
        attrs["units"] = str(stated)
    if reduction is not None:
        attrs["weights"] = reduction.weighting
    return result.rename(name).assign_attrs(attrs)
