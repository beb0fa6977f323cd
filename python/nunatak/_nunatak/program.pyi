"""The program: the bindings of `program.rs`."""

from collections.abc import Sequence

def run_program(arguments: Sequence[str]) -> int:
    """Run the `nunatak` program with these arguments (the first is its own name); its exit code."""
