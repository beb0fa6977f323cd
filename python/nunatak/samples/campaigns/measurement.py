"""One overpass as a table of segments: the surface, and all that is wrong with what is measured of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tracks import BEAM_OFFSET
from .geolocation import GeolocationErrors
from .noise import Faults, Noise, cloud_heights, formal_errors, gaps, photon_noise
from .overpasses import GROUND_SPEED, BeamPair, Overpass, beam_pairs, segment_numbers
from .terrain import Terrain

Field = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]

__all__ = ["Instrument", "measure"]

_EPOCH = np.datetime64("2018-01-01T00:00:00", "ns")
_NODE_DISTANCE = 12_000e3


@dataclass(frozen=True)
class Instrument:
    """How the surface is measured.

    Attributes
    ----------
    posting
        Distance between segments (m).
    geolocation, noise, faults
        Sizes of the errors, shares of what goes wrong.
    common
        The error that all heights share (m).
    """

    posting: float
    geolocation: GeolocationErrors
    noise: Noise
    faults: Faults
    common: float


def measure(
    rng: np.random.Generator,
    terrain: Terrain,
    overpass: Overpass,
    vectors: Field,
    instrument: Instrument,
) -> Columns | None:
    """Segments of an overpass as columns, beam after beam; None when it misses the region.

    `vectors` are the errors (4, 3) of the overpass: radial, along and across, of pair 0 to 3. `x` and `y` are
    metres from the lower left corner of the region.
    """
    parts = []
    for pair in beam_pairs(overpass, terrain.extent, instrument.posting):
        kept = ~gaps(rng, instrument.faults, pair.distance)
        if kept.any():
            vector = vectors[0] + vectors[pair.number]
            parts += _measure_pair(rng, terrain, overpass, pair, kept, vector, instrument)
    if not parts:
        return None
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    count = columns["height"].size
    columns["rgt"] = np.full(count, overpass.rgt, np.int16)
    columns["cycle"] = np.full(count, overpass.cycle, np.int16)
    columns["quality"] = np.zeros(count, np.int8)
    return columns


def _measure_pair(
    rng: np.random.Generator,
    terrain: Terrain,
    overpass: Overpass,
    pair: BeamPair,
    kept: NDArray[np.bool_],
    vector: Field,
    instrument: Instrument,
) -> list[Columns]:
    """Both beams of a pair: they share the slope across the track, and the vector of error."""
    distance = pair.distance[kept]
    places = [(x[kept], y[kept]) for x, y in (pair.left, pair.right)]
    surfaces = [terrain(*place) for place in places]
    across = (surfaces[0][0] - surfaces[1][0]) / (2 * BEAM_OFFSET)
    forward = np.sin(overpass.azimuth), np.cos(overpass.azimuth)
    along = [slope_x * forward[0] + slope_y * forward[1] for _, slope_x, slope_y in surfaces]
    missing_across = _chosen(rng, instrument.faults.missing_across, distance.size)
    missing_along = _chosen(rng, instrument.faults.missing_along, distance.size)
    stored = _geolocation_sigma(
        instrument.geolocation, _or_one(along[0], missing_along), _or_one(across, missing_across)
    )
    beams = []
    for side in (0, 1):
        columns = _heights(rng, surfaces[side][0], along[side], across, vector, side == 0, instrument)
        columns["x"], columns["y"] = places[side]
        columns["slope_along"] = np.where(missing_along, np.nan, along[side]).astype(np.float32)
        columns["slope_across"] = np.where(missing_across, np.nan, across).astype(np.float32)
        columns["sigma_geo"] = _geolocation_sigma(instrument.geolocation, along[0], across)
        columns["sigma_geo_stored"] = stored
        columns["sigma_geo_flag"] = (missing_across | missing_along).astype(np.uint8)
        columns["x_atc"] = _NODE_DISTANCE + distance
        columns["segment_id"] = segment_numbers(distance)
        columns["time"] = _instants(overpass, distance)
        columns["pair"] = np.full(distance.size, pair.number, np.int8)
        columns["beam"] = np.full(distance.size, 2 * pair.number - 1 + side, np.int8)
        columns["strong"] = np.full(distance.size, side == 0)
        beams.append(columns)
    return beams


def _heights(
    rng: np.random.Generator,
    surface: Field,
    along: Field,
    across: Field,
    vector: Field,
    strong: bool,
    instrument: Instrument,
) -> Columns:
    """Heights of one beam and their formal errors."""
    sigma = formal_errors(rng, instrument.noise, strong, np.hypot(along, across))
    height = surface + instrument.common + vector[0] + vector[1] * along + vector[2] * across
    height += photon_noise(rng, instrument.noise, sigma, instrument.posting)
    height += cloud_heights(rng, instrument.faults, surface.size)
    return {"height": height, "height_sigma": sigma.astype(np.float32)}


def _geolocation_sigma(errors: GeolocationErrors, along_left: Field, across: Field) -> NDArray[np.float32]:
    """Standard deviation of the vector's effect, with the left beam's slope for both beams as the product."""
    radial = np.hypot(errors.radial, errors.pair_radial)
    horizontal = np.hypot(errors.horizontal, errors.pair_horizontal)
    return np.sqrt(radial**2 + horizontal**2 * (along_left**2 + across**2)).astype(np.float32)


def _chosen(rng: np.random.Generator, share: float, count: int) -> NDArray[np.bool_]:
    return rng.random(count) < share if share else np.zeros(count, dtype=bool)


def _or_one(slope: Field, missing: NDArray[np.bool_]) -> Field:
    """The slope with the product's sentinel, 1, where it is missing."""
    return np.where(missing, 1.0, slope)


def _instants(overpass: Overpass, distance: Field) -> NDArray[np.datetime64]:
    nanoseconds = np.round((overpass.seconds + distance / GROUND_SPEED) * 1e9).astype(np.int64)
    return _EPOCH + nanoseconds.astype("timedelta64[ns]")
