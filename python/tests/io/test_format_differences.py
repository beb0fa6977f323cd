"""Files of one variable that differ from model to model: each keeps its own values and its own attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.archives import ArchiveWriter

SIZE = 191
YEARS = 5


def thickness(model: int, years: int = YEARS) -> np.ndarray:
    """Whole numbers, exact in every packing below; no two models agree anywhere."""
    cells = np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 97
    return (10.0 * cells + 100 * np.arange(years)[:, None, None] + 1000 * model).astype("f8")


@dataclass
class Style:
    """How one model writes the variable."""

    dtype: str = "f4"
    attributes: dict[str, Any] = field(default_factory=dict)
    storage: dict[str, Any] = field(default_factory=dict)
    file_format: str = "NETCDF4"
    units: str = "days since 2015-01-01"
    calendar: str = "noleap"
    year_days: float = 365.0
    years: int = YEARS
    time_factor: float = 1.0
    libver: str | None = None
    compact_time: bool = False
    masked_chunk: bool = False


DIFFERENCES: dict[str, tuple[Style, Style]] = {
    "nothing": (Style(), Style()),
    "scale_and_offset": (
        Style("i2", {"scale_factor": 10.0, "add_offset": 0.0}),
        Style("i2", {"scale_factor": 5.0, "add_offset": 500.0}),
    ),
    "packed_and_not": (Style("i2", {"scale_factor": 10.0}), Style("f4")),
    "scale_of_another_type": (
        Style("i2", {"scale_factor": np.float32(10)}),
        Style("i4", {"scale_factor": 10.0, "add_offset": 0.0}),
    ),
    "time_units": (Style(), Style(units="days since 1900-01-01", time_factor=1.0, years=YEARS)),
    "hours": (Style(), Style(units="hours since 2015-01-01", time_factor=24.0)),
    "calendar": (Style(), Style(calendar="360_day", year_days=360.0)),
    "chunks_in_space": (
        Style(storage={"chunksizes": (1, SIZE, SIZE), "zlib": True}),
        Style(storage={"chunksizes": (1, 64, 100), "zlib": True}),
    ),
    "chunks_in_time": (
        Style(storage={"chunksizes": (2, SIZE, SIZE), "zlib": True}),
        Style(storage={"chunksizes": (3, SIZE, SIZE), "zlib": True}),
    ),
    "partial_chunk_in_the_middle": (
        Style(storage={"chunksizes": (2, 100, 100), "zlib": True}, years=3),
        Style(storage={"chunksizes": (2, 100, 100), "zlib": True}, years=4),
    ),
    "contiguous_of_another_length": (
        Style(storage={"contiguous": True}, years=3),
        Style(storage={"contiguous": True}, years=5),
    ),
    "deflate_level": (
        Style(storage={"zlib": True, "complevel": 4}),
        Style(storage={"zlib": True, "complevel": 1}),
    ),
    "shuffle": (
        Style(storage={"zlib": True, "shuffle": True}),
        Style(storage={"zlib": True, "shuffle": False}),
    ),
    "compressed_and_not": (Style(storage={"zlib": True}), Style()),
    "chunked_and_contiguous": (
        Style(storage={"chunksizes": (1, 100, 100)}),
        Style(storage={"contiguous": True}),
    ),
    "codec": (Style(storage={"compression": "zstd"}), Style(storage={"compression": "szip"})),
    "blosc": (Style(storage={"compression": "blosc_lz4"}), Style(storage={"compression": "bzip2"})),
    "checksum": (Style(storage={"zlib": True, "fletcher32": True}), Style(storage={"zlib": True})),
    "byte_order": (
        Style(storage={"endian": "little", "zlib": True}),
        Style(storage={"endian": "big", "zlib": True}),
    ),
    "format": (Style(storage={"zlib": True}), Style(file_format="NETCDF3_CLASSIC")),
    "classic_variants": (
        Style(file_format="NETCDF3_64BIT_OFFSET"),
        Style(file_format="NETCDF3_64BIT_DATA"),
    ),
    "classic_records_of_another_count": (
        Style(file_format="NETCDF3_CLASSIC", years=3),
        Style(file_format="NETCDF3_CLASSIC", years=5),
    ),
    "width": (Style("f4"), Style("f8")),
    "integers_and_floats": (Style("i4"), Style("f4")),
    "libver": (Style(libver="latest"), Style(libver="earliest")),
    "compact_time": (Style(compact_time=True), Style()),
    "filter_mask": (Style(masked_chunk=True), Style(storage={"zlib": True})),
    "fill_value": (
        Style(attributes={"_FillValue": np.float32(-9999)}),
        Style(attributes={"missing_value": np.float32(1e20)}),
    ),
}


def packed(style: Style, values: np.ndarray) -> np.ndarray:
    offset, scale = style.attributes.get("add_offset", 0.0), style.attributes.get("scale_factor", 1.0)
    raw = (values - offset) / scale
    assert (raw == np.round(raw)).all()
    return raw.astype(style.dtype)


def stamps(style: Style) -> np.ndarray:
    """The first of January after each year, from 2016 on, in the style's own units and calendar."""
    origin = int(style.units.split()[2].split("-")[0])
    return style.time_factor * style.year_days * (2016 - origin + np.arange(style.years, dtype="f8"))


