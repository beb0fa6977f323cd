"""Nodes of a catalog's tree: an experiment as one dataset, decoded, chunked and preprocessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from xarray import conventions

from nunatak.catalog.shared_indexes import SharedIndexes
from nunatak.errors import ArgumentError, CatalogError
from nunatak.io.cf import described
from nunatak.io.lazy import lazy_variable, storage_encoding

__all__ = ["Preprocess", "chunked", "decoded", "node_dataset", "preprocessed"]

Preprocess = Callable[[xr.Dataset], xr.Dataset]

_PACKING = frozenset({"_FillValue", "missing_value", "scale_factor", "add_offset"})


def node_dataset(content: Mapping[str, Any], indexes: SharedIndexes) -> xr.Dataset:
    """The dataset of one node; data stay on disk."""
    coordinates = indexes.coordinates(
        {name: _variable(variable) for name, variable in content["coordinates"]}
    )
    variables = {name: decoded(name, _variable(variable)) for name, variable in content["variables"]}
    return described(xr.Dataset(variables, coordinates, content["attributes"]))


def decoded(name: str, variable: xr.Variable) -> xr.Variable:
    """Text and times through xarray's own coders; all else is decoded in Rust."""
    is_time = " since " in str(variable.attrs.get("units", ""))
    if is_time or variable.dtype.kind in "SO":
        return conventions.decode_cf_variable(name, variable, decode_timedelta=False)
    return variable


def _variable(content: Mapping[str, Any]) -> xr.Variable:
    array, encoding = content["array"], dict(content["encoding"])
    if content["source"] is not None:
        encoding |= storage_encoding(content["storage"], content["source"])
        if _can_store(content["stored_dtype"], array.dtype, encoding):
            encoding["dtype"] = np.dtype(content["stored_dtype"])
    return lazy_variable(content["dimensions"], array, content["attributes"], encoding)


def _can_store(stored: str, decoded: str, encoding: Mapping[str, Any]) -> bool:
    """Whether values can be written in the file's type again; integers that were padded with NaN cannot."""
    padded = np.dtype(stored).kind in "iu" and np.dtype(decoded).kind == "f"
    return not padded or not _PACKING.isdisjoint(encoding)


def chunked(dataset: xr.Dataset, chunks: Any) -> xr.Dataset:
    """Dask arrays where they are requested."""
    if chunks is None:
        return dataset
    if isinstance(chunks, Mapping) and not chunks:
        preferred = {
            name: variable.variable.chunk(variable.encoding.get("preferred_chunks", {}))
            for name, variable in dataset.data_vars.items()
        }
        return dataset.assign(preferred)
    if not isinstance(chunks, Mapping | int | str):
        raise ArgumentError(f"chunks={chunks!r}: expected None, {{}}, 'auto', a number or sizes by dimension")
    if isinstance(chunks, Mapping):
        chunks = {dim: size for dim, size in chunks.items() if dim in dataset.dims}
    try:
        return dataset.chunk(chunks)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise ArgumentError(f"chunks={chunks!r:.80}: {error}") from error


def preprocessed(dataset: xr.Dataset, path: str, preprocess: Preprocess | None) -> xr.Dataset:
    """Apply a user's function to a dataset.

    Raises
    ------
    CatalogError
        The function raised; the message names the dataset.
    ArgumentError
        It gave no dataset, which is no matter of one dataset.
    """
    if preprocess is None:
        return dataset
    try:
        made = preprocess(dataset)
    except Exception as error:
        raise CatalogError(f"{path}: preprocess: {type(error).__name__}: {error}") from error
    if not isinstance(made, xr.Dataset):
        raise ArgumentError(f"{path}: preprocess: expected a Dataset, found {type(made).__name__}")
    return made
