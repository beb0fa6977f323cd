"""Open from what was saved: Nunatak's catalogue, icechunk's repository."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..archive import ISMIP6_FILES, enlarged
from ..measure import Result
from ..setting import Setting
from ..store import served
from ..table import CaseReport, limit_check, ratio_check, result_table

_WORDS = """\
The archive was catalogued once, over HTTP; now the tree is opened from that file alone, in a new process,
and the store counts what is still asked of it. icechunk's repository lies on the local disk, one group for
each experiment."""


def run(setting: Setting) -> CaseReport:
    """Nunatak against icechunk."""
    report = CaseReport("Open from the saved catalogue", _WORDS)
    ours = _saved(setting, report, setting.archive, f"{len(setting.files):,} files", 0.5)
    built = setting.built_repository()
    options = {"top": str(setting.archive), "repository": str(setting.repository)}
    peer = setting.bench.peer("icechunk open_datatree", "virtual:open_tree", options=options)
    report.results += [result for result in (peer, built) if result is not None]
    report.checks.append(ratio_check(peer, ours, 1.0))
    if not setting.quick:
        larger = enlarged(setting.archive, setting.cache / f"{setting.archive.name}-{ISMIP6_FILES}")
        _saved(setting, report, larger, f"{ISMIP6_FILES:,} files", 2.0)
    report.tables.append(result_table(report.results, ours))
    return report


def _saved(setting: Setting, report: CaseReport, top: Path, size: str, limit: float) -> Result:
    """Save over HTTP, open again; Nunatak's second result."""
    with tempfile.TemporaryDirectory() as folder, served(top, setting.latency) as endpoint:
        target = str(Path(folder) / "archive.parquet")
        store = {"storage_options": {"endpoint_url": endpoint, "anon": True}, "source": "s3://archive"}
        options = {**store, "target": target}
        saved = setting.bench.ours(f"Nunatak, save, {size}", "save", options=options, endpoint=endpoint)
        opened = setting.bench.ours(
            f"Nunatak, open, {size}", "open_saved", options={"saved": target}, endpoint=endpoint
        )
    if saved.outcome == "ok":
        saved.note = f"{saved.facts['bytes'] / 1e6:.1f} MB written"
    report.results += [opened, saved]
    report.checks += [
        limit_check(f"{size} in {limit:g} s", opened.wall, limit, "s"),
        limit_check(f"{size}: no request to the archive", opened.requests, 0, digits=0),
        limit_check(f"{size}: peak memory under 400 MB", opened.memory, 400.0, "MB", 0),
    ]
    return opened
