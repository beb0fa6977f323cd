"""Crossovers of an ATL11 file: what they say about the constants of the geolocation error.

Heights of other tracks at the reference points (`crossing_track_data`) are held against the point's own
height in the cycle nearest in time (`corrected_h`). Read with h5py alone, so that it stands apart from
Nunatak's readers.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

Field = NDArray[np.float64]
Numbers = NDArray[np.int64]

_LARGEST = 5.0
"""Largest difference that is taken for one of the same surface (m)."""

_DAY = 86_400.0


class Crossovers(NamedTuple):
    """Crossovers, one element each.

    Attributes
    ----------
    difference
        Crossing track's height less the reference track's (m).
    formal
        Formal error of the difference (m).
    slope
        Slopes (n, 2) of the reference surface along and across its track (1).
    crossing
        Number of the crossing overpass: track and day.
    cycle
        Number of the reference track's overpass.
    days
        Time of the crossing track less the reference track's.
    """

    difference: Field
    formal: Field
    slope: Field
    crossing: Numbers
    cycle: Numbers
    days: Field


class Constants(NamedTuple):
    """Most likely constants of the geolocation error with their 68 and 95 % intervals (m).

    Attributes
    ----------
    radial, horizontal, extra
        Quantiles 0.025, 0.16, 0.5, 0.84 and 0.975 of each, all else integrated over flat in the logarithm:
        of the overpasses' vectors, and of the scatter of a crossover that neither these nor formal errors
        explain.
    """

    radial: Field
    horizontal: Field
    extra: Field


RADIAL = np.geomspace(0.003, 0.6, 30)
HORIZONTAL = np.geomspace(0.2, 25.0, 30)
EXTRA = np.geomspace(0.01, 0.3, 18)


def read_crossovers(path: Path) -> Crossovers:
    """All crossovers of a file of which both heights are known and differ by less than 5 m."""
    parts = []
    with h5py.File(path) as file:
        for name in sorted(name for name in file if name.startswith("pt")):
            parts += _of_pair(file[name])
    columns = [np.array(column) for column in zip(*parts, strict=True)]
    difference, formal, along, across, rgt, day, cycle, days = columns
    kept = np.abs(difference) < _LARGEST
    _, crossing = np.unique(rgt[kept] * 100_000 + day[kept], return_inverse=True)
    slope = np.stack([along, across], axis=1)[kept]
    return Crossovers(difference[kept], formal[kept], slope, crossing, cycle[kept].astype(int), days[kept])


def _of_pair(pair: h5py.Group) -> list[tuple[float, ...]]:
    """Difference, formal error, slopes, track, day, cycle and time difference of each crossover."""
    crossing, own = pair["crossing_track_data"], pair["corrected_h"]
    along, across = _slopes(pair["ref_surf"])
    places = {int(point): place for place, point in enumerate(own["ref_pt"][:])}
    heights, sigmas, times = (own[name][:] for name in ("h_corr", "h_corr_sigma", "delta_time"))
    found = []
    columns = (crossing[name][:] for name in ("ref_pt", "h_corr", "h_corr_sigma", "delta_time", "rgt"))
    for point, height, sigma, time, rgt in zip(*columns, strict=True):
        place = places.get(int(point))
        if place is None or not np.isfinite(height):
            continue
        cycle = int(np.nanargmin(np.abs(times[place] - time)))
        difference = height - heights[place, cycle]
        if np.isfinite(difference):
            formal = np.hypot(sigma, sigmas[place, cycle])
            days = (time - times[place, cycle]) / _DAY
            found.append((difference, formal, along[place], across[place], rgt, time // _DAY, cycle, days))
    return found


def _slopes(surface: h5py.Group) -> tuple[Field, Field]:
    """Slopes at the reference points, of the fitted polynomial in units of 100 m.

    The prototype writes the coefficients that it fitted one after the other, ordered by their power of y, and
    leaves the last columns empty: the list of exponents says what others there could be.
    """
    coefficients = surface["poly_coeffs"][:]
    powers = list(zip(surface["poly_exponent_x"][:], surface["poly_exponent_y"][:], strict=True))
    fitted = int(np.isfinite(coefficients).any(axis=0).sum())
    if fitted < len(powers):
        highest = int(np.nanmax(surface["deg_y"][:]))
        powers = sorted((power for power in powers if power[1] <= highest), key=lambda power: power[1])[
            :fitted
        ]
    return coefficients[:, powers.index((1, 0))] / 100.0, coefficients[:, powers.index((0, 1))] / 100.0


def standardised(found: Crossovers, horizontal: float, radial: float) -> Field:
    """Differences over what these constants state: each crossover has two independent vectors."""
    slope = np.sum(found.slope**2, axis=1)
    return found.difference / np.sqrt(found.formal**2 + 2 * (radial**2 + horizontal**2 * slope))


def log_likelihoods(found: Crossovers, radial: Field, horizontal: Field, extra: float) -> Field:
    """Of the differences under each pair of constants (radial, horizontal), with this extra scatter (m).

    One vector for each overpass of either side is shared by its crossovers: three columns per overpass, and
    the determinant and the inverse of their covariance by the matrix lemmas of Sylvester and Woodbury.
    """
    columns, variance = _columns(found), found.formal**2 + extra**2
    weighted = columns / variance[:, None]
    projected = weighted.T @ found.difference
    precision = np.empty((*np.broadcast(radial, horizontal).shape, columns.shape[1]))
    precision[..., ::3], precision[..., 1::3], precision[..., 2::3] = (
        np.asarray(sigma)[..., None] ** -2.0 for sigma in (radial, horizontal, horizontal)
    )
    factor = np.linalg.cholesky(columns.T @ weighted + precision[..., None] * np.eye(columns.shape[1]))
    explained = np.linalg.solve(factor, np.broadcast_to(projected[:, None], (*factor.shape[:-1], 1)))[..., 0]
    square = np.sum(found.difference**2 / variance) - np.sum(explained**2, axis=-1)
    determinant = 2 * np.log(np.diagonal(factor, axis1=-2, axis2=-1)).sum(axis=-1)
    determinant += np.log(variance).sum() - np.log(precision).sum(axis=-1)
    return -0.5 * (square + determinant)


def constants(found: Crossovers) -> Constants:
    """The constants that the crossovers support, on a grid of all three."""
    radial, horizontal = np.meshgrid(RADIAL, HORIZONTAL, indexing="ij")
    surface = np.stack([log_likelihoods(found, radial, horizontal, extra) for extra in EXTRA], axis=-1)
    weight = np.exp(surface - surface.max())
    return Constants(
        _quantiles(RADIAL, weight.sum(axis=(1, 2))),
        _quantiles(HORIZONTAL, weight.sum(axis=(0, 2))),
        _quantiles(EXTRA, weight.sum(axis=(0, 1))),
    )


def best(found: Crossovers, horizontal: ArrayLike, radial: ArrayLike) -> float:
    """The largest likelihood among these constants, each with the extra scatter that suits it most."""
    both = np.broadcast_arrays(np.asarray(radial, float), np.asarray(horizontal, float))
    return max(float(log_likelihoods(found, *both, extra).max()) for extra in EXTRA)


def _columns(found: Crossovers) -> Field:
    """What a unit of each component of each overpass's vector does to the differences: three columns each."""
    effect = np.column_stack([np.ones(found.difference.size), found.slope])
    blocks = [effect * (found.crossing == number)[:, None] for number in np.unique(found.crossing)]
    blocks += [-effect * (found.cycle == number)[:, None] for number in np.unique(found.cycle)]
    return np.hstack(blocks)


def _quantiles(values: Field, weight: Field) -> Field:
    cumulative = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    return np.interp((0.025, 0.16, 0.5, 0.84, 0.975), cumulative, values)
