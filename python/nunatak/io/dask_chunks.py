"""Lazy arrays of ours that Dask only cuts into chunks, which are read without Dask."""

from __future__ import annotations

from typing import Any

from xarray.core import indexing

__all__ = ["chunked_array"]


def chunked_array(data: Any) -> Any | None:
    """What xarray gave to Dask, when all that Dask does with it is to cut it into chunks; else None.

    Parameters
    ----------
    data
        The data of a variable: a Dask array made by ``chunk`` or ``open_dataset(..., chunks=...)``, whose
        chunks may have been changed since.
    """
    layers = getattr(getattr(data, "dask", None), "layers", None)
    if not layers:
        return None
    found: dict[int, Any] = {}
    for name, layer in layers.items():
        given = _given(layer)
        if not given and not _only_rechunks(name, layer) and not _only_cuts(layer):
            return None
        found |= {id(array): array for array in given}
    if len(found) != 1:
        return None
    (array,) = found.values()
    return array.array if array.shape == data.shape and array.dtype == data.dtype else None


def _given(layer: Any) -> list[Any]:
    """Arrays that a layer holds, when it holds nothing else or cuts them into chunks."""
    if hasattr(layer, "indices"):
        given = [_unwrapped(argument) for argument, _ in layer.indices] if _only_cuts(layer) else []
    else:
        given = [_unwrapped(value) for value in layer.mapping.values()] if len(layer) == 1 else []
    return [array for array in given if isinstance(array, indexing.ImplicitToExplicitIndexingAdapter)]


def _unwrapped(value: Any) -> Any:
    """A value that a task or a literal of Dask holds."""
    return getattr(value, "value", value)


def _only_rechunks(name: str, layer: Any) -> bool:
    return name.startswith(("rechunk-merge-", "rechunk-split-")) and not hasattr(layer, "indices")


def _only_cuts(layer: Any) -> bool:
    """Whether each task of a layer takes a chunk of an array."""
    from dask.array import core

    if not hasattr(layer, "indices"):
        return False
    task = getattr(layer, "task", None)
    function = getattr(task, "func", None) if task is not None else layer.dsk[layer.output][0]
    return function in (core.getter, core.getter_nofancy, core.getter_inline)
