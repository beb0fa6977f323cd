"""Kinds of ice surface, as roughness on a raster about a plane."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .random_fields import (
    anisotropic_exponential,
    band_of_waves,
    coloured,
    longer_waves,
    power_law_density,
    smooth,
    spectrum_of,
    wavenumber,
)

Field = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Field]

__all__ = ["SURFACES", "roughness"]

_SPREAD = 5.0
"""Standard deviation of the surfaces that have one (m)."""

_INCREMENT = 2.0
"""Root mean square increment over 1 km of the surfaces without a sill (m)."""

_ROUGHNESS_LENGTH = 30e3
"""Over which roughness varies (m)."""


def _exponential(rng: np.random.Generator, nodes: int, posting: float) -> Field:
    return _SPREAD * coloured(rng, anisotropic_exponential(nodes, posting, (1e3, 1e3), 0.0))


def _fractal(rng: np.random.Generator, nodes: int, posting: float) -> Field:
    density = power_law_density(wavenumber(nodes, posting), 0.75, _INCREMENT)
    waves = coloured(rng, spectrum_of(density, nodes, posting))
    return waves + longer_waves(rng, nodes, posting, 0.75, _INCREMENT)


def _ice(rng: np.random.Generator, nodes: int, posting: float) -> Field:
    length = wavenumber(nodes, posting)
    density = power_law_density(length, 0.5, 1.5 * _INCREMENT) * (1 + (400.0 * length) ** 2) ** -0.45
    waves = coloured(rng, spectrum_of(density, nodes, posting))
    return waves + longer_waves(rng, nodes, posting, 0.5, 1.5 * _INCREMENT)


def _waves(rng: np.random.Generator, nodes: int, posting: float) -> Field:
    return _SPREAD * coloured(rng, band_of_waves(nodes, posting, (2e3, 10e3)))


def _anisotropic(rng: np.random.Generator, nodes: int, posting: float) -> Field:
    direction = rng.uniform(0, pi)
    return _SPREAD * coloured(rng, anisotropic_exponential(nodes, posting, (5e3, 500.0), direction))


def _varying(ratio: float) -> Draw:
    def draw(rng: np.random.Generator, nodes: int, posting: float) -> Field:
        factor = ratio ** (0.5 * np.tanh(1.5 * coloured(rng, smooth(nodes, posting, _ROUGHNESS_LENGTH))))
        return factor * _exponential(rng, nodes, posting)

    return draw


def _channels(rng: np.random.Generator, nodes: int, posting: float) -> Field:
    """Winding troughs some 20 km apart, 20 to 60 m deep and 1 to 2.5 km wide, in smoother ice.

    A trough winds and is wide by less than half of the distance between two, so that only the nearest one
    matters at a node.
    """
    x, between = np.arange(nodes) * posting, 20e3
    direction = rng.uniform(0, pi)
    along = x * np.cos(direction) + x[:, None] * np.sin(direction)
    across = x[:, None] * np.cos(direction) - x * np.sin(direction) + rng.uniform(0, between)
    trough = np.round(across / between).astype(np.int64)
    aside = across - trough * between
    trough -= trough.min()
    count = int(trough.max()) + 1
    wavelength, phase = rng.uniform(15e3, 40e3, count), rng.uniform(0, 2 * pi, count)
    half_width, depth = rng.uniform(500.0, 1250.0, count), rng.uniform(20.0, 60.0, count)
    course = 0.1 * wavelength[trough] * np.sin(2 * pi * along / wavelength[trough] + phase[trough])
    carved = depth[trough] * np.exp(-(((aside - course) / half_width[trough]) ** 2))
    return 0.4 * _exponential(rng, nodes, posting) - carved


_KINDS: MappingProxyType[str, Draw] = MappingProxyType(
    {
        "exponential": _exponential,
        "fractal": _fractal,
        "ice": _ice,
        "waves": _waves,
        "anisotropic": _anisotropic,
        "roughness_3": _varying(3.0),
        "roughness_30": _varying(30.0),
        "channels": _channels,
    }
)

SURFACES = tuple(_KINDS)
"""Kinds of surface, about a plane of any slope.

- ``exponential``: covariance ``exp(-d / 1 km)``, standard deviation 5 m.
- ``fractal``: power law, H 0.75, 2 m rms increment over 1 km, no sill.
- ``ice``: H 0.95 below some hundred metres and 0.5 above, as altimetry finds of ice sheets.
- ``waves``: wavelengths of 2 to 10 km, 5 m.
- ``anisotropic``: ``exp(-d / L)`` with L 5 km along and 500 m across some direction, 5 m.
- ``roughness_3``, ``roughness_30``: ``exponential``, its standard deviation varying by a factor of 3 or 30
  over tens of kilometres.
- ``channels``: troughs 20 to 60 m deep in ice of 2 m.
"""


def roughness(kind: str, rng: np.random.Generator, nodes: int, posting: float) -> Field:
    """Draw a surface of one of `SURFACES` (m) on `nodes` squared nodes (y, x), `posting` metres apart."""
    if kind not in _KINDS:
        raise ValueError(f"surface={kind!r}: expected one of {', '.join(SURFACES)}")
    return _KINDS[kind](rng, nodes, posting)
