"""Measurements of a beam pair: the truth with errors drawn from the product's own error model.

The geolocation error of a segment is `sqrt(sr^2 + (sat dh_fit_dx_left)^2 + (sxt dh_fit_dy)^2)`, with the
left beam's slope along the track for both beams. One radial error and one horizontal offset are drawn for a
whole pass (reference ground track, cycle, pair), so the errors of a pass move together. Where a slope is
missing the product puts 1 in its place, which makes the stored error about 20 or 28.3 m: the sentinel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .granule_layout import FLOAT_FILL
from .tracks import BEAM_OFFSET, SEGMENT_LENGTH, Track
from .truth import Truth

Field = NDArray[np.float64]
Mask = NDArray[np.bool_]
Columns = dict[str, NDArray[Any]]

RADIAL_SIGMA = 0.3
"""Radial geolocation error of release 003 (m)."""

HORIZONTAL_SIGMA = 20.0
"""Horizontal geolocation error of release 003 along and across the track (m)."""

RANDOM_SIGMA = {True: 0.013, False: 0.029}
"""Median random error of a strong and of a weak beam (m)."""

_SLOPE_NOISE = 5e-4
_DEM_NOISE = 0.1
_YEAR_OF_EPOCH = 2018.0
_SECONDS_PER_YEAR = 365.25 * 86_400


@dataclass(frozen=True)
class PassError:
    """Geolocation error drawn for one pass (m): radial, along and across the track."""

    rgt: int
    cycle: int
    pair: int
    radial: float
    along: float
    across: float


@dataclass(frozen=True)
class Conditions:
    """Faults along a beam pair, as fractions of its segments.

    Attributes
    ----------
    cloud
        Segments behind cloud: quality 1, half of them without a height.
    missing_across
        Segments without a slope across the track.
    missing_both
        Segments without the left beam's slope along the track either.
    """

    cloud: float = 0.06
    missing_across: float = 0.0
    missing_both: float = 0.0


def measure_pair(
    truth: Truth,
    centre: Track,
    delta_time: Field,
    error: PassError,
    conditions: Conditions,
    strong_is_right: bool,
    rng: np.random.Generator,
) -> tuple[Columns, Columns]:
    """The columns of the left and of the right beam of a pair, as the product stores them.

    `delta_time` is in seconds since 2018-01-01 UTC; a column is named by its path below `land_ice_segments`.
    """
    year = _YEAR_OF_EPOCH + delta_time / _SECONDS_PER_YEAR
    left, right = centre.offset(BEAM_OFFSET), centre.offset(-BEAM_OFFSET)
    across = _slope(truth, centre, year, "across") + rng.normal(0, _SLOPE_NOISE, year.size)
    along = {side: _slope(truth, track, year, "along") for side, track in (("l", left), ("r", right))}
    shift = error.radial + error.along * along["l"] + error.across * across
    missing_across, missing_left = _missing_slopes(conditions, rng, year.size)
    fitted = {side: slope + rng.normal(0, _SLOPE_NOISE, year.size) for side, slope in along.items()}
    geolocation = geolocation_error(fitted["l"], across, missing_left, missing_across)
    beams = []
    for side, track in (("l", left), ("r", right)):
        columns = _heights(truth, track, year, shift, (side == "r") == strong_is_right, conditions.cloud, rng)
        columns["delta_time"] = delta_time
        columns["sigma_geo_h"] = geolocation
        columns["fit_statistics/dh_fit_dx"] = _filled(fitted[side], missing_left if side == "l" else None)
        columns["fit_statistics/dh_fit_dy"] = _filled(across, missing_across)
        columns["ground_track/y_atc"] = np.full(year.size, BEAM_OFFSET if side == "l" else -BEAM_OFFSET, "f4")
        for name, sigma in (("at", HORIZONTAL_SIGMA), ("xt", HORIZONTAL_SIGMA), ("r", RADIAL_SIGMA)):
            columns[f"ground_track/sigma_geo_{name}"] = np.full(year.size, sigma, "f4")
        beams.append(columns)
    return beams[0], beams[1]


def geolocation_error(along_left: Field, across: Field, missing_left: Mask, missing_across: Mask) -> Field:
    """`sigma_geo_h` as the product computes it (m), with 1 in the place of a missing slope."""
    along = np.where(missing_left, 1.0, along_left.astype(np.float32))
    crossing = np.where(missing_across, 1.0, across.astype(np.float32))
    return np.sqrt(RADIAL_SIGMA**2 + (HORIZONTAL_SIGMA * along) ** 2 + (HORIZONTAL_SIGMA * crossing) ** 2)


def _slope(truth: Truth, track: Track, year: Field, direction: str) -> Field:
    """Surface slope along the flight over one segment, or to the left over the width of a pair (1)."""
    half = SEGMENT_LENGTH if direction == "along" else BEAM_OFFSET
    step_x, step_y = (
        (track.along_x, track.along_y) if direction == "along" else (-track.along_y, track.along_x)
    )
    ahead = truth.orog(track.x + half * step_x, track.y + half * step_y, year)
    behind = truth.orog(track.x - half * step_x, track.y - half * step_y, year)
    return (ahead - behind) / (2 * half)


def _heights(
    truth: Truth,
    track: Track,
    year: Field,
    shift: Field,
    strong: bool,
    cloud: float,
    rng: np.random.Generator,
) -> Columns:
    """Position, height, its random error, quality, datum and tides of one beam."""
    floating, geoid = truth.floating(track.x, track.y), truth.geoid(track.x, track.y)
    tide = 0.8 * np.sin(2 * np.pi * year * 365.25 / 0.5175 + track.longitude / 40)
    pressure = -0.12 + 0.05 * np.sin(track.x / 6e5)
    sigma = RANDOM_SIGMA[strong] * rng.lognormal(0, 0.35, year.size)
    surface = truth.orog(track.x, track.y, year) + geoid + np.where(floating, tide + pressure, 0.0)
    cloudy = _cloudy(cloud, rng, year.size)
    lost = cloudy & (rng.random(year.size) < 0.5)
    height = surface + shift + rng.normal(0, sigma) + np.where(cloudy, rng.normal(0, 25, year.size), 0)
    dem = truth.reference_orog(track.x, track.y) + geoid + rng.normal(0, _DEM_NOISE, year.size)
    photons = np.where(lost, 0, rng.poisson(250 if strong else 60, year.size)).astype("i4")
    return {
        "latitude": track.latitude,
        "longitude": track.longitude,
        "segment_id": track.segment_id,
        "h_li": _filled(height, lost),
        "h_li_sigma": _filled(sigma, lost),
        "atl06_quality_summary": cloudy.astype("i1"),
        "dem/geoid_h": geoid.astype("f4"),
        "dem/dem_h": dem.astype("f4"),
        "fit_statistics/n_fit_photons": photons,
        "fit_statistics/h_mean": _filled(height, lost),
        "fit_statistics/signal_selection_source": np.where(cloudy, 3, 0).astype("i1"),
        "geophysical/tide_ocean": _filled(tide, ~floating),
        "geophysical/dac": pressure.astype("f4"),
        "ground_track/x_atc": track.x_atc,
        "ground_track/seg_azimuth": np.degrees(np.arctan2(track.along_x, track.along_y)).astype("f4"),
    }


def _cloudy(share: float, rng: np.random.Generator, count: int) -> Mask:
    """Segments behind cloud, which comes in stretches of 25."""
    stretches = rng.random(count // 25 + 1) < share
    return np.repeat(stretches, 25)[:count]


def _missing_slopes(conditions: Conditions, rng: np.random.Generator, count: int) -> tuple[Mask, Mask]:
    """Where the slope across the track is missing, and where the left one along it is missing too."""
    draw = rng.random(count)
    across = draw < conditions.missing_across + conditions.missing_both
    return across, draw < conditions.missing_both


def _filled(values: Field, missing: Mask | None) -> NDArray[Any]:
    """float32 with the product's fill value where there is nothing."""
    single = values.astype(np.float32)
    return single if missing is None else np.where(missing, FLOAT_FILL, single)
