"""A process of limited memory and time that opens mutants, and says before each which one it is.

Called with a family, a folder of seeds, the first and the last number, and a step.
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


def main(family: str, seeds: str, first: int, last: int, step: int) -> None:
    """Open the mutants of these numbers; a line before each, and one after it with what happened."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from nunatak_testing.hostile.families import NAMES, mutant, outcome

    contents = pickle.loads(Path(seeds).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAMES[family]
        for number in range(first, last, step):
            print(number, end=" ", flush=True)
            path.write_bytes(mutant(family, number, contents))
            _grant_time()
            print(outcome(family, path).replace("\n", " "), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
