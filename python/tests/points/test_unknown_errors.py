"""Unknown is unknown, and counted: errors, geoid heights, references and places that are not there."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import nunatak as nk
from nunatak_testing.surfaces import CRS, model, surface_points

GRID = nk.grid("EPSG:3413", spacing=8e3, bounds=(-240e3, -2240e3, -120e3, -2096e3))
UNKNOWN = [np.nan, np.inf, -9999.0, -0.1, 3.4028235e38]


def points_of(height: np.ndarray, **columns: object) -> nk.Points:
    count = height.size
    place = {"longitude": np.full(count, -49.5), "latitude": np.full(count, 70.2)}
    return nk.open_points({**place, "height": height, **columns}, quality="all")


def cell(points: nk.Points, grid=GRID) -> dict[str, float]:
    """The statistics of the one cell that holds points; what is said of unknown errors is not looked at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nk.NunatakWarning)
        cells = nk.aggregate(points, grid)
    held = cells["count"].values > 0
    return {str(name): float(cells[name].values[held][0]) for name in cells if cells[name].dtype.kind in "if"}


@pytest.mark.parametrize("unknown", UNKNOWN)
@pytest.mark.parametrize("grid", [GRID, nk.healpix(8), nk.latlon(1.0)], ids=["map", "healpix", "latlon"])
def test_the_mean_is_that_of_the_known(unknown: float, grid) -> None:
    sigma = np.r_[np.full(25, 0.3), np.full(25, unknown)]
    height = np.repeat([1000.0, 1010.0], 25)
    found = cell(points_of(height, height_sigma=sigma, sigma_geo=np.full(50, 0.3)), grid)
    known = cell(points_of(height[:25], height_sigma=sigma[:25], sigma_geo=np.full(25, 0.3)), grid)
    assert found["count"] == 50 and found["plain_mean"] == pytest.approx(1005.0)
    for name in ("mean", "sigma_random", "sigma_correlated"):
        assert found[name] == pytest.approx(known[name], rel=1e-9), name


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_where_no_error_is_known_all_weigh_alike(unknown: float) -> None:
    found = cell(points_of(np.arange(40.0), height_sigma=np.full(40, unknown), sigma_geo=np.full(40, 0.3)))
    assert (
        found["mean"] == pytest.approx(19.5)
        and np.isnan(found["sigma_random"])
        and np.isnan(found["sigma_total"])
    )
    assert found["sigma_correlated"] == pytest.approx(0.3)


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_an_unknown_geolocation_error_is_that_of_its_pass(unknown: float) -> None:
    passes = np.repeat([1, 2], 20)
    sigma_geo = np.repeat([0.3, 0.6], 20)
    known = cell(points_of(np.zeros(40), height_sigma=np.full(40, 0.1), sigma_geo=sigma_geo, pass_id=passes))
    holed = np.where(np.arange(40) % 4 == 0, unknown, sigma_geo)
    found = cell(points_of(np.zeros(40), height_sigma=np.full(40, 0.1), sigma_geo=holed, pass_id=passes))
    assert found["sigma_correlated"] == pytest.approx(known["sigma_correlated"], rel=1e-9)
    nothing = cell(points_of(np.zeros(40), height_sigma=np.full(40, 0.1), sigma_geo=np.full(40, unknown)))
    assert np.isnan(nothing["sigma_correlated"]) and np.isnan(nothing["sigma_total"])


@settings(max_examples=40, deadline=None)
@given(data=st.data(), unknown=st.sampled_from(UNKNOWN), seed=st.integers(0, 1000))
def test_losing_errors_never_increases_a_weight(data, unknown: float, seed: int) -> None:
    """The weight of a point is how far the mean moves with its height."""
    rng = np.random.default_rng(seed)
    count = data.draw(st.integers(2, 8))
    sigma, height = rng.uniform(0.01, 5.0, count), rng.normal(1000, 3, count)
    lost = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    lost[data.draw(st.integers(0, count - 1))] = False
    holed = np.where(lost, unknown, sigma)

    def share(errors: np.ndarray, index: int) -> float:
        moved = height + 1000.0 * (np.arange(count) == index)
        before, after = (cell(points_of(own, height_sigma=errors))["mean"] for own in (height, moved))
        return (after - before) / 1000.0

    for index in np.flatnonzero(lost):
        assert share(holed, index) <= share(sigma, index) + 1e-9
        assert share(holed, index) < 1e-6


def test_how_many_errors_are_unknown_is_said() -> None:
    sigma = np.r_[np.full(3, np.nan), np.full(9, 0.1)]
    with pytest.warns(nk.NunatakWarning, match="3 of 12 points have no known height_sigma"):
        cells = nk.aggregate(points_of(np.zeros(12), height_sigma=sigma), GRID)
    assert cells.attrs["points_of_unknown_height_sigma"] == 3


@pytest.mark.parametrize("unknown", UNKNOWN)
@pytest.mark.parametrize("column", ["height_sigma", "sigma_geo"])
def test_a_comparison_skips_and_counts_unknown_errors(unknown: float, column: str) -> None:
    points = surface_points()[2].dataset
    lost = np.zeros(400, bool)
    lost[::7] = True
    holed = nk.Points(points.assign({column: points[column].where(~lost, unknown)}))
    found = nk.compare(model(), holed, crs=CRS).summary()
    without = nk.compare(model(), nk.Points(points.isel(segment=~lost)), crs=CRS).summary()
    assert found["n"] == without["n"] and found["skipped"] == 400 - found["n"]
    for name in ("bias", "bias_sigma", "log_likelihood", "n_eff"):
        assert found[name] == pytest.approx(without[name]), name


