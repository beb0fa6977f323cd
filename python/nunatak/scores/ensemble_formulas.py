"""Scores of ensembles: CRPS, log score, rank histogram, spread against error, all in one pass."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from nunatak._nunatak import (
    all_ensemble_scores,
    crps_ensemble as _crps_ensemble,
    ensemble_moments,
    log_score_ensemble as _log_score_ensemble,
    rank_probabilities,
)
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.ensemble_arguments import Given, Members, check_estimator, members_of
from nunatak.scores.evaluation import Field, finished
from nunatak.scores.reduction import Dim, Reduction, Weights

__all__ = ["crps_ensemble", "ensemble_scores", "log_score_ensemble", "rank_histogram", "spread_error"]

RANK = "rank"
"""Dimension of a rank histogram."""


@checked
def crps_ensemble(
    observation: ArrayLike,
    members: ArrayLike,
    *,
    axis: int = -1,
    estimator: Literal["ecdf", "fair"] = "ecdf",
    member_dim: str | None = None,
    member_weights: Any = None,
    sigma: Any = None,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Continuous ranked probability score of an ensemble: ``mean|x - y| - mean|x - x'| / 2``.

    With the standard deviation ``sigma`` of the error of the observation ``y``, the members ``x`` stand for
    the mixture of ``N(x, sigma**2)`` by their weights ``w``: ``sum_i w_i A(y - x_i, sigma) -
    sum_ij w_i w_j A(x_i - x_j, sqrt(2) sigma) / 2`` with ``A(d, s) = 2 s phi(d/s) + d (2 Phi(d/s) - 1)``
    (Grimit et al. 2006, eq. 5 and 6).

    Parameters
    ----------
    observation
        Observations ``y``, of any shape.
    members
        Members ``x``: the same shape with the members along ``axis``. A NaN or masked member is left out. Of
        two DataArrays the dimension that the observation lacks is that of the members.
    axis
        Axis of the members in an array without names.
    estimator
        ``"ecdf"`` takes the members as the whole distribution (Gneiting and Raftery 2007, eq. 20 and 21);
        ``"fair"`` as a sample of it, unbiased for any number of members (Ferro 2014): pairs ``i != j`` over
        ``1 - sum w**2``, which is ``1 - 1/M`` for equal weights.
    member_dim
        Dimension of the members, where the observation lacks more than one.
    member_weights
        One weight for each member, by name where both are DataArrays; what they add up to does not matter.
        None: equal ones.
    sigma
        Standard deviation of the error of each observation, 0 or more, in its unit. None: none.
    dim, weights, by
        Mean, its weights (true cell areas by default) and groups, as :func:`z_score`.

    Returns
    -------
    ndarray or DataArray
        Score of each observation, in its unit, or their means; NaN without observation or with too few
        members. With infinite numbers the score is that of its integral, infinite unless all members are the
        observation; the fair one is NaN where a member is infinite.

    Raises
    ------
    ArgumentError
        Arguments do not go together, or a standard deviation or a weight is negative.
    """
    is_fair = check_estimator(estimator)
    given = members_of(
        observation,
        members,
        axis=axis,
        member_dim=member_dim,
        sigma=sigma,
        member_weights=member_weights,
    )
    reduction = given.reduction(dim, weights, by)
    (field,) = given.evaluate(lambda own: [_crps_ensemble(own, is_fair)], [Field()], reduction)
    meaning = "continuous ranked probability score of an ensemble"
    return finished(field, given.arguments, reduction, "crps", meaning, "same")


