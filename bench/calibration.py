"""Is the stated uncertainty the true one? Campaigns whose answer is known, aggregated and scored.

    python bench/calibration.py [--quick] [--campaigns 2] [--surface NAME] [--processes 2] [--write]

`make bench-calibration` runs everything and writes docs/benchmarks/calibration.md. Rows that fail are printed
like all others. A campaign is drawn, aggregated, scored and forgotten, so that memory stays that of one
campaign a process.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from calibrating.bars import statistics
from calibrating.estimates import CellErrors, RegionErrors, aggregated, cell_errors, region_errors
from calibrating.page import cell_table, page
from calibrating.rows import ERRORS, Row, all_rows, quick_rows, region_rows

import nunatak as nk

REGION_SIDE = 32
"""Cells along the side of campaigns that are drawn for regions."""

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "calibration.md"
SURFACE_ORDER = {row: place for place, row in enumerate([*all_rows(), *region_rows()])}


class Job(NamedTuple):
    """One campaign to draw and score."""

    row: Row
    number: int
    cells: int


def score(job: Job) -> tuple[Job, CellErrors, RegionErrors]:
    """Draws, aggregates and scores one campaign."""
    drawn = job.row.draw(job.number, job.cells)
    cells = aggregated(drawn, ERRORS[job.row.errors])
    sides = (10, job.cells) if job.cells >= 10 else (job.cells,)
    return job, cell_errors(drawn, cells), region_errors(drawn, cells, sides)


def main() -> None:
    """The command line."""
    options = _parse()
    rows = quick_rows() if options.quick else all_rows()
    extra = [] if options.quick else region_rows()
    chosen = [row for row in (*rows, *extra) if not options.surface or row.surface in options.surface]
    sides = {row: options.cells if row in rows else REGION_SIDE for row in chosen}
    jobs = [Job(row, number, sides[row]) for number in range(options.campaigns) for row in chosen]
    cells, regions = _scored(jobs, options.processes)
    table = {row: statistics(cells[row]) for row in rows if row in cells}
    joined = {
        row: RegionErrors(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        for row, parts in regions.items()
    }
    text = page(table, joined, len(jobs), _setting())
    print(text)
    failing = {row: found for row, found in table.items() if not found.is_inside}
    print(f"{len(failing)} of {len(table)} rows are outside:", *cell_table(failing), sep="\n")
    if options.write and not (options.quick or options.surface):
        PAGE.write_text(text)


def _scored(
    jobs: list[Job], processes: int
) -> tuple[dict[Row, list[CellErrors]], dict[Row, list[RegionErrors]]]:
    """Results by row, whatever the order in which campaigns end."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # read by the workers: each is one thread
    start, results = time.monotonic(), {}
    with get_context("spawn").Pool(processes) as pool:
        for done, (job, cells, regions) in enumerate(pool.imap_unordered(score, jobs), 1):
            results[job] = (cells, regions)
            row = job.row
            print(
                f"[{done}/{len(jobs)}, {time.monotonic() - start:.0f} s] {row.surface}, {row.errors}, "
                f"{row.overpasses} overpasses, slope {row.slope:g}: sd of z "
                f"{np.std(cells.height / cells.stated):.2f}",
                file=sys.stderr,
                flush=True,
            )
    by_row: dict[Row, list[CellErrors]] = defaultdict(list)
    region_by_row: dict[Row, list[RegionErrors]] = defaultdict(list)
    for job in sorted(results, key=lambda job: (SURFACE_ORDER[job.row], job.number)):
        by_row[job.row].append(results[job][0])
        region_by_row[job.row].append(results[job][1])
    return by_row, region_by_row


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="a glance: 16 rows of 16 by 16 cells")
    parser.add_argument("--campaigns", type=int, help="campaigns of each row (default 2, quick 1)")
    parser.add_argument("--surface", action="append", help="only this surface; may be repeated")
    parser.add_argument("--cells", type=int, help="cells along the side of a region (default 20, quick 16)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/calibration.md")
    options = parser.parse_args()
    options.campaigns = options.campaigns or (1 if options.quick else 2)
    options.cells = options.cells or (16 if options.quick else 20)
    return options


def _setting() -> str:
    """When, where and with which version."""
    return (
        f"{datetime.now(UTC):%d %B %Y}; Nunatak {nk.__version__}; {platform.system()} {platform.machine()}."
    )


if __name__ == "__main__":
    main()
