"""Weights of models against Bayes' theorem by hand, numpy, and ensembles whose best model is known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

import nunatak as nk
from nunatak_testing.surfaces import CRS, interpolated, model, surface_points


def test_weights_are_prior_times_likelihood() -> None:
    given = {"a": -10.0, "b": -11.0, "c": -1000.0}
    weights = nk.model_weights(given, prior={"a": 1, "b": 3, "c": 4})
    products = np.array([1 * np.exp(-10.0), 3 * np.exp(-11.0), 0.0])
    np.testing.assert_allclose(weights.posterior, products / products.sum(), rtol=1e-12)
    assert weights.effective_size == pytest.approx(1 / (weights.posterior.values**2).sum())
    assert weights.table.index.tolist() == ["b", "a", "c"]
    far = nk.model_weights(
        {name: value - 1e6 for name, value in given.items()}, prior={"a": 1, "b": 3, "c": 4}
    )
    np.testing.assert_allclose(far.posterior, weights.posterior, rtol=1e-9)


def test_models_of_one_family_share_its_prior_weight() -> None:
    given = dict.fromkeys(["issm1", "issm2", "issm3", "pism", "mali"], 0.0)
    families = {"issm1": "ISSM", "issm2": "ISSM", "issm3": "ISSM", "pism": "mali"}
    weights = nk.model_weights(given, families=families)
    np.testing.assert_allclose(weights.prior, [1 / 9, 1 / 9, 1 / 9, 1 / 3, 1 / 3])
    np.testing.assert_allclose(weights.posterior, weights.prior)
    assert "do not distinguish the models" in weights.verdict


def test_tempering_raises_likelihoods_to_a_power() -> None:
    given = {"a": 0.0, "b": -8.0}
    for power in (0.0, 0.25, 1.0):
        weights = nk.model_weights(given, tempering=power)
        assert weights.posterior.values[0] == pytest.approx(1 / (1 + np.exp(-8.0 * power)))
    compared = [
        SimpleNamespace(settings={"model": name}, numbers={"log_likelihood": value, "n": 400, "n_eff": n_eff})
        for name, value, n_eff in (("a", -3.0, 100.0), ("b", -11.0, 40.0))
    ]
    tempered = nk.model_weights(compared, tempering="n_eff")
    assert tempered.temperature == pytest.approx(0.1)
    assert tempered.posterior.values[1] == pytest.approx(1 / (1 + np.exp(0.8)))
    compared[0].numbers["n"] = 399
    with pytest.raises(nk.ArgumentError, match="399 observations compared with 'a' and 400 with 'b'"):
        nk.model_weights(compared)
    with pytest.raises(nk.ArgumentError, match="tempering: found 'n_eff', which needs comparisons"):
        nk.model_weights(given, tempering="n_eff")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"a": 0.0, "b": -1.0},
            "These data do not distinguish the models (odds of the first to the last 2.7).",
        ),
        ({"a": 0.0, "b": -1.2}, "These data favour a, over b by odds of 3.3."),
        (
            {"c": -9.0, "a": 0.0, "b": -0.5},
            "do not distinguish a from b (odds 1.6); c is less probable by more",
        ),
        ({"a": 0.0, "b": -0.5, "c": -9.0, "d": -np.inf}, "the other 2 are less probable by more than 3 to 1"),
        ({"a": 0.0}, "a is the only model."),
    ],
)
def test_verdict_in_words(given: dict[str, float], words: str) -> None:
    assert words in nk.model_weights(given).verdict


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": np.nan, "b": 0.0}, "evidence: found nan for 'a'"),
        ({"a": np.inf, "b": 0.0}, "evidence: found inf for 'a'"),
        ({"a": -np.inf, "b": -np.inf}, "no model with a likelihood above 0"),
        ({}, "evidence: found no model"),
        (pd.Series([1.0, 2.0], index=["a", "a"]), "two models of the name 'a'"),
        ({"a": "best"}, "evidence: found str 'best' for 'a'"),
    ],
)
def test_evidence_that_is_none_is_refused(given: object, message: str) -> None:
    with pytest.raises(nk.ArgumentError, match=message):
        nk.model_weights(given)


def test_stated_probabilities_hold_in_simulated_ensembles() -> None:
    """Of 200 ensembles one model of five is the truth under correlated errors; how often, its weight says."""
    generator = np.random.default_rng(3)
    n, models = 40, 5
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    covariance = 2.0 * np.exp(-distance / 8.0) + 0.1 * np.eye(n)
    covariance_root = np.linalg.cholesky(covariance)
    stated, overconfident, is_best = [], [], []
    for _ in range(200):
        surfaces = (
            0.6 * generator.normal(size=(models, 1)) + 0.3 * generator.normal(size=(models, n)).cumsum(1) / 3
        )
        true = generator.integers(models)
        observed = surfaces[true] + covariance_root @ generator.normal(size=n)
        likelihoods = stats.multivariate_normal(np.zeros(n), covariance).logpdf(observed - surfaces)
        weights = nk.model_weights({str(at): value for at, value in enumerate(likelihoods)}).posterior.values
        stated.append(weights)
        alone = stats.norm(0, np.sqrt(2.1)).logpdf(observed - surfaces).sum(axis=1)
        overconfident.append(
            nk.model_weights({str(at): own for at, own in enumerate(alone)}).posterior.values
        )
        is_best.append(np.arange(models) == true)
    stated, is_best = np.array(stated), np.array(is_best)
    top = stated.max(axis=1)
    assert 0.35 < top.mean() < 0.9  # neither a guess nor a certainty, so that the test can fail
    # Whether the first of the ranking is the truth, as often as stated, overall and in three bins.
    hits = is_best[np.arange(200), stated.argmax(axis=1)]
    assert abs(hits.sum() - top.sum()) < 3 * np.sqrt((top * (1 - top)).sum())
    probability, outcome = stated.ravel(), is_best.ravel()
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 1.01)):
        own = (probability >= low) & (probability < high)
        assert own.sum() > 30
        spread = np.sqrt((probability[own] * (1 - probability[own])).sum())
        assert abs(outcome[own].sum() - probability[own].sum()) < 3 * spread
    # Likelihoods that take the same errors as independent are caught by the same measure.
    naive = np.array(overconfident)
    claimed, hits = naive.max(axis=1), is_best[np.arange(200), naive.argmax(axis=1)]
    assert claimed.sum() - hits.sum() > 3 * np.sqrt((claimed * (1 - claimed)).sum())


def test_weights_of_200_members_and_of_one_field() -> None:
    generator = np.random.default_rng(0)
    names = [f"m{at}" for at in range(200)]
    likelihoods = generator.normal(0, 2, 200)
    weights = nk.model_weights(dict(zip(names, likelihoods, strict=True)))
    values = generator.normal(size=(200, 3, 4))
    values[generator.random(values.shape) < 0.2] = np.nan
    values[:, 1, 1] = np.nan
    field = xr.DataArray(values, {"model": names}, ("model", "y", "x"), attrs={"units": "m"})
    found = weights.apply(field.isel(model=slice(None, None, -1)), quantiles=(0.3, 0.5))
    shares = np.where(np.isnan(values), 0.0, np.exp(likelihoods)[:, None, None])
    with np.errstate(invalid="ignore"):
        mean = np.nansum(shares * values, axis=0) / shares.sum(axis=0)
        var = np.nansum(shares * (values - mean) ** 2, axis=0) / shares.sum(axis=0)
    posterior, prior = found.sel(weighting="posterior"), found.sel(weighting="prior")
    np.testing.assert_allclose(posterior["mean"], mean)
    np.testing.assert_allclose(posterior["var"], var)
    assert found["var"].attrs["units"] in ("m2", "m^2", "m**2")
    for level in (0.3, 0.5):
        filled = np.where(np.isnan(values).all(axis=0), 0.0, values)
        expected = np.nanquantile(filled, level, axis=0, method="hazen")
        expected[1, 1] = np.nan
        np.testing.assert_allclose(prior["quantile"].sel(level=level), expected)
    # By hand in one cell: the weighted distribution function between the middles of its steps.
    own = ~np.isnan(values[:, 0, 0])
    order = np.argsort(values[own, 0, 0])
    share = np.exp(likelihoods[own])[order] / np.exp(likelihoods[own]).sum()
    expected = np.interp(0.3, share.cumsum() - share / 2, values[own, 0, 0][order])
    assert posterior["quantile"].sel(level=0.3).values[0, 0] == pytest.approx(expected)
    assert (
        np.isnan(found["mean"].values[:, 1, 1]).all() and np.isnan(found["quantile"].values[..., 1, 1]).all()
    )
    lazy = weights.apply(field.chunk(y=1), quantiles=(0.3, 0.5))
    xr.testing.assert_allclose(lazy.compute(), weights.apply(field, quantiles=(0.3, 0.5)))
    with pytest.raises(nk.ArgumentError, match="projection: found no model 'm0'"):
        weights.apply(field.isel(model=slice(1, None)))
    with pytest.raises(nk.ArgumentError, match="quantiles: found"):
        weights.apply(field, quantiles=[1.5])


def test_leaving_out_groups_by_hand() -> None:
    table = pd.DataFrame(
        {"west": [-3.0, -9.0], "east": [-4.0, -8.0], "south": [-2.0, -1.0]}, index=["a", "b"]
    )
    found = nk.leave_one_out(table)
    weight = 1 / (1 + np.exp(-8.0 + -1.0 - (-4.0 - 2.0)))
    predictive = np.log(weight * np.exp(-3.0) + (1 - weight) * np.exp(-9.0))
    assert found.loc["west", "log_predictive"] == pytest.approx(predictive)
    assert found.loc["west", "log_prior"] == pytest.approx(np.log(0.5 * np.exp(-3.0) + 0.5 * np.exp(-9.0)))
    assert found["best"].tolist() == ["a", "a", "a"]
    assert found.loc["south", "skill"] < 0 < found.loc["west", "skill"]
    with pytest.raises(nk.ArgumentError, match="log_likelihoods: found 1 groups"):
        nk.leave_one_out(table[["west"]])


def test_variance_adds_up_and_equals_anova_by_hand() -> None:
    generator = np.random.default_rng(1)
    values = (
        generator.normal(size=(4, 3, 5))
        + 3 * generator.normal(size=(4, 1, 1))
        + generator.normal(size=(1, 3, 1))
    )
    names = ["a", "b", "c", "d"]
    array = xr.DataArray(values, {"model": names}, ("model", "forcing", "run"), attrs={"units": "mm"})
    found = nk.variance_decomposition(array.transpose("run", "forcing", "model"), within="run")
    assert float(found["total"]) == pytest.approx(values.var())
    assert float(found["model"]) == pytest.approx(values.mean((1, 2)).var())
    assert float(found["forcing"]) == pytest.approx(values.mean((0, 2)).var())
    assert float(found["within"]) == pytest.approx(values.var(axis=2).mean())
    # The model that lacks a forcing does not count.
    values[3, 1, 2] = np.nan
    less = nk.variance_decomposition(array, within="run")
    assert float(less["total"]) == pytest.approx(values[:3].var()) and int(less["models"]) == 3
    weights = xr.DataArray([0.0, 0.0, 0.5, 0.5], {"model": names[::-1]}, ("model",))
    xr.testing.assert_allclose(
        nk.variance_decomposition(array, within="run", weights=weights).drop_vars("models"),
        nk.variance_decomposition(array.isel(model=slice(0, 2)), within="run").drop_vars("models"),
    )
    with pytest.raises(nk.ArgumentError, match="forcing: found 'gcm'"):
        nk.variance_decomposition(array, forcing="gcm")


def test_observations_that_exclude_every_model_give_no_weights() -> None:
    with pytest.raises(nk.ArgumentError, match="prior: the observations exclude every model with a prior"):
        nk.model_weights({"a": 0.0, "b": -np.inf}, prior={"a": 0, "b": 1})
    # A power of 0 is the prior, whatever was observed.
    kept = nk.model_weights({"a": 0.0, "b": -np.inf}, prior={"a": 0, "b": 1}, tempering=0.0)
    assert kept.posterior.values.tolist() == [0.0, 1.0]
    groups = {"west": [0.0, -np.inf], "east": [-np.inf, 0.0], "south": [0.0, 0.0]}
    table = pd.DataFrame(groups, index=["a", "b"])
    with pytest.raises(
        nk.ArgumentError, match="log_likelihoods: the groups other than 'south' exclude every"
    ):
        nk.leave_one_out(table)
    found = nk.leave_one_out(table[["west", "south"]])
    assert found.loc["south", "best"] == "a" and found.loc["west", "log_predictive"] == np.log(0.5)


@pytest.mark.parametrize("columns", [[1, "1"], ["1", "1"]])
def test_groups_of_one_name_are_refused(columns: list[object]) -> None:
    table = pd.DataFrame([[-3.0, -4.0], [-9.0, -8.0]], ["a", "b"], columns)
    with pytest.raises(nk.ArgumentError, match="log_likelihoods: found two groups of the name '1'"):
        nk.leave_one_out(table)


def compared(points: nk.Points, offset: float, discrepancy: object) -> nk.Comparison:
    surface = model() + offset
    return nk.compare(surface, points, crs=CRS, discrepancy=discrepancy, geolocation="product")


def test_comparisons_are_of_the_same_points() -> None:
    x, y, points = surface_points()
    points = points.select(np.isfinite(interpolated(x, y, model())))
    rows, given = np.arange(len(points)), nk.Discrepancy(2.0, 20e3)
    first = compared(points.select(rows < 200), 0.5, given)
    turned = nk.Points(points.select(rows < 200).dataset.isel(segment=slice(None, None, -1)))
    weights = nk.model_weights({"a": first, "b": compared(turned, 30.0, given)})
    assert weights.posterior.sel(model="a") > weights.posterior.sel(model="b")
    other = compared(points.select((rows > 0) & (rows < 201)), 0.5, given)
    assert other.numbers["n"] == first.numbers["n"] == 200
    with pytest.raises(nk.ArgumentError, match="evidence: found 'a' and 'b' compared at different points"):
        nk.model_weights({"a": first, "b": other})


def test_likelihoods_under_discrepancies_of_their_own_are_warned_of() -> None:
    _, _, points = surface_points()
    own = {name: compared(points, offset, "estimate") for name, offset in (("a", 0.0), ("b", 30.0))}
    assert own["a"].settings["fitted_discrepancy"] != own["b"].settings["fitted_discrepancy"]
    with pytest.warns(nk.NunatakWarning, match="evidence: the discrepancy of 'a' is .*, that of 'b'"):
        nk.model_weights(own)
