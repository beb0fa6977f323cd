"""Readers of whole variables, each at the lowest level that a user would go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import virtual
from .loops import Facts, Run, engine_for


def netcdf4(files: Sequence[str], variables: Sequence[str]) -> Run:
    """netCDF4 alone: raw values, nothing masked or scaled."""
    import netCDF4

    opened = [netCDF4.Dataset(file) for file in files]
    for dataset in opened:
        dataset.set_auto_maskandscale(False)
    return lambda: {"bytes": sum(one[name][:].nbytes for one, name in zip(opened, variables, strict=True))}


def h5netcdf(files: Sequence[str], variables: Sequence[str]) -> Run:
    """h5netcdf alone: raw values."""
    import h5netcdf

    opened: list[Any] = [h5netcdf.File(file, "r") for file in files]
    return lambda: {"bytes": sum(one[name][...].nbytes for one, name in zip(opened, variables, strict=True))}


def through_xarray(files: Sequence[str], variables: Sequence[str], engine: str) -> Run:
    """Decoded values through xarray, as Nunatak's are."""
    import xarray as xr

    pairs = list(zip(files, variables, strict=True))
    opened = [
        xr.open_dataset(file, engine=engine_for(file, engine), decode_times=False, cache=False)[name]
        for file, name in pairs
    ]
    return lambda: {"bytes": sum(array.values.nbytes for array in opened)}


def icechunk(top: str, repository: str, files: Sequence[str]) -> Run:
    """Decoded values through xarray and zarr from the icechunk repository."""
    opened = virtual.arrays(top, repository, files, chunks=None, cache=False)
    return lambda: {"bytes": sum(array.values.nbytes for array in opened)}


def variance(
    groups: Sequence[Sequence[str]], variables: Sequence[Sequence[str]], engine: str, threads: int
) -> Run:
    """Variance across the files of each group: Dask, one chunk for each file."""
    return _variance(
        [_members(files, names, engine) for files, names in zip(groups, variables, strict=True)], threads
    )


def variance_icechunk(top: str, repository: str, groups: Sequence[Sequence[str]], threads: int) -> Run:
    """As `variance`, from the icechunk repository."""
    return _variance(
        [virtual.arrays(top, repository, files, chunks={"time": -1}) for files in groups], threads
    )


def _members(files: Sequence[str], names: Sequence[str], engine: str) -> list[Any]:
    import xarray as xr

    return [
        xr.open_dataset(
            file, engine=engine_for(file, engine), chunks={"time": -1, "x": -1, "y": -1}, decode_times=False
        )[name]
        for file, name in zip(files, names, strict=True)
    ]


def _variance(groups: Sequence[Sequence[Any]], threads: int) -> Run:
    import dask
    import numpy as np
    import xarray as xr

    def run() -> Facts:
        totals = []
        with dask.config.set(scheduler="threads", num_workers=threads):
            for members in groups:
                plain = [member.variable for member in members]
                stacked = (
                    xr.Variable.concat(plain, "member") if len(plain) > 1 else plain[0].expand_dims("member")
                )
                totals.append(float(np.nansum(stacked.var("member").values, dtype=np.float64)))
        return {"totals": totals}

    return run
