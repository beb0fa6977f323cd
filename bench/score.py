"""Scores: Nunatak against scoringrules with numba, properscoring, xskillscore, numpy, and a numba loop.

    python bench/score.py [--points 500000] [--members 17] [--repeats 7] [--quick] [--write]

`make bench-score` runs everything and writes docs/benchmarks/score.md. Every contender runs in a process of
its own, on one thread and on two, from the same arrays in memory (observations, members last); what it
compiles or reads at its first call is not counted, and the best of the repeats counts. Answers are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
WORKER = ROOT / "bench" / "scoring" / "worker.py"
PEERS = ROOT / ".venv-bench-score" / "bin" / "python"
PAGE = ROOT / "docs" / "benchmarks" / "score.md"
SCORES = {
    "crps": ("CRPS of the ensemble", ("scoringrules", "properscoring", "xskillscore")),
    "gaussian": ("CRPS of a normal prediction", ("scoringrules", "properscoring", "xskillscore")),
    "rmse": ("RMSE, NaN skipped", ("numpy", "xskillscore", "numba")),
}
NAMES = {
    "scoringrules": "scoringrules, numba",
    "numpy": "numpy's nanmean",
    "numba": "own loop, numba",
    "nunatak": "**Nunatak**",
}
FASTER, SCALING, ALL_SECONDS = 1.0, 1.7, 2.0
"""Targets: times the fastest peer on one thread, times Nunatak itself on two, seconds for all scores."""


class Row(NamedTuple):
    """Seconds of a contender on one thread and on two; the problem in words where there are none."""

    score: str
    contender: str
    seconds: tuple[float, float] | None
    problem: str = ""


def write_data(path: Path, points: int, members: int) -> None:
    """Heights of an ensemble about a truth, and observations with errors."""
    rng = np.random.default_rng(0)
    centre = rng.normal(1500.0, 300.0, points)
    spread = rng.uniform(2.0, 20.0, points)
    ensemble = centre[:, None] + spread[:, None] * rng.normal(size=(points, members))
    sigma = rng.uniform(0.5, 5.0, points)
    observation = centre + spread * rng.normal(size=points) + sigma * rng.normal(size=points)
    np.savez(path, observation=observation, members=ensemble, mean=ensemble.mean(axis=1), sigma=sigma)


def measure(score: str, contender: str, folder: Path, repeats: int) -> Row:
    """Seconds of a contender on one thread and on two."""
    python = sys.executable if contender == "nunatak" else str(PEERS)
    seconds = []
    for threads in (1, 2):
        names = ("RAYON_NUM_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        environment = dict(os.environ) | {name: str(threads) for name in names}
        job = {"contender": contender, "score": score, "repeats": repeats}
        job |= {"data": str(folder / "data.npz"), "output": str(folder / f"{score}-{contender}.npy")}
        done = subprocess.run(
            [python, str(WORKER), json.dumps(job)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        if done.returncode:
            return Row(score, contender, None, (done.stderr.strip().splitlines() or ["failed"])[-1])
        seconds.append(json.loads(done.stdout.splitlines()[-1])["seconds"])
    return Row(score, contender, (seconds[0], seconds[1]))


def agree(rows: list[Row], folder: Path) -> None:
    """Checks that all have the same answer."""
    for row in rows:
        if row.seconds is not None and row.contender != "nunatak":
            ours, theirs = (np.load(folder / f"{row.score}-{own}.npy") for own in ("nunatak", row.contender))
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7, err_msg=row.contender)


def verdict(value: float, target: float, passes: bool) -> str:
    """A figure beside its target."""
    return f"{value:.2f}, {target:g}: {'pass' if passes else 'FAIL'}"


def table(rows: list[Row]) -> list[str]:
    """One score: seconds, and targets beside Nunatak's."""
    peers = [row.seconds[0] for row in rows if row.seconds is not None and row.contender != "nunatak"]
    lines = [
        "|  | ms, one thread | ms, two | times the fastest peer, target | two threads over one, target |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        name = NAMES.get(row.contender, row.contender)
        if row.seconds is None:
            lines.append(f"| {name} | {row.problem[:60].replace('|', ' ')} |  |  |  |")
            continue
        one, two = row.seconds
        cells = ["", ""]
        if row.contender == "nunatak":
            scaling = one / two
            faster = verdict(min(peers) / one, FASTER, min(peers) / one >= FASTER) if peers else "no peer"
            cells = [faster, verdict(scaling, SCALING, scaling >= SCALING)]
        lines.append(f"| {name} | {1e3 * one:.2f} | {1e3 * two:.2f} | {cells[0]} | {cells[1]} |")
    return lines


def page(tables: dict[str, list[Row]], whole: Row, points: int, members: int) -> str:
    """The page of figures."""
    peers = subprocess.run(
        [str(PEERS), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=False,
    )
    known = {each["name"].lower(): each["version"] for each in json.loads(peers.stdout or "[]")}
    named = [
        name for name in ("scoringrules", "properscoring", "xskillscore", "numba", "numpy") if name in known
    ]
    listed = ", ".join(f"{name} {known[name]}" for name in named)
    lines = [
        "# Scores: measured",
        "",
        "`make bench-score`. Every contender runs in a process of its own, on one thread and on two, from",
        "the same arrays in memory; what it compiles at its first call is not counted, and the best of the",
        "repeats counts. Answers are compared. Ratios of one run are what to compare.",
        "",
        f"{datetime.now(UTC):%-d %B %Y}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores;",
        f"{listed}, Python {platform.python_version()}, Nunatak {version('nunatak')}.",
        f"{points:,} observations, {members} members.",
        "",
    ]
    for score, rows in tables.items():
        lines += [f"## {SCORES[score][0]}", "", *table(rows), ""]
    lines += ["## All scores in one pass", ""]
    lines += ["CRPS, log score and rank histogram with observation errors, bias, spread and error.", ""]
    if whole.seconds is None:
        return "\n".join([*lines, whole.problem, ""])
    one, two = whole.seconds
    passes = verdict(two, ALL_SECONDS, two < ALL_SECONDS)
    lines += [
        "|  | s, one thread | s, two, target |",
        "| --- | ---: | ---: |",
        f"| Nunatak | {one:.2f} | {passes} |",
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Runs the cases and prints the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--points", type=int, default=500_000)
    parser.add_argument("--members", type=int, default=17)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--quick", action="store_true", help="a glance: 20,000 points, 3 repeats")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/score.md")
    options = parser.parse_args()
    if options.quick:
        options.points, options.repeats = 20_000, 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_data(folder / "data.npz", options.points, options.members)
        tables: dict[str, list[Row]] = {}
        for score, (_, peers) in SCORES.items():
            rows: list[Any] = [measure(score, each, folder, options.repeats) for each in (*peers, "nunatak")]
            agree(rows, folder)
            tables[score] = rows
        whole = measure("all", "nunatak", folder, min(options.repeats, 5))
        text = page(tables, whole, options.points, options.members)
    print(text)
    if options.write and not options.quick:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
