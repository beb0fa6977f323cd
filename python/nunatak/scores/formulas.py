"""Scores of a model against observations: numpy in, numpy out, computed in Rust.

One sign everywhere: a residual is **observation minus model**, so a positive bias means that the model is
too low. Every ``sigma`` is the total standard deviation of the difference: observation error, what a cell or
a footprint does not represent, and model spread together. NaN in, NaN out, and masked elements are NaN;
functions that give one number skip NaN pairs. DataArrays are paired by dimension and coordinate, in the
order of the first, or refused where these differ; plain arrays by position. Negatively oriented scores
(CRPS, log, Dawid-Sebastiani, interval) are better when smaller.

References: Gneiting and Raftery (2007), J. Am. Stat. Assoc. 102, 359; Dawid and Sebastiani (1999), Ann.
Stat. 27, 65; Ferro (2014), Q. J. R. Meteorol. Soc. 140, 1917; Hoehle and Hoehle (2009), ISPRS J. 64, 398.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from nunatak._nunatak import (
    agreement as _agreement,
    coverage_gaussian,
    crps_ensemble as _crps_ensemble,
    crps_gaussian as _crps_gaussian,
    dawid_sebastiani as _dawid_sebastiani,
    interval_score as _interval_score,
    interval_score_gaussian as _interval_score_gaussian,
    log_score_gaussian,
    median as _median,
    nmad as _nmad,
    pit_gaussian,
    pit_histogram as _pit_histogram,
    z_score as _z_score,
)
from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError
from nunatak.scores.alignment import labelled_like, numbers_of
from nunatak.scores.vectors import Floats, vectors_of

__all__ = [
    "agreement",
    "bias",
    "centred_rmse",
    "coverage",
    "crps_ensemble",
    "crps_gaussian",
    "dawid_sebastiani",
    "interval_score",
    "interval_score_gaussian",
    "log_score",
    "mae",
    "median",
    "nmad",
    "pit",
    "pit_histogram",
    "rmse",
    "z_score",
]

LEVELS = (0.5, 0.68, 0.9, 0.95)
"""Coverage levels reported by default."""


@checked
def agreement(observation: ArrayLike, model: ArrayLike) -> dict[str, float]:
    """Size of the differences between observations and a model.

    Parameters
    ----------
    observation, model
        Arrays of one shape (or that broadcast), in one unit. Pairs with a NaN are skipped.

    Returns
    -------
    dict
        ``n`` pairs used, ``skipped``, ``bias`` (mean of observation minus model), ``mae``, ``rmse``, and
        ``centred_rmse`` (the RMSE without the bias; Taylor 2001, eq. 2). NaN when no pair is left.
    """
    _, (observed, modelled) = vectors_of(observation=observation, model=model)
    return _agreement(observed, modelled)


def bias(observation: ArrayLike, model: ArrayLike) -> float:
    """Mean of observation minus model; positive where the model is too low. NaN pairs are skipped."""
    return agreement(observation, model)["bias"]


def mae(observation: ArrayLike, model: ArrayLike) -> float:
    """Mean absolute difference; NaN pairs are skipped."""
    return agreement(observation, model)["mae"]


def rmse(observation: ArrayLike, model: ArrayLike) -> float:
    """Root mean square difference; NaN pairs are skipped."""
    return agreement(observation, model)["rmse"]


def centred_rmse(observation: ArrayLike, model: ArrayLike) -> float:
    """Root mean square difference without the bias (Taylor 2001, eq. 2); NaN pairs are skipped."""
    return agreement(observation, model)["centred_rmse"]


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


@checked
def z_score(observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike) -> Floats:
    """Standardised residuals ``z = (observation - mean) / sigma``.

    Parameters
    ----------
    observation, mean, sigma
        Arrays that broadcast to one shape. ``sigma`` must be above zero.

    Raises
    ------
    ArgumentError
        When shapes do not fit or a standard deviation is not above zero.
    """
    shape, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    return _z_score(*vectors).reshape(shape)


@checked
def crps_gaussian(observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike) -> Floats:
    """Continuous ranked probability score of ``N(mean, sigma**2)``, in the unit of the observation.

    ``sigma (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi))`` (Gneiting and Raftery 2007, sect. 4.2; Gneiting et
    al. 2005, eq. 5), and ``|observation - mean|`` where ``sigma`` is 0. Arguments and errors as
    :func:`z_score`, but for a ``sigma`` of 0, which is allowed.
    """
    shape, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    return _crps_gaussian(*vectors).reshape(shape)


@checked
def log_score(observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike) -> Floats:
    """Logarithmic score of ``N(mean, sigma**2)``: ``ln(2 pi sigma**2)/2 + z**2/2``, minus the log density.

    Good (1952); Gneiting and Raftery (2007, sect. 4.1). Arguments and errors as :func:`z_score`.
    """
    shape, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    return log_score_gaussian(*vectors).reshape(shape)


@checked
def dawid_sebastiani(observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike) -> Floats:
    """Dawid-Sebastiani score ``ln sigma**2 + z**2``; arguments and errors as :func:`z_score`.

    Dawid and Sebastiani (1999); Gneiting and Raftery (2007, eq. 25). It needs a mean and a standard
    deviation only.
    """
    shape, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    return _dawid_sebastiani(*vectors).reshape(shape)


@checked
def pit(observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike) -> Floats:
    """Probability integral transform ``Phi(z)``; uniform on (0, 1) for a calibrated prediction (Dawid 1984).

    Arguments and errors as :func:`z_score`.
    """
    shape, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    return pit_gaussian(*vectors).reshape(shape)


@checked
def pit_histogram(values: ArrayLike, bins: int = 10) -> NDArray[np.uint64]:
    """Counts of PIT values in ``bins`` equal bins of [0, 1]; NaN and values outside are skipped."""
    if bins < 1:
        raise ArgumentError(f"bins must be 1 or more, found {bins}")
    _, (numbers,) = vectors_of(values=values)
    return _pit_histogram(numbers, bins)


@checked
def coverage(
    observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike, levels: float | Sequence[float] = LEVELS
) -> dict[float, float]:
    """Fraction of observations inside the central intervals of ``N(mean, sigma**2)``.

    Parameters
    ----------
    observation, mean, sigma
        As :func:`z_score`; NaN are skipped.
    levels
        Probabilities of the intervals, between 0 and 1.

    Returns
    -------
    dict
        Fraction inside, by level: equal to the level when the prediction is calibrated.
    """
    _, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    wanted = numbers_of("levels", levels)
    if not ((wanted > 0) & (wanted < 1)).all():
        raise ArgumentError(
            f"levels: a coverage level must lie between 0 and 1 (0.9 for 90 %), found {found(levels)}"
        )
    return {level: coverage_gaussian(*vectors, level=level) for level in wanted.ravel().tolist()}


@checked
def interval_score(observation: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float) -> Floats:
    """Interval score of the central interval from ``lower`` to ``upper`` that should hold ``level``.

    Its width, plus ``2 / (1 - level)`` times the distance of an observation outside (Gneiting and Raftery
    2007, eq. 43).

    Raises
    ------
    ArgumentError
        When shapes do not fit, the level is not between 0 and 1, or a lower end is above its upper end.
    """
    shape, vectors = vectors_of(observation=observation, lower=lower, upper=upper)
    return _interval_score(*vectors, level=level).reshape(shape)


@checked
def interval_score_gaussian(
    observation: ArrayLike, mean: ArrayLike, sigma: ArrayLike, level: float
) -> Floats:
    """:func:`interval_score` of the central interval of ``N(mean, sigma**2)``."""
    shape, vectors = vectors_of(observation=observation, mean=mean, sigma=sigma)
    return _interval_score_gaussian(*vectors, level=level).reshape(shape)


@checked
def crps_ensemble(
    observation: ArrayLike,
    members: ArrayLike,
    *,
    axis: int = -1,
    estimator: Literal["ecdf", "fair"] = "ecdf",
) -> Floats:
    """Continuous ranked probability score of an ensemble: ``mean|x - y| - mean|x - x'| / 2``.

    Parameters
    ----------
    observation
        Observations ``y``, of any shape.
    members
        Members ``x``: the same shape with the members along ``axis``. A NaN or masked member is left out. Of
        two DataArrays the dimension that the observation lacks is that of the members.
    estimator
        ``"ecdf"`` takes the members as the whole distribution (Gneiting and Raftery 2007, eq. 20 and 21);
        ``"fair"`` as a sample of it, unbiased for any number of members (Ferro 2014).

    Returns
    -------
    ndarray
        Score of each observation, in its unit; NaN without observation or with too few members.
    """
    if estimator not in ("ecdf", "fair"):
        raise ArgumentError(f"estimator must be 'ecdf' or 'fair', found {estimator!r}")
    if isinstance(observation, xr.DataArray) and isinstance(members, xr.DataArray):
        members, axis = _members_last(observation, members), -1
    observed, ensemble = numbers_of("observation", observation), numbers_of("members", members)
    if not -ensemble.ndim <= axis < ensemble.ndim:
        raise ArgumentError(f"axis: found {axis}, expected one of the {ensemble.ndim} dimensions of members")
    ensemble = np.moveaxis(ensemble, axis, -1)
    if ensemble.shape[:-1] != observed.shape:
        raise ArgumentError(
            f"members have shape {ensemble.shape[:-1]} without their axis, the observations {observed.shape}"
        )
    rows = np.ascontiguousarray(ensemble).reshape(observed.size, ensemble.shape[-1])
    scores = _crps_ensemble(np.ascontiguousarray(observed).ravel(), rows, estimator == "fair")
    return scores.reshape(observed.shape)


def _members_last(observation: xr.DataArray, members: xr.DataArray) -> xr.DataArray:
    """Members in the order of the observation's dimensions and coordinates, their own dimension last."""
    own = [dim for dim in members.dims if dim not in observation.dims]
    lacking = [dim for dim in observation.dims if dim not in members.dims]
    if len(own) != 1 or lacking:
        raise ArgumentError(
            f"members: found dimensions {members.dims}, expected those of the observation, "
            f"{observation.dims}, and one of "
            "the members"
        )
    return labelled_like("observation", observation, "members", members).transpose(*observation.dims, own[0])
