"""Recipes of faults, and the record of what was planted where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..content import FileContent
from ..layout import FilePlan

Outcome = Literal["repaired", "reported", "read"]
"""A rule puts it right; it is only named in a report; or nothing need be said and the values are right."""

Extent = Literal["everywhere", "ice", "nowhere"]
"""Where the values that are read should be the true ones."""

Scope = Literal["file", "experiment"]
"""What has the fault: one file, or every file of an experiment of a model."""

Change = tuple[str, str]
"""What a sound file says, and what this one says instead."""


@dataclass(frozen=True)
class Recipe:
    """One fault of the published archives, and how to plant it.

    Attributes
    ----------
    id
        That of the table of known errors; variants have a suffix, as in ``C18.initial``.
    description
        What is wrong.
    fits
        Whether a file can have it.
    plant
        Changes a file's content; returns what it should say and what it says.
    outcome
        What is expected of a reader.
    rule
        The repair rule that should fire, None where none is expected.
    exact
        Where the values should then be the true ones.
    scope
        One file, or every file of an experiment: then faults are counted in experiments.
    """

    id: str
    description: str
    fits: Callable[[FilePlan], bool]
    plant: Callable[[FileContent], Change]
    outcome: Outcome
    rule: str | None
    exact: Extent
    scope: Scope


@dataclass(frozen=True)
class PlantedDefect:
    """One fault in one file.

    Attributes
    ----------
    path
        The file, relative to the archive; for a missing file, where it should be.
    defect
        Id of the fault.
    rule, outcome, exact
        What is expected, as in the fault's recipe.
    sound, found
        What a sound file says, and what this one says instead, in the file's terms.
    node
        Institution, model and experiment where the file's variable belongs.
    variable
        What it truly is.
    years
        True nominal year of each record.
    """

    path: str
    defect: str
    rule: str | None
    outcome: Outcome
    exact: Extent
    sound: str
    found: str
    node: str
    variable: str
    years: tuple[int, ...]


RECIPES: dict[str, Recipe] = {}
"""Every fault that can be planted, by its id, in the order of these."""


def fault(
    id: str,
    description: str,
    fits: Callable[[FilePlan], bool],
    outcome: Outcome = "repaired",
    *,
    rule: str | None = "",
    exact: Extent = "everywhere",
    scope: Scope = "file",
) -> Callable[[Callable[[FileContent], Change]], Callable[[FileContent], Change]]:
    """Register a function as the recipe of a fault; its rule is the stem of the id by default."""

    def register(plant: Callable[[FileContent], Change]) -> Callable[[FileContent], Change]:
        known = id.split(".")[0] if rule == "" else rule
        RECIPES[id] = Recipe(id, description, fits, plant, outcome, known, exact, scope)
        return plant

    return register


def sort_recipes() -> None:
    """By letter, number and variant, whatever the order of modules."""
    ordered = sorted(RECIPES.items(), key=lambda item: _rank(item[0]))
    RECIPES.clear()
    RECIPES.update(ordered)


def _rank(id: str) -> tuple[str, int, str]:
    stem, _, variant = id.partition(".")
    return stem[0], int(stem[1:]), variant
