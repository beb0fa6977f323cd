"""A process of limited memory and time that opens mutants, and says before each which one it is.

Called with families, a file of seeds, the number of the first mutant of each family, and which of them to
open: the first one, how many there are in all, and the step from one to the next.
"""

from __future__ import annotations

import pickle
import resource
import sys
import tempfile
from pathlib import Path

MEMORY = 4 << 30
"""Bytes of address space."""
SECONDS = 10
"""Of computing, for one file."""


def _grant_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS + 1, hard))


def main(families: list[str], seeds: str, first: int, start: int, count: int, step: int) -> None:
    """Open every ``step``-th of ``count`` mutants; a line for each, begun before it is opened."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from nunatak_testing.hostile.families import NAMES, mutant, outcome

    contents = pickle.loads(Path(seeds).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        for index in range(start, count, step):
            family, number = families[index % len(families)], first + index // len(families)
            print(index, end=" ", flush=True)
            path = Path(folder) / NAMES[family]
            path.write_bytes(mutant(family, number, contents))
            _grant_time()
            print(outcome(family, path).replace("\n", " "), flush=True)


if __name__ == "__main__":
    main(sys.argv[1].split(","), sys.argv[2], *map(int, sys.argv[3:7]))
