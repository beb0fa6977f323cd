"""The command `nunatak`: the same program as that of `cargo install`, called in this process."""

from __future__ import annotations

import signal
import sys

from nunatak._nunatak import run_program

__all__ = ["main"]


def main() -> None:
    """Run the program with the arguments of the command line and exit with its code.

    Ctrl-C ends the process at once, as it does any program: an output file appears only when it is whole.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run_program(["nunatak", *sys.argv[1:]]))
