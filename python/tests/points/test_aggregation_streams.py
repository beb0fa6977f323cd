"""Aggregation part by part, and of chosen statistics: the same bytes as of all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.grids.recognition import find_horizontal
from nunatak.points.columns import points_dataset
from nunatak_testing.atl06 import newer_columns, write_granule

ORDER_STATISTICS = ("median", "nmad")


def drawn(count: int = 3_000, seed: int = 4) -> nk.Points:
    """Points of five overpasses of 6 by 6 cells of 8 km; some are outside, or of unknown error."""
    rng = np.random.default_rng(seed)
    x, y = 5e5 + rng.uniform(-1e3, 48e3, (2, count))
    longitude, latitude = find_horizontal(map_of_cells()).grid.crs.inverse(x, y)
    columns = {
        "longitude": longitude,
        "latitude": latitude,
        "time": np.datetime64("2020-01-01", "ns") + rng.integers(0, 10**15, count).astype("timedelta64[ns]"),
        "height": 1000 + 0.003 * (x - 5e5) + rng.normal(0, 3, count),
        "height_sigma": np.where(rng.random(count) < 0.1, np.nan, rng.uniform(0.01, 0.3, count)),
        "sigma_geo": rng.uniform(0.1, 0.4, count),
        "slope_along": rng.normal(0, 0.01, count).astype("f4"),
        "slope_across": rng.normal(0, 0.01, count).astype("f4"),
        "pass_id": rng.integers(301_000, 301_050, count).astype("i4"),
    }
    return nk.Points(points_dataset(columns, {}, only_given=True))


def map_of_cells() -> xr.Dataset:
    return nk.grid("EPSG:3031", spacing=8e3, bounds=(5.04e5, 5.04e5, 5.44e5, 5.44e5))


def same_bytes(one: xr.Dataset, other: xr.Dataset) -> None:
    """Asserts that the variables of one are in the other, bit by bit."""
    for name, variable in one.data_vars.items():
        assert variable.values.tobytes() == other[name].values.tobytes(), name


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
@pytest.mark.parametrize(("times", "length"), [(100, 2e3), (2, None)])
def test_a_hundred_orders_and_cuts_give_the_same_bytes(times: int, length: float | None) -> None:
    points, grid, rng = drawn(), map_of_cells(), np.random.default_rng(1)
    options: dict[str, Any] = {"covariance": True, "correlation_length": length}
    whole = nk.aggregate(points, grid, **options)
    assert int(whole["count"].sum()) > 2_000 and np.isfinite(whole.sigma_total.values).mean() > 0.9
    for _ in range(times):
        order = rng.permutation(len(points))
        # Some of the parts are empty.
        cuts = np.sort(rng.integers(0, len(points), rng.integers(0, 12)))
        parts = (nk.Points(points.dataset.isel(segment=own)) for own in np.split(order, cuts))
        found = nk.aggregate(parts, grid, **options)
        assert set(whole) - set(found) == set(ORDER_STATISTICS)
        same_bytes(found, whole)


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
@pytest.mark.parametrize("editing", [False, True])
@pytest.mark.parametrize(
    "statistics",
    [
        ["count", "plain_mean", "spread"],
        ["mean", "passes"],
        ["offset_distance", "first_time"],
        ["median", "edited"],
        ["height", "nmad"],
        ["sigma_total"],
    ],
)
def test_chosen_statistics_are_those_of_all(statistics: list[str], editing: bool) -> None:
    points, grid = drawn(), map_of_cells()
    whole = nk.aggregate(points, grid, editing=editing, correlation_length=2e3)
    found = nk.aggregate(points, grid, editing=editing, correlation_length=2e3, statistics=statistics)
    assert set(found.data_vars) == set(statistics)
    same_bytes(found, whole)
    assert found.attrs["points_outside_grid"] == whole.attrs["points_outside_grid"] > 0
    assert ("error_model" in found.attrs) == bool({"height", "sigma_total"} & set(statistics))


def test_cells_of_healpix_are_listed_for_chosen_statistics() -> None:
    points = drawn()
    whole = nk.aggregate(points, nk.healpix(10), editing=False)
    found = nk.aggregate(points, nk.healpix(10), statistics=["plain_mean"], editing=False)
    np.testing.assert_array_equal(found.cell_ids, whole.cell_ids)
    same_bytes(found, whole)


def granule(path: Path, seed: int) -> Path:
    """A granule of two beams over the square of cells."""
    rng = np.random.default_rng(seed)
    beams = {}
    for number, name in enumerate(("gt1l", "gt1r")):
        segments = 1_000
        beams[name] = newer_columns(
            segments,
            longitude=np.linspace(44.5, 45.5, segments) + 0.01 * number,
            latitude=-83.4 + 0.05 * seed + np.linspace(0, 0.05, segments),
            delta_time=6.3e7 + 0.003 * np.arange(segments),
            h_li=(1500 + rng.normal(0, 1, segments)).astype("f4"),
        )
    return write_granule(path, beams, rgt=None)


@pytest.fixture
def granules(tmp_path: Path) -> Path:
    """A directory of granules: two overpasses, one of them in two regions and with a copy."""
    granule(tmp_path / "ATL06_20181014001049_02350110_006_01.h5", 0)
    granule(tmp_path / "ATL06_20181014001049_02350111_006_01.h5", 1)
    granule(tmp_path / "processed_ATL06_20181014001049_02350111_006_01.h5", 1)
    granule(tmp_path / "ATL06_20181015001049_02510110_006_01.h5", 2)
    return tmp_path


@pytest.mark.filterwarnings("ignore::nunatak.NunatakWarning")
def test_granules_are_aggregated_overpass_by_overpass(granules: Path) -> None:
    grid, steps = nk.grid("EPSG:3031", spacing=8e3, bounds=(4e5, 4e5, 6e5, 6e5)), []
    points = nk.open_atl06(granules)
    assert 4_000 < len(points) <= 6_000
    whole = nk.aggregate(points, grid)
    assert int(whole["count"].sum()) > 1_000
    several = [str(path) for path in granules.glob("*.h5")]
    for paths in (granules, granules / "*.h5", several, iter(several)):
        found = nk.aggregate(paths, grid, progress=lambda done, of: steps.append((done, of)))
        same_bytes(found, whole)
        for name in ("granules", "quality_rule", "editing", "points_outside_grid"):
            assert sorted(np.atleast_1d(found.attrs[name])) == sorted(np.atleast_1d(whole.attrs[name])), name
    assert steps == 4 * [(1, 2), (2, 2)]


def test_progress_stops_a_stream() -> None:
    made = []

    def parts() -> Iterator[nk.Points]:
        for seed in range(5):
            made.append(seed)
            yield drawn(100, seed)

    def stop(done: int, of: int) -> None:
        assert of == 0
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nk.aggregate(parts(), map_of_cells(), progress=stop)
    assert made == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"statistics": ["average"]}, "statistics: found `average`, expected some of count, edited"),
        ({"statistics": []}, "statistics: found list"),
        ({"statistics": "mean"}, "statistics: found str 'mean', expected"),
        ({"statistics": ["mean"], "covariance": True}, "covariance: found True with statistics"),
    ],
)
def test_statistics_that_there_are_not_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(nk.ArgumentError, match=message.replace("[", r"\[")):
        nk.aggregate(drawn(100), map_of_cells(), **arguments)


@pytest.mark.parametrize(
    ("parts", "arguments", "message"),
    [
        (
            [drawn(10)],
            {"statistics": ["mean", "nmad"]},
            "come part by part, expected no median",
        ),
        (
            [drawn(10)],
            {"reference": np.zeros(10)},
            "reference: found ndarray .* part by part",
        ),
        (iter([]), {}, "points: found no part"),
        ([], {}, "points: found list, expected points"),
        ([drawn(10), 3], {}, "points: found int, expected points"),
    ],
)
def test_streams_that_cannot_be_are_refused(parts: Any, arguments: Any, message: str) -> None:
    with pytest.raises(nk.ArgumentError, match=message):
        nk.aggregate(parts, map_of_cells(), **arguments)


def test_parts_have_one_datum() -> None:
    points = drawn(10)
    geoid = nk.Points(points.dataset.assign_attrs(vertical_datum="geoid").drop_vars("height_datum"))
    with pytest.raises(nk.ArgumentError, match="above the geoid after heights above the ellips"):
        nk.aggregate([points, geoid], map_of_cells())
