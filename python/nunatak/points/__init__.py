"""Altimetry as points: reading granules and tables, and averages over grid cells."""

from nunatak.points.aggregation import aggregate
from nunatak.points.atl06 import open_atl06
from nunatak.points.atl11 import Atl11, open_atl11
from nunatak.points.calibration import GeolocationCalibration, calibrate_geolocation
from nunatak.points.concatenation import concat_points
from nunatak.points.points import Points
from nunatak.points.region_mean import region_mean
from nunatak.points.tables import open_points

__all__ = [
    "Atl11",
    "GeolocationCalibration",
    "Points",
    "aggregate",
    "calibrate_geolocation",
    "concat_points",
    "open_atl06",
    "open_atl11",
    "open_points",
    "region_mean",
]
