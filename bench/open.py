"""Opening and reading a whole archive: Nunatak against what people use today, in the same run.

Makes an archive of 1,800 files once (or takes --archive), runs every contender in a process of its own,
prints tables with ratios and targets as Markdown, and with --write puts them into docs/benchmarks/open.md.
The peers live in an environment of their own (bench/peers.txt), which `make bench-open` makes.

    python bench/open.py [--quick] [--only CASE] [--archive DIRECTORY] [--sample N] [--json FILE] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
# What the wheel leaves out: archives with planted defects and the object store.
sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))

from opening.archive import default_folder
from opening.cases import CASES
from opening.measure import Bench, peers_python
from opening.setting import Setting
from opening.table import CaseReport

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks" / "open.md"

_NAMED = ("xarray", "netCDF4", "h5netcdf", "h5py", "fsspec", "intake-esm", "virtualizarr", "icechunk", "zarr")
_NAMED += ("hidefix", "obstore", "dask", "numpy")


def main() -> None:
    """The command line."""
    arguments = _parse()
    cache = arguments.cache or default_folder()
    peers = arguments.peers_python or peers_python(ROOT / ".venv-bench")
    bench = Bench(peers, arguments.timeout, forked=arguments.quick)
    archive = arguments.archive or _archive(cache, arguments.quick)
    sample = arguments.sample or (12 if arguments.quick else None)
    setting = Setting(bench, archive.resolve(), cache, arguments.latency, sample, arguments.quick)
    print(f"{len(setting.files):,} files in {archive}", file=sys.stderr)
    reports: dict[str, CaseReport] = {}
    for name in arguments.only or CASES:
        print(f"{name}:", file=sys.stderr)
        reports[name] = CASES[name](setting)
    page = _page(list(reports.values()), setting)
    print(page)
    if arguments.json:
        plain = {name: report.plain() for name, report in reports.items()}
        Path(arguments.json).write_text(json.dumps(plain, indent=1))
    if arguments.write and not (arguments.quick or arguments.only):
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="a smoke run on a small archive")
    parser.add_argument("--only", action="append", choices=list(CASES), help="run this case; may be repeated")
    parser.add_argument("--archive", type=Path, help="an archive that is there already")
    parser.add_argument("--cache", type=Path, help="where to keep what takes long to make")
    parser.add_argument("--sample", type=int, help="files that slow local peers open; their times are scaled")
    parser.add_argument("--latency", type=float, default=0.03, help="seconds for each request to the store")
    parser.add_argument("--timeout", type=float, default=1200.0, help="seconds that a contender may take")
    parser.add_argument("--peers-python", type=Path, help="Python of the peers (default: .venv-bench)")
    parser.add_argument("--json", metavar="FILE", help="write everything that was measured")
    parser.add_argument(
        "--write", action="store_true", help="write docs/benchmarks/open.md, after a full run"
    )
    return parser.parse_args()


def _archive(cache: Path, quick: bool) -> Path:
    """The generated archive, made unless it is there."""
    from nunatak import samples

    target = cache / ("archive-quick" if quick else "archive-1800")
    marker = target / ".complete"
    if marker.is_file():
        return target
    print(f"writing {target}", file=sys.stderr)
    if quick:
        samples.write_archive(target, years=3)
    else:
        _write_large(target)
    marker.touch()
    return target


def _write_large(target: Path) -> None:
    """1,800 files, with every fault once."""
    from nunatak_testing.ismip6 import write_ismip6_archive

    write_ismip6_archive(target, defects="all", workers=os.cpu_count() or 1)


def _page(reports: list[CaseReport], setting: Setting) -> str:
    head = f"""\
# Opening an archive: measured

Written by `make bench-open`. Every contender runs in a process of its own, on the same files, in the same
run; ratios of one run are what to compare.

{datetime.now(UTC):%d %B %Y}; {platform.system()} {platform.machine()}, {_processor()},
{os.cpu_count()} cores; {len(setting.files):,} files. {_versions(setting.bench.peers)}"""
    return "\n\n".join([head, *(report.markdown() for report in reports)]) + "\n"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _versions(peers: Path | None) -> str:
    if peers is None:
        return "No peers are installed."
    program = f"""
import importlib.metadata as m, platform
for name in {_NAMED!r}:
    try: print(name, m.version(name), end=", ")
    except m.PackageNotFoundError: pass
print("Python", platform.python_version(), end="")"""
    return subprocess.run([str(peers), "-c", program], capture_output=True, text=True).stdout + "."


if __name__ == "__main__":
    main()
