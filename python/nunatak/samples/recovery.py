"""Recovery of the planted truth: gridded observations against the surface they were drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from .truth import Truth

_NORMAL_QUANTILES = {0.50: 0.674490, 0.68: 0.994458, 0.90: 1.644854, 0.95: 1.959964}
_TOLERANCE = 0.05


@dataclass(frozen=True)
class Recovery:
    """Misfit of gridded heights to the truth, in units of their stated uncertainty.

    Attributes
    ----------
    z
        (observed - truth) / sigma_total for every cell, NaN where a cell was not held against the truth.
    misfit
        observed - truth (m), NaN likewise.
    coverage
        Nominal level to the share of cells whose `abs(z)` lies within it.
    """

    z: xr.DataArray
    misfit: xr.DataArray
    coverage: Mapping[float, float]

    @property
    def cells(self) -> int:
        """Number of cells held against the truth."""
        return int(self.z.notnull().sum())

    @property
    def recovered(self) -> bool:
        """Whether no level is covered by more than five points less than its nominal share.

        One-sided: an uncertainty that is too large passes, and the text says so.
        """
        return all(found >= nominal - _TOLERANCE for nominal, found in self.coverage.items())

    def __str__(self) -> str:
        levels = ", ".join(
            f"{found:.1%} in the {nominal:.0%} interval" for nominal, found in self.coverage.items()
        )
        verdict = "recovered" if self.recovered else "NOT recovered"
        return (
            f"Planted truth {verdict} within its stated uncertainty: of {self.cells} cells {levels}; "
            f"standard deviation of z {float(self.z.std()):.2f}, "
            f"mean misfit {float(self.misfit.mean()):+.2f} m{self._caution()}"
        )

    def _caution(self) -> str:
        """What `recovered`, which looks for too small an uncertainty only, would leave unsaid."""
        generous = any(found > nominal + _TOLERANCE for nominal, found in self.coverage.items())
        return "; the stated uncertainty is on the large side" if generous else ""


def recovery(observed: xr.Dataset, truth: Truth, *, less_reference: bool = False) -> Recovery:
    """Hold gridded heights above the geoid against the planted cell means.

    Cells that the ice does not cover wholly are left out: the granules measure ice only, and the mean over
    its part of such a cell is not the cell's.

    Parameters
    ----------
    observed
        Result of `nunatak.aggregate` on an EPSG:3031 grid: `height` and `sigma_total` (m), `first_time` and
        `last_time`.
    truth
        The surface that the points were drawn from.
    less_reference
        The heights were aggregated with ``reference="dem_height"``.
    """
    x, y = np.meshgrid(observed["x"].values, observed["y"].values)
    half = abs(float(observed["x"][1] - observed["x"][0])) / 2
    whole = np.all([truth.ice(x + a * half, y + b * half) for a in (-1, 0, 1) for b in (-1, 0, 1)], axis=0)
    used = whole & np.isfinite(observed["height"].values) & np.isfinite(observed["sigma_total"].values)
    surface = truth.cell_mean(observed, _middle_year(observed), where=used, less_reference=less_reference)
    misfit = observed["height"].where(used) - surface
    z = misfit / observed["sigma_total"]
    size = np.abs(z.values[used])
    coverage = {level: float(np.mean(size <= quantile)) for level, quantile in _NORMAL_QUANTILES.items()}
    return Recovery(z, misfit, coverage)


def _middle_year(observed: xr.Dataset) -> np.ndarray:
    """Decimal year halfway between the first and the last observation of each cell."""
    first, last = (observed[name].values.astype("datetime64[s]") for name in ("first_time", "last_time"))
    middle = first + (last - first) / 2
    seconds = middle.astype(np.int64) - np.datetime64("2018-01-01", "s").astype(np.int64)
    return np.where(np.isnat(middle), np.nan, 2018 + seconds / (365.25 * 86_400))
