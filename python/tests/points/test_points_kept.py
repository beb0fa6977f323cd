"""What points are travels with them: through NetCDF, Zarr and parquet, tables and joins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings, strategies as st

import nunatak as nk
from nunatak_testing.surfaces import CRS, model

Keep = Callable[[nk.Points, Path], object]


def through_netcdf(points: nk.Points, folder: Path) -> object:
    points.dataset.to_netcdf(folder / "points.nc")
    return folder / "points.nc"


def through_classic_netcdf(points: nk.Points, folder: Path) -> object:
    dataset = points.dataset
    plain = dataset.assign_attrs({name: value for name, value in dataset.attrs.items() if name != "granules"})
    for name in ("strong", "sigma_geo_flag"):  # booleans and unsigned bytes are not in the classic format
        plain = plain.assign({name: plain[name].astype("i1")})
    plain.to_netcdf(folder / "classic.nc", format="NETCDF3_CLASSIC", engine="netcdf4")
    return folder / "classic.nc"


def through_zarr(points: nk.Points, folder: Path) -> object:
    points.dataset.to_zarr(folder / "points.zarr", mode="w")
    return folder / "points.zarr"


def through_opened_zarr(points: nk.Points, folder: Path) -> object:
    points.dataset.to_zarr(folder / "points.zarr", mode="w")
    return xr.open_zarr(folder / "points.zarr")


def through_parquet(points: nk.Points, folder: Path) -> object:
    pytest.importorskip("pyarrow")  # it keeps attributes, fastparquet does not
    points.to_dataframe().to_parquet(folder / "points.parquet")
    return folder / "points.parquet"


def through_bare_parquet(points: nk.Points, folder: Path) -> object:
    """As a user of pandas does it: no attribute survives."""
    points.dataset.to_dataframe().to_parquet(folder / "bare.parquet")
    return pd.read_parquet(folder / "bare.parquet")


def through_text(points: nk.Points, folder: Path) -> object:
    points.dataset.to_dataframe().to_csv(folder / "points.csv", float_format="%.17g")
    return pd.read_csv(folder / "points.csv", float_precision="round_trip")


def through_dataset(points: nk.Points, folder: Path) -> object:
    return points.dataset


WAYS: list[Keep] = [
    through_netcdf,
    through_classic_netcdf,
    through_zarr,
    through_opened_zarr,
    through_parquet,
    through_bare_parquet,
    through_text,
    through_dataset,
]


def some_points(count: int = 24, **columns: object) -> nk.Points:
    """Points on the model's surface, 30 m of geoid and 12 m above it."""
    rng = np.random.default_rng(3)
    table: dict[str, object] = {
        "longitude": np.linspace(-49.8, -49.2, count),
        "latitude": np.linspace(70.1, 70.4, count),
        "height": 1800.0 + rng.normal(0, 100, count),
        "height_sigma": rng.uniform(0.1, 0.5, count),
        "sigma_geo": rng.uniform(0.3, 0.9, count),
        "geoid_height": np.full(count, 30.0),
        "tide_ocean": np.full(count, 0.5),
        "dac": np.full(count, -0.1),
        "rgt": 100 + np.arange(count) % 3,
        "cycle": np.full(count, 4),
        "pair": 1 + np.arange(count) % 2,
        "time": np.datetime64("2019-06-13T01:02:03.123456789", "ns")
        + np.arange(count) * np.timedelta64(1, "s"),
    }
    return nk.open_points(table | columns)


@pytest.mark.parametrize("keep", WAYS)
def test_the_geoid_is_subtracted_once(keep: Keep, tmp_path: Path) -> None:
    points = some_points().above_geoid()
    again = nk.open_points(keep(points, tmp_path))
    assert again.datum == "geoid"
    np.testing.assert_array_equal(again.above_geoid().dataset.height, points.dataset.height)
    np.testing.assert_allclose(again.height_above("ellipsoid"), points.dataset.height + 30.0)
    np.testing.assert_array_equal(again.dataset.time, points.dataset.time)


