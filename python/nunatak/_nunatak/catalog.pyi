"""Catalogs of archives and their compliance checks."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

from nunatak._nunatak.rules import RepairRules

REPORT_CSS: str
"""The look of every HTML page."""

class ArchiveCatalog:
    """The files of an archive; ``nunatak.Catalog`` is made of it."""

    @staticmethod
    def open(
        path: str,
        rules: RepairRules,
        options: Sequence[tuple[str, str]] = (),
        cache: bool = False,
        pickled: bool = False,
    ) -> ArchiveCatalog:
        """Lists a directory or a prefix of a store; no file is opened."""

    @staticmethod
    def open_saved(
        path: str | PathLike[str],
        rules: RepairRules,
        options: Sequence[tuple[str, str]] = (),
        pickled: bool = False,
    ) -> ArchiveCatalog:
        """Opens a saved catalog; nothing is listed, no header is read."""

    def save(self, path: str | PathLike[str], progress: Callable[[int, int], object] | None) -> None:
        """Saves rows, headers, places of chunks and repairs in one parquet file."""

    def write_chunk_map(
        self, path: str | PathLike[str], progress: Callable[[int, int], object] | None
    ) -> int:
        """Writes a row per chunk to a parquet file; returns the number of rows."""

    def refresh(self) -> ArchiveCatalog:
        """Lists again; headers of files that did not change are kept."""

    @property
    def root(self) -> str: ...
    @property
    def rules(self) -> RepairRules: ...
    def __len__(self) -> int: ...
    def columns(self) -> dict[str, list[Any]]:
        """Rows by column."""

    def search(self, criteria: Sequence[tuple[str, Sequence[str]]]) -> ArchiveCatalog:
        """The rows that have one of the values or patterns in every column named."""

    def report(self) -> dict[str, Any]:
        """Problems found while listing."""

    def to_datatree(
        self, join: str, on_error: str, progress: Callable[[int, int], object] | None
    ) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
        """Opens the files; returns path and dataset of every experiment, and the report."""

    def check(
        self, protocol: str | None, values: bool, progress: Callable[[int, int], object] | None
    ) -> ArchiveCheck:
        """Opens every file and holds it against a protocol, its own when none is named."""

class ArchiveCheck:
    """Findings of a check, which ``nunatak.catalog.CheckReport`` wraps."""

    @property
    def files(self) -> int: ...
    @property
    def root(self) -> str: ...
    def columns(self) -> dict[str, list[Any]]:
        """Findings by column."""

    def to_text(self) -> str: ...
    def to_json(self) -> str: ...
    def to_html(self) -> str: ...

def open_repaired(path: str, rules: RepairRules, options: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """One file, repaired as its catalog would repair it: its dataset as a dictionary of lazy arrays."""
