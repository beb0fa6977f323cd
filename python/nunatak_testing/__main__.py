"""``python -m nunatak_testing ROOT``: write an archive like that of ISMIP6."""

from __future__ import annotations

import argparse
import os
import sys
import time

from .ismip6 import RECIPES, write_ismip6_archive
from .ismip6.planting import Defects


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and write the archive; returns the exit code."""
    options = _parser().parse_args(arguments)
    if options.list:
        for recipe in RECIPES.values():
            print(f"{recipe.id:14}{recipe.outcome:10}{recipe.description}")
        return 0
    started = time.perf_counter()
    try:
        archive = write_ismip6_archive(
            options.root,
            models=options.models,
            greenland_models=options.greenland_models,
            experiments=options.experiments,
            variables=options.variables,
            steps=options.steps,
            spacings=[int(spacing) for spacing in options.spacings.split(",")],
            files=options.files,
            defects=_defects(options.defects),
            seed=options.seed,
            workers=options.workers,
            progress=_show if sys.stderr.isatty() else None,
        )
    except ValueError as error:
        print(f"python -m nunatak_testing: {error}", file=sys.stderr)
        return 2
    seconds = time.perf_counter() - started
    print(
        f"{options.root}: {len(archive.files)} files, {archive.size / 1e9:.2f} GB, in {seconds:.0f} s; "
        f"{len(archive.defects)} faults in planted.json, {len(archive.untouched)} files untouched"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nunatak_testing",
        description="Write an archive like that of ISMIP6, faults included.",
        epilog="example: python -m nunatak_testing archive --files 1800 --defects all",
    )
    parser.add_argument("root", nargs="?", default="archive", help="directory to write below")
    parser.add_argument("--files", type=int, help="stop after so many files")
    sizes = {"models": 10, "experiments": 12, "variables": 15, "steps": 20}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
    parser.add_argument("--greenland-models", type=int, help="how many of the models are of Greenland")
    parser.add_argument(
        "--spacings", default="8,16", help="grid spacings (km), model by model; the last goes on"
    )
    parser.add_argument("--defects", default="", help="all, or faults and numbers: C12=3,B1=2")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same files")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes; default all")
    parser.add_argument("--list", action="store_true", help="list the faults that can be planted")
    return parser


def _defects(text: str) -> Defects:
    """``all``, or a list of ``id`` and ``id=number``."""
    if text in ("", "all"):
        return "all" if text else None
    counts: dict[str, int] = {}
    for item in text.split(","):
        id, _, number = item.partition("=")
        if number and not number.isdigit():
            raise ValueError(f"--defects {item}: expected a fault and a number, such as C12=3")
        counts[id] = int(number or 1)
    return counts


def _show(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done} of {total} files", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
