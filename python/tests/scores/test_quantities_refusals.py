"""Errors, units and times that would make numbers silently wrong, against dense algebra of numpy and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import nunatak as nk

YEARS = np.arange(2000.0, 2008.0, 0.5)


def series() -> tuple[pd.Series, pd.Series]:
    generator = np.random.default_rng(3)
    return pd.Series([0.0, 3.0], [2000.0, 2007.5]), pd.Series(generator.normal(size=YEARS.size), YEARS)


@pytest.mark.parametrize("reference", [None, 2003.0, 2003.2])
def test_cumulative_errors_that_do_not_grow_are_refused(reference: float | None) -> None:
    model, observed = series()
    growing = np.sqrt(np.arange(1.0, 1.0 + YEARS.size))
    resting = growing.copy()
    resting[9] = resting[8]
    for sigma in (2.0, pd.Series(2.0, YEARS), pd.Series(resting, YEARS)):
        with pytest.raises(nk.ArgumentError, match=r"^sigma: .* do not grow .*errors='independent'"):
            nk.compare_series(model, observed, sigma, reference=reference)
    found = nk.compare_series(model, observed, pd.Series(growing, YEARS), reference=reference).numbers
    assert -100 < found["log_likelihood"] < 0


def test_singular_errors_are_refused() -> None:
    model, observed = series()
    exact = pd.Series(1.0, YEARS)
    exact.iloc[[3, 8]] = 0.0
    with pytest.raises(nk.ArgumentError, match="sigma: found errors whose covariance is singular"):
        nk.compare_series(model, observed, exact, errors="independent", reference=2003.0)


@pytest.mark.parametrize("errors", ["independent", "cumulative"])
@pytest.mark.parametrize(("reference", "left_out"), [(2003.0, 6), (2003.2, 6), (2003.4, 7), (2007.5, 15)])
def test_what_a_reference_subtracts_is_in_the_covariance(
    errors: str, reference: float, left_out: int
) -> None:
    model, observed = series()
    sigma = np.sqrt(np.cumsum(np.random.default_rng(5).uniform(0.5, 2.0, YEARS.size)))
    found = nk.compare_series(
        model, observed, pd.Series(sigma, YEARS), errors=errors, reference=reference
    ).numbers
    # Rows of the operator are what it does to each unit vector.
    operator = np.eye(YEARS.size) - np.array(
        [np.interp(reference, YEARS, unit) for unit in np.eye(YEARS.size)]
    )
    whole = np.diag(sigma**2) if errors == "independent" else np.minimum.outer(sigma**2, sigma**2)
    residual = operator @ (observed.to_numpy() - np.interp(YEARS, model.index, model))
    keep = np.arange(YEARS.size) != left_out
    covariance = (operator @ whole @ operator.T)[np.ix_(keep, keep)]
    expected = stats.multivariate_normal(np.zeros(keep.sum()), covariance).logpdf(residual[keep])
    assert found["n"] == keep.sum()
    assert found["log_likelihood"] == pytest.approx(expected, rel=1e-6)
    assert found["bias_sigma"] == pytest.approx(np.sqrt(covariance.mean()))
    # What is subtracted from all moves no trend: it is that of all records with an offset.
    design = np.column_stack([YEARS - 2000.0, np.ones(YEARS.size)])
    plain = observed.to_numpy() - np.interp(YEARS, model.index, model)
    weighted = np.linalg.solve(whole, design)
    assert found["trend"] == pytest.approx(np.linalg.solve(design.T @ weighted, weighted.T @ plain)[0])
