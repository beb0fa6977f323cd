"""Overlap areas of two grids, and integrals over them."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import xarray as xr

from nunatak._nunatak import Grid, Weights
from nunatak.arguments import found
from nunatak.errors import ArgumentError
from nunatak.regridding.weights_plan import CONSERVATIVE, Method

__all__ = ["common_areas", "integral", "shared_areas"]

_WHOLE = 1e-9
"""Fraction of a cell below which a missing part is round-off."""


def common_areas(
    source: Grid, target: Grid, method: Method, mask: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """How much (m2) of each source cell the target covers, and of each target cell the source; both flat.

    Neither counts source cells that the mask (flat booleans) leaves out. Cells are those of the method if it
    is conservative, else those of ``"conservative"``. The two come from weights of their own, there and back.

    Raises
    ------
    GridError
        When the grids do not overlap.
    """
    if method not in CONSERVATIVE:
        method = "conservative"
    there, back = Weights(source, target, method, mask), Weights(target, source, method)
    source_areas, target_areas = there.areas()
    covered = back.covered_fraction
    if not np.allclose(source_areas, back.areas()[1], rtol=_WHOLE, atol=0.0):
        # Ellipsoids differ: parts of cells are measured on the source's there, and values go by the target's.
        covered = np.where(covered < 1.0 - _WHOLE, _covered_on_target(source, target), covered)
    if mask is not None:
        covered = covered * mask
    return source_areas * covered, target_areas * there.covered_fraction


def _covered_on_target(source: Grid, target: Grid) -> np.ndarray:
    """Fraction of each source cell that the target covers, on the ellipsoid of the target."""
    weights = Weights(source, target, "conservative")
    areas, target_areas = weights.areas()
    shared = shared_areas(weights, target_areas)[1]
    return np.divide(shared, areas, out=np.zeros_like(shared), where=areas > 0)


def shared_areas(weights: Weights, areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The target cell of each weight, and how much (m2) of each source cell the target has.

    ``areas`` are those of the target cells (m2).
    """
    rows = np.repeat(np.arange(weights.shape[0], dtype=np.int64), np.diff(weights.row_starts))
    amounts = weights.values * areas[rows]
    return rows, np.bincount(weights.cells, amounts, minlength=weights.shape[1])


def integral(field: xr.DataArray, areas: np.ndarray, dims: tuple[Hashable, ...]) -> xr.DataArray:
    """The sum of values times these areas, flat in the order of ``dims``; further dimensions stay.

    Raises
    ------
    ArgumentError
        For values that are no real numbers.
    """
    if field.dtype.kind not in "biuf":
        raise ArgumentError(f"field: found {found(field)}, expected real numbers")
    shape = tuple(field.sizes[dim] for dim in dims)
    # Without coordinates, so that none are compared.
    values = field.drop_vars(list(dims), errors="ignore")
    return (values * xr.DataArray(areas.reshape(shape), dims=dims)).sum(dims)
