"""Regridding Dask arrays: one task for each block of the leading dimensions, weights sent once."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import prod
from threading import Lock
from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import LazyArray, Weights
from nunatak.regridding.options import ApplyOptions
from nunatak.regridding.vectors import Axes, Axis

__all__ = ["Rotation", "WeightsNode", "regrid_blocks"]

Rotation = tuple[Axis, Axes]
"""A component of a vector and its axes: those of the grids, or east and north."""


class WeightsNode:
    """Weights as a node of a Dask graph, on which all blocks depend.

    A scheduler sees bytes (what the weights follow from; of weights from a file all of them), sends them to
    each worker once, and the first block there computes the weights.
    """

    def __init__(self, packed: bytes, weights: Weights | None = None) -> None:
        self._packed = packed
        self._weights = weights
        self._lock = Lock()

    @classmethod
    def of(cls, weights: Weights) -> WeightsNode:
        """The node of weights."""
        return cls(pickle.dumps(weights), weights)

    @property
    def weights(self) -> Weights:
        """The weights, computed when a process first needs them."""
        with self._lock:
            if self._weights is None:
                self._weights = pickle.loads(self._packed)
            return self._weights

    def __reduce__(self) -> tuple[type[WeightsNode], tuple[bytes]]:
        return WeightsNode, (self._packed,)

    def __dask_tokenize__(self) -> str:
        return hashlib.sha256(self._packed).hexdigest()


def regrid_blocks(
    node: WeightsNode,
    options: ApplyOptions,
    fields: Sequence[xr.Variable],
    shares: xr.Variable | None,
    own: tuple[Hashable, ...],
    target: tuple[tuple[Hashable, int], ...],
    rotation: Rotation | None = None,
) -> xr.Variable:
    """A variable over a Dask array on the target's dimensions; its attributes are left behind.

    Parameters
    ----------
    node
        The weights.
    application
        How they are applied.
    fields, shares
        The field, or both components of a vector, and what their mean is weighted by; their dimensions come
        in one order.
    own
        The dimensions of the source grid.
    target
        The dimensions of the target grid and their lengths.
    rotation
        Which component of the vector is requested.
    """
    import dask.array
    from dask.base import tokenize
    from dask.delayed import delayed

    variable = next(field for field in fields if field.chunks is not None)
    leading = [dim for dim in variable.dims if dim not in own]
    numbers = {dim: number for number, dim in enumerate([*leading, *own])}
    inputs: list[Any] = []
    for field in (*fields, shares):
        if field is not None:
            if field.chunks is None:
                field = field.chunk({dim: variable.chunksizes[dim] for dim in leading if dim in field.dims})
            dims = [dim for dim in (*leading, *own) if dim in field.dims]
            inputs += [_whole_fields(field.transpose(*dims), own), [numbers[dim] for dim in dims]]
    new = {len(numbers) + place: length for place, (_, length) in enumerate(target)}
    block = _Block(options, rotation)
    dtype = block.output_dtype(
        node.weights, [field.dtype for field in fields], [variable.sizes[dim] for dim in own]
    )
    data = dask.array.blockwise(
        block,
        [*(numbers[dim] for dim in leading), *new],
        delayed(node, name=f"nunatak-weights-{tokenize(node)}", traverse=False),
        None,
        *inputs,
        new_axes=new,
        dtype=dtype,
        meta=np.empty((0,) * (len(leading) + len(target)), dtype),
        name=f"nunatak-regrid-{tokenize(node, block, *inputs)}",
    )
    return xr.Variable([*leading, *(dim for dim, _ in target)], data)


def _whole_fields(field: xr.Variable, own: tuple[Hashable, ...]) -> Any:
    """The Dask array of a field, no chunk ending inside the grid, within Dask's limit on chunks."""
    from dask.config import get
    from dask.utils import parse_bytes

    data: Any = field.data
    grid = [field.dims.index(dim) for dim in own]
    if all(data.numblocks[axis] == 1 for axis in grid):
        return data
    limit = max(parse_bytes(get("array.chunk-size")), data.dtype.itemsize * prod(data.shape[a] for a in grid))
    whole: dict[int, Any] = dict.fromkeys(grid, -1)
    others = [axis for axis in range(data.ndim) if axis not in whole]
    longest = prod(max(data.chunks[axis]) for axis in others) * prod(data.shape[axis] for axis in grid)
    if longest * data.dtype.itemsize > limit:
        whole |= dict.fromkeys(others, "auto")
    return data.rechunk(whole, block_size_limit=limit)


@dataclass(frozen=True)
class _Block:
    """Weights on a block in memory, as a task runs them."""

    options: ApplyOptions
    rotation: Rotation | None = None

    def output_dtype(self, weights: Weights, dtypes: Sequence[np.dtype], shape: Sequence[int]) -> np.dtype:
        """The type that blocks of fields will have, without a value of them."""
        unread = [LazyArray.from_callback(lambda key: np.empty(0), list(shape), str(own)) for own in dtypes]
        return np.dtype(self._regridded(weights, unread, None).dtype)

    def __call__(self, node: WeightsNode, *blocks: Any) -> np.ndarray:
        arrays = [LazyArray.from_numpy(_only(block)) for block in blocks]
        count = 1 if self.rotation is None else 2
        result = self._regridded(node.weights, arrays[:count], *arrays[count:] or [None])
        return result.read([(0, length) for length in result.shape])

    def _regridded(self, weights: Weights, fields: list[LazyArray], shares: LazyArray | None) -> LazyArray:
        options, dtype = self.options.native(), self.options.dtype
        if self.rotation is None:
            return weights.regrid(fields[0], options, dtype, shares)
        x, y = fields
        return weights.rotate((x, y), *self.rotation, options, dtype, shares)


def _only(block: Any) -> np.ndarray:
    """The one block along the dimensions of the grid, which are contracted."""
    while isinstance(block, list):
        (block,) = block
    # What came over a network may lie at any address.
    return np.require(block, requirements=["C", "A"])
