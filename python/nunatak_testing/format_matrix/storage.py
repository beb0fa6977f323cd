"""Layouts, chunk indexes and filters of the format matrix, written by h5py."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import h5py
import hdf5plugin
import numpy as np


def numbers(dtype: Any = "f4", shape: tuple[int, ...] = (13, 17)) -> np.ndarray:
    """Values with repeats, as fields have them, that fill the range of every type."""
    field = np.add.outer(np.arange(shape[0]) // 2, np.arange(int(np.prod(shape[1:]))) // 3) * 1.25
    return field.reshape(shape).astype(dtype)


def property_list(shape: tuple[int, ...] | None = None) -> h5py.h5p.PropDCID:
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if shape is not None:
        properties.set_chunk(shape)
    return properties


def low_level(
    file: h5py.File,
    name: str,
    data: np.ndarray,
    properties: h5py.h5p.PropDCID,
    file_type: h5py.h5t.TypeID | None = None,
    write: bool = True,
) -> h5py.h5d.DatasetID:
    file_type = file_type or h5py.h5t.py_create(data.dtype, logical=True)
    space = h5py.h5s.create_simple(data.shape)
    dataset = h5py.h5d.create(file.id, name.encode(), file_type, space, properties)
    if write:
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(data))
    return dataset


def layouts(file: h5py.File) -> None:
    data = numbers()
    file["contiguous"] = data
    file["scalar"] = np.float64(1.5)
    file["empty"] = np.zeros((0, 3), "f4")
    file.create_dataset("unwritten", (5, 3), "i4")
    file.create_dataset("unwritten_filled", (5, 3), "i4", fillvalue=-7)
    file.create_dataset("never_filled", (5, 3), "i4", fillvalue=-7, fill_time="never", chunks=(2, 2))
    compact = property_list()
    compact.set_layout(h5py.h5d.COMPACT)
    low_level(file, "compact", data[:5, :5], compact)
    for name, time in [("early", h5py.h5d.ALLOC_TIME_EARLY), ("late", h5py.h5d.ALLOC_TIME_LATE)]:
        properties = property_list()
        properties.set_alloc_time(time)
        properties.set_fill_value(np.array(3, "f4"))
        low_level(file, f"contiguous_{name}", data, properties, write=False)
    for name, time in [
        ("early", h5py.h5d.ALLOC_TIME_EARLY),
        ("incremental", h5py.h5d.ALLOC_TIME_INCR),
    ]:
        properties = property_list((5, 6))
        properties.set_alloc_time(time)
        low_level(file, f"chunked_{name}", data, properties)


def chunk_indexes(file: h5py.File) -> None:
    data = numbers()
    for name, options in {
        "single": {"chunks": data.shape},
        "implicit_or_tree": {"chunks": (5, 6)},
        "fixed": {"chunks": (5, 6)},
        "extensible": {"chunks": (5, 6), "maxshape": (None, 17)},
        "extensible_second_axis": {"chunks": (5, 6), "maxshape": (13, None)},
        "tree_of_two_unlimited": {"chunks": (5, 6), "maxshape": (None, None)},
        "larger_than_the_data": {"chunks": (20, 30), "maxshape": (40, 60)},
    }.items():
        file.create_dataset(name, data=data, **options)
        file.create_dataset(f"{name}_deflated", data=data, compression="gzip", **options)
    implicit = property_list((5, 6))
    implicit.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    low_level(file, "implicit", data, implicit)
    sparse = file.create_dataset("sparse", (400, 300), "f4", chunks=(7, 9), fillvalue=np.nan)
    sparse[100:120, 40:60] = 1
    sparse = file.create_dataset("sparse_growing", (400, 300), "f4", chunks=(7, 9), maxshape=(None, 300))
    sparse[390:400, 290:300] = 2


def large_indexes(file: h5py.File) -> None:
    """Enough chunks for pages of fixed arrays, secondary blocks of extensible ones, and deep trees."""
    data = np.arange(5000, dtype="i4")
    file.create_dataset("fixed_paged", data=data, chunks=(1,))
    file.create_dataset("fixed_paged_filtered", data=data, chunks=(2,), compression="gzip")
    file.create_dataset("extensible", data=data, chunks=(1,), maxshape=(None,))
    file.create_dataset("extensible_filtered", data=data, chunks=(2,), maxshape=(None,), shuffle=True)
    file.create_dataset("tree", data=data.reshape(50, 100), chunks=(1, 2), maxshape=(None, None))
    growing = file.create_dataset("sparse", (60000,), "i4", chunks=(1,), maxshape=(None,), fillvalue=5)
    growing[[0, 3, 1000, 30000, 59999]] = [1, 2, 3, 4, 5]
    paged = file.create_dataset("fixed_sparse", (9000,), "i4", chunks=(1,), fillvalue=5)
    paged[[0, 4095, 8999]] = [1, 2, 3]


FILTERS: dict[str, dict[str, Any]] = {
    "deflate_0": {"compression": "gzip", "compression_opts": 0},
    "deflate_9": {"compression": "gzip", "compression_opts": 9},
    "shuffle": {"shuffle": True},
    "fletcher32": {"fletcher32": True},
    "shuffle_deflate_fletcher32": {"shuffle": True, "compression": "gzip", "fletcher32": True},
    "szip_nearest": {"compression": "szip", "compression_opts": ("nn", 16)},
    "szip_entropy": {"compression": "szip", "compression_opts": ("ec", 8), "shuffle": True},
    "lzf": {"compression": "lzf"},
    "lzf_shuffle_fletcher32": {"compression": "lzf", "shuffle": True, "fletcher32": True},
    "scaleoffset": {"scaleoffset": 2},
    "zstd": dict(hdf5plugin.Zstd(clevel=5)),
    "lz4": dict(hdf5plugin.LZ4()),
    "lz4_small_blocks": dict(hdf5plugin.LZ4(nbytes=64)),
    "bzip2": dict(hdf5plugin.BZip2()),
    "bitshuffle": dict(hdf5plugin.Bitshuffle(cname="none")),
    "bitshuffle_lz4": dict(hdf5plugin.Bitshuffle(cname="lz4")),
    "bitshuffle_zstd": dict(hdf5plugin.Bitshuffle(nelems=64, cname="zstd")),
    **{
        f"blosc_{codec}_{shuffle}": dict(hdf5plugin.Blosc(cname=codec, clevel=5, shuffle=shuffle))
        for codec in ["blosclz", "lz4", "lz4hc", "zlib", "zstd"]
        for shuffle in [0, 1, 2]
    },
    "blosc_copied": dict(hdf5plugin.Blosc(cname="lz4", clevel=0)),
}


def filtered(name: str) -> Callable[[h5py.File], None]:
    """Every type and several chunk shapes through one filter."""

    def write(file: h5py.File) -> None:
        options = FILTERS[name]
        kinds = ["i1", "u2", ">i4", "f4", "f8"] if name != "scaleoffset" else ["f4", "f8"]
        if name.startswith("szip"):
            kinds = ["u1", "<i2", "f4"]
        for kind in kinds:
            data = numbers(kind, (64, 90))
            file.create_dataset(f"edges_{kind}", data=data, chunks=(33, 50), **options)
        noise = np.random.default_rng(7).integers(0, 256, (100, 41), np.uint8)
        if name != "scaleoffset":
            file.create_dataset("noise", data=noise, chunks=(50, 41), **options)
            file.create_dataset("odd", data=noise.view("V41").view("u1")[:, 0], chunks=(37,), **options)

    return write


def integer_scaleoffset(file: h5py.File) -> None:
    for kind in ["i1", "<i2", ">i4", "u2", "i8"]:
        file.create_dataset(kind, data=numbers(kind), chunks=(5, 6), scaleoffset=0)
    file.create_dataset("filled", (20, 20), "i4", chunks=(5, 6), scaleoffset=0, fillvalue=-9)[:7, :9] = 4


def nbit(file: h5py.File) -> None:
    """Integers of 12 bits, signed and shifted too, packed by the n-bit filter."""
    data = np.arange(-40, 41, dtype="i4").reshape(9, 9) * 50
    for name, base, precision, offset in [
        ("signed", h5py.h5t.STD_I32LE, 12, 0),
        ("shifted", h5py.h5t.STD_I32LE, 13, 7),
        ("big_endian", h5py.h5t.STD_I32BE, 12, 3),
        ("whole", h5py.h5t.STD_I32LE, 32, 0),
    ]:
        kind = base.copy()
        kind.set_precision(precision)
        kind.set_offset(offset)
        properties = property_list((4, 5))
        properties.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
        low_level(file, name, data, properties, kind)
    properties = property_list((4, 5))
    properties.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
    low_level(file, "floats", numbers("f8"), properties)


def odd_integers(file: h5py.File) -> None:
    kind = h5py.h5t.STD_I16LE.copy()
    kind.set_precision(12)
    low_level(file, "twelve_bits", numbers("i2"), property_list(), kind)
    file["plain"] = numbers("i2")


def filter_mask(file: h5py.File) -> None:
    """Chunks to which one filter of three was not applied."""
    data = numbers("<f4", (12, 6))
    chunk = (4, 6)
    dataset = file.create_dataset("v", data.shape, "<f4", chunks=chunk, shuffle=True, compression="gzip")

    def shuffled(part: np.ndarray) -> bytes:
        return part.reshape(-1).view("u1").reshape(-1, 4).T.tobytes()

    dataset.id.write_direct_chunk((0, 0), zlib.compress(shuffled(data[:4])), 0)
    dataset.id.write_direct_chunk((4, 0), zlib.compress(data[4:8].tobytes()), 0b01)
    dataset.id.write_direct_chunk((8, 0), data[8:].tobytes(), 0b11)
