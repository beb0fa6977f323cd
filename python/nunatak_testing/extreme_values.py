"""Values beyond what functions are written for: sizes that no computer has, infinities, other kinds."""

from __future__ import annotations

import datetime
import warnings
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak_testing.public_calls import Sample

__all__ = ["drawn_value", "extreme_values"]

FILL = 9.969209968386869e36
"""What NetCDF writes where nothing was written."""
_HUGE = (2**31, 2**32 + 1, 2**40, 2**62, 2**63 - 1, 2**63, 2**64, 10**400, -(2**63), -(10**400))
_REAL = (5e-324, 1e-300, 1e-3, 8.0, 99.0, 1e9, 1e12, FILL, 1e300, -1e300, -0.0, float("-inf"))
_OTHER_NUMBERS = (
    *(np.int8(5), np.uint8(4), np.uint64(2**64 - 1), np.float32("inf"), np.float16(0.1), np.bool_(True)),
    *(Decimal("1e5"), Fraction(1, 3), Fraction(10**400, 3), np.complex64(1), np.longdouble("1e4000")),
)
_TEXTS = (
    *("8 km", "1e400", "NaN", "-inf", "64MB", "EPSG:99999999999999999999", "EPSG:3031", "epsg:-1"),
    *("+proj=longlat +lat_0=1e400", "+proj=stere +lat_0=90 +k=1e-300", "a\0b", "\udcff", "x" * 100_000),
    *("/" * 5000, "../..", "**", "[", "~nobody/x", "s3://", "s3://a b/c", "http://[::1", "file://host/x"),
    *("0000-01-01", "10000-01-01", "2018-02-30", "lat lon", "\N{COMBINING ACUTE ACCENT}", "%s%n{0}"),
)
_DATES = (
    *(datetime.datetime.max, datetime.datetime.min, np.datetime64("NaT"), np.datetime64("9999-12-31")),
    *(
        np.datetime64(2**62, "s"),
        np.datetime64(-(2**62), "D"),
        np.datetime64(2**62, "Y"),
        np.timedelta64(1, "Y"),
    ),
    *(("0001-01-01", None), (None, "10000-01-01"), ("3000-01-01", "2500-01-01"), (2**70, None), (None, FILL)),
)


def extreme_values(sample: Sample) -> dict[str, Any]:
    """Values by what they are."""
    plain = (*_HUGE, *_REAL, *_OTHER_NUMBERS, *_TEXTS, *_DATES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            **{f"{value!r:.60}": value for value in plain},
            **_sequences(),
            **_arrays(),
            **_grids(sample),
            **_points(sample),
        }


def _sequences() -> dict[str, Any]:
    inside: list[Any] = []
    inside.append(inside)
    deep: list[Any] = []
    for _ in range(2000):
        deep = [deep]
    return {
        "a list of itself": inside,
        "a deep list": deep,
        "a long range": range(10**12),
        "bounds of infinity": (-1e6, -1e6, np.inf, 1e6),
        "bounds of NaN": (np.nan, -1e6, 1e6, 1e6),
        "bounds far away": (1e300, 1e300, 2e300, 2e300),
        "bounds of fill values": (-FILL, -FILL, FILL, FILL),
        "bounds in order of whole numbers": (-(10**400), 0, 10**400, 1),
        "three bounds": (-1e6, -1e6, 1e6),
        "a thin strip": (0.0, 0.0, 9e7, 1.0),
        "options": {"endpoint": 5, "nested": {"a": None, 1: 2}, "\0": "\udcff"},
        "rules of wrong numbers": {"h_li_sigma": "big", "snr_significance": float("nan")},
        "numbers as text": {"h_li_sigma": 10**400},
    }


