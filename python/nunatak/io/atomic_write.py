"""Atomic writes: a file is replaced when the new one is complete, and else stays as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nunatak.errors import ArgumentError, NunatakError, StoreError

__all__ = ["atomic_write", "write_text"]


@contextmanager
def atomic_write(target: Path) -> Iterator[Path]:
    """A temporary path to write to; the file moves to ``target`` on success and is removed on failure.

    Raises
    ------
    ArgumentError
        For a directory, or no name at all.
    StoreError
        When the file cannot be written.
    """
    if os.path.isdir(target):
        raise ArgumentError(f"path: found the directory {str(target)!r}, expected a file to write")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield temporary
        os.replace(temporary, target)
    except NunatakError:
        raise
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a text file atomically."""
    with atomic_write(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
