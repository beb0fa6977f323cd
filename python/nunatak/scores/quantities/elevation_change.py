"""Rates of change of a model's surface or thickness between two epochs."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.quantities.epochs import decimal_years, epoch
from nunatak.time import time_dimension

__all__ = ["elevation_change"]


@checked
def elevation_change(
    model: xr.DataArray,
    start: str | float | np.datetime64,
    end: str | float | np.datetime64,
    *,
    outside: Literal["raise", "clamp"] = "raise",
) -> xr.DataArray:
    """Mean rate of change of a variable between two epochs, such as the elevation change ``dh/dt``.

    Parameters
    ----------
    model
        Has a dimension of time or of nominal years (:func:`stack`: the end of each year).
    start, end
        Dates (``"2018-10-01"``) or decimal years (2018.75). The variable is interpolated linearly between
        records.
    outside
        When an epoch lies outside the model's time: ``"raise"``, or ``"clamp"`` it to the first or last
        record. The rate is then over the shorter span, and the attributes ``start`` and ``end`` say which.

    Returns
    -------
    DataArray
        float64, the unit of the variable per year; ``start`` and ``end`` in the attributes (decimal years).

    Raises
    ------
    ArgumentError
        When there is no time, epochs lie outside of it, or ``end`` is not after ``start``.

    Examples
    --------
    >>> import nunatak as nk
    >>> import xarray as xr
    >>> surface = xr.DataArray([10.0, 12.0, 13.0], {"year": [2017, 2018, 2019]}, ("year",))
    >>> surface.attrs["units"] = "m"
    >>> rate = nk.elevation_change(surface, 2018.5, 2020.0)
    >>> float(rate.round(3)), rate.units
    (1.333, 'm yr-1')
    """
    dim = time_dimension(model)
    if dim is None or not model.sizes[dim]:
        raise ArgumentError(f"model: found dimensions {model.dims}, expected one of time with records")
    if model.dtype.kind not in "iuf":
        raise ArgumentError(f"model: found {model.dtype}, expected numbers")
    if outside not in ("raise", "clamp"):
        raise ArgumentError(f"outside: found {outside!r:.60}, expected 'raise' or 'clamp'")
    years = decimal_years(model, dim)
    if not np.isfinite(years).all() or np.unique(years).size < years.size:
        raise ArgumentError(
            f"model: found times along {dim!r} that are missing or twice, expected distinct ones"
        )
    asked = [epoch("start", start), epoch("end", end)]
    if not asked[0] < asked[1]:
        raise ArgumentError(f"end: found {end!r:.60}, expected an epoch after start, {start!r:.60}")
    first, last = float(years.min()), float(years.max())
    used = [float(np.clip(own, first, last)) for own in asked]
    if used != asked and outside == "raise":
        raise ArgumentError(
            f"{'start' if used[0] != asked[0] else 'end'}: found the span {asked[0]:.3f} to {asked[1]:.3f}, "
            "expected one "
            f"within the model's time, {first:.3f} to {last:.3f}, or outside='clamp'"
        )
    if used[0] == used[1]:
        raise ArgumentError(f"start: found a span outside of the model's time, {first:.3f} to {last:.3f}")
    change = _at(model, dim, years, used[1]) - _at(model, dim, years, used[0])
    rate = (change / (used[1] - used[0])).rename("rate")
    kept = {name: model.attrs[name] for name in ("grid_mapping",) if name in model.attrs}
    units = f"{model.attrs['units']} yr-1" if "units" in model.attrs else None
    said = f"mean rate of change of {model.attrs.get('long_name', model.name)}"
    rate.attrs = (
        kept | {"long_name": said, "start": used[0], "end": used[1]} | ({"units": units} if units else {})
    )
    return rate


def _at(model: xr.DataArray, dim: object, years: np.ndarray, year: float) -> xr.DataArray:
    """The variable at a decimal year, between its two neighbouring records."""
    order = np.argsort(years)
    ordered = years[order]
    right = int(np.clip(np.searchsorted(ordered, year), min(1, ordered.size - 1), ordered.size - 1))
    left = max(right - 1, 0)
    span = ordered[right] - ordered[left]
    share = float((year - ordered[left]) / span) if span > 0 else 1.0
    records = [model.isel({dim: int(order[at])}, drop=True).astype(np.float64) for at in (left, right)]
    # A record that does not count must not spread its missing values.
    if share in (0.0, 1.0):
        return records[int(share)]
    return records[0] * (1.0 - share) + records[1] * share