@pytest.mark.parametrize("keep", WAYS)
def test_tides_are_subtracted_once(keep: Keep, tmp_path: Path) -> None:
    floating = np.arange(24) % 2 == 0
    again = nk.open_points(keep(some_points().correct_tides(floating), tmp_path))
    np.testing.assert_allclose(again.dataset.tide_correction, np.where(floating, 0.4, 0.0))
    with pytest.raises(nk.PointsError, match="24 of 24 points are corrected already"):
        again.correct_tides(floating)


@pytest.mark.parametrize("keep", WAYS)
def test_residuals_come_back_beside_heights(keep: Keep, tmp_path: Path) -> None:
    points = nk.residuals(some_points(), model(), crs=CRS)
    again = nk.open_points(keep(points, tmp_path))
    for name in ("height", "model", "residual"):
        np.testing.assert_array_equal(again.dataset[name], points.dataset[name], err_msg=name)


@pytest.mark.parametrize("keep", WAYS)
@pytest.mark.parametrize(
    "quality", [None, np.r_[np.ones(4, int), np.zeros(20, int)]], ids=["no flag", "flags"]
)
def test_no_row_is_lost_or_gained(keep: Keep, quality: np.ndarray | None, tmp_path: Path) -> None:
    points = some_points() if quality is None else some_points(quality=quality)
    assert len(points) == (24 if quality is None else 20)
    again = nk.open_points(keep(points, tmp_path))
    np.testing.assert_array_equal(again.dataset.height, points.dataset.height)
    np.testing.assert_array_equal(again.dataset.pass_id, points.dataset.pass_id)


def test_flags_that_say_bad_are_obeyed_after_reopening(tmp_path: Path) -> None:
    columns = {name: some_points().dataset[name].values for name in ("longitude", "latitude", "height")}
    every = nk.open_points(columns | {"quality": np.arange(24) % 2}, quality="all")
    assert len(every) == 24 and len(nk.open_points(through_netcdf(every, tmp_path))) == 12


@pytest.mark.parametrize("keep", [through_netcdf, through_zarr, through_parquet, through_dataset])
def test_attributes_and_granules_come_back(keep: Keep, tmp_path: Path) -> None:
    points = some_points().correct_tides(np.ones(24, bool))
    dataset = points.dataset.assign(granule=("segment", np.arange(24, dtype="i4") % 2))
    named = nk.Points(dataset.assign_attrs(granules=["a.h5", "b.h5"], sigma_geo_model="as stated"))
    again = nk.open_points(keep(named, tmp_path)).dataset
    assert again.attrs["granules"] == ["a.h5", "b.h5"]
    np.testing.assert_array_equal(again.granule, dataset.granule)
    assert "subtracted on 24" in again.attrs["tide_correction"]
    assert again.attrs["sigma_geo_model"] == "as stated"


@pytest.mark.parametrize("one_name", [True, False])
def test_several_files_keep_their_granules(one_name: bool, tmp_path: Path) -> None:
    for name, granules in (("one.nc", ["a.h5"]), ("two.nc", ["b.h5"] if one_name else ["b.h5", "c.h5"])):
        some_points().dataset.assign_attrs(granules=granules).to_netcdf(tmp_path / name)
    again = nk.open_points([tmp_path / "one.nc", tmp_path / "two.nc"]).dataset
    assert again.attrs["granules"] == ["a.h5", "b.h5", "c.h5"][: 2 if one_name else 3]
    np.testing.assert_array_equal(again.granule, np.repeat([0, 1], 24))


