"""Sample ATL06 granules over the planted truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .granule_file import BEAMS, GranuleHeader, write_granule
from .measurement import HORIZONTAL_SIGMA, RADIAL_SIGMA, Columns, Conditions, PassError, measure_pair
from .tracks import PAIR_OFFSETS, node_time, reference_track
from .truth import Truth

_REGIONS = (11, 11, 10, 11, 12, 11)
_CYCLE = 5
_POSTING = 500.0


@dataclass(frozen=True)
class PlantedGranule:
    """Contents of a granule.

    Attributes
    ----------
    file
        File name.
    segments, good
        Segments of all beams, and those of quality 0.
    missing_beams
        Beams without a group.
    bare_beams
        Beams whose group lacks `land_ice_segments`.
    sentinels
        Good segments whose stored `sigma_geo_h` holds a missing slope.
    """

    file: str
    segments: int
    good: int
    missing_beams: tuple[str, ...]
    bare_beams: tuple[str, ...]
    sentinels: int


@dataclass(frozen=True)
class Granules:
    """What was written.

    Attributes
    ----------
    path
        Directory of the granules.
    truth
        The surface that was measured.
    granules
        What each granule holds, in the order written.
    passes
        The geolocation error drawn for every pass.
    """

    path: Path
    truth: Truth
    granules: tuple[PlantedGranule, ...]
    passes: tuple[PassError, ...]

    @property
    def files(self) -> list[Path]:
        """Paths of the granules."""
        return [self.path / granule.file for granule in self.granules]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.files)


def write_granules(path: str | Path, truth: Truth, *, n: int = 12, seed: int = 0) -> Granules:
    """Write ATL06-like granules: the truth, measured with errors from the product's error model.

    A segment is kept every 500 m instead of every 20 m, so that whole crossings stay small. The third
    granule lacks the beams of pair 1, the sixth has a beam without segments, the eighth has no good
    segment, and the second and fifth lack slopes, which puts sentinels into `sigma_geo_h`. Both
    orientations occur.

    Parameters
    ----------
    path
        Directory to write below; made when missing.
    truth
        The surface to measure.
    n
        Number of granules, each with a reference ground track of its own.
    seed
        Seed of the errors.

    Returns
    -------
    Granules
        The files, what each holds, and the errors drawn for every pass.

    Raises
    ------
    ValueError
        When `n` is not between 1 and 1387, the number of reference ground tracks.
    """
    if not 1 <= n <= 1387:
        raise ValueError(
            f"n={n} granules: each needs one of the 1387 reference ground tracks; pass 1 to 1387"
        )
    directory = Path(path)
    directory.mkdir(parents=True, exist_ok=True)
    planted: list[PlantedGranule] = []
    passes: list[PassError] = []
    for index in range(n):
        granule, errors = _write_one(directory, truth, index, np.random.default_rng([seed, index]))
        planted.append(granule)
        passes += errors
    return Granules(directory, truth, tuple(planted), tuple(passes))


def _write_one(
    directory: Path, truth: Truth, index: int, rng: np.random.Generator
) -> tuple[PlantedGranule, list[PassError]]:
    """Measure and write one granule."""
    rgt, region = 1 + (53 + 115 * index) % 1387, _REGIONS[index % len(_REGIONS)]
    forward = index % 3 != 2
    track = reference_track(rgt, region, _POSTING)
    start = node_time(rgt, _CYCLE)
    beams: dict[str, Columns | None] = {}
    errors: list[PassError] = []
    for pair, left in PAIR_OFFSETS.items():
        centre = track.offset(left)
        centre = centre.where(truth.ice(centre.x, centre.y))
        radial, along, across = rng.normal(0, (RADIAL_SIGMA, HORIZONTAL_SIGMA, HORIZONTAL_SIGMA))
        error = PassError(rgt, _CYCLE, pair, float(radial), float(along), float(across))
        conditions = _conditions(index, pair)
        columns = measure_pair(truth, centre, start + centre.seconds, error, conditions, forward, rng)
        for side, values in zip("lr", columns, strict=True):
            values["ground_track/y_atc"] = (values["ground_track/y_atc"] + np.float32(left)).astype("f4")
            beams[f"gt{pair}{side}"] = values
        errors.append(error)
    if index == 2:
        del beams["gt1l"], beams["gt1r"]
        errors = errors[1:]
    if index == 5:
        beams["gt3r"] = None
    times = [columns["delta_time"] for columns in beams.values() if columns is not None]
    first, last = min(float(time[0]) for time in times), max(float(time[-1]) for time in times)
    header = GranuleHeader(rgt, _CYCLE, region, forward, first, last, subset=index % 4 == 3)
    write_granule(directory / header.file_name, header, beams)
    return _summary(header.file_name, beams), errors


def _conditions(index: int, pair: int) -> Conditions:
    """Faults of a pair of the granule of this index."""
    if index == 7:
        return Conditions(cloud=1.0)
    if index == 1 and pair == 2:
        return Conditions(missing_across=0.6)
    if index == 4 and pair != 1:
        return Conditions(missing_across=0.2, missing_both=0.05)
    return Conditions()


def _summary(file: str, beams: dict[str, Columns | None]) -> PlantedGranule:
    """Counts over the beams that hold segments."""
    held = [columns for columns in beams.values() if columns is not None]
    good = [columns["atl06_quality_summary"] == 0 for columns in held]
    stored = [columns["sigma_geo_h"] for columns in held]
    return PlantedGranule(
        file,
        segments=sum(columns["delta_time"].size for columns in held),
        good=sum(int(mask.sum()) for mask in good),
        missing_beams=tuple(name for name in BEAMS if name not in beams),
        bare_beams=tuple(name for name in BEAMS if name in beams and beams[name] is None),
        sentinels=sum(int((mask & (sigma > 19.9)).sum()) for mask, sigma in zip(good, stored, strict=True)),
    )
