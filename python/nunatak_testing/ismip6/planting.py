"""Assignment of faults to files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from .defects import RECIPES
from .layout import FilePlan

Defects = Literal["all"] | Mapping[str, int] | Mapping[tuple[str, str], Iterable[str]] | None
"""Every fault once; so many files of each; or faults of every file of a model that can have them."""


def planned_defects(plans: list[FilePlan], defects: Defects, seed: int) -> list[FilePlan]:
    """The same files, some of them with faults.

    Counted faults go to files without another, first to experiments without another.

    Raises
    ------
    ValueError
        When a fault is unknown, or there are not enough files that can have it.
    """
    if not defects:
        return plans
    requested: Mapping[Any, Any] = dict.fromkeys(plantable(plans), 1) if defects == "all" else defects
    by_model = {key: tuple(wanted) for key, wanted in requested.items() if isinstance(key, tuple)}
    plans = [_with(plan, by_model.get((plan.model.institution, plan.model.name), ())) for plan in plans]
    counts = {key: int(count) for key, count in requested.items() if isinstance(key, str)}
    return _scattered(plans, counts, np.random.default_rng(seed))


def plantable(plans: list[FilePlan]) -> list[str]:
    """Faults that at least one of the files can have."""
    return [id for id, recipe in RECIPES.items() if any(recipe.fits(plan) for plan in plans)]


def _with(plan: FilePlan, wanted: tuple[str, ...]) -> FilePlan:
    _require_known(wanted)
    return replace(plan, defects=tuple(id for id in wanted if RECIPES[id].fits(plan)))


def _scattered(plans: list[FilePlan], counts: dict[str, int], rng: np.random.Generator) -> list[FilePlan]:
    """Faults of whole experiments first, then those that the fewest files can have."""
    _require_known(counts)
    plans = list(plans)
    order = [int(at) for at in rng.permutation(len(plans))]
    faults_of_node: dict[str, int] = defaultdict(int)
    candidates = {id: _candidates(plans, id, order) for id in counts}
    for id in sorted(counts, key=lambda id: (RECIPES[id].scope, len(candidates[id]), id)):
        free = [group for group in candidates[id] if not any(plans[at].defects for at in group)]
        free.sort(key=lambda group: faults_of_node[plans[group[0]].node])
        if len(free) < counts[id]:
            raise ValueError(
                f"{id} ({RECIPES[id].description}) is wanted {counts[id]} times, {len(free)} can be planted: "
                "write a larger archive, or with greenland_models for faults of Greenland"
            )
        for group in free[: counts[id]]:
            for at in group:
                plans[at] = replace(plans[at], defects=(id,))
                faults_of_node[plans[at].node] += 1
    return plans


def _candidates(plans: list[FilePlan], id: str, order: list[int]) -> list[list[int]]:
    """Places in the plan that get a fault together: one file, or all files of an experiment."""
    if RECIPES[id].scope == "file":
        return [[at] for at in order if _may_have(plans[at], id)]
    groups: dict[str, list[int]] = defaultdict(list)
    for at in order:
        if RECIPES[id].fits(plans[at]):
            groups[plans[at].node].append(at)
    return list(groups.values())


def _may_have(plan: FilePlan, id: str) -> bool:
    """NetCDF-3 files beside HDF5 ones are a fault already."""
    return plan.flavour.is_hdf5 and RECIPES[id].fits(plan)


def _require_known(ids: Iterable[str]) -> None:
    unknown = sorted(set(ids) - set(RECIPES))
    if unknown:
        raise ValueError(f"no such fault: {', '.join(unknown)}; known are {', '.join(RECIPES)}")
