"""`stack`, `ensemble` and `compare` of trees with Dask chunks: their time against the same trees without.

Four times more members than threads, at 1, 2 and 16 threads, each in a process of its own; the best of some
runs in turn. Bits are compared too.

    python bench/chunked_trees.py [--runs N] [--size N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

THREADS = (1, 2, 16)
STEPS = 4


def write_members(folder: Path, count: int, size: int) -> None:
    """Surfaces on a polar grid, one file each, compressed record by record."""
    import xarray as xr

    axis = np.linspace(-2e6, 2e6, size)
    times = np.array([f"{2019 + step}-01-01" for step in range(STEPS)], dtype="M8[ns]")
    coords = {key: (key, axis, {"units": "m"}) for key in "yx"}
    for number in range(count):
        values = np.random.default_rng(number).normal(size=(STEPS, size, size)).astype("f4")
        dataset = xr.Dataset({"orog": (("time", "y", "x"), values)}, {**coords, "time": times})
        storage = {"orog": {"zlib": True, "chunksizes": (1, size, size)}}
        dataset.to_netcdf(folder / f"m{number:02}.nc", engine="netcdf4", encoding=storage)


def best(call: Callable[[], list[bytes]], other: Callable[[], list[bytes]], runs: int) -> tuple[float, float]:
    """Seconds of two calls that give the same bits, in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    results: list[list[bytes]] = []
    for _ in range(runs):
        for one, seconds in zip((call, other), taken, strict=True):
            started = time.perf_counter()
            results.append(one())
            seconds.append(time.perf_counter() - started)
    if any(result != results[0] for result in results):
        raise ValueError("the results differ")
    return min(taken[0]), min(taken[1])


def measured(folder: Path, count: int, runs: int) -> dict[str, tuple[float, float]]:
    """Seconds without and with chunks, of this process's number of threads."""
    import xarray as xr

    import nunatak as nk

    warnings.simplefilter("ignore")
    paths = sorted(folder.glob("*.nc"))[:count]
    rng = np.random.default_rng(0)
    columns = {
        "longitude": rng.uniform(-180, 180, 20_000),
        "latitude": rng.uniform(-89, -76, 20_000),
        "height": rng.normal(size=20_000),
        "height_sigma": np.full(20_000, 0.1),
        "sigma_geo": np.full(20_000, 0.3),
        "time": np.full(20_000, np.datetime64("2020-06-01", "ns")),
    }
    points = nk.open_points(columns, quality="all")

    def tree(chunks: dict[str, int] | None) -> xr.DataTree:
        opened = {path.stem: xr.open_dataset(path, engine="nunatak", chunks=chunks) for path in paths}
        return xr.DataTree.from_dict(opened)

    def stack(chunks: dict[str, int] | None) -> list[bytes]:
        return [nk.stack(tree(chunks), "orog").values.tobytes()]

    def ensemble(chunks: dict[str, int] | None) -> list[bytes]:
        found = nk.ensemble(tree(chunks), "orog", ("mean", "var"))
        return [found[name].values.tobytes() for name in found]

    def compare(chunks: dict[str, int] | None) -> list[bytes]:
        models = [node["orog"] for node in tree(chunks).children.values()]
        found = [nk.compare(model, points, crs="EPSG:3031", datum="ellipsoid") for model in models]
        return [json.dumps(one.summary(), default=str).encode() for one in found]

    return {
        call.__name__: best(lambda call=call: call(None), lambda call=call: call({"time": 1}), runs)
        for call in (stack, ensemble, compare)
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--size", type=int, default=191, help="rows and columns of the grid")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        folder, count = arguments.inside
        print(json.dumps(measured(Path(folder), int(count), arguments.runs)))
        return
    print("| threads | members | call | without chunks | with chunks | ratio |")
    print("| ---: | ---: | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        write_members(Path(folder), 4 * max(THREADS), arguments.size)
        for threads in THREADS:
            command = [sys.executable, __file__, "--runs", str(arguments.runs)]
            command += ["--inside", folder, str(4 * threads)]
            environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
            run = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            for name, (without, chunked) in json.loads(run.stdout).items():
                cells = f"{name} | {without:.3f} s | {chunked:.3f} s | {chunked / without:.2f}"
                print(f"| {threads} | {4 * threads} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
