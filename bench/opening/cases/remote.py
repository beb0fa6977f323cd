"""Cold open of a bucket whose every request takes 30 ms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..archive import ISMIP6_FILES, enlarged, files_of
from ..measure import Result
from ..setting import Setting
from ..store import served
from ..table import CaseReport, Check, limit_check, result_table

_IN_FLIGHT = 256
_FSSPEC_FILES = 60

_WORDS = """\
The same tree from a store that takes {latency:.0f} ms for each request (`nunatak_testing.object_store`, a
process of its own on the same machine). The floor is a listing and one range of 64 KiB of every object,
{in_flight} at a time."""


def run(setting: Setting) -> CaseReport:
    """Nunatak against fsspec with h5netcdf and against bare ranges, for the archive and for a larger one."""
    words = _WORDS.format(latency=setting.latency * 1000, in_flight=_IN_FLIGHT)
    report = CaseReport("Cold open over HTTP", words)
    few = _FSSPEC_FILES if not setting.quick else 4
    ours = _bucket(setting, report, setting.archive, f"{len(setting.files):,} files", few)
    files = len(setting.files)
    per_file = None if ours.requests is None else ours.requests / files
    report.checks += [
        limit_check("at most 2 requests a file", per_file, 2.0),
        limit_check("1,800 files in 4 s", ours.wall, 4.0, "s"),
    ]
    if setting.quick:
        return report
    larger = enlarged(setting.archive, setting.cache / f"{setting.archive.name}-{ISMIP6_FILES}")
    ours = _bucket(setting, report, larger, f"{len(files_of(larger)):,} files", 0)
    report.checks.append(limit_check(f"{ISMIP6_FILES:,} files in 15 s", ours.wall, 15.0, "s"))
    return report


def _bucket(setting: Setting, report: CaseReport, top: Path, size: str, fsspec_files: int) -> Result:
    """Every contender on one bucket; Nunatak's result."""
    with served(top, setting.latency) as endpoint:
        options: dict[str, Any] = {"endpoint": endpoint, "in_flight": _IN_FLIGHT}
        store = {"storage_options": {"endpoint_url": endpoint, "anon": True}, "source": "s3://archive"}
        ours = setting.bench.ours(f"Nunatak, {size}", "open_cold", options=store, endpoint=endpoint)
        floor = setting.bench.peer(
            f"floor, {size}", "floor:one_range_each", options=options, endpoint=endpoint
        )
        results = [ours, floor]
        if fsspec_files:
            files = setting.sampled(fsspec_files)
            options = {"endpoint": endpoint, "files": files}
            label = f"fsspec + h5netcdf, {size}"
            peer = setting.bench.peer(label, "loops:open_remote", options=options, endpoint=endpoint)
            results.append(peer.scaled(len(setting.files), len(files)))
    report.results += results
    report.tables.append(result_table(results, ours))
    if ours.outcome != "ok":
        report.checks.append(Check(f"Nunatak opens {size}", ours.note, None))
    return ours
