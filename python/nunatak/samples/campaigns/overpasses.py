"""Overpasses of a region: straight tracks of two directions, each with three pairs of beams.

Near the latitude where ICESat-2's ascending and descending tracks cross at a wide angle, tracks are nearly
straight and evenly spaced over some hundred kilometres, and the orbit repeats every 91 days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..tracks import BEAM_OFFSET, PAIR_OFFSETS, SEGMENT_LENGTH, node_time

Field = NDArray[np.float64]

__all__ = ["GROUND_SPEED", "BeamPair", "Overpass", "beam_pairs", "plan_overpasses", "segment_numbers"]

GROUND_SPEED = 7_000.0
"""Speed of the spot over the ground (m s-1)."""

_AZIMUTHS = np.radians([35.0, 145.0])
"""Directions of flight, clockwise from y: one up, one down the map."""

_POINTING = 10.0
"""Standard deviation of a repeat's distance from its reference track (m)."""


@dataclass(frozen=True)
class Overpass:
    """One crossing of the region.

    Attributes
    ----------
    rgt, cycle
        Reference ground track and repeat.
    azimuth
        Direction of flight, clockwise from y (rad).
    offset
        Distance of the spacecraft's track to the left of the middle of the region (m).
    seconds
        Time when it is closest to the middle, in seconds since 2018-01-01.
    """

    rgt: int
    cycle: int
    azimuth: float
    offset: float
    seconds: float


@dataclass(frozen=True)
class BeamPair:
    """Where the segments of a pair's two beams lie.

    Attributes
    ----------
    number
        Of the pair, 1 to 3 from left to right.
    distance
        Distance of the segments along the track from the point closest to the middle (m).
    left, right
        Positions x and y of either beam's segments (m from the lower left corner of the region).
    """

    number: int
    distance: Field
    left: tuple[Field, Field]
    right: tuple[Field, Field]


def plan_overpasses(
    rng: np.random.Generator, extent: float, spacing: float, count: int, cycles: int
) -> list[Overpass]:
    """Overpasses such that a cell of `spacing` metres is crossed by about `count` of them.

    A track counts for a cell when one of its beams crosses it. Each of the `cycles` repeats the tracks of the
    first; of an odd number of tracks, ascending ones are more. Both directions and their phases are drawn.
    """
    turn = rng.uniform(-0.1, 0.1)
    tracks = count // cycles
    overpasses = []
    for direction, share in enumerate((tracks - tracks // 2, tracks // 2)):
        azimuth = float(_AZIMUTHS[direction] + turn)
        widths = abs(np.cos(azimuth)) + abs(np.sin(azimuth))
        swath = spacing * widths + PAIR_OFFSETS[1] - PAIR_OFFSETS[3] + 2 * BEAM_OFFSET
        reach = (extent * widths + swath) / 2
        if not share:
            continue
        step = swath / share
        for number, offset in enumerate(np.arange(-reach + rng.uniform(0, step), reach, step)):
            rgt = 1 + (2 * number + direction) * 37 % 1387
            for cycle in range(1, cycles + 1):
                seconds = node_time(rgt, cycle) + 1500.0 + 1800.0 * direction
                shift = rng.normal(0, _POINTING)
                overpasses.append(Overpass(rgt, cycle, azimuth, float(offset + shift), seconds))
    return overpasses


def beam_pairs(overpass: Overpass, extent: float, posting: float) -> list[BeamPair]:
    """The segments within the region, `posting` metres apart, of each pair that crosses it.

    Both beams of a pair have the same distances, as in the product, where they share segment numbers.
    """
    sine, cosine = np.sin(overpass.azimuth), np.cos(overpass.azimuth)
    pairs = []
    for number, left in PAIR_OFFSETS.items():
        offsets = [overpass.offset + left + side * BEAM_OFFSET for side in (1, -1)]
        # Left of the flight (sine, cosine) is (-cosine, sine).
        starts = [(extent / 2 - offset * cosine, extent / 2 + offset * sine) for offset in offsets]
        within = [_within(start, (sine, cosine), extent) for start in starts]
        first, last = max(begin for begin, _ in within), min(end for _, end in within)
        steps = np.arange(np.ceil(first / posting), np.floor(last / posting) + 1)
        if steps.size < 2:
            continue
        distance = steps * posting
        left_beam, right_beam = ((x + distance * sine, y + distance * cosine) for x, y in starts)
        pairs.append(BeamPair(number, distance, left_beam, right_beam))
    return pairs


def segment_numbers(distance: Field) -> NDArray[np.int32]:
    """The product's numbers of 20 m steps, counted from an arbitrary node."""
    return np.round(distance / SEGMENT_LENGTH).astype(np.int32) + 600_000


def _within(start: tuple[float, float], step: tuple[float, float], extent: float) -> tuple[float, float]:
    """First and last distance at which a line lies in the square from 0 to `extent`."""
    first, last = -np.inf, np.inf
    for origin, direction in zip(start, step, strict=True):
        crossings = sorted((-origin / direction, (extent - origin) / direction))
        first, last = max(first, crossings[0]), min(last, crossings[1])
    return first, last
