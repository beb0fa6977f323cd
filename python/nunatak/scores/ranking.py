"""Rankings: every model of a tree compared with the same observations under the same discrepancy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from nunatak.arguments import checked
from nunatak.ensembles.labels import member_labels
from nunatak.ensembles.stacking import matching_nodes
from nunatak.ensembles.weights import ModelWeights, model_weights, verdict
from nunatak.errors import ArgumentError, NunatakError, NunatakWarning, caller_stacklevel
from nunatak.io.cf import with_grid_mapping
from nunatak.points.arguments import as_points
from nunatak.scores.discrepancy import Discrepancy
from nunatak.scores.point_groups import Groups, groups_at
from nunatak.scores.residuals import residuals

if TYPE_CHECKING:
    from nunatak.points.points import Points
    from nunatak.scores.comparison import Comparison

__all__ = ["OnError", "Ranking", "rank"]

OnError = Literal["warn", "raise", "skip"]
_SAMPLING = ("crs", "datum", "time", "method", "source")
_COLUMNS = ("n", "bias", "bias_sigma", "rmse", "log_likelihood")


@dataclass(frozen=True, repr=False)
class Ranking:
    """Models in the order of their likelihood: result of :func:`compare` for a tree.

    Attributes
    ----------
    comparisons
        The :class:`Comparison` of each model, the most probable first.
    groups
        Where ``by=`` was given: one row per model and group with ``n``, ``bias``, ``bias_sigma``, ``rmse``
        (m) and ``log_likelihood`` of the points in the group; None otherwise.
    failures
        Why a model is not among them, by model.
    settings
        ``discrepancy`` as it was given; ``fitted_discrepancy``, the one for all models, and ``fitted_on``,
        the model whose residuals it was estimated from; ``points``, ``common``, ``dropped``: the number of
        points, of those that every model has, and of the others.
    """

    comparisons: dict[str, Comparison]
    groups: pd.DataFrame | None
    failures: dict[str, str]
    settings: dict[str, Any]
    _again: Callable[[Any], Ranking] = field(compare=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row per model, the most probable first.

        ``n`` points, ``bias``, its standard error ``bias_sigma``, ``rmse`` (m), ``log_likelihood``,
        ``delta`` to the highest, and ``probability``, the posterior one under equal priors, if one of the
        models is the truth but for the discrepancy.
        """
        rows = {name: [own.numbers[column] for column in _COLUMNS] for name, own in self.comparisons.items()}
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(_COLUMNS))
        table["n"] = table["n"].astype(int)
        table["delta"] = table["log_likelihood"] - table["log_likelihood"].max()
        shares = np.exp(table["delta"])
        table["probability"] = shares / shares.sum()
        return table.rename_axis("model")

    @property
    def verdict(self) -> str:
        """What the observations say about the models, in words."""
        return verdict(pd.Series(self.table["log_likelihood"]))

    def summary(self) -> str:
        """What was compared, the verdict and the table, as text."""
        kept = self.settings
        lines = [
            f"{len(self.comparisons)} models at the {kept['common']:,} points that all of them have; "
            f"{kept['dropped']:,} of {kept['points']:,} points are not in every model",
            _discrepancy_in_words(kept),
            *(f"left out: {name}: {reason}" for name, reason in self.failures.items()),
            self.verdict,
            self.table.to_string(float_format="{:.4g}".format),
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<nunatak.Ranking> {self.summary()}"

    @property
    def log_likelihoods(self) -> pd.DataFrame:
        """Log-likelihoods of each group, models as rows and groups as columns, for :func:`leave_one_out`.

        Raises
        ------
        ArgumentError
            When the ranking was made without ``by=``.
        """
        if self.groups is None:
            raise ArgumentError("by: found None, expected groups: nk.compare(tree, points, by=basins)")
        table = self.groups.pivot_table(index="model", columns="group", values="log_likelihood", sort=False)
        return table.loc[list(self.comparisons)]

    @checked
    def sensitivity(
        self,
        projection: xr.DataArray | None = None,
        *,
        factors: Sequence[float] | np.ndarray = (1.0, 3.0, 10.0),
        families: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Weights, and what they make of a projection, when the discrepancy is larger than it was taken to
        be.

        Parameters
        ----------
        projection
            One number per ``model``, such as its contribution to sea level; None for the weights alone.
        factors
            What the standard deviation of the discrepancy is multiplied by.
        families
            As :func:`model_weights`.

        Returns
        -------
        DataFrame
            One row per factor: ``sigma`` (m), ``effective_size``, ``best`` and its ``weight``, and of the
            projection ``mean``, ``5%``, ``50%`` and ``95%``; the first row, ``prior``, is without
            observations.

        Raises
        ------
        ArgumentError
            When the ranking has no discrepancy, or the projection other dimensions than the models.
        """
        fitted = self.settings["fitted_discrepancy"]
        if fitted is None:
            raise ArgumentError(
                "factors: the ranking has no discrepancy to multiply: nk.compare(tree, points, "
                "discrepancy='estimate')"
            )
        if projection is not None and projection.dims != ("model",):
            raise ArgumentError(f"projection: found dimensions {projection.dims}, expected ('model',)")
        rows: dict[Any, dict[str, Any]] = {}
        for factor in _factors(factors):
            scaled = Discrepancy(**{**fitted, "sigma": factor * fitted["sigma"]})
            ranking = self if factor == 1.0 else self._again(scaled)
            weights = model_weights(ranking, families=families)
            if "prior" not in rows:
                rows["prior"] = _projected(weights, projection, "prior")
            rows[f"x{factor:g}"] = {"sigma": scaled.sigma, **_projected(weights, projection, "posterior")}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("discrepancy")


def _factors(factors: Any) -> list[float]:
    try:
        values = [float(factor) for factor in np.asarray(factors, np.float64).ravel()]
    except (TypeError, ValueError, OverflowError):
        values = []
    if not values or not all(0 < value < 1e6 for value in values):
        raise ArgumentError(f"factors: found {factors!r:.60}, expected numbers above 0")
    return values


def _projected(weights: ModelWeights, projection: xr.DataArray | None, weighting: str) -> dict[str, Any]:
    own = weights.posterior if weighting == "posterior" else weights.prior
    row: dict[str, Any] = {"effective_size": float(1.0 / (own.values**2).sum())}
    if weighting == "posterior":
        at = int(own.values.argmax())
        row |= {"best": str(own["model"].values[at]), "weight": float(own.values[at])}
    if projection is not None:
        found = weights.apply(projection).sel(weighting=weighting)
        row["mean"] = float(found["mean"])
        row |= {
            f"{level:.0%}": float(value)
            for level, value in zip(found["level"].values, found["quantile"].values, strict=True)
        }
    return row


def _discrepancy_in_words(settings: Mapping[str, Any]) -> str:
    fitted = settings["fitted_discrepancy"]
    if fitted is None:
        return "no discrepancy of the models: likelihoods of many points are far too sharp where there is one"
    origin = f", estimated from the residuals of {settings['fitted_on']}" if settings["fitted_on"] else ""
    return f"one discrepancy for all: {fitted['sigma']:.3g} m over {fitted['length'] / 1e3:.3g} km{origin}"


def rank(
    compare_one: Callable[..., Comparison],
    tree: xr.DataTree,
    observations: Points | xr.Dataset,
    *,
    variable: str,
    match: str | None,
    on_error: OnError,
    by: Groups,
    discrepancy: Any,
    options: Mapping[str, Any],
) -> Ranking:
    """The ranking of the models of a tree, each compared by ``compare_one``; see :func:`compare`.

    Raises
    ------
    ArgumentError
        When no node holds the variable, no model can be compared, or no point is in all of them.
    """
    if on_error not in ("warn", "raise", "skip"):
        raise ArgumentError(f"on_error: found {on_error!r:.60}, expected 'warn', 'raise' or 'skip'")
    points = as_points(observations, "observations")
    _check_one_for_all(discrepancy)
    models = _models(tree, variable, match)
    sampled, failures = _residuals(models, points, on_error, options)
    models = {name: models[name] for name in sampled}
    values = np.array(list(sampled.values()))
    common = np.isfinite(values).all(axis=0)
    if not common.any():
        counts = [f"{name} has {int(np.isfinite(own).sum()):,}" for name, own in sampled.items()]
        raise ArgumentError(
            "observations: found no point that every model has a value for; compare fewer models, or points "
            f"where all are: {', '.join(counts[:8])}"
        )
    chosen = points.select(common)
    settings = {
        "variable": variable,
        "match": match,
        "discrepancy": discrepancy if isinstance(discrepancy, str | float | int) else None,
        "points": len(points),
        "common": int(common.sum()),
        "dropped": int(len(points) - common.sum()),
    }
    closest = min(models, key=lambda name: float(np.mean(sampled[name][common] ** 2)))

    def ranked(one: Any, fitted_on: str | None) -> Ranking:
        comparisons = {
            name: compare_one(model, chosen, discrepancy=one, **options) for name, model in models.items()
        }
        _check_likelihoods(comparisons)
        ordered = sorted(comparisons, key=lambda name: -comparisons[name].numbers["log_likelihood"])
        found = comparisons[ordered[0]].settings["fitted_discrepancy"]
        for name, own in comparisons.items():
            own.settings["path"] = name
        groups = None if by is None else _groups(compare_one, models, chosen, by, one, options)
        own = settings | {"fitted_discrepancy": found, "fitted_on": fitted_on}
        comparisons = {name: comparisons[name] for name in ordered}
        return Ranking(comparisons, groups, failures, own, lambda other: ranked(other, None))

    if discrepancy is None or isinstance(discrepancy, Discrepancy):
        return ranked(discrepancy, None)
    # One for all: that of the closest model, since what the others lack beyond it counts against them.
    reference = compare_one(models[closest], chosen, discrepancy=discrepancy, **options)
    fitted = reference.settings["fitted_discrepancy"]
    return ranked(None if fitted is None else Discrepancy(**fitted), closest)


def _check_likelihoods(comparisons: Mapping[str, Comparison]) -> None:
    for name, own in comparisons.items():
        if np.isnan(own.numbers["log_likelihood"]):
            raise ArgumentError(
                f"discrepancy: found one under which the log-likelihood of {name} is not a number; give "
                "nk.Discrepancy"
            )


def _check_one_for_all(discrepancy: Any) -> None:
    if isinstance(discrepancy, np.ndarray | xr.DataArray) and discrepancy.ndim:
        raise ArgumentError(
            "discrepancy: found an array, expected None, 'estimate', a standard deviation (m) or "
            "nk.Discrepancy, one for "
            "all models"
        )


def _models(tree: xr.DataTree, variable: str, match: str | None) -> dict[str, xr.DataArray]:
    nodes = matching_nodes(tree, variable, match, "model, variable")
    names, _ = member_labels(nodes)
    return {
        name: with_grid_mapping(node.to_dataset(), variable)
        for name, (_, node) in zip(names, nodes, strict=True)
    }


def _residuals(
    models: Mapping[str, xr.DataArray], points: Points, on_error: OnError, options: Mapping[str, Any]
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Residuals of each model that can be read and has points, and why others have none."""
    sampled: dict[str, np.ndarray] = {}
    failures: dict[str, str] = {}
    first: NunatakError | None = None
    for name, model in models.items():
        try:
            found = residuals(points, model, **{key: options[key] for key in _SAMPLING if key in options})
            sampled[name] = np.asarray(found.dataset["residual"].values, np.float64)
            if not np.isfinite(sampled[name]).any():
                raise ArgumentError("none of the points has a value of the model")
        except NunatakError as error:
            sampled.pop(name, None)
            if on_error == "raise":
                raise type(error)(f"{name}: {error}") from error
            first = first or error
            failures[name] = str(error)
    if first is not None and not sampled:
        raise type(first)(
            f"none of {len(models)} models can be compared; {next(iter(failures))}: {first}"
        ) from first
    if failures and on_error == "warn":
        name, reason = next(iter(failures.items()))
        warnings.warn(
            f"{len(failures)} of {len(models)} models are left out; {name}: {reason}",
            NunatakWarning,
            caller_stacklevel(),
        )
    return sampled, failures


def _groups(
    compare_one: Callable[..., Comparison],
    models: Mapping[str, xr.DataArray],
    points: Points,
    by: Groups,
    discrepancy: Any,
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Each model compared with the points of each group alone."""
    dataset = points.dataset
    labels = groups_at(by, dataset["longitude"].values, dataset["latitude"].values)
    rows = []
    for group in sorted({str(label) for label in labels if label != ""}):
        own = points.select(labels == group)
        for name, model in models.items():
            numbers = compare_one(model, own, discrepancy=discrepancy, **options).numbers
            rows.append({"model": name, "group": group, **{column: numbers[column] for column in _COLUMNS}})
    return pd.DataFrame(rows)
