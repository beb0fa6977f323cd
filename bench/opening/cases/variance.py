"""Variance of one variable across 120 files: those of all models and experiments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..archive import sound_fields, variable_of
from ..measure import Result, best
from ..setting import Setting
from ..table import CaseReport, Check, limit_check, result_table

_VARIABLE = "lithk"
_THREADS = 8

Contender = Callable[[], Result]

_WORDS = """\
Variance of `lithk` across the files of each grid ({files} files, {size:.1f} GB decoded). These are
sound files of all models and experiments, of the grids and flavours of the archive above. The fastest of
{rounds} processes each, contenders in turn. Nunatak's time includes opening the files, the peers' does not.
Peers: xarray with Dask, one chunk for each file, 8 threads. The sums of all variances agree."""


def run(setting: Setting) -> CaseReport:
    """`nk.ensemble` against Dask over three engines."""
    rounds = 1 if setting.quick else 3
    if not setting.quick:
        setting = setting.elsewhere(sound_fields(setting.cache))
    groups, size = _groups(setting)
    setting.built_repository()
    contenders = [_ours(setting, groups), *_peers(setting, groups)]
    taken = [[contender() for contender in contenders] for _ in range(rounds)]
    ours, *peers = results = [best(list(runs)) for runs in zip(*taken, strict=True)]
    words = _WORDS.format(files=sum(map(len, groups)), size=size / 1e9, rounds=rounds)
    report = CaseReport("Variance across files", words, [result_table(results, ours)], results=results)
    report.checks = [_fastest(ours, peers), *_agree(ours, peers)]
    memory = max((row[0].memory or 0.0 for row in taken), default=0.0)
    report.checks.append(limit_check("peak memory under 400 MB", memory, 400.0, "MB", 0))
    return report


def _ours(setting: Setting, groups: list[list[str]]) -> Contender:
    return partial(setting.bench.ours, "Nunatak", "variance", options=_options(setting, groups))


def _peers(setting: Setting, groups: list[list[str]]) -> Iterator[Contender]:
    for engine in ("netcdf4", "h5netcdf"):
        options = {**_options(setting, groups), "engine": engine, "threads": _THREADS}
        yield partial(setting.bench.peer, f"xarray + Dask, {engine}", "readers:variance", options=options)
    if setting.repository.is_dir():
        options = {"top": str(setting.archive), "repository": str(setting.repository)}
        options |= {"groups": groups, "threads": _THREADS}
        yield partial(
            setting.bench.peer, "xarray + Dask, icechunk", "readers:variance_icechunk", options=options
        )


def _options(setting: Setting, groups: list[list[str]]) -> dict[str, Any]:
    return {
        "groups": [[setting.path(file) for file in group] for group in groups],
        "variables": [[_VARIABLE] * len(group) for group in groups],
    }


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
