"""Altimetry points from other layouts: flattened files, tables, datasets."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from nunatak._nunatak import __version__
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, NunatakWarning, PointsError, caller_stacklevel
from nunatak.points.columns import BEAMS, COLUMNS, DATUMS, KEPT_COLUMNS, points_dataset
from nunatak.points.layouts import LAYOUTS, OWN, PLACE, Layout, choose_layout
from nunatak.points.passes import overpass_ids, pass_ids, spots
from nunatak.points.places import misplaced
from nunatak.points.points import Points
from nunatak.points.record import joined_attributes, listed
from nunatak.points.table_sources import Table, named_sources
from nunatak.points.values import column_values, instants, plain_values

__all__ = ["open_points"]

_NAME = re.compile(
    r"ATL06_\d{14}_(?P<rgt>\d{4})(?P<cycle>\d{2})(?P<region>\d{2})_(?P<release>\d{3})_(?P<version>\d{2})"
    r".*?(?P<beam>gt[123][lr])?(\.|$)"
)


class Part(NamedTuple):
    """Columns of one table, decoded, and which of its rows are good."""

    columns: dict[str, np.ndarray]
    good: np.ndarray
    note: str


@checked
def open_points(
    source: Any, *, columns: Mapping[str, str | float | None] | None = None, quality: str = "summary"
) -> Points:
    """Altimetry points of any layout.

    Parameters
    ----------
    source
        Files (a path, list, glob pattern or directory; HDF5, NetCDF, parquet, GeoParquet, CSV or Zarr), a
        DataFrame, a GeoDataFrame of points in any reference system (its geometry becomes longitude and
        latitude), a Dataset, or a mapping of arrays. An index with a name is a column like others. Points of
        Nunatak's own that were written and are opened again keep their datum, tide correction, residuals,
        granules and passes.
    columns
        Name in the source by column name, such as ``{"height": "h_elv", "height_sigma": "s_elv", "quality":
        "q_flg"}`` (``"sigma"`` is short for ``"height_sigma"``). A number is used for every point, such as
        ``{"sigma_geo": 0.5}``; None leaves a column out. Known layouts need none: Nunatak's own columns,
        flattened ATL06 (``lon lat h_elv s_elv q_flg t_sec``), ATL06 names (``longitude latitude h_li``),
        SlideRule (``h_mean h_sigma gt dh_fit_dx``), CryoTEMPO; a mapping adds to the layout that fits.
        Columns whose attribute ``units`` says another length or angle are converted; numbers of a time need
        a unit such as ``seconds since 2018-01-01``.
    quality
        ``"summary"`` keeps points with a place on Earth and a height whose quality is 0 (or that have no
        quality column), ``"all"`` every point.

    Returns
    -------
    Points
        Columns that the source lacks hold their missing value. The ``uncertainty`` of CryoTEMPO, which is
        that of an elevation and not of noise, is the error that a pass shares: ``sigma_geo``. Without (rgt,
        cycle, pair) all points of a file count as one pass, which overstates the correlated error rather
        than hiding it. A file that is given more than once counts once, and of several versions of an ATL06
        granule the newest; the report says so.

    Raises
    ------
    PointsError
        When neither a known layout nor ``columns`` gives longitude, latitude and height, when lengths differ,
        when a unit, time or beam cannot be understood, or when heights above two datums would be joined.
    """
    if quality not in ("summary", "all"):
        raise ArgumentError(f'quality: found {quality!r}, expected "summary" or "all"')
    given = _checked(columns)
    rows, kept, attributes, granules = [], [], [], []
    sources, replaced = named_sources(source)
    # One table at a time: of what is not kept, nothing stays in memory.
    for open_table in sources:
        table = open_table()
        part = _read(table, given)
        chosen = part.good if quality == "summary" else np.ones(part.good.size, bool)
        own = listed(table.attrs.get("granules")) if "granule" in part.columns else []
        part.columns["granule"] = (
            part.columns["granule"] + len(granules) if own else np.full(chosen.size, len(granules))
        )
        granules += own or [table.name]
        kept.append({column: values[chosen] for column, values in part.columns.items()})
        attributes.append(dict(table.attrs))
        rows.append((table.name, part.good.size, int(part.good.sum()), int(chosen.sum()), 0, part.note, None))
    rows += [(name, 0, 0, 0, 0, note, None) for name, note in replaced]
    names = ["granule", "segments", "good", "kept", "sentinels", "notes", "problem"]
    dataset = points_dataset(_join(kept), joined_attributes(attributes, granules, quality, __version__))
    return Points(dataset, report=pd.DataFrame(rows, columns=names))


def _checked(columns: Mapping[str, str | float | None] | None) -> dict[str, str | float | None]:
    if columns is not None and not isinstance(columns, Mapping):
        raise ArgumentError(f"columns: found {type(columns).__name__}, expected a mapping of names")
    given = {"height_sigma" if name == "sigma" else name: value for name, value in (columns or {}).items()}
    unknown = [name for name in given if name not in COLUMNS]
    if unknown:
        raise ArgumentError(
            f"columns: found {', '.join(map(str, unknown))}; expected some of {', '.join(COLUMNS)}"
        )
    return given


def _read(table: Table, given: Mapping[str, str | float | None]) -> Part:
    """Columns of one table, decoded; fill is NaN."""
    name = table.name
    layout = choose_layout(set(table.columns), given)
    wanted = _wanted(table, layout, given)
    part: dict[str, np.ndarray] = {}
    raw = {column: plain_values(table.columns[own]) for column, own in wanted.items() if isinstance(own, str)}
    length = np.size(next((raw[column] for column in reversed(PLACE) if column in raw), ()))
    for column, own in wanted.items():
        values = raw[column] if column in raw else np.full(length, own)
        where = f"{name}: {own} ({column})"
        if values.shape != (length,):
            raise PointsError(f"{where}: expected shape ({length},) like the height, found {values.shape}")
        attrs = getattr(table.columns[str(own)], "attrs", {}) if column in raw else {}
        if column == "time":
            known = layout.time[1] if layout is not None and layout.time[0] == own else None
            part["time"] = instants(where, values, attrs, known)
        else:
            part[column] = column_values(where, column, values, attrs)
    good, note = _is_good(part, raw.get("quality"), is_own=layout is OWN)
    return Part(_completed(table, part, length), good, note)


def _wanted(
    table: Table, layout: Layout | None, given: Mapping[str, str | float | None]
) -> dict[str, str | float]:
    """Names in the table, or numbers, by column name."""
    found = {} if layout is None else layout.found(set(table.columns))
    wanted = {column: own for column, own in {**found, **given}.items() if own is not None}
    absent = [own for own in wanted.values() if isinstance(own, str) and own not in table.columns]
    needed = [column for column in PLACE if column not in wanted]
    if absent or needed:
        raise PointsError(
            f"{table.name}: no column for {', '.join(needed or absent)}; found {', '.join(table.columns)}; "
            "say which is which with columns={...}, or use a known layout: "
            + "; ".join(known.name for known in LAYOUTS)
        )
    return wanted


def _is_good(part: dict[str, np.ndarray], flags: np.ndarray | None, is_own: bool) -> tuple[np.ndarray, str]:
    """Which points have a place, a height and a good flag; and what is to be said of the others.

    In Nunatak's own columns the flag -1 says that the product gave none.
    """
    nowhere, note = misplaced(part["longitude"], part["latitude"])
    if note:
        warnings.warn(f"{note}; quality='summary' leaves them out", NunatakWarning, caller_stacklevel())
        for name in ("longitude", "latitude"):
            part[name] = np.where(nowhere, np.nan, part[name].astype(float))
    good = np.isfinite(part["height"]) & ~nowhere
    if flags is not None:
        good &= (flags == 0) | (is_own & (flags == -1))
    return good, note


def _completed(table: Table, part: dict[str, np.ndarray], length: int) -> dict[str, np.ndarray]:
    """The columns with pass and datum, and with what an ATL06 file name says where no column does."""
    match = _NAME.search(table.name)
    if match:
        for column in ("rgt", "cycle", "region"):
            part.setdefault(column, np.full(length, int(match[column])))
        if match["beam"]:
            part.setdefault("beam", np.full(length, BEAMS.index(match["beam"]) + 1))
    if "beam" in part:
        part.setdefault("pair", (part["beam"] + 1) // 2)
    if table.attrs.get("vertical_datum") == "geoid" and not np.any(part.get("height_datum", 0)):
        part["height_datum"] = np.full(length, DATUMS.index("geoid"))
    if "orientation" in part and "spot" not in part and "beam" in part:
        part["spot"] = spots(part["beam"], part["orientation"])
    if "spot" in part:
        part.setdefault("strong", part["spot"] % 2 == 1)
    part["overpass_id"] = overpass_ids(table.name, part, length)
    part["pass_id"] = pass_ids(table.name, part, length)
    return part


def _join(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The parts one after the other; a column that only some have is missing in the others."""
    names = dict.fromkeys(name for part in parts for name in part)
    lengths = [part["height"].size for part in parts]
    joined = {}
    # Parts give up their columns one by one, so that there is never a second copy of all.
    for name in names:
        missing = (COLUMNS.get(name) or KEPT_COLUMNS[name]).missing
        columns = zip(parts, lengths, strict=True)
        joined[name] = np.concatenate(
            [part.pop(name) if name in part else np.full(length, missing) for part, length in columns]
        )
    return joined
