"""Scores of ensembles against loops over points in numpy, and against scoringrules."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scoringrules as sr
import xarray as xr
from hypothesis import given, settings, strategies as st
from scipy.stats import norm

import nunatak as nk
from nunatak import scores

NAN, INF = np.nan, np.inf


def mean_distance(difference: float, sigma: float) -> float:
    """``E|N(difference, sigma**2)|`` by its definition."""
    if sigma == 0:
        return abs(difference)
    z = difference / sigma
    return 2 * sigma * norm.pdf(z) + difference * (2 * norm.cdf(z) - 1)


def crps_of_point(y, x, w, sigma, is_fair):
    """The double sum over members; infinite numbers as the integral has them."""
    x, w = x[~np.isnan(x) & (w > 0)], w[~np.isnan(x) & (w > 0)]
    if np.isnan(y) or len(x) == 0 or (is_fair and len(x) < 2):
        return NAN
    if np.isinf(x).any() or np.isinf(y):
        if is_fair:
            return NAN if np.isinf(x).any() else INF
        return 0.0 if (x == y).all() else INF
    w = w / w.sum()
    distance = sum(own * mean_distance(y - member, sigma) for member, own in zip(x, w, strict=True))
    pairs = 0.0
    for i, j in itertools.product(range(len(x)), repeat=2):
        if not (is_fair and i == j):
            pairs += w[i] * w[j] * mean_distance(x[i] - x[j], np.sqrt(2) * sigma)
    return distance - 0.5 * pairs / ((1 - (w**2).sum()) if is_fair else 1)


def log_score_of_point(y, x, w, sigma):
    x, w = x[~np.isnan(x) & (w > 0)], w[~np.isnan(x) & (w > 0)]
    if np.isnan(y) or len(x) == 0:
        return NAN
    finite = np.isfinite(x) if np.isfinite(y) else np.zeros(len(x), bool)
    with np.errstate(divide="ignore"):
        return -np.log((w[finite] / w.sum() * norm.pdf(y, x[finite], sigma)).sum())


def ranks_of_point(y, x, sigma):
    """All outcomes of members below or above the observation."""
    found = np.zeros(len(x) + 1)
    if np.isnan(y) or np.isnan(x).any():
        return found * NAN
    if sigma == 0:
        below, ties = (x < y).sum(), (x == y).sum()
        found[below : below + ties + 1] = 1 / (ties + 1)
        return found
    chance = np.array([0.5 if member == y else norm.cdf((y - member) / sigma) for member in x])
    for outcome in itertools.product([0, 1], repeat=len(x)):
        found[sum(outcome)] += np.prod(np.where(outcome, chance, 1 - chance))
    return found


def draw(seed: int, size: int, count: int = 23):
    """Observations, members with ties, holes and infinite ones, errors of which some are 0."""
    rng = np.random.default_rng(seed)
    observation = rng.integers(-4, 5, count) * 1.0
    members = np.where(rng.random((count, size)) < 0.5, rng.integers(-4, 5, (count, size)), 0.0)
    members = members + np.where(rng.random((count, size)) < 0.5, rng.normal(size=(count, size)), 0.0)
    members[rng.random((count, size)) < 0.15] = NAN
    members[rng.random((count, size)) < 0.03] = INF
    members[rng.random((count, size)) < 0.02] = -INF
    observation[rng.random(count) < 0.1] = NAN
    observation[1] = INF
    members[2] = NAN
    sigma = np.where(rng.random(count) < 0.3, 0.0, rng.uniform(0.1, 3.0, count))
    weights = rng.uniform(0.1, 2.0, size)
    weights[1:][rng.random(size - 1) < 0.2] = 0.0
    return observation, members, sigma, weights


CASES = [(seed, size) for seed in range(4) for size in (1, 2, 5, 8)]


@pytest.mark.parametrize(("seed", "size"), CASES)
@pytest.mark.parametrize("estimator", ["ecdf", "fair"])
def test_crps_equals_the_double_sum(seed, size, estimator):
    observation, members, sigma, weights = draw(seed, size)
    for w, s in [(None, None), (weights, None), (None, sigma), (weights, sigma)]:
        found = scores.crps_ensemble(observation, members, estimator=estimator, member_weights=w, sigma=s)
        expected = [
            crps_of_point(y, x, np.ones(size) if w is None else w, error, estimator == "fair")
            for y, x, error in zip(observation, members, np.zeros(23) if s is None else s, strict=True)
        ]
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("seed", "size"), CASES)
def test_log_score_equals_the_density_of_the_mixture(seed, size):
    observation, members, sigma, weights = draw(seed, size)
    sigma += 0.2
    for w in (None, weights):
        found = scores.log_score_ensemble(observation, members, sigma, member_weights=w)
        own = np.ones(size) if w is None else w
        rows = zip(observation, members, sigma, strict=True)
        expected = [log_score_of_point(y, x, own, error) for y, x, error in rows]
        np.testing.assert_allclose(found, expected, rtol=1e-10)
    with pytest.raises(nk.ArgumentError, match="`sigma` is 0"):
        scores.log_score_ensemble(observation, members, 0.0)


@pytest.mark.parametrize(("seed", "size"), CASES)
def test_rank_histogram_equals_all_outcomes(seed, size):
    observation, members, sigma, _ = draw(seed, size)
    for s in (None, sigma):
        errors = np.zeros(23) if s is None else s
        rows = [ranks_of_point(*row) for row in zip(observation, members, errors, strict=True)]
        found = scores.rank_histogram(observation, members, sigma=s)
        np.testing.assert_allclose(found, np.nanmean(rows, axis=0), rtol=1e-12, atol=1e-15)


def test_rank_histogram_is_the_mean_of_perturbed_ones():
    rng = np.random.default_rng(3)
    observation, members = rng.normal(size=50), rng.normal(size=(50, 6))
    perturbed = members[:, :, None] + 0.7 * rng.normal(size=(50, 6, 4000))
    ranks = (perturbed < observation[:, None, None]).sum(axis=1)
    expected = np.bincount(ranks.ravel(), minlength=7) / ranks.size
    np.testing.assert_allclose(scores.rank_histogram(observation, members, sigma=0.7), expected, atol=0.005)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.integers(1, 19), st.integers(0, 2**32 - 1))
def test_weighted_scores_equal_scoringrules(size, count, seed):
    rng = np.random.default_rng(seed)
    observation, members = rng.normal(2000.0, 30.0, count), rng.normal(2010.0, 20.0, (count, size))
    weights = rng.uniform(0.1, 1.0, size)
    every = np.broadcast_to(weights, members.shape)
    found = scores.crps_ensemble(observation, members, member_weights=weights)
    expected = sr.crps_ensemble(observation, members, ens_w=every, estimator="nrg")
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    vectors, rows = rng.normal(size=(count, 3)), rng.normal(size=(count, size, 3))
    for estimator, theirs in (("ecdf", "nrg"), ("fair", "fair")):
        found = scores.energy_score(vectors, rows, estimator=estimator)
        np.testing.assert_allclose(found, sr.es_ensemble(vectors, rows, estimator=theirs), rtol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_energy_score_equals_the_double_sum(seed):
    rng = np.random.default_rng(seed)
    observation, members = rng.normal(size=(9, 2)), rng.normal(size=(9, 4, 2))
    members[rng.random(members.shape) < 0.1] = NAN
    observation[3, 1] = NAN
    members[5] = NAN
    members[6, 1] = observation[6]
    weights = rng.uniform(0.1, 1.0, 4)
    expected = []
    for y, x in zip(observation, members, strict=True):
        valid = ~np.isnan(x).any(axis=1)
        w, x = weights[valid] / max(weights[valid].sum(), 1e-300), x[valid]
        pairs = np.linalg.norm(x[:, None] - x[None], axis=-1)
        score = (w * np.linalg.norm(x - y, axis=-1)).sum() - 0.5 * (w[:, None] * w * pairs).sum()
        expected.append(score if valid.any() else NAN)
    found = scores.energy_score(observation, members, member_weights=weights)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    turned = scores.energy_score(
        observation, np.moveaxis(members, (1, 2), (0, 1)), axis=0, component_axis=1, member_weights=weights
    )
    np.testing.assert_array_equal(turned, found)
    members[0, 0], members[1], observation[1] = [INF, 1.0], [INF, 1.0], [INF, 1.0]
    np.testing.assert_array_equal(scores.energy_score(observation, members)[:2], [INF, 0.0])


@pytest.mark.parametrize("seed", range(4))
def test_spread_and_error_equal_numpy(seed):
    rng = np.random.default_rng(seed)
    observation, members = rng.normal(size=200), rng.normal(size=(200, 5))
    sigma = rng.uniform(0.0, 1.0, 200)
    found = scores.spread_error(observation, members, sigma=sigma)
    spread = np.sqrt((6 / 5 * members.var(axis=1, ddof=1) + sigma**2).mean())
    error = np.sqrt(((observation - members.mean(axis=1)) ** 2).mean())
    assert float(found.spread) == pytest.approx(spread) and float(found.rmse) == pytest.approx(error)
    assert float(found.ratio) == pytest.approx(spread / error)
    # Where one member is left, there is no spread.
    members[:100, 1:] = NAN
    half = scores.spread_error(observation, members)
    assert float(half.rmse) == pytest.approx(
        np.sqrt(((observation - members.mean(axis=1)) ** 2)[100:].mean())
    )
    assert np.isnan(float(scores.spread_error(observation, members[:, :1]).spread))


def test_a_reliable_ensemble_has_the_spread_of_its_error():
    rng = np.random.default_rng(0)
    centre = rng.normal(size=(60_000, 1)) * 5
    members = centre + rng.normal(size=(60_000, 3))
    observation = centre[:, 0] + rng.normal(size=60_000) + 0.5 * rng.normal(size=60_000)
    found = scores.spread_error(observation, members, sigma=0.5)
    assert float(found.ratio) == pytest.approx(1.0, abs=0.015)
    np.testing.assert_allclose(scores.rank_histogram(observation, members, sigma=0.5), 0.25, atol=0.01)


@pytest.mark.parametrize("estimator", ["ecdf", "fair"])
@pytest.mark.parametrize("axis", [0, 1])
def test_one_pass_equals_single_scores(estimator, axis):
    observation, members, sigma, weights = draw(11, 6)
    members, sigma = np.where(np.isinf(members), 1.5, members), sigma + 0.3
    observation[1] = 2.0
    members = members if axis else np.ascontiguousarray(members.T)
    options = {"axis": axis, "sigma": sigma}
    found = scores.ensemble_scores(
        observation, members, estimator=estimator, member_weights=weights, **options
    )
    crps = scores.crps_ensemble(observation, members, estimator=estimator, member_weights=weights, **options)
    assert float(found.crps) == pytest.approx(np.nanmean(crps), rel=1e-13)
    log_score = scores.log_score_ensemble(observation, members, member_weights=weights, **options)
    assert float(found.log_score) == pytest.approx(np.nanmean(log_score), rel=1e-13)
    both = scores.spread_error(observation, members, member_weights=weights, **options)
    for name in both:
        assert float(found[name]) == pytest.approx(float(both[name]), rel=1e-13)
    ranks = scores.rank_histogram(observation, members, **options)
    np.testing.assert_allclose(found.rank_histogram, ranks, rtol=1e-13)
    assert "log_score" not in scores.ensemble_scores(observation, members, axis=axis)


def test_brier_score_and_iou():
    rng = np.random.default_rng(2)
    event, chance = (rng.random(300) < 0.4) * 1.0, rng.random(300)
    chance[::17] = NAN
    np.testing.assert_allclose(scores.brier_score(event, chance), sr.brier_score(event, chance))
    assert scores.brier_score(event, chance, dim=...) == pytest.approx(np.nanmean((event - chance) ** 2))
    one, other = rng.random((2, 300)) < 0.5
    assert scores.iou(one, other) == pytest.approx((one & other).sum() / (one | other).sum())
    areas = rng.uniform(1, 2, 300)
    expected = areas[one & other].sum() / areas[one | other].sum()
    assert scores.iou(one, other, weights=areas) == pytest.approx(expected)
    assert np.isnan(scores.iou(np.zeros(3), np.zeros(3)))
    with pytest.raises(nk.ArgumentError, match="probability: found 40"):
        scores.brier_score(event, np.full(300, 40.0))
    with pytest.raises(nk.ArgumentError, match=r"observation: found 0\.5"):
        scores.brier_score(np.full(300, 0.5), chance)
    with pytest.raises(nk.ArgumentError, match="model: found -1"):
        scores.iou(one, np.full(300, -1.0))


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("member_weights", [1.0, -1.0, 1.0]),
        ("member_weights", [0.0, 0.0, 0.0]),
        ("member_weights", [1.0, 1.0]),
        ("sigma", -1.0),
        ("sigma", INF),
        ("axis", 5),
        ("dim", "z"),
        ("weights", [1.0, 2.0]),
        ("weights", -1.0),
        ("weights", "area"),
        ("weights", "mass"),
        ("by", [1, 2]),
        ("by", [0.5, 1.0, 2.0, 1.0]),
        ("estimator", "nrg"),
    ],
)
def test_wrong_arguments_are_named(argument, value):
    with pytest.raises(nk.ArgumentError, match=argument):
        scores.crps_ensemble(np.ones(4), np.ones((4, 3)), **{argument: value})


def test_places_are_gone_through_in_any_order_of_axes():
    rng = np.random.default_rng(4)
    labels = {"y": [3.0, 2.0, 1.0], "x": [10.0, 20.0, 30.0, 40.0], "model": list("abcde")}
    members = xr.DataArray(rng.normal(size=(5, 3, 4)), labels, ("model", "y", "x"))
    observation = xr.DataArray(rng.normal(size=(3, 4)), {"y": labels["y"], "x": labels["x"]}, ("y", "x"))
    sigma = 0.1 + np.abs(observation) * 0.3
    weights = xr.DataArray(rng.uniform(0.1, 1, 5), {"model": labels["model"]}, ("model",))
    plain = np.moveaxis(members.values, 0, -1)
    expected = scores.crps_ensemble(
        observation.values, plain, sigma=sigma.values, member_weights=weights.values
    )
    for order in itertools.permutations(members.dims):
        turned = members.isel(y=[1, 2, 0], x=slice(None, None, -1), model=[4, 2, 0, 1, 3]).transpose(*order)
        found = scores.crps_ensemble(
            observation, turned, sigma=sigma.T[:, ::-1], member_weights=weights.isel(model=[3, 1, 0, 2, 4])
        )
        assert found.dims == ("y", "x") and found.name == "crps"
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        np.testing.assert_array_equal(found.x, observation.x)


def test_vectors_are_gone_through_in_any_order_of_axes():
    rng = np.random.default_rng(6)
    labels = {"x": [1.0, 2.0, 3.0], "component": ["vx", "vy"], "model": list("abcd")}
    members = xr.DataArray(rng.normal(size=(3, 4, 2)), labels, ("x", "model", "component"))
    observation = xr.DataArray(
        rng.normal(size=(3, 2)), {"x": labels["x"], "component": labels["component"]}, ("x", "component")
    )
    weights = xr.DataArray(rng.uniform(0.1, 1, 4), {"model": labels["model"]}, ("model",))
    expected = scores.energy_score(observation.values, members.values, member_weights=weights.values)
    for order in itertools.permutations(members.dims):
        turned = members.isel(x=[2, 0, 1], component=[1, 0], model=[3, 1, 2, 0]).transpose(*order)
        for ours, own in ((observation, turned), (observation.chunk({"x": 1}), turned.chunk())):
            found = scores.energy_score(ours, own, component_dim="component", member_weights=weights[::-1])
            assert found.dims == ("x",)
            np.testing.assert_allclose(found, expected, rtol=1e-12)
    with pytest.raises(nk.ArgumentError, match="component_dim"):
        scores.energy_score(observation, members)
    with pytest.raises(nk.ArgumentError, match="observation and members"):
        scores.energy_score(observation.values, members)


def test_members_without_names_go_with_a_named_observation_by_position():
    rng = np.random.default_rng(8)
    observation = xr.DataArray(rng.normal(size=(3, 4)), dims=("y", "x"))
    members = rng.normal(size=(5, 3, 4))
    found = scores.crps_ensemble(observation, members, axis=0, sigma=0.5)
    assert found.dims == ("y", "x")
    expected = scores.crps_ensemble(observation.values, members, axis=0, sigma=0.5)
    np.testing.assert_array_equal(found, expected)
    # Where the observation lacks two dimensions, that of the members is named.
    runs = xr.DataArray(rng.normal(size=(2, 5, 3, 4)), dims=("run", "model", "y", "x"))
    by_run = scores.crps_ensemble(observation, runs, member_dim="model")
    np.testing.assert_allclose(by_run.sel(run=1), scores.crps_ensemble(observation, runs[1]))
    with pytest.raises(nk.ArgumentError, match="member_dim"):
        scores.crps_ensemble(observation, runs, member_dim="y")
    with pytest.raises(nk.ArgumentError, match="member_dim="):
        scores.crps_ensemble(observation, runs)
