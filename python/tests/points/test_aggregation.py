"""Cells against numpy by brute force, and the stated uncertainty against drawn errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak.points.columns import points_dataset

# Grids here are smaller than the points on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:.*lie outside the grid:nunatak.NunatakWarning")

PROJECTION = pyproj.Transformer.from_crs(4326, 3031, always_xy=True)


def make_points(x: np.ndarray, y: np.ndarray, **columns: np.ndarray) -> nk.Points:
    longitude, latitude = PROJECTION.transform(x, y, direction="INVERSE")
    return nk.Points(points_dataset({"longitude": longitude, "latitude": latitude, **columns}, {}))


def make_grid(cells: int, spacing: float = 8e3) -> xr.Dataset:
    """Square of cells; the first is centred at x = y = 4e5 m."""
    west, east = 4e5 - spacing / 2, 4e5 + spacing * (cells - 0.5)
    return nk.grid("EPSG:3031", spacing=spacing, bounds=(west, west, east, east), registration="cell")


@pytest.fixture
def scattered() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    count = 20_000
    return {
        "x": rng.uniform(3.8e5, 4.5e5, count),
        "y": rng.uniform(3.8e5, 4.5e5, count),
        "height": rng.normal(1000, 5, count),
        "height_sigma": rng.uniform(0.01, 0.3, count),
        "sigma_geo": rng.uniform(0.3, 1.0, count),
        "pass_id": rng.integers(0, 6, count).astype(np.int32),
        "time": np.datetime64("2019-01-01", "ns") + rng.integers(0, 10**15, count).astype("timedelta64[ns]"),
    }


def test_cells_equal_brute_force(scattered: dict[str, np.ndarray]) -> None:
    """Statistics of the points; heights and their uncertainties are in test_block_kriging."""
    grid = make_grid(7)
    cells = nk.aggregate(make_points(**scattered), grid)
    compared = 0
    for cell in cells.stack(cell=("y", "x")).transpose("cell", ...).cell.values:
        y, x = cell
        inside = (np.abs(scattered["x"] - x) < 4e3) & (np.abs(scattered["y"] - y) < 4e3)
        found = cells.sel(x=x, y=y)
        own = {name: values[inside] for name, values in scattered.items()}
        assert int(found["count"]) == inside.sum()
        weight = 1 / (own["height_sigma"] ** 2 + 0.1**2)
        total = weight.sum()
        median = np.median(own["height"])
        expected = {
            "mean": (weight * own["height"]).sum() / total,
            "plain_mean": own["height"].mean(),
            "median": median,
            "spread": own["height"].std(),
            "nmad": 1.4826 * np.median(np.abs(own["height"] - median)),
            "offset_x": (weight * own["x"]).sum() / total - x,
            "offset_y": (weight * own["y"]).sum() / total - y,
        }
        for name, value in expected.items():
            np.testing.assert_allclose(found[name], value, rtol=1e-9, atol=1e-6, err_msg=name)
        assert int(found.passes) == np.unique(own["pass_id"]).size
        assert found.first_time.values == own["time"].min() and found.last_time.values == own["time"].max()
        total_sigma = np.sqrt(found.sigma_random**2 + found.sigma_correlated**2 + found.sigma_sampling**2)
        np.testing.assert_allclose(found.sigma_total, total_sigma, rtol=1e-12)
        compared += 1
    assert compared == 49


def test_orientation_units_and_order_of_points_do_not_matter(scattered: dict[str, np.ndarray]) -> None:
    grid = make_grid(7)
    first = nk.aggregate(make_points(**scattered), grid)
    order = np.random.default_rng(2).permutation(len(scattered["x"]))
    shuffled = nk.aggregate(make_points(**{name: values[order] for name, values in scattered.items()}), grid)
    flipped = nk.aggregate(
        make_points(**scattered), grid.isel(x=slice(None, None, -1), y=slice(None, None, -1))
    )
    for other in (shuffled, flipped.sortby(["y", "x"])):
        for name, values in first.sortby(["y", "x"]).data_vars.items():
            if values.dtype.kind == "f":
                np.testing.assert_allclose(values, other[name], rtol=1e-7, atol=1e-6, err_msg=str(name))
            else:
                np.testing.assert_array_equal(values, other[name], err_msg=str(name))


def test_latitude_longitude_cells() -> None:
    rng = np.random.default_rng(3)
    longitude, latitude = rng.uniform(-180, 180, 5000), rng.uniform(-90, 90, 5000)
    dataset = points_dataset(
        {
            "longitude": longitude,
            "latitude": latitude,
            "height": np.ones(5000),
            "height_sigma": np.full(5000, 0.1),
        },
        {},
    )
    grid = nk.latlon(10.0)
    cells = nk.aggregate(nk.Points(dataset), grid)
    y, x = (name for name in cells["count"].dims)
    assert int(cells["count"].sum()) == 5000
    east = (longitude - float(grid[x][0]) + 5) % 360 // 10
    north = (latitude + 90) // 10
    counts = np.zeros((18, 36), int)
    np.add.at(counts, (north.astype(int), east.astype(int)), 1)
    np.testing.assert_array_equal(cells["count"].sortby(y).values, counts)
    assert float(np.abs(cells.offset_x).max()) < 0.5 * 10 * 111.4e3


def test_reference_and_minimum_count(scattered: dict[str, np.ndarray]) -> None:
    points = make_points(**scattered, dem_height=scattered["height"] - 2.0)
    grid = make_grid(7)
    cells = nk.aggregate(points, grid, reference="dem_height")
    np.testing.assert_allclose(cells["mean"], 2.0)
    np.testing.assert_allclose(cells.spread, 0.0, atol=1e-9)
    assert cells.attrs["reference"] == "dem_height"
    by_array = nk.aggregate(points, grid, reference=points.dataset.dem_height.values)
    np.testing.assert_array_equal(by_array["mean"], cells["mean"])
    with pytest.raises(nk.ArgumentError, match="no column 'dem'"):
        nk.aggregate(points, grid, reference="dem")
    with pytest.raises(nk.ArgumentError, match="20000 values"):
        nk.aggregate(points, grid, reference=np.zeros(3))
    limit = int(np.median(cells["count"]))
    fewer = nk.aggregate(points, grid, minimum_count=limit)
    np.testing.assert_array_equal(np.isfinite(fewer["mean"]), cells["count"] >= limit)
    np.testing.assert_array_equal(fewer["count"], cells["count"])
    with pytest.raises(nk.ArgumentError, match="correlation_length"):
        nk.aggregate(points, grid, correlation_length=-5.0)


def test_what_is_unknown_stays_unknown() -> None:
    x = y = np.full(3, 4e5)
    points = make_points(x, y, height=np.array([1.0, 2.0, np.nan]))
    cell = nk.aggregate(points, make_grid(2)).sel(x=4e5, y=4e5)
    assert int(cell["count"]) == 2 and float(cell["plain_mean"]) == 1.5
    assert np.isnat(cell.first_time.values) and np.isnan(cell.sigma_random) and np.isnan(cell.sigma_total)
    nothing = nk.aggregate(points.select(np.zeros(3, bool)), make_grid(2))
    assert (nothing["count"] == 0).all() and np.isnan(nothing["mean"]).all()
    single = nk.aggregate(points.select(np.array([True, False, False])), make_grid(2)).sel(x=4e5, y=4e5)
    assert int(single["count"]) == 1 and np.isnan(single.sigma_sampling)


def test_result_says_what_made_it_and_survives_a_file(
    scattered: dict[str, np.ndarray], tmp_path: Path
) -> None:
    points = make_points(**scattered)
    points = nk.Points(points.dataset.assign_attrs(granules=["a.h5", "b.h5"], vertical_datum="geoid"))
    cells = nk.aggregate(points, make_grid(7))
    assert cells["mean"].attrs["units"] == "m" and cells["mean"].attrs["cell_methods"] == "area: mean"
    assert cells["mean"].attrs["grid_mapping"] in cells.coords
    cells.to_netcdf(tmp_path / "cells.nc")
    with xr.open_dataset(tmp_path / "cells.nc", decode_coords="all") as again:
        assert list(again.attrs["granules"]) == ["a.h5", "b.h5"]
        assert again.attrs["nunatak_version"] == nk.__version__ and again.attrs["vertical_datum"] == "geoid"
        np.testing.assert_allclose(again.sigma_total, cells.sigma_total)


SPREAD, SPACING = 1.5, 8e3


def tracks(lateral: np.ndarray, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Offsets of tracks along x from the centre of a cell, and a root of the covariance of the surface there
    and, in the last row, of its mean over the cell."""
    along = np.arange(-SPACING / 2 + 50, SPACING / 2, 100.0)
    nodes = (np.arange(24) + 0.5) / 24 * SPACING - SPACING / 2
    x = np.concatenate([np.tile(along, lateral.size), np.tile(nodes, nodes.size)])
    y = np.concatenate([np.repeat(lateral, along.size), np.repeat(nodes, nodes.size)])
    count = along.size * lateral.size
    covariance = SPREAD**2 * np.exp(-np.hypot(x[:, None] - x, y[:, None] - y) / length)
    mean = np.vstack([np.eye(count, x.size), np.where(np.arange(x.size) < count, 0, 1 / nodes.size**2)])
    root = np.linalg.cholesky(mean @ covariance @ mean.T + 1e-9 * np.eye(count + 1))
    return np.stack([x[:count], y[:count]]), root


