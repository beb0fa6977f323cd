"""Prior weights of models: as given, or shared among families of models that are alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nunatak.arguments import found
from nunatak.errors import ArgumentError

__all__ = ["prior_weights"]


def prior_weights(
    names: list[str], families: Mapping[str, str] | None, prior: Mapping[str, float] | None
) -> np.ndarray:
    """Weights of models before the observations, to the sum 1 (float64, in the order of the names).

    Raises
    ------
    ArgumentError
        For a family or prior of a model that is not there, both of them, and priors that are no weights.
    """
    if families is not None and prior is not None:
        raise ArgumentError("families and prior: give one of them; a prior can hold what families share")
    for argument, given in (("families", families), ("prior", prior)):
        unknown = [name for name in given or {} if name not in names]
        if unknown:
            raise ArgumentError(
                f"{argument}: found {unknown[0]!r:.60}, expected models of {', '.join(names[:8])}"
            )
    if prior is not None:
        return _given_prior(names, prior)
    members = [_family(name, families or {}) for name in names]
    shares = np.array([1.0 / members.count(own) for own in members])
    return shares / shares.sum()


def _family(name: str, families: Mapping[str, str]) -> tuple[str, str]:
    """Family of a model, or the model itself; a family and a model of one name differ."""
    return ("family", str(families[name])) if name in families else ("model", name)


def _given_prior(names: list[str], prior: Mapping[str, float]) -> np.ndarray:
    missing = [name for name in names if name not in prior]
    if missing:
        raise ArgumentError(f"prior: found no weight of {missing[0]!r}, expected one of each model")
    for name, value in prior.items():
        if (
            not isinstance(value, int | float | np.number)
            or isinstance(value, bool)
            or not 0 <= value < 1e300
        ):
            raise ArgumentError(f"prior: found {found(value)} for {name!r}, expected a number of 0 or more")
    values = np.array([float(prior[name]) for name in names])
    if values.sum() <= 0:
        raise ArgumentError("prior: found zeros alone, expected a weight above 0")
    return values / values.sum()
