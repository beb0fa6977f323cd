"""Regions as boxes and polygons, around poles and across the antimeridian, and what is read there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import shapely
import xarray as xr

import nunatak as nk
from nunatak_testing.atl06 import BEAMS, NAME, newer_columns, write_granule

RNG = np.random.default_rng(11)
PLACES = np.stack([RNG.uniform(-180, 180, 4000), RNG.uniform(-90, 90, 4000)])


def scattered(longitude: np.ndarray, latitude: np.ndarray) -> nk.Points:
    return nk.open_points({"longitude": longitude, "latitude": latitude, "height": np.zeros(longitude.size)})


EVERYWHERE = scattered(*PLACES)


def chosen(region: Any) -> np.ndarray:
    """Which places are within a region."""
    inside = EVERYWHERE.within(region).dataset
    keys = set(zip(inside.longitude.values, inside.latitude.values, strict=True))
    return np.array([(x, y) in keys for x, y in PLACES.T])


STAR = shapely.Polygon([(0, 0), (50, 10), (60, 60), (20, 30), (-40, 70), (-30, -50), (40, -20)])
HOLED = shapely.Polygon([(-60, -60), (60, -60), (60, 60), (-60, 60)], [[(-20, -20), (20, -20), (0, 30)]])


@pytest.mark.parametrize(
    "polygon",
    [STAR, HOLED, shapely.MultiPolygon([STAR, shapely.box(100, 10, 140, 50)])],
    ids=["star", "hole", "two"],
)
def test_polygons_hold_what_shapely_says(polygon: Any) -> None:
    expected = shapely.contains_xy(polygon, *PLACES)
    assert 50 < expected.sum() < 3950
    np.testing.assert_array_equal(chosen(polygon), expected)
    np.testing.assert_array_equal(chosen(polygon.__geo_interface__), expected)
    np.testing.assert_array_equal(
        chosen({"type": "Feature", "geometry": polygon.__geo_interface__}), expected
    )


def test_lists_of_vertices_and_of_regions() -> None:
    vertices = list(STAR.exterior.coords)
    np.testing.assert_array_equal(chosen(vertices), chosen(STAR))
    np.testing.assert_array_equal(chosen(np.array(vertices)), chosen(STAR))
    boxes = [(-170, -80, -100, -20), (100, 20, 170, 80)]
    expected = chosen(boxes[0]) | chosen(boxes[1])
    np.testing.assert_array_equal(chosen(boxes), expected)
    np.testing.assert_array_equal(chosen([*boxes, STAR, vertices]), expected | chosen(STAR))
    for array in (np.array(boxes), xr.DataArray(boxes, dims=("region", "limit"))):
        np.testing.assert_array_equal(chosen(array), expected)
    np.testing.assert_array_equal(chosen(xr.DataArray(list(boxes[0]), dims="limit")), chosen(boxes[0]))
    assert expected.sum() == chosen(boxes[0]).sum() + chosen(boxes[1]).sum() > 100


@pytest.mark.parametrize("turn", [0, 360])
def test_a_polygon_across_the_antimeridian(turn: int) -> None:
    vertices = [(160.0, -85.0), (-150.0 + turn, -85.0), (-150.0 + turn, -70.0), (160.0, -70.0)]
    np.testing.assert_array_equal(chosen(vertices), chosen((160, -85, -150, -70)))
    longitude = np.where(PLACES[0] < 0, PLACES[0] + 360, PLACES[0])
    unrolled = shapely.Polygon([(160, -85), (210, -85), (210, -70), (160, -70)])
    np.testing.assert_array_equal(chosen(vertices), shapely.contains_xy(unrolled, longitude, PLACES[1]))


@pytest.mark.parametrize("pole", [-1, 1])
def test_a_polygon_around_a_pole_holds_it(pole: int) -> None:
    longitudes = np.arange(-175.0, 180.0, 10.0)
    border = pole * (70 + 8 * np.sin(np.radians(3 * longitudes)))
    ring = list(zip(longitudes, border, strict=True))
    at = np.interp(PLACES[0], np.append(longitudes, longitudes[0] + 360), np.append(border, border[0]))
    west = PLACES[0] < longitudes[0]
    at[west] = np.interp(
        PLACES[0][west] + 360, np.append(longitudes, longitudes[0] + 360), np.append(border, border[0])
    )
    for vertices in (ring, ring[::-1], [*ring, ring[0]]):
        np.testing.assert_array_equal(chosen(vertices), pole * PLACES[1] > pole * at)
    assert len(scattered(np.array([12.0]), np.array([90.0 * pole])).within(ring)) == 1


def test_polygons_of_a_map_are_straight_on_it() -> None:
    geopandas = pytest.importorskip("geopandas")
    pyproj = pytest.importorskip("pyproj")
    square = shapely.box(-1_500_000, -900_000, 700_000, 2_000_000)  # the south pole is in it
    region = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[square], crs="EPSG:3031")
    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3031", always_xy=True).transform(*PLACES)
    expected = shapely.contains_xy(square, x, y)
    assert expected.sum() > 30
    np.testing.assert_array_equal(chosen(region), expected)
    np.testing.assert_array_equal(chosen(region.geometry), expected)
    np.testing.assert_array_equal(chosen([region, (0, 0, 20, 20)]), expected | chosen((0, 0, 20, 20)))


@pytest.mark.parametrize(
    "region",
    [
        "Greenland",
        (1, 2, 3),
        (10, 80, 20, 70),
        [(0, 0), (1, 1)],
        [(0, 0), (1, 1), (0, 95)],
        [(0, 0), (np.nan, 1), (1, 5)],
        shapely.Point(1, 2),
        shapely.Polygon(),
        [],
        [[]],
        5,
        {"type": "Polygon", "coordinates": [[1, 2]]},
        [(1, 2, 3, 4), "somewhere"],
        np.ones((4, 3)),
        xr.DataArray(np.broadcast_to(1.0, (760_001, 760_001))),
        xr.DataArray(np.broadcast_to(1.0, (2**40, 2))),
    ],
)
def test_regions_that_are_none_are_refused(region: Any) -> None:
    with pytest.raises(nk.ArgumentError, match="region"):
        EVERYWHERE.within(region)


def long_granule(path: Path, count: int = 5000, chunk: int = 250) -> Path:
    """A granule of many chunks, with some slopes missing."""
    beams = {}
    for number, name in enumerate(BEAMS):
        index = np.arange(count)
        noise = np.random.default_rng(number).normal(size=(4, count))
        slopes = (0.01 * np.sin(index / 50) + 0.001 * number).astype("f4")
        slopes[::97] = np.finfo("f4").max
        beams[name] = newer_columns(
            count,
            latitude=-70.0 - 1.8e-4 * index,
            longitude=-107.0 + 1e-4 * index + 0.03 * (number // 2),
            dh_fit_dx=slopes,
            h_li=(1000 + 0.1 * index + noise[0]).astype("f4"),
            h_li_sigma=(0.02 + 0.001 * noise[1]).astype("f4"),
            sigma_geo_h=(0.3 + 0.001 * noise[2]).astype("f4"),
            dem_h=(1000 + noise[3]).astype("f4"),
            dh_fit_dy=(0.01 * noise[0]).astype("f4"),
            tide_ocean=(0.1 * noise[1]).astype("f4"),
            dac=(0.1 * noise[2]).astype("f4"),
        )
    return write_granule(path, beams, chunk=chunk)


REGIONS = [
    (-180.0, -70.5, 180.0, -70.49),
    [(-107.0, -70.2), (-106.7, -70.2), (-106.7, -70.3)],
    [(-180.0, -70.05, 180.0, -70.0), (-180.0, -70.9, 180.0, -70.85)],
    (0.0, -70.5, 10.0, -70.0),
]


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_what_all_of_the_granule_has_there(tmp_path: Path, region: Any) -> None:
    path = long_granule(tmp_path / NAME)
    part, whole = nk.open_atl06(path, region=region), nk.open_atl06(path).within(region)
    assert len(part) == len(whole)
    for name in whole.dataset:
        np.testing.assert_array_equal(part.dataset[name], whole.dataset[name], err_msg=str(name))
    assert part.report.segments[0] == 30_000 and part.report.good[0] == 30_000
    assert part.report.kept[0] == len(part)


def test_a_span_of_time_is_what_all_of_the_granule_has_then(tmp_path: Path) -> None:
    path = long_granule(tmp_path / NAME)
    times = nk.open_atl06(path).dataset.time.values
    first, last = np.sort(times)[[1000, 1600]]
    part = nk.open_atl06(path, time=(first, last))
    assert len(part) == ((times >= first) & (times <= last)).sum() > 500
    np.testing.assert_array_equal(part.dataset.time, times[(times >= first) & (times <= last)])


def bytes_read(call: Any) -> int:
    from nunatak._nunatak import data_bytes_read

    before = data_bytes_read()
    call()
    return data_bytes_read() - before


def test_a_region_and_a_choice_of_columns_read_little(tmp_path: Path) -> None:
    path = long_granule(tmp_path / NAME, 20_000, 500)
    everything = bytes_read(lambda: nk.open_atl06(path))
    one_percent = (-180.0, -70.5, 180.0, -70.5 + 0.01 * 20_000 * 1.8e-4)
    assert len(nk.open_atl06(path, region=one_percent)) > 1000
    assert bytes_read(lambda: nk.open_atl06(path, region=one_percent)) < everything / 4
    assert bytes_read(lambda: nk.open_atl06(path, columns=["height_sigma"])) < everything / 2


def test_chosen_columns_are_those_of_all(tmp_path: Path) -> None:
    path = long_granule(tmp_path / NAME)
    whole = nk.open_atl06(path).dataset
    always = {"longitude", "latitude", "time", "height", "height_datum", "granule", "pass_id", "overpass_id"}
    for columns in (
        [],
        ["sigma_geo"],
        ["slope_across", "rgt", "spot"],
        ["sigma_along"],
        ["sigma_geo_flag", "quality"],
    ):
        part = nk.open_atl06(path, columns=columns).dataset
        assert set(part) == always | set(columns)
        for name in part:
            np.testing.assert_array_equal(part[name], whole[name], err_msg=str(name))
    for wrong in (["h_li"], "height"):
        with pytest.raises(nk.ArgumentError, match="columns"):
            nk.open_atl06(path, columns=wrong)
    assert set(nk.open_atl06(path, columns=["dac"], region=(0, 0, 1, 1)).dataset) == always | {"dac"}


LIMITS: list[tuple[Any, Any, str]] = [
    (
        {"w_surface_window_final": (2.0, 5.0)},
        lambda w, n: (w >= 2) & (w <= 5),
        "2 <= w_surface_window_final <= 5",
    ),
    ({"n_fit_photons": {"min": 12}}, lambda w, n: n >= 12, "n_fit_photons >= 12"),
    ({"n_fit_photons": {"max": 12}}, lambda w, n: n <= 12, "n_fit_photons <= 12"),
    (
        {"n_fit_photons": (None, 14), "w_surface_window_final": 4},
        lambda w, n: (n <= 14) & (w <= 4),
        "n_fit_photons <= 14",
    ),
]


@pytest.mark.parametrize(("quality", "rule", "text"), LIMITS)
def test_limits_of_quality_are_lower_and_upper(tmp_path: Path, quality: Any, rule: Any, text: str) -> None:
    window = np.array([1.0, 2.0, 3.0, 5.0, 5.1, np.finfo("f4").max], "f4")
    path = write_granule(tmp_path / NAME, {"gt1l": newer_columns(6, w_surface_window_final=window)})
    points = nk.open_atl06(path, quality=quality)
    with h5py.File(path) as file:
        height = file["gt1l/land_ice_segments/h_li"][:]
    window[-1] = np.nan
    np.testing.assert_array_equal(points.dataset.height, height[rule(window, 10 + np.arange(6))])
    assert text in points.dataset.attrs["quality_rule"]


@pytest.mark.parametrize(
    "quality",
    [
        {"n_fit_photons": (5, 1)},
        {"n_fit_photons": {"least": 3}},
        {"n_fit_photons": "many"},
        {"n_fit_photons": (1, 2, 3)},
        {"n_fit_photons": {}},
        {5: 3.0},
        {"h_nothing": 3.0},
    ],
)
def test_limits_that_are_none_are_refused(tmp_path: Path, quality: Any) -> None:
    path = write_granule(tmp_path / NAME, {"gt1l": newer_columns(3)})
    with pytest.raises(nk.ArgumentError, match="quality"):
        nk.open_atl06(path, quality=quality)
