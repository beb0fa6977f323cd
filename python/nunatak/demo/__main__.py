"""``python -m nunatak.demo``: runs the demo and writes its report."""

from __future__ import annotations

import argparse
from pathlib import Path

import nunatak.demo
from nunatak.demo.job import run, step
from nunatak.demo.report import build_report, overview
from nunatak.io.atomic_write import atomic_write


def main(arguments: list[str] | None = None) -> None:
    """Run the demo and print the report's path last."""
    parser = argparse.ArgumentParser(prog="python -m nunatak.demo", description=nunatak.demo.__doc__)
    parser.add_argument("--directory", type=Path, default=Path("demo"), help="where to write (default: demo)")
    parser.add_argument("--picture", type=Path, help="also write the README's picture to this PNG file")
    options = parser.parse_args(arguments)
    directory: Path = options.directory
    results = run(directory)
    with step("draw the report"):
        path = build_report(results).write(directory / "report.html")
        if options.picture is not None:
            with atomic_write(options.picture) as copy:
                overview(results).savefig(copy, format="png")
    print(results.recovery)
    print(path)


if __name__ == "__main__":
    main()
