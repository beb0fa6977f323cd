"""Real granules and points: every number is held against h5py and numpy."""

from __future__ import annotations

import warnings
from pathlib import Path

import h5py
import numpy as np
import pyproj
import pytest

import nunatak as nk

GRANULES = {
    "ATL06_20181013235645_02340114_209_01.h5": (1522, 81),
    "ATL06_20181014001049_02350102_003_01.h5": (4088, 851),
    "processed_ATL06_20181015100401_02560110_003_01.h5": (520, 226),
    "processed_ATL06_20190416093911_02770303_002_01.h5": (9171, 1593),
    "processed_ATL06_20190424092231_03990303_002_01.h5": (832, 2),
    "processed_ATL06_20190613065109_11610303_002_01.h5": (17140, 17058),
    "processed_ATL06_20190613193602_11690305_002_01.h5": (3447, 3361),
    "processed_ATL06_20190621191922_12910305_002_01.h5": (1065, 0),
}
BEAMS = ("gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r")


@pytest.fixture(scope="module")
def points(real_data: Path) -> nk.Points:
    return nk.open_atl06([real_data / "atl06" / name for name in GRANULES], on_error="raise")


def segments(file: h5py.File, beam: str) -> h5py.Group | None:
    return file.get(f"{beam}/land_ice_segments")


def decoded(group: h5py.Group, name: str) -> np.ndarray:
    """Values as float64 with the variable's own fill as NaN."""
    variable = group[name]
    values = variable[:].astype(float)
    fill = variable.attrs.get("_FillValue")
    return values if fill is None else np.where(variable[:] == np.ravel(fill)[0], np.nan, values)


def test_counts_equal_h5py(points: nk.Points, real_data: Path) -> None:
    for name, (total, good) in GRANULES.items():
        with h5py.File(real_data / "atl06" / name) as file:
            groups = {beam: segments(file, beam) for beam in BEAMS}
            quality = {b: g["atl06_quality_summary"][:] for b, g in groups.items() if g is not None}
        assert (total, good) == (
            sum(q.size for q in quality.values()),
            sum(int((q == 0).sum()) for q in quality.values()),
        )
        row = points.report.set_index("granule").loc[name]
        assert (row.segments, row.good, row.kept, row.problem) == (total, good, good, None)
        beams = points.beam_report[points.beam_report.granule == name].set_index("beam")
        for beam in BEAMS:
            expected = quality.get(beam, np.array([]))
            assert (beams.segments[beam], beams.good[beam]) == (expected.size, int((expected == 0).sum()))
    assert len(points) == sum(good for _, good in GRANULES.values())


@pytest.mark.parametrize("name", GRANULES)
def test_columns_equal_h5py(real_data: Path, name: str) -> None:
    path = real_data / "atl06" / name
    dataset = nk.open_atl06(path, quality="all").dataset
    variables = {
        "longitude": "longitude",
        "latitude": "latitude",
        "height": "h_li",
        "height_sigma": "h_li_sigma",
        "sigma_geo_stored": "sigma_geo_h",
        "geoid_height": "dem/geoid_h",
        "dem_height": "dem/dem_h",
        "tide_ocean": "geophysical/tide_ocean",
        "dac": "geophysical/dac",
        "slope_along": "fit_statistics/dh_fit_dx",
        "slope_across": "fit_statistics/dh_fit_dy",
        "x_atc": "ground_track/x_atc",
    }
    with h5py.File(path) as file:
        groups = [group for beam in BEAMS if (group := segments(file, beam)) is not None]
        for column, variable in variables.items():
            expected = np.concatenate([decoded(group, variable) for group in groups])
            np.testing.assert_array_equal(dataset[column].values.astype(float), expected, err_msg=column)
        seconds = np.concatenate([group["delta_time"][:] for group in groups])
        orientation = int(file["orbit_info/sc_orient"][0])
        track = (int(file["orbit_info/rgt"][0]), int(file["orbit_info/cycle_number"][0]))
        kinds = [file[group.parent.name].attrs["atlas_beam_type"] for group in groups]
        lengths = [group["h_li"].size for group in groups]
    expected = np.datetime64("2018-01-01", "ns") + (seconds * 1e9).round().astype("timedelta64[ns]")
    assert np.abs(dataset.time.values - expected).max() <= np.timedelta64(1, "ns")
    np.testing.assert_array_equal(
        dataset.strong.values, np.repeat([kind == b"strong" for kind in kinds], lengths)
    )
    assert set(dataset.orientation.values) == {orientation}
    assert {(int(r), int(c)) for r, c in zip(dataset.rgt.values, dataset.cycle.values, strict=True)} == {
        track
    }
    assert set(dataset.region.values) == {int(name[-12:-10])}


