"""Zarr metadata of referenced arrays, versions 2 and 3, with the packing that CF and xarray understand."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from nunatak.catalog.exports.plan import VirtualVariable

__all__ = ["json_value", "version_2", "version_3"]


def version_3(variable: VirtualVariable) -> dict[str, Any]:
    """The ``zarr.json`` of an array."""
    found = variable.references
    dtype = np.dtype(found["dtype"])
    packing = _packing(variable)
    if "_FillValue" in packing:
        packing["_FillValue"] = _encoded_fill(packing["_FillValue"], dtype)
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": found["shape"],
        "data_type": dtype.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": found["chunk_shape"]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": _json_number(_chunk_fill(found, dtype) or 0, dtype),
        "codecs": _codecs(found, dtype),
        "attributes": _attributes(variable) | packing,
        "dimension_names": list(variable.dims),
        "storage_transformers": [],
    }


def version_2(variable: VirtualVariable) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ``.zarray`` and the ``.zattrs`` of an array."""
    found = variable.references
    dtype = np.dtype(found["dtype"])
    packing = _packing(variable)
    fill = _chunk_fill(found, dtype)
    if fill is not None:
        # Readers take this one for `_FillValue`; other missing values have their own attribute.
        others = [packing.pop("_FillValue", None), *np.ravel(packing.pop("missing_value", []))]
        others = [_plain(one, dtype) for one in others if one is not None and one != fill]
        if others:
            packing["missing_value"] = others
    order = "C" if found["order"] == sorted(found["order"]) or _is_c_order(found) else "F"
    array = {
        "zarr_format": 2,
        "shape": found["shape"],
        "chunks": found["chunk_shape"],
        "dtype": dtype.str,
        "fill_value": None if fill is None else _json_number(fill, dtype),
        "order": order,
        "filters": [_numcodec(name, parameters) for name, parameters in found["filters"]] or None,
        "compressor": None,
        "dimension_separator": ".",
    }
    return array, _attributes(variable) | packing | {"_ARRAY_DIMENSIONS": list(variable.dims)}


def json_value(value: Any) -> Any:
    """An attribute as JSON has it: numbers lose their width, what is not finite becomes text."""
    if isinstance(value, np.ndarray):
        return [json_value(one) for one in value.tolist()]
    if isinstance(value, np.generic):
        return json_value(value.item())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return [json_value(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _attributes(variable: VirtualVariable) -> dict[str, Any]:
    return {str(name): json_value(value) for name, value in variable.attrs.items()}


def _packing(variable: VirtualVariable) -> dict[str, Any]:
    """CF attributes that make plain readers decode values as Nunatak does."""
    found, encoding = variable.references, variable.encoding
    dtype = np.dtype(found["dtype"])
    packing: dict[str, Any] = {}
    if found["packed"]:
        for name in ("scale_factor", "add_offset"):
            if name in encoding:
                packing[name] = float(np.ravel(encoding[name])[0])
    if found["other_signedness"]:
        # Its fill values are known in the other signedness; readers convert those of the file themselves.
        for name in ("_FillValue", "missing_value", "_Unsigned"):
            if name in encoding:
                packing[name] = json_value(encoding[name])
        return packing
    fills = [_plain(fill, dtype) for fill in found["fill_values"]]
    declared = np.ravel(encoding.get("_FillValue", fills[:1]))
    if fills and declared.size == 1 and declared[0] in fills:
        packing["_FillValue"] = _plain(declared[0], dtype)
    elif fills:
        packing["_FillValue"] = fills[0]
    others = [fill for fill in dict.fromkeys(fills) if fill != packing.get("_FillValue")]
    if others:
        packing["missing_value"] = others
    return packing


def _chunk_fill(found: Mapping[str, Any], dtype: np.dtype) -> float | int | None:
    """The value of chunks without a reference; None when every chunk has one."""
    if found["unwritten"] is not None:
        return _plain(found["unwritten"], dtype)
    if not found["missing"]:
        return None
    return math.nan if dtype.kind == "f" else _plain(found["fill_values"][0], dtype)


def _plain(value: Any, dtype: np.dtype) -> float | int:
    return float(value) if dtype.kind == "f" else int(value)


def _json_number(value: float | int, dtype: np.dtype) -> float | int | str:
    if dtype.kind != "f":
        return int(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def _encoded_fill(value: float | int, dtype: np.dtype) -> str | int:
    """``_FillValue`` as xarray writes it beside Zarr 3 arrays."""
    if dtype.kind == "f":
        return base64.standard_b64encode(struct.pack("<d", value)).decode()
    return int(value)


def _codecs(found: Mapping[str, Any], dtype: np.dtype) -> list[dict[str, Any]]:
    codecs: list[dict[str, Any]] = []
    if found["order"] != sorted(found["order"]):
        codecs.append({"name": "transpose", "configuration": {"order": found["order"]}})
    endian = {"endian": "big" if found["dtype"].startswith(">") else "little"}
    codecs.append({"name": "bytes", "configuration": endian if dtype.itemsize > 1 else {}})
    for name, parameters in found["filters"]:
        codec = _numcodec(name, parameters)
        codecs.append({"name": f"numcodecs.{codec.pop('id')}", "configuration": codec})
    return codecs


def _numcodec(name: str, parameters: list[int]) -> dict[str, Any]:
    codec: dict[str, Any] = {"id": name}
    if name == "zlib":
        codec["level"] = parameters[0]
    elif name == "shuffle":
        codec["elementsize"] = parameters[0]
    return codec


def _is_c_order(found: Mapping[str, Any]) -> bool:
    """Whether another order of axes moves axes of length one only."""
    axes = [axis for axis in found["order"] if found["chunk_shape"][axis] > 1]
    return axes == sorted(axes)
