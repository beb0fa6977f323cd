"""Scores against scoringrules, scipy and dense linear algebra."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules as sr
from hypothesis import given, settings, strategies as st
from scipy import stats

from nunatak import scores
from nunatak.errors import ArgumentError


@pytest.fixture
def sample():
    generator = np.random.default_rng(42)
    mean = generator.normal(1500.0, 300.0, (30, 20))
    sigma = generator.uniform(0.1, 8.0, mean.shape)
    return mean + 1.3 * sigma * generator.normal(size=mean.shape), mean, sigma


def test_gaussian_scores_equal_scoringrules(sample):
    np.testing.assert_allclose(scores.crps_gaussian(*sample), sr.crps_normal(*sample), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(scores.log_score(*sample), sr.logs_normal(*sample), rtol=1e-10)


def test_gaussian_scores_equal_scipy(sample):
    observation, mean, sigma = sample
    z = (observation - mean) / sigma
    np.testing.assert_allclose(scores.z_score(*sample), z)
    np.testing.assert_allclose(scores.pit(*sample), stats.norm.cdf(observation, mean, sigma), rtol=1e-11)
    np.testing.assert_allclose(
        scores.log_score(*sample), -stats.norm.logpdf(observation, mean, sigma), rtol=1e-12
    )
    np.testing.assert_allclose(scores.dawid_sebastiani(*sample), np.log(sigma**2) + z**2, rtol=1e-12)


def test_pit_keeps_its_digits_in_the_tails():
    far = np.array([-37.0, -20.0, -8.0, 8.0])
    np.testing.assert_allclose(scores.pit(far, 0.0, 1.0), stats.norm.cdf(far), rtol=1e-11)


@pytest.mark.parametrize("level", [0.5, 0.68, 0.9, 0.95])
def test_coverage_and_interval_score(sample, level):
    observation, mean, sigma = sample
    lower, upper = stats.norm.interval(level, mean, sigma)
    inside = np.mean((observation >= lower) & (observation <= upper))
    assert scores.coverage(*sample, levels=level) == {level: pytest.approx(inside, abs=0)}
    expected = sr.interval_score(observation, lower, upper, 1 - level)
    np.testing.assert_allclose(scores.interval_score(observation, lower, upper, level), expected, rtol=1e-9)
    np.testing.assert_allclose(scores.interval_score_gaussian(*sample, level), expected, rtol=1e-9)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(2, 30),
    st.integers(1, 10),
    st.integers(0, 2**32 - 1),
    st.sampled_from([("ecdf", "nrg"), ("fair", "fair")]),
)
def test_crps_of_an_ensemble_equals_scoringrules(size, count, seed, estimator):
    generator = np.random.default_rng(seed)
    observation = generator.normal(2000.0, 30.0, count)
    members = generator.normal(2010.0, 20.0, (size, count))
    found = scores.crps_ensemble(observation, members, axis=0, estimator=estimator[0])
    expected = sr.crps_ensemble(observation, members.T, estimator=estimator[1])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_crps_of_an_ensemble_skips_missing_members():
    members = np.array([[1.0, np.nan, 4.0], [np.nan, np.nan, np.nan]])
    found = scores.crps_ensemble([2.0, 2.0], members)
    assert found[0] == pytest.approx(sr.crps_ensemble(2.0, np.array([1.0, 4.0]), estimator="nrg"))
    assert np.isnan(found[1])


def test_agreement_equals_numpy_and_skips_nan():
    generator = np.random.default_rng(3)
    observation, model = generator.normal(size=(2, 500))
    observation[::7] = np.nan
    model[::11] = np.nan
    residual = (observation - model)[~np.isnan(observation - model)]
    found = scores.agreement(observation, model)
    assert (found["n"], found["skipped"]) == (residual.size, 500 - residual.size)
    assert scores.bias(observation, model) == pytest.approx(residual.mean(), abs=1e-14)
    assert scores.mae(observation, model) == pytest.approx(np.abs(residual).mean())
    assert scores.rmse(observation, model) == pytest.approx(np.sqrt((residual**2).mean()))
    assert scores.centred_rmse(observation, model) == pytest.approx(residual.std())
    assert scores.median(observation - model) == np.median(residual)
    expected = 1.4826 * stats.median_abs_deviation(residual)
    assert scores.nmad(observation - model) == pytest.approx(expected, rel=1e-14)


def random_passes(seed, n=60, count=5):
    generator = np.random.default_rng(seed)
    random = generator.uniform(0.02, 2.0, n)
    common = generator.uniform(0.0, 3.0, n)
    passes = generator.integers(0, count, n) * 17 - 3
    same = passes[:, None] == passes[None, :]
    covariance = np.diag(random**2) + np.where(same, np.outer(common, common), 0.0)
    return generator.normal(size=n) * 2, random, common, passes, covariance


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.integers(1, 6))
def test_low_rank_likelihood_equals_the_dense_one(seed, n, count):
    residual, random, common, passes, covariance = random_passes(seed, n, count)
    expected = stats.multivariate_normal(np.zeros(n), covariance, allow_singular=False).logpdf(residual)
    assert scores.log_likelihood(residual, random, common, passes) == pytest.approx(
        expected, rel=1e-8, abs=1e-8
    )
    distance = residual @ np.linalg.solve(covariance, residual)
    assert scores.mahalanobis(residual, random, common, passes) == pytest.approx(distance, rel=1e-7)


def test_effective_sample_size_by_simulation():
    """The variance of the mean and of the reduced chi-square, from 20,000 draws of the error model."""
    _, random, common, passes, covariance = random_passes(5, n=80, count=6)
    draws = np.random.default_rng(8).multivariate_normal(np.zeros(80), covariance, 20_000)
    effective = scores.effective_sample_size(random, common, passes)
    assert np.trace(covariance) / 80 / effective == pytest.approx(draws.mean(axis=1).var(), rel=0.04)
    expectation, spread = 1.0, scores.chi2_reduced(draws[0], random, common, passes)[1]
    chi2 = (draws**2 / np.diag(covariance)).mean(axis=1)
    assert chi2.mean() == pytest.approx(expectation, abs=0.02)
    assert chi2.std() == pytest.approx(spread, rel=0.04)


def test_likelihood_skips_nan_and_rejects_no_noise():
    residual, random, common, passes, _ = random_passes(1)
    holed = residual.copy()
    holed[3] = np.nan
    keep = np.arange(residual.size) != 3
    expected = scores.log_likelihood(residual[keep], random[keep], common[keep], passes[keep])
    assert scores.log_likelihood(holed, random, common, passes) == expected
    with pytest.raises(ArgumentError, match="`random_sigma` is 0 at index 0"):
        scores.log_likelihood([1.0], [0.0], [1.0], [1])
    with pytest.raises(ArgumentError, match="passes must be integers"):
        scores.log_likelihood([1.0], [1.0], [1.0], [1.5])


def test_pit_of_a_calibrated_prediction_is_uniform():
    observation = np.random.default_rng(0).normal(size=5000)
    values = scores.pit(observation, 0.0, 1.0)
    assert stats.kstest(values, "uniform").pvalue > 0.01
    counts = scores.pit_histogram(values, 20)
    np.testing.assert_array_equal(counts, np.histogram(values, 20, (0, 1))[0])
    assert stats.kstest(scores.pit(observation, 0.0, 0.5), "uniform").pvalue < 1e-6


def test_nan_goes_through_and_shapes_are_checked():
    assert np.isnan(scores.crps_gaussian([np.nan, 1.0], 1.0, 1.0)).tolist() == [True, False]
    assert scores.crps_gaussian(1.0, 1.0, 1.0).shape == ()
    with pytest.raises(ArgumentError, match=r"observation \(2,\), mean \(3,\)"):
        scores.crps_gaussian([1.0, 2.0], [1.0, 2.0, 3.0], 1.0)
    with pytest.raises(ArgumentError, match="`sigma` is -1 at index 1"):
        scores.crps_gaussian([1.0, 2.0], 0.0, [1.0, -1.0])
    with pytest.raises(ArgumentError, match=r"0.9 for 90 %"):
        scores.coverage([1.0], [1.0], [1.0], levels=90)
    with pytest.raises(ArgumentError, match="bins must be"):
        scores.pit_histogram([0.1], 0)


@pytest.mark.parametrize("bins", [2**45, 2**60, 2**63 - 1, 2**63, 2**70])
def test_bins_beyond_memory_are_refused(bins: int) -> None:
    with pytest.raises(ArgumentError, match="bins"):
        scores.pit_histogram([0.5, 0.25], bins)
