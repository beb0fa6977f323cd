"""Heights of cells and their uncertainties against block kriging and sums of vectors in NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
import pytest
import xarray as xr

import nunatak as nk
from nunatak.points.columns import points_dataset
from nunatak_testing.block_kriging import KrigedCell, krige, neighbourhood_slopes

SPACING, SIDE, CENTRE = 8e3, 6, 4e5
VECTOR = {"radial": 0.2, "along": 3.0, "across": 5.0}


@dataclass(frozen=True)
class Crossed:
    """Tracks over a fractal surface on a slope, in a square of cells, the first at x = y = 400 km."""

    x: np.ndarray
    y: np.ndarray
    height: np.ndarray
    sigma: np.ndarray
    slopes: np.ndarray
    overpass: np.ndarray
    pair: np.ndarray

    @classmethod
    def drawn(cls) -> Crossed:
        rng = np.random.default_rng(4)
        extent = SPACING * SIDE
        starts = rng.uniform(0, extent, (14, 2))
        angles = np.radians(rng.choice([20.0, 25.0, 110.0, 125.0], 14))
        along = np.arange(-1.5 * extent, 1.5 * extent, 90.0)
        tracks = []
        for overpass, (start, angle) in enumerate(zip(starts, angles, strict=True)):
            for pair, lateral in ((1, -1650.0), (1, -1560.0), (2, 1650.0)):
                x = start[0] + along * np.cos(angle) - lateral * np.sin(angle)
                y = start[1] + along * np.sin(angle) + lateral * np.cos(angle)
                inside = (np.abs(x - extent / 2) < extent / 2) & (np.abs(y - extent / 2) < extent / 2)
                tracks.append(
                    [x[inside], y[inside], np.full(inside.sum(), overpass), np.full(inside.sum(), pair)]
                )
        x, y, overpass, pair = np.concatenate(tracks, axis=1)
        waves, phases = rng.normal(size=(60, 2)), rng.uniform(0, 2 * np.pi, 60)
        lengths = np.geomspace(600.0, 6e4, 60)
        waves *= (2 * np.pi / lengths / np.linalg.norm(waves, axis=1))[:, None]
        amplitude = 2.0 * (lengths / 8e3) ** 0.8
        surface = (amplitude * np.cos(np.outer(x, waves[:, 0]) + np.outer(y, waves[:, 1]) + phases)).sum(
            axis=1
        )
        sigma = rng.uniform(0.02, 0.3, x.size)
        height = 1500.0 + 0.004 * x - 0.002 * y + surface + rng.normal(0, sigma)
        corner = CENTRE - SPACING / 2
        slopes = 0.01 + rng.normal(0, 0.02, (2, x.size))
        return cls(x + corner, y + corner, height, sigma, slopes, overpass.astype(int), pair.astype(int))

    @property
    def points(self) -> nk.Points:
        to_map = pyproj.Transformer.from_crs(4326, 3031, always_xy=True)
        longitude, latitude = to_map.transform(self.x, self.y, direction="INVERSE")
        columns = {
            "longitude": longitude,
            "latitude": latitude,
            "height": self.height,
            "height_sigma": self.sigma,
            "slope_along": self.slopes[0].astype(np.float32),
            "slope_across": self.slopes[1].astype(np.float32),
            "sigma_geo": 0.3 + self.sigma,
            "pass_id": self.pass_id,
        }
        return nk.Points(points_dataset(columns, {}))

    @property
    def pass_id(self) -> np.ndarray:
        return ((300_000 + self.overpass) * 10 + self.pair).astype(np.int32)

    @cached_property
    def grid(self) -> xr.Dataset:
        west, east = CENTRE - SPACING / 2, CENTRE + SPACING * (SIDE - 0.5)
        return nk.grid("EPSG:3031", spacing=SPACING, bounds=(west, west, east, east), registration="cell")

    def of_cells(self) -> dict[tuple[int, int], np.ndarray]:
        """Indices of the points by column and row of their cell."""
        column, row = (np.floor((v - CENTRE) / SPACING + 0.5).astype(int) for v in (self.x, self.y))
        keys = sorted(set(zip(column.tolist(), row.tolist(), strict=True)))
        return {key: np.flatnonzero((column == key[0]) & (row == key[1])) for key in keys}

    def within(self, key: tuple[int, int], own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        place = np.stack([self.x[own], self.y[own]], 1) - CENTRE
        return place / SPACING - np.array(key), self.height[own], self.sigma[own]

    def places(self) -> dict[tuple[int, int], np.ndarray]:
        """Each cell's southernmost point in space, in widths of the cell."""
        dataset = self.points.dataset
        latitude, longitude = np.radians(dataset.latitude.values), np.radians(dataset.longitude.values)
        axes = [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
        space = np.stack(axes, 1) * 6_371_008.8 / SPACING
        return {key: space[own[np.argmin(latitude[own])]] for key, own in self.of_cells().items()}


@pytest.fixture(scope="module")
def crossed() -> Crossed:
    return Crossed.drawn()


@pytest.fixture(scope="module")
def cells(crossed: Crossed) -> xr.Dataset:
    return nk.aggregate(crossed.points, crossed.grid, geolocation=VECTOR, covariance=True).sortby(["y", "x"])


@pytest.fixture(scope="module")
def kriged(crossed: Crossed, cells: xr.Dataset) -> dict[tuple[int, int], KrigedCell]:
    inside = {key: crossed.within(key, own) for key, own in crossed.of_cells().items()}
    slopes = neighbourhood_slopes(inside, crossed.places())
    return {
        (column, row): krige(
            cells, float(cells.roughness[row, column]), SPACING, inside[column, row], slopes[column, row]
        )
        for column, row in inside
    }


def stated(cells: xr.Dataset, name: str, keys: list[tuple[int, int]]) -> np.ndarray:
    return np.array([float(cells[name][row, column]) for column, row in keys])


def test_heights_are_those_of_kriging_point_by_point(
    cells: xr.Dataset, kriged: dict[tuple[int, int], KrigedCell]
) -> None:
    keys = list(kriged)
    assert len(keys) > 30 and int(cells.edited.sum()) == 0
    sampling = stated(cells, "sigma_sampling", keys)
    misfit = (stated(cells, "height", keys) - [cell.height for cell in kriged.values()]) / sampling
    ratio = sampling / [cell.sigma_sampling for cell in kriged.values()]
    random = stated(cells, "sigma_random", keys) / [cell.sigma_random for cell in kriged.values()]
    assert np.abs(misfit).max() < 0.05
    assert np.abs(ratio - 1).max() < 0.03
    # Blocks that almost coincide share a weight that moves between them; its square is the random part.
    assert np.abs(random - 1).max() < 0.25 and np.percentile(np.abs(random - 1), 90) < 0.05


def test_shared_errors_are_signed_sums_over_overpasses(
    crossed: Crossed, cells: xr.Dataset, kriged: dict[tuple[int, int], KrigedCell]
) -> None:
    scales = np.array([VECTOR["radial"], VECTOR["along"], VECTOR["across"]])
    correlated, compared = [], 0
    for key, own in crossed.of_cells().items():
        errors = np.stack([np.ones(own.size), *crossed.slopes[:, own]], 1) * scales
        sums = np.zeros((14, 3))
        np.add.at(sums, crossed.overpass[own], kriged[key].weights[:, None] * errors)
        correlated.append(np.sqrt((sums**2).sum()))
        part = cells["part_cell"].values == key[1] * SIDE + key[0]
        at = cells["part_overpass"].values[part] - 300_000
        np.testing.assert_array_equal(np.sort(at), np.unique(crossed.overpass[own]))
        found = np.stack([cells[f"part_{name}"].values[part] for name in VECTOR], 1)
        np.testing.assert_allclose(found, sums[at], atol=0.03)
        compared += at.size
    assert compared > 100
    ratio = stated(cells, "sigma_correlated", list(kriged)) / np.array(correlated)
    assert np.abs(ratio - 1).max() < 0.1


def test_segments_of_one_overpass_that_face_each_other_cancel(crossed: Crossed) -> None:
    # All points at one place: whatever the weights, the slopes' mean is known.
    count = 40
    chosen = crossed.points.select(np.arange(len(crossed.x)) < count).dataset
    slopes = np.where(np.arange(count) % 2 == 0, 0.05, -0.05).astype(np.float32)
    at_one = {name: np.full(count, chosen[name].values[0]) for name in ("longitude", "latitude")}
    columns = at_one | {"height": np.full(count, 5.0), "height_sigma": np.full(count, 0.1)}
    for across, expected in ((slopes, 0.2), (np.abs(slopes), np.hypot(0.2, 5.0 * 0.05))):
        flat = columns | {"slope_along": np.zeros(count, np.float32), "slope_across": across}
        points = nk.Points(points_dataset(flat | {"pass_id": np.full(count, 3_000_011, np.int32)}, {}))
        cell = nk.aggregate(points, crossed.grid, geolocation=VECTOR)
        assert np.nanmax(cell.sigma_correlated) == pytest.approx(expected, rel=1e-6)


def test_what_the_product_states_is_shared_within_a_pass(
    crossed: Crossed, kriged: dict[tuple[int, int], KrigedCell]
) -> None:
    cells = nk.aggregate(crossed.points, crossed.grid, geolocation="product").sortby(["y", "x"])
    expected = []
    for key, own in crossed.of_cells().items():
        weight, number = kriged[key].weights, crossed.pass_id[own]
        parts = []
        for one in np.unique(number):
            size = np.abs(weight[number == one])
            mean = np.average(0.3 + crossed.sigma[own][number == one], weights=size)
            parts.append(weight[number == one].sum() * mean)
        expected.append(np.sqrt(np.sum(np.square(parts))))
    ratio = stated(cells, "sigma_correlated", list(kriged)) / np.array(expected)
    assert np.abs(ratio - 1).max() < 0.05


def test_pairs_add_a_vector_of_their_own(crossed: Crossed, cells: xr.Dataset) -> None:
    own = nk.aggregate(crossed.points, crossed.grid, geolocation=VECTOR, pair=0.5, covariance=True)
    own = own.sortby(["y", "x"])
    # As if every pair were an overpass: the vectors of pairs alone.
    dataset = crossed.points.dataset
    apart = dataset.assign(pass_id=(dataset.pass_id * 10 + 1).astype(np.int32))
    pairs = nk.aggregate(nk.Points(apart), crossed.grid, geolocation=VECTOR, covariance=True)
    pairs = pairs.sortby(["y", "x"])
    expected = np.hypot(cells.sigma_correlated, 0.5 * pairs.sigma_correlated)
    np.testing.assert_allclose(own.sigma_correlated, expected, rtol=1e-12)
    assert float((own.sigma_correlated / cells.sigma_correlated).min()) > 1.05
    of_all, of_pairs, both = (float(nk.region_mean(each).sigma_correlated) for each in (cells, pairs, own))
    assert both == pytest.approx(np.hypot(of_all, 0.5 * of_pairs), rel=1e-12)
    np.testing.assert_allclose(own.height, cells.height, rtol=1e-12)
    assert own.attrs["geolocation_of_pairs"] == 0.5
