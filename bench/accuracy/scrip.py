"""Grids as SCRIP files, which CDO reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Degrees = tuple[NDArray[np.float64], NDArray[np.float64]]


def write_scrip(path: Path, centres: Degrees, corners: Degrees, shape: tuple[int, ...]) -> None:
    """Centres (cell) and corners (cell, corner) in degrees; the fastest dimension comes first in the file."""
    from netCDF4 import Dataset

    with Dataset(path, "w", format="NETCDF3_64BIT_OFFSET") as file:
        file.createDimension("grid_size", len(centres[0]))
        file.createDimension("grid_corners", corners[0].shape[1])
        file.createDimension("grid_rank", len(shape))
        file.createVariable("grid_dims", "i4", ("grid_rank",))[:] = shape[::-1]
        file.createVariable("grid_imask", "i4", ("grid_size",))[:] = 1
        for name, dims, points in (
            ("center", ("grid_size",), centres),
            ("corner", ("grid_size", "grid_corners"), corners),
        ):
            for axis, values in zip(("lon", "lat"), points, strict=True):
                variable = file.createVariable(f"grid_{name}_{axis}", "f8", dims)
                variable.units = "degrees"
                variable[:] = values
