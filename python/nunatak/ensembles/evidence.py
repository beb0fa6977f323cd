"""What observations say about models: log-likelihoods, in the forms in which users have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.arguments import found, is_list
from nunatak.errors import ArgumentError

__all__ = ["Evidence", "evidence_of"]

_EXPECTED = (
    "expected a nk.Ranking, log-likelihoods by model (a mapping or a Series), or comparisons (a list, or by "
    "model)"
)


@dataclass(frozen=True)
class Evidence:
    """Log-likelihoods of models, and the share of the observations that counts as independent."""

    log_likelihoods: dict[str, float]
    independent_share: float | None
    """``n_eff / n``, the lowest of all models; None where log-likelihoods alone were given."""


def evidence_of(evidence: Any) -> Evidence:
    """The log-likelihoods of a ranking, comparisons, a mapping, a Series or a DataArray over models.

    Raises
    ------
    ArgumentError
        For anything else, two models of one name, comparisons of different numbers of observations, and
        values that are NaN or infinitely probable.
    """
    by_name = _by_name(getattr(evidence, "comparisons", evidence))
    if not by_name:
        raise ArgumentError(f"evidence: found no model, {_EXPECTED}")
    compared = {name: getattr(own, "numbers", None) for name, own in by_name.items()}
    share = None
    if all(isinstance(own, Mapping) and "log_likelihood" in own for own in compared.values()):
        _check_same_observations(compared)
        share = min(float(own["n_eff"]) / float(own["n"]) for own in compared.values())  # type: ignore[index]
        by_name = {name: own["log_likelihood"] for name, own in compared.items()}  # type: ignore[index]
    values = {name: _finite(name, value) for name, value in by_name.items()}
    if max(values.values()) == -np.inf:
        raise ArgumentError("evidence: found no model with a likelihood above 0, expected one or more")
    return Evidence(values, share)


def _by_name(evidence: Any) -> dict[str, Any]:
    if isinstance(evidence, pd.Series | xr.DataArray):
        evidence = _labelled(evidence)
    if isinstance(evidence, Mapping):
        names = [str(name) for name in evidence]
        _check_distinct(names)
        return dict(zip(names, evidence.values(), strict=True))
    if not is_list(evidence) or isinstance(evidence, np.ndarray):
        raise ArgumentError(f"evidence: found {found(evidence)}, {_EXPECTED}")
    comparisons = list(evidence)
    for own in comparisons:
        if not isinstance(getattr(own, "settings", None), Mapping):
            raise ArgumentError(f"evidence: found {found(own)} in a list, {_EXPECTED}")
    names = [str(own.settings.get("path", own.settings.get("model"))) for own in comparisons]
    _check_distinct(names)
    return dict(zip(names, comparisons, strict=True))


def _labelled(evidence: pd.Series | xr.DataArray) -> dict[str, Any]:
    if isinstance(evidence, xr.DataArray):
        if evidence.ndim != 1 or evidence.dims[0] not in evidence.coords:
            raise ArgumentError(
                f"evidence: found {found(evidence)}, expected one dimension with models' names"
            )
        names, values = evidence[evidence.dims[0]].values, evidence.values
    else:
        names, values = evidence.index, evidence.to_numpy()
    labels = [str(name) for name in names]
    _check_distinct(labels)
    return dict(zip(labels, list(values), strict=True))


def _check_distinct(names: list[str]) -> None:
    double = [name for name in names if names.count(name) > 1]
    if double:
        raise ArgumentError(
            f"evidence: found two models of the name {double[0]!r}, expected distinct names by a mapping"
        )


def _check_same_observations(compared: Mapping[str, Any]) -> None:
    counts = {name: int(own["n"]) for name, own in compared.items()}
    if len(set(counts.values())) > 1:
        least, most = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
        raise ArgumentError(
            f"evidence: found {counts[least]:,} observations compared with {least!r} and {counts[most]:,} "
            f"with {most!r}; "
            "expected the same for all: nk.compare(tree, points) takes those that all models have"
        )


def _finite(name: str, value: Any) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise ArgumentError(f"evidence: found {found(value)} for {name!r}, {_EXPECTED}")
    try:
        number = float(np.real(value)) if not np.iscomplexobj(value) else np.nan
    except OverflowError:
        number = np.nan
    if np.isnan(number) or number == np.inf:
        raise ArgumentError(
            f"evidence: found {value!r:.40} for {name!r}, expected a log-likelihood (below infinity)"
        )
    return number
