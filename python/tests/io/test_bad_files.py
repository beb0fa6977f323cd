"""Files that are empty, cut off, corrupt or of another kind: errors that say what and where, no crash."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings, strategies as st

import nunatak as nk
from nunatak_testing.format_matrix import hdf5 as matrix_hdf5

RNG = np.random.default_rng(4)


def opened(path: Path) -> xr.Dataset:
    return xr.open_dataset(path, engine="nunatak", decode_times=False)


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "lithk_AIS_ULB.nc"
    path.touch()
    with pytest.raises(nk.FormatError, match=r"lithk_AIS_ULB\.nc: offset 0: .*empty file"):
        opened(path)


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.nc"
    path.write_text("these are notes, not data")
    with pytest.raises(nk.FormatError, match=r"notes\.nc: offset 0: .*text that starts with"):
        opened(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(nk.StoreError, match=r"gone\.nc"):
        opened(tmp_path / "gone.nc")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_truncated_hdf5(tmp_path: Path, kept: float, libver: str) -> None:
    path = tmp_path / "short.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file.create_dataset("v", data=RNG.random(20000), chunks=(500,), compression="gzip")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(nk.FormatError, match=r"short\.h5: .*offset \d+.*truncated"):
        opened(path).load()


def test_truncated_netcdf3(tmp_path: Path) -> None:
    path = tmp_path / "short.nc"
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("x", 1000)
        file.createVariable("lithk", "f8", ("x",))[:] = 1
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(nk.FormatError, match=r"short\.nc: /lithk: offset \d+: file is truncated"):
        opened(path)
    path.write_bytes(whole[:40])
    with pytest.raises(nk.FormatError, match=r"short\.nc: header: offset \d+: file is truncated"):
        opened(path)


def test_netcdf3_named_h5_opens(tmp_path: Path) -> None:
    path = tmp_path / "actually_netcdf3.h5"
    with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as file:
        file.createDimension("x", 3)
        file.createVariable("lithk", "f8", ("x",))[:] = [1, 2, 3]
    np.testing.assert_array_equal(opened(path)["lithk"], [1, 2, 3])


def test_corrupt_deflate_chunk(tmp_path: Path) -> None:
    path = tmp_path / "corrupt.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("lithk", data=RNG.random((40, 40)), chunks=(20, 20), compression="gzip")
        chunk = file["lithk"].id.get_chunk_info_by_coord((20, 0))
    with path.open("r+b") as file:
        file.seek(chunk.byte_offset + 10)
        file.write(b"\xff" * 50)
    variable = opened(path)["lithk"]
    with pytest.raises(nk.FormatError, match=rf"corrupt\.h5: /lithk: offset {chunk.byte_offset}: .*deflate"):
        variable.load()
    assert np.isfinite(opened(path)["lithk"][:20].values).all(), "intact chunks stay readable"


def test_wrong_checksum(tmp_path: Path) -> None:
    path = tmp_path / "flipped.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("lithk", data=RNG.random(100), chunks=(100,), fletcher32=True)
        chunk = file["lithk"].id.get_chunk_info(0)
    with path.open("r+b") as file:
        file.seek(chunk.byte_offset)
        file.write(b"\x01")
    with pytest.raises(nk.FormatError, match=r"/lithk: offset \d+: chunk: fletcher32 checksum is wrong"):
        opened(path).load()


def test_unknown_filter_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lzf.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("lithk", data=np.zeros(1000), chunks=(100,), compression="lzf")
    content = path.read_bytes()
    lzf = np.uint16(32000).tobytes()
    at = content.index(b"lzf\0") - 8
    assert content[at : at + 2] == lzf
    path.write_bytes(
        content[:at] + np.uint16(32767).tobytes() + content[at + 2 :].replace(b"lzf\0", b"zip\0", 1)
    )
    with pytest.raises(nk.FormatError, match=r"/lithk: not supported: filter 32767 \(zip\)"):
        opened(path).load()


def test_a_shape_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "huge.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("lithk", (2**40, 2**20), "f8", chunks=(2**10, 2**10))
    with pytest.raises(nk.FormatError, match=r"huge\.h5: /lithk: offset \d+: its shape"):
        opened(path)
    with h5py.File(path, "w") as file:
        file.create_dataset("lithk", (2**24, 2**20), "f8", chunks=(2**14, 2**14))
    with pytest.raises(nk.ArgumentError, match="read a smaller region"):
        opened(path)["lithk"].load()
    assert opened(path)["lithk"][0, :3].values.tolist() == [0, 0, 0]


@settings(max_examples=400, deadline=None)
@given(position=st.integers(0, 6000), byte=st.integers(0, 255))
def test_a_flipped_byte_is_an_error_or_data_but_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, position: int, byte: int
) -> None:
    path = tmp_path_factory.mktemp("flip") / "flip.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("v", data=np.arange(200), chunks=(50,), compression="gzip")
        file["v"].attrs["units"] = "m"
    content = bytearray(path.read_bytes())
    content[position % len(content)] = byte
    path.write_bytes(content)
    with contextlib.suppress(nk.NunatakError, ValueError, KeyError):
        opened(path).load()


#: Small files of the format matrix whose metadata and chunks differ most.
FRAGILE = [
    "structured_types-latest",
    "structured_types-earliest",
    "chunk_indexes-latest",
    "text_types-v110",
    "links-latest",
    "other_files-latest",
    "filter-blosc_lz4_2",
    "filter-bitshuffle_lz4",
    "filter-szip_nearest",
    "filter-lzf",
]


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    directory = tmp_path_factory.mktemp("fragile")
    known = dict(matrix_hdf5.cases())
    contents = []
    for name in FRAGILE:
        known[name].create(directory / name)
        contents.append((directory / name).read_bytes())
    return directory / "flipped.h5", contents


@settings(max_examples=500, deadline=None)
@given(
    which=st.integers(0, len(FRAGILE) - 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4),
)
@pytest.mark.filterwarnings("ignore::nunatak.UnreadableWarning")
def test_flipped_bytes_anywhere_never_crash(
    fragile: tuple[Path, list[bytes]], which: int, flips: list[tuple[float, int]]
) -> None:
    path, contents = fragile
    content = bytearray(contents[which])
    for place, byte in flips:
        content[int(place * len(content))] = byte
    path.write_bytes(content)
    with contextlib.suppress(nk.NunatakError):
        tree = xr.open_datatree(path, engine="nunatak", decode_times=False)
        for node in tree.subtree:
            for variable in node.to_dataset(inherit=False).variables.values():
                if variable.size < 1_000_000:
                    with contextlib.suppress(nk.NunatakError):
                        variable.load()


def test_a_member_beyond_its_record_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "record.h5"
    kind = np.dtype([("height", "<f4"), ("count", "<i4")])
    with h5py.File(path, "w", libver="earliest") as file:
        file["points"] = np.zeros(3, kind)
        file["plain"] = np.arange(3)
    content = path.read_bytes()
    at = content.index(b"count\0\0\0") + 8
    assert content[at : at + 4] == np.uint32(4).tobytes(), "the member's offset in its record"
    path.write_bytes(content[:at] + np.uint32(2**24).tobytes() + content[at + 4 :])
    with pytest.warns(nk.UnreadableWarning, match=r"/points is left out: .*`count` reach"):
        dataset = opened(path)
    assert list(dataset) == ["plain"]


@pytest.mark.parametrize("value", [1.0, np.arange(3.0), np.bytes_(b"\xff")])
@pytest.mark.parametrize("name", ["coordinates", "units", "_FillValue", "calendar", "scale_factor"])
@pytest.mark.filterwarnings("ignore::nunatak.UnreadableWarning")
def test_attributes_of_odd_types_cost_no_more_than_their_variable(
    tmp_path: Path, name: str, value: Any
) -> None:
    path = tmp_path / "odd.h5"
    with h5py.File(path, "w") as file:
        for dataset, units in (("time", "days since 2000-01-01"), ("lithk", "m")):
            file[dataset] = np.arange(3.0)
            file[dataset].attrs["units"] = units
            file[dataset].attrs[name] = value
        file["sound"] = np.arange(3.0)
        file.attrs["coordinates"] = value
    dataset = xr.open_dataset(path, engine="nunatak")
    assert {"time", "sound"} <= set(dataset.variables)
    assert dataset["sound"].values.tolist() == [0, 1, 2]
