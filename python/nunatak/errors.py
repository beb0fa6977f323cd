"""Exceptions and warnings of Nunatak. All derive from :class:`NunatakError` or :class:`NunatakWarning`."""

import os
import sys

__all__ = [
    "ArgumentError",
    "CatalogError",
    "FormatError",
    "GridError",
    "GridMappingWarning",
    "GridWarning",
    "NunatakError",
    "NunatakWarning",
    "PointsError",
    "StoreError",
    "UnreadableWarning",
    "caller_stacklevel",
]


class NunatakError(Exception):
    """Base of every error that Nunatak raises.

    Attributes
    ----------
    kind : str
        The kind of error, a word that does not change between versions: ``"argument"``, ``"crs"`` (an unknown
        coordinate reference system), ``"query"`` (a column, rule or directory that an archive does not have),
        ``"format"``, ``"grid"``, ``"catalog"``, ``"points"`` or ``"store"``. The program's exit code follows
        from it: 2 for the first three, 4 for ``"store"``, else 3.
    """

    kind: str = "argument"


class ArgumentError(NunatakError, ValueError):
    """An argument is invalid; the message names it, what was found and what was expected."""

    kind = "argument"


class FormatError(NunatakError, ValueError):
    """A file is empty, truncated, malformed or of another format; the message says where."""

    kind = "format"


class StoreError(NunatakError, OSError):
    """The bytes of a file cannot be read from its store."""

    kind = "store"


class GridError(NunatakError, ValueError):
    """A grid cannot be found, is malformed, or two grids do not fit each other."""

    kind = "grid"


class CatalogError(NunatakError, ValueError):
    """An archive cannot be listed, searched or joined."""

    kind = "catalog"


class PointsError(NunatakError, ValueError):
    """Altimetry points cannot be read or used."""

    kind = "points"


class NunatakWarning(UserWarning):
    """Base of every warning that Nunatak issues."""


class GridMappingWarning(NunatakWarning):
    """A grid mapping contradicts itself; the message says in which attribute."""


class GridWarning(NunatakWarning):
    """A grid differs from its description, or has cells without area; the message says where."""


class UnreadableWarning(NunatakWarning):
    """Something in a file cannot be represented and is left out; the message names it and says why."""


def caller_stacklevel() -> int:
    """The stack level of the code that called this package, for warnings."""
    level, frame = 1, sys._getframe(1)
    package = os.path.dirname(__file__)
    while frame is not None and frame.f_code.co_filename.startswith(package + os.sep):
        frame, level = frame.f_back, level + 1
    return level
