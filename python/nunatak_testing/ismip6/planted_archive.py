"""The archive as it was written: files, faults, and what a reader should find."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .defects import PlantedDefect
from .fields import FILL_VALUE
from .layout import ArchiveLayout, FilePlan

LIST_NAME = "planted.json"
"""Name of the list of faults, in the archive's top directory."""


@dataclass(frozen=True)
class WrittenFile:
    """A file of the archive: its path, and what it truly is."""

    path: str
    model: str
    experiment: str
    variable: str


@dataclass(frozen=True)
class PlantedArchive:
    """An archive and the truth about it.

    Attributes
    ----------
    root
        Top directory.
    layout
        Models, experiments, variables and years.
    files
        What every file truly is, in the order of the plan, missing ones too.
    defects
        Every fault, one row each.
    """

    root: Path
    layout: ArchiveLayout
    files: tuple[WrittenFile, ...]
    defects: tuple[PlantedDefect, ...] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """Number of files with each fault."""
        return dict(sorted(Counter(defect.defect for defect in self.defects).items()))

    @cached_property
    def untouched(self) -> tuple[str, ...]:
        """Paths of the files without a fault."""
        faulty = {defect.path for defect in self.defects}
        return tuple(file.path for file in self.files if file.path not in faulty)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.root.rglob("*.nc"))

    def true_values(self, path: str) -> NDArray[np.float32]:
        """True values of a file's variable in its `true_years`; NaN where there are none."""
        plan = self._plans[path]
        values = self.layout.fields(plan.model).values(plan.variable, plan.experiment_number)
        return np.where(values == FILL_VALUE, np.float32(np.nan), values)

    def true_years(self, path: str) -> tuple[int, ...]:
        """Nominal years of the run that a file belongs to."""
        return self.layout.years(self._plans[path].experiment)

    def true_axes(self, path: str) -> dict[str, NDArray[np.float64]]:
        """True x and y of a file (m)."""
        return self._plans[path].model.axes

    def plan(self, path: str) -> FilePlan:
        """What a file was planned to be."""
        return self._plans[path]

    def save(self) -> Path:
        """Write the list of faults beside the files."""
        rows = [asdict(defect) for defect in self.defects]
        content: dict[str, Any] = {
            "files": len(self.files),
            "untouched": len(self.untouched),
            "defects": rows,
        }
        path = self.root / LIST_NAME
        path.write_text(json.dumps(content, indent=1) + "\n")
        return path

    @cached_property
    def _plans(self) -> dict[str, FilePlan]:
        plans = {(plan.model.key, plan.experiment, plan.variable.name): plan for plan in self.layout.plans()}
        return {file.path: plans[file.model, file.experiment, file.variable] for file in self.files}
