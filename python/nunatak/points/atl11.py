"""ICESat-2 ATL11 granules: heights at reference points, cycle by cycle, and crossovers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from nunatak._nunatak import __version__, read_atl11
from nunatak.arguments import checked
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel
from nunatak.io.sources import SourceLike
from nunatak.io.stores import StorageOptions, option_pairs
from nunatak.points.columns import ELLIPSOID, points_dataset
from nunatak.points.passes import overpass_ids, pass_ids
from nunatak.points.paths import expand_sources
from nunatak.points.points import Points
from nunatak.points.regions import region_areas
from nunatak.points.selection import time_limits

__all__ = ["Atl11", "open_atl11"]

_PLACE = ["track_rgt", "track_pair", "ref_pt"]
_REPORT = [
    "release",
    "rgt",
    "region",
    "cycles",
    "reference_points",
    "heights",
    "crossovers",
    "kept_crossovers",
]


@dataclass(frozen=True)
class Atl11:
    """Heights of ATL11 and the crossovers beside them.

    Attributes
    ----------
    heights
        One row for each reference point and cycle: the corrected height with its random error
        (``height_sigma``, of ``h_corr_sigma``) and the error that a pass shares (``sigma_geo``, of
        ``h_corr_sigma_systematic``), the slopes of the reference surface along and across the track and
        towards east and north, geoid, DEM, tides, track, cycle, pair, pass and overpass, and the reference
        point ``ref_pt``.
    crossovers
        One row for each crossing of another track: its height at the reference point, its errors, its own
        ``rgt``, ``cycle``, ``spot`` and ``overpass_id``, ``along_track_rss``, and the reference point
        (``track_rgt``, ``track_pair``, ``ref_pt``). Slopes along and across the crossing track are not known.
    report
        One row per granule.
    """

    heights: Points
    crossovers: Points
    report: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"<nunatak.Atl11> {len(self.heights):,} heights in "
            f"{np.unique(self.heights.dataset.overpass_id.values).size} overpasses, "
            f"{len(self.crossovers):,} crossovers"
        )

    def crossover_differences(self) -> pd.DataFrame:
        """Each crossover less the height of its reference point in the cycle that is nearest in time.

        Returns
        -------
        DataFrame
            ``longitude``, ``latitude``, ``ref_pt``, ``track_rgt``, ``track_pair``; of crossing and track
            ``height``, ``time``, ``rgt``, ``cycle``, ``overpass_id``, ``height_sigma`` and ``sigma_geo`` with
            the suffixes ``_crossing`` and ``_track``; slopes of the reference surface, ``slope_along`` and
            ``slope_across`` its track, ``slope_east`` and ``slope_north``; ``difference`` (m) and ``days``,
            both crossing less track. Crossovers without a height, and reference points without one
            in any cycle, are left out.
        """
        shared = ["height", "time", "rgt", "cycle", "overpass_id", "height_sigma", "sigma_geo"]
        crossing = self.crossovers.dataset[
            [*_PLACE, "longitude", "latitude", "slope_east", "slope_north", *shared]
        ]
        crossing = (
            crossing.to_dataframe().reset_index(drop=True).assign(crossover=np.arange(len(self.crossovers)))
        )
        surface = ["slope_along", "slope_across"]
        track = self.heights.dataset[[*_PLACE, *surface, *shared]].to_dataframe().reset_index(drop=True)
        pairs = crossing.dropna(subset=["height", "time"]).merge(
            track.dropna(subset=["height", "time"]), on=_PLACE, suffixes=("_crossing", "_track")
        )
        lag = pairs["time_crossing"] - pairs["time_track"]
        pairs = pairs.assign(
            difference=pairs["height_crossing"].astype(float) - pairs["height_track"].astype(float),
            days=lag / pd.Timedelta(days=1),
            lag=lag.abs(),
        )
        # The earlier cycle where two are equally near, so that the choice is always the same.
        nearest = pairs.sort_values(["crossover", "lag", "cycle_track"], kind="stable").drop_duplicates(
            "crossover"
        )
        return nearest.drop(columns=["crossover", "lag"]).reset_index(drop=True)


@checked
def open_atl11(
    paths: SourceLike | Sequence[SourceLike],
    *,
    quality: Literal["summary", "all"] = "summary",
    pairs: Sequence[int] | None = None,
    region: Any = None,
    time: tuple[Any, Any] | None = None,
    storage_options: StorageOptions | None = None,
    store: Any = None,
    on_error: Literal["raise", "warn", "skip"] = "warn",
) -> Atl11:
    """Read ICESat-2 ATL11 granules: heights at reference points for each cycle, and crossovers.

    Released granules and the layout of the prototype (``corrected_h`` groups) are read. What is not in a file
    is a column of NaN, and listed in the report. Of several releases, versions or ranges of cycles of one
    granule a height counts once, that of the newest.

    Parameters
    ----------
    paths
        As in :func:`open_atl06`.
    quality
        ``"summary"``: heights whose ``quality_summary`` is 0, and crossovers whose ``atl06_quality_summary``
        is 0. ``"all"``: every reference point and cycle, and every crossover, also those without a height.
    pairs
        Pairs of beams, of 1, 2 and 3; all when None.
    region, time, storage_options, store, on_error
        As in :func:`open_atl06`.

    Returns
    -------
    Atl11
        ``heights`` and ``crossovers``, each as :class:`Points`.

    Raises
    ------
    PointsError, FormatError, StoreError
        For a file that is no ATL11 granule, is malformed, or cannot be had (``on_error="raise"``); when no
        file matches.
    ArgumentError
        For an unknown pair or quality rule, or limits out of order.
    """
    if on_error not in ("raise", "warn", "skip"):
        raise ArgumentError(f'on_error: found {on_error!r}, expected "raise", "warn" or "skip"')
    if quality not in ("summary", "all"):
        raise ArgumentError(f'quality: found {quality!r}, expected "summary" or "all"')
    sources, options = expand_sources(paths, storage_options, store), option_pairs(storage_options)
    files = [source.location for source in sources]
    heights, crossovers, reports = read_atl11(
        files, quality, _beams(pairs), region_areas(region), time_limits(time), options
    )
    for report in reports:
        if report["problem"] is not None and on_error == "raise":
            raise report["problem"]
        if report["problem"] is not None and on_error == "warn":
            warnings.warn(f"skipped: {report['problem']}", NunatakWarning, stacklevel=caller_stacklevel())
    table = _report(reports)
    attributes = {
        "granules": [Path(file).name for file in files],
        "quality_rule": quality,
        "vertical_datum": ELLIPSOID,
        "tide_correction": "none",
        "nunatak_version": __version__,
    }
    return Atl11(
        _points(heights, attributes | {"title": "ICESat-2 ATL11 land ice heights"}, reports, table),
        _points(crossovers, attributes | {"title": "ICESat-2 ATL11 crossovers"}, reports, table),
        table,
    )


def _beams(pairs: Sequence[int] | None) -> list[str] | None:
    if pairs is None:
        return None
    unknown = [pair for pair in pairs if not isinstance(pair, int | np.integer) or pair not in (1, 2, 3)]
    if unknown:
        raise ArgumentError(f"pairs: found {unknown[0]!r:.80}, expected some of 1, 2 and 3")
    return [f"gt{int(pair)}{side}" for pair in pairs for side in "lr"]


def _points(
    columns: dict[str, np.ndarray],
    attributes: dict[str, Any],
    reports: list[dict[str, Any]],
    table: pd.DataFrame,
) -> Points:
    """Columns as points; passes that are not known have numbers of the file's name."""
    known = (columns["rgt"] > 0) & (columns["cycle"] > 0)
    for index, report in enumerate(reports):
        own = np.flatnonzero((columns["granule"] == index) & ~(known & (columns["pair"] > 0)))
        if own.size:
            name = Path(report["path"]).name
            parts = {key: columns[key][own] for key in ("rgt", "cycle", "pair")}
            columns["pass_id"][own] = pass_ids(name, parts, own.size)
            columns["overpass_id"][own] = overpass_ids(name, parts, own.size)
    return Points(points_dataset(columns, attributes), report=table)


def _report(reports: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            "granule": Path(report["path"]).name,
            **{name: report[name] for name in _REPORT},
            "missing": ", ".join(report["missing"]),
            "notes": "; ".join(report["notes"]),
            "problem": None if report["problem"] is None else str(report["problem"]),
        }
        for report in reports
    ]
    return pd.DataFrame(rows, columns=["granule", *_REPORT, "missing", "notes", "problem"])
