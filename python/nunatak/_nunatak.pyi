"""The compiled half of Nunatak. Arrays are numpy's; everything here releases the GIL while it works."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

# --- array ---

class LazyArray:
    """A lazy N-D array: nothing is read before ``read``. Pickles by description, not by value."""

    @staticmethod
    def from_numpy(values: NDArray[Any]) -> LazyArray:
        """An array over the values of a numpy array (copied once)."""

    @staticmethod
    def from_callback(
        read: Callable[[tuple[slice, ...]], NDArray[Any]],
        shape: Sequence[int],
        dtype: str,
        chunks: Sequence[int] | None = None,
    ) -> LazyArray:
        """An array whose regions a Python callable gives; it cannot be pickled."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> str:
        """The numpy name of the data type; ``object`` for text."""

    @property
    def chunks(self) -> list[list[int]]:
        """Chunk lengths along each axis."""

    def read(self, selections: Sequence[int | tuple[int, int] | list[int]]) -> NDArray[Any]:
        """Values at an outer selection: per axis an index, ``(start, length)`` or a list of indices."""

    def take(self, axis: int, indices: Sequence[int | None]) -> LazyArray:
        """These indices along one axis, lazily; None gives a missing value (NaN in floats)."""

    def pick(self, axis: int, index: int) -> LazyArray:
        """One index along one axis, lazily; the axis is dropped."""

    def transpose(self, order: Sequence[int]) -> LazyArray:
        """The axes in another order, lazily."""

# --- format ---

def open_file(path: str | PathLike[str], *, decode: bool = True, mask_valid_range: bool = False) -> dict[str, Any]:
    """The groups of a file as nested dictionaries with lazy arrays; ``FormatError`` names what is wrong and where."""

def can_open(path: str | PathLike[str]) -> bool:
    """Whether the content of a file is a format that can be read."""

def data_bytes_read() -> int:
    """Bytes of array data, not metadata, that this process has read from files so far."""
