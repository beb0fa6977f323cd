"""What a comparison of cells or of series gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr

__all__ = ["QuantityComparison"]


@dataclass(frozen=True, repr=False)
class QuantityComparison:
    """A model compared with observed cells or an observed series; evidence for :func:`model_weights`.

    Attributes
    ----------
    numbers
        By name; what each is, the function that made them says.
    groups
        The same numbers of each group, one row per group; None without ``by=``.
    residual
        Observation minus model.
    settings
        How it was made.
    """

    numbers: dict[str, float]
    groups: pd.DataFrame | None
    residual: xr.DataArray | xr.Dataset
    settings: dict[str, Any]

    def __repr__(self) -> str:
        units = self.settings.get("units")
        head = f"{self.settings['model']}, observation minus model" + (f" ({units})" if units else "")
        rows = [f"{name:<20}{value:>14,.5g}" for name, value in self.numbers.items()]
        return "\n".join([f"<nunatak.QuantityComparison> {head}", *rows])
