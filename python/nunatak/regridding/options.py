"""Options of applying weights: missing values, the statistic, and what values mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from nunatak._nunatak import ApplyOptions as _ApplyOptions
from nunatak.errors import ArgumentError

__all__ = ["ApplyOptions", "Normalisation", "Precision", "Quantity", "Statistic"]

Precision = Literal["float32", "float64"]
Quantity = Literal["intensive", "extensive"]
Normalisation = Literal["fraction", "destination"]
Statistic = Literal["mean", "sum", "min", "max", "median", "mode", "std", "var"] | float | Callable[..., Any]

_FUNCTIONS = {
    "mean": "mean",
    "nanmean": "mean",
    "average": "mean",
    "sum": "sum",
    "nansum": "sum",
    "min": "min",
    "amin": "min",
    "nanmin": "min",
    "max": "max",
    "amax": "max",
    "nanmax": "max",
    "median": "median",
    "nanmedian": "median",
    "std": "std",
    "nanstd": "std",
    "var": "var",
    "nanvar": "var",
}
"""Functions of numpy, by name, and the statistics that they compute."""

_AREA_SUM = re.compile(r"\barea\s*:\s*(?:\w+\s*:\s*)*sum\b")
"""CF's cell methods of amounts in cells."""

_CELL_METHODS = {
    "mean": "mean",
    "sum": "sum",
    "min": "minimum",
    "max": "maximum",
    "median": "median",
    "mode": "mode",
    "std": "standard_deviation",
    "var": "variance",
}


@dataclass(frozen=True)
class ApplyOptions:
    """Options of applying weights to a field, as :func:`nunatak.regrid` describes them."""

    skipna: bool = True
    min_coverage: float = 0.5
    dtype: Precision | None = None
    func: Statistic | None = None
    quantity: Quantity | None = None
    """What values mean; None leaves it to each variable's ``cell_methods``."""
    normalisation: Normalisation | None = None
    limited: bool = False

    @property
    def statistic(self) -> str:
        """Name of the statistic, or the quantile as text.

        Raises
        ------
        ArgumentError
            For a function that is not one of numpy's statistics, or a quantile that is no fraction.
        """
        func = self.func
        if func is None:
            return "mean"
        if isinstance(func, str):
            return func
        if isinstance(func, float | int | np.number) and not isinstance(func, bool):
            return repr(float(func))
        name = getattr(func, "__name__", "")
        if callable(func) and name in _FUNCTIONS and getattr(np, name, None) is func:
            return _FUNCTIONS[name]
        raise ArgumentError(
            f"func: found {func!r:.80}, expected mean, sum, min, max, median, mode, std, var, numpy's "
            "function of one of these, or a quantile from 0 to 1"
        )

    @property
    def is_default(self) -> bool:
        """Whether neither a statistic nor what values mean was chosen, so that each variable says it."""
        return self.func is None and self.quantity is None

    def of_variable(self, attrs: Mapping[Any, Any]) -> ApplyOptions:
        """The same for a variable: amounts where its ``cell_methods`` say that it is a sum over areas."""
        if not self.is_default or not _AREA_SUM.search(str(attrs.get("cell_methods", ""))):
            return self
        return replace(self, quantity="extensive")

    @property
    def is_mean(self) -> bool:
        """Whether it is the mean of an intensive quantity over the covered part of a cell."""
        return self.statistic == "mean" and self.quantity != "extensive" and self.normalisation is None

    @property
    def is_linear(self) -> bool:
        """Whether it is a mean or a sum, which vectors have as well as numbers."""
        return self.statistic in ("mean", "sum")

    def native(self) -> _ApplyOptions:
        """The same options for the Rust kernels."""
        return self._with(self.statistic)

    def _with(self, statistic: str) -> _ApplyOptions:
        return _ApplyOptions(
            self.skipna,
            self.min_coverage,
            statistic,
            self.quantity or "intensive",
            self.normalisation,
            self.limited,
        )

    def check(self, method: str) -> None:
        """Check that every option is known and fits weights of this method.

        Raises
        ------
        ArgumentError
            When one is not, or does not.
        """
        # Errors of the other options name these; what is left after them is the statistic's.
        self._with("mean")
        try:
            self.native()
        except ArgumentError as error:
            text = str(error)
            raise ArgumentError(text if text.startswith("func: ") else f"func: {text}") from None
        if self.dtype not in (None, *get_args(Precision)):
            raise ArgumentError(f"dtype: found {self.dtype!r}, expected float32 or float64")
        if self.limited and method != "conservative2":
            raise ArgumentError(f"limited: found method {method!r}, expected 'conservative2'")

    def cell_method(self) -> str:
        """The statistic in the words of CF's ``cell_methods``."""
        if self.statistic == "mean" and self.quantity == "extensive":
            return "sum"
        return _CELL_METHODS.get(self.statistic, f"quantile ({self.statistic})")
