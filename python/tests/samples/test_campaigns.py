"""Campaigns: geometry through PROJ, errors against what was drawn, repeatability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest

import nunatak as nk
from nunatak.samples import Campaign, Faults, GeolocationErrors, Noise, campaign

SILENT = Noise(strong=0.0, weak=0.0)
EXACT = GeolocationErrors(radial=0.0, horizontal=0.0)
CLEAR = Faults(gaps=0.0)


def on_map(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    transformer = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3031", always_xy=True)
    return transformer.transform(table.longitude.to_numpy(), table.latitude.to_numpy())


def surface_at(drawn: Campaign) -> np.ndarray:
    """Height of the surface where the table says that the segments are (m)."""
    x, y = on_map(drawn.table)
    corner_x, corner_y = (float(drawn.grid[axis][0]) - 4e3 for axis in "xy")
    return drawn.terrain(x - corner_x, y - corner_y)[0]


@pytest.fixture(scope="module")
def clear() -> Campaign:
    return campaign("exponential", slope=0.006, cells=8, seed=3, posting=40.0, noise=SILENT, faults=CLEAR)


def test_heights_are_the_surface_moved_by_the_drawn_vectors(clear: Campaign) -> None:
    table = clear.table
    vectors = clear.errors.set_index(["rgt", "cycle", "pair"])
    own = vectors.loc[list(zip(table.rgt, table.cycle, np.zeros(len(table), int), strict=True))]
    expected = own.radial.to_numpy() + own.along.to_numpy() * table.slope_along
    expected += own.across.to_numpy() * table.slope_across
    np.testing.assert_allclose(table.height - surface_at(clear), expected, atol=2e-5)
    assert np.std(expected) > 0.03


def test_pairs_have_vectors_of_their_own() -> None:
    errors = GeolocationErrors(radial=0.0, horizontal=0.0, pair_radial=0.5)
    drawn = campaign("waves", cells=4, geolocation=errors, noise=SILENT, faults=CLEAR, posting=200.0)
    table = drawn.table
    error = table.height - surface_at(drawn)
    by_pair = error.groupby([table.rgt, table.cycle, table.pair]).agg(["mean", "std"])
    vectors = drawn.errors.set_index(["rgt", "cycle", "pair"])
    np.testing.assert_allclose(by_pair["mean"], vectors.radial.loc[by_pair.index], atol=1e-6)
    assert by_pair["std"].max() < 1e-6
    assert vectors.radial[vectors.radial != 0].std() == pytest.approx(0.5, rel=0.3)


def test_vectors_have_their_standard_deviations() -> None:
    errors = GeolocationErrors(0.3, 5.0, pair_radial=0.1, pair_horizontal=2.0)
    drawn = campaign("waves", overpasses=30, cells=6, geolocation=errors, posting=2000.0)
    own, pairs = drawn.errors[drawn.errors.pair == 0], drawn.errors[drawn.errors.pair > 0]
    assert own.radial.std() == pytest.approx(0.3, rel=0.25)
    assert own[["along", "across"]].to_numpy().std() == pytest.approx(5.0, rel=0.2)
    assert pairs.radial.std() == pytest.approx(0.1, rel=0.15)
    assert pairs[["along", "across"]].to_numpy().std() == pytest.approx(2.0, rel=0.12)
    assert abs(own.along.corr(own.across)) < 0.35


def test_beams_and_pairs_are_as_far_apart_as_those_of_icesat2(clear: Campaign) -> None:
    table = clear.table.assign(**dict(zip("xy", on_map(clear.table), strict=True)))
    table = table[(table.rgt == table.rgt.mode()[0]) & (table.cycle == 1)]
    beams = table.pivot(index="segment_id", columns="beam", values=["x", "y"]).dropna()

    def apart(one: int, other: int) -> np.ndarray:
        return np.hypot(beams["x"][one] - beams["x"][other], beams["y"][one] - beams["y"][other])

    assert len(beams) > 200
    for left, right in ((1, 2), (3, 4), (5, 6)):
        np.testing.assert_allclose(apart(left, right), 90.0, atol=1e-3)
    np.testing.assert_allclose(apart(1, 3), 3300.0, atol=1e-3)
    np.testing.assert_allclose(apart(1, 6), 6690.0, atol=1e-3)
    steps = np.diff(table[table.beam == 4].sort_values("time")[["x", "y"]].to_numpy(), axis=0)
    np.testing.assert_allclose(np.hypot(*steps.T), 40.0, atol=1e-3)


def test_signs_of_the_slopes_are_those_of_the_flight(clear: Campaign) -> None:
    """The mean slopes along and across, from the plane's gradient and the order of times."""
    x, y = on_map(clear.table)
    plane = clear.terrain.slope
    for _, track in clear.table.assign(x=x, y=y).groupby(["rgt", "cycle"]):
        beam = track[track.beam == track.beam.min()].sort_values("time")
        if len(beam) < 1000:
            continue
        ahead = np.array([beam.x.iloc[-1] - beam.x.iloc[0], beam.y.iloc[-1] - beam.y.iloc[0]])
        ahead /= np.hypot(*ahead)
        assert beam.slope_along.mean() == pytest.approx(ahead @ plane, abs=1e-3)
        assert beam.slope_across.mean() == pytest.approx(-ahead[1] * plane[0] + ahead[0] * plane[1], abs=3e-3)
        pair = track[track.beam <= 2].groupby("beam")[["x", "y"]].first() if 1 in set(track.beam) else None
        if pair is not None and len(pair) == 2:
            to_left = pair.loc[1].to_numpy() - pair.loc[2].to_numpy()
            assert -ahead[1] * to_left[0] + ahead[0] * to_left[1] > 0


