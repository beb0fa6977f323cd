"""Mixed work for minutes: threads against a store that fails now and then, workers that are killed.

Reports memory over time, wrong bytes, and threads that wait for ever; any of them is exit code 1. The threads
of this process and those of worker processes, forked and spawned, do the same: they open, list, read, regrid,
stack, save catalogs and weights, the last two all to the same paths. What they get is compared with what one
thread got before.

    python scripts/soak.py --minutes 60
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import multiprocessing
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak.regridding.weight_files import read_weight_file
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import CHUNKED, CONTIGUOUS, write_store_archive

STUCK = 180.0
"""Seconds without a job done after which a thread is said to wait for ever."""
GROWTH = 1.25
"""How much more memory the last quarter may take than the second."""
PROCESSES = 2
"""Worker processes at any time; one is killed every second or so."""

Job = Callable[["Site"], bytes]


@dataclass(frozen=True)
class Site:
    """Where the store is and where files are written."""

    url: str
    options: dict[str, Any]
    folder: Path

    def open(self, key: str) -> xr.Dataset:
        return xr.open_dataset(f"{self.url}/{key}", engine="nunatak", storage_options=self.options)


def digest(*values: Any) -> bytes:
    """What tells results from each other."""
    found = hashlib.sha256()
    for value in values:
        found.update(np.ascontiguousarray(value).tobytes())
    return found.digest()


def read(site: Site) -> bytes:
    return digest(site.open(CHUNKED.key)["lithk"][3:9].values, site.open(CONTIGUOUS.key)["orog"][5].values)


def catalog(site: Site) -> bytes:
    found = nk.open_catalog(site.url, storage_options=site.options, cache=False)
    path = site.folder / "catalog.parquet"
    found.save(path)
    again = nk.open_catalog(path, storage_options=site.options)
    return digest(len(found), len(again), *(ord(sign) for sign in "".join(sorted(again.df["variable"]))))


def regrid(site: Site) -> bytes:
    data = site.open(CHUNKED.key)[["lithk"]].isel(time=slice(0, 2))
    return digest(nk.regrid(data, nk.grid("EPSG:3031", spacing=160e3), source="EPSG:3031")["lithk"].values)


def stack(site: Site) -> bytes:
    data = site.open(CHUNKED.key)[["lithk"]].isel(time=slice(0, 2))
    members = {"plain": data, "chunked": data.chunk({"time": 1}), "reckoned": data.chunk({"time": 1}) * 2}
    nodes = {f"{name}{copy}": member for name, member in members.items() for copy in range(2)}
    tree = xr.DataTree.from_dict(nodes)
    found = nk.ensemble(tree, "lithk", ("mean", "count"))
    return digest(nk.stack(tree, "lithk").values, found["mean"].values, found["count"].values)


def weights(site: Site) -> bytes:
    path = site.folder / "weights.nc"
    nk.Regridder(nk.latlon(12.0), nk.latlon(random.choice([10.0, 15.0]))).to_netcdf(path)
    read_weight_file(path)
    return digest(0)


JOBS: dict[str, Job] = {job.__name__: job for job in (read, catalog, regrid, stack, weights)}


@dataclass
class Tally:
    """What was done, and what went wrong."""

    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(JOBS, 0))
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    last: dict[int, float] = field(default_factory=dict)

    def work(self, number: int, site: Site, expected: dict[str, bytes], until: float) -> None:
        """One thread's work."""
        draw = random.Random(number * 7919 + os.getpid())
        while time.monotonic() < until:
            name = draw.choice(list(JOBS))
            self.last[number] = time.monotonic()
            try:
                if JOBS[name](site) != expected[name]:
                    self.wrong.append(name)
                self.done[name] += 1
            except nk.errors.StoreError as error:
                # The store fails on purpose; a deadline may pass while the machine is busy.
                self.failed.append(f"{name}: {error}")
            except Exception as error:
                self.wrong.append(f"{name}: {type(error).__name__}: {error}")
        self.last.pop(number, None)

    def stuck(self) -> list[int]:
        """Threads that have been at one job for too long."""
        return [number for number, since in list(self.last.items()) if time.monotonic() - since > STUCK]


def process(site: Site, expected: dict[str, bytes], seconds: float) -> None:
    """A worker process: two threads; exit code 1 for anything wrong."""
    warnings.simplefilter("ignore")
    tally = Tally()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=tally.work, args=(number, site, expected, until), daemon=True)
        for number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + STUCK)
    if tally.wrong or any(thread.is_alive() for thread in threads):
        print(
            "in a worker process:", tally.wrong[:3] or "a thread waits for ever", file=sys.stderr, flush=True
        )
        os._exit(1)


