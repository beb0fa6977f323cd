"""Residuals and comparisons against scipy, pyproj and dense linear algebra, and on real granules."""

from __future__ import annotations

import warnings
from pathlib import Path

import cftime
import numpy as np
import pyproj
import pytest
import xarray as xr
from scipy import stats
from scipy.interpolate import RegularGridInterpolator

from nunatak._nunatak import Crs, LazyArray
from nunatak.errors import ArgumentError, GridMappingWarning, NunatakWarning, PointsError
from nunatak.io.lazy import lazy_variable
from nunatak.points import Points, open_atl06
from nunatak.points.aggregation import aggregate
from nunatak.points.columns import points_dataset
from nunatak.scores.comparison import compare
from nunatak.scores.residuals import residuals

# Grids here are smaller than the points on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:.*lie outside the grid:nunatak.NunatakWarning")

CRS = "EPSG:3413"
X = np.arange(-200e3, -40e3, 8e3)
Y = np.arange(-2200e3, -2000e3, 8e3)


def surface(x, y, t=0.0):
    return 1800.0 + 300.0 * np.sin(x / 60e3) + 200.0 * np.cos(y / 45e3) + 7.0 * t


def model(times=None):
    """(y, x) or (time, y, x); rough enough that interpolation matters."""
    y, x = np.meshgrid(Y, X, indexing="ij")
    coords = {"y": ("y", Y, {"units": "m"}), "x": ("x", X, {"units": "m"})}
    if times is None:
        return xr.DataArray(surface(x, y), coords, ("y", "x"), name="orog")
    values = np.stack([surface(x, y, step) for step in range(len(times))])
    return xr.DataArray(values, {"time": times, **coords}, ("time", "y", "x"), name="orog")


@pytest.fixture(scope="module")
def sample():
    """400 points in eight passes, some off the grid, heights 30 m above the geoid surface."""
    generator = np.random.default_rng(11)
    n = 400
    x, y = generator.uniform(-210e3, -35e3, n), generator.uniform(-2210e3, -1995e3, n)
    longitude, latitude = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    time = np.datetime64("2016-01-01", "ns") + (generator.uniform(0, 4 * 365.25, n) * 86400e9).astype(
        "timedelta64[ns]"
    )
    passes = generator.integers(0, 8, n)
    columns = {
        "longitude": longitude,
        "latitude": latitude,
        "time": time,
        "height": surface(x, y) + 30.0 + generator.normal(0, 3.0, n),
        "geoid_height": np.full(n, 30.0),
        "height_sigma": generator.uniform(0.5, 2.0, n),
        "sigma_geo": generator.uniform(0.3, 1.5, n),
        "pass_id": passes,
        "rgt": 100 + passes,
        "cycle": np.full(n, 3),
        "pair": np.ones(n),
    }
    return x, y, Points(points_dataset(columns, {}))


def interpolated(x, y, array):
    return RegularGridInterpolator((Y, X), array.values, bounds_error=False)((y, x))


def test_residual_equals_scipy(sample):
    x, y, points = sample
    found = residuals(points, model(), crs=CRS).dataset
    expected = interpolated(x, y, model())
    assert np.isnan(expected).any() and not np.isnan(expected).all()
    np.testing.assert_allclose(found["model"], expected, atol=1e-6)
    np.testing.assert_allclose(found["residual"], points.dataset["height"] - 30.0 - expected, atol=1e-6)
    on_ellipsoid = residuals(points, model(), crs=CRS, datum="ellipsoid").dataset
    np.testing.assert_allclose(on_ellipsoid["residual"], found["residual"] + 30.0, atol=1e-9)
    assert "residual" not in points.dataset and found["residual"].attrs["units"] == "m"


def test_points_above_the_geoid_already_are_not_shifted_twice(sample):
    points = sample[2]
    found = residuals(points.above_geoid(), model(), crs=CRS).dataset["residual"]
    np.testing.assert_allclose(found, residuals(points, model(), crs=CRS).dataset["residual"], atol=1e-9)


def in_kilometres(array):
    return array.assign_coords(
        {axis: (axis, array[axis].values / 1e3, {"units": "km"}) for axis in ("x", "y")}
    )


@pytest.mark.parametrize(
    "turned",
    [
        model().transpose("x", "y"),
        model().isel(y=slice(None, None, -1)),
        model().isel(x=slice(None, None, -1)).transpose("x", "y"),
        in_kilometres(model()),
        in_kilometres(model()).rename(x="xc", y="yc").transpose("xc", "yc"),
        model().chunk({"y": 5}),
        model().expand_dims(time=[np.datetime64("1990-01-01")]),
    ],
    ids=["x-y", "descending y", "descending x", "km", "xc-yc", "dask", "one record"],
)
def test_every_orientation_gives_the_same(sample, turned):
    time = None if "time" in turned.dims else "linear"
    found = residuals(sample[2], turned, crs=CRS, time=time).dataset["residual"]
    np.testing.assert_allclose(found, residuals(sample[2], model(), crs=CRS).dataset["residual"], atol=1e-8)


