"""What a case reports: tables for reading, and targets with what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .measure import Result


@dataclass(frozen=True)
class Check:
    """A target and what was measured; `passed` is None where it could not be measured."""

    target: str
    measured: str
    passed: bool | None

    @property
    def verdict(self) -> str:
        """In one word."""
        return {True: "pass", False: "**fail**", None: "not measured"}[self.passed]


@dataclass
class CaseReport:
    """What one case found."""

    title: str
    words: str
    tables: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def markdown(self) -> str:
        """The case as a section."""
        rows = [(check.target, check.measured, check.verdict) for check in self.checks]
        checks = [markdown_table(("target", "measured", ""), rows)] if rows else []
        return "\n\n".join([f"## {self.title}", self.words, *self.tables, *checks])

    def plain(self) -> dict[str, Any]:
        """The case as plain data."""
        checks = [asdict(check) for check in self.checks]
        return {
            "title": self.title,
            "results": [asdict(result) for result in self.results],
            "checks": checks,
        }


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; every column but the first is set right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def result_table(results: Sequence[Result], ours: Result | None = None) -> str:
    """One row for each contender; the ratio is its wall time over Nunatak's."""
    with_store = any(result.requests is not None for result in results)
    header = ["", "wall s", "CPU s", "peak MB"]
    header += ["requests", "MB received", "in flight"] if with_store else []
    header += ["wall, times Nunatak's", "CPU, times Nunatak's", "note"]
    return markdown_table(header, [_row(result, ours, with_store) for result in results])


def _row(result: Result, ours: Result | None, with_store: bool) -> list[str]:
    if result.outcome != "ok":
        blank = [""] * (8 if with_store else 5)
        return [result.label, result.outcome, *blank[1:], "", result.note.replace("|", "/")]
    cells = [
        result.label,
        number(result.wall, 2),
        number(result.processor, 2),
        number(result.memory, 0),
    ]
    if with_store:
        cells += [number(result.requests, 0), number(result.received, 1), number(result.in_flight, 0)]
    others = ours if ours is not None and result is not ours else None
    ratios = [number(others and ratio(result, others), 1) for ratio in (wall_ratio, processor_ratio)]
    notes = [f"scaled from {result.scaled_from} files"] if result.scaled_from else []
    failed = result.facts.get("failed") or result.facts.get("skipped")
    notes += [f"{failed} files not opened"] if isinstance(failed, int) and failed else []
    return [*cells, *ratios, "; ".join([*notes, *([result.note] if result.note else [])])]


def number(value: float | None, digits: int) -> str:
    """A number with so many digits after the point, nothing for None."""
    return "" if value is None else f"{value:,.{digits}f}"


def wall_ratio(peer: Result, ours: Result) -> float | None:
    """How many times as long a peer takes."""
    if peer.wall is None or ours.wall is None:
        return None
    return peer.wall / ours.wall


def processor_ratio(peer: Result, ours: Result) -> float | None:
    """How many times the processor's time a peer takes: steadier than wall time on a busy machine."""
    if peer.processor is None or not ours.processor:
        return None
    return peer.processor / ours.processor


def ratio_check(peer: Result, ours: Result, wanted: float) -> Check:
    """Whether a peer takes as many times as long as is wanted."""
    ratio = wall_ratio(peer, ours)
    measured = (
        f"{ratio:.1f}x" if ratio is not None else f"{peer.label}: {peer.outcome}; Nunatak: {ours.outcome}"
    )
    return Check(
        f"{wanted:g}x less wall time than {peer.label}", measured, None if ratio is None else ratio >= wanted
    )


def limit_check(target: str, value: float | None, limit: float, unit: str = "", digits: int = 2) -> Check:
    """Whether a number stays at or below a limit."""
    measured = "" if value is None else f"{number(value, digits)} {unit}".strip()
    return Check(target, measured, None if value is None else value <= limit)
