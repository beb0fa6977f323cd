"""What is independent from segment to segment, and what goes wrong: noise, gaps, clouds, missing slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..tracks import SEGMENT_LENGTH

Field = NDArray[np.float64]
Mask = NDArray[np.bool_]

__all__ = ["Faults", "Noise", "cloud_heights", "formal_errors", "gaps", "photon_noise"]


@dataclass(frozen=True)
class Noise:
    """Random errors of segments.

    Attributes
    ----------
    strong, weak
        Median formal error (`height_sigma`) of a strong and of a weak beam on flat ice (m).
    spread
        Standard deviation of the logarithm of the formal error.
    slope_scale
        Slope on which the formal error is sqrt(2) times that on flat ice (1).
    extra
        Standard deviation of scatter that `height_sigma` knows nothing of (m).
    heavy_tails
        Student's t of 3 degrees of freedom, of the same variance, in the place of normal noise.
    """

    strong: float = 0.013
    weak: float = 0.029
    spread: float = 0.35
    slope_scale: float = 0.02
    extra: float = 0.0
    heavy_tails: bool = False


@dataclass(frozen=True)
class Faults:
    """What is missing and what is wrong, as shares of the segments.

    Attributes
    ----------
    gaps
        Segments that clouds hide, in runs common to the beams of a pair.
    gap_length
        Mean length of such a run (m).
    cloud_returns
        Segments that measure a cloud, 10 m to 3 km above the surface, at the best quality.
    missing_across, missing_along
        Segments without a slope across the track, and without one along it (NaN). The stored geolocation
        error then has the sentinel, 1 in the place of the slope.
    """

    gaps: float = 0.2
    gap_length: float = 5_000.0
    cloud_returns: float = 0.0
    missing_across: float = 0.0
    missing_along: float = 0.0


def formal_errors(rng: np.random.Generator, noise: Noise, strong: bool, slope: Field) -> Field:
    """`height_sigma` of the segments of a strong or of a weak beam (m), on these slopes."""
    median = noise.strong if strong else noise.weak
    scatter = np.exp(noise.spread * rng.standard_normal(slope.size, dtype=np.float32))
    return median * scatter * np.sqrt(1 + (slope / noise.slope_scale) ** 2)


def photon_noise(rng: np.random.Generator, noise: Noise, sigma: Field, posting: float) -> Field:
    """Random errors (m) of the segments of a beam, one after the other.

    Segments are 40 m long: at the product's posting of 20 m neighbours share half of their photons, and their
    noise is correlated by one half.
    """
    overlap = posting < 2 * SEGMENT_LENGTH
    draws = _unit_noise(rng, noise, sigma.size + int(overlap))
    errors = sigma * ((draws[1:] + draws[:-1]) / np.sqrt(2) if overlap else draws)
    if noise.extra:
        errors += noise.extra * _unit_noise(rng, noise, sigma.size)
    return errors


def _unit_noise(rng: np.random.Generator, noise: Noise, count: int) -> Field:
    """Noise of unit variance."""
    if noise.heavy_tails:
        return rng.standard_t(3, count) / np.sqrt(3)
    return rng.standard_normal(count)


def gaps(rng: np.random.Generator, faults: Faults, distance: Field) -> Mask:
    """Which segments at these rising distances (m) clouds hide: runs and clear stretches of random length."""
    if not faults.gaps:
        return np.zeros(distance.size, dtype=bool)
    clear_length = faults.gap_length * (1 - faults.gaps) / faults.gaps
    cycle = faults.gap_length + clear_length
    length = distance[-1] - distance[0] + 1.0
    runs = int(3 * length / cycle) + 30
    lengths = rng.exponential((clear_length, faults.gap_length), (runs, 2)).reshape(-1)
    # Started some cycles ahead, the state at the first segment is that of the share, not always clear.
    edges = np.cumsum(lengths) + distance[0] - 10 * cycle * (0.5 + rng.random())
    return np.searchsorted(edges, distance) % 2 == 1


def cloud_heights(rng: np.random.Generator, faults: Faults, count: int) -> Field:
    """What to add to heights (m): 0, and where a cloud was measured 10 m to 3 km, evenly in the logarithm."""
    if not faults.cloud_returns:
        return np.zeros(count)
    heights = 10 ** rng.uniform(1, np.log10(3e3), count)
    return np.where(rng.random(count) < faults.cloud_returns, heights, 0.0)
