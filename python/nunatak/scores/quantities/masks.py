"""Ice masks of a model against observed ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from nunatak._nunatak import __version__
from nunatak.arguments import checked
from nunatak.errors import ArgumentError
from nunatak.scores.quantities.cells import cell_groups, cell_weights, like
from nunatak.scores.quantities.fields import numbers_by_group
from nunatak.scores.quantities.result import QuantityComparison

__all__ = ["compare_mask"]


@checked
def compare_mask(
    model: xr.DataArray,
    observed: xr.DataArray,
    *,
    threshold: float = 0.5,
    by: Any = None,
    weights: xr.DataArray | None = None,
    crs: str | None = None,
) -> QuantityComparison:
    """Score an ice mask of a model against an observed one, by area.

    Parameters
    ----------
    model, observed
        Booleans or fractions of ice (``sftgif``, 1 or %) on one grid; ``mask == 2`` of a mask of surface
        types. Booleans are 0 and 1, whatever unit they inherited from what was compared.
    threshold
        Fraction above which a cell counts as ice.
    by, weights, crs
        As :func:`compare_field`.

    Returns
    -------
    QuantityComparison
        ``n`` cells, ``iou``, the area that both cover over the area that either does (Jaccard 1912; NaN
        where there is no ice); ``agreement``, the share of all area where they agree; ``model_area``,
        ``observed_area``, ``excess_area``, ice of the model alone, and ``missing_area``, observed ice alone
        (m2 with true areas). NaN cells are left out. ``residual`` is 1 where ice is missing, -1 where it is
        in excess.

    Raises
    ------
    ArgumentError
        For other grids, values that are no fractions, or nothing to compare.
    """
    if not 0 <= threshold < 1:
        raise ArgumentError(f"threshold: found {threshold!r}, expected a fraction from 0 to below 1")
    fractions = _fraction("model", model), like("model", model, "observed", _fraction("observed", observed))
    area = cell_weights(model, weights, crs)
    known = np.isfinite(fractions[0].values) & np.isfinite(fractions[1].values) & (area > 0)
    if not known.any():
        raise ArgumentError("observed: found no cell where both masks are known")
    own, seen = (part.values > threshold for part in fractions)

    def numbers(mask: np.ndarray) -> dict[str, float]:
        chosen = mask & known

        def total(where: np.ndarray) -> float:
            return float(area[chosen & where].sum())

        either = total(own | seen)
        return {
            "n": int(chosen.sum()),
            "iou": total(own & seen) / either if either > 0 else np.nan,
            "agreement": total(own == seen) / total(known),
            "model_area": total(own),
            "observed_area": total(seen),
            "excess_area": total(own & ~seen),
            "missing_area": total(seen & ~own),
        }

    settings = {"version": __version__, "model": str(model.name), "threshold": threshold}
    difference = np.where(known, seen.astype(float) - own.astype(float), np.nan)
    residual = fractions[0].copy(data=difference).rename("residual")
    groups = None if by is None else numbers_by_group(cell_groups(model, by, crs), known, numbers)
    return QuantityComparison(numbers(known), groups, residual, settings)


def _fraction(name: str, mask: xr.DataArray) -> xr.DataArray:
    """A mask as fractions from 0 to 1."""
    if mask.dtype.kind not in "biuf":
        raise ArgumentError(f"{name}: found {mask.dtype}, expected booleans or fractions of ice")
    fraction = mask.astype(np.float64)
    if mask.dtype.kind != "b" and str(mask.attrs.get("units", "")).strip() in ("%", "percent"):
        fraction = fraction / 100.0
    values = fraction.values
    wrong = values[(values < -1e-6) | (values > 1 + 1e-6)]
    if wrong.size:
        raise ArgumentError(
            f"{name}: found {wrong[0]:g}, expected booleans or fractions from 0 to 1; of a mask of surface "
            "types give "
            "the cells that are ice (mask == 2)"
        )
    return fraction.drop_attrs()
