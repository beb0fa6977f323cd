"""Export to Icechunk: a tree as one commit of a repository, over the original files."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import xarray as xr

from nunatak.catalog.exports.access import is_anonymous
from nunatak.catalog.exports.plan import Plan, PlannedNode, VirtualVariable, plan
from nunatak.catalog.exports.report import ExportReport
from nunatak.catalog.exports.zarr_metadata import version_3
from nunatak.errors import ArgumentError

__all__ = ["write_icechunk"]

_INLINE_CHUNK_BYTES = 16 * 1024
_REQUEST_BYTES = 12 * 1024 * 1024


def write_icechunk(tree: xr.DataTree, root: str, store: Any, message: str) -> ExportReport:
    """Write a tree into a repository, new or not, in one commit; see :meth:`nunatak.Catalog.to_icechunk`."""
    icechunk = _icechunk()
    planned = plan(tree, zarr_format=3)
    prefix = _prefix(root)
    options = next(_options(planned), {})
    repository = _repository(icechunk, store, prefix, options)
    session = repository.writable_session("main")
    _write(icechunk, session.store, planned)
    session.commit(message)
    return ExportReport(_shown(store), planned.variables, _opening(icechunk, store, prefix, options))


def _icechunk() -> Any:
    try:
        import icechunk
    except ImportError as error:
        raise ImportError(
            "to_icechunk needs the package icechunk: pip install 'nunatak[icechunk]'"
        ) from error
    return icechunk


def _shown(store: Any) -> str:
    return os.fspath(store) if isinstance(store, str | os.PathLike) else str(type(store).__name__)


def _prefix(root: str) -> str:
    place = root if "://" in root else f"file://{os.path.abspath(root)}"
    return place.rstrip("/") + "/"


def _options(planned: Plan) -> Iterator[Mapping[str, str]]:
    for node in planned.nodes:
        for variable in node.virtual.values():
            yield variable.references["options"]


def _repository(icechunk: Any, store: Any, prefix: str, options: Mapping[str, str]) -> Any:
    """A repository that knows where the original files are."""
    if isinstance(store, icechunk.Repository):
        return store
    if isinstance(store, str | os.PathLike):
        if "://" in os.fspath(store):
            raise ArgumentError(f"store={store!r}: expected a directory, an icechunk.Storage or a Repository")
        storage = icechunk.local_filesystem_storage(os.path.abspath(os.path.expanduser(os.fspath(store))))
    else:
        storage = store
    exists = icechunk.Repository.exists(storage)
    config = icechunk.Repository.fetch_config(storage) if exists else None
    config = config or icechunk.RepositoryConfig.default()
    config.inline_chunk_threshold_bytes = _INLINE_CHUNK_BYTES
    # Settings of a repository on disk would cut every remote chunk into pieces of a few bytes.
    concurrency = icechunk.StorageConcurrencySettings(
        max_concurrent_requests_for_object=10, ideal_concurrent_request_size=_REQUEST_BYTES
    )
    config.storage = icechunk.StorageSettings(concurrency=concurrency)
    container = icechunk.VirtualChunkContainer(prefix, _object_store(icechunk, prefix, options))
    config.set_virtual_chunk_container(container)
    if exists:
        repository = icechunk.Repository.open(storage, config)
    else:
        repository = icechunk.Repository.create(storage, config)
    repository.save_config()
    return repository


def _object_store(icechunk: Any, prefix: str, options: Mapping[str, str]) -> Any:
    """Access of readers to the original files; they bring their own credentials."""
    scheme, rest = prefix.split("://", 1)
    if scheme == "file":
        return icechunk.local_filesystem_store(rest)
    if scheme in ("http", "https"):
        return icechunk.http_store({"allow_http": "true"} if scheme == "http" else None)
    if scheme == "gs":
        return icechunk.gcs_store()
    if scheme == "az":
        return icechunk.azure_store(account=options.get("account_name", ""))
    endpoint = options.get("endpoint_url")
    return icechunk.s3_store(
        region=options.get("region"),
        endpoint_url=endpoint,
        allow_http=bool(endpoint and endpoint.startswith("http://")),
        anonymous=is_anonymous(options),
        force_path_style=endpoint is not None,
    )


def _write(icechunk: Any, store: Any, planned: Plan) -> None:
    import zarr

    zarr.create_group(store=store, zarr_format=3, overwrite=True)
    made: set[str] = set()
    for node in planned.nodes:
        for parent in _parents(node.path):
            if parent not in made:
                zarr.create_group(store=store, path=parent, zarr_format=3)
                made.add(parent)
        dataset = node.inline_dataset()
        dataset.to_zarr(store, group=node.path or None, mode="a", zarr_format=3, consolidated=False)
    _write_documents(store, planned)
    for node, name, variable in _virtual(planned):
        specs = _specs(icechunk, variable)
        failed = store.set_virtual_refs(f"{node.path}/{name}", specs) if specs else None
        if failed:
            location = variable.references["location"]
            raise ArgumentError(f"{location}: the repository has no container for this place")


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _virtual(planned: Plan) -> Iterator[tuple[PlannedNode, str, VirtualVariable]]:
    for node in planned.nodes:
        for name, variable in node.virtual.items():
            yield node, name, variable


def _write_documents(store: Any, planned: Plan) -> None:
    from zarr.core.buffer import default_buffer_prototype
    from zarr.core.sync import sync

    buffer = default_buffer_prototype().buffer

    async def write() -> None:
        for node, name, variable in _virtual(planned):
            document = json.dumps(version_3(variable)).encode()
            await store.set(f"{node.path}/{name}/zarr.json".lstrip("/"), buffer.from_bytes(document))

    sync(write())


def _specs(icechunk: Any, variable: VirtualVariable) -> list[Any]:
    """References with what tells that a file changed since."""
    found = variable.references
    location = found["location"]
    if "://" not in location:
        location = "file://" + location
    for reserved in "%?#":
        location = location.replace(reserved, f"%{ord(reserved):02X}")
    modified = found["modified"]
    # Stores count whole seconds.
    updated = None if modified is None else datetime.fromtimestamp(math.ceil(modified / 1e9), UTC)
    rank = len(found["shape"])
    indices = np.asarray(found["indices"]).reshape(-1, rank).tolist()
    places = zip(indices, found["offsets"].tolist(), found["lengths"].tolist(), strict=True)
    return [
        icechunk.VirtualChunkSpec(index, location, offset, length, found["etag"], updated)
        for index, offset, length in places
    ]


def _opening(icechunk: Any, store: Any, prefix: str, options: Mapping[str, str]) -> str:
    """Instructions for opening it; readers put their own credentials in place of these."""
    place = repr(os.path.abspath(os.fspath(store))) if isinstance(store, str | os.PathLike) else "..."
    access = _access(icechunk, prefix.split("://", 1)[0], is_anonymous(options))
    return "\n".join(
        [
            "import icechunk, xarray",
            f"storage = icechunk.local_filesystem_storage({place})",
            f"credentials = icechunk.containers_credentials({{{prefix!r}: {access}}})",
            "repository = icechunk.Repository.open(storage, authorize_virtual_chunk_access=credentials)",
            'store = repository.readonly_session("main").store',
            'tree = xarray.open_datatree(store, engine="zarr", consolidated=False)',
        ]
    )


def _access(icechunk: Any, scheme: str, anonymous: bool) -> str:
    """Arguments by which readers allow it, in the installed version."""
    kind = "anonymous" if anonymous else "from_env"
    stores = {"s3": "s3", "gs": "gcs", "az": "azure"}
    if scheme in stores:
        return f"icechunk.{stores[scheme]}_{kind}_credentials()"
    name = "LocalFileSystemAccess" if scheme == "file" else "HttpAccess"
    return f"icechunk.credentials.{name}" if hasattr(icechunk.credentials, name) else "None"
