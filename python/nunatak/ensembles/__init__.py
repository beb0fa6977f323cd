"""Ensembles: models stacked along one dimension, and their statistics."""

from nunatak.ensembles.stacking import stack
from nunatak.ensembles.statistics import ensemble

__all__ = ["ensemble", "stack"]
