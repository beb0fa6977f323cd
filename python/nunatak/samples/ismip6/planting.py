"""Which files get which faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

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
    if defects == "all":
        defects = dict.fromkeys(plantable(plans), 1)
    by_model = {key: tuple(wanted) for key, wanted in defects.items() if isinstance(key, tuple)}  # pyright: ignore
    plans = [_with(plan, by_model.get((plan.model.institution, plan.model.name), ())) for plan in plans]
    counts = {key: int(count) for key, count in defects.items() if isinstance(key, str)}  # pyright: ignore
    return _scattered(plans, counts, np.random.default_rng(seed))


def plantable(plans: list[FilePlan]) -> list[str]:
    """Faults that at least one of the files can have."""
    return [id for id, recipe in RECIPES.items() if any(recipe.fits(plan) for plan in plans)]


def _with(plan: FilePlan, wanted: tuple[str, ...]) -> FilePlan:
    _require_known(wanted)
    return replace(plan, defects=tuple(id for id in wanted if RECIPES[id].fits(plan)))


def _scattered(plans: list[FilePlan], counts: dict[str, int], rng: np.random.Generator) -> list[FilePlan]:
    _require_known(counts)
    order = rng.permutation(len(plans))
    faults_of_node: dict[str, int] = defaultdict(int)
    plans = list(plans)
    fitting = {id: [at for at in order if _may_have(plans[at], id)] for id in counts}
    for id in sorted(counts, key=lambda id: (len(fitting[id]), id)):
        free = [at for at in fitting[id] if not plans[at].defects]
        free.sort(key=lambda at: faults_of_node[plans[at].node])
        if len(free) < counts[id]:
            raise ValueError(
                f"{id} ({RECIPES[id].description}) is wanted in {counts[id]} files, {len(free)} can have it: "
                "write a larger archive, or with greenland_models for faults of Greenland"
            )
        for at in free[: counts[id]]:
            plans[at] = replace(plans[at], defects=(id,))
            faults_of_node[plans[at].node] += 1
    return plans


def _may_have(plan: FilePlan, id: str) -> bool:
    """NetCDF-3 files beside HDF5 ones are a fault already."""
    return plan.flavour.is_hdf5 and RECIPES[id].fits(plan)


def _require_known(ids: Iterable[str]) -> None:
    unknown = sorted(set(ids) - set(RECIPES))
    if unknown:
        raise ValueError(f"no such fault: {', '.join(unknown)}; known are {', '.join(RECIPES)}")
