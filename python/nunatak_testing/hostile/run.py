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


def _worker(
    families: tuple[str, ...], seeds: Path, first: int, start: int, count: int, step: int
) -> Iterator[tuple[int, str]]:
    """Indices and outcomes; what ends the process is the outcome of the file that it had open."""
    while start < count:
        command = [sys.executable, "-m", "nunatak_testing.hostile.worker", ",".join(families), str(seeds)]
        numbers = [str(number) for number in (first, start, count, step)]
        run = subprocess.run([*command, *numbers], capture_output=True, text=True, check=False)
        index = start
        for line in run.stdout.splitlines():
            text, _, outcome = line.partition(" ")
            index = int(text)
            if outcome:
                yield index, outcome
                index += step
        if run.returncode != 0:
            text = run.stderr.strip()[-300:].replace("\n", " ")
            yield index, f"the process ended with {run.returncode}: {text}"
            index += step
        start = index


def run(count: int, first: int = 0, jobs: int = 2, families: tuple[str, ...] = tuple(NAMES)) -> Outcomes:
    """Open ``count`` mutants, as many of each family, from number ``first`` on."""
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as pool:
        folder = Path(name)
        seeds = folder / "seeds"
        seeds.write_bytes(pickle.dumps(write_seeds(folder)))

        def work(share: int) -> list[tuple[int, str]]:
            return list(_worker(families, seeds, first, share, count, jobs))

        for found in pool.map(work, range(jobs)):
            for index, outcome in found:
                outcomes.add(families[index % len(families)], first + index // len(families), outcome)
    return outcomes
