"""NetCDF-4 files that are written whole, by one thread at a time, with a checksum of what is in them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from nunatak.errors import FormatError, StoreError
from nunatak.io.atomic_write import atomic_write
from nunatak.io.library_lock import library_lock

__all__ = ["check_checksum", "write_netcdf"]

_CHECKSUM = "nunatak_checksum"


def write_netcdf(dataset: xr.Dataset, target: Path) -> None:
    """Write numbers and their attributes as NetCDF-4, atomically, with a checksum as an attribute.

    Neither netCDF4 nor the libraries below it may be used by two threads at once. The lock is xarray's own,
    so that its reads wait too.

    Raises
    ------
    ArgumentError, StoreError
        As :func:`nunatak.io.atomic_write.atomic_write`.
    """
    dataset = dataset.assign_attrs({_CHECKSUM: _checksum(dataset)})
    with atomic_write(target) as copy:
        try:
            _write(dataset, copy)
        except RuntimeError as error:
            # Errors of HDF5 are not the system's to netCDF4.
            raise StoreError(f"{target}: cannot be written: {error}") from error


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


def check_checksum(path: str, file: xr.Dataset) -> None:
    """Check that a file that has a checksum holds what was written, undecoded; files of others have none.

    Raises
    ------
    FormatError
        When it holds something else.
    """
    expected = file.attrs.get(_CHECKSUM)
    if expected is not None and expected != _checksum(file):
        raise FormatError(
            f"{path}: its content is not what was written ({_CHECKSUM} is {expected}): it is damaged, or was "
            f"changed; write it anew, or delete the attribute {_CHECKSUM} of a file that you changed"
        )


def _checksum(dataset: xr.Dataset) -> str:
    """SHA-256 of names, dimensions, values and texts among the attributes, in any order of variables."""
    digest = hashlib.sha256(repr(_texts(dataset.attrs)).encode())
    for name in sorted(map(str, dataset.variables)):
        variable = dataset.variables[name]
        values = np.ascontiguousarray(variable.values)
        values = values.astype(values.dtype.newbyteorder("<"), copy=False)
        described = (name, variable.dims, values.dtype.str, values.shape, _texts(variable.attrs))
        digest.update(repr(described).encode())
        digest.update(values.tobytes())
    return f"sha256:{digest.hexdigest()}"


def _texts(attrs: Any) -> list[tuple[str, str]]:
    return sorted(
        (str(name), value)
        for name, value in attrs.items()
        if isinstance(value, str) and name != _CHECKSUM and not str(name).startswith("_")
    )
