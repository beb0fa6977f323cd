"""One contender in a process of its own: best CPU and wall seconds of several runs, and peak memory."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from aggregating import contenders
from aggregating.campaign import blocks_of_a_cell, campaign, overpass


def run_of(job: dict) -> Callable[[], object]:
    """What a job runs, with its points made."""
    name, spacing = job["contender"], job["spacing"]
    if name == "stream":
        return lambda: contenders.streamed(overpasses(job["points"]), spacing, few=job["few"])
    if name == "blocks":
        return contenders.nunatak(blocks_of_a_cell(spacing), spacing, few=False)
    columns = campaign(job["points"])
    if name == "nunatak":
        return contenders.nunatak(columns, spacing, few=job["few"])
    return {"bincount": contenders.bincount, "pandas": contenders.pandas}[name](columns, spacing)


def overpasses(points: int):
    """Overpasses until there are so many points."""
    found = number = 0
    while found < points:
        columns = overpass(number)
        number, found = number + 1, found + columns["height"].size
        yield columns


def main() -> None:
    """Runs the job that the first argument describes, and prints what it took as JSON."""
    job = json.loads(sys.argv[1])
    run = run_of(job)
    cpu, wall, result = [], [], None
    for _ in range(job["repeats"]):
        before = time.process_time(), time.perf_counter()
        try:
            result = run()
        except Exception as error:
            print(json.dumps({"problem": f"{type(error).__name__}: {error}".split("\n")[0]}))
            return
        cpu.append(time.process_time() - before[0])
        wall.append(time.perf_counter() - before[1])
    if isinstance(result, dict) and job.get("output"):
        columns: dict[str, Any] = {name: np.asarray(values) for name, values in result.items()}
        np.savez(job["output"], **columns)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": min(cpu), "wall": min(wall), "peak": peak}))


if __name__ == "__main__":
    main()
