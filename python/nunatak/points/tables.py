"""Altimetry points from other layouts: flattened files, tables, datasets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak._nunatak import __version__
from nunatak.errors import ArgumentError, PointsError
from nunatak.points.columns import BEAMS, COLUMNS, ELLIPSOID, points_dataset
from nunatak.points.paths import expand_paths
from nunatak.points.points import Points

__all__ = ["open_points"]

_LARGEST_REAL_VALUE = 1e37
_EPOCH = np.datetime64("2018-01-01T00:00:00", "ns")
_EPOCH_GPS_SECONDS = 1198800018.0
_NAME = re.compile(
    r"ATL06_\d{14}_(?P<rgt>\d{4})(?P<cycle>\d{2})(?P<region>\d{2})_.*?(?P<beam>gt[123][lr])?(\.|$)"
)


@dataclass(frozen=True)
class Layout:
    """Column names of a kind of point file.

    Attributes
    ----------
    name
        For people.
    columns
        Name in the file by column name.
    time
        Name of the time column and how its numbers become instants.
    """

    name: str
    columns: Mapping[str, str]
    time: tuple[str, Callable[[np.ndarray], np.ndarray]] | None = None
    constants: Mapping[str, Any] = field(default_factory=dict)

    def fits(self, names: set[str]) -> bool:
        """Whether a file with these variables has this layout."""
        return {self.columns[name] for name in ("longitude", "latitude", "height")} <= names


def _from_gps_seconds(values: np.ndarray) -> np.ndarray:
    return _from_delta_time(values - _EPOCH_GPS_SECONDS)


def _from_delta_time(values: np.ndarray) -> np.ndarray:
    nanoseconds = np.where(np.isfinite(values), np.round(values * 1e9), np.nan)
    return _EPOCH + pd.to_timedelta(nanoseconds, unit="ns").to_numpy()


def _as_instants(values: np.ndarray) -> np.ndarray:
    return values.astype("datetime64[ns]")


_ATL06_NAMES = {
    "longitude": "longitude",
    "latitude": "latitude",
    "height": "h_li",
    "height_sigma": "h_li_sigma",
    "quality": "atl06_quality_summary",
    "sigma_geo_stored": "sigma_geo_h",
    "geoid_height": "geoid_h",
    "dem_height": "dem_h",
    "tide_ocean": "tide_ocean",
    "dac": "dac",
    "slope_along": "dh_fit_dx",
    "slope_across": "dh_fit_dy",
    "segment_id": "segment_id",
    "x_atc": "x_atc",
    "rgt": "rgt",
    "cycle": "cycle_number",
}

LAYOUTS = (
    Layout("columns of nunatak", {name: name for name in COLUMNS if name != "time"}, ("time", _as_instants)),
    Layout(
        "flattened ATL06 (lon, lat, h_elv)",
        {
            "longitude": "lon",
            "latitude": "lat",
            "height": "h_elv",
            "height_sigma": "s_elv",
            "quality": "q_flg",
            "tide_ocean": "tide_ocean",
            "dac": "dac",
            "rgt": "rgt",
        },
        ("t_sec", _from_gps_seconds),
    ),
    Layout("ATL06 names", _ATL06_NAMES, ("delta_time", _from_delta_time)),
    Layout(
        "CryoTEMPO",
        {
            "longitude": "longitude",
            "latitude": "latitude",
            "height": "elevation",
            "height_sigma": "uncertainty",
            "dem_height": "reference_dem",
        },
        ("time", _as_instants),
    ),
)


def open_points(
    source: Any, *, columns: Mapping[str, str | float | None] | None = None, quality: str = "summary"
) -> Points:
    """Altimetry points of any layout.

    Parameters
    ----------
    source
        Files (a path, list, glob pattern or directory), a DataFrame, a Dataset, or a mapping of arrays.
    columns
        Name in the source by column name, such as ``{"height": "h_elv", "height_sigma": "s_elv", "quality":
        "q_flg"}`` (``"sigma"`` is short for ``"height_sigma"``). A number is used for every point, such as
        ``{"sigma_geo": 0.5}``; None leaves a column out. Known layouts need none: Nunatak's own columns,
        flattened ATL06 (``lon lat h_elv s_elv q_flg t_sec``), ATL06 names (``longitude latitude h_li``),
        CryoTEMPO; a mapping adds to the layout that fits.
    quality
        ``"summary"`` keeps points with a height whose quality is 0 (or that have no quality column),
        ``"all"`` every point.

    Returns
    -------
    Points
        Columns that the source lacks hold their missing value. Without (rgt, cycle, pair) all points of a
        file count as one pass, which overstates the correlated error rather than hiding it.

    Raises
    ------
    PointsError
        When neither a known layout nor ``columns`` gives longitude, latitude and height, or lengths differ.
    """
    if quality not in ("summary", "all"):
        raise ArgumentError(f'quality: found {quality!r}, expected "summary" or "all"')
    named = _named_sources(source)
    rows, kept = [], []
    # One table at a time: of what is not kept, nothing stays in memory.
    for index, (name, table) in enumerate(named):
        part = _read(name, table, _checked(columns), index)
        good = np.isfinite(part["height"]) & (part["quality"] == 0 if "quality" in part else True)
        chosen = good if quality == "summary" else np.ones(good.size, bool)
        part["granule"] = np.full(good.size, index)
        kept.append({column: values[chosen] for column, values in part.items()})
        rows.append((name, good.size, int(good.sum()), int(chosen.sum())))
    joined = _join(kept)
    attributes = {
        "title": "altimetry points",
        "granules": [name for name, _ in named],
        "quality_rule": quality,
        "vertical_datum": ELLIPSOID,
        "tide_correction": "none",
        "nunatak_version": __version__,
    }
    report = pd.DataFrame(rows, columns=["granule", "segments", "good", "kept"])
    report["sentinels"] = 0
    report["notes"] = ""
    report["problem"] = None
    return Points(points_dataset(joined, attributes), report=report)


def _checked(columns: Mapping[str, str | float | None] | None) -> dict[str, str | float | None]:
    given = {"height_sigma" if name == "sigma" else name: value for name, value in (columns or {}).items()}
    unknown = [name for name in given if name not in COLUMNS]
    if unknown:
        raise ArgumentError(f"columns: found {', '.join(unknown)}; expected some of {', '.join(COLUMNS)}")
    return given


def _named_sources(source: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Tables with a name each; files are opened, not yet read."""
    if isinstance(source, xr.Dataset):
        return [(_source_name(source), {str(name): source[name].variable for name in source.variables})]
    if isinstance(source, Mapping | pd.DataFrame):
        return [("points", {str(name): source[name] for name in source})]
    if not isinstance(source, str | os.PathLike | Sequence):
        raise ArgumentError(
            f"source: found {type(source).__name__}, expected files, a DataFrame, a Dataset or a mapping"
        )
    named = []
    for path in expand_paths(source):
        dataset = xr.open_dataset(path, engine="nunatak")
        named.append((Path(path).name, {str(name): dataset[name].variable for name in dataset.variables}))
    return named