@pytest.mark.parametrize(("posting", "correlation"), [(20.0, 0.5), (40.0, 0.0)])
def test_noise_has_its_formal_error_and_overlapping_segments_share_photons(
    posting: float, correlation: float
) -> None:
    drawn = campaign("waves", cells=6, geolocation=EXACT, faults=CLEAR, posting=posting)
    noise = ((drawn.table.height - surface_at(drawn)) / drawn.table.height_sigma).to_numpy()
    together = (np.diff(drawn.table.segment_id) == posting / 20) & (np.diff(drawn.table.beam) == 0)
    assert noise.std() == pytest.approx(1.0, abs=0.02)
    assert np.mean((noise[1:] * noise[:-1])[together]) == pytest.approx(correlation, abs=0.03)
    medians = drawn.table.groupby("strong").height_sigma.median()
    assert 0.013 < medians[True] < 0.018 and 0.029 < medians[False] < 0.04


def test_extra_scatter_and_heavy_tails() -> None:
    noise = Noise(strong=1e-6, weak=1e-6, extra=0.2, heavy_tails=True)
    drawn = campaign("waves", cells=6, geolocation=EXACT, faults=CLEAR, posting=100.0, noise=noise)
    scatter = (drawn.table.height - surface_at(drawn)).to_numpy()
    assert scatter.std() == pytest.approx(0.2, rel=0.1)
    # Student's t of 3 degrees of freedom lies within 0.7649 of its scale for half of the draws.
    assert np.median(np.abs(scatter)) == pytest.approx(0.2 * 0.7649 / np.sqrt(3), rel=0.05)


def test_faults_have_their_shares() -> None:
    faults = Faults(gaps=0.3, cloud_returns=0.02, missing_across=0.25, missing_along=0.1)
    whole = campaign("waves", cells=12, noise=SILENT, geolocation=EXACT, faults=CLEAR, posting=100.0)
    drawn = campaign("waves", cells=12, noise=SILENT, geolocation=EXACT, faults=faults, posting=100.0)
    table = drawn.table
    assert len(table) / len(whole.table) == pytest.approx(0.7, abs=0.06)
    clouds = (table.height - surface_at(drawn)).to_numpy()
    clouds = clouds[np.abs(clouds) > 1e-3]
    assert clouds.size / len(table) == pytest.approx(0.02, rel=0.15)
    assert clouds.min() > 9.9 and clouds.max() < 3001 and np.median(clouds) == pytest.approx(173, rel=0.15)
    assert table.slope_across.isna().mean() == pytest.approx(0.25, abs=0.01)
    both = table.slope_across.isna() & table.slope_along.isna()
    assert both.mean() == pytest.approx(0.025, abs=0.005)


def test_a_missing_slope_leaves_the_product_s_sentinel() -> None:
    errors = GeolocationErrors(radial=0.3, horizontal=20.0)
    faults = Faults(missing_across=0.3, missing_along=0.3)
    table = campaign("waves", cells=4, geolocation=errors, faults=faults, posting=200.0).table
    both = table.slope_across.isna() & table.slope_along.isna()
    np.testing.assert_allclose(table.sigma_geo_stored[both], 28.286, atol=1e-2)
    assert (table.sigma_geo_stored[table.sigma_geo_flag == 0] < 1).all()


@pytest.mark.parametrize(("overpasses", "cycles"), [(1, 1), (3, 1), (30, 10)])
def test_cells_are_crossed_as_often_as_asked(overpasses: int, cycles: int) -> None:
    drawn = campaign("waves", overpasses=overpasses, cells=12, posting=400.0, faults=CLEAR)
    x, y = on_map(drawn.table)
    spacing = 8e3
    column = ((x - float(drawn.grid.x[0])) / spacing + 0.5).astype(int)
    row = ((y - float(drawn.grid.y[0])) / spacing + 0.5).astype(int)
    crossings = drawn.table.assign(cell=row * 12 + column).groupby("cell")[["rgt", "cycle"]]
    assert crossings.apply(lambda cell: len(cell.drop_duplicates())).mean() == pytest.approx(
        overpasses, rel=0.1
    )
    assert drawn.table.cycle.nunique() == cycles


def test_the_seed_decides_all_and_each_part_alone() -> None:
    one, same = (campaign("channels", cells=4, seed=7, posting=100.0) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, same.table, check_exact=True)
    other = campaign("channels", cells=4, seed=7, posting=100.0, geolocation=GeolocationErrors(0.06, 13.0))
    assert other.truth.identical(one.truth)
    np.testing.assert_allclose(other.errors.along, 2 * one.errors.along)
    assert not campaign("channels", cells=4, seed=8, posting=100.0).truth.identical(one.truth)


def test_points_open_and_aggregate_onto_the_cells_of_the_truth(clear: Campaign) -> None:
    cells = nk.aggregate(nk.open_points(clear.table), clear.grid)
    assert int(cells["count"].sum()) == len(clear.table)
    misfit = cells["mean"] - clear.truth.height
    assert float(np.abs(misfit).max()) < 40 and float(np.abs(misfit).median()) < 5


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of exponential"):
        campaign("dunes")
    with pytest.raises(ValueError, match="expected a multiple of cycles, 4"):
        campaign(overpasses=6, cycles=4)
    with pytest.raises(ValueError, match="cells=0"):
        campaign(cells=0)