def test_geolocation_error_equals_the_stored_one_and_sentinels_are_flagged(real_data: Path) -> None:
    compared = flagged = 0
    for name in GRANULES:
        if "_209_" in name:
            continue
        path = real_data / "atl06" / name
        dataset = nk.open_atl06(path).dataset
        with h5py.File(path) as file:
            has_both = []
            for beam in BEAMS:
                group, left = segments(file, beam), segments(file, beam[:3] + "l")
                if group is None:
                    continue
                slope = dict(
                    zip(left["segment_id"][:], decoded(left, "fit_statistics/dh_fit_dx"), strict=True)
                    if left is not None
                    else ()
                )
                along = np.array([slope.get(number, np.nan) for number in group["segment_id"][:]])
                across = decoded(group, "fit_statistics/dh_fit_dy")
                good = group["atl06_quality_summary"][:] == 0
                has_both.append((np.isfinite(along) & np.isfinite(across))[good])
        both = np.concatenate(has_both)
        np.testing.assert_array_equal(dataset.sigma_geo_flag.values == 0, both)
        difference = (dataset.sigma_geo - dataset.sigma_geo_stored).values[both]
        assert np.abs(difference).max(initial=0) < 1e-4
        # What the product itself marks with slope 1 in place of a missing one, at 20 m: 20.0 or 28.29 m.
        stored = dataset.sigma_geo_stored.values[~both]
        assert np.isfinite(dataset.sigma_geo.values).all()
        assert (dataset.sigma_geo.values[~both][stored > 28] < 20).all()
        compared += int(both.sum())
        flagged += int((~both).sum())
    assert (compared, flagged) == (21497, 1594)


