"""Grids as SCRIP files, which CDO reads."""

from __future__ import annotations

from pathlib import Path

from .grids import SphereGrid
from .polygons import longitude_latitude


def write_scrip(path: Path, grid: SphereGrid) -> None:
    """Centres and corners in degrees; the fastest dimension comes first in the file."""
    from netCDF4 import Dataset

    centres, corners = longitude_latitude(grid.centres), longitude_latitude(grid.corners)
    with Dataset(path, "w", format="NETCDF3_64BIT_OFFSET") as file:
        file.createDimension("grid_size", len(centres[0]))
        file.createDimension("grid_corners", corners[0].shape[1])
        file.createDimension("grid_rank", len(grid.shape))
        file.createVariable("grid_dims", "i4", ("grid_rank",))[:] = grid.shape[::-1]
        file.createVariable("grid_imask", "i4", ("grid_size",))[:] = 1
        for name, dims, points in (
            ("center", ("grid_size",), centres),
            ("corner", ("grid_size", "grid_corners"), corners),
        ):
            for axis, values in zip(("lon", "lat"), points, strict=True):
                variable = file.createVariable(f"grid_{name}_{axis}", "f8", dims)
                variable.units = "degrees"
                variable[:] = values