def test_a_missing_cell_spoils_its_neighbourhood_only(sample):
    x, y, points = sample
    holed = model()
    holed[10, 10] = np.nan
    found = residuals(points, holed, crs=CRS).dataset["model"].values
    np.testing.assert_allclose(found, interpolated(x, y, holed), atol=1e-6)


def test_only_what_is_needed_is_read(sample):
    x, y, points = sample
    read = []
    times = np.array([f"{year}-01-01" for year in range(2010, 2030)], dtype="datetime64[ns]")
    whole = model(times)

    def watched(key):
        read.append(key)
        return whole.values[key]

    array = LazyArray.from_callback(watched, list(whole.shape), "float64", [1, *whole.shape[1:]])
    lazy = xr.DataArray(lazy_variable(whole.dims, array), whole.coords, name="orog")
    chosen = (
        (np.abs(x + 100e3) < 20e3) & (np.abs(y + 2100e3) < 20e3) & (points.dataset["time"].values < times[8])
    )
    near = points.select(chosen)
    assert len(near) > 3
    np.testing.assert_allclose(
        residuals(near, lazy, crs=CRS).dataset["model"],
        residuals(near, whole, crs=CRS).dataset["model"],
        atol=1e-9,
    )
    assert {key[0].start for key in read} <= {6, 7, 8} and len(read) <= 3
    assert all(key[1].stop - key[1].start <= 7 and key[2].stop - key[2].start <= 7 for key in read)


def test_time_is_linear_as_in_scipy(sample):
    x, y, points = sample
    times = np.array(["2016-07-01", "2017-07-01", "2018-03-01"], dtype="datetime64[ns]")
    seconds = times.astype(np.int64) / 1e9
    at = points.dataset["time"].values.astype(np.int64) / 1e9
    cube = RegularGridInterpolator((seconds, Y, X), model(times).values, bounds_error=False)
    found = residuals(points, model(times), crs=CRS).dataset["model"]
    np.testing.assert_allclose(found, cube((at, y, x)), atol=1e-6)
    clamped = residuals(points, model(times), crs=CRS, outside="clamp").dataset["model"]
    np.testing.assert_allclose(clamped, cube((np.clip(at, seconds[0], seconds[-1]), y, x)), atol=1e-6)
    nearest = residuals(points, model(times), crs=CRS, time="nearest").dataset["model"]
    step = np.abs(at[:, None] - seconds[None, :]).argmin(1)
    inside = (at >= seconds[0]) & (at <= seconds[-1])
    expected = np.where(inside, interpolated(x, y, model()) + 7.0 * step, np.nan)
    np.testing.assert_allclose(nearest, expected, atol=1e-6)


@pytest.mark.parametrize("calendar", ["noleap", "360_day", "standard"])
def test_calendars_meet_on_the_decimal_year(sample, calendar):
    points = sample[2]
    times = [cftime.datetime(year, 1, 1, calendar=calendar) for year in range(2016, 2022)]
    found = residuals(points, model(times), crs=CRS).dataset["model"].values
    still = residuals(points, model(), crs=CRS).dataset["model"].values
    dates = points.dataset["time"].dt
    elapsed = (dates.dayofyear - 1 + (dates.hour + dates.minute / 60 + dates.second / 3600) / 24).values
    decimal = dates.year.values + elapsed / np.where(dates.is_leap_year, 366, 365)
    # whole seconds of the year: 7 m a year times 1 s
    expected = np.where(np.isnan(still), np.nan, 7.0 * (decimal - 2016))
    np.testing.assert_allclose(found - still, expected, atol=1e-5)


def test_a_nominal_year_is_its_end(sample):
    points = sample[2]
    ends = np.array([f"{year + 1}-01-01" for year in range(2014, 2021)], dtype="datetime64[ns]")
    by_date = residuals(points, model(ends), crs=CRS).dataset["model"]
    by_year = model(ends).rename(time="year").assign_coords(year=np.arange(2014, 2021))
    np.testing.assert_array_equal(residuals(points, by_year, crs=CRS).dataset["model"], by_date)


def test_a_model_of_another_time_gives_a_warning_and_no_numbers(sample):
    times = np.array(["2090-01-01", "2091-01-01"], dtype="datetime64[ns]")
    with pytest.warns(NunatakWarning, match="no point lies in the time of the model, 2090-01-01"):
        found = residuals(sample[2], model(times), crs=CRS)
    assert found.dataset["residual"].isnull().all()


