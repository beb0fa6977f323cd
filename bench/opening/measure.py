"""Runs contenders in processes of their own: one that crashes or hangs is a row of the table, not the end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parents[1]
WORKER = BENCH / "opening" / "worker.py"


@dataclass
class Result:
    """What one contender took.

    Attributes
    ----------
    label
        Name in the table.
    outcome
        ``ok``, ``crashed``, ``failed``, ``timed out`` or ``not installed``.
    wall, processor
        Seconds; scaled where `scaled_from` says so.
    memory
        Peak resident memory (MB).
    requests, received, in_flight
        Requests to the store, MB received from it, and the most requests at a time.
    files, scaled_from
        Files that the times are for, and files that were really opened when these are fewer.
    facts
        What the contender says of its result.
    note
        What a reader has to know.
    """

    label: str
    outcome: str = "ok"
    wall: float | None = None
    processor: float | None = None
    memory: float | None = None
    requests: int | None = None
    received: float | None = None
    in_flight: int | None = None
    files: int | None = None
    scaled_from: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def scaled(self, files: int, opened: int) -> Result:
        """Times and requests for more files of the same kind than were opened."""
        factor = files / opened if opened else 1.0
        self.files = files
        if opened < files and self.outcome == "ok":
            self.scaled_from = opened
            self.wall = None if self.wall is None else self.wall * factor
            self.processor = None if self.processor is None else self.processor * factor
            self.requests = None if self.requests is None else round(self.requests * factor)
            self.received = None if self.received is None else self.received * factor
        return self


@dataclass(frozen=True)
class Bench:
    """How contenders are run.

    Attributes
    ----------
    peers
        Python of the peers' environment; None when there is none.
    timeout
        Seconds after which a contender is stopped.
    forked
        Whether peers of this very environment are forked from a process that has imported xarray: for runs
        that show that everything works, whose times say nothing.
    """

    peers: Path | None
    timeout: float
    forked: bool = False

    def ours(self, label: str, function: str, runs: int = 1, **settings: Any) -> Result:
        """Measure Nunatak, in this environment: the best of some runs, each a new process."""
        target = f"opening.contenders.ours:{function}"
        return best([self._run(Path(sys.executable), label, target, settings) for _ in range(runs)])

    def peer(self, label: str, target: str, **settings: Any) -> Result:
        """Measure a peer, ``module:function`` of the contenders, in the environment of the peers."""
        if self.peers is None:
            return Result(label, "not installed")
        forked = self.forked and self.peers == Path(sys.executable)
        return self._run(self.peers, label, f"opening.contenders.{target}", settings, forked)

    def _run(
        self, python: Path, label: str, target: str, settings: dict[str, Any], forked: bool = False
    ) -> Result:
        print(f"  {label} ...", end="", flush=True, file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "result.json"
            arguments = [target, json.dumps(settings), str(output)]
            environment = _environment(Path(folder), settings)
            result = self._finished(label, None if forked else python, arguments, environment)
        took = "" if result.wall is None else f" {result.wall:.2f} s"
        print(f" {result.outcome}{took}", flush=True, file=sys.stderr)
        return result

    def _finished(
        self, label: str, python: Path | None, arguments: list[str], environment: dict[str, str]
    ) -> Result:
        output = Path(arguments[-1])
        try:
            done = _run_worker(python, arguments, environment, self.timeout)
        except subprocess.TimeoutExpired:
            return Result(label, "timed out", note=f"stopped after {self.timeout:.0f} s")
        if output.is_file():
            return _measured(label, json.loads(output.read_text()))
        if done.returncode < 0:
            return Result(label, "crashed", note=f"signal {-done.returncode}")
        said = _error_line(done.stderr)
        outcome = "not installed" if said.startswith("ModuleNotFoundError") else "failed"
        return Result(label, outcome, note=said[:160])


def _run_worker(
    python: Path | None, arguments: list[str], environment: dict[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run the worker in a new process of this Python; None forks one that has imported xarray."""
    if python is not None:
        command = [str(python), str(WORKER), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)
    from nunatak_testing.fresh_process import run_code

    code = f"import runpy; runpy.run_path({str(WORKER)!r}, run_name='__main__')"
    return run_code(code, *arguments, environment=environment, timeout=timeout)


def best(runs: list[Result]) -> Result:
    """The fastest run of one contender."""
    fastest = min(runs, key=lambda result: float("inf") if result.wall is None else result.wall)
    if len(runs) > 1 and fastest.outcome == "ok":
        fastest.note = f"best of {len(runs)} processes"
    return fastest


def _error_line(text: str) -> str:
    """The line of a traceback that names the exception; its message may go on for many lines."""
    lines = text.strip().splitlines()
    named = [line for line in lines if re.match(r"[A-Za-z_][\w.]*(Error|Exception|Warning)\b", line)]
    return (named or lines or ["no message"])[-1]


def _measured(label: str, found: dict[str, Any]) -> Result:
    result = Result(label, wall=found["wall"], processor=found["processor"], memory=found["memory"])
    result.facts = found["facts"]
    store = found.get("store")
    if store is not None:
        result.requests = store["total"]
        result.received = store["bytes_sent"] / 1e6
        result.in_flight = store["max_in_flight"]
    return result


def _environment(folder: Path, settings: dict[str, Any]) -> dict[str, str]:
    """No cache is found that an earlier run left, and no more threads are used than cores are given."""
    cache = folder / "cache"
    cache.mkdir()
    path = os.pathsep.join(part for part in (str(BENCH), os.environ.get("PYTHONPATH", "")) if part)
    environment = {**os.environ, "PYTHONPATH": path, "NUNATAK_CACHE_DIR": str(cache)}
    if settings.get("cores"):
        cores = str(settings["cores"])
        environment |= {name: cores for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS")}
    return environment


def peers_python(folder: Path) -> Path | None:
    """Python of the peers' environment, where `make bench-open` has made it."""
    found = folder / "bin" / "python"
    return found if found.is_file() and shutil.which(str(found)) else None
