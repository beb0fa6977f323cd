"""``python -m nunatak_testing.hostile --count 20000``: exits with 1 when any file did harm."""

from __future__ import annotations

import argparse
import os
import sys

from nunatak_testing.hostile.families import NAMES
from nunatak_testing.hostile.run import run


def main() -> int:
    """Open mutants and print what became of them."""
    parser = argparse.ArgumentParser(description="Opens hostile files in processes of 4 GB and 10 s each.")
    parser.add_argument("--count", type=int, default=20_000, help="files in all")
    parser.add_argument("--first", type=int, default=0, help="number of the first one of each family")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--family", choices=NAMES, action="append", help="only these (all)")
    given = parser.parse_args()
    outcomes = run(given.count, given.first, given.jobs, tuple(given.family or NAMES))
    for (family, outcome), count in sorted(outcomes.counts.items()):
        print(f"{family:8} {outcome:8} {count}")
    print(*outcomes.problems, sep="\n")
    return 1 if outcomes.problems else 0


if __name__ == "__main__":
    sys.exit(main())
