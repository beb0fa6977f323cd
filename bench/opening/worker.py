"""Runs one contender in this process and writes what it took to a file: MODULE:FUNCTION OPTIONS OUTPUT."""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
import urllib.request
import warnings
from contextlib import suppress
from pathlib import Path


def peak_memory() -> float:
    """Peak resident memory of this process (MB). Not ru_maxrss, which may be that of the parent."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmHWM"].split()[0]) * 1024 / 1e6


def control(endpoint: str, method: str, name: str) -> bytes:
    """Asks the store for its counters, or to clear them."""
    request = urllib.request.Request(f"{endpoint}/-/{name}", method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read()


def main() -> None:
    """Prepare, run as often as wanted, report the fastest run."""
    target, settings, output = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    warnings.simplefilter("ignore")
    if settings.get("cores") and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: settings["cores"]])
    with suppress(ImportError):
        # xarray imports it, and SciPy with it, at the first array of a process: 0.2 s for everybody.
        importlib.import_module("dask.array")
    module, _, function = target.partition(":")
    prepare = getattr(importlib.import_module(module), function)
    endpoint, best, run = settings.get("endpoint"), None, None
    for _ in range(settings.get("repeats", 1)):
        # Prepared anew, and the last one let go, so that nobody reads out of a cache of an open file.
        run = None
        gc.collect()
        run = prepare(**settings["options"])
        if endpoint:
            control(endpoint, "POST", "reset")
        wall, processor = time.perf_counter(), time.process_time()
        facts = run()
        taken = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
        taken["facts"] = facts or {}
        if endpoint:
            taken["store"] = json.loads(control(endpoint, "GET", "statistics"))
        if best is None or taken["wall"] < best["wall"]:
            best = taken
    Path(output).write_text(json.dumps({**(best or {}), "memory": peak_memory()}))
    # Some libraries crash while they are taken down; what was measured stands by now.
    os._exit(0)


if __name__ == "__main__":
    main()
