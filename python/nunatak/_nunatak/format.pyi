"""Files: their groups as lazy arrays."""

from collections.abc import Sequence
from os import PathLike
from typing import Any

def open_file(
    path: str,
    *,
    decode: bool = True,
    packed: Sequence[str] = (),
    mask_valid_range: bool = False,
    options: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """The groups of a file as nested dictionaries with lazy arrays."""

def can_open(path: str | PathLike[str]) -> bool:
    """Whether the content of a file, or of what a reader reads, is a format that can be read."""

def data_bytes_read() -> int:
    """Bytes of array data, not metadata, that this process has read from files so far."""