def test_heights_above_two_datums_are_not_joined(tmp_path: Path) -> None:
    points = some_points()
    with pytest.raises(nk.PointsError, match="24 points are above the geoid and of 24 above the ellipsoid"):
        nk.Points(
            xr.concat([points.above_geoid().dataset, points.dataset], "segment", combine_attrs="override")
        )
    points.dataset.to_netcdf(tmp_path / "one.nc")
    points.above_geoid().dataset.to_netcdf(tmp_path / "two.nc")
    with pytest.raises(nk.PointsError, match="one datum"):
        nk.open_points(str(tmp_path / "*.nc"))
    both = nk.Points(xr.concat([points.above_geoid().dataset] * 2, "segment", combine_attrs="drop"))
    assert both.datum == "geoid"
    with pytest.raises(nk.PointsError, match="vertical_datum says 'WGS84 ellipsoid'"):
        nk.Points(points.above_geoid().dataset.assign_attrs(vertical_datum="WGS84 ellipsoid"))
    stated = nk.Points(points.dataset.assign_attrs(vertical_datum="geoid"))
    assert stated.datum == "geoid" and set(stated.dataset.height_datum.values) == {1}
    assert nk.open_points(points.dataset.assign_attrs(vertical_datum="geoid")).datum == "geoid"
    assert (
        nk.open_points(points.dataset.drop_vars("height_datum").assign_attrs(vertical_datum="geoid")).datum
        == "geoid"
    )


@pytest.mark.parametrize("order", [1, -1])
def test_a_pass_has_one_number_in_every_opening(order: int) -> None:
    names = ("longitude", "latitude", "height", "rgt", "cycle", "pair")
    columns = {name: some_points().dataset[name].values for name in names}
    for name, values in columns.items():
        columns[name] = values[::order]
    whole = nk.open_points(columns).dataset
    np.testing.assert_array_equal(
        whole.pass_id, (whole.cycle.astype(int) * 10000 + whole.rgt) * 10 + whole.pair
    )
    for rgt in (100, 101, 102):
        own = columns["rgt"] == rgt
        part = nk.open_points({name: values[own] for name, values in columns.items()}).dataset
        np.testing.assert_array_equal(part.pass_id, whole.pass_id[own])


def test_passes_of_tables_without_tracks_go_by_their_file(tmp_path: Path) -> None:
    columns = {name: some_points().dataset[name] for name in ("longitude", "latitude", "height")}
    for name in ("one.nc", "two.nc"):
        xr.Dataset(columns).to_netcdf(tmp_path / name)
    both = nk.open_points([tmp_path / "one.nc", tmp_path / "two.nc"]).dataset.pass_id.values
    assert np.unique(both).size == 2 and (both < 0).all()
    np.testing.assert_array_equal(nk.open_points(tmp_path / "two.nc").dataset.pass_id, both[24:])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(24)),
    chosen=st.integers(4, 24),
    above_geoid=st.booleans(),
    tides=st.booleans(),
    way=st.sampled_from(WAYS),
)
def test_writing_and_reopening_never_changes_a_comparison(
    order: list[int], chosen: int, above_geoid: bool, tides: bool, way: Keep, tmp_path: Path
) -> None:
    points = nk.Points(some_points().dataset.isel(segment=sorted(order[:chosen])))
    points = points.correct_tides(np.arange(chosen) % 2 == 0) if tides else points
    points = points.above_geoid() if above_geoid else points
    expected = nk.compare(model(), points, crs=CRS).summary()
    again = nk.open_points(way(points, tmp_path))
    found = nk.compare(model(), again, crs=CRS).summary()
    assert found.pop("coverage") == expected.pop("coverage")
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("keep", [through_netcdf, through_classic_netcdf, through_zarr, through_parquet])
@pytest.mark.parametrize("known", [[False, False], [True, False], [False, True], [True, True]])
def test_points_without_a_time_stay_without_one(keep: Keep, known: list[bool], tmp_path: Path) -> None:
    times = np.where(known, np.datetime64("2019-02-03T04:05:06", "ns"), np.datetime64("NaT", "ns"))
    columns = {"longitude": [0.0, 10.0], "latitude": [-80.0, -81.0], "height": [1.0, 2.0]}
    table = pd.DataFrame(columns | {"height_sigma": [0.1, 0.1], "time": times})
    points = nk.open_points(table)
    again = nk.open_points(keep(points, tmp_path), quality="all")
    np.testing.assert_array_equal(again.dataset.time, points.dataset.time)
    np.testing.assert_array_equal(again.dataset.time, times)
