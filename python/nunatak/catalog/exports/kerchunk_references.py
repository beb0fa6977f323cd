"""Export to kerchunk: a tree as one JSON file or a directory of parquet files, over the original files."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from nunatak.catalog.exports.access import is_anonymous
from nunatak.catalog.exports.plan import Plan, VirtualVariable, plan
from nunatak.catalog.exports.report import ExportReport
from nunatak.catalog.exports.zarr_metadata import version_2
from nunatak.io.atomic_write import atomic_directory, write_text

__all__ = ["write_kerchunk"]

References = dict[str, Any]


def write_kerchunk(tree: xr.DataTree, path: str | os.PathLike[str]) -> ExportReport:
    """Write the references of a tree; see :meth:`nunatak.Catalog.to_kerchunk`."""
    target = os.path.expanduser(os.fspath(path))
    planned = plan(tree, zarr_format=2)
    references = _references(planned)
    if target.endswith((".parquet", ".parq")):
        _write_parquet(references, target)
    else:
        write_text(Path(target), json.dumps({"version": 1, "refs": references}))
    return ExportReport(target, planned.variables, _opening(target, planned))


def _references(planned: Plan) -> References:
    references = _inline(planned)
    for node in planned.nodes:
        for name, variable in node.virtual.items():
            prefix = f"{node.path}/{name}".lstrip("/")
            array, attributes = version_2(variable)
            references[f"{prefix}/.zarray"] = json.dumps(array)
            references[f"{prefix}/.zattrs"] = json.dumps(attributes)
            references |= _chunks(prefix, variable)
    references[".zmetadata"] = _consolidated(references)
    return references


def _inline(planned: Plan) -> References:
    """Groups, and the variables whose values are copied."""
    try:
        from zarr.storage import MemoryStore
    except ImportError as error:
        raise ImportError("to_kerchunk needs the package zarr: pip install 'nunatak[kerchunk]'") from error
    content: dict[str, Any] = {}
    store = MemoryStore(store_dict=content)
    for node in planned.nodes:
        dataset = node.inline_dataset()
        dataset.to_zarr(store, group=node.path or None, mode="a", zarr_format=2, consolidated=False)
    written = {key: _text(key, value.to_bytes()) for key, value in content.items()}
    for node in planned.nodes:
        parts = node.path.split("/")
        for count in range(len(parts)):
            parent = "/".join(parts[:count])
            written.setdefault(f"{parent}/.zgroup".lstrip("/"), '{"zarr_format": 2}')
    return written


def _text(key: str, value: bytes) -> str:
    is_metadata = key.rsplit("/", 1)[-1] in (".zarray", ".zattrs", ".zgroup", ".zmetadata")
    return value.decode() if is_metadata else "base64:" + base64.b64encode(value).decode()


def _chunks(prefix: str, variable: VirtualVariable) -> References:
    found = variable.references
    location = found["location"] if "://" in found["location"] else "file://" + found["location"]
    indices = np.asarray(found["indices"]).reshape(-1, len(found["shape"])).tolist()
    places = zip(indices, found["offsets"].tolist(), found["lengths"].tolist(), strict=True)
    return {
        f"{prefix}/{'.'.join(map(str, index))}": [location, offset, length]
        for index, offset, length in places
    }


def _consolidated(references: References) -> str:
    # zarr 3.1 wants the members of a group next to each other.
    metadata = {
        key: json.loads(value)
        for key, value in sorted(references.items())
        if key.rsplit("/", 1)[-1] in (".zarray", ".zattrs", ".zgroup")
    }
    return json.dumps({"zarr_consolidated_format": 1, "metadata": metadata})


def _write_parquet(references: References, target: str) -> None:
    try:
        from kerchunk.df import refs_to_dataframe
    except ImportError as error:
        raise ImportError(
            "parquet references need the package kerchunk: pip install 'nunatak[kerchunk]'"
        ) from error
    with atomic_directory(Path(target)) as copy:
        # The mapper makes consolidated metadata of its own, which must not hold themselves.
        own = {key: value for key, value in references.items() if key != ".zmetadata"}
        refs_to_dataframe(own, os.fspath(copy))


def _opening(target: str, planned: Plan) -> str:
    """Instructions for opening it; storage options of the archive's store go into ``remote_options``."""
    location, options = _first_place(planned)
    protocol = location.split("://", 1)[0] if "://" in location else "file"
    opened: dict[str, Any] = {"fo": os.path.abspath(target), "remote_protocol": protocol}
    if protocol != "file":
        opened["remote_options"] = options | {"asynchronous": True}
    return "\n".join(
        [
            "import xarray",
            f"options = {opened!r}",
            'tree = xarray.open_datatree("reference://", engine="zarr", backend_kwargs='
            '{"storage_options": options, "consolidated": True, "zarr_format": 2})',
        ]
    )


def _first_place(planned: Plan) -> tuple[str, dict[str, Any]]:
    """The location of the first file, and the fsspec options of its store."""
    for node in planned.nodes:
        for variable in node.virtual.values():
            given = variable.references["options"]
            options: dict[str, Any] = {}
            if is_anonymous(given):
                options["anon"] = True
            if "endpoint_url" in given:
                options["endpoint_url"] = given["endpoint_url"]
            return variable.references["location"], options
    return "", {}
