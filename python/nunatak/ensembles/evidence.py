"""What observations say about models: log-likelihoods, in the forms in which users have them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.arguments import found, is_list
from nunatak.errors import ArgumentError, NunatakWarning, caller_stacklevel

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
        For anything else, two models of one name, comparisons of different observations, and values that are
        NaN or infinitely probable.

    Warns
    -----
    NunatakWarning
        For comparisons under different discrepancies.
    """
    by_name = _by_name(getattr(evidence, "comparisons", evidence))
    if not by_name:
        raise ArgumentError(f"evidence: found no model, {_EXPECTED}")
    numbers = {name: getattr(own, "numbers", None) for name, own in by_name.items()}
    compared = {
        name: own for name, own in numbers.items() if isinstance(own, Mapping) and "log_likelihood" in own
    }
    share = None
    if len(compared) == len(by_name):
        _check_same_observations(by_name, compared)
        _warn_of_own_discrepancies(by_name)
        share = min(float(own["n_eff"]) / float(own["n"]) for own in compared.values())
        by_name = {name: own["log_likelihood"] for name, own in compared.items()}
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


def _check_same_observations(comparisons: Mapping[str, Any], compared: Mapping[str, Any]) -> None:
    counts = {name: int(own["n"]) for name, own in compared.items()}
    if len(set(counts.values())) > 1:
        least, most = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
        raise ArgumentError(
            f"evidence: found {counts[least]:,} observations compared with {least!r} and {counts[most]:,} "
            f"with {most!r}; "
            "expected the same for all: nk.compare(tree, points) takes those that all models have"
        )
    places = {name: _places(own) for name, own in comparisons.items()}
    known = {name: own for name, own in places.items() if own is not None}
    first = next(iter(known), None)
    for name, own in known.items():
        if first is not None and not _is_same(known[first], own):
            raise ArgumentError(
                f"evidence: found {first!r} and {name!r} compared at different points, expected the same for "
                "all: nk.compare(tree, points) takes those that all models have"
            )


def _places(comparison: Any) -> np.ndarray | None:
    """Longitude, latitude and time of the points with a residual, a row for each; None without points."""
    points = getattr(comparison, "points", None)
    if points is None:
        return None
    dataset = points.dataset
    columns = [dataset[name].values for name in ("longitude", "latitude")]
    if "time" in dataset:
        # As float64 nanoseconds are rounded to a fraction of a microsecond, on either side alike.
        columns.append(dataset["time"].values.astype("datetime64[ns]").astype(np.int64))
    has_residual = ~np.isnan(np.asarray(comparison.residual))
    return np.stack([np.asarray(column, np.float64)[has_residual] for column in columns], axis=-1)


def _is_same(first: np.ndarray, other: np.ndarray) -> bool:
    """Whether two sets of places are the same, in whatever order."""
    if np.array_equal(first, other):
        return True
    return np.array_equal(first[np.lexsort(first.T)], other[np.lexsort(other.T)])


def _warn_of_own_discrepancies(comparisons: Mapping[str, Any]) -> None:
    fitted = {name: own.settings.get("fitted_discrepancy") for name, own in comparisons.items()}
    first = next(iter(fitted))
    for name, own in fitted.items():
        if own != fitted[first]:
            warnings.warn(
                f"evidence: the discrepancy of {first!r} is {fitted[first]}, that of {name!r} {own}: each "
                "likelihood has its own, and a model that is further off is forgiven more; "
                "nk.compare(tree, points) compares all under one",
                NunatakWarning,
                caller_stacklevel(),
            )
            return


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