def write(archive: ArchiveWriter, model: int, name: str, style: Style) -> Path:
    path = archive.path("lithk", model=name)
    values = packed(style, thickness(model, style.years))
    attributes = {"units": "m", "comment": f"written by {name}", "standard_name": "land_ice_thickness"}
    attributes |= style.attributes
    if style.libver or style.compact_time or style.masked_chunk:
        write_hdf5(path, style, values, attributes)
        return path
    fill = attributes.pop("_FillValue", None)
    with netCDF4.Dataset(path, "w", format=style.file_format) as file:
        file.set_auto_maskandscale(False)
        file.contact = name
        for dimension, length in [("time", style.years), ("y", SIZE), ("x", SIZE)]:
            is_record = dimension == "time" and style.file_format != "NETCDF4"
            file.createDimension(dimension, None if is_record else length)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.calendar = style.units, style.calendar
        time[:] = stamps(style)
        for dimension in "yx":
            axis = file.createVariable(dimension, "f8", (dimension,))
            axis.units = "m"
            axis[:] = np.linspace(-3040e3, 3040e3, SIZE)
        dtype = f">{style.dtype}" if style.storage.get("endian") == "big" else style.dtype
        variable = file.createVariable("lithk", dtype, ("time", "y", "x"), fill_value=fill, **style.storage)
        variable.setncatts(attributes)
        variable.set_auto_maskandscale(False)
        variable[:] = values
    return path


def write_hdf5(path: Path, style: Style, values: np.ndarray, attributes: dict[str, Any]) -> None:
    import zlib

    with h5py.File(path, "w", libver=style.libver) as file:
        file.attrs["contact"] = attributes["comment"].removeprefix("written by ")
        times = stamps(style)
        if style.compact_time:
            compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            compact.set_layout(h5py.h5d.COMPACT)
            space = h5py.h5s.create_simple(times.shape)
            stored = h5py.h5d.create(file.id, b"time", h5py.h5t.IEEE_F64LE, space, compact)
            stored.write(h5py.h5s.ALL, h5py.h5s.ALL, times)
        else:
            file["time"] = times
        file["time"].attrs.update({"units": style.units, "calendar": style.calendar})
        for name in "yx":
            file[name] = np.linspace(-3040e3, 3040e3, SIZE)
            file[name].attrs["units"] = "m"
        chunks = (1, SIZE, SIZE)
        options = {"chunks": chunks, "shuffle": True, "compression": "gzip"}
        variable = file.create_dataset("lithk", data=values, **options)
        if style.masked_chunk:
            variable.id.write_direct_chunk((1, 0, 0), zlib.compress(values[1].tobytes()), 0b01)
            variable.id.write_direct_chunk((2, 0, 0), values[2].tobytes(), 0b11)
        variable.attrs.update(attributes)
        for axis, name in enumerate(["time", "y", "x"]):
            file[name].make_scale(name)
            variable.dims[axis].attach_scale(file[name])


MODELS = ["AWI/PISM", "JPL1/ISSM"]
#: Attributes that the catalogue writes.
ADDED = {"grid_mapping", "nunatak_repairs"}


@pytest.fixture(params=DIFFERENCES)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, tuple[Style, Style]]]:
    archive = ArchiveWriter(tmp_path)
    styles = DIFFERENCES[request.param]
    for number, (model, style) in enumerate(zip(MODELS, styles, strict=True), 1):
        write(archive, number, model, style)
    yield tmp_path, styles


def test_each_file_keeps_its_own(written: tuple[Path, tuple[Style, Style]]) -> None:
    root, styles = written
    tree = nk.open_catalog(root).to_datatree()
    for number, (model, style) in enumerate(zip(MODELS, styles, strict=True), 1):
        node = tree[f"{model}/exp05"].to_dataset()
        np.testing.assert_array_equal(node["lithk"].values, thickness(number, style.years))
        institution, name = model.split("/")
        path = root / model / "exp05" / f"lithk_AIS_{institution}_{name}_exp05.nc"
        with xr.open_dataset(path, engine="h5netcdf" if h5py.is_hdf5(path) else "netcdf4") as alone:
            own = {key: value for key, value in node["lithk"].attrs.items() if key not in ADDED}
            assert own == alone["lithk"].attrs
            assert own["comment"] == f"written by {model}"
            assert node["lithk"].dtype == alone["lithk"].dtype
            for key in ["scale_factor", "add_offset", "_FillValue", "missing_value"]:
                assert node["lithk"].encoding.get(key) == style.attributes.get(key)
        assert [stamp.year for stamp in node.indexes["time"]] == list(range(2016, 2016 + style.years))


def test_stacked_values_are_each_models_own(written: tuple[Path, tuple[Style, Style]]) -> None:
    root, styles = written
    stacked = nk.stack(nk.open_catalog(root).to_datatree(), "lithk")
    years = max(style.years for style in styles)
    assert stacked["year"].values.tolist() == list(range(2015, 2015 + years))
    for number, (model, style) in enumerate(zip(MODELS, styles, strict=True), 1):
        found = stacked.sel(model=model).values
        np.testing.assert_array_equal(found[: style.years], thickness(number, style.years))
        assert np.isnan(found[style.years :]).all()
    assert stacked.attrs["units"] == "m"
    assert "comment" not in stacked.attrs, "one file's attribute stands for the other's"
    assert not {"scale_factor", "add_offset"} & set(stacked.attrs)
