"""Granules with planted defects, datum, tides, other layouts."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.atl06 import FILL, NAME, all_beams, beam_columns, write_granule


def test_columns_of_a_granule(tmp_path: Path) -> None:
    points = nk.open_atl06(write_granule(tmp_path / NAME, all_beams()))
    dataset = points.dataset
    assert len(points) == 30 and set(dataset.sizes) == {"segment"}
    assert dataset.time.values[0] == np.datetime64("2018-01-01", "ns") + np.timedelta64(63_000_000, "s")
    np.testing.assert_array_equal(dataset.beam.values, np.repeat([1, 2, 3, 4, 5, 6], 5))
    np.testing.assert_array_equal(dataset.pair.values, np.repeat([1, 1, 2, 2, 3, 3], 5))
    np.testing.assert_array_equal(dataset.strong.values, np.tile([False] * 5 + [True] * 5, 3))
    np.testing.assert_array_equal(dataset.pass_id.values, np.repeat([501231, 501232, 501233], 10))
    assert (set(dataset.rgt.values), set(dataset.cycle.values), set(dataset.region.values)) == (
        {123},
        {5},
        {11},
    )
    assert dataset.height.dtype == np.float32 and dataset.longitude.dtype == np.float64
    np.testing.assert_allclose(dataset.sigma_geo, np.sqrt(0.3**2 + 0.2**2 + 0.4**2), rtol=1e-6)
    assert dataset.attrs["granules"] == [NAME]
    assert "30 segments" in repr(points) and "passes     3" in repr(points)


@pytest.mark.parametrize(("orientation", "strong"), [(0, "l"), (1, "r"), (2, ""), (None, "")])
def test_strong_beams_follow_the_orientation(tmp_path: Path, orientation: int | None, strong: str) -> None:
    points = nk.open_atl06(write_granule(tmp_path / NAME, all_beams(1), orientation=orientation))
    sides = np.tile(["l", "r"], 3)
    np.testing.assert_array_equal(points.dataset.strong.values, sides == strong)
    unknown = orientation not in (0, 1)
    assert ("strong beams cannot be told" in points.report.notes[0]) == unknown
    assert (points.dataset.orientation.values == (-1 if orientation is None else orientation)).all()


def test_what_is_missing_is_listed_and_nan(tmp_path: Path) -> None:
    beams = all_beams(4, ["gt1l", "gt1r"])
    beams["gt1r"]["geophysical/dac"] = None
    for name in list(beams["gt1l"]):
        if name.startswith("dem/"):
            beams["gt1l"][name] = None
    points = nk.open_atl06(write_granule(tmp_path / NAME, beams | {"gt2l": None}))
    assert len(points) == 8
    missing = points.report.missing[0].split(", ")
    assert set(missing) == {
        "gt1l/land_ice_segments/dem/dem_h",
        "gt1l/land_ice_segments/dem/geoid_h",
        "gt1r/land_ice_segments/geophysical/dac",
        "gt2l/land_ice_segments",
        "gt2r",
        "gt3l",
        "gt3r",
    }
    left = points.dataset.beam.values == 1
    np.testing.assert_array_equal(np.isnan(points.dataset.geoid_height.values), left)
    np.testing.assert_array_equal(np.isnan(points.dataset.dac.values), ~left)


@pytest.mark.parametrize("scalar_fill", [False, True])
def test_fill_is_nan_and_segments_without_height_go(tmp_path: Path, scalar_fill: bool) -> None:
    height = np.array([1, FILL, 3], "f4")
    tide = np.array([FILL, 0.5, FILL], "f4")
    path = tmp_path / NAME
    write_granule(path, {"gt1l": beam_columns(3, h_li=height, tide_ocean=tide)}, scalar_fill=scalar_fill)
    kept = nk.open_atl06(path).dataset
    np.testing.assert_array_equal(kept.height, [1, 3])
    assert np.isnan(kept.tide_ocean).all()
    every = nk.open_atl06(path, quality="all").dataset
    np.testing.assert_array_equal(every.height, [1, np.nan, 3])


def test_empty_and_all_fill_granules(tmp_path: Path) -> None:
    empty = write_granule(tmp_path / NAME, {"gt1l": beam_columns(0), "gt1r": beam_columns(0)})
    fill = np.full(4, FILL)
    names = ["h_li", "h_li_sigma", "sigma_geo_h", "dh_fit_dx", "dh_fit_dy", "sigma_geo_at", "sigma_geo_xt"]
    filled = beam_columns(4, **dict.fromkeys(names, fill), atl06_quality_summary=np.ones(4, "i1"))
    other = write_granule(tmp_path / NAME.replace("0123", "0124"), {"gt3r": filled}, rgt=124)
    points = nk.open_atl06([empty, other])
    assert len(points) == 0 and "0 segments" in repr(points)
    assert list(points.report.segments) == [0, 4] and list(points.report.good) == [0, 0]
    assert points.report.problem.isna().all()
    assert points.to_datatree().groups == ("/",)
    every = nk.open_atl06(other, quality="all").dataset
    assert np.isnan(every.sigma_geo).all() and (every.sigma_geo_flag == 1).all()


def test_sentinel_slopes_are_replaced_and_flagged(tmp_path: Path) -> None:
    along = np.array([0.01, 0.02, FILL, 0.01, 0.01], "f4")
    across = np.array([0.05, FILL, 0.05, 0.05, 0.05], "f4")
    stored = np.array([1.0, 20.01, 20.03, 1.0, 1.0], "f4")
    left = beam_columns(5, dh_fit_dx=along, dh_fit_dy=across, sigma_geo_h=stored)
    right = beam_columns(
        5, dh_fit_dx=np.full(5, 0.5, "f4"), segment_id=np.array([1000, 1001, 1002, 1003, 77], "i4")
    )
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt2l": left, "gt2r": right}))
    flag = points.dataset.sigma_geo_flag.values
    np.testing.assert_array_equal(flag, [0, 1, 1, 0, 0, 0, 0, 1, 0, 1])

    def sigma(x: float, y: float) -> float:
        return float(np.sqrt(0.3**2 + (20 * x) ** 2 + (20 * y) ** 2))

    typical = 0.01
    expected_left = [
        sigma(0.01, 0.05),
        sigma(0.02, 0.02),
        sigma(typical, 0.05),
        sigma(0.01, 0.05),
        sigma(0.01, 0.05),
    ]
    expected_right = [
        sigma(0.01, 0.02),
        sigma(0.02, 0.02),
        sigma(0.5, 0.02),
        sigma(0.01, 0.02),
        sigma(0.5, 0.02),
    ]
    np.testing.assert_allclose(points.dataset.sigma_geo, expected_left + expected_right, rtol=1e-6)
    np.testing.assert_array_equal(points.dataset.sigma_geo_stored[:5], stored)
    assert points.report.sentinels[0] == 4
    # Asking for the right beam alone still takes the left beam's slopes.
    alone = nk.open_atl06(tmp_path / NAME, beams=["gt2r"]).dataset
    np.testing.assert_allclose(alone.sigma_geo, expected_right, rtol=1e-6)


def test_radial_error_of_releases_that_do_not_store_it(tmp_path: Path) -> None:
    stored = beam_columns(2, sigma_geo_r=np.full(2, 0.1, "f4"))
    absent = beam_columns(2, sigma_geo_r=None)
    points = nk.open_atl06(write_granule(tmp_path / NAME, {"gt1l": stored, "gt2l": absent}))
    expected = np.sqrt(np.repeat([0.1, 0.3], 2) ** 2 + 0.2**2 + 0.4**2)
    np.testing.assert_allclose(points.dataset.sigma_geo, expected, rtol=1e-6)


def test_track_from_the_file_name(tmp_path: Path) -> None:
    path = write_granule(tmp_path / f"processed_{NAME}", all_beams(2, ["gt1l"]), rgt=None)
    row = nk.open_atl06(path).report.iloc[0]
    assert (row.rgt, row.cycle, row.region, row.release) == (123, 5, 11, "006")


def test_passes_are_shared_between_granules(tmp_path: Path) -> None:
    one = write_granule(tmp_path / NAME, all_beams(2, ["gt1l", "gt3r"]))
    two = write_granule(tmp_path / NAME.replace("0511", "0512"), all_beams(2, ["gt1r"]))
    dataset = nk.open_atl06([two, one]).dataset
    np.testing.assert_array_equal(dataset.pass_id, [501231] * 4 + [501233] * 2)
    np.testing.assert_array_equal(dataset.granule, [0, 0, 1, 1, 1, 1])
    assert [Path(name).name for name in dataset.attrs["granules"]] == [two.name, one.name]


def broken_files(folder: Path) -> dict[str, tuple[Path, type[Exception]]]:
    good = write_granule(folder / NAME, all_beams(3))
    empty = folder / "ATL06_empty.h5"
    empty.write_bytes(b"")
    text = folder / "ATL06_text.h5"
    text.write_text("<html>login</html>")
    truncated = folder / "ATL06_truncated.h5"
    truncated.write_bytes(good.read_bytes()[: good.stat().st_size // 3])
    other = folder / "ATL03.h5"
    with h5py.File(other, "w") as file:
        file.attrs["short_name"] = np.bytes_(b"ATL03")
        file.create_group("gt1l/heights")
    flat = folder / "flat.h5"
    with h5py.File(flat, "w") as file:
        file["h_elv"] = np.zeros(3)
    lengths = write_granule(folder / "lengths.h5", {"gt1l": beam_columns(3, h_li_sigma=np.zeros(2, "f4"))})
    return {
        "empty": (empty, nk.FormatError),
        "text": (text, nk.FormatError),
        "truncated": (truncated, nk.FormatError),
        "product ATL03": (other, nk.PointsError),
        "h_elv": (flat, nk.PointsError),
        "gt1l/land_ice_segments/h_li_sigma": (lengths, nk.PointsError),
        "No such file": (folder / "absent.h5", nk.StoreError),
    }


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    broken = broken_files(tmp_path)
    for hint, (path, error) in broken.items():
        with pytest.raises(error) as raised:
            nk.open_atl06(path, on_error="raise")
        assert str(path) in str(raised.value) and hint in str(raised.value)
    paths = [tmp_path / NAME, *(path for path, _ in broken.values())]
    with pytest.warns(nk.NunatakWarning) as warned:
        points = nk.open_atl06(paths)
    assert len(warned) == len(broken)
    assert len(points) == 18 and points.report.problem.notna().sum() == len(broken)
    assert f"{len(paths)}, {len(broken)} not readable" in repr(points)
    assert len(nk.open_atl06(paths, on_error="skip")) == 18


def test_arguments_that_do_not_fit_are_named(tmp_path: Path) -> None:
    path = write_granule(tmp_path / NAME, all_beams(1))
    with pytest.raises(nk.ArgumentError, match="gt4l"):
        nk.open_atl06(path, beams=["gt4l"])
    with pytest.raises(nk.ArgumentError, match="quality"):
        nk.open_atl06(path, quality="best")  # type: ignore[arg-type]
    with pytest.raises(nk.ArgumentError, match=r"h_mean.*h_li_sigma"):
        nk.open_atl06(path, quality={"h_mean": 1.0})
    with pytest.raises(nk.ArgumentError, match="region"):
        nk.open_atl06(path, region=(0, 10, 1, -10))
    with pytest.raises(nk.ArgumentError, match="on_error"):
        nk.open_atl06(path, on_error="ignore")  # type: ignore[arg-type]
    with pytest.raises(nk.PointsError, match="no file matches"):
        nk.open_atl06(str(tmp_path / "*.nc"))


def test_paths_may_be_a_pattern_or_a_folder(tmp_path: Path) -> None:
    for name in (NAME, NAME.replace("0511", "0512")):
        write_granule(tmp_path / name, all_beams(1))
    for source in (tmp_path, str(tmp_path / "ATL06_*.h5"), [tmp_path / NAME, str(tmp_path / "*0512_*.h5")]):
        points = nk.open_atl06(source)
        assert len(points) == 12 and points.report.granule[0] == NAME


def test_tree_by_granule_and_beam(tmp_path: Path) -> None:
    tree = nk.open_atl06(write_granule(tmp_path / NAME, all_beams(3, ["gt1l", "gt2r"]))).to_datatree()
    stem = NAME.removesuffix(".h5")
    assert set(tree[stem].children) == {"gt1l", "gt2r"}
    assert tree[f"{stem}/gt2r"].sizes["segment"] == 3


@pytest.fixture
def points(tmp_path: Path) -> nk.Points:
    return nk.open_atl06(write_granule(tmp_path / NAME, all_beams(4, ["gt1l", "gt1r"])))


def test_heights_above_the_geoid(points: nk.Points) -> None:
    geoid = points.above_geoid()
    np.testing.assert_allclose(geoid.dataset.height, points.dataset.height + 30)
    np.testing.assert_allclose(geoid.dataset.dem_height, points.dataset.dem_height + 30)
    assert (points.datum, geoid.datum) == ("ellipsoid", "geoid")
    assert geoid.above_geoid().dataset.height.equals(geoid.dataset.height)
    for start in (points, geoid):
        np.testing.assert_allclose(start.height_above("geoid"), geoid.dataset.height)
        np.testing.assert_allclose(start.height_above("ellipsoid"), points.dataset.height)
    unknown = nk.Points(points.dataset.assign(geoid_height=points.dataset.geoid_height * np.nan))
    with pytest.raises(nk.PointsError, match="geoid_height"):
        unknown.above_geoid()


def test_tides_on_floating_ice_only(points: nk.Points) -> None:
    floating = np.array([True, False] * 4)
    tide = points.dataset.tide_ocean.copy()
    tide[2] = np.nan
    points = nk.Points(points.dataset.assign(tide_ocean=tide))
    corrected = points.correct_tides(floating)
    expected = np.where(floating, 0.5 - 0.1, 0.0)
    expected[2] = -0.1
    np.testing.assert_allclose(points.dataset.height - corrected.dataset.height, expected, atol=1e-6)
    np.testing.assert_allclose(corrected.dataset.tide_correction, expected, atol=1e-7)
    assert "4 floating" in corrected.dataset.attrs["tide_correction"]
    assert "tide_ocean on 1" in corrected.dataset.attrs["tide_correction"]
    with pytest.raises(nk.PointsError, match="already"):
        corrected.correct_tides(floating)
    with pytest.raises(nk.ArgumentError, match="8 booleans"):
        points.correct_tides(floating[:3])


@pytest.mark.parametrize("transposed", [False, True])
def test_tides_by_a_mask_on_a_grid(points: nk.Points, transposed: bool) -> None:
    grid = nk.grid("EPSG:3031", spacing=8e3)
    import pyproj

    x, y = pyproj.Transformer.from_crs(4326, 3031, always_xy=True).transform(-107.0, -75.0)
    mask = xr.zeros_like(grid.x * grid.y.astype(float)).transpose("y", "x")
    nowhere = points.correct_tides(mask, crs="EPSG:3031")
    assert (nowhere.dataset.tide_correction == 0).all()
    mask.loc[{"x": grid.x.sel(x=x, method="nearest"), "y": grid.y.sel(y=y, method="nearest")}] = 1.0
    mask = mask.transpose("x", "y") if transposed else mask
    there = points.correct_tides(mask, crs="EPSG:3031")
    np.testing.assert_allclose(there.dataset.tide_correction, 0.4, atol=1e-6)


def test_selection_by_mask(points: nk.Points) -> None:
    right = points.select(points.dataset.beam == 2)
    assert len(right) == 4 and set(right.dataset.beam.values) == {2}
    with pytest.raises(nk.ArgumentError, match="mask"):
        points.select(np.arange(8))


def table() -> dict[str, np.ndarray]:
    return {
        "lon": np.array([0.0, 1.0, 2.0]),
        "lat": np.array([-80.0, -80.0, -80.0]),
        "elev": np.array([10.0, 20.0, 3.5e38]),
        "err": np.array([0.1, 0.2, 0.3]),
        "flag": np.array([0, 1, 0]),
    }


@pytest.mark.parametrize(
    "kind", [dict, pd.DataFrame, lambda t: xr.Dataset({n: ("i", v) for n, v in t.items()})]
)
def test_points_of_any_table(kind) -> None:
    columns = {"longitude": "lon", "latitude": "lat", "height": "elev", "sigma": "err", "quality": "flag"}
    points = nk.open_points(kind(table()), columns=columns | {"sigma_geo": 0.5})
    assert len(points) == 1 and points.dataset.height_sigma[0] == 0.1 and points.dataset.sigma_geo[0] == 0.5
    every = nk.open_points(kind(table()), columns=columns, quality="all")
    assert len(every) == 3 and np.isnan(every.dataset.height[2]) and np.isnan(every.dataset.sigma_geo).all()
    assert list(every.report[["segments", "good", "kept"]].iloc[0]) == [3, 1, 3]
    assert set(every.dataset.pass_id.values) == {0}


def test_columns_that_do_not_fit_are_named() -> None:
    with pytest.raises(nk.PointsError, match=r"longitude.*found lon, lat, elev"):
        nk.open_points(table())
    with pytest.raises(nk.PointsError, match="h_nope"):
        nk.open_points(table(), columns={"longitude": "lon", "latitude": "lat", "height": "h_nope"})
    with pytest.raises(nk.ArgumentError, match="hoehe"):
        nk.open_points(table(), columns={"hoehe": "elev"})
    ragged = table() | {"err": np.zeros(2)}
    with pytest.raises(nk.PointsError, match=r"err.*shape \(3,\).*found \(2,\)"):
        nk.open_points(
            ragged, columns={"longitude": "lon", "latitude": "lat", "height": "elev", "height_sigma": "err"}
        )


def test_points_go_through_their_own_columns(points: nk.Points, tmp_path: Path) -> None:
    path = tmp_path / "points.nc"
    points.dataset.to_netcdf(path)
    for source in (points.dataset, path, points.dataset.to_dataframe()):
        again = nk.open_points(source)
        assert len(again) == len(points)
        for name in ("height", "time", "sigma_geo", "pass_id", "beam"):
            np.testing.assert_array_equal(again.dataset[name], points.dataset[name], err_msg=name)
