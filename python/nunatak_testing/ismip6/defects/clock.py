"""Changes of the time axis: the same nominal years, stamped otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nunatak.samples.file_style import TimeAxis

from ..content import FileContent


def stamps(content: FileContent, clock: TimeAxis) -> NDArray[np.float64]:
    """Stamps of the file's years by a clock, as its kind of variable has them."""
    is_mean = content.variable.kind == "flux"
    return clock.flux(content.years) if is_mean else clock.state(content.years)


def restamp(content: FileContent, clock: TimeAxis) -> None:
    """Give the file another clock, bounds and all."""
    time = content.time
    time.values = stamps(content, clock)
    time.attributes["units"], time.attributes["calendar"] = clock.units, clock.calendar
    if "time_bnds" in content.variables:
        edges = [clock.state(content.years - 1), clock.state(content.years)]
        content.variables["time_bnds"].values = np.stack(edges, axis=1)
    drop_if_none(content, "calendar")


def drop_if_none(content: FileContent, name: str) -> None:
    """A time attribute of None is left out."""
    if content.time.attributes[name] is None:
        del content.time.attributes[name]


def drop_bounds(content: FileContent) -> None:
    """Stamps without the edges of their years."""
    content.time.attributes.pop("bounds", None)
    content.dimensions.pop("bnds", None)
    content.variables.pop("time_bnds", None)


def stated_time(content: FileContent) -> str:
    """What a file says about its time."""
    attributes = content.time.attributes
    values = content.time.values
    assert values is not None
    units, calendar = attributes.get("units", "no units"), attributes.get("calendar", "no calendar")
    return f"{units}, {calendar}, {values[0]:g} ... {values[-1]:g}"
