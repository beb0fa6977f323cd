"""Faults of group C that are in the number of records."""

from __future__ import annotations

import numpy as np

from ..content import FileContent
from . import fits
from .clock import stated_time
from .record import Change, fault


def change_records(content: FileContent, years: np.ndarray) -> Change:
    """Records of other years; a year beyond the run's has the values of the nearest."""
    sound = f"{content.years.size} records, {stated_time(content)}"
    nearest = np.clip(years, content.years[0], content.years[-1]) - content.years[0]
    values = content.values()[nearest]
    for name in ("time", "time_bnds"):
        variable = content.variables.get(name)
        if variable is not None and variable.values is not None:
            variable.values = _stamps(variable.values, content.years, years)
    content.years = years
    content.dimensions["time"] = years.size
    content.replace_values(values)
    return sound, f"{years.size} records, {stated_time(content)}"


def _stamps(values: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Stamps of other years, where the old ones have them; a year's length beyond."""
    inside = np.clip(new, old[0], old[-1])
    year = 365.0 if len(values) < 2 else np.round(np.mean(np.diff(values, axis=0)))
    beyond = ((new - inside) * year).reshape(-1, *(1,) * (values.ndim - 1))
    return values[inside - old[0]] + beyond


@fault("C10", "one record more than the experiment's states", fits.flux_field, "read", rule=None)
def _one_more_mean(content: FileContent) -> Change:
    return change_records(content, np.append(content.years, content.years[-1] + 1))


@fault("C11", "the first year is missing", fits.dated_state, "read", rule=None)
def _late_start(content: FileContent) -> Change:
    return change_records(content, content.years[1:])


@fault(
    "C18.longer",
    "the control is one year longer than the projections",
    fits.antarctica(fits.experiments("ctrl_proj_std")),
    "reported",
)
def _longer(content: FileContent) -> Change:
    return change_records(content, np.append(content.years, content.years[-1] + 1))


@fault("C18.initial", "the initial state stands in front", fits.antarctica(fits.dated_state), "reported")
def _initial(content: FileContent) -> Change:
    return change_records(content, np.insert(content.years, 0, content.years[0] - 1))


@fault("C18.short", "the last year is missing", fits.antarctica(fits.dated), "reported")
def _short(content: FileContent) -> Change:
    return change_records(content, content.years[:-1])


@fault("G9", "the last year is missing", fits.greenland(fits.dated), "reported")
def _no_last_year(content: FileContent) -> Change:
    return change_records(content, content.years[:-1])


@fault("G10", "a record of the hindcast stands in front", fits.greenland(fits.dated_state), "reported")
def _hindcast(content: FileContent) -> Change:
    return change_records(content, np.insert(content.years, 0, content.years[0] - 1))