@checked
def log_score_ensemble(
    observation: ArrayLike,
    members: ArrayLike,
    sigma: ArrayLike,
    *,
    axis: int = -1,
    member_dim: str | None = None,
    member_weights: Any = None,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Logarithmic score of members and observations with errors: ``-ln sum_i w_i phi((y - x_i)/s) / s``.

    Minus the log density of the observation ``y`` in the mixture of ``N(x, sigma**2)`` about the members
    (Good 1952; Gneiting and Raftery 2007, sect. 4.1). Members alone have no density, so that ``sigma`` must
    be above zero. An infinite member has no density anywhere; without any the score is infinite. Other
    arguments, result and errors as :func:`crps_ensemble`.
    """
    given = members_of(
        observation,
        members,
        axis=axis,
        member_dim=member_dim,
        sigma=sigma,
        member_weights=member_weights,
    )
    if sigma is None:
        raise ArgumentError("sigma: found None, expected the standard deviation of the observations' errors")
    reduction = given.reduction(dim, weights, by)
    (field,) = given.evaluate(lambda own: [_log_score_ensemble(own)], [Field()], reduction)
    return finished(field, given.arguments, reduction, "log_score", "logarithmic score of an ensemble", "1")


@checked
def rank_histogram(
    observation: ArrayLike,
    members: ArrayLike,
    *,
    axis: int = -1,
    member_dim: str | None = None,
    sigma: Any = None,
    dim: Dim = None,
    weights: Weights = None,
    by: Any = None,
) -> Any:
    """How often an observation has each rank among ``M`` members, from 0 (below all) to ``M`` (above all).

    Flat when observations and members are alike. Members are perturbed by the error of the observation
    (Anderson 1996; Hamill 2001, sect. 3c), not by random numbers: each is below the observation with the
    probability ``Phi((y - x)/sigma)``, and the histogram is its mean over all perturbations. A tie with ``k``
    members is shared evenly by the ``k + 1`` ranks it allows. Points with a missing member are left out.

    Parameters
    ----------
    observation, members, axis, member_dim, sigma
        As :func:`crps_ensemble`.
    dim, by
        As :func:`bias`.
    weights
        None: every observation counts the same. Others as :func:`bias`.

    Returns
    -------
    ndarray or DataArray
        Fraction of the observations with each of the ``M + 1`` ranks, along ``rank``, which is the last
        dimension; NaN when there is no observation.

    Raises
    ------
    ArgumentError
        As :func:`crps_ensemble`.
    """
    given = members_of(observation, members, axis=axis, member_dim=member_dim, sigma=sigma)
    reduction = given.reduction(dim, weights, by, is_needed=True)
    ranks = Field(RANK, given.size + 1)
    (field,) = given.evaluate(lambda own: [rank_probabilities(own)], [ranks], reduction)
    return finished(
        _ranked(field), given.arguments, reduction, "rank_histogram", "fraction of each rank", "1"
    )


def _ranked(field: xr.DataArray) -> xr.DataArray:
    return field.assign_coords({RANK: np.arange(field.sizes[RANK])})


@checked
def spread_error(
    observation: ArrayLike,
    members: ArrayLike,
    *,
    axis: int = -1,
    member_dim: str | None = None,
    member_weights: Any = None,
    sigma: Any = None,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> xr.Dataset:
    """Spread of an ensemble against the error of its mean, which are equal in a reliable ensemble.

    ``spread`` is the square root of the mean of ``(M + 1)/M s**2 + sigma**2`` with the unbiased variance
    ``s**2`` of the members (Fortin et al. 2014, eq. 15) and the variance of the error of the observation.
    With weights that add up to 1 ``(M + 1)/M`` is ``1 + sum w**2``.

    Parameters
    ----------
    observation, members, axis, member_dim, member_weights, sigma
        As :func:`crps_ensemble`.
    dim, weights, by
        As :func:`bias`.

    Returns
    -------
    Dataset
        ``spread``, ``rmse`` (of the mean of the members) and ``ratio``, spread over error: below 1 when the
        ensemble is too sure of itself. NaN where no point has two members; points with one are left out.

    Raises
    ------
    ArgumentError
        As :func:`crps_ensemble`.
    """
    given = members_of(
        observation,
        members,
        axis=axis,
        member_dim=member_dim,
        sigma=sigma,
        member_weights=member_weights,
    )
    reduction = given.reduction(dim, weights, by, is_needed=True)
    _, square, expected = given.evaluate(_paired_moments, [Field()] * 3, reduction)
    return _spread_error(square, expected, given, reduction)


def _paired_moments(given: Given) -> list[np.ndarray]:
    """Errors, their squares and what is expected of these, at places that have all of them."""
    error, square, expected = ensemble_moments(given).reshape(-1, 3).T
    return [error, _where_both(square, expected), expected]


def _where_both(square: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(expected), np.nan, square)


def _spread_error(
    square: xr.DataArray, expected: xr.DataArray, given: Members, reduction: Reduction | None
) -> xr.Dataset:
    spread, error = expected**0.5, square**0.5
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = spread / error
    return xr.Dataset(
        {
            "spread": _named(
                spread, given, reduction, "spread", "spread of an ensemble and its error", "same"
            ),
            "rmse": _named(error, given, reduction, "rmse", "root mean square error of the mean", "same"),
            "ratio": _named(ratio, given, reduction, "ratio", "spread over error", "1"),
        }
    )


def _named(
    field: xr.DataArray, given: Members, reduction: Reduction | None, name: str, meaning: str, unit: str
) -> xr.DataArray:
    made = finished(field, given.arguments, reduction, name, meaning, unit)
    if isinstance(made, xr.DataArray):
        return made
    return xr.DataArray(made, dims=field.dims, attrs={"long_name": meaning})


@checked
def ensemble_scores(
    observation: ArrayLike,
    members: ArrayLike,
    *,
    axis: int = -1,
    estimator: Literal["ecdf", "fair"] = "ecdf",
    member_dim: str | None = None,
    member_weights: Any = None,
    sigma: Any = None,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> xr.Dataset:
    """All scores of an ensemble, with every value read once.

    Parameters
    ----------
    observation, members, axis, estimator, member_dim, member_weights, sigma
        As :func:`crps_ensemble`.
    dim, weights, by
        As :func:`bias`; the rank histogram has the same weights.

    Returns
    -------
    Dataset
        Means: ``crps`` (:func:`crps_ensemble`), ``log_score`` (:func:`log_score_ensemble`, where there is a
        ``sigma`` above 0), ``bias`` (observation minus the mean of the members), ``spread``, ``rmse`` and
        ``ratio`` (:func:`spread_error`), ``rank_histogram``.

    Raises
    ------
    ArgumentError
        As :func:`crps_ensemble`.
    """
    is_fair = check_estimator(estimator)
    given = members_of(
        observation,
        members,
        axis=axis,
        member_dim=member_dim,
        sigma=sigma,
        member_weights=member_weights,
    )
    reduction = given.reduction(dim, weights, by, is_needed=True)

    def formula(own: Given) -> list[np.ndarray]:
        made = all_ensemble_scores(own, is_fair)
        expected = made["expected_squared_error"]
        square = _where_both(made["squared_error"], expected)
        return [made["crps"], made["log_score"], made["error"], square, expected, made["rank_probabilities"]]

    fields = [Field()] * 5 + [Field(RANK, given.size + 1)]
    crps, log_score, error, square, expected, ranks = given.evaluate(formula, fields, reduction)
    found = {
        "crps": _named(crps, given, reduction, "crps", "continuous ranked probability score", "same"),
        "bias": _named(error, given, reduction, "bias", "observation minus the mean of the members", "same"),
        **_spread_error(square, expected, given, reduction).data_vars,
        "rank_histogram": _named(
            ranks, given, reduction, "rank_histogram", "fraction of each rank", "1"
        ).assign_coords({RANK: np.arange(given.size + 1)}),
    }
    if sigma is not None:
        found["log_score"] = _named(log_score, given, reduction, "log_score", "logarithmic score", "1")
    return xr.Dataset(found)
