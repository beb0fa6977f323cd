"""The calibration table as a page."""

from __future__ import annotations

import numpy as np

from .bars import ROWS_INSIDE, SPREAD, STEEP, STEEP_RATIO, Statistics, root_mean_square
from .estimates import RegionErrors
from .rows import Row

REGION_SIZES = ((60, 100, "100"), (600, 1024, "1,000"))
"""Fewest and most cells of a region of each size, and what it is called."""

INTRODUCTION = """# Altimetry: is the stated uncertainty the true one?

Written by `make bench-calibration`. Each row is some campaigns of `nunatak.samples.campaign`: a surface of
20 by 20 cells of 8 km (32 by 32 where campaigns are drawn for regions), tracks with three beam pairs, a fifth
of them behind clouds, and errors that are drawn as vectors. The truth is the exact mean of the surface over
each cell. The simulator shares no code with the estimate.

*z* is the error of a cell over its stated uncertainty, `sigma_total`. A row is inside when the standard
deviation of z is 0.85 to 1.15, 63 to 73 % of the cells are within one stated uncertainty and 92 to 98 %
within 1.96. *formal* is the root mean square of the error over `1 / sqrt(sum 1 / height_sigma^2)`, what
weighting by formal errors alone would state. *rms* is the error of the estimate of the cell, and beside it
that of the mean where the tracks went. Errors `overpass` are vectors of 6.5 m along and across the track and
0.03 m in height, common to all beams of an overpass; `pair` adds vectors of 2 m and 0.02 m for each pair. Of
30 overpasses, ten repeat each of three tracks.
"""


def page(rows: dict[Row, Statistics], regions: dict[Row, RegionErrors], campaigns: int, setting: str) -> str:
    """The whole page in Markdown."""
    parts = [INTRODUCTION, setting, "", "## Verdict", "", *verdict(rows, regions, campaigns)]
    parts += ["", "## Cells", "", *cell_table(rows), "", "## Regions", "", *region_table(regions), ""]
    return "\n".join(parts)


def verdict(rows: dict[Row, Statistics], regions: dict[Row, RegionErrors], campaigns: int) -> list[str]:
    """What must hold and what was found."""
    inside = sum(found.is_inside for found in rows.values())
    far = [row for row, found in rows.items() if found.is_far_out]
    steep = [found for row, found in rows.items() if row.slope == STEEP]
    ratio = root_mean_square(np.array([found.rms_height for found in steep]))
    ratio /= root_mean_square(np.array([found.rms_mean for found in steep]))
    lines = [
        "| must hold | found | |",
        "|---|---|---|",
        f"| at least 200 campaigns | {campaigns} | {_mark(campaigns >= 200)} |",
        f"| nine of ten rows inside | {inside} of {len(rows)} | {_mark(inside >= ROWS_INSIDE * len(rows))} |",
        f"| no row outside 0.7 to 1.4 | {len(far)} outside | {_mark(not far)} |",
        f"| slope {STEEP}: rms a quarter of the mean's | {ratio:.2f} | {_mark(ratio <= STEEP_RATIO)} |",
    ]
    for fewest, most, name in REGION_SIZES:
        value = _stated_over_true(regions, fewest, most)
        holds = SPREAD[0] <= value <= SPREAD[1]
        lines.append(f"| {name} cells: stated over true 0.85 to 1.15 | {value:.2f} | {_mark(holds)} |")
    return lines


def cell_table(rows: dict[Row, Statistics]) -> list[str]:
    """One line for each row, failing ones marked."""
    lines = [
        "| surface | errors | overpasses | slope | sd of z | mean of z | 68 % | 95 % | formal | rms (m) "
        "| of the mean (m) | cells | |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row, found in rows.items():
        mark = "" if found.is_inside else "far out" if found.is_far_out else "outside"
        lines.append(
            f"| {row.surface} | {row.errors} | {row.overpasses} | {row.slope:g} | {found.spread:.2f} "
            f"| {found.mean:+.2f} | {100 * found.cover_68:.0f} | {100 * found.cover_95:.0f} "
            f"| {found.formal_spread:,.0f} | {found.rms_height:.2f} | {found.rms_mean:.2f} "
            f"| {found.cells:,} | {mark} |"
        )
    return lines


def region_table(regions: dict[Row, RegionErrors]) -> list[str]:
    """Stated over true standard deviation by kind of error, number of overpasses and size of the region."""
    lines = [
        "Over all surfaces and slopes; *independent* is what cells taken as independent would state, over",
        "the true standard deviation. Errors `product` are vectors of 20 m and 0.3 m.",
        "",
        "| cells | errors | overpasses | regions | true (m) | stated over true | independent over true "
        "| sd of z |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for fewest, most, name in REGION_SIZES:
        for errors, overpasses in sorted({(row.errors, row.overpasses) for row in regions}):
            group = {key: value for key, value in regions.items() if key[1:3] == (errors, overpasses)}
            error, stated, independent = _pooled(group, fewest, most)
            if error.size < 2:
                continue
            true = root_mean_square(error)
            lines.append(
                f"| {name} | {errors} | {overpasses} | {error.size} | {true:.3f} "
                f"| {root_mean_square(stated) / true:.2f} | {root_mean_square(independent) / true:.2f} "
                f"| {np.std(error / stated):.2f} |"
            )
    return lines


def _stated_over_true(regions: dict[Row, RegionErrors], fewest: int, most: int) -> float:
    """The inverse of the rms standardised error: each region counts alike, whatever its roughness."""
    error, stated, _ = _pooled(regions, fewest, most)
    return 1 / root_mean_square(error / stated) if error.size else float("nan")


def _pooled(regions: dict[Row, RegionErrors], fewest: int, most: int) -> tuple[np.ndarray, ...]:
    """Errors, stated and independent uncertainties of all regions of a size."""
    columns: list[list[np.ndarray]] = [[], [], []]
    for found in regions.values():
        chosen = (found.cells >= fewest) & (found.cells <= most)
        for column, values in zip(columns, (found.error, found.stated, found.independent), strict=True):
            column.append(values[chosen])
    return tuple(np.concatenate(column) if column else np.zeros(0) for column in columns)


def _mark(holds: bool) -> str:
    return "holds" if holds else "**fails**"
