"""Limits of colours and axes: what a single outlier must not change."""

from __future__ import annotations

import numpy as np
import pytest

from nunatak.report.limits import axis_range, range_of, shared_size, size_of


@pytest.mark.parametrize("outlier", [1e9, -1e9, np.inf, np.nan])
@pytest.mark.parametrize("count", [5, 40, 1000])
def test_a_single_outlier_sets_no_limit(outlier: float, count: int):
    values = np.random.default_rng(1).normal(0, 10, count)
    spoilt = np.append(values, outlier)
    largest = np.abs(values).max()
    assert 0 < size_of(spoilt) <= largest
    assert -largest <= range_of(spoilt)[0] < range_of(spoilt)[1] <= largest
    assert np.abs(axis_range(spoilt)).max() < 3 * largest


def test_limits_hold_98_of_a_hundred():
    values = np.arange(-100.0, 100.0)
    assert np.mean(np.abs(values) <= size_of(values)) == pytest.approx(0.98, abs=0.01)
    low, high = range_of(values)
    assert (low, high) == (-96.0, 95.0)


def test_axes_hold_0_and_all_values_that_are_no_outliers():
    low, high = axis_range(np.array([-19.0, -11.0, -8.0, 2.0, 6.0]))
    assert low < -19 and high > 6
    low, high = axis_range(np.array([3.0, 4.0]))
    assert low < 0 < 4 < high


def test_nothing_finite_has_limits_too():
    for values in (np.array([]), np.array([np.nan]), np.zeros(3)):
        assert size_of(values) == 1.0
        low, high = range_of(values)
        assert low < high
        low, high = axis_range(values)
        assert low < high


def test_sets_of_one_quantity_share_the_largest_limit():
    assert shared_size([np.array([1.0, -2.0]), np.array([np.nan]), np.array([-7.0])]) == 7.0
