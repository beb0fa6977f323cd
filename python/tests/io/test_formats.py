"""Every way a number can lie in a file, against h5py and netCDF4."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

import nunatak as nk
from nunatak._nunatak import data_bytes_read

RNG = np.random.default_rng(3)
NUMBERS = [
    "i1",
    "u1",
    "<i2",
    ">i2",
    "<u2",
    "<i4",
    ">i4",
    "<u4",
    "<i8",
    ">i8",
    "<u8",
    "<f4",
    ">f4",
    "<f8",
    ">f8",
]


def values(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    return (RNG.random(shape) * 100).astype(dtype)


def opened(path: Path, **kwargs: object) -> xr.Dataset:
    return xr.open_dataset(path, engine="nunatak", decode_times=False, **kwargs)


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
@pytest.mark.parametrize("dtype", NUMBERS)
def test_hdf5_layouts(tmp_path: Path, libver: str, dtype: str) -> None:
    path = tmp_path / "layouts.h5"
    data = values(dtype, (13, 17))
    with h5py.File(path, "w", libver=libver) as file:
        file["contiguous"] = data
        file.create_dataset("chunked", data=data, chunks=(5, 6))
        file.create_dataset("deflated", data=data, chunks=(5, 6), compression="gzip", shuffle=True)
        file.create_dataset(
            "checked", data=data, chunks=(4, 17), compression="gzip", shuffle=True, fletcher32=True
        )
        file.create_dataset("growing", data=data, chunks=(5, 6), maxshape=(None, 17), compression="gzip")
        file.create_dataset("free", data=data, chunks=(5, 6), maxshape=(None, None), fletcher32=True)
        file.create_dataset("one_chunk", data=data, chunks=data.shape, compression="gzip")
        file.create_dataset("sparse", (13, 17), dtype, chunks=(5, 6), fillvalue=7)[0:5, 0:6] = data[:5, :6]
        file.create_dataset("never_written", (3, 2), dtype, fillvalue=9)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        small = np.ascontiguousarray(data[:2, :2])
        h5py.h5d.create(
            file.id, b"compact", h5py.h5t.py_create(small.dtype), h5py.h5s.create_simple((2, 2)), compact
        ).write(h5py.h5s.ALL, h5py.h5s.ALL, small)
        file["scalar"] = data[0, 0]
        expected = {name: file[name][()] for name in file}
    with opened(path) as dataset:
        assert set(dataset.variables) == set(expected)
        for name, array in expected.items():
            assert dataset[name].dtype == np.dtype(dtype).newbyteorder("=")
            np.testing.assert_array_equal(dataset[name].values, array, err_msg=name)
        np.testing.assert_array_equal(
            dataset["deflated"][3:9, 5:15:3].values, expected["deflated"][3:9, 5:15:3]
        )


@pytest.mark.parametrize(
    "file_format", ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4"]
)
def test_netcdf_records_and_fixed(tmp_path: Path, file_format: str) -> None:
    path = tmp_path / "misleading_name.txt"
    with netCDF4.Dataset(path, "w", format=file_format) as file:
        file.createDimension("time", None)
        file.createDimension("y", 3)
        file.createDimension("x", 5)
        file.title = "ice"
        file.numbers = np.array([1.5, 2.5])
        # An odd number of bytes per record: the format pads it, unless it is the only record variable.
        for name, kind, dims in [
            ("flags", "i1", ("time", "y", "x")),
            ("lithk", "f4", ("time", "y", "x")),
            ("stamp", "f8", ("time",)),
            ("fixed", "i2", ("y", "x")),
            ("single", "i4", ()),
        ]:
            variable = file.createVariable(name, kind, dims)
            shape = tuple(4 if dim == "time" else len(file.dimensions[dim]) for dim in dims)
            variable[...] = values(kind, shape)
            variable.units = "m"
    with opened(path) as ours, xr.open_dataset(path, engine="netcdf4", decode_times=False) as theirs:
        xr.testing.assert_identical(ours.load(), theirs.load())
        assert ours.encoding["unlimited_dims"] == theirs.encoding["unlimited_dims"] == {"time"}


def test_single_record_variable_is_packed(tmp_path: Path) -> None:
    path = tmp_path / "packed.nc"
    data = values("i1", (6, 3))
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("time", None)
        file.createDimension("x", 3)
        file.createVariable("mask", "i1", ("time", "x"))[:] = data
    np.testing.assert_array_equal(opened(path)["mask"].values, data)


PACKINGS = [
    ("i2", {"scale_factor": 0.5, "add_offset": 10.0, "_FillValue": np.int16(-99)}),
    ("i2", {"scale_factor": np.float32(0.1), "_FillValue": np.int16(-99)}),
    ("i2", {"add_offset": np.float32(2.5)}),
    ("i4", {"scale_factor": np.float32(0.001), "missing_value": np.int32(-1)}),
    ("i1", {"_Unsigned": "true", "_FillValue": np.int8(-1), "scale_factor": 0.25}),
    ("u1", {"scale_factor": 2.0, "add_offset": -1.0}),
    ("f4", {"_FillValue": np.float32(1e20)}),
    (
        "f4",
        {"_FillValue": np.float32(9.96921e36), "missing_value": np.float32(9.96921e36), "scale_factor": 2.0},
    ),
    ("f8", {"_FillValue": -999.0, "valid_min": 0.0, "valid_max": 50.0}),
    ("f8", {"_FillValue": np.nan}),
    ("i8", {"scale_factor": 1e-3, "add_offset": 5.0}),
    ("i2", {"_FillValue": np.int16(7)}),
]


CASES = [
    (file_format, *packing)
    for file_format in ("NETCDF3_CLASSIC", "NETCDF4")
    for packing in PACKINGS
    if file_format == "NETCDF4" or packing[0] not in {"u1", "i8"}  # types the classic format does not have
]


@pytest.mark.parametrize(("file_format", "kind", "attributes"), CASES)
def test_packing_equals_xarray(
    tmp_path: Path, file_format: str, kind: str, attributes: dict[str, object]
) -> None:
    path = tmp_path / "packed.nc"
    data = RNG.integers(-100, 100, (40,)).astype(kind)
    with netCDF4.Dataset(path, "w", format=file_format) as file:
        file.set_auto_maskandscale(False)
        file.createDimension("x", 40)
        variable = file.createVariable("v", kind, ("x",), fill_value=attributes.get("_FillValue"))
        variable.set_auto_maskandscale(False)
        variable.setncatts({name: value for name, value in attributes.items() if name != "_FillValue"})
        fill = attributes.get("_FillValue", attributes.get("missing_value"))
        if fill is not None:
            data[::7] = fill
        variable[:] = data
    with xr.open_dataset(path, engine="netcdf4") as theirs, xr.open_dataset(path, engine="nunatak") as ours:
        assert ours["v"].dtype == theirs["v"].dtype
        assert ours["v"].values.tobytes() == theirs["v"].values.tobytes()
        assert ours["v"].attrs == theirs["v"].attrs
    raw = xr.open_dataset(path, engine="nunatak", mask_and_scale=False)["v"]
    np.testing.assert_array_equal(raw.values, data)


def test_valid_range_is_masked_on_request(tmp_path: Path) -> None:
    path = tmp_path / "range.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("x", 4)
        variable = file.createVariable("lithk", "f4", ("x",))
        variable.valid_min, variable.valid_max = np.float32(0), np.float32(5000)
        variable[:] = [-1, 0, 5000, 5001]
    np.testing.assert_array_equal(opened(path)["lithk"], [-1, 0, 5000, 5001])
    np.testing.assert_array_equal(opened(path, mask_valid_range=True)["lithk"], [np.nan, 0, 5000, np.nan])


CALENDARS = [
    "standard",
    "gregorian",
    "proleptic_gregorian",
    "noleap",
    "365_day",
    "all_leap",
    "360_day",
    "julian",
]


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("unit", ["days", "hours", "seconds"])
def test_times_equal_xarray(tmp_path: Path, calendar: str, unit: str) -> None:
    path = tmp_path / "time.nc"
    scale = {"days": 1, "hours": 24, "seconds": 86400}[unit]
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", 5)
        time = file.createVariable("time", "f8", ("time",))
        time.units, time.calendar = f"{unit} since 1850-01-01", calendar
        time[:] = np.array([0, 59.5, 365, 60000, 91312]) * scale
    with xr.open_dataset(path, engine="netcdf4") as theirs, xr.open_dataset(path, engine="nunatak") as ours:
        xr.testing.assert_identical(ours.load(), theirs.load())


def test_strings_and_groups(tmp_path: Path) -> None:
    path = tmp_path / "groups.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("model", 2)
        file.createDimension("letters", 4)
        names = file.createVariable("name", str, ("model",))
        names[0], names[1] = "ISSM", "PISM é"
        file.createVariable("code", "S1", ("model", "letters"))[:] = netCDF4.stringtochar(
            np.array(["JPL1", "AWI "], "S4")
        )
        group = file.createGroup("exp05/fluxes")
        group.createDimension("x", 3)
        group.createVariable("x", "f8", ("x",))[:] = [1, 2, 3]
        group.createVariable("acabf", "f4", ("model", "x"))[:] = values("f4", (2, 3))
        for number in range(20):
            group.setncattr(f"attribute_{number}", number)
    ours, theirs = (xr.open_datatree(path, engine=engine) for engine in ("nunatak", "netcdf4"))
    xr.testing.assert_identical(ours.load(), theirs.load())
    with pytest.raises(KeyError, match="exp06"):
        xr.open_dataset(path, engine="nunatak", group="exp06")


def test_variable_shorter_than_its_unlimited_dimension(tmp_path: Path) -> None:
    path = tmp_path / "short.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", None)
        file.createVariable("long", "f4", ("time",))[:] = np.arange(5)
        file.createVariable("short", "f4", ("time",))[0:2] = [1, 2]
    with opened(path) as ours, xr.open_dataset(path, engine="netcdf4", decode_times=False) as theirs:
        xr.testing.assert_identical(ours.load(), theirs.load())


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    path = tmp_path_factory.mktemp("cube") / "cube.nc"
    data = RNG.random((7, 11, 13)).astype("f4")
    with netCDF4.Dataset(path, "w") as file:
        for dim, length in zip("tyx", data.shape, strict=True):
            file.createDimension(dim, length)
        file.createVariable("v", "f4", ("t", "y", "x"), zlib=True, shuffle=True, chunksizes=(1, 4, 5))[:] = (
            data
        )
    return path, data


@settings(max_examples=60, deadline=None)
@given(keys=st.data())
def test_any_outer_index(cube: tuple[Path, np.ndarray], keys: st.DataObject) -> None:
    path, data = cube
    key: dict[str, object] = {}
    for dim, length in zip("tyx", data.shape, strict=True):
        kind = keys.draw(st.sampled_from(["all", "int", "slice", "list"]))
        if kind == "int":
            key[dim] = keys.draw(st.integers(-length, length - 1))
        elif kind == "slice":
            key[dim] = keys.draw(st.slices(length))
        elif kind == "list":
            key[dim] = keys.draw(st.lists(st.integers(-length, length - 1), max_size=6))
    lazy = opened(path)["v"].isel(key).values  # type: ignore[arg-type]
    np.testing.assert_array_equal(lazy, xr.DataArray(data, dims=list("tyx")).isel(key).values)  # type: ignore[arg-type]


def test_a_region_reads_its_chunks_only(cube: tuple[Path, np.ndarray]) -> None:
    path, _data = cube
    before = data_bytes_read()
    variable = opened(path)["v"]
    assert data_bytes_read() == before, "opening read data"
    assert variable.encoding["preferred_chunks"] == {"t": 1, "y": 4, "x": 5}
    variable[2, 4:8, 5:10].load()
    with h5py.File(path) as file:
        one_chunk = file["v"].id.get_chunk_info_by_coord((2, 4, 5)).size
    assert data_bytes_read() - before == one_chunk


def test_threads_and_async_read_the_same(cube: tuple[Path, np.ndarray]) -> None:
    path, data = cube
    variable = opened(path)["v"]
    with ThreadPoolExecutor(8) as pool:
        for step, read in enumerate(pool.map(lambda step: variable[step % 7].values, range(28))):
            np.testing.assert_array_equal(read, data[step % 7])
    loaded = asyncio.run(opened(path).load_async())
    np.testing.assert_array_equal(loaded["v"], data)


def test_a_pickled_variable_reads_in_another_process(cube: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, data = cube
    pickled = tmp_path / "variable.pickle"
    pickled.write_bytes(pickle.dumps(opened(path)["v"][1:5, ::-1]))
    assert pickled.stat().st_size < 5000, "data were pickled with the variable"
    script = (
        "import pickle, sys, numpy; v = pickle.load(open(sys.argv[1], 'rb'));"
        "numpy.save(sys.argv[2], v.values)"
    )
    subprocess.run([sys.executable, "-c", script, str(pickled), str(tmp_path / "values.npy")], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "values.npy"), data[1:5, ::-1])


def test_a_file_that_changed_is_not_read_by_an_old_pickle(tmp_path: Path) -> None:
    path = tmp_path / "v.h5"
    with h5py.File(path, "w") as file:
        file["v"] = np.arange(3)
    pickled = pickle.dumps(opened(path)["v"])
    with h5py.File(path, "w") as file:
        file["v"] = np.arange(400)
    with pytest.raises(nk.NunatakError, match="changed"):
        pickle.loads(pickled)


def test_dask_gets_the_real_chunks(cube: tuple[Path, np.ndarray]) -> None:
    path, data = cube
    variable = opened(path, chunks={})["v"]
    assert variable.chunks == ((1,) * 7, (4, 4, 3), (5, 5, 3))
    np.testing.assert_array_equal(variable.compute(scheduler="threads"), data)


@pytest.mark.parametrize(
    "chunks", [{"x": "many"}, {"x": 0}, {"x": 1.5}, {"x": ()}, {"x": (1, 1)}, [2], 0, -2, "x"]
)
def test_chunks_that_cannot_be_are_named(tmp_path: Path, chunks: Any) -> None:
    xr.Dataset({"v": ("x", np.ones(6))}).to_netcdf(tmp_path / "a.nc")
    with pytest.raises(nk.ArgumentError, match="chunks"):
        nk.open_datatree(tmp_path / "a.nc", chunks=chunks)
    for sizes in ({"x": np.int64(2)}, {"x": (2, 4)}, {"x": -1}, {}, "auto", 3):
        assert nk.open_datatree(tmp_path / "a.nc", chunks=sizes)["v"].chunks is not None
