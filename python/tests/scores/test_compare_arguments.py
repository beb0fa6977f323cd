"""What comparisons are given: units, other variables, other times, and arguments in the wrong place."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyproj
import pytest
import xarray as xr
from scipy.stats import multivariate_normal

import nunatak as nk
from nunatak_testing.surfaces import CRS, model, surface_points

POINTS = surface_points()[2]


def numbers(comparison: nk.Comparison) -> dict[str, float]:
    """The summary as one flat dict."""
    found = dict(comparison.summary())
    return found | {f"within {level}": share for level, share in found.pop("coverage").items()}


FACTORS = {"m": 1.0, "km": 1e-3, "Kilometers": 1e-3, "cm": 100.0, "": 1.0}


@pytest.mark.parametrize("units", FACTORS)
@pytest.mark.parametrize(
    "times", [None, np.array(["2015-01-01", "2021-01-01"], "datetime64[ns]")], ids=["still", "records"]
)
def test_the_unit_of_the_model_is_converted(units: str, times: np.ndarray | None) -> None:
    expected = nk.compare(model(times), POINTS, crs=CRS)
    scaled = (model(times) * FACTORS[units]).assign_attrs({"units": units} if units else {}).rename("orog")
    found = nk.compare(scaled, POINTS, crs=CRS)
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-9)
    np.testing.assert_allclose(found.points.dataset["model"], expected.points.dataset["model"], rtol=1e-12)
    assert found.points.dataset["model"].attrs["units"] == "m"


def test_cells_are_compared_in_metres() -> None:
    grid = (
        model().assign_attrs(grid_mapping="crs").to_dataset().assign_coords(crs=nk.grid(CRS, spacing=8e3).crs)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        cells = nk.aggregate(POINTS.above_geoid(), grid)
    expected = numbers(nk.compare(model(), cells))
    turned = (model() / 1e3).assign_attrs(units="km").isel(y=slice(None, None, -1)).transpose("x", "y")
    assert numbers(nk.compare(turned, cells)) == pytest.approx(expected, rel=1e-9)
    lost = cells.drop_attrs()
    with pytest.raises(nk.ArgumentError, match="do not say what their heights are above"):
        nk.compare(model(), lost, datum="ellipsoid")


@pytest.mark.parametrize("units", ["m s-1", "kg m-2 s-1", "1", "degrees", "K"])
def test_what_is_no_height_is_refused(units: str) -> None:
    with pytest.raises(nk.ArgumentError, match=f"orog.*{units}"):
        nk.compare(model().assign_attrs(units=units), POINTS, crs=CRS)


@pytest.mark.parametrize("name", ["lithk", "base", "topg", "sftgif", "thk", "thickness", "bed"])
def test_another_variable_is_worth_a_warning_by_its_name(name: str) -> None:
    with pytest.warns(nk.NunatakWarning, match=f"'{name}' is "):
        nk.residuals(POINTS, model().rename(name), crs=CRS)


@pytest.mark.parametrize(
    ("name", "stated"), [("orog", ""), ("usurf", ""), ("lithk", "surface_altitude"), (None, ""), ("z", "")]
)
def test_surfaces_and_unknown_names_are_not(name: str | None, stated: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", nk.NunatakWarning)
        nk.residuals(POINTS, model().rename(name).assign_attrs(standard_name=stated), crs=CRS)


@pytest.mark.parametrize("stamps", [["2051-01-01", "2053-01-01"], ["1990-06-01", "1991-06-01"]])
def test_periods_that_do_not_meet_are_both_named(stamps: list[str]) -> None:
    away = model(np.array(stamps, "datetime64[ns]"))
    with pytest.warns(nk.NunatakWarning, match="2016-01"), pytest.raises(nk.ArgumentError) as raised:
        nk.compare(away, POINTS, crs=CRS)
    assert all(text in str(raised.value) for text in ("2016-01", "2019-12", stamps[0], stamps[1]))


def test_periods_of_another_calendar_are_named_too() -> None:
    import cftime

    away = model([cftime.DatetimeNoLeap(2051, 1, 1), cftime.DatetimeNoLeap(2053, 1, 1)])
    with (
        pytest.warns(nk.NunatakWarning, match="2051-01-01"),
        pytest.raises(nk.ArgumentError, match="2053-01-01"),
    ):
        nk.compare(away, POINTS, crs=CRS)


def kept_errors() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    data = nk.residuals(POINTS, model(), crs=CRS).dataset
    kept = np.isfinite(data["residual"].values)
    names = ("residual", "height_sigma", "sigma_geo", "pass_id")
    return (*(data[name].values[kept] for name in names), kept)


def test_a_discrepancy_of_each_point_is_used_so() -> None:
    residual, random, common, passes, kept = kept_errors()
    discrepancy = np.linspace(0.0, 5.0, kept.size)
    shared = np.where(passes[:, None] == passes[None, :], np.outer(common, common), 0.0)
    covariance = np.diag(random**2 + discrepancy[kept] ** 2) + shared
    expected = multivariate_normal(np.zeros(residual.size), covariance).logpdf(residual)
    for given in (discrepancy, list(discrepancy), xr.DataArray(discrepancy, dims="segment")):
        found = nk.compare(model(), POINTS, crs=CRS, discrepancy=given).summary()
        assert found["log_likelihood"] == pytest.approx(expected)


@pytest.mark.parametrize("given", [4, 4.0, np.float32(4), np.array(4.0), np.array([4.0]), np.full(400, 4.0)])
def test_one_discrepancy_in_any_form(given, tmp_path) -> None:
    expected = numbers(nk.compare(model(), POINTS, crs=CRS, discrepancy=4.0))
    comparison = nk.compare(model(), POINTS, crs=CRS, discrepancy=given)
    assert numbers(comparison) == pytest.approx(expected)
    comparison.to_html(tmp_path / "page.html")


def test_a_discrepancy_without_a_length_is_one_for_each_point() -> None:
    one = nk.compare(model(), POINTS, crs=CRS, discrepancy=nk.Discrepancy(4.0, 0.0))
    each = nk.compare(model(), POINTS, crs=CRS, discrepancy=np.where(np.arange(400) == 0, 4.000001, 4.0))
    assert numbers(one) == pytest.approx(numbers(each), rel=1e-5)
    assert one.settings["discrepancy"]["sigma"] == 4.0


def test_a_correlated_discrepancy_is_that_of_dense_algebra() -> None:
    residual, random, common, passes, kept = kept_errors()
    data = POINTS.dataset.isel(segment=np.flatnonzero(kept)[:60])
    few = nk.Points(data)
    residual, random, common, passes = (own[:60] for own in (residual, random, common, passes))
    to_geocentric = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    places = np.stack(to_geocentric.transform(data.longitude, data.latitude, np.zeros(60)), -1)
    distance = np.linalg.norm(places[:, None] - places[None], axis=-1)
    shared = np.where(passes[:, None] == passes[None, :], np.outer(common, common), 0.0)
    covariance = np.diag(random**2) + shared + 9.0 * np.exp(-distance / 20e3) + 0.25
    found = nk.compare(model(), few, crs=CRS, discrepancy=nk.Discrepancy(3.0, 20e3), common=0.5).summary()
    expected = multivariate_normal(np.zeros(60), covariance).logpdf(residual)
    assert found["log_likelihood"] == pytest.approx(expected, rel=1e-3)
    assert found["bias_sigma"] == pytest.approx(np.sqrt(covariance.sum()) / 60, rel=1e-3)
    inverse = np.linalg.inv(covariance)
    weighted = inverse.sum(0) @ residual / inverse.sum()
    assert found["weighted_bias"] == pytest.approx(weighted, rel=1e-3, abs=1e-3)
    assert found["weighted_bias_sigma"] == pytest.approx(inverse.sum() ** -0.5, rel=1e-3)


def test_neighbours_that_are_more_alike_than_the_budget_are_told() -> None:
    shifted = model() + 300.0 * np.sin(model().x / 30e3)
    with pytest.warns(nk.NunatakWarning, match="neighbouring residuals correlate by"):
        alone = nk.compare(shifted, POINTS, crs=CRS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        together = nk.compare(shifted, POINTS, crs=CRS, discrepancy="estimate")
    assert together.numbers["log_likelihood"] > alone.numbers["log_likelihood"] + 100
    assert together.numbers["n_eff"] < 0.5 * alone.numbers["n"]
    assert together.settings["fitted_discrepancy"]["sigma"] > 50


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sigma", -1.0),
        ("sigma", np.nan),
        ("length", "far"),
        ("smoothness", 0.0),
        ("compensation", -1.5),
        ("smoothing", None),
    ],
)
def test_numbers_of_a_discrepancy_that_cannot_be_are_named(name, value) -> None:
    with pytest.raises(nk.ArgumentError, match=name):
        nk.Discrepancy(**{"sigma": 1.0, "length": 10.0, name: value})


@pytest.mark.parametrize("bad", [-1.0, np.nan, "x", None, True])
def test_what_is_no_common_error_is_refused(bad) -> None:
    with pytest.raises(nk.ArgumentError, match="common"):
        nk.compare(model(), POINTS, crs=CRS, common=bad)


@pytest.mark.parametrize("bad", ["4", -4.0, np.nan, np.full(399, 4.0), [1.0, -1.0] * 200, np.inf, object()])
def test_what_is_no_discrepancy_is_refused(bad) -> None:
    with pytest.raises(nk.ArgumentError, match="discrepancy"):
        nk.compare(model(), POINTS, crs=CRS, discrepancy=bad)


GRID = nk.grid(CRS, spacing=16e3)
WRONG = [
    (lambda: nk.compare(POINTS, model()), "model: found Points"),
    (lambda: nk.compare(model().to_dataset(), POINTS, crs=CRS), "model: found Dataset of orog"),
    (lambda: nk.compare("orog.nc", POINTS), "model: found str"),
    (lambda: nk.compare(model(), model(), crs=CRS), "observations: found DataArray"),
    (lambda: nk.compare(model(), "points.nc", crs=CRS), "observations: found str"),
    (lambda: nk.compare(model(), None, crs=CRS), "observations: found NoneType"),
    (lambda: nk.residuals(model(), POINTS), "model: found Points"),
    (lambda: nk.residuals(model(), model()), "points: found DataArray"),
    (lambda: nk.aggregate(GRID, POINTS), "points: found Dataset"),
    (lambda: nk.aggregate([POINTS.dataset], GRID), "points: found list"),
    (lambda: nk.Points(pd.DataFrame()), "dataset: found DataFrame"),
]


@pytest.mark.parametrize(("call", "text"), WRONG, ids=[text for _, text in WRONG])
def test_arguments_in_the_wrong_place_are_named(call, text: str) -> None:
    with pytest.raises(nk.ArgumentError, match=text):
        call()


def test_tables_are_read_as_points() -> None:
    frame = POINTS.to_dataframe()
    expected = numbers(nk.compare(model(), POINTS, crs=CRS))
    for table in (frame, {name: frame[name].values for name in frame}, POINTS.dataset):
        assert numbers(nk.compare(model(), table, crs=CRS)) == pytest.approx(expected)
        assert len(nk.residuals(table, model(), crs=CRS)) == 400
        assert int(nk.aggregate(table, GRID)["count"].sum()) == 400