def _arrays() -> dict[str, Any]:
    cells = np.broadcast_to(np.float64(1.0), (760_001, 760_001))
    return {
        "an array of petabytes": xr.DataArray(cells, dims=("y", "x"), name="v"),
        "numbers without end": np.broadcast_to(np.float64(0.5), (2**40,)),
        "whole numbers without end": np.broadcast_to(np.int64(2), (2**40,)),
        "infinite numbers": np.array([np.inf, -np.inf, np.nan, 1e308, -1e308]),
        "fill values": np.full(5, FILL),
        "numbers of many dimensions": np.ones((1,) * 30),
        "no numbers in many dimensions": np.empty((0, 2**40, 3)),
        "dates of years beyond": np.array([2**62, -(2**62)], "M8[s]"),
        "big endian": np.arange(5, dtype=">f8"),
        "every second": np.arange(10.0)[::-2],
        "records": np.zeros(5, dtype=[("a", "f8"), ("b", "i4")]),
        "half numbers": np.ones(5, np.float16),
    }


def _grids(sample: Sample) -> dict[str, Any]:
    polar, count = sample.polar, sample.polar.sizes["x"]
    drop = polar.drop_vars(["x_bnds", "y_bnds"])

    def field(x: np.ndarray) -> xr.DataArray:
        values = np.ones((drop.sizes["y"], len(x)))
        return xr.DataArray(values, dims=("y", "x"), coords={"y": drop.y, "x": x, "crs": drop.crs}, name="v")

    globe = nk.latlon(30.0)
    x = np.arange(float(count))
    return {
        "8 m instead of 8 km": nk.grid(3031, spacing=8),
        "a globe in metres": nk.latlon(0.0001),
        "cells of a fine level": nk.healpix(14),
        "some cells of the finest level": nk.healpix(29, cells=np.arange(5)),
        "an axis of one cell": drop.isel(x=[0]),
        "an axis of no cell": drop.isel(x=[]),
        "a fill value in x": field(np.r_[polar.x.values[:-1], FILL]),
        "picometres": field(1e12 * x),
        "an infinite x": field(np.r_[polar.x.values[:-1], np.inf]),
        "a missing x": field(np.r_[polar.x.values[:-1], np.nan]),
        "x of denormal numbers": field(5e-324 * x),
        "longitudes of many turns": globe.assign_coords(lon=globe.lon + 360e9).drop_vars("lon_bnds"),
        "a field of infinities": sample.data.v * np.inf,
        "a field of text": xr.full_like(sample.data.v, "a", dtype=object),
        "a field of whole numbers": xr.full_like(sample.data.v, 2**62, dtype=np.int64),
        "a field in parts": sample.data.v.chunk(x=3) if _has_dask() else sample.data.v,
    }


def _points(sample: Sample) -> dict[str, Any]:
    dataset = sample.points.dataset
    far = dataset.assign(longitude=dataset.longitude * 0 + FILL)
    return {
        "no points": sample.points.select(np.zeros(len(sample.points), bool)),
        "points beyond the Earth": nk.Points(far),
        "points at infinity": nk.Points(dataset.assign(latitude=dataset.latitude * np.inf)),
        "points of infinite height": nk.Points(dataset.assign(height=dataset.height + 1e300)),
        "points at no time": nk.Points(dataset.assign(time=dataset.time.where(False))),
        "points of one number": dataset.isel({dataset.height.dims[0]: [0]}),
    }


def _has_dask() -> bool:
    try:
        import dask as dask
    except ImportError:
        return False
    return True


def drawn_value(rng: Random) -> Any:
    """A number, pair of numbers or extent of any size."""
    number = rng.choice((-1.0, 1.0)) * 10.0 ** rng.uniform(-12, 20)
    kind = rng.randrange(5)
    if kind == 0:
        return number
    if kind == 1:
        return round(number)
    if kind == 2:
        return (number, number * rng.uniform(1, 3))
    if kind == 3:
        return np.array([number * rng.random() for _ in range(rng.randrange(6))])
    size = abs(number)
    return (-size, -size, size * rng.choice((1.0, 0.5, 1e-9)), size)
