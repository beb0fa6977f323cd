"""NetCDF-4 files that are written whole, by one thread at a time, with a checksum at their end."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import xarray as xr

from nunatak.errors import FormatError, StoreError
from nunatak.io.atomic_write import atomic_write
from nunatak.io.library_lock import library_lock

__all__ = ["check_netcdf", "write_netcdf"]

_MARK = b"\nnunatak sha256 "
"""Comes before the checksum of all bytes before it, behind what HDF5 takes for the end of the file. A program
that writes to the file cuts it off, so that files that were changed on purpose have none."""
_TRAILER = len(_MARK) + hashlib.sha256().digest_size


def write_netcdf(dataset: xr.Dataset, target: Path) -> None:
    """Write numbers and their attributes as NetCDF-4, atomically, with a checksum behind them.

    Neither netCDF4 nor the libraries below it may be used by two threads at once. The lock is xarray's own,
    so that its reads wait too.

    Raises
    ------
    ArgumentError, StoreError
        As :func:`nunatak.io.atomic_write.atomic_write`.
    """
    with atomic_write(target) as copy:
        try:
            _write(dataset, copy)
        except RuntimeError as error:
            # Errors of HDF5 are not the system's to netCDF4.
            raise StoreError(f"{target}: cannot be written: {error}") from error
        with open(copy, "r+b") as file:
            digest = _digest(file, os.fstat(file.fileno()).st_size)
            file.write(_MARK + digest)


def _write(dataset: xr.Dataset, path: Path) -> None:
    try:
        import netCDF4
    except ImportError:
        # h5py has a lock of its own.
        encoding = {name: {"_FillValue": None} for name in dataset.variables}
        dataset.to_netcdf(path, format="NETCDF4", engine="h5netcdf", encoding=encoding)
        return
    with library_lock(), netCDF4.Dataset(path, "w", format="NETCDF4") as file:
        file.setncatts(dataset.attrs)
        for dimension, length in dataset.sizes.items():
            file.createDimension(str(dimension), length)
        for name, variable in dataset.variables.items():
            dims = tuple(map(str, variable.dims))
            stored = file.createVariable(str(name), variable.dtype, dims, fill_value=False)
            stored.setncatts(variable.attrs)
            stored[...] = variable.values


def check_netcdf(path: str) -> None:
    """Check that a file with a checksum is as it was written; files of others, and remote ones, are let pass.

    Raises
    ------
    FormatError
        When it is not.
    """
    if not os.path.isfile(path) or os.path.getsize(path) < _TRAILER:
        return
    with open(path, "rb") as file:
        length = file.seek(-_TRAILER, os.SEEK_END)
        trailer = file.read(_TRAILER)
        if not trailer.startswith(_MARK):
            return
        file.seek(0)
        found = _digest(file, length)
    if not trailer.endswith(found):
        raise FormatError(
            f"{path}: damaged: its bytes are not those that were written (their SHA-256 begins "
            f"{found.hex()[:16]}, expected {trailer[len(_MARK) :].hex()[:16]}); write the file anew"
        )


def _digest(file: BinaryIO, length: int) -> bytes:
    """SHA-256 of bytes of a file from where it is."""
    digest = hashlib.sha256()
    while length > 0 and (block := file.read(min(length, 1 << 20))):
        digest.update(block)
        length -= len(block)
    return digest.digest()
