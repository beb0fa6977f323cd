"""How fast regridding is: Nunatak beside every peer that installs from packages, in one run, on two threads.

    python bench/regrid.py [--quick] [--only LETTER] [--steps N] [--peers-python PYTHON] [--write]

`make bench-regrid` makes the peers' environment, runs everything and writes docs/benchmarks/regrid.md between
its markers. Each contender runs in a process of its own; what cannot run is a row that says why.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from regridding.bandwidth import measured
from regridding.report import END, START, doubling, section
from regridding.runs import CONTENDERS, DOUBLING, Run, run
from regridding.workloads import Workload, workloads, write

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks" / "regrid.md"
PEERS = ROOT / ".venv-bench-regrid" / "bin" / "python"
_HEAD = """\
# Regridding: how fast

Written by `make bench-regrid`. Every contender makes its weights from grids in memory (CDO: from
files) and applies them to float32 fields (YAC: float64), on two threads, in a process of its own, from one
Python environment, after it made a few others (so that neither imports nor xugrid's compiler count); times
are the fastest of up to seven runs, and ratios of one run are what to compare. Rows marked
*quoted* are CPU seconds of an earlier run on two cores, of libraries that do not install from
packages: compare them with the column *CPU s*."""


def main() -> None:
    """The command line."""
    arguments = _parse()
    peers = arguments.peers_python or (PEERS if PEERS.is_file() else None)
    steps = arguments.steps or (10 if arguments.quick else 100)
    speed = measured()
    parts = [_setting(steps, speed)]
    with tempfile.TemporaryDirectory() as folder:
        for letter, workload in workloads(arguments.quick).items():
            if letter in (arguments.only or letter):
                runs = _runs(workload, Path(folder) / letter, steps, peers, arguments.timeout)
                parts.append(section(workload, runs, steps, speed))
        if not (arguments.quick or arguments.only):
            parts.append(doubling(run(DOUBLING, "", "", Path(folder), steps, None, arguments.timeout)))
    text = "\n\n".join(parts)
    print(text)
    if arguments.write and not (arguments.quick or arguments.only):
        _write(text)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="a smoke run: fewer cells, ten steps")
    parser.add_argument(
        "--only", action="append", choices=list("abcde"), help="this workload; may be repeated"
    )
    parser.add_argument("--steps", type=int, help="fields to regrid (default: 100)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that a contender may take")
    parser.add_argument("--peers-python", type=Path, help="Python of the peers (default: .venv-bench-regrid)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/regrid.md")
    return parser.parse_args()


def _runs(workload: Workload, folder: Path, steps: int, peers: Path | None, limit: float) -> list[Run]:
    write(workload, folder)
    runs = []
    for method in workload.methods:
        for contender in CONTENDERS:
            if method in contender.methods:
                print(f"({workload.letter}) {method} {contender.label}", file=sys.stderr)
                runs.append(run(contender, workload.letter, method, folder, steps, peers, limit))
    return runs


def _setting(steps: int, speed: float) -> str:
    return (
        f"{datetime.now(UTC):%d %B %Y}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores; "
        f"{steps} fields; two threads copy {speed / 1e9:.1f} GB a second, read and written together."
    )


def _write(text: str) -> None:
    """Put the tables between the markers; what stands around them stays."""
    page = PAGE.read_text() if PAGE.is_file() else f"{_HEAD}\n\n{START}\n{END}\n"
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}")


if __name__ == "__main__":
    main()
