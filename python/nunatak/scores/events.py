"""Scores of events and of masks: Brier score, intersection over union."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.evaluation import Field, evaluate, finished
from nunatak.scores.labelled import labelled
from nunatak.scores.reduction import Dim, Weights, reduction_of

__all__ = ["brier_score", "iou"]


@checked
def brier_score(
    observation: ArrayLike,
    probability: ArrayLike,
    *,
    dim: Dim = None,
    weights: Weights = "auto",
    by: Any = None,
) -> Any:
    """Brier score ``(probability - observation)**2`` of the probability of an event.

    Brier (1950, eq. 2, half of it); Gneiting and Raftery (2007, sect. 3.1). The probability of an ensemble is
    the fraction of its members with the event: ``(members > threshold).mean("model")``.

    Parameters
    ----------
    observation
        1 or True where the event was, 0 or False where it was not; NaN is missing.
    probability
        Between 0 and 1; NaN is missing.
    dim, weights, by
        As :func:`z_score`.

    Returns
    -------
    ndarray or DataArray
        Score of each observation, or their means.

    Raises
    ------
    ArgumentError
        An observation is neither 0 nor 1, a probability not between them, or arguments do not go together.
    """
    arguments = labelled({"observation": observation, "probability": probability})
    reduction = reduction_of(arguments, dim, weights, by)

    def kernel(observed: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, ...]:
        wrong = observed[~(np.isnan(observed) | (observed == 0) | (observed == 1))]
        if wrong.size:
            raise ArgumentError(f"observation: found {wrong[0]:g}, expected 0, 1 or NaN: no event, or one")
        _check_fraction("probability", chance)
        return ((chance - observed) ** 2,)

    (field,) = evaluate(kernel, arguments, [Field()], reduction)
    return finished(field, arguments, reduction, "brier_score", "Brier score", "1")


@checked
def iou(
    observation: ArrayLike, model: ArrayLike, *, dim: Dim = None, weights: Weights = "auto", by: Any = None
) -> Any:
    """Intersection of two masks over their union (Jaccard 1912), 1 when they are the same.

    Of fractions of cells the sum of the smaller over the sum of the larger ones (Ruzicka 1958), which is the
    same for whole cells.

    Parameters
    ----------
    observation, model
        Masks, or fractions between 0 and 1; places with a NaN are left out.
    dim, weights, by
        As :func:`bias`: areas of cells count by default.

    Returns
    -------
    float or DataArray
        NaN where both masks are empty.

    Raises
    ------
    ArgumentError
        A value is not between 0 and 1, or arguments do not go together.
    """
    arguments = labelled({"observation": observation, "model": model})
    reduction = reduction_of(arguments, dim, weights, by, is_needed=True)

    def kernel(observed: np.ndarray, modelled: np.ndarray) -> tuple[np.ndarray, ...]:
        _check_fraction("observation", observed)
        _check_fraction("model", modelled)
        return np.minimum(observed, modelled), np.maximum(observed, modelled)

    both, either = evaluate(kernel, arguments, [Field(), Field()], reduction)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = both / either
    return finished(ratio, arguments, reduction, "iou", "intersection over union", "1")


def _check_fraction(name: str, values: np.ndarray) -> None:
    wrong = values[(values < 0) | (values > 1)]
    if wrong.size:
        raise ArgumentError(f"{name}: found {wrong[0]:g}, expected fractions between 0 and 1")
