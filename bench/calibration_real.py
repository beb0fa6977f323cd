"""Is the stated uncertainty the true one on real data? Crossovers, pairs, sizes of cells, CryoSat-2.

    python bench/calibration_real.py [--data DIRECTORY] [--write]

The data are below NUNATAK_DATA: `atl11`, `altimetry_points` and `cryotempo`. A part whose files are not there
is a line that says so. `--write` writes docs/benchmarks/calibration_real.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from calibrating.crossovers import (
    HORIZONTAL,
    RADIAL,
    Crossovers,
    best,
    constants,
    read_crossovers,
    standardised,
)
from calibrating.real_cells import (
    antarctic_points,
    pair_against_pair,
    sampling_across_sizes,
    shrinkage_with_points,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "calibration_real.md"

BUDGETS = {
    "formal errors alone": (0.0, 0.0),
    "product of release 002 (20 m, 0.3 m)": (20.0, 0.3),
    "ATL15 (6.5 m, 0.03 m)": (6.5, 0.03),
    "2.5 m, 0.05 m": (2.5, 0.05),
}
"""Horizontal and radial error of an overpass (m)."""

INTRODUCTION = """# Altimetry: stated uncertainties on real data

Written by `make bench-calibration` from the files below `NUNATAK_DATA`: an ATL11 file of western Greenland,
six beams of one Antarctic track, and a CryoTEMPO granule. *z* is a difference over its stated uncertainty.
"""


def crossover_lines(data: Path) -> list[str]:
    """Standardised differences at crossovers under each budget, and the constants that they support."""
    found = read_crossovers(data / "atl11" / "ATL11_078805_0304_02_v002.h5")
    fitted = constants(found)
    likeliest = best(found, *np.meshgrid(HORIZONTAL, RADIAL))
    lines = [
        f"{found.difference.size} crossovers of ATL11 with a difference below 5 m, standard deviation "
        f"{found.difference.std():.3f} m, {np.unique(found.crossing).size} crossing overpasses, two cycles.",
        "*z* is the difference over what the budget states for two independent vectors. *log likelihood* is",
        "of all differences together, those of one overpass sharing its vector, with the extra scatter of a",
        "crossover that suits the budget most, less that of the best constants. Five overpasses cannot tell",
        "one radial error from another by much, and a month of summer melt between two tracks looks like",
        "one: constants are fitted with and without the track that crossed 28 days later. The ATL06 granules",
        "hold two crossovers more (0.34 and 0.47 m, formal z 3.1 and 5.9): two differences say that formal",
        "errors are too small, and nothing of whether the rest is radial or horizontal.",
        "",
        "| budget | sd of z | rms of z | log likelihood |",
        "|---|---:|---:|---:|",
    ]
    for name, (horizontal, radial) in BUDGETS.items():
        z = standardised(found, horizontal, radial)
        less = best(found, max(horizontal, 1e-9), max(radial, 1e-9)) - likeliest
        lines.append(f"| {name} | {z.std():.2f} | {np.sqrt(np.mean(z**2)):.2f} | {less:+.1f} |")
    lines += ["", *_constant_lines("all crossovers", fitted)]
    # The track that crossed a month later saw the surface after a month of melt.
    near = np.abs(found.days) < 10
    recent = Crossovers(*(column[near] for column in found))
    return [*lines, *_constant_lines(f"the {near.sum()} within 10 days", constants(recent))[2:]]


def _constant_lines(name: str, fitted: tuple[np.ndarray, ...]) -> list[str]:
    """A table of constants with intervals."""
    cells = [f"{q[2]:.3f} ({q[1]:.3f} to {q[3]:.3f}; {q[0]:.3f} to {q[4]:.3f})" for q in fitted]
    return [
        "| median (68 %; 95 % interval), m | radial | horizontal | extra, per crossover |",
        "|---|---|---|---|",
        f"| {name} | {cells[0]} | {cells[1]} | {cells[2]} |",
    ]


def pair_lines(data: Path) -> list[str]:
    """Pair against pair in the same cell."""
    points = antarctic_points(data / "altimetry_points")
    lines = [
        "| cells (km) | differences | rms of z | NMAD of z | rms (m) | |",
        "|---:|---:|---:|---:|---:|---|",
    ]
    for spacing in (8e3, 16e3):
        found = pair_against_pair(points, spacing)
        rms, nmad = found.spread
        mark = "holds" if 0.7 <= rms <= 1.3 and 0.7 <= nmad <= 1.3 else "**fails**"
        size = np.sqrt(np.mean(found.difference**2))
        counts = f"| {spacing / 1e3:.0f} | {found.difference.size} "
        lines.append(counts + f"| {rms:.2f} | {nmad:.2f} | {size:.2f} | {mark} |")
    return lines


def size_lines(data: Path) -> list[str]:
    """What is fitted at 8 km against what is fitted at other sizes."""
    lines = ["| cells (km) | predicted from 8 km (m) | fitted (m) | ratio | |", "|---:|---:|---:|---:|---|"]
    for spacing, predicted, own in sampling_across_sizes(antarctic_points(data / "altimetry_points")):
        ratio = predicted / own
        mark = "holds" if 0.7 <= ratio <= 1.3 else "**fails**"
        lines.append(f"| {spacing / 1e3:.0f} | {predicted:.2f} | {own:.2f} | {ratio:.2f} | {mark} |")
    return lines


def cryotempo_lines(data: Path) -> list[str]:
    """Whether more points of one pass shrink what CryoTEMPO states."""
    ratio, cells = shrinkage_with_points(sorted((data / "cryotempo").glob("*.nc")), 16e3)
    mark = "holds" if ratio > 0.9 else "**fails**"
    return [
        f"Random and correlated uncertainty of {cells} cells of 16 km with all points, over that with every",
        f"fourth: {ratio:.2f} (independent errors: 0.50; correlated ones: 1), {mark}.",
    ]


PARTS: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "Crossovers": ("atl11", crossover_lines),
    "Pair against pair": ("altimetry_points", pair_lines),
    "One size of cell from another": ("altimetry_points", size_lines),
    "CryoTEMPO": ("cryotempo", cryotempo_lines),
}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("NUNATAK_DATA"))
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/calibration_real.md")
    options = parser.parse_args()
    text, complete = [INTRODUCTION], True
    for title, (folder, part) in PARTS.items():
        present = options.data is not None and (options.data / folder).is_dir()
        complete &= present
        text += [f"## {title}", "", *(part(options.data) if present else [f"`{folder}` is not there."]), ""]
    print("\n".join(text))
    if options.write and complete:
        PAGE.write_text("\n".join(text))


if __name__ == "__main__":
    main()
