"""What a model cannot represent, as users give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

from nunatak.errors import ArgumentError
from nunatak.scores.alignment import numbers_of

__all__ = ["Discrepancy", "DiscrepancyOption", "ModelDiscrepancy", "described", "discrepancy_option"]


@dataclass(frozen=True)
class Discrepancy:
    """The discrepancy between a model and the truth: a random field whose covariance depends on distance.

    Its spectrum is that of a Matern field (Stein 1999, section 2.7), times ``exp(-k**2 smoothing**2 / 2)``,
    times ``1 - exp(-k**2 compensation**2 / 2)``: what a model lacks that holds the truth's means.

    Attributes
    ----------
    sigma
        Standard deviation at a point (m).
    length
        Distance over which it is correlated (m); 0 for one that is independent from point to point.
    smoothness
        Order of Matern's covariance, 0.05 to 5: 0.5 is the exponential one. The variogram rises as the
        distance to the power of twice this.
    compensation
        Distance over which the model is the truth smoothed (m): its means over larger areas are right. Of a
        model that holds the truth's means over its cells it is about half a cell. 0: they are not.
    smoothing
        Distance below which it is smooth (m).
    """

    sigma: float
    length: float
    smoothness: float = 0.5
    compensation: float = 0.0
    smoothing: float = 0.0

    def __post_init__(self) -> None:
        bounds = {
            "sigma": (0.0, 1e9),
            "length": (0.0, 1e8),
            "smoothness": (0.05, 5.0),
            "compensation": (0.0, 1e9),
            "smoothing": (0.0, 1e8),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not _is_number(value) or not low <= value <= high:
                raise ArgumentError(
                    f"{name}: found {value!r:.60}, expected a number from {low:g} to {high:g}"
                )
            object.__setattr__(self, name, float(value))

    @property
    def numbers(self) -> tuple[float, float, float, float, float]:
        """In the order of the attributes."""
        return self.sigma, self.length, self.smoothness, self.compensation, self.smoothing


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


ModelDiscrepancy = Literal["estimate"] | float | Discrepancy | np.ndarray | xr.DataArray | None
DiscrepancyOption = tuple[float, float, float, float, float] | float | str | None
"""As the kernel takes it."""

_EXPECTED = (
    "expected None, 'estimate', a standard deviation (m) of 0 or more, nk.Discrepancy, or one standard "
    "deviation for each of "
)


def discrepancy_option(discrepancy: Any, count: int) -> tuple[DiscrepancyOption, np.ndarray]:
    """A discrepancy as the kernel takes it, and the one (m) that each of ``count`` residuals has alone.

    Raises
    ------
    ArgumentError
        For anything else.
    """
    alone = np.zeros(count)
    if discrepancy is None:
        return None, alone
    if isinstance(discrepancy, Discrepancy):
        return discrepancy.numbers, alone
    if isinstance(discrepancy, str | bytes):
        if discrepancy != "estimate":
            raise ArgumentError(f"discrepancy: found {discrepancy!r:.60}, {_EXPECTED}{count} values")
        return "estimate", alone
    values = numbers_of("discrepancy", discrepancy)
    if values.ndim and values.size not in (1, count):
        raise ArgumentError(f"discrepancy: found {values.size} values, {_EXPECTED}{count} values")
    wrong = values[~(np.isfinite(values) & (values >= 0) & (values <= 1e9))]
    if wrong.size:
        raise ArgumentError(f"discrepancy: found {wrong[0]:g}, {_EXPECTED}{count} values")
    if values.size and (values == values.flat[0]).all():
        # One value throughout is one number, however it is written.
        return (float(values.flat[0]) or None), alone
    return None, np.broadcast_to(values.ravel(), count)


def described(discrepancy: Any) -> Any:
    """A discrepancy as settings hold it."""
    if discrepancy is None or isinstance(discrepancy, str):
        return discrepancy
    if isinstance(discrepancy, Discrepancy):
        return dict(zip(Discrepancy.__dataclass_fields__, discrepancy.numbers, strict=True))
    values = numbers_of("discrepancy", discrepancy)
    return values.item() if values.size == 1 else f"{values.size} values"
