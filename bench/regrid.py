"""Conservative regridding from 8 to 16 km in Antarctica: Nunatak against the peers that are installed.

Prints, for each step, seconds of wall clock and of processor time, and Nunatak's processor time as a ratio to
the peer's. Every peer regrids the same fields; the largest difference to Nunatak is printed too: peers
that weigh by the map's area answer another question.

Run: python bench/regrid.py [steps]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

import nunatak as nk
from nunatak._nunatak import Weights
from nunatak.grids import native_grid


@dataclass
class Measured:
    """What one step took, and what it gave."""

    wall: float
    processor: float
    result: Any


def measured(step: Callable[[], Any]) -> Measured:
    """The best of three runs."""
    runs = []
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        result = step()
        runs.append(Measured(time.perf_counter() - wall, time.process_time() - processor, result))
    return min(runs, key=lambda run: run.processor)


def fields(source: xr.Dataset, steps: int) -> xr.DataArray:
    """Smooth fields without missing values, row by row in memory as files give them."""
    phase = xr.DataArray(np.arange(steps) / 10, dims="time")
    values = 2000 + 1e-3 * source.x + 500 * np.sin(source.y / 5e5 + phase)
    values = values.transpose("time", "y", "x").assign_coords(crs=source.crs).rename("orog")
    return values.copy(data=np.ascontiguousarray(values.values))


def report(name: str, run: Measured, ours: Measured, difference: float | None = None) -> None:
    """One line of the table."""
    ratio = f"{ours.processor / run.processor:8.2f}" if run is not ours else "        "
    text = "" if difference is None else f"  largest difference {difference:.1e}"
    print(f"{name:44s} {run.wall:8.3f} s wall {run.processor:8.3f} s cpu  ours/this {ratio}{text}")


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    source, target = nk.ismip6_grid("AIS", 8e3), nk.ismip6_grid("AIS", 16e3)
    data = fields(source, steps)
    print(f"{steps} fields, {native_grid(source).shape} to {native_grid(target).shape} cells")

    here, there = native_grid(source), native_grid(target)
    first = time.process_time()
    weights = Weights(here, there, "conservative")
    print(f"{'weights, nunatak (first and only time)':44s} {'':15s} {time.process_time() - first:8.3f} s cpu")
    ours = measured(lambda: nk.regrid(data, target).values)
    report("apply, nunatak (NaN-aware)", ours, ours)

    try:
        from scipy.sparse import csr_array
    except ImportError:
        print("scipy is not installed")
    else:
        matrix = csr_array((weights.values, weights.cells, weights.row_starts), shape=weights.shape)
        matrix.indices, matrix.indptr = matrix.indices.astype("i4"), matrix.indptr.astype("i4")
        flat = data.values.reshape(steps, -1)
        covered = (matrix @ np.ones(matrix.shape[1]))[:, None]
        plain = measured(lambda: ((matrix @ flat.T) / covered).T)

        def aware() -> np.ndarray:
            valid = np.isfinite(flat)
            return ((matrix @ np.where(valid, flat, 0).T) / (matrix @ valid.T.astype(float))).T

        for name, run in (("no NaN", plain), ("NaN-aware, two products", measured(aware))):
            difference = np.abs(run.result.reshape(ours.result.shape) - ours.result).max()
            report(f"apply, scipy CSR ({name})", run, ours, float(difference))

    try:
        import xarray_regrid  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ImportError:
        print("xarray-regrid is not installed")
    else:
        wanted = target[["x", "y"]].reset_coords(drop=True)
        peer = measured(
            lambda: data.drop_vars("crs").regrid.conservative(wanted, latitude_coord=None).values  # pyright: ignore
        )
        report(
            "weights and apply, xarray-regrid (flat map)",
            peer,
            ours,
            float(np.nanmax(np.abs(peer.result - ours.result))),
        )


if __name__ == "__main__":
    main()
