"""Where a catalog comes from, so that another process has the same one; and searches that find nothing."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nunatak._nunatak import ArchiveCatalog, public_options
from nunatak.catalog.repair_rules import Rules, chosen_rules
from nunatak.errors import ArgumentError, CatalogError

__all__ = ["Criteria", "Origin", "no_match", "reopened", "wanted_texts"]

Criteria = Sequence[tuple[str, list[str]]]
"""Columns, and the values or patterns that are wanted of each."""


@dataclass(frozen=True)
class Origin:
    """What a catalog was opened from, and the searches since."""

    place: str
    rules: Any
    """As the user gave them."""
    options: tuple[tuple[str, str], ...] = field(repr=False)
    is_saved: bool
    cache: bool
    searches: tuple[Criteria, ...] = ()
    is_pickled: bool = False
    """Whether the options came with a pickle: they name a server, and are no consent of the reader."""

    def searched(self, criteria: Criteria) -> Origin:
        """The same after a search."""
        return replace(self, searches=(*self.searches, criteria))

    def refreshed(self) -> Origin:
        """The same after the archive was listed again, which forgets searches."""
        return replace(self, searches=())

    def open(self) -> ArchiveCatalog:
        """The archive, listed or read from the saved catalog, and searched."""
        rules = chosen_rules(self.rules)
        if self.is_saved:
            archive = ArchiveCatalog.open_saved(self.place, rules, self.options, self.is_pickled)
        else:
            archive = ArchiveCatalog.open(self.place, rules, self.options, self.cache, self.is_pickled)
        for criteria in self.searches:
            archive = archive.search(criteria)
        return archive

    def __getstate__(self) -> dict[str, Any]:
        if isinstance(self.rules, Rules):
            raise CatalogError(
                f"this catalog of {self.place} has rules of its own, which may be functions of this "
                "process, and cannot be sent to another: open it there, or save it (Catalog.save) and open "
                "what was saved"
            )
        public = tuple(public_options(self.options))
        return {**self.__dict__, "options": public, "is_pickled": True}


def reopened(make: Callable[..., Any], origin: Origin) -> Any:
    """A catalog of the same origin, in another process."""
    return make(origin.open(), None, origin)


def no_match(archive: ArchiveCatalog, criteria: Criteria) -> str:
    """What to say of a search that finds nothing: which columns have no such value, and what is near."""
    columns = archive.columns()
    parts = []
    for column, wanted in criteria:
        if len(archive.search([(column, wanted)])):
            parts.append(f"{column}={_shown(wanted)}")
            continue
        known = sorted({str(value) for value in columns.get(column, []) if value is not None})
        near = difflib.get_close_matches(wanted[0] if wanted else "", known, 3, 0.5) or known[:5]
        more = "" if len(near) == len(known) else ", …"
        parts.append(f"{column}={_shown(wanted)}, which no file has (there are {', '.join(near)}{more})")
    return "search: no match for " + " with ".join(parts)


def wanted_texts(column: str, wanted: str | Iterable[str]) -> list[str]:
    """The values that are wanted of a column.

    Raises
    ------
    ArgumentError
        It is neither a text nor a list of them.
    """
    if isinstance(wanted, str | os.PathLike):
        return [os.fspath(wanted)]
    if not isinstance(wanted, Iterable) or isinstance(wanted, bytes | Mapping):
        expected = "a value, a pattern, or a list of them"
        raise ArgumentError(f"{column}: expected {expected}, found {type(wanted).__name__}")
    return [str(value) for value in wanted]


def _shown(wanted: Sequence[str]) -> str:
    return repr(wanted[0]) if len(wanted) == 1 else repr(list(wanted))
