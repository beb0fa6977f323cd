"""Points to statistics of cells: Nunatak against pyproj with `np.bincount`, and with pandas' groupby.

A polar campaign is generated: overpasses of six beams, a segment every 20 m, in the order of the tracks, on
an Antarctic grid. Every contender starts from longitude and latitude, in a process of its own, and is judged
by CPU seconds, because Nunatak uses all threads; the best of the repeats counts. Answers are compared.

    python bench/altimetry.py [--points 10000000] [--spacing 8000] [--repeats 3] [--stream 100000000]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

WORKER = Path(__file__).parent / "aggregating" / "worker.py"
TARGETS = {"few": 3.0, "all": 1.5, "blocks": 5e-3, "twice": 2.1, "memory": 1024.0}
"""Times faster than bincount and than pandas, CPU seconds, times the CPU of half the points, MiB."""


def measure(job: dict[str, Any], threads: int | None = None) -> dict[str, Any]:
    """CPU and wall seconds and peak MiB of a job, on so many threads or all."""
    environment = dict(os.environ)
    if threads is not None:
        environment |= {"RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    arguments = [sys.executable, str(WORKER), json.dumps(job)]
    done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def agree(ours: Path, theirs: Path) -> None:
    """Checks that both have the same statistics, but for points on the edge of a cell."""
    with np.load(ours) as own, np.load(theirs) as other:
        moved = np.abs(own["count"].astype(float) - other["count"]).sum()
        assert moved <= 1e-6 * other["count"].sum() + 2, f"{moved} points are in other cells"
        same = (own["count"] == other["count"]) & (other["count"] > 1)
        for name in set(own.files) & set(other.files) - {"count"}:
            np.testing.assert_allclose(own[name][same], other[name][same], rtol=1e-5, atol=1e-3, err_msg=name)


def line(label: str, found: dict[str, Any], points: int | None) -> None:
    """Prints what a contender took."""
    if "problem" in found:
        print(f"  {label:<34} {found['problem']}")
        return
    per_point = f"{1e9 * found['cpu'] / points:8.0f} ns a point" if points else " " * 19
    figures = f"{found['cpu']:9.3f} s CPU {found['wall']:9.3f} s wall"
    print(f"  {label:<34}{figures}{per_point}{found['peak']:8.0f} MiB peak")


def verdict(text: str, value: float, target: float, larger_is_better: bool) -> None:
    """Prints a figure beside its target."""
    passes = value >= target if larger_is_better else value <= target
    print(f"  {text}: {value:.3g}, target {target:.3g}: {'pass' if passes else 'FAIL'}")


def against(peer: str, few: bool, arguments: argparse.Namespace, folder: Path) -> None:
    """Nunatak on all threads and on one against a peer."""
    common = {"points": arguments.points, "spacing": arguments.spacing, "repeats": arguments.repeats}
    jobs = {
        f"pyproj + {peer}": ({"contender": peer, "output": str(folder / "theirs.npz")}, 1),
        "nunatak, one thread": ({"contender": "nunatak", "few": few}, 1),
        "nunatak, all threads": (
            {"contender": "nunatak", "few": few, "output": str(folder / "ours.npz")},
            None,
        ),
    }
    found = {label: measure(common | job, threads) for label, (job, threads) in jobs.items()}
    for label, result in found.items():
        line(label, result, arguments.points)
    agree(folder / "ours.npz", folder / "theirs.npz")
    theirs, *own = (result["cpu"] for result in found.values())
    for label, seconds in zip(("one thread", "all threads"), own, strict=True):
        verdict(f"times faster, {label}", theirs / seconds, TARGETS["few" if few else "all"], True)


def main() -> None:
    """Runs the cases and prints times, ratios and targets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--spacing", type=float, default=8000.0, help="width of the cells (m)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--stream", type=int, default=100_000_000, help="points of the stream; 0 leaves it out"
    )
    arguments = parser.parse_args()
    print(f"{arguments.points:,} points along tracks, EPSG:3031, cells of {arguments.spacing:g} m")
    with tempfile.TemporaryDirectory() as name:
        print("count, mean and standard deviation")
        against("bincount", True, arguments, Path(name))
        print("all statistics with all uncertainties")
        against("pandas", False, arguments, Path(name))
    print("one cell, a point in each of 1,024 blocks")
    blocks = measure({"contender": "blocks", "spacing": 32_000.0, "repeats": 20})
    line("nunatak", blocks, None)
    verdict("CPU seconds", blocks["cpu"], TARGETS["blocks"], False)
    print("twice the points, all statistics")
    common = {
        "contender": "nunatak",
        "few": False,
        "spacing": arguments.spacing,
        "repeats": arguments.repeats,
    }
    half, whole = (measure(common | {"points": arguments.points // part}) for part in (2, 1))
    line("half", half, arguments.points // 2)
    line("all", whole, arguments.points)
    verdict("times the CPU seconds", whole["cpu"] / half["cpu"], TARGETS["twice"], False)
    if arguments.stream:
        print(f"a stream of {arguments.stream:,} points; its CPU seconds are partly those of making them")
        job = {"contender": "stream", "points": arguments.stream, "spacing": arguments.spacing, "repeats": 1}
        for few, label in ((True, "count, mean, standard deviation"), (False, "all sums")):
            stream = measure(job | {"few": few})
            line(f"nunatak, {label}", stream, arguments.stream)
            if "peak" in stream:
                verdict("MiB at the peak", stream["peak"], TARGETS["memory"], False)


if __name__ == "__main__":
    main()
