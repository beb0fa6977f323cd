"""Altimetry as points: reading granules and tables, and averages over grid cells."""

from nunatak.points.aggregation import aggregate
from nunatak.points.atl06 import open_atl06
from nunatak.points.points import Points
from nunatak.points.tables import open_points

__all__ = ["Points", "aggregate", "open_atl06", "open_points"]
