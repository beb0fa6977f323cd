"""Files that are whole or not there: what was at a place stays until the new file is complete."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["write_text"]


def write_text(target: Path, text: str) -> None:
    """Write a text file beside its place, then move it there."""
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
