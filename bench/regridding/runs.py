"""Runs contenders in processes of their own: one that crashes is a row of the table, not the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parents[1]
PACKAGE = BENCH.parent / "python"


@dataclass(frozen=True)
class Contender:
    """A row of the tables: its name, where it runs and what it runs."""

    label: str
    target: str
    peer: bool
    methods: tuple[str, ...] = ("conservative", "bilinear")


CONTENDERS = (
    Contender("Nunatak", "regridding.ours:run", False),
    Contender("YAC", "regridding.peers:yac", True),
    Contender("CDO", "regridding.programs:cdo", True),
    Contender("xugrid", "regridding.peers:xugrid", True, ("conservative",)),
    Contender("xarray-regrid", "regridding.peers:xarray_regrid", True, ("conservative",)),
    Contender("SciPy, Nunatak's weights", "regridding.matrix:run", True),
)


DOUBLING = Contender("Nunatak", "regridding.doubling:run", False)


@dataclass
class Run:
    """What one contender took for one method of one workload; `trouble` where it took nothing."""

    workload: str
    method: str
    label: str
    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""

    def seconds(self, stage: str, clock: str = "wall") -> float | None:
        """Seconds of a stage, None where it was not reached."""
        found = self.stages.get(stage)
        return None if found is None else found[clock]


def run(
    contender: Contender,
    workload: str,
    method: str,
    folder: Path,
    steps: int,
    peers: Path | None,
    limit: float,
) -> Run:
    """Run one contender on two threads."""
    made = Run(workload, method, contender.label)
    # The peers' Python for ours too, so that nobody's memory counts what others import: pandas takes 40 MB
    # more where pyarrow is installed.
    python = peers or (None if contender.peer else Path(sys.executable))
    if python is None:
        made.trouble = "not installed"
        return made
    with tempfile.TemporaryDirectory() as place:
        output = Path(place) / "output.json"
        options = json.dumps({"folder": str(folder), "method": method, "steps": steps})
        command = [str(python), "-m", "regridding.worker", contender.target, options, str(output)]
        _finish(made, command, output, limit, contender.label == "Nunatak")
    return made


def _finish(made: Run, command: list[str], output: Path, limit: float, ours: bool) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, env=_environment(), cwd=BENCH
        )
    except subprocess.TimeoutExpired:
        made.trouble = f"stopped after {limit:.0f} s"
        return
    if output.is_file():
        found = json.loads(output.read_text())
        made.stages, made.facts = found["stages"], found["facts"]
        return
    said = (done.stderr.strip() or f"ended with {done.returncode}").splitlines()[-1][:110]
    made.trouble = _word(said, ours)


def _word(said: str, ours: bool) -> str:
    """In a few words, why there are no figures."""
    if said.startswith(("ModuleNotFoundError", "ImportError")):
        return f"not installed ({said.partition(': ')[2]})"
    if said.startswith("NotImplementedError"):
        return f"cannot ({said.partition(': ')[2]})"
    return f"not yet ({said})" if ours else f"failed ({said})"


def _environment() -> dict[str, str]:
    """Two threads for everybody."""
    names = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    paths = [str(BENCH), str(PACKAGE), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **dict.fromkeys(names, "2"),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }
