"""Sizes of the differences between observations and a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nunatak._nunatak import agreement as _agreement, median as _median, nmad as _nmad, rmse as _rmse
from nunatak.arguments import checked
from nunatak.scores.evaluation import Field, evaluate, finished
from nunatak.scores.labelled import Labelled, labelled
from nunatak.scores.reduction import Dim, Reduction, Weights, reduction_of
from nunatak.scores.vectors import is_plain_call, vectors_of

__all__ = ["agreement", "bias", "centred_rmse", "mae", "median", "nmad", "rmse"]


@checked
def agreement(observation: ArrayLike, model: ArrayLike) -> dict[str, float]:
    """Size of the differences between observations and a model.

    Parameters
    ----------
    observation, model
        Arrays of one shape (or that broadcast), in one unit. Pairs with a NaN are skipped. Every pair counts
        the same; :func:`bias` and the others take weights.

    Returns
    -------
    dict
        ``n`` pairs used, ``skipped``, ``bias`` (mean of observation minus model), ``mae``, ``rmse``, and
        ``centred_rmse`` (the RMSE without the bias; Taylor 2001, eq. 2). NaN when no pair is left.
    """
    _, (observed, modelled) = vectors_of(observation=observation, model=model)
    return _agreement(observed, modelled)


@checked
def bias(
    observation: ArrayLike, model: ArrayLike, *, dim: Dim = None, weights: Weights = "auto", by: Any = None
) -> Any:
    """Mean of observation minus model; positive where the model is too low. NaN pairs are skipped.

    Parameters
    ----------
    observation, model
        Arrays of one shape (or that broadcast). DataArrays are paired by dimension and coordinate, the model
        in the unit of the observation.
    dim
        Dimensions that the mean is taken along (axes of plain arrays); None or ``...``: all.
    weights
        ``"auto"``: true areas of the cells (:func:`nunatak.cell_area`) where a DataArray has a grid and the
        mean is along a dimension of it, else equal ones; ``"area"``: true areas, or an error; None: equal
        ones; or an array by name (of plain arrays in the shape of the first). The attribute ``weights`` of
        the result says which.
    by
        Labels of groups, such as basins: whole numbers, truths or texts at places of the arrays; NaN is in
        no group. The result has one mean for each label.

    Returns
    -------
    float or DataArray
        A number of plain arrays, or an array of numbers along what is left; of DataArrays, or with ``by``, a
        DataArray, lazily where Dask computes an argument. NaN where no pair is left.

    Raises
    ------
    ArgumentError
        Arrays, weights or labels do not go together.
    """
    if is_plain_call(dim, weights, by, observation=observation, model=model):
        return agreement(observation, model)["bias"]
    pair, reduction = _pair(observation, model, dim, weights, by)
    (mean,) = evaluate(lambda observed, modelled: (observed - modelled,), pair, [Field()], reduction)
    return finished(mean, pair, reduction, "bias", "mean of observation minus model", "same")


@checked
def mae(
    observation: ArrayLike, model: ArrayLike, *, dim: Dim = None, weights: Weights = "auto", by: Any = None
) -> Any:
    """Mean absolute difference; NaN pairs are skipped. Arguments, result and errors as :func:`bias`."""
    if is_plain_call(dim, weights, by, observation=observation, model=model):
        return agreement(observation, model)["mae"]
    pair, reduction = _pair(observation, model, dim, weights, by)
    (mean,) = evaluate(lambda observed, modelled: (np.abs(observed - modelled),), pair, [Field()], reduction)
    return finished(mean, pair, reduction, "mae", "mean absolute difference", "same")


@checked
def rmse(
    observation: ArrayLike, model: ArrayLike, *, dim: Dim = None, weights: Weights = "auto", by: Any = None
) -> Any:
    """Root mean square difference; NaN pairs are skipped. Arguments, result and errors as :func:`bias`."""
    if is_plain_call(dim, weights, by, observation=observation, model=model):
        return _rmse(*vectors_of(observation=observation, model=model)[1])
    pair, reduction = _pair(observation, model, dim, weights, by)
    if pair.is_in_memory and reduction.is_plain:
        found = xr.DataArray(_rmse(*_vectors(pair)))
    else:
        squares = evaluate(
            lambda observed, modelled: ((observed - modelled) ** 2,), pair, [Field()], reduction
        )
        found = squares[0] ** 0.5
    return finished(found, pair, reduction, "rmse", "root mean square difference", "same")


@checked
def centred_rmse(
    observation: ArrayLike, model: ArrayLike, *, dim: Dim = None, weights: Weights = "auto", by: Any = None
) -> Any:
    """Root mean square difference without the bias (Taylor 2001, eq. 2); NaN pairs are skipped.

    The bias is that of the same places: of a group, or along ``dim``. Arguments, result and errors as
    :func:`bias`.
    """
    if is_plain_call(dim, weights, by, observation=observation, model=model):
        return agreement(observation, model)["centred_rmse"]
    pair, reduction = _pair(observation, model, dim, weights, by)
    mean, square = _moments(pair, reduction)
    # Rounding may leave less than nothing.
    centred = (square - mean**2).clip(min=0.0) ** 0.5
    meaning = "root mean square difference without the bias"
    return finished(centred, pair, reduction, "centred_rmse", meaning, "same")


def _moments(pair: Labelled, reduction: Reduction) -> list[xr.DataArray]:
    """Means of the differences and of their squares about the mean of all, so that few digits cancel."""
    whole = replace(reduction, dims=tuple(pair.sizes), groups=None)

    def residual(observed: np.ndarray, modelled: np.ndarray) -> tuple[np.ndarray, ...]:
        return (observed - modelled,)

    if pair.is_chunked:
        (field,) = evaluate(residual, pair, [Field()], None)
        about = field - whole.mean(field)
        return [reduction.mean(about), reduction.mean(about**2)]
    centre = float(evaluate(residual, pair, [Field()], whole)[0])

    def moments(observed: np.ndarray, modelled: np.ndarray) -> tuple[np.ndarray, ...]:
        about = observed - modelled - centre
        return about, about**2

    return evaluate(moments, pair, [Field(), Field()], reduction)


def _vectors(pair: Labelled) -> list[np.ndarray]:
    """Values of arrays in memory, place by place."""
    vectors = []
    for name, array in pair.arrays.items():
        whole = array.variable.set_dims(pair.sizes).transpose(*pair.sizes).values
        vector, factor = np.ascontiguousarray(whole, np.float64).ravel(), pair.factors.get(name, 1.0)
        vectors.append(vector if factor == 1.0 else vector * factor)
    return vectors


def _pair(observation: Any, model: Any, dim: Dim, weights: Weights, by: Any) -> tuple[Labelled, Reduction]:
    pair = labelled({"observation": observation, "model": model})
    reduction = reduction_of(pair, dim, weights, by, is_needed=True)
    assert reduction is not None
    return pair, reduction


@checked
def median(values: ArrayLike) -> float:
    """Median of the values that are not NaN; NaN when there is none."""
    _, (numbers,) = vectors_of(values=values)
    return _median(numbers)


@checked
def nmad(values: ArrayLike) -> float:
    """Normalised median absolute deviation ``1.4826 median|x - median x|``; NaN are skipped.

    The standard deviation of a normal sample, hardly moved by outliers (Hoehle and Hoehle 2009, eq. 2).
    """
    _, (numbers,) = vectors_of(values=values)
    return _nmad(numbers)
