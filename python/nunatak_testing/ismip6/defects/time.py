"""Faults of group C that are in the stamps and in what the file says of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from nunatak.samples.file_style import TimeAxis

from ..content import FileContent, StoredVariable
from . import fits
from .clock import drop_bounds, restamp, stated_time
from .record import Change, fault

_NOLEAP = TimeAxis("days since 2015-01-01", "365_day", 2015, 365)


def _rewritten(content: FileContent, clock: TimeAxis, **attributes: Any) -> Change:
    """A file with another clock and other attributes of time; None takes an attribute away."""
    sound = stated_time(content)
    restamp(content, clock)
    for name, value in attributes.items():
        if value is None:
            content.time.attributes.pop(name, None)
        else:
            content.time.attributes[name] = value
    return sound, stated_time(content)


@fault("C1", "`unit` instead of `units`", fits.any_file)
def _unit(content: FileContent) -> Change:
    content.time.attributes["unit"] = content.time.attributes.pop("units")
    return "units", "unit"


@fault("C2", "reference date as MM-DD-YYYY", fits.any_file)
def _american(content: FileContent) -> Change:
    return _rewritten(content, _NOLEAP, units="days since 01-01-2015")


@fault("C3", "reference date with day 0", fits.dated)
def _day_zero(content: FileContent) -> Change:
    return _rewritten(content, TimeAxis("days since 2000-1-0 00:00:00", "standard", 2000, None))


@fault("C4", "no calendar", fits.dated)
def _no_calendar(content: FileContent) -> Change:
    return _rewritten(content, _NOLEAP, calendar=None)


@fault("C5", "no units and no calendar, steps of 365.25 days", fits.dated_state)
def _no_units(content: FileContent) -> Change:
    sound = stated_time(content)
    content.time.values = 365.25 * (content.years - 2014)
    content.time.attributes = {}
    return sound, stated_time(content)


@fault("C6", "uninitialised memory as time", fits.variables("lim", "limnsw"), "reported", exact="nowhere")
def _uninitialised(content: FileContent) -> Change:
    sound = stated_time(content)
    noise = np.random.default_rng(content.years.size).integers(
        0, 1 << 63, content.years.size, dtype=np.uint64
    )
    values = noise.view(np.float64)
    values[:2] = 2.3e-310, 1.7e219
    content.time.values = values
    return sound, stated_time(content)


@fault("C7", "dates packed as YYYYMMDD", fits.dated)
def _packed_dates(content: FileContent) -> Change:
    sound = stated_time(content)
    month_day = 701 if content.variable.kind == "flux" else 10101
    content.time.values = (10000.0 * content.years + month_day).astype(np.float64)
    content.time.attributes["units"] = "day as %Y%m%d.%f"
    drop_bounds(content)
    return sound, stated_time(content)


@fault("C7.days", "days since the start under units of packed dates", fits.dated)
def _days_as_dates(content: FileContent) -> Change:
    change = _rewritten(content, _NOLEAP, units="day as %Y%m%d.%f")
    drop_bounds(content)
    return change


@fault("C8", "365-day years under calendar standard", fits.dated)
def _common_years(content: FileContent) -> Change:
    return _rewritten(content, TimeAxis("days since 2015-01-01", "standard", 2015, 365))


@fault("C12", "360-day years under calendar standard", fits.dated)
def _short_years(content: FileContent) -> Change:
    return _rewritten(content, TimeAxis("days since 2005-01-01", "standard", 2005, 360))


@fault("C13", "365-day years from 2015 that say 2005", fits.dated)
def _ten_years_early(content: FileContent) -> Change:
    return _rewritten(content, TimeAxis("days since 2005-01-01", "standard", 2015, 365))


@fault("C14", "single-precision days since 2005 without units", fits.dated_state)
def _days_since_2005(content: FileContent) -> Change:
    sound = stated_time(content)
    content.time.values, content.time.dtype = (365 * (content.years - 2004)).astype(np.float32), "f4"
    content.time.attributes = {}
    return sound, stated_time(content)


@fault("C15", "seconds since year 1", fits.dated, "read", rule=None)
def _seconds(content: FileContent) -> Change:
    change = _rewritten(content, TimeAxis("seconds since 1-1-1", "365_day", 1, 365))
    drop_bounds(content)
    assert content.time.values is not None
    content.time.values = content.time.values * 86400
    return change[0], stated_time(content)


@fault("C16", "annual means stamped at the end of their year", fits.flux_field)
def _at_year_end(content: FileContent) -> Change:
    sound = stated_time(content)
    content.time.values = _NOLEAP.state(content.years)
    content.time.attributes |= {"units": _NOLEAP.units, "calendar": _NOLEAP.calendar}
    drop_bounds(content)
    return sound, stated_time(content)


# A run that has its initial state and lacks its last year looks the same: nothing is expected of a reader.
@fault(
    "C16.early",
    "states stamped at the start of their year",
    fits.dated_state,
    "read",
    rule=None,
    exact="nowhere",
)
def _at_year_start(content: FileContent) -> Change:
    sound = stated_time(content)
    content.time.values = _NOLEAP.state(content.years - 1)
    content.time.attributes |= {"units": _NOLEAP.units, "calendar": _NOLEAP.calendar}
    return sound, stated_time(content)


@fault("C17", "a state stamped in the middle of its year, with bounds", fits.dated_state)
def _mid_year_state(content: FileContent) -> Change:
    sound = stated_time(content)
    content.time.values = _NOLEAP.flux(content.years)
    content.time.attributes |= {"units": _NOLEAP.units, "calendar": _NOLEAP.calendar, "bounds": "time_bnds"}
    edges = np.stack([_NOLEAP.state(content.years - 1), _NOLEAP.state(content.years)], axis=1)
    content.dimensions["bnds"] = 2
    content.variables["time_bnds"] = StoredVariable(("time", "bnds"), edges)
    return sound, stated_time(content)


@fault("C19", "decimal years since year 0, calendar `365 days`", fits.dated)
def _decimal_years(content: FileContent) -> Change:
    sound = stated_time(content)
    fraction = 0.5 if content.variable.kind == "flux" else 1.0
    content.time.values, content.time.dtype = (content.years + fraction).astype(np.float32), "f4"
    content.time.attributes |= {"units": "years since 0000-00-00 00:00:00", "calendar": "365 days"}
    drop_bounds(content)
    return sound, stated_time(content)
