"""Gaussian random fields on a torus of raster nodes, by the fast Fourier transform.

White noise is coloured by the square root of the eigenvalues of the covariance, which on a torus are the
Fourier transform of the covariance itself (circulant embedding; Dietrich and Newsam 1997) or, for surfaces
without a sill, samples of a spectral density. Wavenumbers are angular (rad m-1).
"""

from __future__ import annotations

from math import gamma, pi

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]

__all__ = [
    "anisotropic_exponential",
    "band_of_waves",
    "coloured",
    "longer_waves",
    "power_law_density",
    "smooth",
    "spectrum_of",
    "wavenumber",
]


def coloured(rng: np.random.Generator, eigenvalues: Field) -> Field:
    """A field (n, n) whose covariance on the torus has these eigenvalues (n, n // 2 + 1)."""
    nodes = eigenvalues.shape[0]
    white = np.fft.rfft2(rng.standard_normal((nodes, nodes)))
    white *= np.sqrt(eigenvalues)
    return np.fft.irfft2(white, s=(nodes, nodes))


def wavenumber(nodes: int, posting: float) -> Field:
    """Length of the angular wavenumber (rad m-1) of each coefficient of a torus of `nodes` squared."""
    first = 2 * pi * np.fft.fftfreq(nodes, posting)
    second = 2 * pi * np.fft.rfftfreq(nodes, posting)
    return np.hypot(first[:, None], second)


def spectrum_of(density: Field, nodes: int, posting: float) -> Field:
    """Eigenvalues from a spectral density f(k), where the variance is the integral of f over the plane.

    The mean over all nodes has no meaning where there is no sill: it is put to 0.
    """
    eigenvalues = density * (2 * pi / posting) ** 2
    eigenvalues[0, 0] = 0.0
    return eigenvalues


def power_law_density(length: Field, hurst: float, increment: float) -> Field:
    """Spectral density whose mean squared increment over a lag h (m) is ``increment**2 (h / 1 km)**(2 H)``.

    The density is ``A k**(-2 H - 2)``; the constant follows from ``E[(z(h) - z(0))**2] = 4 pi A h**(2 H)
    integral (1 - J0(u)) u**(-2 H - 1) du`` and Weber's integral, ``gamma(1 - H) / (2 H 4**H gamma(1 + H))``.
    """
    with np.errstate(divide="ignore"):
        return _power_law_constant(hurst, increment) * length ** (-2 * hurst - 2)


def longer_waves(
    rng: np.random.Generator, nodes: int, posting: float, hurst: float, increment: float
) -> Field:
    """What waves longer than the torus add to a power law's surface within it: a plane.

    The mean square of its slope is that of the density over the wavenumbers below those of the torus, a disk
    of the area of one coefficient.
    """
    first = 2 * np.sqrt(pi) / (nodes * posting)
    variance = pi * _power_law_constant(hurst, increment) * first ** (2 - 2 * hurst) / (2 - 2 * hurst)
    slope_x, slope_y = rng.normal(0, np.sqrt(variance), 2)
    place = (np.arange(nodes) - nodes / 2) * posting
    return slope_x * place + slope_y * place[:, None]


def anisotropic_exponential(
    nodes: int, posting: float, lengths: tuple[float, float], direction: float
) -> Field:
    """Eigenvalues of ``exp(-r)``: r is the lag over the `lengths` (m) along and across a direction."""
    lag = np.fft.fftfreq(nodes, 1 / (nodes * posting))
    cosine, sine = np.cos(direction), np.sin(direction)
    along = (lag * cosine + lag[:, None] * sine) / lengths[0]
    across = (lag[:, None] * cosine - lag * sine) / lengths[1]
    return _eigenvalues(np.exp(-np.hypot(along, across)))


def smooth(nodes: int, posting: float, length: float) -> Field:
    """Eigenvalues of ``exp(-(lag / length)**2)``: a field without roughness."""
    lag = np.fft.fftfreq(nodes, 1 / (nodes * posting)) / length
    return _eigenvalues(np.exp(-(lag**2) - lag[:, None] ** 2))


def band_of_waves(nodes: int, posting: float, wavelengths: tuple[float, float]) -> Field:
    """Eigenvalues of waves between two lengths (m), of unit variance, with the same slope in every octave."""
    length = wavenumber(nodes, posting)
    band = (length > 2 * pi / wavelengths[1]) & (length < 2 * pi / wavelengths[0])
    eigenvalues = np.where(band, np.where(band, length, 1.0) ** -4, 0.0)
    both_halves = np.full(eigenvalues.shape[1], 2.0)
    both_halves[[0, -1]] = 1.0
    return eigenvalues / ((eigenvalues * both_halves).sum() / nodes**2)


def _power_law_constant(hurst: float, increment: float) -> float:
    constant = (increment / 1e3**hurst) ** 2 * 2 * hurst * 4**hurst * gamma(1 + hurst)
    return constant / (4 * pi * gamma(1 - hurst))


def _eigenvalues(covariance: Field) -> Field:
    """Of a covariance on the torus; those that the wrap makes negative are tiny and put to 0."""
    return np.maximum(np.fft.rfft2(covariance).real, 0.0)
