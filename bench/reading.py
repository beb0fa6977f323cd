"""Reading a compressed variable: Nunatak against netCDF4, through xarray, on the same file in the same run.

Writes one float32 variable (deflate 4 and shuffle) in two chunkings, reads the whole of it and one time
step, checks that both readers give the same bytes, and prints best times of the repeats and their ratio. The
file is in the page cache for both.

    python bench/reading.py [--years 43] [--size 761] [--repeats 3]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

CHUNKINGS = {"one year, whole field": (1, None, None), "16 years, 128 x 128": (16, 128, 128)}


def write(path: Path, years: int, size: int, chunk: tuple[int | None, ...]) -> None:
    """A dome that thins, with noise in its last digits: it compresses about as model output does."""
    import netCDF4

    generator = np.random.default_rng(0)
    axis = np.linspace(-1.0, 1.0, size)
    dome = 3500.0 * np.sqrt(np.clip(1.0 - axis[:, None] ** 2 - axis[None, :] ** 2, 0.0, None))
    noise = generator.normal(0.0, 1.0, (size, size)) * (dome > 0)
    with netCDF4.Dataset(path, "w") as file:
        for name, length in (("time", years), ("y", size), ("x", size)):
            file.createDimension(name, length)
        sizes = tuple(length or size for length in chunk)
        lithk = file.createVariable(
            "lithk", "f4", ("time", "y", "x"), zlib=True, complevel=4, shuffle=True, chunksizes=sizes
        )
        for year in range(years):
            lithk[year] = np.round(dome - 0.3 * year + noise, 2)


def best(read: Callable[[], np.ndarray], repeats: int) -> tuple[float, np.ndarray]:
    """Shortest wall time (s) of several reads, and what was read."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        values = read()
        times.append(time.perf_counter() - start)
    return min(times), values


def compare(path: Path, years: int, repeats: int, label: str) -> None:
    """Prints a line for the whole variable and one for a single year."""
    for part, key in (("all years", {}), ("one year", {"time": years // 2})):

        def reader(engine: str, key: dict[str, int] = key) -> Callable[[], np.ndarray]:
            return lambda: xr.open_dataset(path, engine=engine)["lithk"].isel(key).values

        theirs, expected = best(reader("netcdf4"), repeats)
        ours, found = best(reader("nunatak"), repeats)
        assert found.tobytes() == expected.tobytes(), "the two readers differ"
        print(f"{label:24} {part:10} netCDF4 {theirs:7.3f} s  nunatak {ours:7.3f} s  {theirs / ours:5.1f}x")


def main() -> None:
    """Runs the comparison for every chunking."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--years", type=int, default=43)
    parser.add_argument("--size", type=int, default=761)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, (label, chunk) in enumerate(CHUNKINGS.items()):
            path = Path(folder) / f"{number}.nc"
            write(path, arguments.years, arguments.size, chunk)
            compare(path, arguments.years, arguments.repeats, label)


if __name__ == "__main__":
    main()
