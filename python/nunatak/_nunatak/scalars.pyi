"""Integrals over an ice sheet and its zones."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nunatak._nunatak.array import LazyArray

SEA_LEVEL_PER_KILOGRAM: float
"""Rise of the sea (m) for every kilogram of ice above flotation that is lost."""

class Cells:
    """The cells of a grid with their true areas (m2, flat) and zones, shared by all runs on it.

    Each layer of zones has a number for every cell (flat; the largest of uint32 for none) and the count of
    its zones.
    """

    def __init__(
        self,
        shape: Sequence[int],
        areas: NDArray[np.float64],
        layers: Sequence[tuple[NDArray[np.uint32], int]],
    ) -> None: ...

class Integrals:
    """The fields of one run, bound to their cells.

    Fields are given by name, with the leading axes of the result that each has (rising) and the factor to
    its unit; their last axes are those of the cells. Densities are those of ice and sea water (kg m-3), the
    convention ``AIS`` or ``GrIS``.
    """

    def __init__(
        self,
        fields: Sequence[tuple[str, LazyArray, Sequence[int], float]],
        leading: Sequence[int],
        time: int | None,
        cells: Cells,
        densities: tuple[float, float],
        convention: str,
    ) -> None: ...
    def total(self, name: str) -> LazyArray:
        """A scalar of the whole ice sheet, lazily: float64, with the leading axes."""

    def zones(self, name: str, first: int, end: int) -> LazyArray:
        """A scalar of zones, the last axis, lazily: zone 0 is the whole, then come those of the layers."""

def scalar_facts() -> list[tuple[str, str, str, str | None]]:
    """Name, unit, long name and standard name of every scalar."""

def scalar_fields() -> list[tuple[str, str]]:
    """Name and unit of every field that scalars are made of."""

def fields_of_scalar(name: str, convention: str, there: Sequence[str]) -> list[str]:
    """Names of the fields that a scalar needs, where those of ``there`` are at hand."""

def subtract_arrays(minuend: LazyArray, subtrahend: LazyArray) -> LazyArray:
    """An array minus another one of its shape, lazily: float32 where both are, else float64."""
