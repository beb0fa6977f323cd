"""Conditions on the files that can have a fault."""

from __future__ import annotations

from collections.abc import Callable

from ..layout import FilePlan

Fits = Callable[[FilePlan], bool]

MASKS = ("sftgif", "sftgrf", "sftflf")


def any_file(plan: FilePlan) -> bool:
    """Every file."""
    return True


def field(plan: FilePlan) -> bool:
    """A variable with a place."""
    return not plan.variable.is_scalar


def antarctic_field(plan: FilePlan) -> bool:
    """A field of Antarctica."""
    return field(plan) and plan.model.ice_sheet.name == "AIS"


def filled_field(plan: FilePlan) -> bool:
    """A field that is missing outside the ice."""
    return plan.variable.fill_outside


def flux_field(plan: FilePlan) -> bool:
    """A field of annual means."""
    return field(plan) and plan.variable.kind == "flux"


def state_field(plan: FilePlan) -> bool:
    """A field at the end of the year that changes with time."""
    return plan.variable.kind == "state" and plan.variable.family in ("thickness", "surface", "field")


def dated(plan: FilePlan) -> bool:
    """A projection's field that changes with time."""
    return projection(plan) and (state_field(plan) or flux_field(plan))


def projection(plan: FilePlan) -> bool:
    """A run that starts in 2015."""
    return not plan.experiment.startswith("hist")


def dated_state(plan: FilePlan) -> bool:
    """A projection's state that changes with time."""
    return projection(plan) and state_field(plan)


def mask(plan: FilePlan) -> bool:
    """An area fraction."""
    return plan.variable.name in MASKS


def variables(*names: str) -> Fits:
    """Files of these variables."""
    return lambda plan: plan.variable.name in names


def experiments(*names: str) -> Fits:
    """Files of these experiments."""
    return lambda plan: plan.experiment in names


def antarctica(other: Fits = any_file) -> Fits:
    """Files of Antarctica that also fit otherwise."""
    return lambda plan: plan.model.ice_sheet.name == "AIS" and other(plan)


def greenland(other: Fits = any_file) -> Fits:
    """Files of Greenland that also fit otherwise."""
    return lambda plan: plan.model.ice_sheet.name == "GIS" and other(plan)
