"""Regridding of arrays, datasets and trees, and the weights that it takes."""

from nunatak.regridding.dispatch import regrid
from nunatak.regridding.regridder import Regridder

__all__ = ["Regridder", "regrid"]