def _source_name(dataset: xr.Dataset) -> str:
    return Path(str(dataset.encoding.get("source", "points"))).name


def _read(
    name: str, table: Mapping[str, Any], given: Mapping[str, str | float | None], index: int
) -> dict[str, np.ndarray]:
    """Columns of one table, decoded; fill is NaN."""
    layout = next((layout for layout in LAYOUTS if layout.fits(set(table))), None)
    wanted: dict[str, Any] = {}
    if layout is not None:
        wanted = {column: own for column, own in layout.columns.items() if own in table}
        if layout.time is not None and layout.time[0] in table:
            wanted["time"] = layout.time[0]
    wanted |= given
    wanted = {column: own for column, own in wanted.items() if own is not None}
    absent = [own for own in wanted.values() if isinstance(own, str) and own not in table]
    needed = [column for column in ("longitude", "latitude", "height") if column not in wanted]
    if absent or needed:
        raise PointsError(
            f"{name}: no column for {', '.join(needed or absent)}; found {', '.join(table)}; "
            "say which is which with columns={...}, or use a known layout: "
            + "; ".join(known.name for known in LAYOUTS)
        )
    length = np.size(np.asarray(table[wanted["height"]]))
    part = {column: _values(name, column, own, table, length) for column, own in wanted.items()}
    if "time" in part and not np.issubdtype(part["time"].dtype, np.datetime64):
        known = layout is not None and layout.time is not None and layout.time[0] == wanted["time"]
        part["time"] = (
            layout.time[1](part["time"]) if known and layout and layout.time else _as_instants(part["time"])
        )
    return _with_pass(name, part, length, index)


def _values(name: str, column: str, own: str | float, table: Mapping[str, Any], length: int) -> np.ndarray:
    if not isinstance(own, str):
        return np.full(length, own)
    values = np.asarray(table[own])
    if values.shape != (length,):
        raise PointsError(
            f"{name}: {own} ({column}): expected shape ({length},) like the height, found {values.shape}"
        )
    if values.dtype.kind == "f":
        values = np.where(np.abs(values) > _LARGEST_REAL_VALUE, values.dtype.type(np.nan), values)
    if values.dtype.kind == "f" and np.dtype(COLUMNS[column].dtype).kind in "iu":
        values = np.where(np.isfinite(values), values, COLUMNS[column].missing)
    return values


def _with_pass(name: str, part: dict[str, np.ndarray], length: int, index: int) -> dict[str, np.ndarray]:
    """Track, cycle, region and beam from an ATL06 file name, where no column gives them."""
    match = _NAME.search(name)
    if match:
        for column in ("rgt", "cycle", "region"):
            part.setdefault(column, np.full(length, int(match[column])))
        if match["beam"]:
            part.setdefault("beam", np.full(length, BEAMS.index(match["beam"]) + 1))
    if "beam" in part:
        part.setdefault("pair", (part["beam"] + 1) // 2)
    if not {"rgt", "cycle", "pair"} <= set(part) and "pass_id" not in part:
        part["table"] = np.full(length, index)
    return part


def _join(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The parts one after the other; a column that only some have is missing in the others."""
    names = dict.fromkeys(name for part in parts for name in part)
    lengths = [part["height"].size for part in parts]
    joined = {}
    # Parts give up their columns one by one, so that there is never a second copy of all.
    for name in names:
        missing = COLUMNS[name].missing if name in COLUMNS else -1
        columns = zip(parts, lengths, strict=True)
        joined[name] = np.concatenate(
            [part.pop(name) if name in part else np.full(length, missing) for part, length in columns]
        )
    keys = [joined.get(name, np.zeros(sum(lengths), int)) for name in ("table", "rgt", "cycle", "pair")]
    if "pass_id" not in joined:
        joined["pass_id"] = np.unique(np.stack(keys), axis=1, return_inverse=True)[1].reshape(-1)
    joined.pop("table", None)
    return joined