def test_beams_region_time_and_limits(real_data: Path) -> None:
    path = real_data / "atl06" / "processed_ATL06_20190613065109_11610303_002_01.h5"
    everything = nk.open_atl06(path, quality="all").dataset
    some = nk.open_atl06(path, beams=["gt1r", "gt3l"])
    assert set(some.dataset.beam.values) == {2, 5}
    assert (some.dataset.sigma_geo_flag == 0).all()
    box = (-49.4, 71.5, -49.3, 71.8)
    inside = nk.open_atl06(path, quality="all", region=box).dataset
    chosen = (everything.longitude >= box[0]) & (everything.longitude <= box[2])
    chosen &= (everything.latitude >= box[1]) & (everything.latitude <= box[3])
    assert 0 < inside.sizes["segment"] == int(chosen.sum())
    middle = everything.time.values[len(everything.time) // 2]
    late = nk.open_atl06(path, quality="all", time=(middle, None)).dataset
    assert late.sizes["segment"] == int((everything.time.values >= middle).sum())
    strict = nk.open_atl06(path, quality={"h_li_sigma": 0.02, "h_robust_sprd": 0.2}).dataset
    with h5py.File(path) as file:
        expected = 0
        for beam in BEAMS:
            group = segments(file, beam)
            sigma, spread = decoded(group, "h_li_sigma"), decoded(group, "fit_statistics/h_robust_sprd")
            expected += int(((sigma <= np.float32(0.02)) & (spread <= np.float32(0.2))).sum())
    assert abs(strict.sizes["segment"] - expected) <= 1


def test_antarctic_points_on_the_8_km_grid(real_data: Path) -> None:
    files = sorted((real_data / "altimetry_points").glob("*.h5"))
    points = nk.open_points(files)
    longitude, latitude, height = [], [], []
    for path in files:
        with h5py.File(path) as file:
            good = file["q_flg"][:] == 0
            longitude.append(file["lon"][:][good])
            latitude.append(file["lat"][:][good])
            height.append(file["h_elv"][:][good].astype(float))
    longitude, latitude, height = map(np.concatenate, (longitude, latitude, height))
    assert len(points) == longitude.size == 191_138
    x, y = pyproj.Transformer.from_crs(4326, 3031, always_xy=True).transform(longitude, latitude)
    # The track starts over the Southern Ocean, beyond the ISMIP6 domain. The same 8 km lattice, long
    # enough to hold it, has 220 cells with data; the domain itself has 195.
    for north, rows, held_cells, held_points in ((3.04e6, 761, 195, 185_241), (4.096e6, 893, 220, 191_138)):
        grid = nk.grid("EPSG:3031", spacing=8e3, bounds=(-3.04e6, -3.04e6, 3.04e6, north))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", nk.NunatakWarning)
            cells = nk.aggregate(points, grid).sortby(["y", "x"])
        column, row = (np.floor((value + 3_044_000) / 8e3).astype(int) for value in (x, y))
        inside = (column >= 0) & (column < 761) & (row >= 0) & (row < rows)
        flat = row[inside] * 761 + column[inside]
        expected = np.bincount(flat, minlength=rows * 761).reshape(rows, 761)
        np.testing.assert_array_equal(cells["count"].values, expected)
        assert int((cells["count"] > 0).sum()) == held_cells
        assert int(cells["count"].sum()) == held_points
    with pytest.warns(nk.NunatakWarning, match=r"5,897 of 191,138 points lie outside .*bounds=points"):
        domain = nk.aggregate(points, nk.grid("EPSG:3031", spacing=8e3))
    assert int((domain["count"] > 0).sum()) == 195
    around = nk.aggregate(points, nk.grid("EPSG:3031", spacing=8e3, bounds=points))
    assert int((around["count"] > 0).sum()) == 220 and int(around["count"].sum()) == 191_138
    assert around.attrs["points_outside_grid"] == 0 and around.sizes["x"] < 100
    mean = np.bincount(flat, height[inside], minlength=expected.size).reshape(expected.shape) / np.maximum(
        expected, 1
    )
    held = expected > 0
    np.testing.assert_allclose(cells.plain_mean.values[held], mean[held], rtol=1e-12)
    assert np.isnan(cells["mean"].values[~held]).all()
    medians = {cell: np.median(height[inside][flat == cell]) for cell in np.unique(flat)}
    np.testing.assert_allclose(cells["median"].values[held], list(medians.values()), rtol=1e-12)
    # Their geolocation error is not known: the total is not pretended to be.
    assert np.isnan(cells.sigma_correlated.values).all() and np.isnan(cells.sigma_total.values).all()
    assert np.isfinite(cells.sigma_random.values[held]).all()
    assert points.report.good.sum() == 191_138


def test_times_of_flattened_points_agree_with_their_decimal_years(real_data: Path) -> None:
    path = sorted((real_data / "altimetry_points").glob("*gt1l.h5"))[0]
    dataset = nk.open_points(path).dataset
    with h5py.File(path) as file:
        years = file["t_year"][:]
    seconds = (dataset.time.values - np.datetime64("2019-01-01", "ns")) / np.timedelta64(1, "s")
    assert np.abs(seconds - (years - 2019) * 365.25 * 86400).max() < 60
    assert set(dataset.rgt.values) == {54} and set(dataset.cycle.values) == {2}
    assert set(dataset.beam.values) == {1} and set(dataset.region.values) == {10}


def test_uncertainties_of_a_real_cell_have_their_known_order(points: nk.Points) -> None:
    """Random millimetres, geolocation decimetres (centimetres as crossovers have them), sampling metres."""
    greenland = points.select(points.dataset.rgt.values == 1161)
    assert len(greenland) == 17_058
    grid = nk.grid("EPSG:3413", spacing=8e3)
    cells = nk.aggregate(greenland, grid)
    crowded = cells["count"].values > 100
    random, correlated, sampling = (
        np.median(cells[f"sigma_{name}"].values[crowded]) for name in ("random", "correlated", "sampling")
    )
    # The photons of neighbouring segments are shared: no weights do better than twice the least variance.
    to_map = pyproj.Transformer.from_crs(4326, 3413, always_xy=True)
    x, y = to_map.transform(greenland.dataset.longitude.values, greenland.dataset.latitude.values)
    column, row = (
        np.rint((values - float(cells[name][0])) / 8e3).astype(int) for name, values in (("x", x), ("y", y))
    )
    information = np.zeros(crowded.shape)
    np.add.at(information, (row, column), 1 / greenland.dataset.height_sigma.values.astype(float) ** 2)
    assert (cells.sigma_random.values[crowded] > np.sqrt(2 / information[crowded])).all()
    assert random < 1e-2
    product = nk.aggregate(greenland, grid, geolocation="product").sigma_correlated.values[crowded]
    assert 0.2 < np.median(product) < 0.8
    # Crossovers leave 2.5 m and 5 cm of the product's 20 m and 30 cm, the same for the whole overpass.
    assert 0.05 < correlated < 0.25 * np.median(product)
    assert 0.3 < sampling < 30
    against_dem = nk.aggregate(greenland, grid, reference="dem_height")
    assert np.nanmedian(against_dem.spread.values) < 0.2 * np.nanmedian(cells.spread.values)
    assert np.nanmedian(against_dem.sigma_sampling.values) < 0.5 * np.nanmedian(cells.sigma_sampling.values)
