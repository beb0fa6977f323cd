"""xarray in a loop, over netCDF4 or h5netcdf, with the repairs that a user of the archive writes by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Run = Callable[[], Facts]

_HALF_WIDTH = 3_040_000.0


def repaired(dataset: Any) -> Any:
    """Units, epoch and calendar of time, and x and y, as the archive's users put them right."""
    import numpy as np

    if "time" in dataset.variables:
        attributes = dataset["time"].attrs
        if "units" not in attributes:
            attributes["units"] = attributes.pop("unit", "days since 2015-01-01")
        american = re.search(r"since (\d\d)-(\d\d)-(\d{4})", str(attributes["units"]))
        if american:
            attributes["units"] = f"days since {american[3]}-{american[1]}-{american[2]}"
        attributes.setdefault("calendar", "365_day")
    for name in ("x", "y"):
        if name in dataset.sizes and name not in dataset.variables:
            dataset = dataset.assign_coords(
                {name: np.linspace(-_HALF_WIDTH, _HALF_WIDTH, dataset.sizes[name])}
            )
    return dataset


def engine_for(path: str | Path, engine: str) -> str:
    """The engine, or SciPy's for a NetCDF-3 file when the engine reads HDF5 alone."""
    with open(path, "rb") as file:
        is_classic = file.read(3) == b"CDF"
    return "scipy" if is_classic and engine != "netcdf4" else engine


def _node(dataset: Any) -> Any:
    """Repaired and decoded; a time that cannot be decoded stays as it is."""
    import xarray as xr

    dataset = repaired(dataset)
    try:
        return xr.decode_cf(dataset)
    except (ValueError, OverflowError):
        return xr.decode_cf(dataset, decode_times=False)


def open_local(top: str, files: Sequence[str], engine: str) -> Run:
    """A node for each file of a directory."""
    import xarray as xr

    xr.backends.list_engines()
    __import__({"netcdf4": "netCDF4"}.get(engine, engine))

    def run() -> Facts:
        nodes, failed = {}, 0
        for file in files:
            path = Path(top) / file
            try:
                opened = xr.open_dataset(path, engine=engine_for(path, engine), decode_times=False)
                nodes[file.removesuffix(".nc")] = _node(opened)
            except (OSError, ValueError):
                failed += 1
        tree = xr.DataTree.from_dict(nodes)
        return {"nodes": len(tree.leaves), "failed": failed}

    return run


def open_remote(endpoint: str, files: Sequence[str]) -> Run:
    """A node for each object of a bucket: fsspec's web client under h5netcdf, as it is set by default."""
    import aiohttp  # noqa: F401  (imported before the clock starts)
    import fsspec
    import h5netcdf  # noqa: F401  (imported before the clock starts)
    import xarray as xr

    def run() -> Facts:
        web = fsspec.filesystem("http")
        nodes, failed = {}, 0
        for file in files:
            try:
                source = web.open(f"{endpoint}/archive/{file}")
                opened = xr.open_dataset(source, engine="h5netcdf", decode_times=False)
                nodes[file.removesuffix(".nc")] = _node(opened)
            except (OSError, ValueError):
                failed += 1
        xr.DataTree.from_dict(nodes)
        return {"nodes": len(nodes), "failed": failed}

    return run
