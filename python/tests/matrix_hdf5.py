"""Files of the format matrix that h5py writes: one way of storing data each, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

LIBVERS = ["earliest", "v108", "v110", "v112", "v114", "latest"]


@dataclass
class Case:
    """How to write a file, and what of it cannot be represented."""

    write: Callable[[h5py.File], None]
    options: dict[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)

    def create(self, path: Path) -> None:
        with h5py.File(path, "w", **self.options) as file:
            self.write(file)


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
    """Enough chunks for pages of fixed arrays, secondary blocks of extensible ones, and trees of several levels."""
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
    import zlib

    data = numbers("<f4", (12, 6))
    chunk = (4, 6)
    dataset = file.create_dataset("v", data.shape, "<f4", chunks=chunk, shuffle=True, compression="gzip")

    def shuffled(part: np.ndarray) -> bytes:
        return part.reshape(-1).view("u1").reshape(-1, 4).T.tobytes()

    dataset.id.write_direct_chunk((0, 0), zlib.compress(shuffled(data[:4])), 0)
    dataset.id.write_direct_chunk((4, 0), zlib.compress(data[4:8].tobytes()), 0b01)
    dataset.id.write_direct_chunk((8, 0), data[8:].tobytes(), 0b11)


NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]


def number_types(file: h5py.File) -> None:
    for kind in NUMBERS:
        for order in "<>":
            values = numbers(f"{order}{kind}")
            file[f"{order}{kind}"] = values
            file.attrs[f"scalar_{order}{kind}"] = values[3, 4]
            file.attrs[f"list_{order}{kind}"] = values[3]
            file.attrs[f"one_{order}{kind}"] = values[3, :1]
            file.attrs[f"table_{order}{kind}"] = values[:2, :3]
    file["halves"] = np.array([0, -0.0, np.inf, -np.inf, 6e-8, 6.1e-5, 65504, 1 / 3], "f2")
    file["truth"] = np.array([True, False, True])
    file["truth"].attrs["is_true"] = True


TEXTS = ["ice", "", "Schirmacher Oase", "Mýrdalsjökull"]


def text_types(file: h5py.File) -> None:
    for name, charset in [("ascii", "ascii"), ("utf8", "utf-8")]:
        texts = TEXTS if charset == "utf-8" else TEXTS[:3]
        variable = h5py.string_dtype(charset)
        fixed = h5py.string_dtype(charset, 20)
        encoded = np.array([text.encode() for text in texts], "S20").astype(fixed)
        file.create_dataset(f"{name}_variable", data=np.array(texts, object), dtype=variable)
        file.create_dataset(
            f"{name}_variable_chunked",
            data=np.array(texts * 5, object),
            dtype=variable,
            chunks=(3,),
            compression="gzip",
            shuffle=True,
        )
        file.create_dataset(f"{name}_fixed", data=encoded, dtype=fixed)
        file.create_dataset(f"{name}_fixed_lzf", data=encoded, dtype=fixed, chunks=(2,), compression="lzf")
        file.attrs.create(f"{name}_variable", texts[2], dtype=variable)
        file.attrs.create(f"{name}_list", np.array(texts, object), dtype=variable)
        file.attrs.create(f"{name}_fixed", encoded[2], dtype=fixed)
        file.attrs.create(f"{name}_fixed_list", encoded, dtype=fixed)
    file.create_dataset("unwritten", (3,), h5py.string_dtype())
    file["letters"] = np.array([[b"a", b"b"], [b"", b"d"]], "S1")
    file.attrs["empty"] = ""
    file.attrs["table"] = np.array([["a", "b"], ["c", "dé"]], object)
    for padding in ["SPACEPAD", "NULLPAD", "NULLTERM"]:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(8)
        kind.set_strpad(getattr(h5py.h5t, f"STR_{padding}"))
        space = h5py.h5s.create_simple((2,))
        dataset = h5py.h5d.create(file.id, padding.encode(), kind, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"firn", b"neve"], "S8"))
        attribute = h5py.h5a.create(file.id, padding.encode(), kind, h5py.h5s.create(h5py.h5s.SCALAR))
        attribute.write(np.array(b"firn", "S8"))


RECORD = np.dtype([("height", "<f4"), ("count", ">i2"), ("name", "S5"), ("position", "<f8", (2,))])


def structured_types(file: h5py.File) -> None:
    records = np.zeros(6, RECORD)
    records["height"] = np.arange(6) / 4
    records["count"] = np.arange(6)
    records["name"] = [b"a", b"bc", b"", b"def", b"ghijk", b"l"]
    records["position"] = np.arange(12).reshape(6, 2)
    aligned = np.zeros(4, np.dtype({"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8], "itemsize": 24}))
    aligned["b"] = [1, 2, 3, 4]
    nested = np.zeros(2, np.dtype([("outer", RECORD), ("flag", "?")]))
    nested["outer"], nested["flag"] = records[:2], [True, False]
    for name, values in {"records": records, "aligned": aligned, "nested": nested}.items():
        file[name] = values
        file.attrs[f"{name}_one"] = values[1]
        file.attrs[f"{name}_list"] = values
    file.create_dataset("chunked", data=records, chunks=(4,), compression="gzip", shuffle=True)
    file["opaque"] = np.arange(12, dtype="u1").view("V3")
    colours = h5py.enum_dtype({"ocean": 0, "land": 1, "ice": 2}, basetype="u1")
    file.create_dataset("enumerated", data=np.array([0, 2, 1], "u1"), dtype=colours)
    file.attrs.create("enumerated", 2, dtype=colours)
    file.attrs["sequence"] = np.array(1)
    file.attrs.create("ragged_one", np.array([1.5, 2.5]), shape=(), dtype=h5py.vlen_dtype("f8"))
    file["committed"] = np.dtype("f4")
    file.create_dataset("of_committed", data=numbers(), dtype=file["committed"])
    file.attrs.create("of_committed", np.float32(2.5), dtype=file["committed"])
    file["committed_record"] = RECORD
    file.attrs.create("of_committed_record", records[2], dtype=file["committed_record"])


def unrepresentable_types(file: h5py.File) -> None:
    file["plain"] = numbers()
    file["plain"].attrs["units"] = "m"
    file["plain"].attrs["reference"] = file["plain"].ref
    file["plain"].attrs["regions"] = np.array([file["plain"].regionref[:2]], h5py.regionref_dtype)
    file.create_dataset("references", data=np.array([file["plain"].ref], object), dtype=h5py.ref_dtype)
    file.create_dataset("regions", (1,), h5py.regionref_dtype)[0] = file["plain"].regionref[:3]
    file.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))[0] = np.array([1, 2, 3])
    file.create_dataset("arrays", (2,), np.dtype(("f4", (3,))))
    file.create_dataset("without_values", data=h5py.Empty("f4"))
    file.attrs["empty_number"] = h5py.Empty("f4")


def many_attributes(file: h5py.File) -> None:
    """Compact, dense, and larger than an object header can hold."""
    dataset = file.create_dataset("v", data=numbers())
    for number in range(60):
        dataset.attrs[f"attribute_{number:02}"] = number / 7 if number % 2 else f"text {number}"
    few = file.create_dataset("few", data=numbers())
    few.attrs["a"], few.attrs["b"] = 1, "two"
    if file.id.get_create_plist().get_version if hasattr(file.id.get_create_plist(), "get_version") else True:
        large = file.create_dataset("large", data=numbers())
        large.attrs["vector"] = np.arange(7000.0)
    ordered = file.create_group("ordered", track_order=True)
    for number in reversed(range(20)):
        ordered.attrs[f"attribute_{number}"] = number


def huge_attribute(file: h5py.File) -> None:
    file["v"] = numbers()
    file["v"].attrs["vector"] = np.arange(100_000.0)
    file["v"].attrs["text"] = "x" * 70_000


def many_links(file: h5py.File) -> None:
    for number in range(1500):
        file[f"v{number:04}"] = np.int16(number)
    crowded = file.create_group("crowded", track_order=True)
    for number in range(40):
        crowded.create_group(f"g{number}")["v"] = number


def links(file: h5py.File) -> None:
    file["a/b/c/v"] = numbers()
    file["a/w"] = np.arange(3)
    file["a/hard"] = file["a/w"]
    file["soft"] = h5py.SoftLink("/a/w")
    file["a/soft_relative"] = h5py.SoftLink("b/c/v")
    file["soft_of_soft"] = h5py.SoftLink("soft")
    file["soft_group"] = h5py.SoftLink("/a/b")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["a/b/loop"] = h5py.SoftLink("/a")
    file["elsewhere"] = h5py.ExternalLink("other_file.h5", "/lithk")


def other_files(file: h5py.File) -> None:
    file["plain"] = numbers()
    layout = h5py.VirtualLayout((2, 3), "f4")
    layout[0] = h5py.VirtualSource("source.h5", "v", shape=(3,))
    file.create_virtual_dataset("virtual", layout)
    properties = property_list()
    properties.set_external(b"raw.bin", 0, 24)
    low_level(file, "external", np.arange(6, dtype="f4"), properties, write=False)


def scales(file: h5py.File) -> None:
    for name, length in [("time", 4), ("y", 3), ("x", 5)]:
        file[name] = np.arange(length) * 2.0
        file[name].make_scale(name)
    file.create_dataset("lithk", data=numbers("f4", (4, 3, 5)), chunks=(1, 3, 5))
    for axis, name in enumerate(["time", "y", "x"]):
        file["lithk"].dims[axis].attach_scale(file[name])
    file["lithk"].attrs["units"] = "m"
    group = file.create_group("basal")
    group["depth"] = np.arange(2.0)
    group["depth"].make_scale()
    group["melt"] = numbers("f8", (2, 5))
    group["melt"].dims[0].attach_scale(group["depth"])
    group["melt"].dims[1].attach_scale(file["x"])


def cases() -> Iterator[tuple[str, Case]]:
    """Names and cases."""
    for libver in LIBVERS:
        for write in [layouts, chunk_indexes, number_types, text_types, scales]:
            yield f"{write.__name__}-{libver}", Case(write, {"libver": libver})
    for libver in ["earliest", "latest"]:
        yield f"large_indexes-{libver}", Case(large_indexes, {"libver": libver})
        yield f"structured_types-{libver}", Case(structured_types, {"libver": libver})
        yield f"many_attributes-{libver}", Case(many_attributes, {"libver": libver})
        yield f"many_links-{libver}", Case(many_links, {"libver": libver})
        left_out = frozenset(
            {"/references", "/regions", "/ragged", "/arrays", "/without_values"}
            | {"/plain@reference", "/plain@regions"}
        )
        yield f"unrepresentable-{libver}", Case(unrepresentable_types, {"libver": libver}, left_out)
        yield (
            f"links-{libver}",
            Case(
                links,
                {"libver": libver},
                frozenset({"/dangling", "/a/b/loop", "/elsewhere", "/soft_group/loop"}),
            ),
        )
        refused = {"virtual": "virtual dataset", "external": "external files"}
        yield f"other_files-{libver}", Case(other_files, {"libver": libver}, refused=refused)
    for name in FILTERS:
        yield f"filter-{name}", Case(filtered(name), {"libver": "latest" if len(name) % 2 else "earliest"})
    for write in [integer_scaleoffset, nbit, filter_mask]:
        yield write.__name__, Case(write)
        yield f"{write.__name__}-latest", Case(write, {"libver": "latest"})
    yield "odd_integers", Case(odd_integers, left_out=frozenset({"/twelve_bits"}))
    yield "huge_attribute-latest", Case(huge_attribute, {"libver": "latest"})
    for size in [512, 4096]:
        for libver in ["earliest", "latest"]:
            for write in [chunk_indexes, text_types, many_attributes]:
                yield (
                    f"user_block-{size}-{write.__name__}-{libver}",
                    Case(write, {"libver": libver, "userblock_size": size}),
                )
    for strategy in ["page", "fsm", "aggregate", "none"]:
        options: dict[str, Any] = {"libver": "latest", "fs_strategy": strategy, "fs_persist": False}
        if strategy == "page":
            options["fs_page_size"] = 8192
        yield f"file_space-{strategy}", Case(chunk_indexes, options)
    yield (
        "cloud_optimised",
        Case(scales, {"libver": "v110", "fs_strategy": "page", "fs_page_size": 65536, "fs_persist": True}),
    )
    yield "ordered-latest", Case(many_attributes, {"libver": "latest", "track_order": True})
