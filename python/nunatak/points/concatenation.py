"""Points of several openings as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import __version__
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, PointsError
from nunatak.points.columns import COLUMNS, DATUMS, DIMENSION, KEPT_COLUMNS
from nunatak.points.duplicates import granule_identity
from nunatak.points.points import Points
from nunatak.points.record import joined_attributes, listed

__all__ = ["concat_points"]

_SEGMENT = ("rgt", "cycle", "beam", "pair", "spot", "segment_id", "time")
"""What tells a segment of a track from others, with its place."""


@checked
def concat_points(points: Sequence[Points]) -> Points:
    """Points of several openings as one.

    Parameters
    ----------
    points
        One or more. Their columns are joined: one that only some have holds its missing value for the others.

    Returns
    -------
    Points
        In the order given. ``granule`` counts through the joined attribute ``granules``. A point that several
        have (same track, cycle, beam, segment, time and place) counts once, as the first has it; of an
        ICESat-2 granule in several releases or versions the newest counts, whatever the order. The attribute
        ``points_left_out`` says how many were left out. Attributes on which all agree stay; reports follow
        each other.

    Raises
    ------
    PointsError
        When heights are above different datums or geoids, or a column differs in its number of dimensions.
    ArgumentError
        For no points at all.
    """
    parts = list(points)
    wrong = [part for part in parts if not isinstance(part, Points)]
    if wrong or not parts:
        what = type(wrong[0]).__name__ if wrong else "none"
        raise ArgumentError(
            f"points: found {what}, expected one or more Points, as nk.open_points gives them"
        )
    _check_datums(parts)
    granules = [listed(part.dataset.attrs.get("granules")) or ["points"] for part in parts]
    names = [name for own in granules for name in own]
    keep = _counted_once(parts, granules)
    starts = np.cumsum([0, *(len(own) for own in granules[:-1])])
    dataset = xr.Dataset(
        {
            name: _joined(name, parts, keep, starts)
            for name in dict.fromkeys(str(name) for part in parts for name in part.dataset.data_vars)
        },
        attrs=_attributes(parts, names, sum(int((~kept).sum()) for kept in keep)),
    )
    return Points(
        dataset,
        report=_stacked([part.report for part in parts]),
        beam_report=_stacked([part.beam_report for part in parts]),
    )


def _check_datums(parts: Sequence[Points]) -> None:
    datums = [part.dataset["height_datum"].values for part in parts if len(part)]
    found = sorted({int(number) for numbers in datums for number in np.unique(numbers)})
    if len(found) > 1:
        raise PointsError(
            f"concat_points: heights are above {' and '.join(DATUMS[number] for number in found)}: bring all "
            "to one datum with above_geoid() before they are joined"
        )


def _counted_once(parts: Sequence[Points], granules: Sequence[Sequence[str]]) -> list[np.ndarray]:
    """Which points of each part count: none of older versions of a granule, none that came before."""
    current = [_is_newest(part, own, granules) for part, own in zip(parts, granules, strict=True)]
    frames = []
    for number, (part, kept) in enumerate(zip(parts, current, strict=True)):
        dataset = part.dataset
        names = [name for name in ("longitude", "latitude", *_SEGMENT) if name in dataset]
        frame = pd.DataFrame({name: dataset[name].values[kept] for name in names})
        frames.append(frame.assign(part=number))
    keys = pd.concat(frames, ignore_index=True)
    # A place alone is no identity: without a time or a number of its own no point is another's copy.
    known = pd.Series(False, index=keys.index)
    for name, unknown in (("time", None), ("segment_id", 0)):
        if name in keys:
            known |= keys[name].notna() & (True if unknown is None else keys[name] != unknown)
    columns = [name for name in keys if name != "part"]
    first = keys.groupby(columns, dropna=False, sort=False)["part"].transform("min")
    once = (keys["part"] == first) | ~known
    position = 0
    for kept in current:
        count = int(kept.sum())
        kept[kept] = once.to_numpy()[position : position + count]
        position += count
    return current


def _is_newest(part: Points, own: Sequence[str], granules: Sequence[Sequence[str]]) -> np.ndarray:
    """Which points of a part are of no granule of which another part has a newer version."""
    newest: dict[str, tuple[int, int]] = {}
    for name in (name for names in granules for name in names):
        identity, age = granule_identity(name)
        newest[identity] = max(age, newest.get(identity, age))
    is_newest = np.array([granule_identity(name)[1] == newest[granule_identity(name)[0]] for name in own])
    if "granule" not in part.dataset:
        return np.ones(len(part), bool)
    numbers = part.dataset["granule"].values
    return is_newest[np.clip(numbers, 0, len(own) - 1)] | (numbers < 0) | (numbers >= len(own))


def _joined(
    name: str, parts: Sequence[Points], keep: Sequence[np.ndarray], starts: np.ndarray
) -> xr.Variable:
    known = COLUMNS.get(name) or KEPT_COLUMNS.get(name)
    have = [part.dataset[name] for part in parts if name in part.dataset]
    if any(column.dims != (DIMENSION,) for column in have):
        raise PointsError(
            f"concat_points: {name}: found dimensions {have[0].dims}, expected ({DIMENSION!r},)"
        )
    dtype = np.result_type(*(column.dtype for column in have))
    if known is None and len(have) < len(parts) and dtype.kind in "biu":
        dtype = np.dtype(float)
    missing = known.missing if known is not None else (np.nan if dtype.kind == "f" else None)
    values = []
    for part, kept, start in zip(parts, keep, starts, strict=True):
        if name in part.dataset:
            own = part.dataset[name].values[kept]
            values.append(own + start.astype(own.dtype) if name == "granule" else own)
        elif dtype.kind in "mM":
            values.append(np.full(int(kept.sum()), np.array("NaT", dtype)))
        else:
            values.append(np.full(int(kept.sum()), missing, dtype))
    return xr.Variable(DIMENSION, np.concatenate(values), have[0].attrs)


def _attributes(parts: Sequence[Points], granules: Sequence[str], left_out: int) -> dict[str, Any]:
    tables = [dict(part.dataset.attrs) for part in parts]
    rules = dict.fromkeys(str(table.get("quality_rule", "all")) for table in tables)
    joined = joined_attributes(tables, granules, "; ".join(rules), __version__)
    same_datum = {key: tables[0][key] for key in ("vertical_datum", "tide_system") if key in tables[0]}
    titles = {str(table.get("title")) for table in tables}
    return (
        joined
        | same_datum
        | {"points_left_out": left_out}
        | ({"title": titles.pop()} if len(titles) == 1 else {})
    )


def _stacked(reports: Sequence[pd.DataFrame]) -> pd.DataFrame | None:
    filled = [report for report in reports if len(report)]
    return pd.concat(filled, ignore_index=True) if filled else None
