"""How exact regridding is: Nunatak, CDO and YAC on the published benchmark's fields; quoted figures beside.

    python bench/regrid_accuracy.py [--quick] [--pair PAIR] [--peers-python PYTHON] [--write]

`make bench-regrid-accuracy` makes the peers' environment, runs everything and writes
docs/benchmarks/regrid_accuracy.md. A peer that is not installed is a row that says so.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from accuracy.page import page
from accuracy.quoted import pairs
from accuracy.study import STEPS, compare, refine

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks" / "regrid_accuracy.md"
PEERS = ROOT / ".venv-bench-regrid" / "bin" / "python"


def main() -> None:
    """The command line."""
    arguments = _parse()
    peers = arguments.peers_python or (PEERS if PEERS.is_file() else None)
    chosen = arguments.pair or (pairs()[:1] if arguments.quick else pairs())
    findings = list(compare(chosen, peers))
    orders = list(refine(peers, STEPS[:2] if arguments.quick else STEPS))
    text = page(findings, orders, _setting(peers))
    print(text)
    if arguments.write and not (arguments.quick or arguments.pair):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="a smoke run: one pair, one refinement")
    parser.add_argument("--pair", action="append", choices=pairs(), help="only this pair; may be repeated")
    parser.add_argument("--peers-python", type=Path, help="Python of the peers (default: .venv-bench-regrid)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/regrid_accuracy.md")
    return parser.parse_args()


def _setting(peers: Path | None) -> str:
    """When, where and with which versions."""
    return f"{datetime.now(UTC):%d %B %Y}; {platform.system()} {platform.machine()}; {_cdo()}; {_yac(peers)}."


def _cdo() -> str:
    cdo = shutil.which("cdo")
    if cdo is None:
        return "CDO is not installed"
    done = subprocess.run([cdo, "--version"], capture_output=True, text=True)
    return f"CDO {(done.stdout + done.stderr).split('version', 1)[-1].split()[0]}"


def _yac(peers: Path | None) -> str:
    if peers is None:
        return "YAC is not installed"
    program = "import importlib.metadata as m; print(m.version('yac'))"
    return f"YAC {subprocess.run([str(peers), '-c', program], capture_output=True, text=True).stdout.strip()}"


if __name__ == "__main__":
    main()
