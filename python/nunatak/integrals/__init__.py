"""Integrals over ice sheets: scalars of runs, by basin, and what a projection changes beside its control run."""

from nunatak.integrals.control import minus_control
from nunatak.integrals.scalars import scalars

__all__ = ["minus_control", "scalars"]
