"""What all cases share: the archive, the environments, and how much of it is run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from .archive import Layout, files_of, layouts
from .measure import Bench, Result


@dataclass(frozen=True)
class Setting:
    """One run of the benchmark.

    Attributes
    ----------
    bench
        Runs the contenders.
    archive
        The archive's directory.
    cache
        Where things are kept that take long to make: the larger archive, the icechunk repository.
    latency
        Seconds for each request to the store.
    sample
        Files that slow peers open, evenly spread over the archive; their times are scaled. None: all.
    quick
        A smoke run: the peers that need minutes to prepare are left out.
    """

    bench: Bench
    archive: Path
    cache: Path
    latency: float
    sample: int | None
    quick: bool

    @cached_property
    def files(self) -> list[str]:
        """Files of the archive, relative to it."""
        return files_of(self.archive)

    @cached_property
    def layouts(self) -> dict[Layout, list[str]]:
        """Files with fields, by their layout."""
        return layouts(self.archive, self.files)

    @cached_property
    def faulty(self) -> frozenset[str]:
        """Files with a planted fault, where the archive has a list of them."""
        planted = self.archive / "planted.json"
        if not planted.is_file():
            return frozenset()
        return frozenset(row["path"] for row in json.loads(planted.read_text())["defects"])

    def sampled(self, limit: int | None = None) -> list[str]:
        """Evenly spread files: as many as `limit`, or as the setting says."""
        return spread(self.files, limit if limit is not None else self.sample)

    def elsewhere(self, archive: Path) -> Setting:
        """The same, of another archive."""
        return replace(self, archive=archive.resolve())

    def path(self, file: str) -> str:
        """Where a file lies."""
        return str(self.archive / file)

    @property
    def repository(self) -> Path:
        """The icechunk repository of the archive."""
        return self.cache / f"icechunk-{self.archive.name}"

    def built_repository(self) -> Result | None:
        """Make the icechunk repository unless it is there; what that took."""
        if self.repository.is_dir() or self.quick:
            return None
        options = {"top": str(self.archive), "files": self.files, "repository": str(self.repository)}
        return self.bench.peer("VirtualiZarr to icechunk (build)", "virtual:build", options=options)


def spread(files: Sequence[str], limit: int | None) -> list[str]:
    """At most so many of the files, evenly spread."""
    if limit is None or len(files) <= limit:
        return list(files)
    return [files[number * len(files) // limit] for number in range(limit)]
