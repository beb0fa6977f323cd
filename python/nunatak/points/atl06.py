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
from nunatak.points.columns import ELLIPSOID, points_dataset
from nunatak.points.paths import expand_sources
from nunatak.points.points import REPORT_COLUMNS, Points
from nunatak.points.selection import region_limits, time_limits

__all__ = ["open_atl06"]

OnError = Literal["raise", "warn", "skip"]


@checked
def open_atl06(
    paths: SourceLike | Sequence[SourceLike],
    *,
    quality: Literal["summary", "all"] | Mapping[str, float] = "summary",
    beams: Sequence[str] | None = None,
    region: Sequence[float] | None = None,
    time: tuple[Any, Any] | None = None,
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
        height. A mapping: upper limits, such as ``{"h_li_sigma": 0.5, "h_robust_sprd": 1.0,
        "snr_significance": 0.02, "signal_selection_source": 1}``; a missing value fails.
    beams
        Names such as ``["gt1l", "gt2l"]``; all when None.
    region
        (west, south, east, north) in degrees, in a tuple, list or array; ``west > east`` crosses the
        antimeridian.
    time
        (first, last), both included; anything ``numpy.datetime64`` takes, None for an open end. A last day
        (``"2019-06-13"``), month or year is included whole; an instant is one.
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
    limits, span = region_limits(region), time_limits(time)
    wanted = None if beams is None else list(beams)
    if wanted is not None and not all(isinstance(beam, str) for beam in wanted):
        raise ArgumentError(f"beams: found {found(beams)}, expected names such as 'gt1l'")
    rule = quality if isinstance(quality, str) else _limits(quality)
    columns, reports = read_atl06(files, rule, wanted, limits, span, options)
    for report in reports:
        if report["problem"] is not None and on_error == "raise":
            raise report["problem"]
        if report["problem"] is not None and on_error == "warn":
            warnings.warn(f"skipped: {report['problem']}", NunatakWarning, stacklevel=caller_stacklevel())
    attributes = {
        "title": "ICESat-2 ATL06 land ice heights",
        "granules": [Path(file).name for file in files],
        "quality_rule": quality if isinstance(quality, str) else ", ".join(f"{n} <= {v:g}" for n, v in rule),
        "vertical_datum": ELLIPSOID,
        "tide_correction": "none",
        "sigma_geo_model": (
            "sqrt(sigma_geo_r^2 + (sigma_geo_at dh_fit_dx_left)^2 + (sigma_geo_xt dh_fit_dy)^2)"
        ),
        "nunatak_version": __version__,
    }
    return Points(
        points_dataset(columns, attributes),
        report=_granule_report(reports),
        beam_report=_beam_report(reports),
    )


def _limits(quality: Mapping[str, float]) -> list[tuple[str, float]]:
    """Limits by name of a column."""
    try:
        if all(isinstance(name, str) for name in quality):
            return [(name, float(limit)) for name, limit in quality.items()]
    except (TypeError, ValueError):
        pass
    raise ArgumentError(
        f"quality: found {found(quality)}, expected 'summary', 'all' or numbers by name of a column"
    )


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
