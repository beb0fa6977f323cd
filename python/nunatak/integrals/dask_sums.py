"""Scalars of Dask arrays as a graph: sums of blocks of records and cells, added up."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import SEA_LEVEL_PER_KILOGRAM, Cells, Integrals, LazyArray
from nunatak.integrals.cells import GridCells
from nunatak.integrals.constants import Constants
from nunatak.integrals.fields import Field, check_values

__all__ = ["dask_sums"]

_SCALAR, _ZONE = "nunatak_scalar", "nunatak_zone"


def dask_sums(
    fields: Sequence[Field],
    scalars: Sequence[str],
    leading: Sequence[Hashable],
    time: Hashable | None,
    grid: GridCells,
    constants: Constants,
) -> Mapping[str, xr.Variable]:
    """Scalars of the whole and of all zones, the last dimension, as Dask arrays.

    Sums of blocks are added in the order that Dask chooses: their last digits go with the chunks.
    """
    import dask.array

    summed = list(dict.fromkeys("limnsw" if name == "slc" else name for name in scalars))
    cells = fields[0].cells
    numbers = {dim: number for number, dim in enumerate([*leading, *cells])}
    inputs: list[Any] = []
    for field in fields:
        own = [dim for dim in leading if dim in field.leading]
        variable = field.variable if field.variable.chunks is not None else field.variable.chunk()
        inputs += [variable.transpose(*own, *cells).data, [numbers[dim] for dim in (*own, *cells)]]
    chunked = next(field.variable for field in fields if field.variable.chunks is not None)
    chunks = tuple(chunked.chunksizes[dim] for dim in cells)
    for values in (grid.areas, *(zones for zones, _ in grid.layers)):
        whole: Any = dask.array.from_array(values)
        inputs += [whole.rechunk(chunks), [numbers[dim] for dim in cells]]
    block = _Block(
        tuple((field.name, tuple(d for d in leading if d in field.leading), field.scale) for field in fields),
        tuple(summed),
        tuple(leading),
        tuple(count for _, count in grid.layers),
        constants,
    )
    new = {len(numbers): len(summed), len(numbers) + 1: 1 + sum(count for _, count in grid.layers)}
    sums = dask.array.blockwise(
        block,
        [*numbers.values(), *new],
        *inputs,
        new_axes=new,
        adjust_chunks={numbers[dim]: lambda _: 1 for dim in cells},
        dtype=np.float64,
        meta=np.empty((0,) * (len(numbers) + 2)),
        concatenate=True,
    )
    # A block without any value is NaN: so is a record all of whose blocks are.
    total = xr.Variable([*leading, *cells, _SCALAR, _ZONE], sums).sum(cells, skipna=True, min_count=1)
    found = {name: total.isel({_SCALAR: at}) for at, name in enumerate(summed)}
    if "slc" in scalars and time is not None:
        found["slc"] = _sea_level(found["limnsw"], time)
    return found


def _sea_level(mass: xr.Variable, time: Hashable) -> xr.Variable:
    """Rise of the sea (m) since the first record with values."""
    first = xr.apply_ufunc(
        _first_value,
        mass.chunk({time: -1}),
        input_core_dims=[[time]],
        dask="parallelized",
        output_dtypes=[np.float64],
    )
    return ((first - mass) * SEA_LEVEL_PER_KILOGRAM).transpose(*mass.dims)


def _first_value(values: np.ndarray) -> np.ndarray:
    """The first value along the last axis that is no NaN."""
    first = np.isfinite(values).argmax(axis=-1)[..., None]
    return np.take_along_axis(values, first, axis=-1)[..., 0]


@dataclass(frozen=True)
class _Block:
    """The sums of a block in memory, as a task finds them."""

    fields: tuple[tuple[str, tuple[Hashable, ...], float], ...]
    scalars: tuple[str, ...]
    leading: tuple[Hashable, ...]
    counts: tuple[int, ...]
    constants: Constants

    def __call__(self, *blocks: np.ndarray) -> np.ndarray:
        # What came over a network may lie at any address.
        arrays = [np.require(block, requirements=["C", "A"]) for block in blocks]
        areas, *zones = arrays[len(self.fields) :]
        lengths: dict[Hashable, int] = {}
        bound: list[tuple[str, LazyArray, list[int], float]] = []
        for (name, dims, scale), array in zip(self.fields, arrays, strict=False):
            check_values(name, array, scale)
            lengths |= dict(zip(dims, array.shape, strict=False))
            axes = [self.leading.index(dim) for dim in dims]
            bound.append((name, LazyArray.from_numpy(array), axes, scale))
        shape = [lengths[dim] for dim in self.leading]
        layers = [(own.ravel(), count) for own, count in zip(zones, self.counts, strict=True)]
        cells = Cells(areas.shape, areas.ravel(), layers)
        integrals = Integrals(bound, shape, None, cells, self.constants.densities, self.constants.convention)
        end = 1 + sum(self.counts)
        everything = [(0, length) for length in (*shape, end)]
        sums = [integrals.zones(name, 0, end).read(everything) for name in self.scalars]
        return np.stack(sums, axis=-2).reshape(*shape, *(1 for _ in areas.shape), len(sums), end)
