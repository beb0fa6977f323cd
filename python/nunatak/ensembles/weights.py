"""Weights of the models of an ensemble, by how probable each is given what was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.arguments import checked
from nunatak.ensembles.evidence import Evidence, evidence_of
from nunatak.ensembles.priors import prior_weights
from nunatak.ensembles.weighted import weighted_statistics
from nunatak.errors import ArgumentError

__all__ = ["DISTINGUISHED", "ModelWeights", "leave_one_out", "model_weights", "verdict"]

DISTINGUISHED = 3.0
"""Odds from which on data distinguish two models; below, they are "not worth more than a bare mention" (Kass
and Raftery 1995, J. Am. Stat. Assoc. 90, 773, section 3.2)."""

Tempering = Literal["n_eff"] | float | None


@dataclass(frozen=True, repr=False)
class ModelWeights:
    """Weights of models: result of :func:`model_weights`.

    Attributes
    ----------
    posterior, prior
        Weights by ``model`` (float64, sum 1), after and before the observations.
    log_likelihood
        Of each model, as it was given.
    temperature
        The power that likelihoods were raised to; 1 is Bayes' theorem.
    """

    posterior: xr.DataArray
    prior: xr.DataArray
    log_likelihood: xr.DataArray
    temperature: float

    @property
    def table(self) -> pd.DataFrame:
        """One row per model, the most probable first."""
        columns = {
            "prior": self.prior.values,
            "log_likelihood": self.log_likelihood.values,
            "weight": self.posterior.values,
        }
        models = pd.Index(self.posterior["model"].values, name="model")
        return pd.DataFrame(columns, models).sort_values("weight", ascending=False, kind="stable")

    @property
    def effective_size(self) -> float:
        """How many equally weighted models these are worth, ``1 / sum(w**2)`` (Kish 1965)."""
        return float(1.0 / (self.posterior.values**2).sum())

    @property
    def verdict(self) -> str:
        """What the observations say about the models, in words."""
        tempered = _tempered(self.log_likelihood.values, self.temperature)
        return verdict(pd.Series(tempered, self.posterior["model"].values))

    @checked
    def apply(
        self,
        projection: xr.DataArray,
        *,
        quantiles: Sequence[float] | np.ndarray = (0.05, 0.5, 0.95),
        dim: str = "model",
    ) -> xr.Dataset:
        """Mean, variance and quantiles of a projection, by the weights before and after the observations.

        Parameters
        ----------
        projection
            Has the models along ``dim``, by the names that the weights have, in any order; lazy or not.
        quantiles
            Between 0 and 1.
        dim
            Dimension of the models.

        Returns
        -------
        Dataset
            ``mean``, ``var`` (population) and ``quantile`` (along ``level``), each along ``weighting``
            (``prior``, ``posterior``). Models that are NaN are left out and the weights of the others scaled
            up; NaN where all are. Quantiles are of the weighted distribution function, linear between the
            middles of its steps (Hazen's; type 5 of Hyndman and Fan 1996 when weights are equal).

        Raises
        ------
        ArgumentError
            When the projection lacks a model that has a weight, or has one without.
        """
        values = np.array([self.prior.values, self.posterior.values])
        weights = xr.DataArray(
            values,
            {"weighting": ["prior", "posterior"], dim: self.posterior["model"].values},
            ("weighting", dim),
        )
        return weighted_statistics(projection, weights, quantiles, dim)

    def __repr__(self) -> str:
        worth = f"{self.posterior.size} models, worth {self.effective_size:.3g} equally weighted"
        tempered = "" if self.temperature == 1.0 else f"; likelihoods to the power {self.temperature:.3g}"
        table = self.table.to_string(float_format="{:.4g}".format)
        return f"<nunatak.ModelWeights> {worth}{tempered}\n{self.verdict}\n{table}"


@checked
def model_weights(
    evidence: Any,
    *,
    tempering: Literal["n_eff"] | float | None = None,
    families: Mapping[str, str] | None = None,
    prior: Mapping[str, float] | None = None,
) -> ModelWeights:
    """Weights of models by Bayes' theorem: prior times likelihood, to the sum 1.

    Parameters
    ----------
    evidence
        A :class:`Ranking`, a mapping or Series of log-likelihoods by model, or a list of comparisons with
        the same observations. Likelihoods compare only when they are of the same observations under the same
        discrepancy.
    tempering
        None: likelihoods as they are, right when their covariance is (``discrepancy="estimate"``).
        ``"n_eff"``: likelihoods to the power ``n_eff / n``, the lowest of all models, for a covariance that
        takes too much as independent. Or a power from 0 (the prior) to 1. A power below 1 keeps the
        posterior honest where the likelihood is misspecified (Bissiri, Holmes and Walker 2016, J. R. Stat.
        Soc. B 78, 1103; Grünwald and van Ommen 2017, Bayesian Anal. 12, 1069).
    families
        Family of each model, such as the code it shares with others: each family has the same prior weight,
        which its models share (Knutti et al. 2017). A model that is not named is a family of its own.
    prior
        Prior weight of each model, in any unit; all alike when None. Not together with ``families``.

    Returns
    -------
    ModelWeights

    Raises
    ------
    ArgumentError
        For a log-likelihood that is NaN, a family or prior of a model that is not there, negative priors,
        ``tempering="n_eff"`` without comparisons, comparisons of different points, and when the observations
        exclude every model with a prior weight.

    Warns
    -----
    NunatakWarning
        For comparisons whose discrepancies were fitted to each model on its own.

    Examples
    --------
    >>> import nunatak as nk
    >>> weights = nk.model_weights({"a": -10.0, "b": -10.4, "c": -25.0})
    >>> weights.posterior.values.round(3)
    array([0.599, 0.401, 0.   ])
    >>> print(weights.verdict)
    The data do not distinguish a from b (odds 1.5); c is less probable by more than 3 to 1.
    """
    known = evidence_of(evidence)
    names = list(known.log_likelihoods)
    log_likelihood = np.array(list(known.log_likelihoods.values()))
    before = prior_weights(names, families, prior)
    temperature = _temperature(tempering, known)
    if _are_all_excluded(log_likelihood, before, temperature):
        raise ArgumentError(
            "prior: the observations exclude every model with a prior weight (log-likelihood -inf); "
            "expected a weight above 0 for one that they allow"
        )
    coordinates = {"model": names}
    return ModelWeights(
        xr.DataArray(_posterior(log_likelihood, before, temperature), coordinates, ("model",), name="weight"),
        xr.DataArray(before, coordinates, ("model",), name="prior"),
        xr.DataArray(log_likelihood, coordinates, ("model",), name="log_likelihood"),
        temperature,
    )


@checked
def leave_one_out(
    log_likelihoods: pd.DataFrame,
    *,
    tempering: float | None = None,
    families: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """How well weights from all other groups predict each group of observations that is left out.

    Parameters
    ----------
    log_likelihoods
        One row per model, one column per group: basins (:attr:`Ranking.groups`), or kinds of observation
        such as altimetry and mass change. Groups are taken as independent of each other.
    tempering, families
        As :func:`model_weights`; a power alone.

    Returns
    -------
    DataFrame
        One row per group: ``log_predictive``, the logarithm of the weighted mean of the models' likelihoods
        of the group, with weights from the other groups; ``log_prior``, the same with prior weights;
        ``skill``, their difference (nats): above 0 the other groups helped (Vehtari, Gelman and Gabry 2017,
        eq. 3, for groups); ``effective_size`` and ``best``, the most probable model, of those weights.

    Raises
    ------
    ArgumentError
        For fewer than two groups, two groups of one name, a log-likelihood that is missing, and groups that
        together exclude every model.

    Examples
    --------
    >>> import nunatak as nk
    >>> import pandas as pd
    >>> table = pd.DataFrame({"west": [-3.0, -9.0], "east": [-4.0, -8.0]}, index=["a", "b"])
    >>> nk.leave_one_out(table)["skill"].round(2).tolist()
    [0.67, 0.67]
    """
    if log_likelihoods.shape[1] < 2:
        raise ArgumentError(
            f"log_likelihoods: found {log_likelihoods.shape[1]} groups, expected two or more, a column for "
            "each"
        )
    groups = [str(group) for group in log_likelihoods.columns]
    double = [group for group in groups if groups.count(group) > 1]
    if double:
        raise ArgumentError(
            f"log_likelihoods: found two groups of the name {double[0]!r}, expected distinct names of columns"
        )
    columns = [evidence_of(log_likelihoods.iloc[:, at]) for at in range(len(groups))]
    names = list(columns[0].log_likelihoods)
    values = np.array([list(own.log_likelihoods.values()) for own in columns])
    before = prior_weights(names, families, None)
    temperature = _temperature(tempering, Evidence({}, None))
    rows = []
    for at, group in enumerate(groups):
        seen = np.delete(values, at, axis=0).sum(axis=0)
        if _are_all_excluded(seen, before, temperature):
            raise ArgumentError(
                f"log_likelihoods: the groups other than {group!r} exclude every model between them "
                "(log-likelihood -inf); expected one that they all allow"
            )
        others = _posterior(seen, before, temperature)
        predictive, alone = _log_mean(values[at], others), _log_mean(values[at], before)
        rows.append(
            {
                "group": group,
                "log_predictive": predictive,
                "log_prior": alone,
                "skill": predictive - alone,
                "effective_size": 1.0 / (others**2).sum(),
                "best": names[int(others.argmax())],
            }
        )
    return pd.DataFrame(rows).set_index("group")


def verdict(log_evidence: pd.Series) -> str:
    """What the observations say about models, in words, of log-likelihoods with the highest first."""
    ordered = log_evidence.sort_values(ascending=False, kind="stable")
    if ordered.size == 1:
        return f"{ordered.index[0]} is the only model."
    odds = np.exp(np.minimum(ordered.iloc[0] - ordered, 700.0))
    best, alike = ordered.index[0], odds[odds < DISTINGUISHED]
    if alike.size == ordered.size:
        last = _odds(odds.iloc[-1])
        return f"These data do not distinguish the models (odds of the first to the last {last})."
    if alike.size == 1:
        return f"These data favour {best}, over {ordered.index[1]} by odds of {_odds(odds.iloc[1])}."
    others = ", ".join(map(str, alike.index[1:]))
    rest = [str(name) for name in ordered.index[alike.size :]]
    what = f"{rest[0]} is" if len(rest) == 1 else f"the other {len(rest)} are"
    return (
        f"The data do not distinguish {best} from {others} (odds {_odds(alike.iloc[-1])}); {what} less "
        "probable by "
        f"more than {DISTINGUISHED:g} to 1."
    )


def _odds(odds: float) -> str:
    return f"{odds:.1f}" if odds < 1000 else f"{odds:.0e}" if odds < 1e300 else "more than 1e300"


def _posterior(log_likelihood: np.ndarray, prior: np.ndarray, temperature: float) -> np.ndarray:
    """Prior times likelihood to a power, to the sum 1; the largest is subtracted so that nothing
    overflows."""
    with np.errstate(divide="ignore"):
        logs = np.log(prior) + _tempered(log_likelihood, temperature)
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _are_all_excluded(log_likelihood: np.ndarray, prior: np.ndarray, temperature: float) -> bool:
    """Whether no model has both a prior weight and a likelihood, so that there is no posterior."""
    possible = prior > 0 if temperature == 0.0 else (prior > 0) & (log_likelihood > -np.inf)
    return not possible.any()


def _tempered(log_likelihood: np.ndarray, temperature: float) -> np.ndarray:
    """Log-likelihoods to a power, the highest 0."""
    if temperature == 0.0:
        return np.zeros_like(log_likelihood)
    return temperature * (log_likelihood - log_likelihood.max())


def _log_mean(log_likelihood: np.ndarray, weights: np.ndarray) -> float:
    """The logarithm of a weighted mean of likelihoods."""
    with np.errstate(divide="ignore"):
        return float(np.logaddexp.reduce(log_likelihood + np.log(weights)))


def _temperature(tempering: Any, known: Evidence) -> float:
    if tempering is None:
        return 1.0
    if isinstance(tempering, str):
        if tempering != "n_eff":
            raise ArgumentError(
                f"tempering: found {tempering!r:.60}, expected None, 'n_eff' or a power from 0 to 1"
            )
        if known.independent_share is None:
            raise ArgumentError(
                "tempering: found 'n_eff', which needs comparisons or a ranking as evidence; expected None "
                "or a power "
                "from 0 to 1"
            )
        return known.independent_share
    if not 0.0 <= tempering <= 1.0:
        raise ArgumentError(f"tempering: found {tempering!r}, expected None, 'n_eff' or a power from 0 to 1")
    return float(tempering)
