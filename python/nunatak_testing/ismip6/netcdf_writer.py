"""Writer through netCDF4-python, or, for chunks that are ready, through netCDF4 and then h5py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import netCDF4

from .content import FileContent, StoredVariable
from .hdf5_writer import write_prepared_chunks
from .packing import stored_data


def write_netcdf(path: Path, content: FileContent) -> None:
    """One file as netCDF-C writes it."""
    flavour = content.flavour
    prepared = content.chunks if flavour.takes_prepared_chunks else None
    with netCDF4.Dataset(path, "w", format=flavour.container) as file:
        for name, length in content.dimensions.items():
            file.createDimension(name, None if name == "time" and flavour.time_can_grow else length)
        if not flavour.attributes_last:
            file.setncatts(content.attributes)
        for name, variable in content.variables.items():
            made = _create(file, name, variable, content)
            if not (flavour.attributes_last and name == content.data_name):
                made.setncatts(_attributes(variable, content, name))
        file.set_auto_maskandscale(False)
        for name, variable in content.variables.items():
            if not (name == content.data_name and prepared is not None):
                file[name][...] = stored_data(content) if name == content.data_name else variable.values
    if prepared is not None:
        with h5py.File(path, "r+") as file:
            write_prepared_chunks(file[content.data_name], content, prepared)
    if flavour.attributes_last:
        with netCDF4.Dataset(path, "a") as file:
            if content.data_name in file.variables:
                file[content.data_name].setncatts(_attributes(content.data, content, content.data_name))
            file.setncatts(content.attributes)


def _create(
    file: netCDF4.Dataset, name: str, variable: StoredVariable, content: FileContent
) -> netCDF4.Variable:
    flavour = content.flavour
    options: dict[str, Any] = {"fill_value": variable.fill_value}
    dtype = variable.dtype
    if name == content.data_name and name in file.dimensions:
        return file.createVariable(name, dtype, variable.dimensions, **options)
    if name == content.data_name and variable.dimensions and flavour.is_hdf5:
        dtype = "i2" if flavour.packing else dtype
        dtype = f"{'>' if flavour.big_endian else '<'}{dtype}"
        options["endian"] = "big" if flavour.big_endian else "little"
        shape = tuple(content.dimensions[dimension] for dimension in variable.dimensions)
        if flavour.layout == "contiguous":
            options["contiguous"] = True
        elif flavour.layout == "chunked":
            options["chunksizes"] = flavour.chunk_shape(shape)
            options["fletcher32"] = flavour.fletcher32
            if flavour.deflate:
                options |= {"compression": "zlib", "complevel": flavour.deflate, "shuffle": flavour.shuffle}
    elif name == content.data_name and flavour.packing:
        dtype = "i2"
    return file.createVariable(name, dtype, variable.dimensions, **options)


def _attributes(variable: StoredVariable, content: FileContent, name: str) -> dict[str, Any]:
    if name != content.data_name or content.flavour.packing is None:
        return variable.attributes
    scale, offset = content.flavour.packing
    return variable.attributes | {"scale_factor": scale, "add_offset": offset}
