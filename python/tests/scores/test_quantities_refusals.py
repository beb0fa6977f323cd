"""Errors, units and times that would make numbers silently wrong, against dense algebra."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

import nunatak as nk

GRID = nk.grid(3413, spacing=50e3, bounds=(-200e3, -2200e3, 100e3, -2000e3))
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


def on_grid(values: np.ndarray, units: str) -> xr.DataArray:
    return GRID.assign(field=(("y", "x"), values, {"units": units, "grid_mapping": "crs"}))["field"]


def fields() -> tuple[xr.DataArray, xr.DataArray, np.ndarray]:
    generator = np.random.default_rng(4)
    shape = GRID.sizes["y"], GRID.sizes["x"]
    values = generator.normal(size=(2, *shape))
    return on_grid(values[0], "m"), on_grid(values[1] * 1e3, "mm"), generator.uniform(0.2, 0.5, shape)


def test_sigma_is_of_the_observed_quantity() -> None:
    model, observed, sigma = fields()
    residual = observed.values / 1e3 - model.values
    bare = on_grid(sigma * 1e3, "").drop_attrs()
    for given, expected in (
        (bare, sigma),
        (on_grid(sigma, "m"), sigma),
        (on_grid(sigma * 1e2, "cm"), sigma),
        (300.0, 0.3),
        (xr.DataArray(300.0), 0.3),
        (xr.DataArray(30.0, attrs={"units": "cm"}), 0.3),
    ):
        likelihood = stats.norm(0, expected).logpdf(residual).sum()
        assert nk.compare_field(model, observed, given).numbers["log_likelihood"] == pytest.approx(likelihood)
        both = nk.compare_velocity((model, model), (observed, observed), given).numbers
        assert both["log_likelihood"] == pytest.approx(2 * likelihood)
    # What the model cannot represent is in its own unit.
    found = nk.compare_field(model, observed, discrepancy=0.3).numbers["log_likelihood"]
    assert found == pytest.approx(stats.norm(0, 0.3).logpdf(residual).sum())
    with pytest.raises(nk.ArgumentError, match="sigma: found units 'm s-1'"):
        nk.compare_field(model, observed, xr.DataArray(1.0, attrs={"units": "m s-1"}))


def test_weights_are_of_any_unit() -> None:
    model, observed, _ = fields()
    area = nk.cell_area(model)
    assert area.attrs["units"] == "m2"
    found = nk.compare_field(model, observed, weights=area).numbers
    assert found == pytest.approx(nk.compare_field(model, observed).numbers, nan_ok=True)
    lengths = area.assign_attrs(units="km")
    assert nk.compare_field(model, observed, weights=lengths).numbers == pytest.approx(found, nan_ok=True)


def test_cells_without_an_error_are_refused() -> None:
    model, observed, sigma = fields()
    sigma[1, 2] = sigma[2, 3] = 0.0
    exact = on_grid(sigma, "m")
    message = f"{{}}: found 0 in {{}} of {model.size} compared cells"
    for given, zeros in ((exact, 2), (0.0, model.size)):
        with pytest.raises(nk.ArgumentError, match=message.format("sigma", zeros)):
            nk.compare_field(model, observed, given)
        with pytest.raises(nk.ArgumentError, match=message.format("sigma", zeros)):
            nk.compare_velocity((model, model), (observed, observed), given)
    with pytest.raises(nk.ArgumentError, match=message.format("discrepancy", 2)):
        nk.compare_field(model, observed, discrepancy=exact)
    residual = observed.values / 1e3 - model.values
    found = nk.compare_field(model, observed, exact, discrepancy=0.4).numbers["log_likelihood"]
    assert found == pytest.approx(stats.norm(0, np.hypot(sigma, 0.4)).logpdf(residual).sum())
    found = nk.compare_field(model, observed, exact.where(exact > 0)).numbers
    use = sigma > 0
    assert found["n"] == model.size - 2
    assert found["log_likelihood"] == pytest.approx(stats.norm(0, sigma[use]).logpdf(residual[use]).sum())
    assert np.isnan(nk.compare_field(model, observed).numbers["log_likelihood"])


@pytest.mark.parametrize("dim", ["time", "year", "member"])
def test_more_than_one_map_is_refused(dim: str) -> None:
    model, observed, _ = fields()
    own, seen = (part.expand_dims({dim: [2000, 2001]}) for part in (model, observed))
    with pytest.raises(nk.ArgumentError, match=f"model: found dimensions .*{dim}"):
        nk.compare_field(own, seen)
    with pytest.raises(nk.ArgumentError, match=f"model: found dimensions .*{dim}"):
        nk.compare_mask(own > 0, seen > 0)


@pytest.mark.parametrize(
    ("own", "seen"), [("mm", "Mm"), ("MPa", "mPa"), ("m", "Mm"), ("kg", "m"), ("Gt", "gt"), ("t", "%")]
)
def test_capitals_of_symbols_matter(own: str, seen: str) -> None:
    model, observed, _ = fields()
    for one, other in ((own, seen), (seen, own)):
        with pytest.raises(nk.ArgumentError, match=f"observed: found units '{other}'"):
            nk.compare_field(model.assign_attrs(units=one), observed.assign_attrs(units=other))


@pytest.mark.parametrize(
    ("own", "seen", "factor"),
    [
        ("Gt", "kg", 1e-12),
        ("kg", "t", 1e3),
        ("Mt", "Gt", 1e3),
        ("Gt yr-1", "kg s-1", 365.2425 * 86400 / 1e12),
        ("kg m-2", "Gt km-2", 1e6),
        ("%", "1", 100.0),
        ("1", "%", 0.01),
        ("m", "Metres", 1.0),
        ("m yr-1", "m year-1", 1.0),
    ],
)
def test_masses_and_shares_are_converted(own: str, seen: str, factor: float) -> None:
    model, observed, _ = fields()
    found = nk.compare_field(model.assign_attrs(units=own), observed.assign_attrs(units=seen))
    np.testing.assert_allclose(found.residual, observed.values * factor - model.values)


@pytest.mark.parametrize("units", ["%", "m", "1"])
def test_booleans_have_no_unit(units: str) -> None:
    model, observed, _ = fields()
    with xr.set_options(keep_attrs=True):
        own, seen = model.assign_attrs(units=units) > 0, observed > 0
    assert own.attrs["units"] == units
    found, area = nk.compare_mask(own, seen).numbers, nk.cell_area(model).values
    ice = model.values > 0, observed.values > 0
    assert found["model_area"] == pytest.approx(area[ice[0]].sum())
    assert found["iou"] == pytest.approx(area[ice[0] & ice[1]].sum() / area[ice[0] | ice[1]].sum())
    shares = nk.compare_field(own, seen).residual
    np.testing.assert_array_equal(shares, ice[1].astype(float) - ice[0])
