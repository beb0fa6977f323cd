"""Integrals over ice sheets: scalars by basin, and experiments minus their control runs."""

from nunatak.integrals.control import minus_control
from nunatak.integrals.scalars import scalars

__all__ = ["minus_control", "scalars"]
