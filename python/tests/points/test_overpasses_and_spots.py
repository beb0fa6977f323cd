"""Overpasses and spots: the same numbers in every opening, through every reader and every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.atl06 import BEAMS, all_beams, beam_columns, write_granule

NAMED = "ATL06_20200102030405_{:04d}{:02d}11_006_01.h5"


def spots_of(path: Path) -> dict[int, int]:
    """Spot by number of the beam, as the granule's own attributes say."""
    with h5py.File(path) as file:
        return {
            number + 1: int(file[name].attrs["atlas_spot_number"])
            for number, name in enumerate(BEAMS)
            if name in file
        }


def test_real_granules_have_the_spots_of_their_attributes(real_data: Path) -> None:
    paths = sorted((real_data / "atl06").glob("*.h5"))
    points = nk.open_atl06(paths, quality="all", on_error="skip")
    dataset = points.dataset
    for index, path in enumerate(paths):
        own = dataset.isel(segment=np.flatnonzero(dataset.granule.values == index))
        expected = spots_of(path)
        assert own.spot.values.tolist() == [expected[beam] for beam in own.beam.values]
        np.testing.assert_array_equal(own.strong, own.spot.values % 2 == 1)
        with h5py.File(path) as file:
            rgt, cycle = int(file["orbit_info/rgt"][0]), int(file["orbit_info/cycle_number"][0])
        assert set(own.overpass_id.values) == {cycle * 10_000 + rgt}


@pytest.mark.parametrize(("orientation", "expected"), [(0, [1, 2, 3, 4, 5, 6]), (1, [6, 5, 4, 3, 2, 1])])
def test_spots_follow_the_orientation(tmp_path: Path, orientation: int, expected: list[int]) -> None:
    path = write_granule(tmp_path / NAMED.format(123, 5), all_beams(2), orientation=orientation)
    assert nk.open_atl06(path).dataset.spot.values[::2].tolist() == expected


@pytest.mark.parametrize("orientation", [2, None])
def test_no_spot_while_the_spacecraft_turns(tmp_path: Path, orientation: int | None) -> None:
    path = write_granule(tmp_path / NAMED.format(123, 5), all_beams(2), orientation=orientation)
    dataset = nk.open_atl06(path).dataset
    assert set(dataset.spot.values) == {0} and not dataset.strong.values.any()


def test_an_overpass_is_common_to_beams_and_the_same_alone_and_in_company(tmp_path: Path) -> None:
    paths = [write_granule(tmp_path / NAMED.format(rgt, 5), all_beams(3), rgt=rgt) for rgt in (77, 1234)]
    together = nk.open_atl06(paths).dataset
    assert sorted(set(together.overpass_id.values)) == [50_077, 51_234]
    assert np.unique(together.pass_id.values).size == 6
    alone = nk.open_atl06(paths[1]).dataset
    assert set(alone.overpass_id.values) == {51_234}


def test_unknown_overpasses_are_below_zero_and_one_for_each_file(tmp_path: Path) -> None:
    for later, name in enumerate(("first.h5", "second.h5")):
        beams = {beam: beam_columns(2, delta_time=np.arange(2) + 6e7 * later) for beam in ("gt1l", "gt2r")}
        write_granule(tmp_path / name, beams, rgt=None)
    dataset = nk.open_atl06([tmp_path / "first.h5", tmp_path / "second.h5"]).dataset
    assert (dataset.overpass_id.values < 0).all() and np.unique(dataset.overpass_id.values).size == 2
    alone = nk.open_atl06(tmp_path / "second.h5").dataset
    assert set(alone.overpass_id.values) == {dataset.overpass_id.values[-1]}
    table = pd.DataFrame({"longitude": [1.0], "latitude": [2.0], "height": [3.0]})
    assert nk.open_points(table).dataset.overpass_id.values[0] < 0


def test_tables_with_track_and_cycle_have_the_overpass_of_the_granule() -> None:
    table = pd.DataFrame(
        {
            "longitude": [1.0, 1.1],
            "latitude": [2.0, 2.1],
            "height": [3.0, 3.1],
            "rgt": 1161,
            "cycle": 3,
            "beam": ["gt1l", "gt3r"],
            "orientation": [0, 1],
        }
    )
    dataset = nk.open_points(table).dataset
    assert set(dataset.overpass_id.values) == {31_161}
    assert dataset.spot.values.tolist() == [1, 1]


def through_netcdf(points: nk.Points, folder: Path) -> object:
    points.dataset.to_netcdf(folder / "points.nc")
    return folder / "points.nc"


def through_zarr(points: nk.Points, folder: Path) -> object:
    points.dataset.to_zarr(folder / "points.zarr", mode="w")
    return folder / "points.zarr"


def through_geoparquet(points: nk.Points, folder: Path) -> object:
    pytest.importorskip("pyarrow")
    points.to_geoparquet(folder / "points.parquet")
    return folder / "points.parquet"


def through_text(points: nk.Points, folder: Path) -> object:
    points.to_dataframe().to_csv(folder / "points.csv", index=False)
    return folder / "points.csv"


def through_dataset(points: nk.Points, folder: Path) -> object:
    return points.dataset


WAYS = [through_netcdf, through_zarr, through_geoparquet, through_text, through_dataset]


@pytest.mark.parametrize("keep", WAYS)
def test_signs_spots_and_overpasses_survive_every_format(
    keep: Callable[[nk.Points, Path], object], tmp_path: Path
) -> None:
    beams = all_beams(4)
    beams["gt2l"]["fit_statistics/dh_fit_dx"][1] = -0.25
    beams["gt2l"]["fit_statistics/dh_fit_dy"][2] = -0.5
    known = nk.open_atl06(write_granule(tmp_path / NAMED.format(123, 5), beams))
    unknown = nk.open_atl06(write_granule(tmp_path / "unnamed.h5", all_beams(2), rgt=None))
    points = nk.concat_points([known, unknown])
    again = nk.open_points(keep(points, tmp_path)).dataset
    for name in ("spot", "overpass_id", "pass_id", "slope_along", "slope_across", "sigma_along", "strong"):
        expected = points.dataset[name].values
        # Text has no single precision: the digits of a number are read as the nearest of double precision.
        np.testing.assert_array_equal(again[name].values.astype(expected.dtype), expected, err_msg=name)
    assert again.slope_along.values.min() == np.float32(-0.25)


def test_points_of_a_dataset_of_other_names_have_them_too(tmp_path: Path) -> None:
    dataset = xr.Dataset(
        {
            "longitude": ("row", [10.0]),
            "latitude": ("row", [-70.0]),
            "h_li": ("row", [5.0]),
            "rgt": ("row", [7]),
            "cycle_number": ("row", [12]),
            "dh_fit_dx": ("row", [-0.1]),
        }
    )
    found = nk.open_points(dataset).dataset
    assert found.overpass_id.values.tolist() == [120_007] and found.slope_along.values[0] == -0.1
