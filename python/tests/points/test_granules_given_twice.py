"""Granules given twice, in several versions and as subsets; granules in which the spacecraft turns."""

from __future__ import annotations

import itertools
from pathlib import Path

import h5py
import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.atl06 import NAME, beam_columns, write_granule


def granule(
    folder: Path, release: str, version: str, *, start: int = 0, count: int = 6, name: str | None = None
) -> Path:
    """A granule whose heights say its version; its segments are those of a window of the track."""
    index = start + np.arange(count)
    columns = beam_columns(
        count,
        segment_id=(1000 + index).astype("i4"),
        delta_time=63_000_000.0 + 0.003 * index,
        h_li=np.full(count, 100.0 * int(release) + int(version), "f4"),
    )
    path = folder / (name or NAME.replace("_006_01", f"_{release}_{version}"))
    path.parent.mkdir(exist_ok=True)
    write_granule(path, {"gt1l": columns, "gt2r": columns})
    with h5py.File(path, "a") as file:
        del file["ancillary_data/release"]
        file["ancillary_data/release"], file["ancillary_data/version"] = (
            np.array([release], "S3"),
            np.array([version], "S2"),
        )
    return path


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_newest_of_several_versions_counts(order: tuple[int, ...], tmp_path: Path) -> None:
    versions = [("005", "02"), ("006", "01"), ("005", "10")]
    paths = [granule(tmp_path, *version) for version in versions]
    points = nk.open_atl06([paths[at] for at in order])
    assert set(points.dataset.height.values) == {601.0} and len(points) == 12
    report = points.report.set_index("granule")
    for path, version in zip(paths, versions, strict=True):
        newest = version == ("006", "01")
        assert report.kept[path.name] == (12 if newest else 0)
        assert ("replaced by" in report.notes[path.name]) != newest


def test_the_same_file_counts_once_whatever_it_is_called(tmp_path: Path) -> None:
    path = granule(tmp_path, "006", "01")
    copies = [
        granule(tmp_path / "copies", "006", "01"),
        granule(tmp_path, "006", "01", name="processed_" + NAME),
    ]
    for paths in ([path, path], [path, *copies], [copies[1], path]):
        points = nk.open_atl06(paths)
        assert len(points) == 12
        assert sum("count once" in note for note in points.report.notes) == len(paths) - 1


def test_subsets_that_overlap_are_joined(tmp_path: Path) -> None:
    west = granule(tmp_path / "west", "006", "01", start=0, count=6)
    east = granule(tmp_path / "east", "006", "01", start=4, count=6)
    points = nk.open_atl06([west, east])
    own = points.dataset.segment_id.values[points.dataset.beam.values == 1]
    np.testing.assert_array_equal(np.sort(own), 1000 + np.arange(10))
    assert "4 segments" in points.report.notes[1] and list(points.report.kept) == [12, 8]


def test_granules_of_other_regions_are_others(tmp_path: Path) -> None:
    one = granule(tmp_path, "006", "01")
    two = granule(tmp_path, "005", "01", name=NAME.replace("01230511", "01230512"))
    points = nk.open_atl06([one, two])
    assert len(points) == 24 and (points.report.notes == "").all()


@pytest.mark.parametrize("orientations", [[1, 2], [0, 1], [1, 2, 0]])
def test_a_turn_within_a_granule_is_noted(orientations: list[int], tmp_path: Path) -> None:
    path = granule(tmp_path, "006", "01")
    with h5py.File(path, "a") as file:
        del file["orbit_info/sc_orient"]
        file["orbit_info/sc_orient"] = np.array(orientations, "i1")
    points = nk.open_atl06(path)
    assert f"sc_orient holds {', '.join(map(str, orientations))}" in points.report.notes[0]
    assert len(points) == 12 and not points.dataset.strong.values.any()


@pytest.mark.parametrize(("variable", "values"), [("rgt", [123, 124]), ("cycle_number", [5, 6])])
def test_two_tracks_in_a_granule_are_noted(variable: str, values: list[int], tmp_path: Path) -> None:
    path = granule(tmp_path, "006", "01")
    with h5py.File(path, "a") as file:
        del file[f"orbit_info/{variable}"]
        file[f"orbit_info/{variable}"] = np.array(values, "i2")
    points = nk.open_atl06(path)
    assert (
        f"orbit_info/{variable} holds {values[0]}, {values[1]}" in points.report.notes[0]
        and len(points) == 12
    )


def test_one_orientation_written_twice_is_no_turn(tmp_path: Path) -> None:
    path = granule(tmp_path, "006", "01")
    with h5py.File(path, "a") as file:
        del file["orbit_info/sc_orient"]
        file["orbit_info/sc_orient"] = np.array([1, 1], "i1")
    assert nk.open_atl06(path).report.notes[0] == ""


