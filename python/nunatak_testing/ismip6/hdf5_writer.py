"""Writer through h5py, with the dimension scales that netCDF-4 needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .content import Chunks, FileContent, StoredVariable
from .packing import PACKED_FILL_VALUE, stored_data

_NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable. {:9d}"


def write_hdf5(path: Path, content: FileContent) -> None:
    """One file as h5py writes it."""
    flavour = content.flavour
    with h5py.File(path, "w", libver="latest" if flavour.latest else None) as file:
        if not flavour.attributes_last:
            _set_attributes(file, content.attributes, flavour.latest)
        _create_dimensions(file, content)
        for name, variable in content.variables.items():
            if name not in file:
                _create(file, name, variable, content)
        for name, variable in content.variables.items():
            _attach_scales(file, name, variable, content)
            if not (flavour.attributes_last and name == content.data_name):
                _set_attributes(file[name], variable.attributes, flavour.latest)
        _write_data(file, content)
        if flavour.attributes_last:
            if content.data_name in content.variables:
                _set_attributes(file[content.data_name], content.data.attributes, flavour.latest)
            _set_attributes(file, content.attributes, flavour.latest)


def write_prepared_chunks(dataset: Any, content: FileContent, chunks: Chunks) -> None:
    """Chunks that were compressed before, as they are."""
    if dataset.maxshape[0] is None:
        dataset.resize(content.dimensions["time"], axis=0)
    for place, stored in chunks.items():
        dataset.id.write_direct_chunk(place, stored)


def _create_dimensions(file: Any, content: FileContent) -> None:
    """A scale for each dimension: its coordinate variable, or an empty one in its place."""
    for number, (name, length) in enumerate(content.dimensions.items()):
        grows = name == "time" and content.flavour.time_can_grow
        own = content.variables.get(name)
        if own is not None and own.dimensions == (name,):
            _create(file, name, own, content)
        else:
            file.create_dataset(name, (length,), ">f4", maxshape=(None,) if grows else None)
        scale_name = name if own is not None and own.dimensions == (name,) else _NO_VARIABLE.format(length)
        file[name].make_scale(scale_name)
        file[name].attrs["_Netcdf4Dimid"] = np.int32(number)


def _create(file: Any, name: str, variable: StoredVariable, content: FileContent) -> None:
    flavour = content.flavour
    shape = tuple(content.dimensions[dimension] for dimension in variable.dimensions)
    if name == content.data_name and shape and name not in content.dimensions:
        _create_data(file, content, shape)
        return
    grows = "time" in variable.dimensions and flavour.time_can_grow
    maxshape = tuple(
        None if dimension == "time" else content.dimensions[dimension] for dimension in variable.dimensions
    )
    options: dict[str, Any] = {"maxshape": maxshape, "chunks": shape} if grows else {}
    if variable.fill_value is not None:
        options["fillvalue"] = variable.fill_value
    file.create_dataset(name, shape, variable.dtype, data=variable.values, **options)
    if variable.fill_value is not None:
        file[name].attrs["_FillValue"] = np.array([variable.fill_value], dtype=variable.dtype)


def _create_data(file: Any, content: FileContent, shape: tuple[int, ...]) -> None:
    flavour, variable = content.flavour, content.data
    dtype = np.dtype("i2" if flavour.packing else variable.dtype).newbyteorder(
        ">" if flavour.big_endian else "<"
    )
    fill = PACKED_FILL_VALUE if flavour.packing else variable.fill_value
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_obj_track_times(False)  # the same content is the same bytes
    if flavour.layout == "compact":
        creation.set_layout(h5py.h5d.COMPACT)
    elif flavour.layout == "contiguous":
        creation.set_layout(h5py.h5d.CONTIGUOUS)
    else:
        creation.set_chunk(flavour.chunk_shape(shape))
        if flavour.deflate and flavour.shuffle:
            creation.set_shuffle()
        if flavour.deflate:
            creation.set_deflate(flavour.deflate)
        if flavour.fletcher32:
            creation.set_fletcher32()
    if fill is not None:
        creation.set_fill_value(np.array(fill, dtype=dtype))
    grows = variable.dimensions[0] == "time" and flavour.time_can_grow
    limits = (h5py.h5s.UNLIMITED if grows else shape[0], *shape[1:])
    space, stored = h5py.h5s.create_simple(shape, limits), h5py.h5t.py_create(dtype, logical=True)
    h5py.h5d.create(file.id, content.data_name.encode(), stored, space, creation)
    if fill is not None:
        file[content.data_name].attrs["_FillValue"] = np.array([fill], dtype=dtype)
    if flavour.packing:
        scale, offset = flavour.packing
        file[content.data_name].attrs.update({"scale_factor": scale, "add_offset": offset})


def _attach_scales(file: Any, name: str, variable: StoredVariable, content: FileContent) -> None:
    if variable.dimensions == (name,) or name in content.dimensions:
        return
    for axis, dimension in enumerate(variable.dimensions):
        file[name].dims[axis].attach_scale(file[dimension])


def _write_data(file: Any, content: FileContent) -> None:
    if content.data_name not in content.variables:
        return
    dataset = file[content.data_name]
    if content.chunks is not None and content.flavour.takes_prepared_chunks:
        write_prepared_chunks(dataset, content, content.chunks)
    else:
        dataset[...] = stored_data(content)


def _set_attributes(item: Any, attributes: dict[str, Any], variable_length: bool) -> None:
    """Text of variable length, as h5py has it, or of fixed length, as netCDF-C writes it."""
    for name, value in attributes.items():
        fixed = isinstance(value, str) and not variable_length
        item.attrs[name] = np.bytes_(value) if fixed and isinstance(value, str) else value
