"""Variance across the members of an ensemble: Nunatak against xarray with Dask over netCDF4.

Writes an ensemble of NetCDF-4 files as the archives are (float32, deflate and shuffle, one time step per
chunk), takes the variance across the models with both, checks that the answers agree, and prints times and
their ratio. Each runs in a process of its own; the best of the repeats counts, files are in the page cache
for both.

    python bench/ensemble.py [--members 12] [--years 20] [--size 381] [--repeats 3]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

OURS = """
import nunatak as nk, xarray as xr
from nunatak.ensembles import ensemble
def run(paths):
    nodes = {f"m{at}/exp05": xr.open_dataset(path, engine="nunatak") for at, path in enumerate(paths)}
    return ensemble(xr.DataTree.from_dict(nodes), "lithk", stats=("var",))["var"].values
"""

THEIRS = """
import xarray as xr
def run(paths):
    members = [xr.open_dataset(path, engine="netcdf4", chunks={"time": 1})["lithk"] for path in paths]
    return xr.concat(members, "model").var("model").values
"""

RUNNER = """
import json, resource, sys, time
import numpy as np
paths, repeats, output = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
times = []
for _ in range(repeats):
    start = time.perf_counter()
    values = run(paths)
    times.append(time.perf_counter() - start)
np.save(output, values)
print(json.dumps({"seconds": min(times), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def write_members(folder: Path, members: int, years: int, size: int) -> list[str]:
    """Thickness of one dome with smooth differences between the members."""
    import netCDF4

    axis = np.linspace(-1.0, 1.0, size)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    dome = 3500.0 * np.sqrt(np.clip(1.0 - x**2 - y**2, 0.0, None))
    paths = []
    for member in range(members):
        generator = np.random.default_rng(member)
        paths.append(str(folder / f"lithk_AIS_M{member}_exp05.nc"))
        with netCDF4.Dataset(paths[-1], "w") as file:
            file.createDimension("time", None)
            file.createDimension("y", size)
            file.createDimension("x", size)
            time = file.createVariable("time", "f8", ("time",))
            time.units, time.calendar = "days since 2015-01-01", "365_day"
            time[:] = 365.0 * np.arange(1, years + 1)
            for name, values in (("y", axis), ("x", axis)):
                file.createVariable(name, "f8", (name,))[:] = values * 3040e3
            thickness = file.createVariable(
                "lithk", "f4", ("time", "y", "x"), zlib=True, complevel=4, chunksizes=(1, size, size)
            )
            for year in range(years):
                noise = generator.normal(0.0, 1.0, dome.shape)
                thickness[year] = np.where(dome > 0, dome * (1 + 0.01 * member) - year + noise, np.nan)
    return paths


def measure(program: str, paths: list[str], repeats: int, output: Path) -> dict[str, float]:
    """Best time (s) and peak memory (MiB) of a program in a process of its own."""
    arguments = [sys.executable, "-c", program + RUNNER, json.dumps(paths), str(repeats), str(output)]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--members", type=int, default=12)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--size", type=int, default=381, help="cells along x and y")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_members(folder, arguments.members, arguments.years, arguments.size)
        stored = sum(Path(path).stat().st_size for path in paths) / 2**20
        decoded = arguments.members * arguments.years * arguments.size**2 * 4 / 2**20
        print(f"{len(paths)} members, {decoded:.0f} MiB decoded, {stored:.0f} MiB stored")
        found = {}
        for label, program in (("xarray + dask + netCDF4", THEIRS), ("nunatak", OURS)):
            found[label] = measure(program, paths, arguments.repeats, folder / f"{len(found)}.npy")
            print(f"{label:<24}{found[label]['seconds']:8.2f} s {found[label]['peak']:8.0f} MiB peak")
        theirs, ours = (np.load(folder / f"{at}.npy") for at in (0, 1))
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=1e-3)
        times = [result["seconds"] for result in found.values()]
        print(f"ratio: nunatak is {times[0] / times[1]:.1f} times as fast; variances agree")


if __name__ == "__main__":
    main()
