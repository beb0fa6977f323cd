"""Files of points that are given more than once, and versions of granules that newer ones replace."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

__all__ = ["granule_identity", "newest_files"]

_VERSION = re.compile(r"(ATL\d\d_\d{14}_\d{8})_(\d{3})_(\d{2})")


def newest_files(paths: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Each file once and of each granule the newest version; names of the others with what replaces them.

    Versions of a granule have names that differ in release and version (and in the time at which it begins)
    only.
    """
    newest: dict[str, tuple[tuple[int, int], str]] = {}
    for path in paths:
        key, age = _identity(path)
        if key not in newest or age > newest[key][0]:
            newest[key] = age, path
    kept, replaced, seen = [], [], set()
    for path in paths:
        chosen = newest[_identity(path)[0]][1]
        if path == chosen and path not in seen:
            kept.append(path)
            seen.add(path)
        else:
            why = "given more than once" if _same(path, chosen) else f"replaced by {Path(chosen).name}"
            replaced.append((Path(path).name, f"{why}: counts once"))
    return kept, replaced


def granule_identity(name: str) -> tuple[str, tuple[int, int]]:
    """What is the same in the names of all versions of a granule, and its release and version (0, 0)."""
    match = _VERSION.search(name)
    if match is None:
        return name, (0, 0)
    product, _, track = match[1].split("_")
    return f"{product}_{track}{name[match.end() :]}", (int(match[2]), int(match[3]))


def _identity(path: str) -> tuple[str, tuple[int, int]]:
    """What is the same for all versions of a file, and its release and version."""
    name = Path(path).name
    match = _VERSION.search(name)
    if match is None:
        return (path if "://" in path else os.path.realpath(path)), (0, 0)
    product, _, track = match[1].split("_")
    return f"{name[: match.start()]}{product}_{track}{name[match.end() :]}", (int(match[2]), int(match[3]))


def _same(path: str, other: str) -> bool:
    return path == other or Path(path).name == Path(other).name
