"""ICESat-2 land-ice heights as points: reading granules, datum, tides."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from nunatak import _nunatak
from nunatak.errors import ArgumentError, NunatakWarning, PointsError
from nunatak.granule_paths import expand_paths
from nunatak.horizontal import find_horizontal
from nunatak.point_columns import BEAMS, DIMENSION, ELLIPSOID, points_dataset
from nunatak.stores import StorageOptions, option_pairs

__all__ = ["Points", "open_atl06"]

Datum = Literal["ellipsoid", "geoid"]
OnError = Literal["raise", "warn", "skip"]
GEOID = "geoid"
_TIDES = "tide_correction"
_REPORT = ["granule", "release", "rgt", "cycle", "region", "segments", "good", "kept", "sentinels"]


class Points:
    """Altimetry segments as columns of one dataset, with a report of where they come from.

    Methods that change heights return new points and write down what they did in the dataset's attributes.

    Parameters
    ----------
    dataset
        One dimension ``segment``; columns as :func:`open_atl06` gives them.
    report
        One row per granule or file.
    beam_report
        One row per granule and beam.
    """

    def __init__(
        self,
        dataset: xr.Dataset,
        *,
        report: pd.DataFrame | None = None,
        beam_report: pd.DataFrame | None = None,
    ) -> None:
        missing = [name for name in ("longitude", "latitude", "height") if name not in dataset]
        if missing or DIMENSION not in dataset.dims:
            found = f"dimensions {list(dataset.dims)}, without {', '.join(missing)}"
            raise PointsError(
                f"points: expected a dimension `{DIMENSION}` with longitude, latitude, height; found {found}"
            )
        self._dataset = dataset
        self._report = pd.DataFrame(columns=[*_REPORT, "notes", "problem"]) if report is None else report
        self._beam_report = pd.DataFrame() if beam_report is None else beam_report

    @property
    def dataset(self) -> xr.Dataset:
        """The columns, with one dimension ``segment``."""
        return self._dataset

    @property
    def report(self) -> pd.DataFrame:
        """One row per granule: segments, good ones, those kept, sentinels among these, what is wrong."""
        return self._report

    @property
    def beam_report(self) -> pd.DataFrame:
        """One row per granule and beam with the same counts."""
        return self._beam_report

    @property
    def datum(self) -> Datum:
        """What ``height`` is measured from."""
        return "geoid" if self._dataset.attrs.get("vertical_datum") == GEOID else "ellipsoid"

    def __len__(self) -> int:
        return self._dataset.sizes[DIMENSION]

    def __repr__(self) -> str:
        dataset = self._dataset
        lines = [f"<nunatak.Points> {len(self):,} segments, heights above the {self.datum}"]
        if len(self):
            for name, unit in (("longitude", "°E"), ("latitude", "°N"), ("height", "m")):
                values = dataset[name].values
                lines.append(f"  {name:<10} {np.nanmin(values):.3f} to {np.nanmax(values):.3f} {unit}")
            if "time" in dataset and not np.isnat(dataset.time.values).all():
                first, last = dataset.time.min().values, dataset.time.max().values
                lines.append(
                    f"  time       {np.datetime_as_string(first, 's')} to {np.datetime_as_string(last, 's')}"
                )
            if "pass_id" in dataset:
                lines.append(f"  passes     {np.unique(dataset.pass_id.values).size}")
        if len(self._report):
            failed = int(np.sum(self._report["problem"].notna()))
            lines.append(f"  granules   {len(self._report)}" + (f", {failed} not readable" if failed else ""))
        return "\n".join(lines)

    def to_xarray(self) -> xr.Dataset:
        """The columns as a dataset (a shallow copy)."""
        return self._dataset.copy()

    def to_datatree(self) -> xr.DataTree:
        """One node per granule and beam, such as ``tree["ATL06_…_003_01/gt1l"]``."""
        dataset = self._dataset
        names = [Path(name).stem for name in dataset.attrs.get("granules", [])]
        nodes: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs=dataset.attrs)}
        granule, beam = dataset.granule.values, dataset.beam.values
        for index, number in np.unique(np.stack([granule, beam]), axis=1).T:
            own = np.flatnonzero((granule == index) & (beam == number))
            group = BEAMS[number - 1] if 1 <= number <= len(BEAMS) else "points"
            stem = names[index] if index < len(names) else f"granule_{index}"
            nodes[f"/{stem}/{group}"] = dataset.isel({DIMENSION: own})
        return xr.DataTree.from_dict(nodes)

    def select(self, mask: Any) -> Points:
        """The segments where a mask is true.

        Parameters
        ----------
        mask
            One boolean per segment: array, DataArray, or list.
        """
        return self._with(self._dataset.isel({DIMENSION: np.flatnonzero(self._per_segment(mask, "mask"))}))

    def above_geoid(self) -> Points:
        """Heights (and DEM heights) above the geoid instead of the ellipsoid: ``height - geoid_height``.

        Model surfaces (``orog``) are relative to the geoid. The geoid is the granule's own (``geoid_h``,
        EGM2008). Points that are above the geoid already are returned as they are.

        Raises
        ------
        PointsError
            When no segment has a geoid height.
        """
        if self.datum == "geoid":
            return self
        dataset = self._dataset
        self._require("geoid_height", "above_geoid")
        geoid = dataset.geoid_height.values.astype(float)
        shifted = {name: dataset[name] for name in ("height", "dem_height") if name in dataset}
        changed = {
            name: (DIMENSION, column.values.astype(float) - geoid, column.attrs)
            for name, column in shifted.items()
        }
        return self._with(dataset.assign(changed).assign_attrs(vertical_datum=GEOID))

    def height_above(self, datum: Datum) -> np.ndarray:
        """Heights above a datum, m, float64, whatever the datum of the points is."""
        if datum not in ("ellipsoid", "geoid"):
            raise ArgumentError(f'datum: found {datum!r}, expected "geoid" or "ellipsoid"')
        height = self._dataset.height.values.astype(float)
        if datum == self.datum:
            return height
        self._require("geoid_height", f"heights above the {datum}")
        geoid = self._dataset.geoid_height.values.astype(float)
        return height - geoid if datum == "geoid" else height + geoid

    def correct_tides(self, floating: Any, *, crs: str | None = None) -> Points:
        """Subtract ocean tide and dynamic atmospheric correction on floating ice; grounded ice is untouched.

        ATL06 heights hold both; the product gives them everywhere, also on grounded ice where they do not
        exist. Where a segment is floating but a correction is missing, that correction is 0; how many is
        recorded.

        Parameters
        ----------
        floating
            Which segments float: one boolean per segment, or a 2-D DataArray mask on a grid (true, or a
            fraction above 0.5), looked up in the cell that holds the segment; outside the grid nothing
            floats.
        crs
            Reference system of a gridded mask that does not carry one.

        Returns
        -------
        Points
            With a column ``tide_correction``, the metres that were subtracted.

        Raises
        ------
        PointsError
            When the tides were subtracted before.
        """
        dataset = self._dataset
        if _TIDES in dataset:
            raise PointsError("correct_tides: these points are corrected already (column tide_correction)")
        mask = self._floating(floating, crs)
        names = [name for name in ("tide_ocean", "dac") if name in dataset]
        parts = [dataset[name].values.astype(float) for name in names]
        unknown = {name: int((mask & np.isnan(part)).sum()) for name, part in zip(names, parts, strict=True)}
        correction = np.where(mask, sum((np.nan_to_num(part) for part in parts), np.zeros(len(self))), 0.0)
        note = (
            f"tide_ocean and dac subtracted on {int(mask.sum())} floating segments; 0 where missing: "
            + ", ".join(f"{name} on {count}" for name, count in unknown.items())
        )
        height = dataset.height.values.astype(float) - correction
        attributes = {"units": "m", "long_name": "ocean tide and dynamic atmospheric correction subtracted"}
        changed = dataset.assign(
            {"height": (DIMENSION, height, dataset.height.attrs), _TIDES: (DIMENSION, correction, attributes)}
        )
        return self._with(changed.assign_attrs(tide_correction=note))

    def _floating(self, floating: Any, crs: str | None) -> np.ndarray:
        if not isinstance(floating, xr.DataArray) or floating.ndim < 2:
            return self._per_segment(floating, "floating")
        horizontal = find_horizontal(floating, crs=crs)
        if floating.ndim != 2:
            raise ArgumentError(f"floating: expected a mask with two dimensions, found {floating.dims}")
        cells = _nunatak.locate_points(
            horizontal.grid,
            np.ascontiguousarray(self._dataset.longitude.values, dtype=float),
            np.ascontiguousarray(self._dataset.latitude.values, dtype=float),
        )
        mask = floating.transpose(*horizontal.dims).values.astype(float).ravel() > 0.5
        return np.where(cells >= 0, mask[np.maximum(cells, 0)], False)

    def _per_segment(self, mask: Any, name: str) -> np.ndarray:
        values = np.asarray(mask)
        if values.dtype != bool or values.shape != (len(self),):
            raise ArgumentError(
                f"{name}: expected {len(self)} booleans, one per segment; "
                f"found {values.dtype} of shape {values.shape}"
            )
        return values

    def _require(self, name: str, purpose: str) -> None:
        if name not in self._dataset or (len(self) and bool(self._dataset[name].isnull().all())):
            raise PointsError(
                f"{purpose}: the points have no {name}; give it a column, or use the other datum"
            )

    def _with(self, dataset: xr.Dataset) -> Points:
        return Points(dataset, report=self._report, beam_report=self._beam_report)


def open_atl06(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    quality: Literal["summary", "all"] | Mapping[str, float] = "summary",
    beams: Sequence[str] | None = None,
    region: tuple[float, float, float, float] | None = None,
    time: tuple[Any, Any] | None = None,
    storage_options: StorageOptions | None = None,
    on_error: OnError = "warn",
) -> Points:
    """Read ICESat-2 ATL06 granules, native or subset, in parallel.

    Missing beams, groups and variables become absent segments or NaN columns and are listed in the report.
    ``sigma_geo`` is recomputed from the slopes of each pair's left beam and flagged where one is missing,
    because the stored ``sigma_geo_h`` then holds a sentinel (20 or 28.29 m).

    Parameters
    ----------
    paths
        A granule, a list of granules, a glob pattern, or a directory (all its ``.h5`` files); each may be a
        URL (``s3://bucket/granules/*.h5``, ``gs://``, ``az://``, ``http(s)://``; there a directory ends with
        a slash, and web servers must list by WebDAV for patterns). ``**`` stands for any number of
        directories.
    quality
        ``"summary"``: ``atl06_quality_summary == 0``. ``"all"``: every segment, also those without a
        height. A mapping: upper limits, such as ``{"h_li_sigma": 0.5, "h_robust_sprd": 1.0,
        "snr_significance": 0.02, "signal_selection_source": 1}``; a missing value fails.
    beams
        Names such as ``["gt1l", "gt2l"]``; all when None.
    region
        (west, south, east, north) in degrees; ``west > east`` crosses the antimeridian.
    time
        (first, last), both included; anything ``numpy.datetime64`` takes, None for an open end.
    storage_options
        As in :func:`nunatak.open_catalog`.
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
    files, options = expand_paths(paths, storage_options), option_pairs(storage_options)
    rule = quality if isinstance(quality, str) else [(name, float(limit)) for name, limit in quality.items()]
    span = None if time is None else _nanoseconds(time)
    wanted = None if beams is None else list(beams)
    columns, reports = _nunatak.read_atl06(files, rule, wanted, region, span, options)
    for report in reports:
        if report["problem"] is not None and on_error == "raise":
            raise report["problem"]
        if report["problem"] is not None and on_error == "warn":
            warnings.warn(f"skipped: {report['problem']}", NunatakWarning, stacklevel=2)
    attributes = {
        "title": "ICESat-2 ATL06 land ice heights",
        "granules": [Path(file).name for file in files],
        "quality_rule": quality if isinstance(quality, str) else ", ".join(f"{n} <= {v:g}" for n, v in rule),
        "vertical_datum": ELLIPSOID,
        "tide_correction": "none",
        "sigma_geo_model": (
            "sqrt(sigma_geo_r^2 + (sigma_geo_at dh_fit_dx_left)^2 + (sigma_geo_xt dh_fit_dy)^2)"
        ),
        "nunatak_version": _nunatak.__version__,
    }
    return Points(
        points_dataset(columns, attributes),
        report=_granule_report(reports),
        beam_report=_beam_report(reports),
    )


def _nanoseconds(time: tuple[Any, Any]) -> tuple[int, int]:
    limits = np.iinfo(np.int64)
    first, last = (None if value is None else np.datetime64(value).astype("datetime64[ns]") for value in time)
    return (
        limits.min + 1 if first is None else int(first.astype(np.int64)),
        limits.max if last is None else int(last.astype(np.int64)),
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
    return pd.DataFrame(rows, columns=[*_REPORT, "missing", "notes", "problem"])


def _beam_report(reports: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [(Path(report["path"]).name, *beam) for report in reports for beam in report["beams"]]
    return pd.DataFrame(rows, columns=["granule", "beam", "segments", "good", "kept", "sentinels"])
