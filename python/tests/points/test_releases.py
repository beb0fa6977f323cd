"""Releases of ATL06: their constants, their epoch, their fields, and the tide system of their geoid."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.atl06 import BEAMS, NAME, beam_columns, newer_columns, write_granule


def granule(path: Path, **columns: object) -> Path:
    return write_granule(path, {"gt1l": newer_columns(4, **columns)})


def test_constants_come_from_the_file(tmp_path: Path) -> None:
    path = granule(tmp_path / NAME, sigma_geo_at=np.full(4, 4.5, "f4"))
    dataset = nk.open_atl06(path).dataset
    with h5py.File(path) as file:
        track = file["gt1l/land_ice_segments/ground_track"]
        for column, name in (("radial", "r"), ("along", "at"), ("across", "xt")):
            np.testing.assert_array_equal(dataset[f"sigma_{column}"], track[f"sigma_geo_{name}"][:])
    expected = np.sqrt(dataset.sigma_radial.values.astype(float) ** 2 + (4.5 * 0.01) ** 2 + (5 * 0.02) ** 2)
    np.testing.assert_allclose(dataset.sigma_geo, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("release", "horizontal"), [(2, 20.0), (3, 20.0), (5, 20.0), (6, 5.0), (7, 5.0), (209, 20.0)]
)
def test_constants_that_a_granule_lacks_are_those_of_its_release(
    tmp_path: Path, release: int, horizontal: float
) -> None:
    columns = beam_columns(4, sigma_geo_r=None, sigma_geo_at=None, sigma_geo_xt=None)
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": columns}, release=release))
    dataset = points.dataset
    assert set(dataset.sigma_along.values) == set(dataset.sigma_across.values) == {np.float32(horizontal)}
    assert set(dataset.sigma_radial.values) == {np.float32(0.3)}
    expected = np.sqrt(0.3**2 + (horizontal * 0.01) ** 2 + (horizontal * 0.02) ** 2)
    np.testing.assert_allclose(dataset.sigma_geo, expected, rtol=1e-5)
    assert "gt1l/land_ice_segments/ground_track/sigma_geo_at" in points.report.missing[0]


def test_real_granules_keep_their_own_constants(real_data: Path) -> None:
    for path in sorted((real_data / "atl06").glob("*.h5")):
        dataset = nk.open_atl06(path, quality="all", on_error="skip").dataset
        with h5py.File(path) as file:
            stored = [file[f"{b}/land_ice_segments/ground_track/sigma_geo_xt"][:] for b in BEAMS if b in file]
        stored = np.concatenate(stored)
        np.testing.assert_array_equal(dataset.sigma_across, np.where(stored > 1e37, np.nan, stored))


@pytest.mark.parametrize(
    ("epoch", "shift"),
    [
        (1198800018.0, 0.0),
        (None, 0.0),
        (1198800018.5, 0.5),
        (1230336018.0, 365 * 86400.0),
        # 2016-01-01 in GPS seconds, before the leap second of 2017: the segments lie after it.
        (1135641617.0, -731 * 86400.0 - 1.0),
    ],
)
def test_times_count_from_the_epoch_of_the_file(tmp_path: Path, epoch: float | None, shift: float) -> None:
    delta_time = 63_000_000.0 + np.arange(4)
    path = write_granule(tmp_path / NAME, {"gt1l": newer_columns(4, delta_time=delta_time)}, epoch=epoch)
    points = nk.open_atl06(path)
    expected = np.datetime64("2018-01-01", "ns") + ((delta_time + shift) * 1e9).astype("timedelta64[ns]")
    np.testing.assert_array_equal(points.dataset.time, expected)
    assert ("atlas_sdp_gps_epoch" in points.report.notes[0]) == (epoch not in (None, 1198800018.0))


def test_the_geoid_is_above_the_tide_free_or_the_mean_tide_geoid(tmp_path: Path) -> None:
    path = granule(tmp_path / NAME)
    points = nk.open_atl06(path)
    with h5py.File(path) as file:
        group = file["gt1l/land_ice_segments"]
        height, geoid = group["h_li"][:].astype(float), group["dem/geoid_h"][:].astype(float)
        shift = group["dem/geoid_free2mean"][:].astype(float)
    free, mean = points.above_geoid(tide_system="tide-free"), points.above_geoid(tide_system="mean-tide")
    np.testing.assert_allclose(free.dataset.height, height - geoid, atol=1e-12)
    np.testing.assert_allclose(mean.dataset.height, height - (geoid + shift), atol=1e-12)
    assert (free.dataset.attrs["tide_system"], mean.dataset.attrs["tide_system"]) == (
        "tide-free",
        "mean-tide",
    )
    assert points.above_geoid().dataset.attrs["tide_system"] == "tide-free"
    np.testing.assert_array_equal(points.above_geoid().dataset.height, free.dataset.height)
    # From one to the other and back, and to the ellipsoid.
    np.testing.assert_allclose(free.above_geoid(tide_system="mean-tide").dataset.height, mean.dataset.height)
    np.testing.assert_allclose(mean.above_geoid(tide_system="tide-free").dataset.height, free.dataset.height)
    np.testing.assert_allclose(mean.height_above("ellipsoid"), height)
    assert mean.datum == "geoid"


def test_the_tide_system_is_kept_and_never_mixed(tmp_path: Path) -> None:
    points = nk.open_atl06(granule(tmp_path / NAME))
    mean, free = points.above_geoid(tide_system="mean-tide"), points.above_geoid()
    mean.dataset.to_netcdf(tmp_path / "mean.nc")
    again = nk.open_points(tmp_path / "mean.nc")
    assert again.dataset.attrs["tide_system"] == "mean-tide"
    np.testing.assert_array_equal(
        again.above_geoid(tide_system="mean-tide").dataset.height, mean.dataset.height
    )
    np.testing.assert_allclose(again.above_geoid(tide_system="tide-free").dataset.height, free.dataset.height)
    with pytest.raises(nk.PointsError, match="mean-tide"):
        nk.Points(xr.concat([mean.dataset, free.dataset], "segment"))
    with pytest.raises(nk.PointsError, match="mean-tide"):
        nk.concat_points([mean, free])


def test_a_tide_system_that_granules_do_not_state_is_refused(tmp_path: Path) -> None:
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": beam_columns(4)}, release=3))
    assert points.above_geoid().dataset.attrs["tide_system"] == "not stated"
    for system in ("tide-free", "mean-tide"):
        with pytest.raises(nk.PointsError, match="geoid_free_to_mean"):
            points.above_geoid(tide_system=system)  # type: ignore[arg-type]
    with pytest.raises(nk.ArgumentError, match="tide_system"):
        points.above_geoid(tide_system="zero-tide")  # type: ignore[arg-type]


def test_fields_of_newer_releases_are_nothing_odd(tmp_path: Path) -> None:
    points = nk.open_atl06(
        write_granule(tmp_path / NAME, {name: newer_columns(4) for name in BEAMS}, release=7)
    )
    assert len(points) == 24 and points.report.missing[0] == "" and points.report.notes[0] == ""
    assert set(points.dataset.geoid_free_to_mean.values) == {np.float32(-0.11)}
