"""Errors of overpasses from crossovers: of drawn campaigns and of ATL11, and in aggregation."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.samples import GeolocationErrors, campaign


def measured(seed: int, radial: float, horizontal: float) -> nk.Points:
    errors = GeolocationErrors(radial=radial, horizontal=horizontal)
    drawn = campaign("fractal", slope=0.01, overpasses=12, cycles=2, seed=seed, cells=8, geolocation=errors)
    return nk.open_points(drawn.table)


@pytest.mark.parametrize(("radial", "horizontal"), [(0.05, 2.5), (0.25, 9.0)])
def test_constants_of_a_campaign_are_found(radial: float, horizontal: float) -> None:
    found = nk.calibrate_geolocation(measured(4, radial, horizontal), days=1000.0)
    assert found.overpasses > 15 and found.crossovers > 300
    for quantiles, true in ((found.radial, radial), (found.horizontal, horizontal)):
        assert 0.6 * quantiles[0] < true < 1.6 * quantiles[2]
        assert quantiles[2] < 3 * quantiles[0]


def test_cells_use_the_medians_and_say_so() -> None:
    points, grid = measured(5, 0.05, 2.5), nk.grid(3031, spacing=8e3)
    found = nk.calibrate_geolocation(points)
    _, horizontal, _ = found.horizontal
    given = {"radial": found.radial[1], "along": horizontal, "across": horizontal}
    by_name, by_numbers, by_result = (
        nk.aggregate(points, grid, geolocation=geolocation, statistics=["sigma_correlated"])
        for geolocation in ("calibrated", given, found)
    )
    xr.testing.assert_identical(by_name.sigma_correlated, by_numbers.sigma_correlated)
    xr.testing.assert_identical(by_name.sigma_correlated, by_result.sigma_correlated)
    assert (
        by_name.attrs["geolocation_calibration"] == str(found) == by_result.attrs["geolocation_calibration"]
    )
    assert "geolocation_calibration" not in by_numbers.attrs


def test_few_crossovers_and_parts_are_refused() -> None:
    points, grid = measured(6, 0.05, 2.5), nk.grid(3031, spacing=8e3)
    single = points.select(points.dataset.overpass_id == points.dataset.overpass_id[0])
    with pytest.raises(nk.ArgumentError, match="0 crossovers of 0 overpasses"):
        nk.aggregate(single, grid, geolocation="calibrated")
    with pytest.raises(nk.ArgumentError, match="calibrate_geolocation"):
        nk.aggregate(iter([points]), grid, geolocation="calibrated")
    with pytest.raises(nk.ArgumentError, match="days"):
        nk.calibrate_geolocation(points, days=0.0)


def test_crossovers_of_atl11_are_used() -> None:
    rng = np.random.default_rng(3)
    count, overpasses = 400, 20
    reference, crossing = rng.integers(1, overpasses + 1, (2, count))
    vectors = rng.normal(size=(2, overpasses + 1, 3)) * [0.1, 4.0, 4.0]
    slopes = rng.normal(0, 0.03, (2, count))

    def height(which: int, overpass: np.ndarray) -> np.ndarray:
        radial, along, across = vectors[which, overpass].T
        return 1000 + radial + along * slopes[0] + across * slopes[1] + rng.normal(0, 0.05, count)

    place = {"longitude": np.full(count, -50.0), "latitude": np.full(count, 70.0)}
    place |= {"track_rgt": np.full(count, 788), "track_pair": np.full(count, 2), "ref_pt": np.arange(count)}
    place |= {
        "sigma_geo": np.full(count, 0.3),
        "height_sigma": np.full(count, 0.05),
        "time": np.full(count, "2019-03-01", "M8[ns]"),
    }

    def points(heights: np.ndarray, rgt: int, cycle: np.ndarray, **more: np.ndarray) -> nk.Points:
        ids = {"rgt": np.full(count, rgt), "cycle": cycle, "overpass_id": cycle * 10_000 + rgt}
        variables = place | {"height": heights} | ids | more
        return nk.Points(xr.Dataset({name: ("segment", values) for name, values in variables.items()}))

    east = {"slope_east": np.full(count, np.nan), "slope_north": np.full(count, np.nan)}
    along = {"slope_along": slopes[0], "slope_across": slopes[1]}
    heights = points(height(0, reference), 788, reference, **along)
    crossings = points(height(1, crossing), 1161, crossing, **east)
    found = nk.calibrate_geolocation(nk.Atl11(heights, crossings, heights.report))
    assert (found.crossovers, found.overpasses) == (pytest.approx(count, abs=3), 2 * overpasses)
    # A quarter of the crossings are two months after the reference track.
    late = crossings.dataset.assign(time=crossings.dataset.time.copy())
    late["time"][::4] += np.timedelta64(60, "D")
    apart = nk.Atl11(heights, nk.Points(late), heights.report)
    assert nk.calibrate_geolocation(apart).crossovers == pytest.approx(0.75 * count, abs=3)
    assert nk.calibrate_geolocation(apart, days=90.0).crossovers == found.crossovers
    assert found.radial[0] < 0.1 < found.radial[2] and found.horizontal[0] < 4.0 < found.horizontal[2]
