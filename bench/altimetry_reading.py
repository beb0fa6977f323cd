"""Reading ATL06 granules: Nunatak against h5py for the same variables, and a region against all of a granule.

Both read 8 variables of 6 beams, and the numbers are checked to be equal; repeats alternate, so that both
meet the same machine, and medians of wall and CPU time are printed with their ratio. A granule of the size
of a native one is written first; a real one is read where there is one.

    python bench/altimetry_reading.py [--segments 100000] [--repeats 15]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

import nunatak as nk
from nunatak_testing.atl06 import BEAMS, NAME, newer_columns, write_granule

VARIABLES = {
    "longitude": "longitude",
    "latitude": "latitude",
    "delta_time": "time",
    "h_li": "height",
    "h_li_sigma": "height_sigma",
    "atl06_quality_summary": "quality",
    "segment_id": "segment_id",
    "sigma_geo_h": "sigma_geo_stored",
}
"""Names in the granule, and of the columns of points."""
COLUMNS = ["height_sigma", "quality", "segment_id", "sigma_geo_stored"]


def native_granule(path: Path, segments: int) -> Path:
    """A granule with as many segments per beam as a native one, whose numbers compress about as real ones."""
    generator = np.random.default_rng(1)
    index = np.arange(segments)
    beams = {}
    for number, name in enumerate(BEAMS):
        noise = generator.normal(0.0, 1.0, (6, segments)).astype("f4")
        beams[name] = newer_columns(
            segments,
            latitude=-65.0 - 1.8e-4 * index + 1e-7 * noise[0],
            longitude=-107.0 + 4e-5 * index + 0.03 * (number // 2) + 1e-7 * noise[1],
            delta_time=63_000_000.0 + 0.0028 * index,
            h_li=(1500 + 200 * np.sin(index / 900) + 0.2 * noise[2]).astype("f4"),
            h_li_sigma=(0.02 + 0.005 * np.abs(noise[3])).astype("f4"),
            sigma_geo_h=(0.3 + 0.05 * np.abs(noise[4])).astype("f4"),
            dh_fit_dx=(0.01 * noise[5]).astype("f4"),
            dh_fit_dy=(0.01 * noise[0]).astype("f4"),
            dem_h=(1500 + 200 * np.sin(index / 900) + noise[1]).astype("f4"),
            h_robust_sprd=(0.1 + 0.02 * np.abs(noise[2])).astype("f4"),
        )
    return write_granule(path, beams)


def with_h5py(path: Path) -> dict[str, np.ndarray]:
    """The variables of all beams, with h5py alone."""
    with h5py.File(path) as file:
        groups = [file[f"{beam}/land_ice_segments"] for beam in BEAMS if beam in file]
        return {name: np.concatenate([group[name][:] for group in groups]) for name in VARIABLES}


def timed(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, tuple[float, float]]:
    """Median wall and CPU time (ms) of calls that take turns."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(repeats + 1):
        for name, call in calls.items():
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: (
            1e3 * statistics.median(wall for wall, _ in own[1:]),
            1e3 * statistics.median(cpu for _, cpu in own[1:]),
        )
        for name, own in times.items()
    }


def check(path: Path) -> None:
    """That both read the same numbers."""
    theirs, ours = with_h5py(path), nk.open_atl06(path, quality="all", columns=COLUMNS).dataset
    for name, column in VARIABLES.items():
        expected, found = theirs[name], ours[column].values
        if name == "delta_time":
            found = (found - np.datetime64("2018-01-01", "ns")) / np.timedelta64(1, "s")
        known = np.abs(expected) < 1e37
        assert np.allclose(found[known], expected[known], rtol=0, atol=1e-6), name


def compare(label: str, path: Path, repeats: int) -> None:
    """Prints the times of the same variables, of everything, and of a region of one percent."""
    check(path)
    latitude = np.sort(with_h5py(path)["latitude"])
    middle = latitude.size // 2
    south, north = latitude[middle], latitude[middle + max(latitude.size // 100, 1)]
    region = (-180.0, float(south), 180.0, float(north))
    found = timed(
        {
            "h5py, 8 variables": lambda: with_h5py(path),
            "nunatak, 8 variables": lambda: nk.open_atl06(path, quality="all", columns=COLUMNS),
            "nunatak, everything": lambda: nk.open_atl06(path, quality="all"),
            "nunatak, region of 1 %": lambda: nk.open_atl06(path, quality="all", region=region),
        },
        repeats,
    )
    share = len(nk.open_atl06(path, quality="all", region=region)) / len(latitude)
    print(f"{label}: {latitude.size:,} segments, {os.path.getsize(path) / 1e6:.1f} MB; region {share:.1%}")
    for name, (wall, cpu) in found.items():
        print(f"  {name:24} {wall:8.1f} ms wall {cpu:8.1f} ms CPU")
    ours, theirs = found["nunatak, 8 variables"], found["h5py, 8 variables"]
    print(f"  h5py / nunatak           {theirs[0] / ours[0]:8.2f} wall    {theirs[1] / ours[1]:8.2f} CPU")
    part, whole = found["nunatak, region of 1 %"], found["nunatak, everything"]
    print(f"  region / everything      {part[0] / whole[0]:8.2f} wall    {part[1] / whole[1]:8.2f} CPU")


def main() -> None:
    """Runs the comparison on a written granule and a real one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = native_granule(Path(folder) / NAME, arguments.segments)
        compare("written granule", path, arguments.repeats)
    data = Path(os.environ.get("NUNATAK_DATA", Path(__file__).parents[2] / "shared" / "data"))
    real = sorted((data / "atl06").glob("*.h5"), key=os.path.getsize)
    if real:
        compare(real[-1].name, real[-1], arguments.repeats)


if __name__ == "__main__":
    main()
