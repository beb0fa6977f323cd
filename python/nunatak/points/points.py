"""The class Points: altimetry segments as columns, their datum and tides."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.arguments import checked
from nunatak.errors import ArgumentError, NunatakWarning, PointsError, caller_stacklevel
from nunatak.points.checks import check_columns
from nunatak.points.columns import DIMENSION
from nunatak.points.datum import Datum, TideSystem, datum_of, is_mean_tide, settled, with_datum
from nunatak.points.floating import floating_at
from nunatak.points.inside import inside
from nunatak.points.tabular import arrow_table, datatree_of, geodataframe, write_geoparquet

if TYPE_CHECKING:
    import geopandas
    import pyarrow

__all__ = ["Points"]

_TIDES = "tide_correction"
REPORT_COLUMNS = ["granule", "release", "rgt", "cycle", "region", "segments", "good", "kept", "sentinels"]


class Points:
    """Altimetry segments as columns of one dataset, with a report of where they come from.

    Methods that change heights return new points and write down what they did in the dataset's attributes.

    Parameters
    ----------
    dataset
        One dimension ``segment``; columns as :func:`open_atl06` gives them. What heights are above is said
        by the column ``height_datum`` (0 ellipsoid, 1 geoid, 2 geoid in the mean-tide system), else by the
        attribute ``vertical_datum``.
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
        if not isinstance(dataset, xr.Dataset):
            raise ArgumentError(
                f"dataset: found {type(dataset).__name__}, expected a Dataset; nk.open_points reads tables"
            )
        missing = [name for name in ("longitude", "latitude", "height") if name not in dataset]
        if missing or DIMENSION not in dataset.dims:
            found = f"dimensions {list(dataset.dims)}, without {', '.join(missing)}"
            raise PointsError(
                f"points: expected a dimension `{DIMENSION}` with longitude, latitude, height; found {found}"
            )
        check_columns(dataset)
        self._dataset = settled(dataset)
        self._report = (
            pd.DataFrame(columns=[*REPORT_COLUMNS, "notes", "problem"]) if report is None else report
        )
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
        """The datum of ``height``."""
        return datum_of(self._dataset)

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

    def _repr_html_(self) -> str:
        from nunatak.report.notebook import shown

        lines = [line.split(maxsplit=1) for line in repr(self).splitlines()[1:]]
        tables = [("granules", self._report)] if len(self._report) else []
        title = f"{len(self):,} segments, heights above the {self.datum}"
        return shown("nunatak.Points", title, {name: value for name, value in lines}, tables)

    def to_xarray(self) -> xr.Dataset:
        """The columns as a dataset (a shallow copy)."""
        return self._dataset.copy()

    def to_dataframe(self) -> pd.DataFrame:
        """The columns as a table that keeps the attributes, also in parquet; :func:`open_points` reads it."""
        frame = self._dataset.to_dataframe().reset_index(drop=True)
        frame.attrs = {str(name): value for name, value in self._dataset.attrs.items()}
        return frame

    def to_datatree(self) -> xr.DataTree:
        """One node per granule and beam, such as ``tree["ATL06_…_003_01/gt1l"]``."""
        return datatree_of(self._dataset)

    def to_arrow(self) -> pyarrow.Table:
        """The columns as a table of Arrow, with the attributes in its metadata; needs pyarrow."""
        return arrow_table(self._dataset)

    def to_geodataframe(self) -> geopandas.GeoDataFrame:
        """The columns with their place as geometry, in degrees (EPSG:4326); needs geopandas."""
        return geodataframe(self.to_dataframe())

    @checked
    def to_geoparquet(self, path: str | os.PathLike[str]) -> None:
        """Write the points as GeoParquet 1.1: every column, the attributes, and the places as geometry.

        :func:`open_points` reads it back without loss, geopandas and GDAL as points in degrees. The
        file is written whole or not at all. Needs pyarrow.
        """
        write_geoparquet(self._dataset, Path(path))

    @checked
    def select(self, mask: Any) -> Points:
        """The segments where a mask is true.

        Parameters
        ----------
        mask
            One boolean per segment: array, DataArray, or list.
        """
        return self._with(self._dataset.isel({DIMENSION: np.flatnonzero(self._per_segment(mask, "mask"))}))

    @checked
    def within(self, region: Any) -> Points:
        """The segments inside a region.

        Parameters
        ----------
        region
            (west, south, east, north) in degrees, a polygon, or a list of these, as for :func:`open_atl06`.
        """
        return self.select(inside(region, self._dataset.longitude.values, self._dataset.latitude.values))

    @checked
    def above_geoid(self, *, tide_system: TideSystem | None = None) -> Points:
        """Heights (and DEM heights) above the geoid instead of the ellipsoid: ``height - geoid_height``.

        Model surfaces (``orog``) are relative to the geoid. The geoid is the granule's own (``geoid_h``,
        EGM2008). Points that are above this geoid already are returned as they are. A point without a geoid
        height has no height above the geoid: it is NaN, and a warning says how many there are.

        Parameters
        ----------
        tide_system
            That of the geoid: ``"tide-free"``, as granules give it from release 004 on, or ``"mean-tide"``,
            for which ``geoid_free_to_mean`` (``geoid_free2mean`` of the granules) is added to the geoid: down
            to -0.12 m at the poles. Heights of the surface stay as the product gives them, tide-free. None
            takes ``geoid_height`` as it is. The attribute ``tide_system`` says which it is, ``"not stated"``
            where the granules do not say (releases before 004).

        Raises
        ------
        PointsError
            When no segment has a geoid height, or for a tide system when none has ``geoid_free_to_mean``.
        """
        dataset, now_mean = self._dataset, is_mean_tide(self._dataset)
        if tide_system not in (None, "tide-free", "mean-tide"):
            raise ArgumentError(f'tide_system: found {tide_system!r}, expected "tide-free" or "mean-tide"')
        if self.datum == "geoid" and (tide_system is None or now_mean == (tide_system == "mean-tide")):
            return self
        self._require("geoid_height", "above_geoid")
        stated = "geoid_free_to_mean" in dataset and not bool(dataset.geoid_free_to_mean.isnull().all())
        if tide_system is not None and not stated:
            raise PointsError(
                f"above_geoid(tide_system={tide_system!r}): the points do not say which tide system their "
                "geoid is in (geoid_free_to_mean, in granules from release 004 on); leave tide_system out"
            )
        shift = self._geoid("height above the geoid") if self.datum == "ellipsoid" else np.zeros(len(self))
        step = float(tide_system == "mean-tide") - float(now_mean)
        if step:
            shift = shift + step * dataset.geoid_free_to_mean.values.astype(float)
        shifted = {name: dataset[name] for name in ("height", "dem_height") if name in dataset}
        changed = {
            name: (DIMENSION, column.values.astype(float) - shift, column.attrs)
            for name, column in shifted.items()
        }
        system = tide_system or ("tide-free" if stated else "not stated")
        return self._with(with_datum(dataset.assign(changed), "geoid", system))

    @checked
    def height_above(self, datum: Datum) -> np.ndarray:
        """Heights above a datum, m, float64, whatever the datum of the points is.

        Where the geoid is needed and not known they are NaN, and a warning says of how many points.
        """
        if datum not in ("ellipsoid", "geoid"):
            raise ArgumentError(f'datum: found {datum!r}, expected "geoid" or "ellipsoid"')
        height = self._dataset.height.values.astype(float)
        if datum == self.datum:
            return height
        self._require("geoid_height", f"heights above the {datum}")
        geoid = self._geoid(f"height above the {datum}")
        if is_mean_tide(self._dataset):
            geoid = geoid + self._dataset.geoid_free_to_mean.values.astype(float)
        return height - geoid if datum == "geoid" else height + geoid

    def _geoid(self, purpose: str) -> np.ndarray:
        """Geoid heights (m), with a warning of points that have a height and no geoid."""
        geoid = self._dataset.geoid_height.values.astype(float)
        unknown = int((np.isnan(geoid) & np.isfinite(self._dataset.height.values)).sum())
        if unknown:
            text = (
                f"{unknown:,} of {len(self):,} points have no geoid height and so no {purpose}: they are NaN"
            )
            warnings.warn(text, NunatakWarning, caller_stacklevel())
        return geoid

    @checked
    def correct_tides(self, floating: Any, *, crs: str | None = None) -> Points:
        """Subtract ocean tide and dynamic atmospheric correction on floating ice; grounded ice is untouched.

        ATL06 heights hold both; the product gives them everywhere, also on grounded ice where they do not
        exist. Where a segment is floating but a correction is missing, that correction is 0; how many is
        recorded.

        Parameters
        ----------
        floating
            Which segments float: one boolean per segment, or a DataArray mask on a grid of any family (true,
            a fraction above 0.5, or codes of which ``flag_values`` and ``flag_meanings`` say which is
            floating ice), looked up in the cell that holds the segment; outside the grid nothing floats.
        crs
            Reference system of a gridded mask that does not carry one.

        Returns
        -------
        Points
            With a column ``tide_correction``, the metres that were subtracted.

        Raises
        ------
        PointsError
            When the tides were subtracted before, of all points or of some.
        ArgumentError
            For a mask of codes that nothing explains.
        """
        dataset = self._dataset
        done = int(np.isfinite(dataset[_TIDES].values).sum()) if _TIDES in dataset else 0
        if done:
            raise PointsError(
                f"correct_tides: {done:,} of {len(self):,} points are corrected already (column "
                f"tide_correction)"
            )
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
        if not isinstance(floating, xr.DataArray) or floating.ndim == 0:
            return self._per_segment(floating, "floating")
        is_column = floating.dtype == bool and floating.shape == (len(self),)
        if is_column or floating.dims == (DIMENSION,):
            return self._per_segment(floating, "floating")
        return floating_at(floating, self._dataset.longitude.values, self._dataset.latitude.values, crs)

    def _per_segment(self, mask: Any, name: str) -> np.ndarray:
        if isinstance(mask, xr.Dataset | xr.DataTree):
            raise ArgumentError(f"{name}: found {type(mask).__name__}, expected booleans, one per segment")
        values = np.ma.filled(mask, False) if isinstance(mask, np.ma.MaskedArray) else np.asarray(mask)
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
