"""Faults of granules: what comes of each, and that it is said."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.atl06 import BEAMS, NAME, newer_columns, write_granule

GROUPS = ["dem", "fit_statistics", "geophysical", "ground_track"]


@pytest.mark.parametrize("group", GROUPS)
def test_a_missing_group_is_columns_of_nan(tmp_path: Path, group: str) -> None:
    columns = {name: values for name, values in newer_columns(4).items() if not name.startswith(group)}
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": columns}))
    assert len(points) == 4
    lost = {
        "dem": ["geoid_height", "dem_height", "geoid_free_to_mean"],
        "fit_statistics": ["slope_along", "slope_across", "sigma_geo"],
        "geophysical": ["tide_ocean", "dac"],
        "ground_track": ["x_atc"],
    }[group]
    for name in lost:
        assert points.dataset[name].isnull().all(), name
    assert f"gt1l/land_ice_segments/{group}/" in points.report.missing[0]
    assert np.isfinite(points.dataset.sigma_along).all()


def test_granules_without_header_groups_are_known_by_their_name(tmp_path: Path) -> None:
    path = write_granule(tmp_path / NAME, {"gt1l": newer_columns(4)})
    with h5py.File(path, "a") as file:
        del file["orbit_info"], file["ancillary_data"]
    points = nk.open_atl06(path)
    assert set(points.dataset.overpass_id.values) == {50_123} and points.report.release[0] == "006"
    assert set(points.dataset.spot.values) == {0} and "sc_orient" in points.report.notes[0]


def test_unsorted_times_change_no_value(tmp_path: Path) -> None:
    order = np.random.default_rng(5).permutation(40)
    sorted_columns = newer_columns(40)
    shuffled = {name: values[order] for name, values in sorted_columns.items()}
    first = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": sorted_columns, "gt1r": sorted_columns}))
    second = nk.open_atl06(
        write_granule(tmp_path / "other.h5", {"gt1l": shuffled, "gt1r": shuffled}, rgt=123)
    )
    for name in ("height", "time", "sigma_geo", "longitude", "segment_id"):
        values = first.dataset[name].values.reshape(2, 40)[:, order].ravel()
        np.testing.assert_array_equal(second.dataset[name], values, err_msg=name)
    some = first.dataset.time.values[[5, 20]]
    in_span = nk.open_atl06(tmp_path / "other.h5", time=(some.min(), some.max()))
    assert len(in_span) == 2 * 16


def test_two_overpasses_in_one_granule_are_said(tmp_path: Path) -> None:
    path = write_granule(tmp_path / NAME, {"gt1l": newer_columns(4)})
    with h5py.File(path, "a") as file:
        del file["orbit_info/rgt"], file["orbit_info/cycle_number"]
        file["orbit_info/rgt"] = np.array([123, 124], "i2")
        file["orbit_info/cycle_number"] = np.array([5, 6], "i1")
    points = nk.open_atl06(path)
    assert set(points.dataset.overpass_id.values) == {50_123}
    note = points.report.notes[0]
    assert "orbit_info/rgt holds 123, 124" in note and "orbit_info/cycle_number holds 5, 6" in note


def test_segments_given_twice_in_one_file_stay_and_copies_do_not(tmp_path: Path) -> None:
    twice = {name: np.concatenate([values, values[1:3]]) for name, values in newer_columns(4).items()}
    inside = nk.open_atl06(write_granule(tmp_path / "twice.h5", {"gt1l": twice}))
    np.testing.assert_array_equal(inside.dataset.segment_id, [1000, 1001, 1002, 1003, 1001, 1002])
    path = write_granule(tmp_path / NAME, {"gt1l": newer_columns(4)})
    copy = tmp_path / "copy" / NAME
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    points = nk.open_atl06([path, copy])
    assert len(points) == 4 and "count once" in " ".join(points.report.notes)


def test_clouds_are_left_out_by_a_limit(tmp_path: Path) -> None:
    """A return of a cloud at 5 km, of few photons and low reflectance, that the summary calls good."""
    height = np.full(20, 1000.0, "f4")
    height[7] = 5000.0
    photons = np.full(20, 60, "i4")
    photons[7] = 11
    flag = np.zeros(20, "i1")
    flag[7] = 9
    columns = newer_columns(20, h_li=height, n_fit_photons=photons, cloud_flg_atm=flag)
    path = write_granule(tmp_path / NAME, {"gt1l": columns})
    assert nk.open_atl06(path).dataset.height.values.max() == 5000.0
    for quality in ({"cloud_flg_atm": 2}, {"n_fit_photons": {"min": 20}}):
        kept = nk.open_atl06(path, quality=quality).dataset.height.values
        assert kept.max() == 1000.0 and kept.size == 19


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_returns_of_clouds_do_not_move_a_cell(tmp_path: Path, share: float) -> None:
    rng = np.random.default_rng(3)
    height = np.linspace(1000.0, 1010.0, 400).astype("f4") + rng.normal(0, 0.05, 400).astype("f4")
    clouds = rng.random(400) < share
    clouded = np.where(clouds, height + rng.uniform(200, 4000, 400), height).astype("f4")
    grid = nk.grid("EPSG:3031", spacing=40e3)
    cells = {}
    for name, values in (("clear", height), ("clouded", clouded)):
        (tmp_path / name).mkdir()
        path = write_granule(tmp_path / name / NAME, {"gt1l": newer_columns(400, h_li=values)})
        for editing in (None, False):
            result = nk.aggregate(nk.open_atl06(path), grid, editing=editing)
            cells[name, editing] = result.stack(cell=("y", "x")).dropna("cell", subset=["height"])
    clear, edited, kept = cells["clear", None], cells["clouded", None], cells["clouded", False]
    assert int(clear.edited.sum()) == 0 and int(kept.edited.sum()) == 0
    assert int(edited.edited.sum()) == clouds.sum() and int(edited["count"].sum()) == 400
    np.testing.assert_allclose(edited["mean"], clear["mean"], atol=0.5)
    # A track of 8 km in a cell of 40: what it says of the mean of the cell is uncertain by metres.
    assert (np.abs(edited.height - clear.height) < 0.3 * clear.sigma_sampling).all()
    assert float(np.abs(kept["mean"] - clear["mean"]).max()) > 20


def test_points_that_lie_along_no_track_are_not_edited() -> None:
    rng = np.random.default_rng(4)
    table = {"longitude": rng.uniform(-107, -106.9, 90), "latitude": rng.uniform(-75, -74.99, 90)}
    table |= {"height": np.where(np.arange(90) % 30 == 0, 3000.0, rng.uniform(999, 1001, 90))}
    table |= {"height_sigma": np.full(90, 0.1)}
    grid = nk.grid("EPSG:3031", spacing=40e3)
    assert int(nk.aggregate(nk.open_points(table), grid).edited.sum()) == 0
    edited = nk.aggregate(nk.open_points(table), grid, editing=True)
    assert int(edited.edited.sum()) == 3 and int(edited["count"].sum()) == 90
    segments = nk.open_points(table | {"segment_id": np.arange(1, 91)})
    assert int(nk.aggregate(segments, grid).edited.sum()) == 3


@pytest.mark.parametrize(
    ("variable", "column", "unit", "factor"),
    [
        ("h_li", "height", "feet", 0.3048),
        ("h_li", "height", "cm", 0.01),
        ("h_li_sigma", "height_sigma", "mm", 0.001),
        ("dem/geoid_h", "geoid_height", "km", 1000.0),
        ("latitude", "latitude", "radians", 180 / np.pi),
        ("h_li", "height", "meters", 1.0),
    ],
)
def test_another_unit_of_a_granule_is_converted(
    tmp_path: Path, variable: str, column: str, unit: str, factor: float
) -> None:
    columns = newer_columns(4)
    values = np.asarray(columns[variable])
    path = write_granule(tmp_path / NAME, {"gt1l": columns | {variable: values / values.dtype.type(factor)}})
    with h5py.File(path, "a") as file:
        file[f"gt1l/land_ice_segments/{variable}"].attrs["units"] = np.bytes_(unit)
    np.testing.assert_allclose(nk.open_atl06(path).dataset[column], values, rtol=1e-6)


def test_another_unit_of_a_table_is_converted_and_of_another_kind_refused() -> None:
    table = {"longitude": [1.0], "latitude": [2.0], "height": [3.0], "sigma_geo": [1.0]}
    import xarray as xr

    dataset = xr.Dataset({name: ("row", values) for name, values in table.items()})
    dataset["sigma_geo"].attrs["units"] = "cm"
    assert nk.open_points(dataset).dataset.sigma_geo.values.tolist() == [0.01]
    dataset["sigma_geo"].attrs["units"] = "K"
    with pytest.raises(nk.PointsError, match=r"sigma_geo.*'K'"):
        nk.open_points(dataset)


def test_beams_are_read_alike_alone_and_together(tmp_path: Path) -> None:
    beams = {name: newer_columns(30) for name in BEAMS}
    for number, columns in enumerate(beams.values()):
        columns["fit_statistics/dh_fit_dx"] = columns["fit_statistics/dh_fit_dx"] + np.float32(0.001 * number)
    path = write_granule(tmp_path / NAME, beams)
    whole = nk.open_atl06(path).dataset
    for number, name in enumerate(BEAMS):
        alone = nk.open_atl06(path, beams=[name]).dataset
        own = slice(30 * number, 30 * number + 30)
        for column in whole:
            np.testing.assert_array_equal(
                alone[column], whole[column].values[own], err_msg=f"{name} {column}"
            )
