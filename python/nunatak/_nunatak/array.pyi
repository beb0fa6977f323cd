"""Lazy arrays."""

from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import NDArray

class LazyArray:
    """A lazy N-D array: nothing is read before ``read``. Pickles by description, not by value."""

    @staticmethod
    def from_numpy(values: NDArray[Any]) -> LazyArray:
        """An array over the values of a numpy array: numbers where they lie, text copied."""

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
    def preferred_chunks(self) -> list[int | tuple[int, ...]]:
        """Per axis the length of all chunks, where only the last may be shorter, else all lengths."""

    @property
    def chunks(self) -> list[list[int]]:
        """Chunk lengths along each axis."""

    def read(self, selections: Sequence[int | tuple[int, int] | list[int]]) -> NDArray[Any]:
        """Values at an outer selection: per axis an index, ``(start, length)`` or a list of indices."""

    def take(self, axis: int, indices: Sequence[int | None]) -> LazyArray:
        """These indices along one axis, lazily; None gives a missing value (NaN in floats)."""

    def index(self, axis: int, index: int) -> LazyArray:
        """One index along one axis, lazily; the axis is dropped."""

    def transpose(self, order: Sequence[int]) -> LazyArray:
        """The axes in another order, lazily."""

def stack_arrays(arrays: Sequence[LazyArray], axis: int) -> LazyArray:
    """Arrays of one shape and type along a new axis, lazily."""

def cast_array(array: LazyArray, dtype: str) -> LazyArray:
    """An array in float32 or float64, lazily."""
