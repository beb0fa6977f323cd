"""Surfaces of campaigns: variograms against their formulas, means over cells against brute force by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from scipy.special import j0

from nunatak.samples import SURFACES
from nunatak.samples.campaigns.random_fields import anisotropic_exponential, coloured, power_law_density
from nunatak.samples.campaigns.surfaces import roughness
from nunatak.samples.campaigns.terrain import NODES_PER_CELL, Terrain, draw_terrain

NODES, POSTING = 1024, 160.0


def squared_increments(
    kind: str, lags: tuple[int, ...], draws: int, nodes: int, posting: float
) -> list[float]:
    """Mean squared difference of heights these numbers of nodes apart, over both axes and some draws."""
    total = np.zeros(len(lags))
    for seed in range(draws):
        field = roughness(kind, np.random.default_rng(seed), nodes, posting)
        for place, lag in enumerate(lags):
            total[place] += np.mean((field[lag:] - field[:-lag]) ** 2)
            total[place] += np.mean((field[:, lag:] - field[:, :-lag]) ** 2)
    return list(total / (2 * draws))


def test_exponential_surface_has_its_variogram() -> None:
    lags = (1, 5, 20)
    expected = [2 * 25.0 * (1 - np.exp(-lag * POSTING / 1e3)) for lag in lags]
    np.testing.assert_allclose(
        squared_increments("exponential", lags, 3, NODES, POSTING), expected, rtol=0.03
    )


def test_fractal_surface_has_its_variogram() -> None:
    """Over many small draws: a power law without a sill varies from one to the next."""
    lags = (5, 10, 20)
    expected = [4.0 * (lag * 320.0 / 1e3) ** 1.5 for lag in lags]
    np.testing.assert_allclose(squared_increments("fractal", lags, 60, 512, 320.0), expected, rtol=0.06)


def test_ice_is_smooth_below_some_hundred_metres_and_rough_above() -> None:
    short, middle, long, longer = squared_increments("ice", (1, 2, 40, 80), 3, NODES, POSTING)
    assert np.log2(middle / short) / 2 > 0.75
    assert np.log2(longer / long) / 2 == pytest.approx(0.5, abs=0.06)


def test_density_integrates_to_the_variogram() -> None:
    """The variogram at 1 km by a numerical integral of the density over the plane."""
    hurst, increment, lag = 0.75, 2.0, 1e3
    wavenumbers = np.geomspace(1e-9, 1.0, 400_001)
    integrand = 2 * np.pi * wavenumbers * power_law_density(wavenumbers, hurst, increment)
    integral = np.trapezoid(integrand * 2 * (1 - j0(wavenumbers * lag)), wavenumbers)
    assert integral == pytest.approx(increment**2, rel=1e-3)


def test_anisotropic_covariance_has_both_lengths() -> None:
    eigenvalues = anisotropic_exponential(NODES, POSTING, (5e3, 500.0), np.pi / 2)
    fields = [coloured(np.random.default_rng(seed), eigenvalues) for seed in range(6)]
    for axis, length in ((0, 5e3), (1, 500.0)):
        lag = round(length / POSTING)
        found = np.mean([np.mean(field * np.roll(field, lag, axis)) for field in fields])
        assert found == pytest.approx(np.exp(-lag * POSTING / length), abs=0.04)


def test_waves_keep_to_their_band() -> None:
    field = roughness("waves", np.random.default_rng(1), NODES, POSTING)
    power = np.abs(np.fft.fft2(field)) ** 2
    frequency = np.fft.fftfreq(NODES, POSTING)
    wavelength = 1 / np.maximum(np.hypot(frequency[:, None], frequency), 1e-12)
    inside = (wavelength > 1_999) & (wavelength < 10_001)
    assert power[~inside].sum() < 1e-9 * power.sum()
    assert field.std() == pytest.approx(5.0, rel=0.05)


@pytest.mark.parametrize(("kind", "ratio"), [("roughness_3", 3.0), ("roughness_30", 30.0)])
def test_roughness_varies_by_its_ratio(kind: str, ratio: float) -> None:
    field = roughness(kind, np.random.default_rng(2), NODES, POSTING)
    cells = field[:1000, :1000].reshape(20, 50, 20, 50)
    spread = cells.std(axis=(1, 3))
    assert 0.5 * ratio < np.quantile(spread, 0.98) / np.quantile(spread, 0.02) < 1.3 * ratio


def test_channels_are_troughs() -> None:
    field = roughness("channels", np.random.default_rng(3), NODES, POSTING)
    assert field.min() < -20 and field.max() < 12
    assert 0.02 < np.mean(field < -10) < 0.3


@pytest.mark.parametrize("kind", SURFACES)
def test_cell_means_and_slopes_are_those_of_the_interpolated_surface(kind: str) -> None:
    """The midpoint rule on each raster square is exact for what is linear along either axis."""
    terrain = draw_terrain(kind, np.random.default_rng(4), 3, 8e3, (0.006, -0.002))
    middles = (np.arange(3 * NODES_PER_CELL) + 0.5) * terrain.posting
    x, y = np.meshgrid(middles, middles)
    surface = _by_scipy(terrain, x, y)
    means = surface.reshape(3, NODES_PER_CELL, 3, NODES_PER_CELL).mean(axis=(1, 3))
    np.testing.assert_allclose(terrain.cell_means(), means, atol=1e-8)
    ahead = _by_scipy(terrain, x + 1.0, y) - _by_scipy(terrain, x - 1.0, y)
    slopes = (ahead / 2).reshape(3, NODES_PER_CELL, 3, NODES_PER_CELL).mean(axis=(1, 3))
    np.testing.assert_allclose(terrain.cell_slopes()[0], slopes, atol=1e-9)


def test_heights_and_slopes_at_points_are_those_of_scipy() -> None:
    terrain = draw_terrain("fractal", np.random.default_rng(5), 2, 8e3, (0.001, 0.004))
    x, y = np.random.default_rng(6).uniform(10, 15_990, (2, 4000))
    near = np.hypot(x % 160 - 80, y % 160 - 80) < 75  # a step of a metre stays within the square
    x, y = x[near], y[near]
    height, slope_x, slope_y = terrain(x, y)
    np.testing.assert_allclose(height, _by_scipy(terrain, x, y), atol=1e-8)
    np.testing.assert_allclose(
        slope_x, (_by_scipy(terrain, x + 1, y) - _by_scipy(terrain, x - 1, y)) / 2, atol=1e-8
    )
    np.testing.assert_allclose(
        slope_y, (_by_scipy(terrain, x, y + 1) - _by_scipy(terrain, x, y - 1)) / 2, atol=1e-8
    )


def _by_scipy(terrain: Terrain, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Height of the bilinear surface and its plane."""
    place = np.stack([y, x]) / terrain.posting
    middle = terrain.extent / 2
    plane = terrain.slope[0] * (x - middle) + terrain.slope[1] * (y - middle)
    return map_coordinates(terrain.nodes, place, order=1) + terrain.height + plane
