"""A raster of 150 m on a mesh of 1 to 10 km, conservatively, out of core.

The job of MPAS-Dev/compass #922 and #408: BedMachine-like bed elevation, about 180 million pixels chunked on
disk, to a graded mesh of two million triangles. Raster and mesh are generated; the integral over the mesh is
compared with the one that NumPy takes of the raster, by the true areas of its pixels.

Run: python bench/raster_to_mesh.py [--pixels 13400] [--cells 1000] [--write]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import netCDF4
import numpy as np
import xarray as xr
from regridding.mesh import ugrid

import nunatak as nk
from nunatak._nunatak import StreamPlan
from nunatak.grids.recognition import find_horizontal

SPACING = 150.0
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks" / "raster_to_mesh.md"


def axis(pixels: int) -> np.ndarray:
    """Centres of the pixels along either axis (m)."""
    return (np.arange(pixels) - (pixels - 1) / 2) * SPACING


def write_raster(path: Path, pixels: int) -> None:
    """A bed of hills and troughs with noise, in bands of rows, so that memory stays small."""
    centres, band = axis(pixels), 1000
    noise = np.random.default_rng(7)
    with netCDF4.Dataset(path, "w") as file:
        for name in ("y", "x"):
            file.createDimension(name, pixels)
            variable = file.createVariable(name, "f8", (name,))
            variable[:] = centres
            variable.units, variable.standard_name = "m", f"projection_{name}_coordinate"
        mapping = file.createVariable("crs", "i4")
        mapping.setncatts(nk.grid("EPSG:3031", spacing=320e3).crs.attrs)
        chunks = (min(band, pixels), min(band, pixels))
        bed = file.createVariable(
            "bed", "f4", ("y", "x"), zlib=True, complevel=1, shuffle=True, chunksizes=chunks
        )
        bed.grid_mapping, bed.units = "crs", "m"
        for first in range(0, pixels, band):
            y = centres[first : first + band, None]
            hills = 2000 + 800 * np.sin(y / 9e4) * np.cos(centres / 7e4)
            hills += 300 * np.sin(centres / 4e3) * np.cos(y / 5e3)
            bed[first : first + band] = hills + noise.normal(0, 20, hills.shape).astype("f4")


def mesh(pixels: int, cells: int) -> xr.Dataset:
    """Triangles between nodes whose spacing goes from about 1 km to 10 km and back, moved about a little."""
    steps = 1.0 + 9.0 * np.abs(np.linspace(-1, 1, cells)) ** 8
    half = (pixels / 2 - 2) * SPACING
    nodes = np.concatenate([[0.0], np.cumsum(steps)])
    nodes = (nodes / nodes[-1] * 2 - 1) * half
    x, y = np.meshgrid(nodes, nodes)
    rng = np.random.default_rng(3)
    inner = (slice(1, -1), slice(1, -1))
    least = np.diff(nodes).min()
    for values in (x, y):
        values[inner] += rng.uniform(-0.2, 0.2, values[inner].shape) * least
    corner = (np.arange(cells)[:, None] * (cells + 1) + np.arange(cells)).ravel()
    lower = np.stack([corner, corner + 1, corner + cells + 2], axis=1)
    upper = np.stack([corner, corner + cells + 2, corner + cells + 1], axis=1)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    return ugrid(points, np.concatenate([lower, upper]), nk.grid("EPSG:3031", spacing=320e3).crs.variable)


def integral(path: Path, pixels: int) -> float:
    """The raster's integral (m3) over the square of the mesh, in bands, by the areas of whole pixels."""
    half = (pixels / 2 - 2) * SPACING
    total = 0.0
    with netCDF4.Dataset(path) as file:
        for first in range(2, pixels - 2, 500):
            rows = slice(first, min(first + 500, pixels - 2))
            y = axis(pixels)[rows]
            bounds = (-half, float(y[0]) - SPACING / 2, half, float(y[-1]) + SPACING / 2)
            band = nk.grid("EPSG:3031", spacing=SPACING, bounds=bounds, registration="cell")
            total += float((nk.cell_area(band).values * file["bed"][rows, 2:-2].astype("f8")).sum())
    return total


def job(path: Path, pixels: int, cells: int) -> None:
    """Regrids and prints what it took; run in a process of its own, so that its memory is its own."""
    target = mesh(pixels, cells)
    start, cpu = time.perf_counter(), time.process_time()
    with xr.open_dataset(path, engine="nunatak") as file:
        bed = nk.regrid(file["bed"], target)
        values = bed.values
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with xr.open_dataset(path, engine="nunatak") as file:
        plan = StreamPlan(find_horizontal(file["bed"]).grid, find_horizontal(target).grid)
    ours = float((values * plan.areas()).sum())
    print(f"{wall:.1f} {cpu:.1f} {memory:.0f} {ours!r} {int(np.isnan(values).sum())} {values.size}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pixels", type=int, default=13_400)
    parser.add_argument("--cells", type=int, default=1_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--job", type=Path)
    options = parser.parse_args()
    if options.job:
        job(options.job, options.pixels, options.cells)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bed.nc"
        write_raster(path, options.pixels)
        command = [sys.executable, __file__, "--job", str(path)]
        command += ["--pixels", str(options.pixels), "--cells", str(options.cells)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        expected = integral(path, options.pixels)
        size = path.stat().st_size / 1e6
    wall, cpu, memory, ours, missing, faces = (float(value) for value in answer)
    lines = [
        "| what | value |",
        "|---|---:|",
        f"| pixels | {options.pixels**2:,} |",
        f"| file (MB) | {size:,.0f} |",
        f"| cells of the mesh | {faces:,.0f} |",
        f"| wall (s) | {wall:.1f} |",
        f"| processor (s) | {cpu:.1f} |",
        f"| peak memory (MB) | {memory:,.0f} |",
        f"| pixels a second | {options.pixels**2 / wall:,.0f} |",
        f"| cells without a value | {missing:.0f} |",
        f"| integral over the mesh less the raster's, relative | {(ours - expected) / expected:.1e} |",
    ]
    print("\n".join(lines))
    if options.write:
        text = (__doc__ or "").split("\n\nRun:")[0]
        PAGE.write_text(f"# {text}\n\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
