"""Scores pair elements by dimension and coordinate, take masks as missing, and one value for all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st
from scipy.stats import multivariate_normal, norm

import nunatak as nk
from nunatak import scores

RNG = np.random.default_rng(7)
FIELD = xr.DataArray(
    RNG.normal(size=(3, 4, 4)),
    {"time": [1, 2, 3], "y": np.arange(4.0), "x": 10.0 + np.arange(4.0)},
    ("time", "y", "x"),
)
OTHER = FIELD + RNG.normal(size=FIELD.shape)
ORDERS = list(itertools.permutations(FIELD.dims))
PAIRS = [scores.rmse, scores.mae, scores.bias, scores.centred_rmse]
WITH_SIGMA = [scores.z_score, scores.crps_gaussian, scores.log_score, scores.dawid_sebastiani, scores.pit]


@settings(max_examples=40, deadline=None)
@given(
    order=st.sampled_from(ORDERS),
    flips=st.lists(st.booleans(), min_size=3, max_size=3),
    shuffle=st.permutations(range(4)),
)
def test_the_order_of_a_field_does_not_matter(
    order: tuple[str, ...], flips: list[bool], shuffle: list[int]
) -> None:
    turned = OTHER.transpose(*order).isel(x=shuffle)
    for dim, flip in zip(FIELD.dims, flips, strict=True):
        turned = turned.isel({dim: slice(None, None, -1)}) if flip else turned
    for score in PAIRS:
        assert score(FIELD, turned) == pytest.approx(score(FIELD.values, OTHER.values), rel=1e-12, abs=1e-12)
    sigma = np.abs(turned) + 0.1
    for score in WITH_SIGMA:
        expected = score(FIELD.values, OTHER.values, np.abs(OTHER.values) + 0.1)
        np.testing.assert_allclose(score(FIELD, turned, sigma), expected, rtol=1e-12)


def test_dimensions_that_one_lacks_are_broadcast_by_name() -> None:
    profile = FIELD.mean(("time", "y"))
    expected = np.abs(FIELD.values - profile.values).mean()
    assert scores.mae(FIELD, profile) == pytest.approx(expected)
    assert scores.mae(FIELD.transpose("x", "y", "time"), profile) == pytest.approx(expected)
    column = FIELD.mean(("time", "x"))
    assert scores.bias(FIELD, column) == pytest.approx((FIELD.values - column.values[None, :, None]).mean())


def test_coordinates_of_one_place_may_differ_in_their_last_digits() -> None:
    rounded = OTHER.assign_coords(x=OTHER.x.astype("f4") * np.float32(1 + 1e-7))
    assert scores.rmse(FIELD, rounded) == pytest.approx(scores.rmse(FIELD.values, OTHER.values))


@pytest.mark.parametrize(
    "other",
    [
        OTHER.assign_coords(y=OTHER.y + 0.5),
        OTHER.isel(y=slice(1, None)),
        OTHER.assign_coords(y=list("abcd")),
        OTHER.assign_coords(time=[1, 2, 4]),
    ],
    ids=["shifted", "shorter", "text", "other years"],
)
def test_other_places_are_refused(other: xr.DataArray) -> None:
    with pytest.raises(nk.ArgumentError, match=r"observation and model differ along '(y|time)'"):
        scores.rmse(FIELD, other)


def test_an_array_without_names_needs_a_place() -> None:
    assert scores.rmse(FIELD, OTHER.values) == pytest.approx(scores.rmse(FIELD.values, OTHER.values))
    with pytest.raises(nk.ArgumentError, match="sigma: found an array without dimension names"):
        scores.z_score(FIELD.isel(time=0), OTHER, np.ones((3, 4, 4)))
    for bad in (FIELD.to_dataset(name="orog"), "0.5", ["a", "b"], object()):
        with pytest.raises(nk.ArgumentError, match="model"):
            scores.rmse(FIELD, bad)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_members_are_found_by_name(axis: int) -> None:
    observation = FIELD.isel(time=0, drop=True)
    members = OTHER.rename(time="member")
    expected = scores.crps_ensemble(observation.values, members.values, axis=0)
    turned = members.isel(y=slice(None, None, -1)).transpose("x", "member", "y")
    np.testing.assert_allclose(scores.crps_ensemble(observation, turned, axis=axis), expected)
    with pytest.raises(nk.ArgumentError, match="members"):
        scores.crps_ensemble(observation, members.expand_dims("run"))
    with pytest.raises(nk.ArgumentError, match="axis"):
        scores.crps_ensemble(observation.values, members.values, axis=5)


HIDDEN = np.array([False, False, True, False])


@pytest.mark.parametrize("fill", [-9999.0, 1e20, np.nan])
def test_masked_elements_are_missing(fill: float) -> None:
    values = np.ma.array([1.0, 2.0, fill, 4.0], mask=HIDDEN)
    truth = np.array([1.5, 2.5, 3.0, 4.5])
    missing = values.filled(np.nan)
    assert scores.agreement(values, truth) == scores.agreement(missing, truth)
    assert scores.agreement(truth, values)["n"] == 3 and scores.bias(values, truth) == pytest.approx(-0.5)
    for score in (scores.median, scores.nmad):
        assert score(values) == score(missing)
    for score in WITH_SIGMA:
        np.testing.assert_array_equal(score(values, truth, 0.5), score(missing, truth, 0.5))
    np.testing.assert_allclose(
        scores.crps_ensemble([1.0], np.ma.array([[1.0, 2.0, fill]], mask=[[0, 0, 1]])), [0.25]
    )


@pytest.mark.parametrize("sigma", [0.0, 1e-12, 1e-300])
@pytest.mark.parametrize("distance", [0.0, 2.0, -3e4])
def test_without_spread_the_crps_is_the_distance(sigma: float, distance: float) -> None:
    found = scores.crps_gaussian([5.0 + distance, 2.0], [5.0, 1.0], [sigma, 0.5])
    z = 2.0
    other = 0.5 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    np.testing.assert_allclose(found, [abs(distance), other], rtol=1e-10, atol=1e-12)
    with pytest.raises(nk.ArgumentError, match="sigma"):
        scores.crps_gaussian([1.0, 1.0], [1.0, 1.0], [sigma, -1.0])
    if sigma == 0.0:
        with pytest.raises(nk.ArgumentError, match="sigma"):
            scores.z_score([1.0], [1.0], [0.0])


PASSES = np.array([0, 0, 1])
COVARIANCE = np.array([[5.0, 1.0, 0.0], [1.0, 5.0, 0.0], [0.0, 0.0, 5.0]])
TWO, ONE = (2.0, np.full(3, 2.0), np.float32(2.0), [2.0] * 3), (1.0, np.ones(3), [1.0])


@pytest.mark.parametrize("random", TWO, ids=str)
@pytest.mark.parametrize("common", ONE, ids=str)
def test_one_sigma_holds_for_all(random, common) -> None:
    if any(np.size(own) == 3 for own in (random, common)):
        expected = 3 * np.trace(COVARIANCE) / COVARIANCE.sum()
        assert scores.effective_sample_size(random, common, PASSES) == pytest.approx(expected)
    for residual in (np.array([1.0, -1.0, 2.0]), np.full(3, 0.5)):
        given_as = 0.5 if (residual == 0.5).all() else residual
        density = multivariate_normal(np.zeros(3), COVARIANCE).logpdf(residual)
        assert scores.log_likelihood(given_as, random, common, PASSES) == pytest.approx(density)
        distance = residual @ np.linalg.solve(COVARIANCE, residual)
        assert scores.mahalanobis(given_as, random, common, PASSES) == pytest.approx(distance)
        assert scores.chi2_reduced(given_as, random, common, PASSES)[0] == pytest.approx(
            (residual**2).mean() / 5.0
        )


def test_passes_of_another_length_or_kind_are_refused() -> None:
    for passes in ([0, 1], [0.0, 0.0, 1.0], np.ma.array([0, 0, 1], mask=[0, 0, 1])):
        with pytest.raises(nk.ArgumentError, match="passes"):
            scores.log_likelihood([1.0, -1.0, 2.0], 1.0, 1.0, passes)


@pytest.mark.parametrize(("units", "factor"), [("km", 1e-3), ("metres", 1.0), ("cm", 100.0)])
def test_units_that_differ_are_converted(units: str, factor: float) -> None:
    other = (OTHER * factor).assign_attrs(units=units)
    expected = scores.rmse(FIELD.values, OTHER.values)
    assert scores.rmse(FIELD.assign_attrs(units="m"), other) == pytest.approx(expected)
    assert scores.rmse(FIELD, other) == scores.rmse(FIELD.values, other.values)  # one of them says nothing
    with pytest.raises(nk.ArgumentError, match="observation has units 'm s-1', model"):
        scores.rmse(FIELD.assign_attrs(units="m s-1"), other)


@pytest.mark.parametrize(("wanted", "stated"), [("MPa", "mPa"), ("mm", "Mm"), ("Mm", "km")])
def test_capitals_matter_in_symbols_of_units(wanted: str, stated: str) -> None:
    with pytest.raises(nk.ArgumentError, match=f"observation has units '{wanted}', model '{stated}'"):
        scores.rmse(FIELD.assign_attrs(units=wanted), OTHER.assign_attrs(units=stated))


@pytest.mark.parametrize(
    ("wanted", "stated", "factor"),
    [
        ("MPa", "MPa", 1.0),
        ("kelvin", "Kelvin", 1.0),
        ("degree_Celsius", "degree_celsius", 1.0),
        ("m", "KM", 1e-3),
    ],
)
def test_capitals_do_not_matter_in_words_of_units(wanted: str, stated: str, factor: float) -> None:
    other = (OTHER * factor).assign_attrs(units=stated)
    expected = scores.rmse(FIELD.values, OTHER.values)
    assert scores.rmse(FIELD.assign_attrs(units=wanted), other) == pytest.approx(expected)


def test_masks_have_no_unit() -> None:
    mask, other = (FIELD > 0).assign_attrs(units="m"), (OTHER > 0).assign_attrs(units="1")
    expected = scores.rmse(mask.values.astype(float), other.values.astype(float))
    assert scores.rmse(mask, other) == pytest.approx(expected)
    assert scores.rmse(mask, other.astype(float).assign_attrs(units="1")) == pytest.approx(expected)


@pytest.mark.parametrize(("first", "second"), [(None, "noleap"), ("noleap", None), ("360_day", "noleap")])
def test_times_of_two_calendars_are_refused(first: str | None, second: str | None) -> None:
    def dated(calendar: str | None) -> xr.DataArray:
        if calendar is None:
            return FIELD.assign_coords(time=np.array(["2015-01-01", "2016-01-01", "2017-01-01"], "M8[ns]"))
        times = xr.date_range("2015-01-01", periods=3, freq="YS", calendar=calendar, use_cftime=True)
        return FIELD.assign_coords(time=times)

    with pytest.raises(
        nk.ArgumentError, match="observation and model have times of other calendars along 'time'"
    ):
        scores.rmse(dated(first), dated(second))
    for calendar in (first, second):
        assert scores.rmse(dated(calendar), dated(calendar).isel(time=[2, 0, 1])) == 0.0
    with pytest.raises(nk.ArgumentError, match="differ along 'time'"):
        scores.rmse(dated(first), FIELD)
