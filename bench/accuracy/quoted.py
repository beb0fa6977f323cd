"""The figures that are quoted beside: measured once, with libraries that do not install from packages too."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = {
    "con1": "conservative",
    "gencon": "conservative",
    "CONSERVE": "conservative",
    "fv np1": "conservative",
    "con2": "conservative2",
    "CONSERVE_2ND": "conservative2",
    "fv np2": "conservative2",
    "fv np4": "conservative2",
    "avg": "bilinear",
    "genbil": "bilinear",
    "hcsbb": "smooth",
    "nnn1": "nearest",
}
"""What each quoted method is compared with."""


@dataclass(frozen=True)
class Quoted:
    """One quoted row; see :class:`bench.accuracy.metrics.Misfit`."""

    pair: str
    library: str
    method: str
    function: str
    mean: float
    largest: float
    rms: float
    conservation: float


@cache
def quoted() -> tuple[Quoted, ...]:
    """Every quoted row."""
    lines = Path(__file__).with_name("quoted.csv").read_text().splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(_row(row) for row in rows)


def _row(row: dict[str, str]) -> Quoted:
    mean, largest, rms, conservation = (
        float(row[name]) for name in ("mean", "largest", "rms", "conservation")
    )
    words = (row["pair"], row["library"], row["method"], row["function"])
    return Quoted(*words, mean, largest, rms, conservation)


def pairs() -> list[str]:
    """The pairs of grids of the quoted rows, in their order."""
    return list(dict.fromkeys(row.pair for row in quoted()))
