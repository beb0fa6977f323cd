"""Chunks of a variable as HDF5 stores them: shuffled and deflated, in plain NumPy and zlib."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray


def prepared_chunks(
    values: NDArray[np.float32],
    chunk_shape: tuple[int, ...],
    deflate: int,
    fill_value: np.floating,
    records: int | None = None,
) -> dict[tuple[int, ...], bytes]:
    """The stored bytes of every chunk, by the place of its first value.

    Parameters
    ----------
    values
        Little-endian single precision.
    chunk_shape, deflate
        Shape of a chunk and zlib level; bytes are shuffled first.
    fill_value
        Filling of a chunk beyond the end of the array.
    records
        Only the chunks of the first so many records; all by default.
    """
    limit = values.shape[0] if records is None else records
    chunks: dict[tuple[int, ...], bytes] = {}
    for place in _places(values.shape, chunk_shape):
        if place[0] < limit:
            chunk = _padded(values, place, chunk_shape, fill_value)
            chunks[place] = zlib.compress(_shuffled(chunk), deflate)
    return chunks


def _places(shape: tuple[int, ...], chunk_shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    steps = (range(0, length, chunk) for length, chunk in zip(shape, chunk_shape, strict=True))
    return product(*steps)


def _padded(
    values: NDArray[np.float32], place: tuple[int, ...], chunk_shape: tuple[int, ...], fill_value: np.floating
) -> NDArray[np.float32]:
    part = values[
        tuple(slice(first, first + length) for first, length in zip(place, chunk_shape, strict=True))
    ]
    if part.shape == chunk_shape:
        return part
    chunk = np.full(chunk_shape, fill_value, dtype=values.dtype)
    chunk[tuple(slice(0, length) for length in part.shape)] = part
    return chunk


def _shuffled(chunk: NDArray[np.float32]) -> bytes:
    """All first bytes, then all second bytes, and so on."""
    octets = np.ascontiguousarray(chunk).view(np.uint8).reshape(-1, chunk.itemsize)
    return np.ascontiguousarray(octets.T).tobytes()