def test_segments_nowhere_are_left_out_and_noted(tmp_path: Path) -> None:
    columns = beam_columns(4, latitude=np.array([-75.0, 95.0, -75.1, -75.2]))
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": columns}))
    assert len(points) == 3 and "gt1l: 1 segments" in points.report.notes[0]


@pytest.mark.parametrize("kind", [tuple, list, np.array])
def test_a_region_is_any_four_numbers(kind, tmp_path: Path) -> None:
    path = write_granule(tmp_path / NAME, {"gt1l": beam_columns(5)})
    assert len(nk.open_atl06(path, region=kind((-108.0, -76.0, -106.0, -74.9995)))) == 3
    for bad in ((1.0, 2.0, 3.0), "-107,-75,-106,-74", ("w", "s", "e", "n"), (0.0, 10.0, 1.0, -10.0), 5.0):
        with pytest.raises(nk.ArgumentError, match="region"):
            nk.open_atl06(path, region=bad)


def test_limits_that_are_days_include_the_whole_day(tmp_path: Path) -> None:
    # 63,000,000 s are 2019-12-31T04:00; hours 0, 10 and 25 after it.
    hours = np.array([0.0, 10.0, 25.0])
    path = write_granule(tmp_path / NAME, {"gt1l": beam_columns(3, delta_time=63_000_000.0 + 3600 * hours)})

    def count(first, last) -> int:
        return len(nk.open_atl06(path, time=(first, last)))

    assert (
        count("2019-12-31", "2019-12-31")
        == count(np.datetime64("2019-12-31"), np.datetime64("2019-12-31"))
        == 2
    )
    assert count("2019-12", "2019-12") == count(None, "2019") == 2 and count("2020", None) == 1
    assert count("2020", "9999") == 1
    assert count("2019-12-31T04:00", "2019-12-31T14:00:00") == 2
    assert count(None, "2019-12-31T00:00") == 0 and count(None, np.datetime64("2019-12-31", "ns")) == 0
    for bad in (
        ("2020-01-02", "2019-12-31"),
        ("soon", None),
        "2019-12-31",
        (np.datetime64("NaT", "s"), None),
    ):
        with pytest.raises(nk.ArgumentError, match="time"):
            nk.open_atl06(path, time=bad)


FLAGS = {
    "flag_values": np.arange(5, dtype="i1"),
    "flag_meanings": "ocean ice_free_land grounded_ice floating_ice lake",
}
TEXT_FLAGS = {"flag_values": "0b, 1b, 2b, 3b, 4b", "flag_meanings": FLAGS["flag_meanings"]}


@pytest.mark.parametrize("flags", [FLAGS, TEXT_FLAGS, {**FLAGS, "flag_values": [0.0, 1.0, 2.0, 3.0, 4.0]}])
@pytest.mark.parametrize("code", range(5))
def test_codes_of_a_mask_mean_what_they_say(flags: dict, code: int, tmp_path: Path) -> None:
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": beam_columns(5)}))
    grid = nk.grid("EPSG:3031", spacing=320e3)
    mask = (0 * grid.x * grid.y + code).astype("i1").rename("mask").assign_attrs(flags)
    corrected = points.correct_tides(mask, crs="EPSG:3031").dataset.tide_correction
    np.testing.assert_allclose(corrected, 0.4 if code == 3 else 0.0, atol=1e-6)


def test_masks_without_meanings_are_fractions_or_refused(tmp_path: Path) -> None:
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": beam_columns(5)}))
    grid = nk.grid("EPSG:3031", spacing=320e3)
    zero = (0.0 * grid.x * grid.y).rename("mask")
    for mask, floats in (
        (zero + 1, True),
        (zero, False),
        (zero + 0.9, True),
        (zero == 0, True),
        ((zero + 90).assign_attrs(units="%"), True),
        (zero * np.nan, False),
    ):
        corrected = points.correct_tides(mask, crs="EPSG:3031").dataset.tide_correction
        np.testing.assert_allclose(corrected, 0.4 if floats else 0.0, atol=1e-6)
    for code in (2, 3, 90, -1):
        with pytest.raises(nk.ArgumentError, match=r"floating: .* holds .* flag_meanings"):
            points.correct_tides((zero + code).astype("i1"), crs="EPSG:3031")
    with pytest.raises(nk.ArgumentError, match="grounded, land"):
        points.correct_tides(
            zero.assign_attrs(flag_values=[0, 1], flag_meanings="grounded land"), crs="EPSG:3031"
        )
