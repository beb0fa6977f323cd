"""Files that are whole or not there: what was at a place stays until the new file is complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacing", "write_text"]


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A place beside ``target`` to write to; the file moves there when all went well, and goes otherwise."""
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield aside
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a text file as a whole."""
    with replacing(target) as aside:
        aside.write_text(text, encoding="utf-8")
