"""Points that come part by part: granules that are read one after the other, or whatever yields points."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from nunatak.points.atl06 import open_atl06
from nunatak.points.paths import expand_paths
from nunatak.points.points import Points

__all__ = ["Parts", "parts_of"]

_OVERPASS = re.compile(r"ATL06_\d{14}_(\d{4}\d{2})\d{2}_\d{3}")
"""Track and cycle in the name of a granule."""


class Parts(NamedTuple):
    """Parts of the points, each made when its turn comes, and how many there are (0: not known)."""

    count: int
    parts: Iterator[Any]


def parts_of(points: Any) -> Parts | None:
    """The parts of paths and of iterables of points; None for anything else, such as points in memory.

    Granules of one overpass are a part together: copies and versions of one are among them, and the line of a
    track goes on from one to the next.
    """
    if isinstance(points, str | os.PathLike):
        return _granules([points])
    if isinstance(points, list | tuple):
        if points and all(isinstance(item, str | os.PathLike) for item in points):
            return _granules(points)
        return Parts(len(points), iter(points)) if any(isinstance(item, Points) for item in points) else None
    if not isinstance(points, Iterator):
        return None
    first = next(points, None)
    if isinstance(first, str | os.PathLike):
        return _granules([first, *points])
    return Parts(0, iter(()) if first is None else chain([first], points))


def _granules(paths: Iterable[Any]) -> Parts:
    overpasses: dict[str, list[str]] = {}
    for path in expand_paths(paths):
        named = _OVERPASS.search(Path(path).name)
        # Granules that do not say what they are may be copies of each other.
        overpasses.setdefault(named.group(1) if named else "", []).append(path)
    read: Callable[[list[str]], Points] = open_atl06
    return Parts(len(overpasses), map(read, overpasses.values()))
