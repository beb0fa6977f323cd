"""What a read of many small chunks, and of one record of a contiguous variable, costs over HTTP."""

from __future__ import annotations

from pathlib import Path

from ..archive import Layout, variable_of
from ..setting import Setting
from ..store import served
from ..table import CaseReport, limit_check, result_table

_BLOCK = 65_536

_WORDS = """\
A whole variable of many small adjacent chunks, and one record of a contiguous variable, of a tree that is
open. Readers that fetch chunk by chunk send one request for each (180 of them for 20 records of 3x3
chunks), and for a contiguous variable ask for all of it."""


def run(setting: Setting) -> CaseReport:
    """Requests for the chunks, bytes for the record."""
    report = CaseReport("Chunks and slices over HTTP", _WORDS)
    chunked = _first(setting, lambda layout: layout.deflate and _chunk_count(layout) == 180)
    chunked = chunked or _first(setting, lambda layout: layout.deflate)
    contiguous = _first(setting, lambda layout: layout.kind == "contiguous")
    with served(setting.archive, setting.latency) as endpoint:
        for found, record in ((chunked, None), (contiguous, 5)):
            if found is not None:
                _read(setting, report, endpoint, found, record)
    report.tables = [result_table(report.results)] if report.results else []
    return report


def _read(
    setting: Setting, report: CaseReport, endpoint: str, found: tuple[Layout, str], record: int | None
) -> None:
    layout, file = found
    institution, model, experiment, _ = Path(file).parts[-4:]
    options = {
        "source": "s3://archive",
        "storage_options": {"endpoint_url": endpoint, "anon": True},
        "node": f"{institution}/{model}/{experiment}",
        "variable": variable_of(file),
        "record": record,
    }
    label = f"Nunatak, {_chunk_count(layout)} chunks" if record is None else "Nunatak, a contiguous record"
    result = setting.bench.ours(label, "read_remote", options=options, endpoint=endpoint)
    report.results.append(result)
    if record is None:
        target = f"{_chunk_count(layout)} adjacent chunks in at most 2 requests"
        report.checks.append(limit_check(target, result.requests, 2, digits=0))
        return
    most = -(-4 * layout.shape[1] * layout.shape[2] // _BLOCK) * _BLOCK / 1e6
    target = f"one contiguous record downloads at most {most:.2f} MB"
    report.checks.append(limit_check(target, result.received, most, "MB"))


def _first(setting: Setting, fits) -> tuple[Layout, str] | None:
    for layout, files in setting.layouts.items():
        if fits(layout):
            return layout, files[0]
    return None


def _chunk_count(layout: Layout) -> int:
    count = 1
    for length, chunk in zip(layout.shape, layout.chunks or layout.shape, strict=True):
        count *= -(-length // chunk)
    return count