def draw(
    rng: np.random.Generator, side: int, slope: float, lateral: np.ndarray, length: float
) -> tuple[nk.Points, np.ndarray]:
    """Cells measured with every error of the model, and the true mean height of each."""
    offsets, root = tracks(lateral, length)
    truth = np.empty((side, side))
    count = offsets.shape[1]
    names = ("x", "y", "height", "height_sigma", "sigma_geo", "pass_id")
    columns: dict[str, list[np.ndarray]] = {name: [] for name in names}
    passes = (np.arange(count) // (2 * count // lateral.size)).astype(np.int32)
    for cell in range(side * side):
        centre = 4e5 + SPACING * np.array([cell % side, cell // side])
        sigma = rng.uniform(0.01, 0.05, count)
        sigma_geo = rng.uniform(0.3, 0.6) * np.ones(count)
        gradient = rng.normal(0, slope, 2)
        shared = rng.normal(0, 1, passes.max() + 1)[passes] * sigma_geo
        *surface, mean = 1000 + root @ rng.normal(size=count + 1)
        truth[cell // side, cell % side] = mean
        height = surface + gradient @ offsets + shared + rng.normal(0, sigma)
        values = (
            centre[0] + offsets[0],
            centre[1] + offsets[1],
            height,
            sigma,
            sigma_geo,
            passes + cell * 10,
        )
        for name, value in zip(columns, values, strict=True):
            columns[name].append(value)
    points = make_points(**{name: np.concatenate(parts) for name, parts in columns.items()})
    return points, truth


def stated_variogram(cells: xr.Dataset, lags: np.ndarray) -> np.ndarray:
    """Half the mean squared difference (m2) between places so far apart (m) that the typical cell states."""
    stated = cells.attrs
    length, smooth = stated["correlation_length"], stated["smoothing_length"]
    exponent = stated["variogram_exponent"]

    def correlation(lag: np.ndarray) -> np.ndarray:
        power = (lag**2 + smooth**2) ** exponent - smooth ** (2 * exponent)
        return np.exp(-power / length ** (2 * exponent))

    # The spread is that about the mean of the cell: between all pairs of its places.
    nodes = (np.arange(32) + 0.5) / 32 * SPACING
    x, y = (axis.ravel() for axis in np.meshgrid(nodes, nodes))
    within = 1 - correlation(np.hypot(x[:, None] - x, y[:, None] - y)).mean()
    return stated["typical_spread"] ** 2 / within * (1 - correlation(lags))


@pytest.mark.parametrize(
    ("slope", "lateral", "length"),
    [
        pytest.param(0.0, np.array([-45.0, 45.0]), 1000.0, id="one-pass"),
        pytest.param(0.0, np.array([-2045.0, -1955.0, 1955.0, 2045.0]), 1000.0, id="two-passes"),
        pytest.param(0.0, np.array([-45.0, 45.0]), 300.0, id="rough"),
        pytest.param(0.0, np.array([-45.0, 45.0]), 2500.0, id="smooth"),
        pytest.param(0.0, np.array([-45.0, 45.0]), 4000.0, id="smoother"),
        pytest.param(5e-3, np.array([1955.0, 2045.0]), 1000.0, id="slope-off-centre"),
        pytest.param(5e-3, np.array([1000.0]), 1000.0, id="slope-single-beam"),
    ],
)
def test_total_uncertainty_covers_the_truth_at_the_nominal_rate(
    slope: float, lateral: np.ndarray, length: float
) -> None:
    side, found, naive = 24, [], []
    # A variogram is fitted to all cells of a survey: where slopes make it uncertain, a survey is one sample.
    for seed in (11, 12, 13) if slope else (11,):
        points, truth = draw(np.random.default_rng(seed), side, slope, lateral, length)
        cells = nk.aggregate(points, make_grid(side)).sortby(["y", "x"])
        found.append(((cells["height"] - truth) / cells.sigma_total).values.ravel())
        naive.append(((cells["height"] - truth) / cells.sigma_random).values.ravel())
        assert found[-1].size == side**2 and np.isfinite(found[-1]).all()
    z = np.concatenate(found)
    lags = np.array([500.0, 1000.0, 2000.0, 4000.0])
    if not slope:
        drawn = SPREAD**2 * (1 - np.exp(-lags / length))
        assert np.abs(stated_variogram(cells, lags) / drawn - 1).max() < 0.25
    assert abs(z.mean()) < 0.15 and abs(z.std() - 1) < 0.1
    one, two = (np.abs(z) < 1).mean(), (np.abs(z) < 2).mean()
    if slope and abs(lateral.mean()) > 1500:
        # Far off the centre of a tilted cell the error is mostly slope times offset, of known size and
        # unknown sign: abs(z) gathers near one; its mean square is that of a normal error, its tails thinner.
        assert two > 0.93
    else:
        assert abs(one - 0.683) < 0.06, one
        assert abs(two - 0.954) < 0.03, two
    assert (np.abs(np.concatenate(naive)) < 2).mean() < 0.1
