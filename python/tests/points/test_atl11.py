"""ATL11: heights at reference points and crossovers, against h5py and pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.atl11 import NAME, crossing_columns, pair_columns, write_granule

PROTOTYPE = "ATL11_078805_0304_02_v002.h5"


@pytest.fixture
def prototype(real_data: Path) -> Path:
    return real_data / "atl11" / PROTOTYPE


def test_heights_of_the_prototype_are_those_of_h5py(prototype: Path) -> None:
    heights = nk.open_atl11(prototype).heights.dataset
    with h5py.File(prototype) as file:
        pair = file["pt2"]
        table = pair["corrected_h"]
        count, cycles = table["h_corr"].shape
        for name, own in (
            ("height", "h_corr"),
            ("height_sigma", "h_corr_sigma"),
            ("sigma_geo", "h_corr_sigma_systematic"),
        ):
            np.testing.assert_allclose(heights[name], table[own][:].ravel(), rtol=1e-6, err_msg=name)
        for name, own in (("longitude", "longitude"), ("latitude", "latitude"), ("ref_pt", "ref_pt")):
            np.testing.assert_array_equal(heights[name], np.repeat(table[own][:], cycles))
        for name, own in (
            ("slope_along", "at_slope"),
            ("slope_across", "xt_slope"),
            ("slope_east", "e_slope"),
        ):
            np.testing.assert_allclose(
                heights[name], np.repeat(pair[f"ref_surf/{own}"][:], cycles), rtol=1e-6
            )
        seconds = table["delta_time"][:].ravel()
    assert count * cycles == len(heights.segment) == 2808
    assert heights.cycle.values.tolist() == [3, 4] * count
    assert set(heights.rgt.values) == {788} and set(heights.pair.values) == {2}
    assert set(heights.overpass_id.values) == {30_788, 40_788}
    assert set(heights.pass_id.values) == {307_882, 407_882}
    since = (heights.time.values - np.datetime64("2018-01-01", "ns")) / np.timedelta64(1, "s")
    np.testing.assert_allclose(since, seconds, atol=1e-6)


def test_crossovers_of_the_prototype_and_their_differences(prototype: Path) -> None:
    atl11 = nk.open_atl11(prototype, quality="all")
    crossovers = atl11.crossovers.dataset
    with h5py.File(prototype) as file:
        own, table = file["pt2/crossing_track_data"], file["pt2/corrected_h"]
        for name, column in (("height", "h_corr"), ("height_sigma", "h_corr_sigma"), ("rgt", "rgt")):
            np.testing.assert_allclose(crossovers[name], own[column][:], rtol=1e-6)
        np.testing.assert_allclose(crossovers.along_track_rss, own["along_track_rss"][:], rtol=1e-6)
        # By hand: the cycle whose time is nearest, of those with a height.
        place = np.searchsorted(table["ref_pt"][:], own["ref_pt"][:])
        lag = np.abs(table["delta_time"][:][place] - own["delta_time"][:][:, None])
        height = table["h_corr"][:][place]
        lag[~np.isfinite(height)] = np.inf
        nearest = lag.argmin(axis=1)
        expected = own["h_corr"][:] - height[np.arange(nearest.size), nearest]
        days = (own["delta_time"][:] - table["delta_time"][:][place, nearest]) / 86_400
    known = np.isfinite(expected)
    differences = atl11.crossover_differences()
    np.testing.assert_allclose(differences.difference, expected[known], atol=2e-3)
    np.testing.assert_allclose(differences.days, days[known], atol=1e-6)
    small = differences[differences.difference.abs() < 5]
    assert (len(differences), len(small)) == (114, 111)
    assert abs(small.difference.std(ddof=0) - 0.1345) < 1e-3
    good = np.isfinite(crossovers.height.values) & (crossovers.quality.values == 0)
    assert 0 < good.sum() < 114 and len(nk.open_atl11(prototype).crossovers) == good.sum()


def test_cycles_that_the_prototype_does_not_state_follow_from_track_and_time(prototype: Path) -> None:
    atl11 = nk.open_atl11(prototype, quality="all")
    crossovers = atl11.crossovers.dataset
    # Cycle 3 began on 2019-03-29, cycle 4 on 2019-06-28; tracks of one follow each other evenly.
    begins = np.array(["2019-03-29", "2019-06-28", "2019-09-26"], "datetime64[ns]")
    along = (crossovers.rgt.values - 1) / 1387 * np.timedelta64(91 * 86_400, "s")
    expected = 2 + np.searchsorted(begins, crossovers.time.values - along + np.timedelta64(12, "h"))
    np.testing.assert_array_equal(crossovers.cycle, expected)
    assert (crossovers.overpass_id.values > 0).all()
    assert "cycle_number" in atl11.report.notes[0]


@pytest.fixture
def released(tmp_path: Path) -> Path:
    pairs = {
        name: pair_columns(6, first=1000 * number) for number, name in enumerate(("pt1", "pt2", "pt3"), 1)
    }
    return write_granule(
        tmp_path / NAME, pairs, {"pt1": crossing_columns(), "pt3": crossing_columns((3003,))}
    )


def test_the_released_layout(released: Path) -> None:
    atl11 = nk.open_atl11(released)
    heights, crossovers = atl11.heights.dataset, atl11.crossovers.dataset
    assert len(atl11.heights) == 3 * 6 * 4 and len(atl11.crossovers) == 3
    first = pair_columns(6)
    own = heights.isel(segment=np.flatnonzero(heights.pair.values == 1))
    for name, column in (
        ("height", "h_corr"),
        ("height_sigma", "h_corr_sigma"),
        ("sigma_geo", "h_corr_sigma_systematic"),
        ("tide_ocean", "cycle_stats/tide_ocean"),
        ("sigma_along", "cycle_stats/sigma_geo_at"),
    ):
        np.testing.assert_array_equal(own[name], first[column].ravel(), err_msg=name)
    for name, column in (
        ("geoid_height", "ref_surf/geoid_h"),
        ("geoid_free_to_mean", "ref_surf/geoid_free2mean"),
        ("dem_height", "ref_surf/dem_h"),
        ("slope_north", "ref_surf/n_slope"),
        ("x_atc", "ref_surf/x_atc"),
    ):
        np.testing.assert_array_equal(own[name], np.repeat(first[column], 4), err_msg=name)
    assert own.cycle.values[:4].tolist() == [3, 4, 5, 6] and set(heights.region.values) == {11}
    assert set(heights.overpass_id.values) == {30_519, 40_519, 50_519, 60_519}
    assert crossovers.overpass_id.values.tolist() == [40_700] * 3
    assert crossovers.spot.values.tolist() == [1, 2, 1] and crossovers.strong.values.tolist() == [
        True,
        False,
        True,
    ]
    assert crossovers.ref_pt.values.tolist() == [1003, 1009, 3003]
    assert crossovers.track_pair.values.tolist() == [1, 1, 3] and set(crossovers.track_rgt.values) == {519}
    assert crossovers.slope_north.values.tolist() == np.array([-0.004, -0.012, -0.004], "f4").tolist()
    np.testing.assert_allclose(
        atl11.heights.above_geoid(tide_system="mean-tide").dataset.height,
        heights.height.values.astype(float)
        - (heights.geoid_height.values + heights.geoid_free_to_mean.values),
        atol=1e-5,
    )


def test_differences_are_to_the_nearest_cycle_with_a_height(tmp_path: Path) -> None:
    columns = pair_columns(6)
    columns["h_corr"][1, 1] = np.nan  # no height in cycle 4, three days before the crossing
    path = write_granule(tmp_path / NAME, {"pt1": columns}, {"pt1": crossing_columns()})
    found = nk.open_atl11(path).crossover_differences()
    assert found.ref_pt.tolist() == [1003, 1009] and found.cycle_track.tolist() == [5, 4]
    height = pair_columns(6)["h_corr"]
    np.testing.assert_allclose(found.difference, [2001.0 - height[1, 2], 2002.0 - height[3, 1]], atol=1e-3)
    np.testing.assert_allclose(found.days, [-88.0, 4.0], atol=1e-3)


def test_quality_pairs_region_and_time_select(released: Path, tmp_path: Path) -> None:
    columns = pair_columns(6)
    columns["quality_summary"][2, :] = 1
    columns["h_corr"][3, 2] = np.nan
    path = write_granule(tmp_path / "ATL11_000111_0306_006_01.h5", {"pt1": columns}, rgt=1)
    assert len(nk.open_atl11(path).heights) == 24 - 4 - 1
    assert len(nk.open_atl11(path, quality="all").heights) == 24
    atl11 = nk.open_atl11(released, pairs=[3])
    assert set(atl11.heights.dataset.pair.values) == {3} and len(atl11.crossovers) == 1
    inside = nk.open_atl11(released, region=(150.0015, -80, 150.0035, -78), pairs=[1])
    assert sorted(set(inside.heights.dataset.ref_pt.values)) == [1006, 1009]
    span = nk.open_atl11(released, time=("2019-09-01", "2019-09-30"))
    assert set(span.heights.dataset.cycle.values) == {4}
    with pytest.raises(nk.ArgumentError, match="pairs"):
        nk.open_atl11(released, pairs=[4])


def test_what_is_missing_is_listed_and_nan(tmp_path: Path) -> None:
    columns = pair_columns(6, **{"ref_surf/at_slope": None, "quality_summary": None})
    path = write_granule(tmp_path / NAME, {"pt1": columns})
    atl11 = nk.open_atl11(path, quality="all")
    assert np.isnan(atl11.heights.dataset.slope_along).all() and (atl11.heights.dataset.quality == -1).all()
    missing = atl11.report.missing[0]
    for name in ("pt2", "pt3", "pt1/ref_surf/at_slope", "pt1/quality_summary", "pt1/crossing_track_data"):
        assert name in missing.split(", ")
    assert len(atl11.crossovers) == 0 and atl11.crossover_differences().empty


def test_newer_granules_replace_heights_of_older_ones(tmp_path: Path) -> None:
    older = pair_columns(6, cycles=(3, 4))
    older["h_corr"] = older["h_corr"] - 1
    newer = pair_columns(6, cycles=(4, 5, 6))
    paths = [
        write_granule(tmp_path / "ATL11_051911_0304_005_01.h5", {"pt1": older}, release=5),
        write_granule(tmp_path / "ATL11_051911_0406_006_01.h5", {"pt1": newer}, release=6),
    ]
    for order in (paths, paths[::-1]):
        atl11 = nk.open_atl11(order)
        heights = atl11.heights.dataset
        assert len(atl11.heights) == 6 * 4
        by_cycle = {cycle: heights.height.values[heights.cycle.values == cycle] for cycle in (3, 4)}
        np.testing.assert_array_equal(by_cycle[4], newer["h_corr"][:, 0])
        np.testing.assert_array_equal(by_cycle[3], older["h_corr"][:, 0])
        assert "count once" in "".join(atl11.report.notes)


def test_other_files_are_named_problems(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.attrs["short_name"] = np.bytes_(b"ATL06")
    (tmp_path / "broken.h5").write_bytes(b"nothing")
    with pytest.raises(nk.PointsError, match=r"expected an ATL11 granule.*found product ATL06"):
        nk.open_atl11(tmp_path / "other.h5", on_error="raise")
    with pytest.warns(nk.NunatakWarning, match=r"broken\.h5"):
        atl11 = nk.open_atl11(tmp_path / "broken.h5")
    assert len(atl11.heights) == 0 and atl11.report.problem.notna().all()


def test_shapes_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    columns: dict[str, Any] = pair_columns(6)
    columns["h_corr"] = columns["h_corr"][:5]
    path = write_granule(tmp_path / NAME, {"pt1": columns})
    with pytest.raises(nk.PointsError, match=r"pt1/h_corr.*\[6, 4\].*\[5, 4\]"):
        nk.open_atl11(path, on_error="raise")


def test_heights_average_and_travel_like_other_points(released: Path, tmp_path: Path) -> None:
    heights = nk.open_atl11(released).heights
    heights.dataset.to_netcdf(tmp_path / "heights.nc")
    again = nk.open_points(tmp_path / "heights.nc")
    for name in heights.dataset:
        np.testing.assert_array_equal(again.dataset[name], heights.dataset[name], err_msg=str(name))
