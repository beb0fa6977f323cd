"""Rates, fields, velocity, masks and series against numpy, scipy and dense algebra, and on real data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import stats

import nunatak as nk

GRID = nk.grid(3413, spacing=50e3, bounds=(-200e3, -2200e3, 100e3, -2000e3))


def on_grid(values: np.ndarray, units: str = "m", name: str = "field") -> xr.DataArray:
    return GRID.assign({name: (("y", "x"), values, {"units": units, "grid_mapping": "crs"})})[name]


@pytest.fixture
def fields() -> tuple[xr.DataArray, xr.DataArray, xr.DataArray, np.random.Generator]:
    generator = np.random.default_rng(4)
    shape = GRID.sizes["y"], GRID.sizes["x"]
    model, observed = generator.normal(size=shape), generator.normal(0.3, 1.0, size=shape)
    sigma = generator.uniform(0.2, 0.5, size=shape)
    observed[1, 2], model[0, 0], sigma[2, 1] = np.nan, np.nan, np.nan
    return on_grid(model), on_grid(observed), on_grid(sigma), generator


def test_field_equals_dense_algebra(fields) -> None:
    model, observed, sigma, generator = fields
    drift = on_grid(generator.uniform(0, 0.1, size=model.shape), "m")
    # Observations flipped, transposed and in km must give the same.
    turned = (observed.isel(y=slice(None, None, -1)).transpose("x", "y") / 1e3).assign_attrs(units="km")
    found = nk.compare_field(
        model, turned, sigma, discrepancy=0.4, correlation_length=70e3, epoch_gap=-3.0, drift=drift
    ).numbers
    r = (observed - model).values
    use = np.isfinite(r) & np.isfinite(sigma.values)
    area = nk.cell_area(GRID).values[use]
    w, r, s = area / area.sum(), r[use], np.hypot(sigma.values[use], 0.4)
    x, y = (part[use] for part in np.meshgrid(GRID.x.values, GRID.y.values))
    shared = -3.0 * drift.values[use]
    distance = np.hypot(x[:, None] - x, y[:, None] - y)
    covariance = np.outer(s, s) * np.exp(-distance / 70e3) + np.outer(shared, shared)
    assert found["n"] == use.sum()
    assert found["bias"] == pytest.approx(w @ r)
    assert found["rmse"] == pytest.approx(np.sqrt(w @ r**2))
    assert found["centred_rmse"] == pytest.approx(np.sqrt(w @ (r - w @ r) ** 2))
    assert found["mae"] == pytest.approx(w @ np.abs(r))
    assert found["bias_sigma"] == pytest.approx(np.sqrt(w @ covariance @ w))
    assert found["log_likelihood"] == pytest.approx(
        stats.multivariate_normal(np.zeros(r.size), covariance).logpdf(r)
    )
    expected = r.size * (w**2 @ np.diag(covariance)) / (w @ covariance @ w)
    assert found["n_eff"] == pytest.approx(expected) and 1 < found["n_eff"] < r.size
    assert found["chi2_reduced"] == pytest.approx(np.mean(r**2 / np.diag(covariance)))
    assert found["epoch_term"] == pytest.approx(np.sqrt(np.mean(shared**2)))


def test_independent_cells_share_the_term_of_epochs(fields) -> None:
    model, observed, sigma, _ = fields
    found = nk.compare_field(model, observed, sigma, epoch_gap=2.0, drift=0.5).numbers
    r = (observed - model).values
    use = np.isfinite(r) & np.isfinite(sigma.values)
    covariance = np.diag(sigma.values[use] ** 2) + 1.0
    assert found["log_likelihood"] == pytest.approx(
        stats.multivariate_normal(np.zeros(use.sum()), covariance).logpdf(r[use])
    )
    assert found["bias_sigma"] > 1.0 > nk.compare_field(model, observed, sigma).numbers["bias_sigma"]
    bare = nk.compare_field(model, observed).numbers
    assert np.isnan(bare["log_likelihood"]) and bare["n"] == np.isfinite(r).sum()


def test_groups_of_cells_by_labels_and_polygons(fields) -> None:
    model, observed, sigma, _ = fields
    labels = xr.DataArray(
        np.where(GRID.x.values[None, :] < -50e3, 1, 2) * np.ones((GRID.sizes["y"], 1), int),
        {"y": GRID.y, "x": GRID.x},
        ("y", "x"),
        attrs={"flag_values": [1, 2], "flag_meanings": "west east"},
    )
    found = nk.compare_field(model, observed, sigma, by=labels.isel(y=slice(None, None, -1))).groups
    assert found is not None and found.index.tolist() == ["east", "west"]
    west = (labels.values == 1) & np.isfinite((observed - model + sigma).values)
    area = nk.cell_area(GRID).values[west]
    assert found.loc["west", "n"] == west.sum()
    assert found.loc["west", "bias"] == pytest.approx(
        np.average((observed - model).values[west], weights=area)
    )
    # 45 W is x = 0 of EPSG:3413, and 44.7 W lies between the columns there and at 50 km.
    half = {"west": (-120, 50, -44.7, 89), "east": (-44.7, 50, 60, 89)}
    split = nk.compare_field(model, observed, sigma, by=half).groups
    usable = np.isfinite((observed - model + sigma).values)
    assert split is not None
    assert split.loc["west", "n"] == (usable & (GRID.x.values[None, :] <= 0)).sum()
    shape = pytest.importorskip("geopandas").GeoDataFrame(
        {"name": list(half)},
        geometry=[pytest.importorskip("shapely").box(*box) for box in half.values()],
        crs="EPSG:4326",
    )
    again = nk.compare_field(model, observed, sigma, by=shape).groups
    pd.testing.assert_frame_equal(again, split)


def test_fields_that_do_not_fit_are_refused(fields) -> None:
    model, observed, sigma, _ = fields
    for changes, message in (
        ({"observed": observed.isel(x=slice(1, None))}, "model and observed differ along 'x'"),
        ({"observed": observed.assign_attrs(units="m s-1")}, "observed: found units 'm s-1'"),
        ({"sigma": -1.0}, "sigma: found -1"),
        ({"sigma": sigma.isel(y=0)}, "sigma: found dimensions"),
        ({"correlation_length": -1.0}, "correlation_length: found -1.0"),
        ({"observed": observed * np.nan}, "observed: found no cell"),
        ({"by": labels_of_nothing()}, "by: found no compared cell"),
    ):
        with pytest.raises(nk.ArgumentError, match=message):
            nk.compare_field(**{"model": model, "observed": observed, "sigma": sigma, **changes})


def labels_of_nothing() -> xr.DataArray:
    return on_grid(np.full((GRID.sizes["y"], GRID.sizes["x"]), np.nan), "1")


def test_rates_are_converted_and_numbers_in_units_are_not_ignored(fields) -> None:
    model, observed, _, _ = fields
    rate = model.assign_attrs(units="m yr-1")
    per_second = (observed / (365.2425 * 86400)).assign_attrs(units="m s-1")
    for other in (
        per_second,
        observed.assign_attrs(units="m a**-1"),
        (observed * 1e3).assign_attrs(units="mm/yr"),
    ):
        assert nk.compare_field(rate, other).numbers["bias"] == pytest.approx(
            nk.compare_field(model, observed).numbers["bias"]
        )
    with pytest.raises(nk.ArgumentError, match="observed: found units '10 m yr-1'"):
        nk.compare_field(rate, observed.assign_attrs(units="10 m yr-1"))


def test_elevation_change_between_records() -> None:
    years = np.array([2015, 2016, 2017, 2018])
    heights = np.array([[1.0, 5.0], [3.0, np.nan], [4.0, 4.0], [8.0, 2.0]])
    model = xr.DataArray(heights, {"year": years}, ("year", "x"), name="orog", attrs={"units": "m"})
    # Nominal years are stamped at their end: 2016.0, 2017.0, ...
    rate = nk.elevation_change(model.isel(year=[2, 0, 3, 1]), 2017.5, "2019-01-01")
    np.testing.assert_allclose(rate[0], (8.0 - 3.5) / 1.5)
    assert np.isnan(rate[1]) and rate.units == "m yr-1"
    np.testing.assert_allclose(nk.elevation_change(model, 2018, 2019), [4.0, -2.0])
    dated = model.rename(year="time").assign_coords(
        time=pd.to_datetime([f"{year + 1}-01-01" for year in years])
    )
    np.testing.assert_allclose(nk.elevation_change(dated, 2018, 2019), [4.0, -2.0])
    with pytest.raises(
        nk.ArgumentError, match=r"end: found the span .* within the model's time, 2016.000 to 2019"
    ):
        nk.elevation_change(model, 2018, 2020)
    clamped = nk.elevation_change(model, 2018, 2020, outside="clamp")
    assert clamped.attrs["end"] == 2019.0 and float(clamped[0]) == 4.0
    with pytest.raises(nk.ArgumentError, match="end: found 2010"):
        nk.elevation_change(model, 2018, 2010)


def test_velocity_vectors() -> None:
    generator = np.random.default_rng(2)
    shape = GRID.sizes["y"], GRID.sizes["x"]
    own, seen = ([on_grid(generator.normal(size=shape), "m yr-1") for _ in range(2)] for _ in range(2))
    seen[0].values[1, 1] = np.nan
    found = nk.compare_velocity(tuple(own), tuple(seen), 0.5, slow=0.3).numbers
    u, v, a, b = (part.values[np.isfinite(seen[0].values)] for part in (*own, *seen))
    area = nk.cell_area(GRID).values[np.isfinite(seen[0].values)]
    complex_angle = np.abs(np.degrees(np.angle((a + 1j * b) / (u + 1j * v))))
    moves = np.hypot(a, b) > 0.3
    assert found["n"] == u.size
    assert found["bias_x"] == pytest.approx(np.average(a - u, weights=area))
    assert found["bias_y"] == pytest.approx(np.average(b - v, weights=area))
    assert found["rmse"] == pytest.approx(np.sqrt(np.average((a - u) ** 2 + (b - v) ** 2, weights=area)))
    assert found["angle"] == pytest.approx(np.average(complex_angle[moves], weights=area[moves]))
    assert found["speed_bias"] == pytest.approx(np.average(np.hypot(a, b) - np.hypot(u, v), weights=area))
    expected = stats.norm(0, 0.5).logpdf(np.concatenate([a - u, b - v])).sum()
    assert found["log_likelihood"] == pytest.approx(expected)


def test_masks_by_area() -> None:
    generator = np.random.default_rng(6)
    shape = GRID.sizes["y"], GRID.sizes["x"]
    own, seen = generator.random(shape), generator.random(shape) > 0.4
    own[0, 1] = np.nan
    result = nk.compare_mask(on_grid(own * 100, "%"), on_grid(seen, "1").isel(x=slice(None, None, -1)))
    found, area, known = result.numbers, nk.cell_area(GRID).values, np.isfinite(own)
    ice = own > 0.5
    assert found["iou"] == pytest.approx(area[known & ice & seen].sum() / area[known & (ice | seen)].sum())
    assert found["agreement"] == pytest.approx(area[known & (ice == seen)].sum() / area[known].sum())
    assert found["excess_area"] == pytest.approx(area[known & ice & ~seen].sum())
    assert found["missing_area"] == pytest.approx(area[known & ~ice & seen].sum())
    assert np.isnan(result.residual.values[0, 1])
    with pytest.raises(nk.ArgumentError, match=r"observed: found [23], expected booleans"):
        nk.compare_mask(on_grid(own, "1"), on_grid(1.0 + seen * 2, "1"))


def test_series_with_cumulative_errors_equals_dense_algebra() -> None:
    generator = np.random.default_rng(8)
    years = np.arange(2000.0, 2010.0, 0.5)
    sigma = np.sqrt(np.cumsum(generator.uniform(0.5, 1.5, years.size)))
    observed = pd.Series(np.cumsum(generator.normal(size=years.size)), years)
    model = pd.Series([0.0, 4.0, 6.0], [2001.0, 2004.0, 2008.0])
    found = nk.compare_series(model, observed.sample(frac=1, random_state=0), pd.Series(sigma, years)).numbers
    use = (years >= 2001) & (years <= 2008)
    r = observed.to_numpy()[use] - np.interp(years[use], model.index, model)
    covariance = np.minimum.outer(sigma[use] ** 2, sigma[use] ** 2)
    assert found["n"] == use.sum() and found["bias"] == pytest.approx(r.mean())
    assert found["bias_sigma"] == pytest.approx(np.sqrt(covariance.mean()), rel=1e-6)
    expected = stats.multivariate_normal(np.zeros(r.size), covariance).logpdf(r)
    assert found["log_likelihood"] == pytest.approx(expected, rel=1e-6)
    # From a reference on, increments before and after it are independent; the reference itself says nothing.
    at = nk.compare_series(model, observed, pd.Series(sigma, years), reference=2004.0).numbers
    steps = sigma[use] ** 2 - sigma[years == 2004.0] ** 2
    both = np.where(np.multiply.outer(steps, steps) > 0, np.minimum.outer(np.abs(steps), np.abs(steps)), 0)
    keep = years[use] != 2004.0
    shifted = (r - r[~keep])[keep]
    both = both[np.ix_(keep, keep)]
    assert at["n"] == keep.sum()
    expected = stats.multivariate_normal(np.zeros(keep.sum()), both).logpdf(shifted)
    assert at["log_likelihood"] == pytest.approx(expected, rel=1e-6)
    design = (years[use] - 2004.0)[keep]
    weighted = np.linalg.solve(both, design)
    assert at["trend"] == pytest.approx(weighted @ shifted / (weighted @ design), rel=1e-6)
    assert at["trend_sigma"] == pytest.approx(1 / np.sqrt(weighted @ design), rel=1e-6)
    alone = nk.compare_series(model, observed, 2.0, errors="independent").numbers
    assert alone["trend"] == pytest.approx(stats.linregress(years[use], r).slope)
    assert alone["log_likelihood"] == pytest.approx(stats.norm(0, 2.0).logpdf(r).sum(), rel=1e-6)
    with pytest.raises(nk.ArgumentError, match="sigma: found uncertainties that fall in time"):
        nk.compare_series(model, observed, pd.Series(sigma[::-1], years))
    with pytest.raises(nk.ArgumentError, match="reference: found 1990"):
        nk.compare_series(model, observed, 1.0, reference=1990.0)


def test_real_imbie_rejects_a_model_that_grows(real_data) -> None:
    table = pd.read_csv(real_data / "ismip6/obs_from_cmct/imbie_greenland_2021_Gt.csv")
    observed = pd.Series(table["Cumulative mass balance (Gt)"].to_numpy(), table["Year"])
    sigma = pd.Series(table["Cumulative mass balance uncertainty (Gt)"].to_numpy(), table["Year"])
    loss = np.interp(2020.0, table["Year"], observed) - np.interp(2000.0, table["Year"], observed)
    assert loss < -3000
    models = {
        "loses": pd.Series([0.0, loss], [2000.0, 2020.0]),
        "constant": pd.Series([0.0, 0.0], [2000.0, 2020.0]),
    }
    found = {
        name: nk.compare_series(model, observed, sigma, reference=2000.0) for name, model in models.items()
    }
    assert found["constant"].numbers["trend"] < -5 * found["constant"].numbers["trend_sigma"]
    assert nk.model_weights(found).posterior.sel(model="loses") > 0.99


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
def test_real_velocity_mask_and_basins(real_data) -> None:
    folder = real_data / "ismip6/grid16km_gris"
    with (
        xr.open_dataset(folder / "GRL-16KM_VEL-J18.nc") as velocity,
        xr.open_dataset(folder / "GRL-16KM_TOPO-M17.nc") as topography,
        xr.open_dataset(folder / "GRL-16KM_BASINS-nasa.nc") as basins,
    ):
        u, v = (velocity[name].load() for name in ("ux_srf", "uy_srf"))
        ice, labels = (topography["mask"].load() >= 2), basins["basin"].load().round()
        slower = (0.9 * u).assign_attrs(u.attrs), (0.9 * v).assign_attrs(v.attrs)
        found = nk.compare_velocity(slower, (u, v), 10.0, by=labels.where(labels > 0), crs="EPSG:3413")
        assert found.numbers["angle"] == pytest.approx(0.0, abs=1e-5)
        assert found.numbers["speed_bias"] > 0 and found.groups is not None
        assert len(found.groups) >= 8 and found.groups["n"].sum() <= found.numbers["n"]
        same = nk.compare_mask(ice, ice, crs="EPSG:3413").numbers
        assert same["iou"] == same["agreement"] == 1.0
        # Greenland's ice with glaciers around it covers some 1.8 million km2.
        assert 1.6e12 < same["observed_area"] < 2.0e12


def test_real_rates_against_a_model_of_constant_thickness(real_data) -> None:
    """Observed loss is the bias of ice that does not change: 200 +- 12 Gt a year (Smith et al. 2020)."""
    image = pytest.importorskip("PIL.Image").open(real_data / "ismip6/obs_from_cmct/gris_dmdt_filt.tif")
    values = np.asarray(image, float)
    (dx, dy, _), (_, _, _, west, north, _) = (image.tag_v2[tag] for tag in (33550, 33922))
    x = west + dx * (np.arange(values.shape[1]) + 0.5)
    y = north - dy * (np.arange(values.shape[0]) + 0.5)
    observed = xr.DataArray(values, {"y": y, "x": x}, ("y", "x"), name="rate", attrs={"units": "m yr-1"})
    surface = xr.DataArray(
        np.zeros((2, *values.shape)),
        {"year": [2002, 2018], "y": y, "x": x},
        ("year", "y", "x"),
        name="orog",
        attrs={"units": "m"},
    )
    rate = nk.elevation_change(surface, 2003.0, 2019.0)
    found = nk.compare_field(rate, observed, sigma=0.1, by={"all": (-100, 55, 20, 89)}, crs="EPSG:3413")
    area = nk.cell_area(observed, crs="EPSG:3413").values[np.isfinite(values)].sum()
    assert found.numbers["n"] == np.isfinite(values).sum()
    assert found.numbers["bias"] * area * 917.0 / 1e12 == pytest.approx(-200.0, abs=12.0)
    assert found.groups is not None and found.groups.loc["all", "n"] == found.numbers["n"]


def test_cumulative_errors_that_never_grow_are_refused() -> None:
    years = np.arange(2005.0, 2015.0)
    series = xr.DataArray(years, {"time": years}, ("time",), name="lim", attrs={"units": "Gt"})
    with pytest.raises(nk.ArgumentError, match="errors='independent'"):
        nk.compare_series(series, series + 1.0, 50.0)
    assert nk.compare_series(series, series + 1.0, 50.0, errors="independent").numbers["n"] == 10


def test_undecoded_times_are_no_years() -> None:
    days = xr.DataArray(np.arange(20) * 365.0, dims="time", attrs={"units": "days since 2015-01-01"})
    series = xr.DataArray(np.arange(20.0), {"time": days}, ("time",), name="lim")
    with pytest.raises(nk.ArgumentError, match="decode_cf"):
        nk.compare_series(series, series, 1.0, errors="independent")


def test_means_over_areas_keep_the_epoch() -> None:
    years = np.arange(2015, 2020)
    surface = xr.DataArray(
        np.multiply.outer((years - 2015.0) ** 2, np.ones((3, 4))),
        {"year": years, "y": np.arange(3) * 1e3, "x": np.arange(4) * 1e3},
        ("year", "y", "x"),
        name="orog",
        attrs={"units": "m"},
    )
    for methods in ("", "area: mean", "model: mean"):
        change = nk.elevation_change(surface.assign_attrs(cell_methods=methods), 2018.0, 2019.0)
        np.testing.assert_allclose(change, 5.0)
