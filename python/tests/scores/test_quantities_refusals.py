"""Errors, units and times that would make numbers silently wrong, against dense algebra."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
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


@pytest.mark.parametrize("methods", [None, "time: mean", "area: mean"])
def test_integer_years_of_a_series_are_those_of_a_data_array(methods: str | None) -> None:
    years, values = np.arange(2000, 2008), np.random.default_rng(7).normal(size=8)
    attrs = {} if methods is None else {"cell_methods": methods}
    named = xr.DataArray(values, {"year": years}, ("year",), attrs=attrs)
    plain = pd.Series(values, years)
    plain.attrs = attrs
    _, observed = series()
    sigma = pd.Series(np.sqrt(np.arange(1.0, 1.0 + YEARS.size)), YEARS)
    found = [nk.compare_series(own, observed, sigma) for own in (named, plain)]
    assert found[0].numbers == found[1].numbers
    stamps = years + (0.5 if methods == "time: mean" else 1.0)
    first, last = stamps[[0, -1]]
    use = (first <= YEARS) & (last >= YEARS)
    expected = observed.to_numpy()[use] - np.interp(YEARS[use], stamps, values)
    np.testing.assert_allclose(found[1].residual, expected)


def test_times_that_were_not_decoded_are_refused() -> None:
    model, observed = series()
    named = xr.DataArray(observed.to_numpy(), {"time": YEARS}, ("time",), name="mass")
    since = named.assign_coords(
        time=("time", 182.5 * np.arange(YEARS.size), {"units": "days since 2000-01-01"})
    )
    years = named.assign_coords(time=("time", YEARS, {"units": "years"}))
    message = r"{}: found times along 'time' in 'days since .*decode_cf"
    with pytest.raises(nk.ArgumentError, match=message.format("observed")):
        nk.compare_series(model, since, 1.0, errors="independent")
    with pytest.raises(nk.ArgumentError, match=message.format("sigma")):
        nk.compare_series(model, named, since, errors="independent")
    with pytest.raises(nk.ArgumentError, match=message.format("model")):
        nk.elevation_change(since, 10.0, 20.0)
    bare, stated = (
        nk.compare_series(model, own, 1.0, errors="independent").numbers for own in (named, years)
    )
    assert bare == stated
    decoded = xr.decode_cf(since.to_dataset())["mass"]
    assert nk.compare_series(model, decoded, 1.0, errors="independent").numbers["n"] >= YEARS.size - 1