def test_residuals_refuse_what_does_not_fit(sample):
    points = sample[2]
    times = np.array(["2016-01-01", "2017-01-01"], dtype="datetime64[ns]")
    with pytest.raises(ArgumentError, match="the model has 2 records along 'time'; select one"):
        residuals(points, model(times), crs=CRS, time=None)
    with pytest.raises(ArgumentError, match="two horizontal dimensions"):
        residuals(points, model().expand_dims(layer=3), crs=CRS)
    with pytest.raises(ArgumentError, match="datum"):
        residuals(points, model(), crs=CRS, datum="sea")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match='must be "linear" or "nearest", found `cubic`'):
        residuals(points, model(times), crs=CRS, time="cubic")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"record 1 .* is not after"):
        residuals(points, model(times[::-1]), crs=CRS)
    without = Points(points.dataset.drop_vars("geoid_height"))
    with pytest.raises(PointsError, match="geoid_height"):
        residuals(without, model(), crs=CRS)


def test_comparison_equals_dense_algebra(sample):
    x, y, points = sample
    comparison = compare(model(), points, crs=CRS, discrepancy=2.5)
    data = points.dataset
    residual = data["height"].values - 30.0 - interpolated(x, y, model())
    kept = ~np.isnan(residual)
    residual, passes = residual[kept], data["pass_id"].values[kept]
    variance = data["height_sigma"].values[kept].astype(float) ** 2 + 2.5**2
    common = data["sigma_geo"].values[kept]
    shared = np.where(passes[:, None] == passes[None, :], np.outer(common, common), 0.0)
    covariance = np.diag(variance) + shared
    z = residual / np.sqrt(np.diag(covariance))
    summary = comparison.summary()
    n = residual.size
    assert (summary["n"], summary["skipped"], summary["passes"]) == (n, len(points) - n, 8)
    expected = {
        "bias": residual.mean(),
        "bias_sigma": np.sqrt(covariance.sum()) / n,
        "median": np.median(residual),
        "nmad": 1.4826 * stats.median_abs_deviation(residual),
        "mae": np.abs(residual).mean(),
        "rmse": np.sqrt((residual**2).mean()),
        "centred_rmse": residual.std(),
        "n_eff": n * np.trace(covariance) / covariance.sum(),
        "chi2_reduced": (z**2).mean(),
        "mahalanobis_reduced": residual @ np.linalg.solve(covariance, residual) / n,
        "log_likelihood": stats.multivariate_normal(np.zeros(n), covariance).logpdf(residual),
    }
    for name, value in expected.items():
        assert summary[name] == pytest.approx(value, rel=1e-6), name
    for level, share in summary["coverage"].items():
        assert share == pytest.approx(np.mean(np.abs(z) <= stats.norm.ppf(0.5 + level / 2)))
    np.testing.assert_allclose(comparison.pit[kept], stats.norm.cdf(z), atol=1e-6)
    assert np.isnan(comparison.pit[~kept]).all()
    table = comparison.passes
    assert table["n"].sum() == n and table["rgt"].tolist() == list(range(100, 108))
    assert table["log_likelihood"].sum() == pytest.approx(summary["log_likelihood"])
    assert table["bias"][3] == pytest.approx(residual[passes == 3].mean(), abs=1e-6)


def test_errors_drawn_from_the_error_model_are_recognised(sample):
    """Over 1,000 draws: the reduced chi-square is 1, its spread and that of the bias are as stated."""
    _, _, points = sample
    truth = residuals(points, model(), crs=CRS)
    keep = truth.select(~np.isnan(truth.dataset["model"].values)).dataset
    generator = np.random.default_rng(5)
    found = []
    for _ in range(1000):
        common = generator.normal(size=8)[keep["pass_id"].values] * keep["sigma_geo"].values
        random = generator.normal(size=keep.sizes["segment"]) * keep["height_sigma"].values
        height = keep["model"].values + 30.0 + common + random
        drawn = Points(keep.assign(height=("segment", height)))
        found.append(compare(model(), drawn, crs=CRS).summary())
    chi2 = np.array([summary["chi2_reduced"] for summary in found])
    bias = np.array([summary["bias"] for summary in found])
    spread = found[0]["chi2_reduced_sigma"]
    assert chi2.mean() == pytest.approx(1.0, abs=3 * spread / np.sqrt(1000))
    assert chi2.std() == pytest.approx(spread, rel=0.1)
    assert bias.std() == pytest.approx(found[0]["bias_sigma"], rel=0.1)
    assert np.mean([summary["coverage"][0.9] for summary in found]) == pytest.approx(0.9, abs=0.01)
    assert found[0]["n_eff"] < 25