class Workers:
    """Worker processes that come and go, forked and spawned in turn."""

    def __init__(self, site: Site, expected: dict[str, bytes], until: float) -> None:
        self.arguments = (site, expected)
        self.until = until
        self.running: list[Any] = []
        self.started = self.killed = self.failed = 0

    def fill(self) -> None:
        """Start as many as are missing, and count those that ended by themselves."""
        for own in [own for own in self.running if own.exitcode is not None]:
            self.failed += own.exitcode not in (0, -signal.SIGKILL)
            self.running.remove(own)
        while len(self.running) < PROCESSES and time.monotonic() < self.until:
            context = multiprocessing.get_context(("fork", "spawn")[self.started % 2])
            left = max(1.0, self.until - time.monotonic())
            own = context.Process(target=process, args=(*self.arguments, left), daemon=True)
            own.start()
            self.started += 1
            self.running.append(own)

    def kill_one(self, draw: random.Random) -> None:
        alive = [own for own in self.running if own.is_alive()]
        if alive:
            os.kill(draw.choice(alive).pid, signal.SIGKILL)
            self.killed += 1

    def end(self) -> None:
        for own in self.running:
            own.join(STUCK)
            self.failed += own.exitcode not in (0, -signal.SIGKILL)


def resident() -> float:
    """Memory of this process (MB)."""
    with open("/proc/self/statm") as counters:
        return int(counters.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def soak(site: Site, server: ObjectStoreServer, minutes: float, threads: int, seed: int) -> int:
    """Run it, print a line now and then, and return the exit code."""
    expected = {name: job(site) for name, job in JOBS.items()}
    until = time.monotonic() + 60 * minutes
    tally, draw = Tally(), random.Random(seed)
    running = [
        threading.Thread(target=tally.work, args=(number, site, expected, until), daemon=True)
        for number in range(threads)
    ]
    for thread in running:
        thread.start()
    workers, memory, printed = Workers(site, expected, until), [], 0.0
    while time.monotonic() < until:
        workers.fill()
        time.sleep(draw.uniform(0.5, 1.5))
        workers.kill_one(draw)
        memory.append(resident())
        if time.monotonic() - printed > 10:
            printed = time.monotonic()
            left = (until - printed) / 60
            # The store's log of every request would hide whether anything else grows.
            server.reset()
            print(f"{left:6.1f} min left  {memory[-1]:7.0f} MB  {sum(tally.done.values())} jobs", flush=True)
        if tally.stuck():
            break
    for thread in running:
        thread.join(max(1.0, until + STUCK - time.monotonic()))
    workers.end()
    return report(tally, workers, memory, sum(thread.is_alive() for thread in running))


def report(tally: Tally, workers: Workers, memory: list[float], waiting: int) -> int:
    """Print what came of it."""
    quarter = max(1, len(memory) // 4)
    early, late = (
        statistics.median(memory[quarter : 2 * quarter] or memory),
        statistics.median(memory[-quarter:]),
    )
    grows = len(memory) >= 60 and late > GROWTH * early
    print("jobs:", ", ".join(f"{count} {name}" for name, count in tally.done.items()))
    print(f"worker processes: {workers.started} started, {workers.killed} killed, {workers.failed} failed")
    print(f"memory: {early:.0f} MB early, {late:.0f} MB late, {max(memory):.0f} MB at most{' GROWS' * grows}")
    print(f"the store failed {len(tally.failed)} jobs {tally.failed[:1]}")
    print(f"wrong: {len(tally.wrong)} {tally.wrong[:3]}")
    print(f"threads that wait for ever: {waiting}")
    if waiting:
        faulthandler.dump_traceback()
    return int(bool(tally.wrong or workers.failed or grows or waiting))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    faults = [
        Fault(FaultKind.THROTTLE, "*", probability=0.01),
        Fault(FaultKind.SHORT_BODY, "*", probability=0.01),
    ]
    with tempfile.TemporaryDirectory() as folder:
        root, written = Path(folder) / "store", Path(folder) / "written"
        written.mkdir()
        write_store_archive(root)
        with ObjectStoreServer(root, faults=faults, seed=arguments.seed) as server:
            site = Site(server.url, {**server.storage_options, "deadline": 60, "timeout": 10}, written)
            code = soak(site, server, arguments.minutes, arguments.threads, arguments.seed)
        left = [file.name for file in written.iterdir() if file.suffix != ".part"]
        print("files:", ", ".join(sorted(left)))
    # Threads that wait for ever would keep the process.
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
