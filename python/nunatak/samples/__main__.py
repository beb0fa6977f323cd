"""``python -m nunatak.samples ROOT``: another name of ``python -m nunatak_testing`` in the source tree."""

from __future__ import annotations

import sys
from importlib import import_module


def main(arguments: list[str] | None = None) -> int:
    """Run ``python -m nunatak_testing``, or say that it is not in the wheel; returns the exit code."""
    try:
        command = import_module("nunatak_testing.__main__")
    except ModuleNotFoundError as error:
        print(
            f"python -m nunatak.samples: {error}. Archives with planted defects are written by "
            "nunatak_testing, which is not in the wheel: put python/ of the source tree on the path.",
            file=sys.stderr,
        )
        return 2
    return command.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
