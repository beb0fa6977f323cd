"""ICESat-2 ATL06 granules, read as points."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from nunatak._nunatak import __version__, read_atl06
from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.io.sources import SourceLike
from nunatak.io.stores import StorageOptions, option_pairs
from nunatak.points.columns import COLUMNS, ELLIPSOID, points_dataset
from nunatak.points.passes import overpass_ids
from nunatak.points.paths import expand_sources
from nunatak.points.points import REPORT_COLUMNS, Points
from nunatak.points.regions import region_areas
from nunatak.points.selection import quality_limits, quality_text, time_limits

__all__ = ["open_atl06"]

OnError = Literal["raise", "warn", "skip"]
_ALWAYS = ("longitude", "latitude", "time", "height", "granule", "pass_id", "overpass_id")
"""Columns that are there though they were not asked for."""


@checked
def open_atl06(
    paths: SourceLike | Sequence[SourceLike],
    *,
    quality: Literal["summary", "all"] | Mapping[str, Any] = "summary",
    beams: Sequence[str] | None = None,
    region: Any = None,
    time: tuple[Any, Any] | None = None,
    columns: Sequence[str] | None = None,
    storage_options: StorageOptions | None = None,
    store: Any = None,
    on_error: OnError = "warn",
) -> Points:
    """Read ICESat-2 ATL06 granules, native or subset, in parallel.

    Missing beams, groups and variables become absent segments or NaN columns and are listed in the report.
    ``sigma_geo`` is recomputed from the slopes of each pair's left beam and flagged where one is missing,
    because the stored ``sigma_geo_h`` then holds a sentinel (20 or 28.29 m).

    A granule counts once: of several releases and versions the newest, and of copies and overlapping subsets
    every segment once. The report's notes say what was left out.

    Parameters
    ----------
    paths
        A granule, a list of granules, a glob pattern, or a directory (all its ``.h5`` files); each may be a
        URL (``s3://bucket/granules/*.h5``, ``gs://``, ``az://``, ``http(s)://``; there a directory ends with
        a slash, and web servers must list by WebDAV for patterns). ``**`` matches any number of
        directories. Binary file objects are accepted too, such as those of ``earthaccess.open``.
    quality
        ``"summary"``: ``atl06_quality_summary == 0``. ``"all"``: every segment, also those without a
        height. A mapping: limits, such as ``{"h_li_sigma": 0.5, "n_fit_photons": {"min": 10},
        "w_surface_window_final": (3, 20)}``: a number is the largest value, a pair the least and the largest,
        and a mapping has ``min``, ``max`` or both; limits are included, and a missing value fails.
    beams
        Names such as ``["gt1l", "gt2l"]``; all when None.
    region
        (west, south, east, north) in degrees, in a tuple, list or array; ``west > east`` crosses the
        antimeridian. Or a polygon: a geometry of shapely, a GeoDataFrame in any reference system, GeoJSON, or
        a list of vertices (longitude, latitude). Its edges are straight in longitude and latitude and go the
        shorter way round the Earth, so that it may cross the antimeridian or go round a pole, which is then
        inside. Or a list of such regions. Only the chunks of a granule that hold points of it are read.
    time
        (first, last), both included; anything ``numpy.datetime64`` takes, None for an open end. A last day
        (``"2019-06-13"``), month or year is included whole; an instant is one.
    columns
        Names of columns of :class:`Points` that are read, such as ``["height_sigma", "slope_along"]``; all
        when None. Place, time, height, granule and the numbers of pass and overpass are always there.
    storage_options
        As in :func:`nunatak.open_catalog`.
    store
        A store of obstore that holds the granules; ``paths`` are then paths and patterns there.
    on_error
        What to do with a file that cannot be read: warn and go on, go on, or raise. The report names it
        anyway.

    Returns
    -------
    Points

    Raises
    ------
    PointsError, FormatError, StoreError
        For a file that is no ATL06 granule, is malformed, or cannot be had (``on_error="raise"``); when no
        file matches.
    ArgumentError
        For an unknown beam, quality rule, or limits out of order.
    """
    if on_error not in ("raise", "warn", "skip"):
        raise ArgumentError(f'on_error: found {on_error!r}, expected "raise", "warn" or "skip"')
    sources, options = expand_sources(paths, storage_options, store), option_pairs(storage_options)
    files = [source.location for source in sources]
    areas, span = region_areas(region), time_limits(time)
    wanted = None if beams is None else list(beams)
    if wanted is not None and not all(isinstance(beam, str) for beam in wanted):
        raise ArgumentError(f"beams: found {found(beams)}, expected names such as 'gt1l'")
    rule = quality if isinstance(quality, str) else quality_limits(quality)
    chosen = None if columns is None else _chosen(columns)
    values, reports = read_atl06(files, rule, wanted, areas, span, chosen, options)
    if chosen is not None:
        values = {name: column for name, column in values.items() if name in (*_ALWAYS, *chosen)}
    _number_overpasses(values, reports)
    for report in reports:
        if report["problem"] is not None and on_error == "raise":
            raise report["problem"]
        if report["problem"] is not None and on_error == "warn":
            warnings.warn(f"skipped: {report['problem']}", NunatakWarning, stacklevel=caller_stacklevel())
    attributes = {
        "title": "ICESat-2 ATL06 land ice heights",
        "granules": [Path(file).name for file in files],
        "quality_rule": rule if isinstance(rule, str) else quality_text(rule),
        "vertical_datum": ELLIPSOID,
        "tide_correction": "none",
        "sigma_geo_model": (
            "sqrt(sigma_geo_r^2 + (sigma_geo_at dh_fit_dx_left)^2 + (sigma_geo_xt dh_fit_dy)^2)"
        ),
        "nunatak_version": __version__,
    }
    return Points(
        points_dataset(values, attributes, only_given=chosen is not None),
        report=_granule_report(reports),
        beam_report=_beam_report(reports),
    )


def _chosen(columns: Sequence[str]) -> list[str]:
    """Names of columns, which must exist."""
    unknown = [name for name in columns if not isinstance(name, str) or name not in COLUMNS]
    if unknown or isinstance(columns, str):
        raise ArgumentError(
            f"columns: found {', '.join(map(str, unknown)) or repr(columns)}, "
            f"expected some of {', '.join(COLUMNS)}"
        )
    return list(columns)


def _number_overpasses(columns: dict[str, np.ndarray], reports: list[dict[str, Any]]) -> None:
    """Numbers the overpasses of granules whose track or cycle is unknown, by their names."""
    numbers = columns["overpass_id"]
    for index, report in enumerate(reports):
        if report["rgt"] > 0 and report["cycle"] > 0:
            continue
        own = np.flatnonzero(columns["granule"] == index)
        known = {name: np.full(own.size, report[name]) for name in ("rgt", "cycle")}
        numbers[own] = overpass_ids(Path(report["path"]).name, known, own.size)


def _granule_report(reports: list[dict[str, Any]]) -> pd.DataFrame:
    rows = []
    for report in reports:
        counts = np.array([beam[1:] for beam in report["beams"]], dtype=int).reshape(-1, 4).sum(axis=0)
        rows.append(
            {
                "granule": Path(report["path"]).name,
                **{name: report[name] for name in ("release", "rgt", "cycle", "region")},
                **dict(zip(("segments", "good", "kept", "sentinels"), counts, strict=True)),
                "missing": ", ".join(report["missing"]),
                "notes": "; ".join(report["notes"]),
                "problem": None if report["problem"] is None else str(report["problem"]),
            }
        )
    return pd.DataFrame(rows, columns=[*REPORT_COLUMNS, "missing", "notes", "problem"])


def _beam_report(reports: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [(Path(report["path"]).name, *beam) for report in reports for beam in report["beams"]]
    return pd.DataFrame(rows, columns=["granule", "beam", "segments", "good", "kept", "sentinels"])
