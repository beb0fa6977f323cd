"""Files of the format matrix that netCDF4 writes, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

CLASSIC = ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA"]
HDF5 = ["NETCDF4", "NETCDF4_CLASSIC"]


@dataclass
class Case:
    """How to write a file."""

    file_format: str
    write: Callable[[netCDF4.Dataset], None]
    #: Engines of xarray that cannot read it, or read it otherwise than netCDF-C does.
    unread_by: frozenset[str] = field(default_factory=frozenset)

    def create(self, path: Path) -> None:
        with netCDF4.Dataset(path, "w", format=self.file_format) as file:
            self.write(file)


def numbers(kind: str, shape: tuple[int, ...]) -> np.ndarray:
    return (np.arange(int(np.prod(shape))).reshape(shape) * 7 % 101).astype(kind)


def kinds(file: netCDF4.Dataset) -> list[str]:
    if file.data_model in {"NETCDF4", "NETCDF3_64BIT_DATA"}:
        return ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]
    return ["i1", "i2", "i4", "f4", "f8"]


def dimensions(file: netCDF4.Dataset, **lengths: int | None) -> None:
    for name, length in lengths.items():
        file.createDimension(name, length)


def records_of_all_types(file: netCDF4.Dataset) -> None:
    """Odd numbers of bytes per record, which NetCDF-3 pads, beside fixed variables and scalars."""
    dimensions(file, time=None, y=3, x=5, letters=7)
    for kind in kinds(file):
        file.createVariable(f"record_{kind}", kind, ("time", "y", "x"))[:] = numbers(kind, (4, 3, 5))
        file.createVariable(f"fixed_{kind}", kind, ("y", "x"))[:] = numbers(kind, (3, 5))
        file.createVariable(f"stamp_{kind}", kind, ("time",))[:] = numbers(kind, (4,))
        file.createVariable(f"scalar_{kind}", kind, ())[...] = 7
        file.setncattr(f"attribute_{kind}", np.array(7, kind))
        file.setncattr(f"list_{kind}", numbers(kind, (5,)))
        file.variables[f"fixed_{kind}"].setncattr("odd", numbers(kind, (3,)))
    names = file.createVariable("names", "S1", ("y", "letters"))
    names[:] = netCDF4.stringtochar(np.array([b"Amery", b"Totten", b"Getz"], "S7"))
    names.comment = "eisströme"
    file.title = ""


def one_record_variable(kind: str) -> Callable[[netCDF4.Dataset], None]:
    """The only record variable of a NetCDF-3 file is not padded."""

    def write(file: netCDF4.Dataset) -> None:
        dimensions(file, time=None, x=3)
        file.createVariable("fixed", "i2", ("x",))[:] = [1, 2, 3]
        file.createVariable("only", kind, ("time", "x"))[:] = numbers(kind, (5, 3))

    return write


def no_records(file: netCDF4.Dataset) -> None:
    dimensions(file, time=None, x=3)
    file.createVariable("empty", "f4", ("time", "x"))
    file.createVariable("x", "f8", ("x",))[:] = [1, 2, 3]


def unwritten(file: netCDF4.Dataset) -> None:
    dimensions(file, time=None, x=4)
    file.createVariable("default_fill", "f4", ("x",))
    file.createVariable("own_fill", "i2", ("x",), fill_value=-5)
    partly = file.createVariable("partly", "f8", ("time", "x"), fill_value=-1.0)
    partly[2, 1:3] = [1, 2]
    file.createVariable("no_fill", "f4", ("x",), fill_value=False)[:] = [1, 2, 3, 4]


def coordinates(file: netCDF4.Dataset) -> None:
    dimensions(file, time=None, y=3, x=4, no_variable=2)
    time = file.createVariable("time", "f8", ("time",))
    time.units, time.calendar = "days since 2015-01-01", "noleap"
    time[:] = [0.5, 365, 730]
    for name in "yx":
        file.createVariable(name, "f8", (name,))[:] = np.arange(len(file.dimensions[name])) * 1000
    lat = file.createVariable("lat", "f4", ("y", "x"))
    lat[:] = numbers("f4", (3, 4)) - 90
    field = file.createVariable("lithk", "f4", ("time", "y", "x"), fill_value=9.96921e36)
    field.setncatts({"units": "m", "coordinates": "lat", "standard_name": "land_ice_thickness"})
    field[:] = numbers("f4", (3, 3, 4))
    file.createVariable("pair", "i4", ("no_variable", "x"))[:] = numbers("i4", (2, 4))


def coordinate_of_two_dimensions(file: netCDF4.Dataset) -> None:
    dimensions(file, node=3, corner=2)
    file.createVariable("node", "f8", ("node", "corner"))[:] = numbers("f8", (3, 2))
    file.createVariable("value", "f4", ("node",))[:] = [1, 2, 3]
    file.createVariable("swapped", "f4", ("corner", "node"))[:] = numbers("f4", (2, 3))


def name_of_another_dimension(file: netCDF4.Dataset) -> None:
    """A variable named like a dimension that it does not lie on."""
    dimensions(file, x=3, y=2)
    file.createVariable("x", "f4", ("y",))[:] = [1, 2]
    file.createVariable("v", "f4", ("y", "x"))[:] = numbers("f4", (2, 3))


def unlimited(count: int) -> Callable[[netCDF4.Dataset], None]:
    def write(file: netCDF4.Dataset) -> None:
        names = [f"d{axis}" for axis in range(4)]
        for axis, name in enumerate(names):
            file.createDimension(name, None if axis < count else 3)
        file.createVariable("v", "f4", names)[:] = numbers("f4", (3, 3, 3, 3))
        shorter = file.createVariable("shorter", "i4", names[:1], fill_value=-9)
        shorter[:2] = [1, 2]

    return write


def unlimited_text(file: netCDF4.Dataset) -> None:
    dimensions(file, time=None)
    file.createVariable("long", "f4", ("time",))[:] = np.arange(4)
    texts = file.createVariable("text", str, ("time",))
    texts[0], texts[1] = "a", "Jökull"


def packing(file: netCDF4.Dataset) -> None:
    dimensions(file, x=60)
    file.set_auto_maskandscale(False)
    for name, kind, attributes in [
        ("both", "i2", {"scale_factor": 0.5, "add_offset": 10.0, "_FillValue": np.int16(7)}),
        ("single", "i2", {"scale_factor": np.float32(0.1), "add_offset": np.float32(1)}),
        ("missing", "i4", {"scale_factor": 1e-3, "missing_value": np.int32(7)}),
        ("unsigned", "i1", {"_Unsigned": "true", "_FillValue": np.int8(7), "scale_factor": 0.25}),
        ("fill", "f4", {"_FillValue": np.float32(7)}),
        ("two_fills", "f8", {"_FillValue": 7.0, "missing_value": 14.0}),
        ("integer", "i4", {"_FillValue": np.int32(7)}),
    ]:
        fill = attributes.pop("_FillValue", None)
        variable = file.createVariable(name, kind, ("x",), fill_value=fill)
        variable.set_auto_maskandscale(False)
        variable.setncatts(attributes)
        variable[:] = numbers(kind, (60,))


def times(file: netCDF4.Dataset) -> None:
    dimensions(file, time=4, bnds=2)
    for calendar in ["standard", "noleap", "360_day", "julian", "all_leap"]:
        for unit in ["days", "hours"]:
            time = file.createVariable(f"{calendar}_{unit}", "f8", ("time",))
            time.units, time.calendar = f"{unit} since 1850-01-01", calendar
            time[:] = [0, 59, 20000.25, 54321]
    time = file.createVariable("time", "i4", ("time",))
    time.units, time.bounds = "days since 2000-1-1", "time_bnds"
    time[:] = [0, 31, 59, 90]
    file.createVariable("time_bnds", "f8", ("time", "bnds"))[:] = numbers("f8", (4, 2))


def storage(**options: Any) -> Callable[[netCDF4.Dataset], None]:
    def write(file: netCDF4.Dataset) -> None:
        dimensions(file, time=None, y=30, x=20)
        for kind in ["f4", "f8", "i2"]:
            if kind == "i2" and "quantize_mode" in options:
                continue
            dtype = f">{kind}" if options.get("endian") == "big" else kind
            variable = file.createVariable(kind, dtype, ("time", "y", "x"), chunksizes=(2, 11, 20), **options)
            variable[:] = numbers(kind, (5, 30, 20))

    return write


STORAGE: dict[str, dict[str, Any]] = {
    "deflate_1": {"zlib": True, "complevel": 1},
    "deflate_9_unshuffled": {"zlib": True, "complevel": 9, "shuffle": False},
    "fletcher32": {"fletcher32": True},
    "deflate_fletcher32": {"zlib": True, "fletcher32": True},
    "szip": {"compression": "szip", "szip_coding": "nn", "szip_pixels_per_block": 16},
    "szip_entropy": {"compression": "szip", "szip_coding": "ec", "szip_pixels_per_block": 8},
    "zstd": {"compression": "zstd", "complevel": 4},
    "bzip2": {"compression": "bzip2", "complevel": 4},
    "blosc_lz": {"compression": "blosc_lz"},
    "blosc_lz4": {"compression": "blosc_lz4", "blosc_shuffle": 2},
    "blosc_lz4hc": {"compression": "blosc_lz4hc"},
    "blosc_zlib": {"compression": "blosc_zlib"},
    "blosc_zstd": {"compression": "blosc_zstd", "blosc_shuffle": 0},
    "big_endian": {"endian": "big", "zlib": True},
    "quantised": {"zlib": True, "least_significant_digit": 2},
    "bit_groomed": {"zlib": True, "significant_digits": 3, "quantize_mode": "GranularBitRound"},
}


def user_types(file: netCDF4.Dataset) -> None:
    """Enumerations and records, which NetCDF-4 commits to the file."""
    dimensions(file, x=4)
    mask = file.createEnumType(np.uint8, "mask_t", {"ocean": 0, "ice": 1, "land": 2, "missing": 255})
    variable = file.createVariable("mask", mask, ("x",), fill_value=255)
    variable[:] = np.array([0, 1, 2, 1], "u1")
    variable.units = "1"
    file.createVariable("v", "f4", ("x",))[:] = [1, 2, 3, 4]


def records(file: netCDF4.Dataset) -> None:
    dimensions(file, x=3)
    kind = np.dtype([("height", "f4"), ("quality", "i2")])
    point = file.createCompoundType(kind, "point_t")
    variable = file.createVariable("points", point, ("x",))
    values = np.array([(1.5, 1), (2.5, 2), (3.5, 3)], kind)
    variable[:] = values
    variable.setncattr("first", values[:1])
    file.setncattr("all", values)
    file.createVariable("v", "f4", ("x",))[:] = [1, 2, 3]


def texts(file: netCDF4.Dataset) -> None:
    dimensions(file, model=3, letters=8)
    names = file.createVariable("name", str, ("model",))
    for at, text in enumerate(["ISSM", "", "PISM é"]):
        names[at] = text
    file.createVariable("scalar", str, ())[...] = "one"
    file.createVariable("code", "S1", ("model", "letters"))[:] = netCDF4.stringtochar(
        np.array([b"JPL1", b"AWI ", b""], "S8")
    )
    names.setncattr_string("string_attribute", "é")
    names.setncattr_string("string_list", ["a", "bc", ""])
    file.setncattr("text", "plain")


def groups(file: netCDF4.Dataset) -> None:
    dimensions(file, x=3)
    file.createVariable("x", "f8", ("x",))[:] = [1, 2, 3]
    for path in ["exp05/fluxes", "exp05/state/deep/deeper", "hist"]:
        group = file.createGroup(path)
        group.createDimension("t", None)
        group.createVariable("t", "f8", ("t",))[:] = [1, 2]
        group.createVariable("v", "f4", ("t", "x"))[:] = numbers("f4", (2, 3))
        group.setncatts({f"attribute_{number}": number for number in range(20)})


def many_attributes(file: netCDF4.Dataset) -> None:
    dimensions(file, x=2)
    variable = file.createVariable("v", "f4", ("x",))
    variable[:] = [1, 2]
    for number in range(70):
        file.setncattr(f"global_{number}", f"text {number}" * (number % 5))
        variable.setncattr(f"own_{number}", np.float32(number))


NOT_H5NETCDF = frozenset({"h5netcdf"})


def cases() -> Iterator[tuple[str, Case]]:
    """Names and cases."""
    for file_format in CLASSIC + HDF5:
        # h5netcdf takes classic text for ASCII whatever its bytes.
        unread_by = NOT_H5NETCDF if file_format == "NETCDF4_CLASSIC" else frozenset()
        yield f"records_of_all_types-{file_format}", Case(file_format, records_of_all_types, unread_by)
        for write in [no_records, unwritten, coordinates, packing, times]:
            yield f"{write.__name__}-{file_format}", Case(file_format, write)
        for write in [coordinate_of_two_dimensions, name_of_another_dimension, many_attributes]:
            yield f"{write.__name__}-{file_format}", Case(file_format, write)
    for file_format in CLASSIC:
        for kind in ["i1", "i2", "f8"]:
            yield f"one_record_variable-{kind}-{file_format}", Case(file_format, one_record_variable(kind))
    for name, options in STORAGE.items():
        # h5netcdf leaves `least_significant_digit` among the attributes.
        unread_by = NOT_H5NETCDF if name == "quantised" else frozenset()
        yield f"storage-{name}", Case("NETCDF4", storage(**options), unread_by)
    for count in range(1, 5):
        yield f"unlimited-{count}", Case("NETCDF4", unlimited(count))
    for write in [user_types, texts, groups]:
        yield write.__name__, Case("NETCDF4", write)
    for write in [records, unlimited_text]:
        yield write.__name__, Case("NETCDF4", write, NOT_H5NETCDF)
