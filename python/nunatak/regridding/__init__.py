"""Regridding of arrays, datasets and trees, and its weights."""

from nunatak.regridding.dispatch import regrid
from nunatak.regridding.regridder import Regridder

__all__ = ["Regridder", "regrid"]
