"""The page: tables with ratios, and rows of libraries that do not install from packages, marked as quoted."""

from __future__ import annotations

from collections.abc import Sequence

from .bandwidth import bound
from .runs import Run
from .workloads import Workload

START, END = "<!-- measured: start -->", "<!-- measured: end -->"
_HEADER = (
    "",
    "weights s",
    "CPU s",
    "times Nunatak's",
    "peak MB",
    "apply s",
    "times Nunatak's",
    "NaN-aware s",
)
_QUOTED: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {
    ("a", "conservative"): (
        ("ESMF_RegridWeightGen", "40.3", "1,252"),
        ("xESMF 0.9.2", "29.2", "1,767"),
        ("TempestRemap 2.2", "115.9", "1,130"),
    ),
    ("b", "conservative"): (
        ("ESMF_RegridWeightGen", "25.5", "870"),
        ("xESMF 0.9.2", "18.8", "1,524"),
        ("TempestRemap 2.2", "155.7", "825"),
    ),
    ("c", "conservative"): (("ESMF_RegridWeightGen", "22.5", "756"), ("xESMF 0.9.2", "17.1", "1,331")),
    ("c", "bilinear"): (("xESMF 0.9.2", "9.2", "738"),),
    ("d", "conservative"): (("ESMF 9.0b01, esmpy", "55.2", "3,834"),),
    ("d", "bilinear"): (("ESMF_RegridWeightGen", "27.0", "970"), ("xESMF 0.9.2", "35.8", "2,741")),
    ("e", "conservative"): (
        ("ESMF 9.0b01, esmpy", "32.9", "1,718"),
        ("TempestRemap 2.2", "more than 240", ""),
    ),
}


def section(workload: Workload, runs: Sequence[Run], steps: int, speed: float) -> str:
    """One workload: a table for each method."""
    parts = [f"## ({workload.letter}) {workload.words}"]
    for method in workload.methods:
        chosen = [run for run in runs if run.method == method]
        ours = next((run for run in chosen if run.label == "Nunatak"), None)
        rows = [_row(run, ours) for run in chosen]
        rows += [_quoted(*row) for row in _QUOTED.get((workload.letter, method), ())]
        parts += [f"### {method}", _table(rows)]
        if ours is not None and "nonzeros" in ours.facts:
            source, target, nonzeros = (int(ours.facts[name]) for name in ("source", "target", "nonzeros"))
            least = bound(steps, source, target, nonzeros, speed)
            parts.append(
                f"Copying as many bytes takes {least:.3f} s; reading these fields and writing new ones, "
                f"without a sum, {ours.facts['moving']:.3f} s."
            )
    return "\n\n".join(parts)


def doubling(run: Run) -> str:
    """What twice the cells cost."""
    if run.trouble:
        return f"## Twice the cells\n\n{run.trouble}"
    lines = ["|  | CPU s | of twice the cells | ratio |", "| --- | ---: | ---: | ---: |"]
    for name, (once, twice) in run.facts["doubling"].items():
        lines.append(f"| {name} | {once:.3f} | {twice:.3f} | {twice / once:.2f} |")
    return "## Twice the cells in source and target, Nunatak\n\n" + "\n".join(lines)


def _row(run: Run, ours: Run | None) -> list[str]:
    if run.trouble:
        return [run.label, run.trouble, *[""] * 6]
    apply = _fastest(run)
    together = run.seconds("both")
    note = "" if together is None else " (weights made anew)"
    memory = run.stages.get("weights", next(iter(run.stages.values())))["memory"]
    aware = run.seconds("aware") or run.seconds("both_aware")
    return [
        run.label,
        _number(run.seconds("weights")),
        _number(run.seconds("weights", "processor")),
        _ratio(run.seconds("weights"), None if ours is run or ours is None else ours.seconds("weights")),
        f"{memory:,.0f}",
        _number(apply) + note,
        _ratio(apply, None if ours is run or ours is None else ours.seconds("apply")),
        _number(aware),
    ]


def _fastest(run: Run) -> float | None:
    """The best way of a contender to apply."""
    found = [run.seconds(stage) for stage in ("apply", "apply_dense", "both")]
    return min((seconds for seconds in found if seconds is not None), default=None)


def _quoted(label: str, seconds: str, memory: str) -> list[str]:
    return [f"{label}, *quoted*", "", seconds, "", memory, "", "", ""]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.3f}"


def _ratio(peer: float | None, ours: float | None) -> str:
    return "" if peer is None or not ours else f"{peer / ours:,.1f}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [_HEADER, ["---", *["---:"] * (len(_HEADER) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
