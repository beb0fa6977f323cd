"""Ground tracks of ICESat-2 near the South Pole: a circular orbit over a turning Earth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .projection import project, unproject

Field = NDArray[np.float64]

SEGMENT_LENGTH = 20.0
"""Distance between ATL06 segments, and between the segment numbers of the product (m)."""

PAIR_OFFSETS = {1: 3300.0, 2: 0.0, 3: -3300.0}
"""Distance of each beam pair across the track, positive to the left (m)."""

BEAM_OFFSET = 45.0
"""Distance of a beam from the middle of its pair (m): left beams to the left."""

_INCLINATION = np.radians(92.0)
_EARTH_RADIUS = 6_371_008.8
_ORBIT_PERIOD = 5_655.0  # s; 1387 orbits in 91 days
_TRACKS = 1387
_EARTH_RATE = -2 * np.pi / 86_164.1  # rad s-1, of the ground beneath the orbit

_REGION_ARGUMENTS = {10: (230.0, 258.8), 11: (258.8, 281.2), 12: (281.2, 310.0)}
"""Argument of latitude (degrees) of the southern granule regions: 79 S to 79 S is region 11."""


@dataclass(frozen=True)
class Track:
    """Segments of one beam, or of the reference track, from first to last in flight.

    Attributes
    ----------
    x, y
        Segment centres in EPSG:3031 (m).
    longitude, latitude
        Degrees, WGS84.
    along_x, along_y
        Unit vector of flight in the plane.
    x_atc
        Distance from the ascending node (m).
    seconds
        Time since the ascending node (s).
    """

    x: Field
    y: Field
    longitude: Field
    latitude: Field
    along_x: Field
    along_y: Field
    x_atc: Field
    seconds: Field

    @property
    def segment_id(self) -> NDArray[np.int32]:
        """The product's segment number: 20 m steps from the ascending node."""
        return np.round(self.x_atc / SEGMENT_LENGTH).astype(np.int32)

    def offset(self, left: float) -> Track:
        """The parallel track this far to the left (m), as a beam's."""
        x, y = self.x - left * self.along_y, self.y + left * self.along_x
        longitude, latitude = unproject(x, y)
        return Track(x, y, longitude, latitude, self.along_x, self.along_y, self.x_atc, self.seconds)

    def where(self, kept: NDArray[np.bool_]) -> Track:
        """The segments of a mask."""
        return Track(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


def reference_track(rgt: int, region: int, posting: float) -> Track:
    """The reference ground track of an orbit in one southern region, a segment every `posting` metres.

    Parameters
    ----------
    rgt
        Reference ground track, 1 to 1387; each starts a 1387th part of 91 days after the last.
    region
        Granule region: 10 (descending), 11 (round the pole) or 12 (ascending).
    posting
        Distance between segments (m), a multiple of 20.
    """
    first, last = (np.radians(value) * _EARTH_RADIUS for value in _REGION_ARGUMENTS[region])
    step = round(posting / SEGMENT_LENGTH)
    segments = np.arange(np.ceil(first / SEGMENT_LENGTH), last / SEGMENT_LENGTH, step)
    x_atc = segments * SEGMENT_LENGTH
    argument = x_atc / _EARTH_RADIUS
    seconds = argument / (2 * np.pi) * _ORBIT_PERIOD
    latitude = np.degrees(np.arcsin(np.sin(_INCLINATION) * np.sin(argument)))
    node = 2 * np.pi * ((rgt - 1) * 0.61803398875 % 1)  # spreads neighbouring track numbers round the Earth
    longitude = (
        node + np.arctan2(np.cos(_INCLINATION) * np.sin(argument), np.cos(argument)) + _EARTH_RATE * seconds
    )
    degrees = np.degrees(np.arctan2(np.sin(longitude), np.cos(longitude)))
    x, y = project(degrees, latitude)
    along_x, along_y = np.gradient(x), np.gradient(y)
    length = np.hypot(along_x, along_y)
    return Track(x, y, degrees, latitude, along_x / length, along_y / length, x_atc, seconds)


def node_time(rgt: int, cycle: int) -> float:
    """Time of a track's ascending node in seconds since 2018-01-01, from cycle 1's start on 2018-10-13."""
    days = 285.0 + 91.0 * (cycle - 1 + (rgt - 1) / _TRACKS)
    return days * 86_400.0
