"""A rough model surface in Greenland, and points on it with the error budget of altimetry."""

from __future__ import annotations

import numpy as np
import pyproj
import xarray as xr
from scipy.interpolate import RegularGridInterpolator

from nunatak.points import Points
from nunatak.points.columns import points_dataset

CRS = "EPSG:3413"
X = np.arange(-200e3, -40e3, 8e3)
Y = np.arange(-2200e3, -2000e3, 8e3)


def surface(x, y, t=0.0):
    return 1800.0 + 300.0 * np.sin(x / 60e3) + 200.0 * np.cos(y / 45e3) + 7.0 * t


def model(times=None):
    """(y, x) or (time, y, x); rough enough that interpolation matters."""
    y, x = np.meshgrid(Y, X, indexing="ij")
    coords = {"y": ("y", Y, {"units": "m"}), "x": ("x", X, {"units": "m"})}
    if times is None:
        return xr.DataArray(surface(x, y), coords, ("y", "x"), name="orog")
    values = np.stack([surface(x, y, step) for step in range(len(times))])
    return xr.DataArray(values, {"time": times, **coords}, ("time", "y", "x"), name="orog")


def surface_points():
    """400 points in eight passes, some off the grid, heights 30 m above the geoid surface."""
    generator = np.random.default_rng(11)
    n = 400
    x, y = generator.uniform(-210e3, -35e3, n), generator.uniform(-2210e3, -1995e3, n)
    longitude, latitude = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    time = np.datetime64("2016-01-01", "ns") + (generator.uniform(0, 4 * 365.25, n) * 86400e9).astype(
        "timedelta64[ns]"
    )
    passes = generator.integers(0, 8, n)
    columns = {
        "longitude": longitude,
        "latitude": latitude,
        "time": time,
        "height": surface(x, y) + 30.0 + generator.normal(0, 3.0, n),
        "geoid_height": np.full(n, 30.0),
        "height_sigma": generator.uniform(0.5, 2.0, n),
        "sigma_geo": generator.uniform(0.3, 1.5, n),
        "pass_id": passes,
        "rgt": 100 + passes,
        "cycle": np.full(n, 3),
        "pair": np.ones(n),
    }
    return x, y, Points(points_dataset(columns, {}))


def interpolated(x, y, array):
    return RegularGridInterpolator((Y, X), array.values, bounds_error=False)((y, x))
