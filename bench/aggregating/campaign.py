"""A polar campaign: overpasses of six beams over Antarctica, a segment every 20 m, in track order."""

from __future__ import annotations

import numpy as np

SPACING = 20.0
"""Metres from a segment to the next of its beam."""
BEAMS = np.array([-3390.0, -3300.0, -45.0, 45.0, 3300.0, 3390.0])
"""Metres of the beams across the track: three pairs, 90 m within a pair."""
SHORTEST, LONGEST = 600e3, 1_800e3
"""Metres of an overpass."""
RADIUS = 6_371_000.0
INCLINATION = np.radians(92.0)
COLUMNS = ("longitude", "latitude", "height", "height_sigma", "sigma_geo", "time", "pass_id")


def overpass(number: int) -> dict[str, np.ndarray]:
    """One overpass, beam by beam; the same for the same number."""
    generator = np.random.default_rng(number)
    segments = int(generator.uniform(SHORTEST, LONGEST) / SPACING)
    start = -0.5 * segments * SPACING / RADIUS + generator.uniform(-0.2, 0.2)
    along = start + SPACING / RADIUS * np.arange(segments)
    turn = generator.uniform(0.0, 2.0 * np.pi)
    beams = [_beam(along, offset, turn, generator) for offset in BEAMS]
    columns = {name: np.concatenate([beam[name] for beam in beams]) for name in beams[0]}
    count = columns["height"].size
    # A day apart, 7 km/s along the track.
    seconds = np.tile(SPACING / 7000.0 * np.arange(segments), BEAMS.size) + 86_400.0 * number
    columns["time"] = np.datetime64("2019-01-01", "ns") + (seconds * 1e9).astype("timedelta64[ns]")
    pairs = np.repeat(np.arange(3), 2 * segments)
    columns["pass_id"] = (3 * number + pairs).astype(np.int32)
    columns["sigma_geo"] = np.float32(0.03) + np.abs(generator.normal(0.0, 0.1, count)).astype(np.float32)
    return columns


def _beam(
    along: np.ndarray, across: float, turn: float, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Positions on a great circle 2 degrees from the pole, and heights of a dome with noise."""
    tilt = INCLINATION - np.pi / 2 + across / RADIUS
    x, y, z = np.sin(along), np.cos(along) * np.sin(tilt), np.cos(along) * np.cos(tilt)
    longitude = np.degrees(np.arctan2(y, x) + turn)
    latitude = -np.degrees(np.arcsin(z))
    distance = RADIUS * np.arccos(z)
    height = 3500.0 * np.sqrt(np.clip(1.0 - (distance / 2.2e6) ** 2, 0.0, None))
    height += 20.0 * np.sin(distance / 4e3) + generator.normal(0.0, 0.1, along.size)
    sigma = 0.005 + np.abs(generator.normal(0.02, 0.01, along.size))
    return {
        "longitude": (longitude + 180.0) % 360.0 - 180.0,
        "latitude": latitude,
        "height": height,
        "height_sigma": sigma.astype(np.float32),
    }


def campaign(points: int) -> dict[str, np.ndarray]:
    """So many points: overpasses one after the other, the last cut short."""
    parts: list[dict[str, np.ndarray]] = []
    found = 0
    while found < points:
        parts.append(overpass(len(parts)))
        found += parts[-1]["height"].size
    return {name: np.concatenate([part[name] for part in parts])[:points] for name in COLUMNS}


def blocks_of_a_cell(width: float, side: int = 32) -> dict[str, np.ndarray]:
    """A point in each of side x side blocks of the cell of an Antarctic map that has a corner at the pole."""
    import pyproj

    steps = (np.arange(side) + 0.5) * width / side
    x, y = (values.ravel() for values in np.meshgrid(steps, steps))
    longitude, latitude = pyproj.Transformer.from_crs(3031, 4326, always_xy=True).transform(x, y)
    count = x.size
    return {
        "longitude": longitude,
        "latitude": latitude,
        "height": 2000.0 + 5.0 * np.sin(x / 1e3) * np.cos(y / 1e3),
        "height_sigma": np.full(count, 0.02, np.float32),
        "sigma_geo": np.full(count, 0.1, np.float32),
        "time": np.datetime64("2019-01-01", "ns") + np.arange(count).astype("timedelta64[s]"),
        "pass_id": np.repeat(np.arange(side, dtype=np.int32), side),
    }
