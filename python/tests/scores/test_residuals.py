"""Residuals at points against scipy, in every orientation, unit and calendar of a model."""

from __future__ import annotations

import cftime
import numpy as np
import pytest
import xarray as xr
from scipy.interpolate import RegularGridInterpolator

from nunatak._nunatak import LazyArray
from nunatak.errors import ArgumentError, NunatakWarning, PointsError
from nunatak.io.lazy import lazy_variable
from nunatak.points import Points
from nunatak.scores.residuals import residuals
from nunatak.time import is_time_mean
from nunatak_testing.surfaces import CRS, X, Y, interpolated, model, surface_points

# Grids here are smaller than the points on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:.*lie outside the grid:nunatak.NunatakWarning")


@pytest.fixture(scope="module")
def sample():
    return surface_points()


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
    "oriented",
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
def test_every_orientation_gives_the_same(sample, oriented):
    time = None if "time" in oriented.dims else "linear"
    found = residuals(sample[2], oriented, crs=CRS, time=time).dataset["residual"]
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


def test_residuals_reject_what_does_not_fit(sample):
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


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ("time: mean", True),
        ("area: time: mean", True),
        ("year: mean", True),
        ("area: mean time: point", False),
        ("area: mean", False),
        ("model: mean", False),
        ("time: mean within years time: maximum over years", True),
        ("", False),
        (3, False),
    ],
)
def test_a_mean_over_areas_or_models_is_none_over_time(methods, expected) -> None:
    assert is_time_mean(methods, "year") is expected


def test_regridded_surfaces_stay_in_their_epoch() -> None:
    _, _, points = surface_points()
    years = np.arange(2015, 2020)
    rising = (model() + 7.0 * xr.DataArray(years - 2015, {"year": years}, ("year",))).transpose("year", ...)
    plain = residuals(points, rising, crs=CRS).dataset["residual"]
    of_areas = residuals(points, rising.assign_attrs(cell_methods="area: mean"), crs=CRS).dataset["residual"]
    of_years = residuals(points, rising.assign_attrs(cell_methods="time: mean"), crs=CRS).dataset["residual"]
    np.testing.assert_array_equal(of_areas, plain)
    both = np.isfinite(plain) & np.isfinite(of_years)
    # Half a year later, the surface has risen by half a year's 7 m; the residual is lower.
    np.testing.assert_allclose((of_years - plain)[both], -3.5, atol=0.03)
