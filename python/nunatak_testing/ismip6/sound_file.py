"""A file without a fault, by the conventions of ISMIP6 and CF."""

from __future__ import annotations

from typing import Any

import numpy as np

from .content import Chunks, FileContent, StoredVariable
from .fields import FILL_VALUE, ModelFields
from .layout import FilePlan


def sound_content(
    plan: FilePlan, years: tuple[int, ...], fields: ModelFields, chunks: Chunks | None = None
) -> FileContent:
    """What the file of a plan holds when nothing is wrong with it."""
    model, variable = plan.model, plan.variable
    nominal = np.asarray(years, dtype=np.int64)
    axes = {} if variable.is_scalar else model.axes
    horizontal = () if variable.is_scalar else ("y", "x")
    dimensions = {"time": nominal.size} | {name: axes[name].size for name in horizontal}
    variables = _time(plan, nominal)
    if "time_bnds" in variables:
        dimensions["bnds"] = 2
    for name in axes:
        attributes = {"units": "m", "standard_name": f"projection_{name}_coordinate", "axis": name.upper()}
        variables[name] = StoredVariable((name,), axes[name], attributes)
    attributes = {"standard_name": variable.standard_name, "units": variable.units}
    if axes:
        variables["crs"] = StoredVariable((), np.zeros((), "i4"), model.ice_sheet.grid_mapping, "i4")
        attributes["grid_mapping"] = "crs"
    variables[variable.name] = StoredVariable(
        ("time", *horizontal), None, attributes, "f4", None if plan.flavour.packing else FILL_VALUE
    )
    place = (model.institution, model.name, plan.experiment)
    return FileContent(
        model.ice_sheet.name,
        *place,
        variable,
        plan.flavour,
        list(place),
        f"{variable.name}_{model.ice_sheet.name}_{'_'.join(place)}.nc",
        dimensions,
        variables,
        _global_attributes(plan),
        nominal,
        lambda: fields.values(variable, plan.experiment_number),
        variable.name,
        chunks,
    )


def _time(plan: FilePlan, years: np.ndarray) -> dict[str, StoredVariable]:
    """States on 1 January of the next year; means on 1 July, with the edges of their year."""
    clock = plan.model.clock
    attributes: dict[str, Any] = {
        "units": clock.units,
        "calendar": clock.calendar,
        "standard_name": "time",
        "axis": "T",
    }
    if plan.variable.kind == "state":
        return {"time": StoredVariable(("time",), clock.state(years), attributes)}
    edges = np.stack([clock.state(years - 1), clock.state(years)], axis=1)
    return {
        "time": StoredVariable(("time",), clock.flux(years), attributes | {"bounds": "time_bnds"}),
        "time_bnds": StoredVariable(("time", "bnds"), edges),
    }


def _global_attributes(plan: FilePlan) -> dict[str, Any]:
    return {
        "Conventions": "CF-1.7",
        "title": f"ISMIP6 Projections {plan.model.ice_sheet.title} model output",
        "institution": plan.model.institution,
        "model": plan.model.name,
        "experiment": plan.experiment,
    }
