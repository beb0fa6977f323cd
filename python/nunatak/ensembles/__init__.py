"""Ensembles: models stacked along one dimension, their statistics, and their weights."""

from nunatak.ensembles.stacking import stack
from nunatak.ensembles.statistics import ensemble
from nunatak.ensembles.weighted import variance_decomposition
from nunatak.ensembles.weights import ModelWeights, leave_one_out, model_weights

__all__ = ["ModelWeights", "ensemble", "leave_one_out", "model_weights", "stack", "variance_decomposition"]
