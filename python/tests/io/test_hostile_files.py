"""Mutants of sound files: an error of ours, or data; no panic, no end of the process, no long wait."""

from __future__ import annotations

import pytest

from nunatak_testing.hostile.families import NAMES
from nunatak_testing.hostile.hdf5_bytes import lookup3
from nunatak_testing.hostile.run import run

COUNT = 2_000
"""A tenth of what ``python -m nunatak_testing.hostile`` opens."""


def test_checksums_are_those_of_hdf5() -> None:
    # Jenkins' own example (lookup3.c, driver5).
    assert lookup3(b"") == 0xDEADBEEF
    assert lookup3(b"Four score and seven years ago") == 0x17770551


@pytest.fixture(scope="module")
def outcomes() -> dict[str, object]:
    found = run(COUNT)
    return {"counts": found.counts, "problems": found.problems}


def test_hostile_files_do_no_harm(outcomes: dict[str, list[str]]) -> None:
    assert not outcomes["problems"], "\n".join(outcomes["problems"][:20])


@pytest.mark.parametrize("family", NAMES)
def test_mutants_are_both_opened_and_refused(
    outcomes: dict[str, dict[tuple[str, str], int]], family: str
) -> None:
    counts = outcomes["counts"]
    assert counts[family, "opened"] + counts[family, "refused"] == COUNT // len(NAMES)
    assert min(counts[family, "opened"], counts[family, "refused"]) > COUNT // 100