def test_points_without_geolocation_error_are_independent(sample):
    bare = Points(sample[2].dataset.drop_vars("sigma_geo"))
    with pytest.warns(NunatakWarning, match="every segment counts as independent"):
        summary = compare(model(), bare, crs=CRS).summary()
    assert summary["n_eff"] == pytest.approx(summary["n"])
    with pytest.raises(PointsError, match="height_sigma"):
        compare(model(), Points(sample[2].dataset.drop_vars("height_sigma")), crs=CRS)


def grid_like(array):
    mapping = xr.Variable((), 0, Crs.parse(CRS).grid_mapping())
    return xr.Dataset(coords={"x": array["x"], "y": array["y"], "crs": mapping}).assign(
        cell=array.assign_attrs(grid_mapping="crs")
    )


def test_cells_of_residuals(sample):
    x, y, points = sample
    comparison = compare(model(), points, crs=CRS, grid=grid_like(model()))
    assert comparison.cells is not None
    counts = comparison.cells["count"]
    assert int(counts.sum()) == comparison.summary()["n"]
    row, column = divmod(int(counts.values.argmax()), X.size)
    inside = (np.abs(x - X[column]) < 4e3) & (np.abs(y - Y[row]) < 4e3)
    residual = comparison.points.dataset["residual"].values[inside]  # type: ignore[union-attr]
    assert comparison.cells["plain_mean"].values[row, column] == pytest.approx(np.nanmean(residual), abs=1e-6)


def test_cells_are_compared_on_one_grid_and_datum(sample):
    points = sample[2]
    cells = aggregate(points.above_geoid(), grid_like(model()))
    comparison = compare(model(), cells)
    both = cells["mean"].notnull() & cells["sigma_total"].notnull()
    assert comparison.summary()["n"] == int(both.sum())
    expected = (cells["mean"] - model()).where(both).mean()
    assert comparison.summary()["bias"] == pytest.approx(float(expected))
    with pytest.raises(ArgumentError, match=r"cells are above the ellipsoid, .* points.above_geoid\(\)"):
        compare(model(), aggregate(points, grid_like(model())))
    with pytest.raises(ArgumentError, match=r"differ along 'y' .*nk.regrid"):
        compare(model().isel(y=slice(1, None)), cells)
    with pytest.raises(ArgumentError, match="it lacks mean, sigma_total"):
        compare(model(), xr.Dataset())


def test_a_comparison_can_be_read_and_kept(sample, tmp_path):
    comparison = compare(model(), sample[2], crs=CRS)
    assert "observation minus model" in repr(comparison) and "n_eff" in str(comparison.summary())
    assert len(comparison.plot().axes) == 4
    page = comparison.to_html(tmp_path / "comparison.html").read_text()
    assert "data:image/png;base64" in page and "log_likelihood" in page


@pytest.mark.parametrize(
    ("granule", "count", "median", "nmad"),
    [("11610303", 17058, -10.83, 17.40), ("11690305", 3361, 7.41, 12.44)],
)
def test_real_greenland(real_data: Path, granule, count, median, nmad):
    (path,) = (real_data / "atl06").glob(f"*{granule}*.h5")
    source = real_data / "ismip6" / "grid16km_gris" / "GRL-16KM_TOPO-M17.nc"
    with xr.open_dataset(source, engine="nunatak") as dataset, warnings.catch_warnings():
        warnings.simplefilter("error")
        summary = compare(dataset["z_srf"], open_atl06(path), crs=CRS).summary()
    assert summary["n"] == count
    assert summary["median"] == pytest.approx(median, abs=0.01)
    assert summary["nmad"] == pytest.approx(nmad, abs=0.01)


def test_real_grid_mapping_that_is_wrong_gives_a_warning(real_data: Path):
    (path,) = (real_data / "atl06").glob("*11690305*.h5")
    points = open_atl06(path)
    source = real_data / "ismip6" / "grid16km_gris" / "GRL-16KM_TOPO-M17.nc"
    for engine in ("nunatak", "netcdf4"):
        with xr.open_dataset(source, engine=engine) as dataset:
            with pytest.warns(GridMappingWarning, match="latitude_of_projection_origin.*70"):
                guessed = residuals(points, dataset["z_srf"])
            stated = residuals(points, dataset["z_srf"], crs=CRS)
        np.testing.assert_array_equal(guessed.dataset["residual"], stated.dataset["residual"])


def test_points_and_model_in_different_places_are_named(sample) -> None:
    away = model().assign_coords(x=X + 1e6, y=Y + 1e6)
    with pytest.raises(
        ArgumentError, match=r"none of the 400 points .* points lie at longitude .* one ice sheet"
    ):
        compare(away, sample[2], crs=CRS)


def test_a_variable_that_is_no_surface_is_worth_a_warning(sample) -> None:
    thickness = model().rename("lithk").assign_attrs(standard_name="land_ice_thickness")
    with pytest.warns(NunatakWarning, match="'lithk' is land_ice_thickness"):
        residuals(sample[2], thickness, crs=CRS)
