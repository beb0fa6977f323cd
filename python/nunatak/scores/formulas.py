"""Scores of normal predictions and of intervals, one number for each observation or their means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nunatak._nunatak import (
    coverage_gaussian,
    crps_gaussian as _crps_gaussian,
    dawid_sebastiani as _dawid_sebastiani,
    interval_score as _interval_score,
    interval_score_gaussian as _interval_score_gaussian,
    log_score_gaussian,
    pit_gaussian,
    pit_histogram as _pit_histogram,
    z_score as _z_score,
)
from nunatak.arguments import checked, found
from nunatak.errors import ArgumentError
from nunatak.scores.alignment import numbers_of
from nunatak.scores.evaluation import Field, evaluate, finished
from nunatak.scores.labelled import labelled
from nunatak.scores.reduction import Dim, Weights, reduction_of
from nunatak.scores.vectors import is_plain_call, vectors_of

__all__ = [
    "coverage",
    "crps_gaussian",
    "dawid_sebastiani",
    "interval_score",
    "interval_score_gaussian",
    "log_score",
    "pit",
    "pit_histogram",
    "z_score",
]

LEVELS = (0.5, 0.68, 0.9, 0.95)
"""Coverage levels reported by default."""


@checked
def z_score(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Standardised residuals ``z = (observation - mean) / sigma``.

    Parameters
    ----------
    observation, mean, sigma
        Arrays that broadcast to one shape. ``sigma`` must be above zero. DataArrays are paired by dimension
        and coordinate, in the unit of the first.
    dim
        Dimensions that a mean is taken along (axes of plain arrays), ``...`` for all. None: no mean, unless
        there are weights or groups, which take it along all.
    weights, by
        Weights and groups of the mean, as :func:`bias`.

    Returns
    -------
    ndarray or DataArray
        One number for each observation, or their means: of plain arrays without names, of DataArrays with
        the coordinates of the first, lazily where Dask computes an argument. NaN in, NaN out; means skip NaN.

    Raises
    ------
    ArgumentError
        When shapes, coordinates or units do not fit or a standard deviation is not above zero.
    """
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    return _scores(arrays, _z_score, dim, weights, by, "z_score", "standardised residual", "1")


@checked
def crps_gaussian(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Continuous ranked probability score of ``N(mean, sigma**2)``, in the unit of the observation.

    ``sigma (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi))`` (Gneiting and Raftery 2007, sect. 4.2; Gneiting et
    al. 2005, eq. 5), and ``|observation - mean|`` where ``sigma`` is 0. Arguments and errors as
    :func:`z_score`, but for a ``sigma`` of 0, which is allowed.
    """
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    return _scores(
        arrays,
        _crps_gaussian,
        dim,
        weights,
        by,
        "crps_gaussian",
        "continuous ranked probability score of a normal prediction",
        "same",
    )


@checked
def log_score(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Logarithmic score of ``N(mean, sigma**2)``: ``ln(2 pi sigma**2)/2 + z**2/2``, minus the log density.

    Good (1952); Gneiting and Raftery (2007, sect. 4.1). Arguments and errors as :func:`z_score`.
    """
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    return _scores(
        arrays,
        log_score_gaussian,
        dim,
        weights,
        by,
        "log_score",
        "logarithmic score of a normal prediction",
        "1",
    )


