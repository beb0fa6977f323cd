"""Opens many mutants in worker processes, and starts another one where one was ended."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from nunatak_testing.hostile.families import NAMES
from nunatak_testing.hostile.seeds import write_seeds

FINE = ("opened", "refused")


@dataclass
class Outcomes:
    """What became of mutants: how many of each family ended how, and those that ended badly."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, family: str, number: int, outcome: str) -> None:
        """Count one."""
        self.counts[family, outcome if outcome in FINE else "other"] += 1
        if outcome not in FINE:
            self.problems.append(f"{family} {number}: {outcome}")


def _worker(family: str, seeds: Path, first: int, last: int, step: int) -> Iterator[tuple[int, str]]:
    """Numbers and outcomes; what ends the process is the outcome of the file that it had open."""
    while first < last:
        command = [sys.executable, "-m", "nunatak_testing.hostile.worker", family, str(seeds)]
        numbers = [str(first), str(last), str(step)]
        run = subprocess.run([*command, *numbers], capture_output=True, text=True, check=False)
        first = last if run.returncode == 0 else first
        lines = run.stdout.splitlines()
        for line in lines:
            number, _, outcome = line.partition(" ")
            if outcome:
                yield int(number), outcome
        if run.returncode != 0:
            text = run.stderr.strip()[-300:].replace("\n", " ")
            at = int(lines[-1].split()[0]) if lines else first
            yield at, f"the process ended with {run.returncode}: {text}"
            first = at + step


def run(count: int, first: int = 0, jobs: int = 2, families: tuple[str, ...] = tuple(NAMES)) -> Outcomes:
    """Open ``count`` mutants, as many of each family, from number ``first`` on."""
    outcomes = Outcomes()
    each = -(-count // len(families))
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as pool:
        folder = Path(name)
        seeds = folder / "seeds"
        seeds.write_bytes(pickle.dumps(write_seeds(folder)))
        shares = [(family, share) for family in families for share in range(jobs)]

        def work(family: str, share: int) -> list[tuple[int, str]]:
            return list(_worker(family, seeds, first + share, first + each, jobs))

        for (family, _), found in zip(shares, pool.map(work, *zip(*shares, strict=True)), strict=True):
            for number, outcome in found:
                outcomes.add(family, number, outcome)
    return outcomes
