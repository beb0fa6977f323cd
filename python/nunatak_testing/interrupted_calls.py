"""Ctrl-C at random moments of long calls: how each ends, how soon, and whether the session goes on.

``python -m nunatak_testing.interrupted_calls`` prints how long after the signal calls ended. A session is a
process of its own, which nothing else hears Ctrl-C of; calls that wait do so for a store that never answers,
and calls that compute would take a minute.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak_testing.object_store import ObjectStoreServer
from nunatak_testing.stores import CHUNKED, write_store_archive

__all__ = ["MOMENTS", "Ended", "computing", "interrupted", "silent_server", "waiting"]

MOMENTS = 20
LONG = 300
"""Seconds that a store would be waited for."""
_LATEST = 0.25
"""Seconds of a call until the last moment that is drawn; what comes after is more of the same."""
_BOUNDS = (-2e6, -2e6, 2e6, 2e6)

Calls = dict[str, Callable[[], object]]


@dataclass(frozen=True)
class Ended:
    """How a call ended whose session got a Ctrl-C ``moment`` seconds after it began.

    ``how`` is "interrupted", "done", or the error; ``after`` is how long after the signal (s).
    """

    moment: float
    how: str
    after: float


def interrupted(call: Callable[[], object], moment: float) -> Ended:
    """Call, with a Ctrl-C on the way; on the main thread."""
    sent: list[float] = []

    def send() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(moment, send)
    try:
        try:
            timer.start()
            call()
            how = "done"
        except nk.NunatakError as error:
            how = f"{type(error).__name__} {error}"
        timer.cancel()
        timer.join()
        time.sleep(0)
    except KeyboardInterrupt:
        return Ended(moment, "interrupted", time.perf_counter() - sent[0])
    return Ended(moment, how, 0.0)


def waiting(endpoint: str, silent: str, moments: int = MOMENTS) -> dict[str, list[Ended]]:
    """Calls that wait for the store at an endpoint, or for a server that never answers."""
    return _apart("waiting", moments, endpoint, silent)


def computing(moments: int = MOMENTS) -> dict[str, list[Ended]]:
    """Calls that compute."""
    return _apart("computing", moments)


def _apart(kind: str, moments: int, *arguments: str) -> dict[str, list[Ended]]:
    command = [sys.executable, "-m", "nunatak_testing.interrupted_calls"]
    command += ["--session", kind, "--moments", str(moments), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONG)
    assert run.returncode == 0, run.stderr
    return {name: [Ended(*one) for one in ended] for name, ended in json.loads(run.stdout).items()}


@contextmanager
def silent_server() -> Iterator[str]:
    """A server that takes connections and never answers."""
    listening, held = socket.create_server(("127.0.0.1", 0)), []

    def accept() -> None:
        while True:
            try:
                held.append(listening.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()
        for connection, _ in held:
            connection.close()


def _session(kind: str, moments: int, arguments: list[str]) -> None:
    """Interrupt every call of a kind, and look between them whether the session is what it was."""
    warnings.simplefilter("ignore")
    # Shells have what they run in the background ignore Ctrl-C, and whatever that starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    calls, usable = _waiting(moments, *arguments) if kind == "waiting" else _computing()
    generator, expected, found = random.Random(1), usable(), {}
    for name, call in calls.items():
        drawn = sorted(generator.uniform(0.0, _LATEST) for _ in range(moments))
        ended = [interrupted(call, moment) for moment in drawn]
        found[name] = [(one.moment, one.how, one.after) for one in ended]
        if usable() != expected:
            raise AssertionError(f"after {name}: the session gives something else than before")
    print(json.dumps(found), flush=True)
    os._exit(0)


def _waiting(moments: int, endpoint: str, silent: str) -> tuple[Calls, Callable[[], object]]:
    options = {"anon": True, "deadline": LONG, "timeout": LONG}
    s3, stored = {**options, "endpoint_url": silent}, {**options, "endpoint_url": endpoint}
    url = f"s3://archive/{CHUNKED.key}"
    array = nk.open_datatree(url, storage_options=stored)["lithk"]
    # A catalog keeps the headers that it has read: every call needs another one.
    catalogs = [
        nk.open_catalog("s3://archive", storage_options=stored, cache=False) for _ in range(moments + 1)
    ]
    catalog = catalogs.pop()
    records = itertools.cycle(range(4, 36))

    def hang() -> None:
        """The store stops answering, or goes on."""
        request = urllib.request.Request(f"{endpoint}/-/hang", method="POST")
        urllib.request.urlopen(request).close()

    def usable() -> object:
        hang()
        try:
            return array[3].values.tobytes(), sorted(catalog.to_datatree().groups)
        finally:
            hang()

    def granules() -> None:
        nk.open_atl06([f"{silent}/a.h5", f"{silent}/b.h5"], storage_options=options)

    hang()
    calls: Calls = {
        "open over HTTP": lambda: nk.open_datatree(f"{silent}/a.nc", storage_options=options),
        "open": lambda: nk.open_datatree("s3://b/a.nc", storage_options=s3),
        "open of a store that stopped": lambda: nk.open_datatree(url, storage_options=stored),
        "list over HTTP": lambda: nk.open_catalog(f"{silent}/a", storage_options=options, cache=False),
        "list": lambda: nk.open_catalog("s3://b/a", storage_options=s3, cache=False),
        "granules": granules,
        "granules of a pattern": lambda: nk.open_atl06("s3://b/*.h5", storage_options=s3),
        "read": lambda: array[next(records)].values,
        "tree": lambda: catalogs.pop().to_datatree(),
    }
    return calls, usable


def _computing() -> tuple[Calls, Callable[[], object]]:
    numbers, count = np.random.default_rng(2), itertools.count()
    source = nk.grid("EPSG:3031", spacing=20e3, bounds=_BOUNDS)
    target = nk.grid("EPSG:6932", spacing=20e3, bounds=_BOUNDS)
    shape = (source.sizes["y"], source.sizes["x"])
    field = source.assign(lithk=(("y", "x"), numbers.normal(size=shape)))
    values = numbers.normal(size=(100, *shape))
    records = source.assign({f"v{number}": (("time", "y", "x"), values) for number in range(60)})
    few, points = (nk.open_points(_table(numbers, size), quality="all") for size in (1000, 3_000_000))
    versus: dict[str, Any] = {"datum": "ellipsoid", "time": None}

    def fine() -> xr.Dataset:
        """Weights are kept: every call needs others."""
        west = -2e6 - 100 * next(count)
        return nk.grid("EPSG:6932", spacing=2e3, bounds=(west, -2e6, west + 4e6, 2e6))

    def usable() -> object:
        small = nk.aggregate(few, target)["count"].values.tobytes()
        return small, nk.regrid(field, target)["lithk"].values.tobytes()

    years = np.arange("1900", "2000", dtype="M8[Y]").astype("M8[ns]")
    member = xr.Dataset({"lithk": (("time", "y", "x"), values)}, {"time": years})
    plain, blocks = (
        xr.DataTree.from_dict({f"A/M{number}/exp05": data for number in range(size)})
        for size, data in ((120, member), (12, member.chunk(time=5) * 1.0))
    )
    run = source.assign({**member, "sftgif": (("y", "x"), np.ones(shape))})
    runs = xr.DataTree.from_dict({f"A/M{number}/exp05": run for number in range(120)})
    calls: Calls = {
        "weights": lambda: nk.regrid(field, fine(), method="conservative").load(),
        "regrid": lambda: nk.regrid(records, target).load(),
        "areas": lambda: nk.cell_area(fine()),
        "aggregate": lambda: nk.aggregate(points, target),
        "compare": lambda: nk.compare(field["lithk"], points, crs="EPSG:3031", **versus),
        "statistics": lambda: nk.ensemble(plain, "lithk", ("mean", "var")),
        "scalars": lambda: nk.scalars(runs).load(),
        "statistics of Dask's blocks": lambda: nk.ensemble(blocks, "lithk", ("mean", "var")),
    }
    return calls, usable


def _table(numbers: np.random.Generator, size: int) -> dict[str, np.ndarray]:
    return {
        "longitude": numbers.uniform(-180, 180, size),
        "latitude": numbers.uniform(-89, -72, size),
        "height": numbers.normal(size=size),
        "height_sigma": np.full(size, 0.1),
        "sigma_geo": np.full(size, 0.3),
        "time": np.full(size, np.datetime64("2020-01-01", "ns")),
    }


def main() -> None:
    """The program: one session, or both with a table of how long after the signal calls ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--moments", type=int, default=MOMENTS)
    parser.add_argument("--session", choices=["waiting", "computing"], help=argparse.SUPPRESS)
    parser.add_argument("servers", nargs="*", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.session:
        return _session(chosen.session, chosen.moments, chosen.servers)
    with tempfile.TemporaryDirectory() as folder:
        write_store_archive(Path(folder))
        with ObjectStoreServer(Path(folder)) as server, silent_server() as silent:
            found = waiting(server.endpoint, silent, chosen.moments)
    found |= computing(chosen.moments)
    print(f"{'milliseconds after the signal':<32} {'median':>7} {'90 %':>7} {'most':>7}  ended otherwise")
    for name, ended in found.items():
        taken = 1e3 * np.array([one.after for one in ended if one.how == "interrupted"] or [np.nan])
        others = sorted({one.how for one in ended} - {"interrupted"})
        row = (f"{share:7.0f}" for share in np.quantile(taken, (0.5, 0.9, 1.0)))
        print(f"{name:<32} {' '.join(row)}  {', '.join(others)}")


if __name__ == "__main__":
    main()
