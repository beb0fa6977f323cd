"""``python -m nunatak.studies DATA``: writes the page."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import nunatak.studies
from nunatak.studies.page import studies_page


def main(arguments: list[str] | None = None) -> None:
    """Write the page of the studies and print its path."""
    parser = argparse.ArgumentParser(prog="python -m nunatak.studies", description=nunatak.studies.__doc__)
    default = os.environ.get("NUNATAK_DATA")
    data_help = "folder of the published data (default: the environment variable NUNATAK_DATA)"
    parser.add_argument("data", type=Path, nargs="?", default=default, help=data_help)
    parser.add_argument("--output", type=Path, default=Path("studies.html"), help="page to write")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give the folder of the data, or set NUNATAK_DATA")
    print(studies_page(Path(options.data)).write(options.output))


if __name__ == "__main__":
    main()
