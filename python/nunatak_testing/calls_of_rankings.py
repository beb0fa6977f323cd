"""Calls of rankings, of weights of models, and of comparisons of other quantities than heights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

import nunatak as nk
from nunatak_testing.call import Call

if TYPE_CHECKING:
    from nunatak_testing.public_calls import Sample

__all__ = ["calls_of_quantities", "calls_of_weights"]


def calls_of_weights(sample: Sample) -> dict[str, Call]:
    """Calls of rankings and weights by name."""
    shifted = {"m1": sample.data, "m2": sample.data.assign(v=sample.data.v + 0.1)}
    surfaces = xr.DataTree.from_dict({f"/a/{name}/exp": own for name, own in shifted.items()})
    options: dict[str, Any] = {"datum": "ellipsoid", "time": None, "variable": "v"}
    ranking = nk.compare(surfaces, sample.points, discrepancy=nk.Discrepancy(0.1, 1e3), **options)
    weights = nk.model_weights(ranking)
    members = xr.DataArray([1.0, 2.0], {"model": weights.posterior["model"].values}, ("model",))
    runs = members.expand_dims(forcing=["a", "b"])
    groups = pd.DataFrame({"west": [-3.0, -9.0], "east": [-4.0, -8.0]}, index=["a", "b"])
    return {
        "compare a tree": Call(nk.compare, {"model": surfaces, "observations": sample.points, **options}),
        "Ranking.sensitivity": Call(ranking.sensitivity, {"projection": members}),
        "model_weights": Call(nk.model_weights, {"evidence": {"a": -1.0, "b": -2.0}}),
        "model_weights of a ranking": Call(nk.model_weights, {"evidence": ranking, "tempering": "n_eff"}),
        "ModelWeights.apply": Call(weights.apply, {"projection": members}),
        "leave_one_out": Call(nk.leave_one_out, {"log_likelihoods": groups}),
        "variance_decomposition": Call(nk.variance_decomposition, {"projections": runs}),
    }


def calls_of_quantities(sample: Sample) -> dict[str, Call]:
    """Calls of comparisons of fields and series by name."""
    field = sample.data.v
    records = xr.DataArray(np.arange(3.0), {"year": [2015, 2016, 2017]}, ("year",), name="ivaf")
    versus = {"model": field, "observed": field}
    vectors = {"model": (field, field), "observed": (field, field)}
    return {
        "compare_field": Call(nk.compare_field, {**versus, "sigma": 1.0}),
        "compare_mask": Call(nk.compare_mask, {name: own > 0 for name, own in versus.items()}),
        "compare_series": Call(
            nk.compare_series,
            {"model": records, "observed": records, "sigma": 1.0, "errors": "independent"},
        ),
        "compare_velocity": Call(nk.compare_velocity, {**vectors, "sigma": 1.0}),
        "elevation_change": Call(nk.elevation_change, {"model": records, "start": 2016.5, "end": 2017.5}),
    }