@checked
def dawid_sebastiani(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Dawid-Sebastiani score ``ln sigma**2 + z**2``; arguments and errors as :func:`z_score`.

    Dawid and Sebastiani (1999); Gneiting and Raftery (2007, eq. 25). It needs a mean and a standard
    deviation only.
    """
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    return _scores(
        arrays, _dawid_sebastiani, dim, weights, by, "dawid_sebastiani", "Dawid-Sebastiani score", "1"
    )


@checked
def pit(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Probability integral transform ``Phi(z)``; uniform on (0, 1) for a calibrated prediction (Dawid 1984).

    Arguments and errors as :func:`z_score`.
    """
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    return _scores(arrays, pit_gaussian, dim, weights, by, "pit", "probability integral transform", "1")


@checked
def pit_histogram(values: ArrayLike, bins: int = 10) -> NDArray[np.uint64]:
    """Counts of PIT values in ``bins`` equal bins of [0, 1]; NaN and values outside are skipped."""
    if bins < 1:
        raise ArgumentError(f"bins must be 1 or more, found {bins}")
    _, (numbers,) = vectors_of(values=values)
    return _pit_histogram(numbers, bins)


@checked
def coverage(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    levels: float | Sequence[float] = LEVELS,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> dict[float, Any]:
    """Fraction of observations inside the central intervals of ``N(mean, sigma**2)``.

    Parameters
    ----------
    observation, mean, sigma
        As :func:`z_score`; NaN are skipped.
    levels
        Probabilities of the intervals, between 0 and 1.
    dim, weights, by
        As :func:`bias`.

    Returns
    -------
    dict
        Fraction inside, by level: equal to the level when the prediction is calibrated (Gneiting et al. 2007,
        sect. 3). Numbers of plain arrays, else DataArrays.
    """
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    wanted = numbers_of("levels", levels)
    is_plain = is_plain_call(dim, weights, by, **arrays)
    vectors = vectors_of(**arrays)[1] if is_plain else []
    if not ((wanted > 0) & (wanted < 1)).all():
        raise ArgumentError(
            f"levels: a coverage level must lie between 0 and 1 (0.9 for 90 %), found {found(levels)}"
        )
    if is_plain:
        return {level: coverage_gaussian(*vectors, level=level) for level in wanted.ravel().tolist()}
    return {
        level: _scores(
            arrays, _inside(level), dim, weights, by, "coverage", f"fraction inside {level:g}", "1", True
        )
        for level in wanted.ravel().tolist()
    }


def _inside(level: float) -> Callable[..., NDArray[np.float64]]:
    def is_inside(*vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        distance = np.abs(pit_gaussian(*vectors) - 0.5)
        return np.where(np.isnan(distance), np.nan, distance <= 0.5 * level)

    return is_inside


@checked
def interval_score(
    observation: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    level: float,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Interval score of the central interval from ``lower`` to ``upper`` that should hold ``level``.

    Its width, plus ``2 / (1 - level)`` times the distance of an observation outside (Gneiting and Raftery
    2007, eq. 43). ``dim``, ``weights`` and ``by`` as :func:`z_score`.

    Raises
    ------
    ArgumentError
        When shapes do not fit, the level is not between 0 and 1, or a lower end is above its upper end.
    """
    arrays = {"observation": observation, "lower": lower, "upper": upper}
    return _scores(
        arrays,
        lambda *vectors: _interval_score(*vectors, level=level),
        dim,
        weights,
        by,
        "interval_score",
        "interval score",
        "same",
    )


@checked
def interval_score_gaussian(
    observation: ArrayLike,
    mean: ArrayLike,
    sigma: ArrayLike,
    level: float,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """:func:`interval_score` of the central interval of ``N(mean, sigma**2)``; other arguments as there."""
    arrays = {"observation": observation, "mean": mean, "sigma": sigma}
    return _scores(
        arrays,
        lambda *vectors: _interval_score_gaussian(*vectors, level=level),
        dim,
        weights,
        by,
        "interval_score_gaussian",
        "interval score of a normal prediction",
        "same",
    )


def _scores(
    arrays: dict[str, Any],
    formula: Callable[..., NDArray[np.float64]],
    dim: Dim,
    weights: Weights,
    by: Any,
    name: str,
    meaning: str,
    unit: str,
    is_mean: bool = False,
) -> Any:
    """A formula of vectors at all places, or its mean."""
    if is_plain_call(dim, weights, by, **arrays):
        shape, vectors = vectors_of(**arrays)
        return formula(*vectors).reshape(shape)
    arguments = labelled(arrays)
    reduction = reduction_of(arguments, dim, weights, by, is_needed=is_mean)

    def kernel(*numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        same = np.broadcast_arrays(*numbers)
        vectors = [np.ascontiguousarray(own).ravel() for own in same]
        return (formula(*vectors).reshape(same[0].shape),)

    (field,) = evaluate(kernel, arguments, [Field()], reduction)
    return finished(field, arguments, reduction, name, meaning, unit)
