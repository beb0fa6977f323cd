"""Provenance of regridded variables: the attribute ``nunatak_regrid``."""

from __future__ import annotations

import json
from typing import Any

from nunatak._nunatak import Grid, __version__
from nunatak.regridding.options import ApplyOptions
from nunatak.regridding.vectors import Component
from nunatak.regridding.weights_plan import WeightsPlan

__all__ = ["regrid_record"]


def regrid_record(
    source: Grid,
    plan: WeightsPlan,
    options: ApplyOptions,
    weights_name: Any = None,
    component: Component | None = None,
) -> str:
    """The record of how a variable was regridded, as JSON.

    Parameters
    ----------
    source
        The grid that the variable was on.
    plan, options
        The weights and how they were applied.
    weights_name
        Name of the field by which means were weighted besides the area.
    component
        Which component of a vector the variable is, when the vector was rotated.
    """
    always = {
        "method": plan.method,
        "source": source.summary,
        "target": plan.target.summary,
        "min_coverage": options.min_coverage,
        "skipna": options.skipna,
        "mask": plan.mask is not None,
        "version": __version__,
    }
    chosen = {
        "func": options.statistic if options.func is not None else None,
        "quantity": "extensive" if options.quantity == "extensive" else None,
        "normalisation": options.normalisation,
        "limited": True if options.limited else None,
        "extrapolate": plan.extrapolate,
        "weights": weights_name,
        "rotated": None if component is None else _rotation(component, plan.target),
    }
    return json.dumps(always | {name: value for name, value in chosen.items() if value is not None})


def _rotation(component: Component, target: Grid) -> dict[str, str]:
    """The direction of a component on the target, and the variable with which it was rotated."""
    along = f"{component.axis} of {target.crs.name}"
    if component.axes == "geographic" or target.crs.is_geographic:
        along = "east" if component.axis == "x" else "north"
    return {"with": str(component.partner), "along": along}
