"""VirtualiZarr and icechunk: the archive as references."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .loops import Facts, Run, repaired


def _opener(top: str, loadable: Sequence[str]) -> Callable[[str], Any]:
    """Opens a file of a directory, or of a bucket (``http://…/bucket``), as references."""
    from obspec_utils.registry import ObjectStoreRegistry
    from obstore.store import LocalStore, S3Store
    from virtualizarr import open_virtual_dataset
    from virtualizarr.parsers import HDFParser, NetCDF3Parser

    if top.startswith("http"):
        endpoint, _, bucket = top.rpartition("/")
        client = {"allow_http": True}
        options: Any = {"endpoint": endpoint, "region": "us-east-1", "client_options": client}
        registry = ObjectStoreRegistry({f"s3://{bucket}": S3Store(bucket, skip_signature=True, **options)})
        base = f"s3://{bucket}"
    else:
        registry = ObjectStoreRegistry({"file://": LocalStore()})
        base = f"file://{top}"

    def is_classic(file: str) -> bool:
        return not top.startswith("http") and (Path(top) / file).open("rb").read(3) == b"CDF"

    def open_one(file: str) -> Any:
        parser = NetCDF3Parser() if is_classic(file) else HDFParser()
        return open_virtual_dataset(
            f"{base}/{file}", registry, parser, loadable_variables=list(loadable), decode_times=False
        )

    return open_one


def scan(top: str, files: Sequence[str]) -> Run:
    """References of every file, nothing loaded and nothing joined."""
    open_one = _opener(top, [])

    def run() -> Facts:
        opened, failed = [], 0
        for file in files:
            try:
                opened.append(open_one(file))
            except Exception:
                failed += 1
        return {"nodes": len(opened), "failed": failed}

    return run


def build(top: str, files: Sequence[str], repository: str) -> Run:
    """An icechunk repository of the archive, one group for each model and experiment."""
    import icechunk
    import xarray as xr

    open_one = _opener(top, ["time", "x", "y", "lat", "lon"])
    container = icechunk.VirtualChunkContainer(f"file://{top}/", icechunk.local_filesystem_store(top))

    def dataset(names: Sequence[str]) -> Any:
        """The files of an experiment side by side; faulty ones that do not fit the others are left out."""
        opened: dict[str, Any] = {}
        for name in names:
            with suppress(Exception):
                variable = Path(name).name.partition("_")[0]
                opened[variable] = repaired(open_one(name))[[variable]]
        usual = Counter(str(one.sizes) for one in opened.values()).most_common(1)[0][0]
        fitting = sorted(opened.items(), key=lambda item: str(item[1].sizes) != usual)
        merged = fitting[0][1]
        for variable, one in fitting[1:]:
            with suppress(ValueError):
                merged = merged.assign({variable: one[variable].variable})
        return merged

    def run() -> Facts:
        config = icechunk.RepositoryConfig.default()
        config.set_virtual_chunk_container(container)
        storage = icechunk.local_filesystem_storage(repository)
        session = icechunk.Repository.create(storage, config).writable_session("main")
        groups: dict[str, list[str]] = defaultdict(list)
        for file in files:
            groups["/".join(Path(file).parts[-4:-1])].append(file)
        failed = []
        for group, names in groups.items():
            try:
                dataset(names).vz.to_icechunk(session.store, group=group)
            except Exception as problem:
                failed.append(f"{group}: {problem}"[:200])
        session.commit("the archive")
        assert isinstance(xr.__version__, str)
        return {"groups": len(groups), "failed": failed}

    return run


def _session(top: str, repository: str) -> Any:
    import icechunk

    storage = icechunk.local_filesystem_storage(repository)
    allowed = icechunk.containers_credentials({f"file://{top}/": None})
    return icechunk.Repository.open(storage, authorize_virtual_chunk_access=allowed).readonly_session("main")


def open_tree(top: str, repository: str) -> Run:
    """The repository as a tree."""
    import icechunk  # noqa: F401  (imported before the clock starts)
    import xarray as xr
    import zarr  # noqa: F401  (imported before the clock starts)

    def run() -> Facts:
        tree = xr.open_datatree(
            _session(top, repository).store, engine="zarr", consolidated=False, chunks=None
        )
        return {"nodes": len(tree.leaves)}

    return run


def arrays(top: str, repository: str, files: Sequence[str], **options: Any) -> list[Any]:
    """The data variable of each file, from the repository."""
    import xarray as xr

    store, found = _session(top, repository).store, []
    for file in files:
        institution, model, experiment, name = Path(file).parts[-4:]
        group = f"{institution}/{model}/{experiment}"
        wanted: Any = {"group": group, "consolidated": False, "decode_times": False, **options}
        found.append(xr.open_dataset(store, engine="zarr", **wanted)[name.partition("_")[0]])
    return found
