"""Arrays as references into their files."""

from typing import Any

from nunatak._nunatak.array import LazyArray

def array_references(array: LazyArray) -> dict[str, Any] | str:
    """Locations of the chunks of an array in its file and their codecs, or the reason for having none."""
