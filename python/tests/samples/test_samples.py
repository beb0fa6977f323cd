"""The sample generator: its numbers against analytic ones and pyproj, its files against netCDF4 and h5py."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import pyproj
import pytest
import xarray as xr

from nunatak import samples
from nunatak.samples.fields import surface_error
from nunatak.samples.projection import project, unproject
from nunatak.samples.tracks import reference_track
from nunatak.samples.truth import ICE_DENSITY, OCEAN_DENSITY, Undulations

REAL_DATA = Path(os.environ.get("NUNATAK_DATA", Path(__file__).parents[4] / "shared/data"))
REAL_GRANULE = REAL_DATA / "atl06/ATL06_20181014001049_02350102_003_01.h5"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> samples.Archive:
    return samples.write_archive(tmp_path_factory.mktemp("archive"), years=4)


@pytest.fixture(scope="module")
def granules(tmp_path_factory: pytest.TempPathFactory) -> samples.Granules:
    return samples.write_granules(tmp_path_factory.mktemp("granules"), samples.Truth(0))


def test_projection_equals_pyproj() -> None:
    rng = np.random.default_rng(1)
    longitude, latitude = rng.uniform(-180, 180, 500), rng.uniform(-89.9, -55, 500)
    transformer = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3031", always_xy=True)
    np.testing.assert_allclose(
        project(longitude, latitude), transformer.transform(longitude, latitude), atol=1e-6
    )
    np.testing.assert_allclose(unproject(*project(longitude, latitude)), (longitude, latitude), atol=1e-11)


def test_undulations_have_the_stated_slope() -> None:
    waves = Undulations.draw(np.random.default_rng(2), (2e3, 10e3), slope=5e-3, waves=24)
    x, y = np.random.default_rng(3).uniform(-3e6, 3e6, (2, 200_000))
    slope_x, slope_y = ((waves(x + a, y + b) - waves(x - a, y - b)) / 2 for a, b in ((1.0, 0.0), (0.0, 1.0)))
    assert np.sqrt(np.mean(slope_x**2 + slope_y**2)) == pytest.approx(5e-3, rel=0.01)
    assert np.std(waves(x, y)) == pytest.approx(waves.standard_deviation, rel=0.01)


def test_cell_mean_equals_brute_force() -> None:
    truth = samples.Truth(0)
    grid = xr.Dataset(coords={"x": [0.0, 16e3, 32e3], "y": [48e3, 32e3]})
    mean = truth.cell_mean(grid, 2020.0)
    offsets = (np.arange(160) + 0.5) / 160 * 16e3 - 8e3
    x, y = np.meshgrid(16e3 + offsets, 32e3 + offsets)
    assert float(mean[1, 1]) == pytest.approx(truth.orog(x, y, 2020.0).mean(), abs=0.01)
    one = truth.cell_mean(grid, 2020.0, where=[[False, True, False], [False, False, False]])
    assert int(one.notnull().sum()) == 1
    assert float(one[0, 1]) == float(mean[0, 1])


def test_every_file_opens_as_written(archive: samples.Archive) -> None:
    assert len(archive.files) == 6 * 2 * 6 + 1
    empty = [defect.file for defect in archive.defects if defect.rule == "A4"]
    containers = set()
    for name in set(archive.files) - set(empty):
        with netCDF4.Dataset(archive.path / name) as dataset:
            containers.add(dataset.data_model)
            assert len(dataset.dimensions["time"]) == 4
    assert containers >= {"NETCDF4", "NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"}
    assert (archive.path / empty[0]).stat().st_size == 0


def test_at_least_ten_rules_are_planted_and_can_be_seen(archive: samples.Archive) -> None:
    assert len(archive.rules) >= 10
    evidence = {
        "B1": lambda d: "x" not in d.variables and "lat" not in d.variables,
        "B2": lambda d: "x" not in d.variables and d["lat"].ndim == 2,
        "B4": lambda d: any(v.dimensions == ("time", "x", "y") for v in d.variables.values()),
        "B5": lambda d: d["x"].dtype == np.float32 and "mapping" in d.variables,
        "C1": lambda d: "units" not in d["time"].ncattrs() and "unit" in d["time"].ncattrs(),
        "C2": lambda d: d["time"].units == "days since 01-01-2005",
        "C4": lambda d: "calendar" not in d["time"].ncattrs(),
        "C8": lambda d: d["time"].calendar == "standard" and set(np.diff(d["time"][:])) == {365.0},
        "C12": lambda d: d["time"].calendar == "standard" and set(np.diff(d["time"][:])) == {360.0},
    }
    seen = set()
    for defect in archive.defects:
        if defect.rule in evidence:
            with netCDF4.Dataset(archive.path / defect.file) as dataset:
                assert evidence[defect.rule](dataset), defect
            seen.add(defect.rule)
    assert seen == set(evidence)


def test_states_are_consistent(archive: samples.Archive) -> None:
    for model in archive.models:
        fields = {}
        for variable in ("lithk", "orog", "base", "topg", "sftgif"):
            with netCDF4.Dataset(archive.path / model.file_path("exp05", variable)) as dataset:
                fields[variable] = np.ma.filled(dataset[variable][-1], np.nan)
        ice = fields["sftgif"] == 1
        assert ice.any()
        np.testing.assert_array_equal((fields["base"] + fields["lithk"])[ice], fields["orog"][ice])
        assert (fields["base"] >= fields["topg"])[ice].all()
        afloat = ice & (fields["base"] > fields["topg"])
        ratio = fields["lithk"][afloat] / fields["orog"][afloat]
        np.testing.assert_allclose(ratio, OCEAN_DENSITY / (OCEAN_DENSITY - ICE_DENSITY), rtol=0.01)


def test_model_errors_have_the_stated_size(archive: samples.Archive) -> None:
    for model in archive.models:
        x, y = np.meshgrid(model.axis, model.axis)
        inland = archive.truth.reference_orog(x, y) > 600
        error = surface_error(model, archive.truth, x, y)[inland]
        assert error.mean() == pytest.approx(model.error.bias, abs=model.error.spread / 2)
        assert error.std() == pytest.approx(model.error.spread, rel=0.35)


def test_the_same_seed_writes_the_same_values(tmp_path: Path) -> None:
    first, second = (samples.write_granules(tmp_path / name, samples.Truth(5), n=1, seed=5) for name in "ab")
    with h5py.File(first.files[0]) as one, h5py.File(second.files[0]) as two:
        path = "gt2l/land_ice_segments/h_li"
        np.testing.assert_array_equal(one[path][:], two[path][:])


def test_tracks_turn_at_88_degrees_and_keep_their_posting() -> None:
    track = reference_track(54, 11, 500.0)
    assert track.latitude.min() == pytest.approx(-88.0, abs=1e-3)
    _, _, step = pyproj.Geod(ellps="WGS84").inv(
        track.longitude[:-1], track.latitude[:-1], track.longitude[1:], track.latitude[1:]
    )
    np.testing.assert_allclose(step, 500.0, rtol=0.01)
    assert set(np.diff(track.segment_id)) == {25}


def test_granules_hold_what_is_stated(granules: samples.Granules) -> None:
    names = [granule.file.split("_")[-3] for granule in granules.granules]
    assert len({name[:4] for name in names}) == 12
    assert {name[6:] for name in names} == {"10", "11", "12"}
    assert 200_000 <= sum(granule.segments for granule in granules.granules) <= 400_000
    assert [granule.good for granule in granules.granules].count(0) == 1
    assert any(granule.missing_beams for granule in granules.granules)
    assert any(granule.bare_beams for granule in granules.granules)
    orientations = set()
    for granule, file in zip(granules.granules, granules.files, strict=True):
        with h5py.File(file) as h5:
            orientations.add(int(h5["orbit_info/sc_orient"][0]))
            assert tuple(sorted(set(h5) & set(granule.missing_beams))) == ()
            assert all("land_ice_segments" not in h5[name] for name in granule.bare_beams)
            summaries = [h5[f"{name}/land_ice_segments/atl06_quality_summary"][:] for name in _beams(h5)]
        assert sum(summary.size for summary in summaries) == granule.segments
        assert sum(int((summary == 0).sum()) for summary in summaries) == granule.good
    assert orientations == {0, 1}


def test_heights_are_the_truth_plus_the_drawn_errors(granules: samples.Granules) -> None:
    truth, error = granules.truth, granules.passes[0]
    with h5py.File(granules.files[0]) as h5:
        beam = h5[f"gt{error.pair}l/land_ice_segments"]
        good = beam["atl06_quality_summary"][:] == 0
        x, y = project(beam["longitude"][:][good], beam["latitude"][:][good])
        year = 2018 + beam["delta_time"][:][good] / (365.25 * 86_400)
        surface = truth.orog(x, y, year) + truth.geoid(x, y)
        slopes = [beam[f"fit_statistics/dh_fit_d{axis}"][:][good] for axis in "xy"]
        shift = error.radial + error.along * slopes[0] + error.across * slopes[1]
        misfit = (beam["h_li"][:][good] - surface - shift) / np.hypot(beam["h_li_sigma"][:][good], 0.017)
    assert abs(np.mean(misfit)) < 0.1
    assert 0.7 < np.std(misfit) < 1.3


def test_stored_geolocation_error_follows_the_slopes_and_has_sentinels(granules: samples.Granules) -> None:
    sentinels = 0
    for file in granules.files:
        with h5py.File(file) as h5:
            for pair in {name[2] for name in _beams(h5)}:
                left = h5[f"gt{pair}l/land_ice_segments"]
                dx, dy = (left[f"fit_statistics/dh_fit_d{axis}"][:] for axis in "xy")
                stored = left["sigma_geo_h"][:]
                whole = (dx < 1e30) & (dy < 1e30)
                expected = np.sqrt(0.3**2 + (20 * dx[whole]) ** 2 + (20 * dy[whole]) ** 2)
                np.testing.assert_allclose(stored[whole], expected, atol=1e-4)
                assert (stored[~whole] > 19.9).all()
                sentinels += int((~whole).sum())
    assert sentinels > 1000


@pytest.mark.skipif(not REAL_GRANULE.exists(), reason=f"no real granule at {REAL_GRANULE}")
def test_layout_is_that_of_a_real_granule(granules: samples.Granules) -> None:
    with h5py.File(REAL_GRANULE) as real, h5py.File(granules.files[0]) as ours:
        expected, found = (_columns(h5["gt2l/land_ice_segments"]) for h5 in (real, ours))
        assert found == expected
        assert real.userblock_size == ours.userblock_size
        for name in ("sc_orient", "rgt", "cycle_number"):
            assert ours["orbit_info"][name].dtype == real["orbit_info"][name].dtype
        assert set(real["ancillary_data/land_ice"]) == set(ours["ancillary_data/land_ice"])


def test_bad_arguments_say_what_to_pass(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pass years=3 or more"):
        samples.write_archive(tmp_path, years=2)
    with pytest.raises(ValueError, match="pass 1 to 1387"):
        samples.write_granules(tmp_path, samples.Truth(0), n=0)


def _beams(h5: h5py.File) -> list[str]:
    return [name for name in h5 if name.startswith("gt") and "land_ice_segments" in h5[name]]


def _columns(group: h5py.Group) -> dict[str, tuple]:
    """Type, chunks, filters and fill value of every column below a beam's segments."""
    columns = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            fill = item.attrs.get("_FillValue")
            value = None if fill is None else float(np.ravel(fill)[0])
            columns[name] = (
                item.dtype,
                item.chunks,
                item.compression,
                item.compression_opts,
                item.shuffle,
                value,
            )

    group.visititems(visit)
    return columns
