"""How far values lie from a field: measures of Valcke et al. (2022) and MIRA (Mahadevan et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from .grids import SphereGrid
from .polygons import Values, shared_corners


@dataclass(frozen=True)
class Misfit:
    """Measures of Valcke et al., against the field at the centres of the target.

    Attributes
    ----------
    mean, largest, rms
        Of the relative misfit of a cell.
    low, high
        Overshoot below the least and above the largest value, over the largest value.
    conservation
        Relative difference between the integrals over target and source.
    cells
        Target cells with a value.
    """

    mean: float
    largest: float
    rms: float
    low: float
    high: float
    conservation: float
    cells: int


def misfit(remapped: Values, exact: Values, given: Values, target: SphereGrid, source: SphereGrid) -> Misfit:
    """The measures for values remapped from `given`; missing ones are NaN."""
    valid = np.isfinite(remapped)
    ours, wanted, top = remapped[valid], exact[valid], np.abs(exact[valid]).max()
    relative = np.abs(ours - wanted) / np.abs(wanted)
    before = float((source.areas * given).sum())
    after = float((target.areas[valid] * ours).sum())
    return Misfit(
        mean=float(relative.mean()),
        largest=float(relative.max()),
        rms=float(np.sqrt((relative**2).mean())),
        low=float((wanted.min() - ours.min()) / top),
        high=float((ours.max() - wanted.max()) / top),
        conservation=abs(after - before) / abs(before),
        cells=int(valid.sum()),
    )


@dataclass(frozen=True)
class Norms:
    """Measures of MIRA, against averages over the target's cells.

    Attributes
    ----------
    l1, l2, largest
        Norms of the difference, weighted by area.
    conservation
        Difference of the integrals, with its sign.
    below, above
        How far values pass the least and the largest average, over the range.
    dips, bumps
        L2 norms of what passes the least and largest average round each cell.
    gradient
        H1/2: L2 norm of the gradient of the difference, over that of the field.
    """

    l1: float
    l2: float
    largest: float
    conservation: float
    below: float
    above: float
    dips: float
    bumps: float
    gradient: float


def norms(remapped: Values, averages: Values, given: Values, target: SphereGrid, source: SphereGrid) -> Norms:
    """The measures for values remapped from the averages `given`; every target cell has a value."""
    weights, error = target.areas, remapped - averages
    total, square = (weights * np.abs(averages)).sum(), (weights * averages**2).sum()
    spread = np.abs(averages).max() - np.abs(averages).min()
    near = neighbours(target)
    least, most = (_round_each(near, remapped, func) - _round_each(near, averages, func) for func in _ENDS)
    slope = _gradients(near, target.centres, error)
    return Norms(
        l1=float((weights * np.abs(error)).sum() / total),
        l2=float(np.sqrt((weights * error**2).sum() / square)),
        largest=float(np.abs(error).max() / np.abs(averages).max()),
        conservation=float(((weights * remapped).sum() - (source.areas * given).sum()) / total),
        below=float(min(remapped.min() - averages.min(), 0) / spread),
        above=float(max(remapped.max() - averages.max(), 0) / spread),
        dips=float(np.sqrt((weights * np.minimum(least, 0) ** 2).sum() / square)),
        bumps=float(np.sqrt((weights * np.maximum(most, 0) ** 2).sum() / square)),
        gradient=float(np.sqrt((weights * (slope**2).sum(1)).sum() / square)),
    )


_ENDS = (np.minimum, np.maximum)


def neighbours(grid: SphereGrid) -> csr_array:
    """Which cells share a corner with which, themselves included."""
    _, numbers = shared_corners(grid.corners)
    cells = np.repeat(np.arange(len(numbers)), numbers.shape[1])
    shape = (len(numbers), int(numbers.max()) + 1)
    corner_of = csr_array((np.ones(numbers.size, dtype=bool), (cells, numbers.ravel())), shape=shape)
    return csr_array(corner_of @ corner_of.T)


def _round_each(near: csr_array, values: Values, func: np.ufunc) -> Values:
    """The least or largest value among each cell's neighbours."""
    return func.reduceat(values[near.indices], near.indptr[:-1])


def _gradients(near: csr_array, centres: Values, values: Values) -> Values:
    """Gradients (cell, 2) on each cell's tangent plane, by least squares over its neighbours."""
    owner = np.repeat(np.arange(len(values)), np.diff(near.indptr))
    east, north = _tangents(centres)
    offset = centres[near.indices] - centres[owner]
    across = np.stack([(offset * axis[owner]).sum(1) for axis in (east, north)], axis=1)
    rise = (values[near.indices] - values[owner])[:, None]
    starts = near.indptr[:-1]
    normal = np.add.reduceat(across[:, :, None] * across[:, None, :], starts)
    return np.linalg.solve(normal, np.add.reduceat(across * rise, starts)[..., None])[..., 0]


def _tangents(centres: Values) -> tuple[Values, Values]:
    """Two directions along the sphere at each centre, at right angles."""
    aside = np.where(np.abs(centres[:, 2:]) < 0.9, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    east = np.cross(aside, centres)
    east /= np.linalg.norm(east, axis=1)[:, None]
    return east, np.cross(centres, east)
