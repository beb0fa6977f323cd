"""Numbers of passes and overpasses, of track, cycle and pair alone, so that openings can be joined."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np

from nunatak._nunatak import overpass_numbers, pass_numbers

__all__ = ["UNNAMED", "overpass_ids", "pass_ids", "spots"]

UNNAMED = "points"
"""Name of a table that has none of its own."""


def pass_ids(name: str, columns: Mapping[str, np.ndarray], length: int) -> np.ndarray:
    """The pass of each point of one table.

    Where track, cycle and pair are known their digits make the number. Else it is the one that the table
    gives, or a negative number made of the table's name and of what is known; 0 for a table without a name.

    Parameters
    ----------
    name
        Of the table.
    columns
        ``rgt``, ``cycle``, ``pair`` (0 where unknown) and ``pass_id``, as far as they are there.
    """
    rgt, cycle, pair = (columns.get(key, np.zeros(length, int)) for key in ("rgt", "cycle", "pair"))
    known = (rgt > 0) & (cycle > 0) & (pair > 0)
    numbers = pass_numbers(
        *(np.ascontiguousarray(part, kind) for part, kind in ((rgt, "i2"), (cycle, "i2"), (pair, "i1")))
    )
    given = columns.get("pass_id")
    if known.all():
        return numbers
    return np.where(known, numbers, _unidentified(name, numbers) if given is None else given).astype(np.int32)


def overpass_ids(name: str, columns: Mapping[str, np.ndarray], length: int) -> np.ndarray:
    """The overpass of each point of one table, common to the beams of one.

    Where track and cycle are known their digits make the number. Else it is the one that the table gives, or
    a number below zero made of the table's name and of what is known.

    Parameters
    ----------
    name
        Of the table.
    columns
        ``rgt``, ``cycle`` (0 where unknown) and ``overpass_id``, as far as they are there.
    """
    rgt, cycle = (columns.get(key, np.zeros(length, int)) for key in ("rgt", "cycle"))
    numbers = overpass_numbers(*(np.ascontiguousarray(part, "i2") for part in (rgt, cycle)))
    known = numbers >= 0
    if known.all():
        return numbers
    given = columns.get("overpass_id")
    if given is None:
        distinct, place = np.unique(numbers, return_inverse=True)
        own = [_below_zero(name, -1 - int(number)) for number in distinct]
        given = np.array(own, np.int32)[place.reshape(-1)]
    return np.where(known, numbers, given).astype(np.int32)


def spots(beam: np.ndarray, orientation: np.ndarray) -> np.ndarray:
    """The spot of each point, from beam and orientation: 0 where one of them is unknown."""
    forward = np.where(orientation == 1, 7 - np.asarray(beam, int), 0)
    return np.where(np.asarray(beam) > 0, np.where(orientation == 0, beam, forward), 0)


def _unidentified(name: str, numbers: np.ndarray) -> np.ndarray:
    """Numbers of passes of which not all is known, below zero so that they are none of the others."""
    distinct, place = np.unique(numbers, return_inverse=True)
    own = [_hashed(name, int(number)) for number in distinct]
    return np.array(own, np.int32)[place.reshape(-1)]


def _hashed(name: str, number: int) -> int:
    if name == UNNAMED and number == 0:
        return 0
    return _below_zero(name, number)


def _below_zero(name: str, number: int) -> int:
    return -1 - (zlib.crc32(f"{name} {number}".encode()) & 0x3FFFFFFF)
