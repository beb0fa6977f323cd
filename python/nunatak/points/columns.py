"""Columns of altimetry points: names, types, missing values and meanings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from nunatak.errors import PointsError

__all__ = [
    "COLUMNS",
    "DATUMS",
    "DIMENSION",
    "ELLIPSOID",
    "KEPT_COLUMNS",
    "LARGEST_SIGMA",
    "known_sigma",
    "points_dataset",
]

DIMENSION = "segment"
ELLIPSOID = "WGS84 ellipsoid"
LARGEST_SIGMA = 1e6
"""What is larger is no error of a height (m), but a fill value."""
DATUMS = ("ellipsoid", "geoid", "geoid in the mean-tide system")
"""What heights are above, by the number in the column ``height_datum``."""
BEAMS = ("gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r")


class Column(NamedTuple):
    """Type of a column, its value where nothing is known, and its attributes."""

    dtype: str
    missing: Any
    attributes: dict[str, Any]


def _metres(long_name: str, dtype: str = "float32", **more: Any) -> Column:
    return Column(dtype, np.nan, {"long_name": long_name, "units": "m", **more})


def _number(long_name: str, dtype: str, missing: Any = 0, **more: Any) -> Column:
    return Column(dtype, missing, {"long_name": long_name, **more})


def _flags(values: list[int], dtype: str, meanings: str) -> dict[str, Any]:
    return {"flag_values": np.array(values, dtype), "flag_meanings": meanings}


COLUMNS: dict[str, Column] = {
    "longitude": Column("float64", np.nan, {"standard_name": "longitude", "units": "degrees_east"}),
    "latitude": Column("float64", np.nan, {"standard_name": "latitude", "units": "degrees_north"}),
    "time": Column(
        "datetime64[ns]", np.datetime64("NaT", "ns"), {"standard_name": "time", "long_name": "UTC"}
    ),
    "height": _metres("surface height", positive="up"),
    "height_datum": _number(
        "what the height is above",
        "int8",
        **_flags([0, 1, 2], "int8", "WGS84_ellipsoid geoid geoid_in_the_mean_tide_system"),
    ),
    "height_sigma": _metres("random error of the height, independent between segments"),
    "sigma_geo": _metres(
        "vertical geolocation error, correlated within a pass; recomputed from slopes", "float64"
    ),
    "sigma_radial": _metres("radial error of the footprint (sigma_geo_r, or that of the release)"),
    "sigma_along": _metres("error of the footprint along the track (sigma_geo_at, or that of the release)"),
    "sigma_across": _metres("error of the footprint across the track (sigma_geo_xt, or that of the release)"),
    "sigma_geo_stored": _metres("vertical geolocation error as stored in the product (sigma_geo_h)"),
    "sigma_geo_flag": _number(
        "whether a slope was missing for the geolocation error",
        "uint8",
        **_flags([0, 1], "uint8", "both_slopes_there slope_missing_stored_value_is_a_sentinel"),
    ),
    "geoid_height": _metres("height of the geoid above the ellipsoid"),
    "geoid_free_to_mean": _metres(
        "what turns geoid_height from the tide-free into the mean-tide system (geoid_free2mean)"
    ),
    "dem_height": _metres("height of the product's reference DEM"),
    "tide_ocean": _metres("ocean tide"),
    "dac": _metres("dynamic atmospheric correction"),
    "slope_along": _number("along-track slope (dh_fit_dx)", "float32", np.nan, units="1"),
    "slope_across": _number("across-track slope (dh_fit_dy)", "float32", np.nan, units="1"),
    "quality": _number(
        "quality summary",
        "int8",
        -1,
        **_flags([-1, 0, 1], "int8", "unknown good potential_problem"),
    ),
    "segment_id": _number("segment along the reference ground track", "int32"),
    "x_atc": _metres("distance along the reference ground track", "float64"),
    "rgt": _number("reference ground track", "int16"),
    "cycle": _number("91-day cycle", "int16"),
    "region": _number("region along the orbit", "int8"),
    "pair": _number("beam pair", "int8"),
    "beam": _number("beam", "int8", **_flags([1, 2, 3, 4, 5, 6], "int8", " ".join(BEAMS))),
    "spot": _number("spot of the laser, 1 to 6, odd ones strong; 0 unknown", "int8"),
    "strong": _number("strong beam; False also where orientation is unknown", "bool", False),
    "orientation": _number(
        "spacecraft orientation (sc_orient)",
        "int8",
        -1,
        **_flags([-1, 0, 1, 2], "int8", "unknown backward forward transition"),
    ),
    "granule": _number("index into the attribute granules", "int32"),
    "pass_id": _number(
        "pass: the digits of cycle, rgt and pair, or another number where they are unknown", "int32"
    ),
    "overpass_id": _number(
        "overpass, common to its beams: the digits of cycle and rgt, below zero where they are unknown",
        "int32",
    ),
}

KEPT_COLUMNS: dict[str, Column] = {
    "tide_correction": _metres("ocean tide and dynamic atmospheric correction subtracted", "float64"),
    "model": _metres("modelled surface elevation", "float64"),
    "residual": _metres("observation minus model", "float64"),
    "ref_pt": _number("reference point: segment of the reference ground track", "int32"),
    "track_rgt": _number("reference ground track of the reference point", "int16"),
    "track_pair": _number("beam pair of the reference point", "int8"),
    "slope_east": _number(
        "slope of the reference surface towards the east (e_slope)", "float32", np.nan, units="1"
    ),
    "slope_north": _number(
        "slope of the reference surface towards the north (n_slope)", "float32", np.nan, units="1"
    ),
    "along_track_rss": _metres("how far heights of the crossing track's segments lie apart"),
}
"""Columns that only some points have, of what was done to them or found; read back as they are written."""


def known_sigma(values: np.ndarray) -> np.ndarray:
    """Errors (m, float64), NaN where there is none: missing, infinite, or negative as fill values are."""
    sigma = np.asarray(values, dtype=float)
    return np.where((sigma >= 0) & (sigma < LARGEST_SIGMA), sigma, np.nan)


def points_dataset(
    columns: Mapping[str, Any], attributes: Mapping[str, Any], *, only_given: bool = False
) -> xr.Dataset:
    """A dataset with every known column, in order; absent ones hold their missing value, or are left out.

    Parameters
    ----------
    columns
        Arrays of one length by column name. Known columns are converted to their type, except that floats
        keep the precision they come with.
    attributes
        Attributes of the dataset.
    only_given
        Leave out the columns that are not given, but for the datum of the heights.
    """
    length = len(next(iter(columns.values()))) if columns else 0
    variables: dict[str, xr.Variable] = {}
    for name, column in COLUMNS.items():
        values = columns.get(name)
        if values is None and only_given and name != "height_datum":
            continue
        values = (
            np.full(length, column.missing, column.dtype) if values is None else _typed(values, column, name)
        )
        variables[name] = xr.Variable(DIMENSION, values, column.attributes)
    for name, column in KEPT_COLUMNS.items():
        if name in columns:
            variables[name] = xr.Variable(DIMENSION, _typed(columns[name], column, name), column.attributes)
    return xr.Dataset(variables, attrs=dict(attributes))


def _typed(values: Any, column: Column, name: str) -> np.ndarray:
    array = np.asarray(values)
    wanted = np.dtype(column.dtype)
    if wanted.kind == "i" and array.dtype.kind in "iuf" and array.size:
        limits, low, high = np.iinfo(wanted), array.min(), array.max()
        if low < limits.min or high > limits.max:
            found = low if low < limits.min else high
            raise PointsError(f"{name}: found {found}, expected {limits.min} to {limits.max}")
    if wanted.kind == "b" and array.dtype == np.uint8:
        return array.view(bool)
    if wanted.kind == "M" and array.dtype == np.int64:
        return array.view(wanted)
    if wanted.kind == "f" and array.dtype.kind == "f":
        return array
    return array.astype(wanted, copy=False)