def test_points_without_a_geoid_height_are_counted() -> None:
    geoid = np.r_[np.full(37, 30.0), np.full(23, np.nan)]
    points = points_of(np.full(60, 1030.0), height_sigma=np.full(60, 0.1), geoid_height=geoid)
    with pytest.warns(nk.NunatakWarning, match="23 of 60 points have no geoid height"):
        shifted = points.above_geoid()
    assert cell(shifted)["count"] == 37 and cell(shifted)["mean"] == pytest.approx(1000.0)
    with pytest.warns(nk.NunatakWarning, match="23 of 60"):
        assert nk.compare(model(), points, crs=CRS).summary()["skipped"] == 23
    with pytest.warns(nk.NunatakWarning, match="23 of 60"):
        points.height_above("geoid")


@pytest.mark.parametrize("way", ["column", "array", "masked"])
def test_points_without_a_reference_are_counted(way: str) -> None:
    missing = np.arange(60) < 17
    dem = np.where(missing, np.nan, 1000.0)
    points = points_of(np.full(60, 1002.0), height_sigma=np.full(60, 0.1), dem_height=dem)
    masked = np.ma.array(np.where(missing, -9999.0, 1000.0), mask=missing)
    reference = {"column": "dem_height", "array": dem, "masked": masked}[way]
    with pytest.warns(nk.NunatakWarning, match="17 of 60 points have no value of the reference"):
        cells = nk.aggregate(points, GRID, reference=reference)
    assert np.nanmax(cells["mean"]) == pytest.approx(2.0) and int(cells["count"].sum()) == 43
    assert cells.attrs["points_without_reference"] == 17 and cells.attrs["points_outside_grid"] == 0


@pytest.mark.parametrize("datum", ["ellipsoid", "geoid"])
def test_less_the_model_is_the_residual(datum: str) -> None:
    points = surface_points()[2]
    points = points.above_geoid() if datum == "geoid" else points
    compared = nk.residuals(points, model(), crs=CRS)
    compared = compared.select(np.isfinite(compared.dataset.residual.values))
    cells = nk.aggregate(compared, nk.grid(CRS, spacing=400e3, bounds=compared), reference="model")
    weighted = np.average(compared.dataset.residual, weights=1 / (compared.dataset.height_sigma**2 + 0.01))
    counts = cells["count"].values
    assert np.nansum(cells["mean"].values * counts) / counts.sum() == pytest.approx(weighted, abs=0.5)
    assert cells.attrs["reference"] == "model"
    for column in (compared.dataset["model"], compared.dataset["model"].drop_attrs()):
        same = nk.aggregate(compared, nk.grid(CRS, spacing=400e3, bounds=compared), reference=column)
        np.testing.assert_allclose(same["mean"], cells["mean"])
    above = (compared.dataset["model"] / 1e3).assign_attrs(units="km", vertical_datum="geoid").rename("dem")
    same = nk.aggregate(compared, nk.grid(CRS, spacing=400e3, bounds=compared), reference=above)
    np.testing.assert_allclose(same["mean"], cells["mean"])
    bare = nk.Points(compared.dataset.drop_vars("residual"))
    with pytest.raises(nk.ArgumentError, match="datum"):
        nk.aggregate(bare, GRID, reference="model")


def test_a_correlation_length_at_its_bound_says_so() -> None:
    rng = np.random.default_rng(0)
    track = np.arange(0.0, 7800.0, 40.0)

    def note(surface) -> str:
        import pyproj

        x, y = (np.concatenate([part] * 1) for part in (np.full(track.size, 4.5e5), 4.46e5 + track))
        lon, lat = pyproj.Transformer.from_crs(3031, 4326, always_xy=True).transform(x, y)
        table = {
            "longitude": lon,
            "latitude": lat,
            "height": surface(track),
            "height_sigma": np.full(x.size, 0.02),
        }
        grid = nk.grid("EPSG:3031", spacing=8e3, bounds=(4.46e5, 4.46e5, 4.54e5, 4.54e5), registration="cell")
        return nk.aggregate(nk.open_points(table), grid).attrs["correlation_length_note"]

    for length in (24e3, 40e3):
        wave = note(
            lambda along, length=length: (
                50 * np.sin(2 * np.pi * along / length) + rng.normal(0, 0.02, along.size)
            )
        )
        assert "lower bound" in wave
    assert "lower bound" not in note(lambda along: rng.normal(0, 1, along.size))


@pytest.mark.parametrize(
    ("name", "bad"), [("latitude", 95.0), ("latitude", -9999.0), ("longitude", 1e6), ("latitude", np.nan)]
)
def test_places_that_are_nowhere_are_said_and_left_out(name: str, bad: float) -> None:
    table = {
        "longitude": np.linspace(-50, -49, 20),
        "latitude": np.linspace(70, 70.5, 20),
        "height": np.full(20, 1.0),
    }
    table[name] = np.r_[bad, table[name][1:]]
    with pytest.warns(nk.NunatakWarning, match=f"1 with a {name}"):
        points = nk.open_points(table)
    assert len(points) == 19 and name in points.report.notes[0] and points.report.kept[0] == 19
    with pytest.warns(nk.NunatakWarning, match=name):
        every = nk.open_points(table, quality="all")
    assert len(every) == 20 and np.isnan(every.dataset[name].values[0])


def test_a_place_that_no_one_checked_is_in_no_cell() -> None:
    dataset = points_of(np.full(4, 1.0), height_sigma=np.full(4, 0.1)).dataset
    dataset["latitude"][:2] = 95.0
    for grid in (nk.healpix(4), nk.latlon(1.0), GRID):
        with pytest.warns(nk.NunatakWarning, match="2 of 4 points lie outside"):
            assert int(nk.aggregate(nk.Points(dataset), grid)["count"].sum()) == 2
