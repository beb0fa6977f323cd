"""What twice as many cells, in the source and in the target, cost Nunatak."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import xarray as xr

from .clock import Clock
from .workloads import bench_map, bench_mesh, geographic

ROOT_OF_TWO = 2**0.5
RUNS = 3


def run(clock: Clock, folder: str, method: str, steps: int) -> dict[str, Any]:
    """CPU seconds of weights between grids and between grids of twice the cells: the least of three.

    The grids of a pair are a few cells larger than those of the last: the process keeps weights.
    """
    import nunatak as nk

    few, fewer = (nk.grid("EPSG:3031", spacing=spacing) for spacing in (160e3, 320e3))
    nk.regrid(nk.cell_area(few), fewer).load()
    measured = {}
    for name, (source, target, how) in _pairs().items():
        seconds = []
        for size in (1.0, ROOT_OF_TWO):
            times = []
            for more in range(RUNS):
                stage = f"{name} {size:.1f} {more}"
                grids = source(size, more), target(size, more)
                clock(stage, partial(nk.Regridder, *grids, how), most=1)
                times.append(clock.stages.pop(stage)["processor"])
            seconds.append(min(times))
        measured[name] = seconds
    return {"doubling": measured}


Grid = Callable[[float, int], xr.Dataset]


def _pairs() -> dict[str, tuple[Grid, Grid, str]]:
    def polar(cells: int, spacing: float) -> Grid:
        return lambda size, more: bench_map(round(cells * size) + 2 * more, spacing / size).dataset

    def longitudes(rows: int, columns: int, *zone: float, parts: int = 1) -> Grid:
        # Every one of these cells has as many parts along either axis, so that grids of parts stay aligned.
        return lambda size, more: (
            geographic(parts * (round(rows * size) + more), parts * round(columns * size), *zone).dataset
        )

    def mesh(size: float, more: int) -> xr.Dataset:
        return bench_mesh(round(128_000 * size**2) + 100 * more).dataset

    fine, coarse = polar(761, 8e3), polar(381, 16e3)
    return {
        "8 to 16 km, conservative": (fine, coarse, "conservative"),
        "8 km to 0.5 degree, conservative": (fine, longitudes(70, 720, -90, -55), "conservative"),
        "8 km to 0.5 degree, bilinear": (fine, longitudes(70, 720, -90, -55), "bilinear"),
        "0.25 to 1 degree, conservative": (
            longitudes(180, 360, parts=4),
            longitudes(180, 360),
            "conservative",
        ),
        "253,000 triangles to 8 km, conservative": (mesh, fine, "conservative"),
    }
