"""Variance of one variable across all files that hold it."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

from ..archive import variable_of
from ..measure import Result
from ..setting import Setting
from ..table import CaseReport, Check, limit_check, result_table

_VARIABLE = "lithk"

_WORDS = """\
Variance of `lithk` across the files of each grid ({files} files, {size:.1f} GB decoded), files open
included. Peers: xarray with Dask, one chunk for each file, 8 threads. The sums of all variances agree."""


def run(setting: Setting) -> CaseReport:
    """`nk.ensemble` against Dask over three engines."""
    groups, size = _groups(setting)
    words = _WORDS.format(files=sum(map(len, groups)), size=size / 1e9)
    paths = [[setting.path(file) for file in group] for group in groups]
    names = [[variable_of(file) for file in group] for group in groups]
    options: dict[str, Any] = {"groups": paths, "variables": names}
    bench = setting.bench
    ours = bench.ours("Nunatak", "variance", options=options)
    setting.built_repository()
    threads = 8 if os.cpu_count() else 1
    peers = [
        bench.peer(
            f"xarray + Dask, {engine}",
            "readers:variance",
            options={**options, "engine": engine, "threads": threads},
        )
        for engine in ("netcdf4", "h5netcdf")
    ]
    if setting.repository.is_dir():
        more = {"top": str(setting.archive), "repository": str(setting.repository)}
        more |= {"groups": groups, "threads": threads}
        peers.append(bench.peer("xarray + Dask, icechunk", "readers:variance_icechunk", options=more))
    results = [ours, *peers]
    report = CaseReport("Variance across files", words, [result_table(results, ours)], results=results)
    report.checks = [_fastest(ours, peers), *_agree(ours, peers)]
    report.checks.append(limit_check("peak memory under 400 MB", ours.memory, 400.0, "MB", 0))
    return report


def _groups(setting: Setting) -> tuple[list[list[str]], int]:
    """Files of the variable by their grid, and the decoded bytes of all."""
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for layout, files in setting.layouts.items():
        wanted = (file for file in files if variable_of(file) == _VARIABLE)
        groups[layout.shape] += [file for file in wanted if _is_plain(setting, file)]
    kept = {shape: sorted(files) for shape, files in groups.items() if len(files) > 1}
    size = sum(4 * shape[0] * shape[1] * shape[2] * len(files) for shape, files in kept.items())
    return list(kept.values()), size


def _is_plain(setting: Setting, file: str) -> bool:
    """Whether the file's fields lie as everybody's, and no fault was planted that changes its numbers."""
    import netCDF4

    with netCDF4.Dataset(setting.path(file)) as dataset:
        return file not in setting.faulty and dataset[_VARIABLE].dimensions == ("time", "y", "x")


def _fastest(ours: Result, peers: list[Result]) -> Check:
    times = [peer.wall for peer in peers if peer.wall is not None]
    target = "5x less wall time than the fastest peer"
    if not times or ours.wall is None:
        return Check(target, ours.note, None)
    ratio = min(times) / ours.wall
    return Check(target, f"{ratio:.1f}x", ratio >= 5.0)


def _agree(ours: Result, peers: list[Result]) -> list[Check]:
    """Peers sum in single precision, so the sums agree to some parts in a thousand."""
    checks = []
    for peer in peers:
        if peer.outcome == ours.outcome == "ok":
            pairs = zip(ours.facts["totals"], peer.facts["totals"], strict=True)
            worst = max((abs(own - theirs) / abs(theirs) for own, theirs in pairs if theirs), default=0.0)
            checks.append(Check(f"agrees with {peer.label}", f"to {worst:.1e}", worst < 5e-3))
    return checks
