"""What one file may hold: sound files with much of everything open, files that multiply it do not."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.fresh_process import run_code


@contextlib.contextmanager
def limits(**given: int) -> Iterator[None]:
    """Other limits for a while."""
    before = nk.file_limits()
    nk.file_limits(**given)
    try:
        yield
    finally:
        nk.file_limits(**before)


def opened(path: Path, **options: Any) -> xr.Dataset:
    return xr.open_dataset(path, engine="nunatak", decode_times=False, **options)


def in_a_process(code: str, *arguments: object, seconds: int = 10) -> list[str]:
    """What a process of 4 GB and so many seconds of computing prints."""
    head = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 << 30,) * 2);"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({seconds},) * 2)\nimport nunatak as nk, xarray as xr\n"
    )
    run = run_code(head + code, *map(str, arguments))
    assert run.returncode == 0, f"{run.returncode}: {run.stderr[-500:]}"
    return run.stdout.splitlines()


@pytest.mark.parametrize(("count", "track_order"), [(9, False), (700, True), (700, False), (14_000, True)])
def test_attributes_in_heaps_are_those_that_h5py_finds(tmp_path: Path, count: int, track_order: bool) -> None:
    path = tmp_path / "attributes.h5"
    with h5py.File(path, "w", libver="latest") as file:
        variable = file.create_dataset("v", data=[1.0, 2.0], track_order=track_order)
        for number in range(count):
            variable.attrs[f"a{number}"] = number if number % 3 else f"text {number}"
    with h5py.File(path) as file:
        expected = dict(file["v"].attrs)
    found = opened(path)["v"].attrs
    assert found == expected
    if track_order:
        assert list(found) == list(expected)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_all_links_of_a_large_group_are_found(tmp_path: Path, libver: str) -> None:
    path = tmp_path / "links.h5"
    with h5py.File(path, "w", libver=libver) as file:
        variable = file.create_dataset("v", data=np.arange(3))
        for number in range(9_000):
            file[f"a_rather_long_name_{number}"] = variable
    dataset = opened(path)
    assert len(dataset.variables) == 9_001
    assert dataset["a_rather_long_name_8999"].values.tolist() == [0, 1, 2]


def test_large_attributes_beside_the_heap(tmp_path: Path) -> None:
    path = tmp_path / "large.h5"
    values = {f"a{number}": np.full(10_000 + number, number, "f8") for number in range(12)}
    with h5py.File(path, "w", libver="latest") as file:
        file["v"] = [1.0]
        file["v"].attrs.update(values)
    found = opened(path)["v"].attrs
    for name, value in values.items():
        np.testing.assert_array_equal(found[name], value)


def test_soft_links_lead_over_each_other(tmp_path: Path) -> None:
    path = tmp_path / "soft.h5"
    with h5py.File(path, "w") as file:
        file["deep/er/target"] = [1.0, 2.0]
        file["deep/relative"] = h5py.SoftLink("er/target")
        file["way"] = h5py.SoftLink("/deep/./er")
        file["through"] = h5py.SoftLink("/way/target")
        file["again"] = h5py.SoftLink("through")
        file["lost"] = h5py.SoftLink("/way/nothing")
        file["ring"] = h5py.SoftLink("/ring")
    with pytest.warns(nk.UnreadableWarning, match=r"/(lost|ring) is left out: a soft link"):
        root = opened(path)
    assert root["through"].values.tolist() == root["again"].values.tolist() == [1, 2]
    assert opened(path, group="deep")["relative"].values.tolist() == [1, 2]


def test_soft_links_that_multiply_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ladder.h5"
    with h5py.File(path, "w") as file:
        file.create_group("here")["here"] = file
        steps = "/".join(["step0"] * 200)
        file["step0"] = h5py.SoftLink(".")
        for number in range(1, 12):
            file[f"step{number}"] = h5py.SoftLink("/" + "/".join([f"step{number - 1}"] * 30))
        file["top"] = h5py.SoftLink(steps)
    out = in_a_process(
        "try: print(len(nk.open_datatree(sys.argv[1]).variables))\n"
        "except nk.FormatError as error: print(error)",
        path,
    )
    assert "ladder.h5" in out[0] and "soft links lead over more than" in out[0], out


@pytest.mark.parametrize(("depth", "times", "size"), [(25, 2, 0), (13, 2, 0), (12, 4, 100), (20, 2, 50_000)])
def test_groups_with_many_paths_are_refused(tmp_path: Path, depth: int, times: int, size: int) -> None:
    path = tmp_path / "diamonds.h5"
    with h5py.File(path, "w", libver="latest") as file:
        group = file
        for _ in range(depth):
            below = group.create_group("0")
            for number in range(1, times):
                group[str(number)] = below
            if size:
                below.attrs["history"] = np.bytes_(b"x" * size)
            group = below
    code = "try: nk.open_datatree(sys.argv[1])\nexcept nk.FormatError as error: print(error)"
    (error,) = in_a_process(code, path)
    assert "diamonds.h5: /0/" in error and "nk.file_limits(" in error


def test_a_group_with_two_paths_is_found_at_both(tmp_path: Path) -> None:
    path = tmp_path / "two.h5"
    with h5py.File(path, "w") as file:
        file["tracks/a/h"] = [1.0, 2.0]
        file["days"] = file["tracks"]
    tree = nk.open_datatree(path)
    assert tree["tracks/a/h"].values.tolist() == tree["days/a/h"].values.tolist() == [1, 2]
    with (
        limits(objects=50),
        pytest.raises(nk.FormatError, match=r"at most 50 groups and variables.*objects=") as one,
    ):
        nk.open_datatree(path)
    assert "two.h5" in str(one.value)
    # Three objects; then a group with a second path, a group in it, and its variable.
    with limits(objects=3 + 25 + 32 + 8):
        assert len(list(nk.open_datatree(path).subtree)) == 5


def _texts(path: Path, count: int, length: int, *, attribute: bool) -> None:
    """A list of texts, each of which is the first one: the file holds it once."""
    with h5py.File(path, "w", libver="earliest") as file:
        texts = np.array(["x" * length] + ["y"] * (count - 1), dtype=object)
        if attribute:
            file.attrs.create("notes", texts, dtype=h5py.string_dtype())
        else:
            file.create_dataset("notes", data=texts, dtype=h5py.string_dtype())
    content = bytearray(path.read_bytes())
    (place,) = (at for at in range(len(content) - 32) if content[at : at + 4] == struct.pack("<I", length)
                and content[at + 16 : at + 20] == struct.pack("<I", 1))  # fmt: skip
    for number in range(1, count):
        content[place + 16 * number : place + 16 * number + 16] = content[place : place + 16]
    path.write_bytes(content)


@pytest.mark.parametrize("attribute", [True, False])
def test_a_text_that_is_listed_many_times(tmp_path: Path, attribute: bool) -> None:
    path = tmp_path / "texts.h5"
    _texts(path, 50, 70_001, attribute=attribute)

    def found() -> list[str]:
        dataset = opened(path)
        return list(dataset.attrs["notes"] if attribute else dataset["notes"].values)

    assert found() == ["x" * 70_001] * 50
    name = "metadata_bytes" if attribute else "text_bytes"
    with (
        limits(**{name: 1_000_000}),
        pytest.raises(nk.FormatError, match=rf"texts\.h5: .*notes.*{name}=") as one,
    ):
        found()
    assert "at most 1000000 bytes" in str(one.value)


@pytest.mark.parametrize("shape", [(400 << 20,), (20 << 10, 20 << 10)])
@pytest.mark.parametrize("shuffle", [False, True])
def test_a_chunk_beyond_the_memory_limit_is_refused(
    tmp_path: Path, shape: tuple[int, ...], shuffle: bool
) -> None:
    path = tmp_path / "one_chunk.nc"
    pack = zlib.compressobj(1)
    whole = b"".join(
        [pack.compress(bytes(1 << 24)) for _ in range(int(np.prod(shape)) >> 24)] + [pack.flush()]
    )
    with h5py.File(path, "w") as file:
        thick = file.create_dataset("thick", shape, "u1", chunks=shape, compression="gzip", shuffle=shuffle)
        thick.id.write_direct_chunk((0,) * len(shape), whole)
    code = (
        "ds = xr.open_dataset(sys.argv[1], engine='nunatak')\nprint(ds.thick.shape)\n"
        "nk.memory_limit(64 << 20)\n"
        "try: print(ds.thick[5].max().item())\nexcept nk.FormatError as error: print(error)\n"
        "nk.memory_limit(500 << 20)\nprint(ds.thick[5].max().item())\n"
    )
    _, error, value = in_a_process(code, path)
    assert "one_chunk.nc: /thick: its chunks of" in error and "nk.memory_limit(419430400)" in error
    assert value == "0"


@pytest.mark.parametrize(("rank", "kind"), [(65, 1), (1024, 2), (40_000, 1)])
def test_variables_of_more_dimensions_than_an_array_has(tmp_path: Path, rank: int, kind: int) -> None:
    def named(text: bytes) -> bytes:
        return struct.pack(">I", len(text)) + text + b"\0" * (-len(text) % 4)

    header = (
        b"CDF" + bytes([kind]) + struct.pack(">III", 0, 10, 1) + named(b"d") + struct.pack(">III", 1, 0, 0)
    )
    header += struct.pack(">II", 11, 2)
    for name, axes in ((b"tall", rank), (b"flat", 1)):
        header += named(name) + struct.pack(">I", axes) + struct.pack(">I", 0) * axes
        header += struct.pack(">IIII", 0, 0, 1, 4) + (
            struct.pack(">Q", 4) if kind == 2 else struct.pack(">I", 4)
        )
    path = tmp_path / "dimensions.nc"
    path.write_bytes(header)
    with pytest.warns(nk.UnreadableWarning, match=rf"/tall is left out: {rank} dimensions"):
        dataset = opened(path)
    assert list(dataset.variables) == ["flat"] and dataset["flat"].size == 1


def test_names_that_every_variable_repeats_are_counted(tmp_path: Path) -> None:
    name = b"n" * 100_000
    header = (
        b"CDF\1" + struct.pack(">III", 0, 10, 1) + struct.pack(">I", len(name)) + name + struct.pack(">I", 1)
    )
    header += struct.pack(">IIII", 0, 0, 11, 5_000)
    for number in range(5_000):
        header += struct.pack(">I4sI", 4, f"{number:4}".encode(), 1) + struct.pack(
            ">IIIIII", 0, 0, 0, 1, 4, 4
        )
    path = tmp_path / "names.nc"
    path.write_bytes(header)
    code = "try: nk.open_datatree(sys.argv[1])\nexcept nk.FormatError as error: print(error)"
    (error,) = in_a_process(code, path)
    assert "names.nc" in error and "metadata_bytes" in error


def test_millions_of_chunks_that_were_never_written_take_nothing(tmp_path: Path) -> None:
    path = tmp_path / "chunks.h5"
    with h5py.File(path, "w") as file:
        for number in range(20):
            file.create_dataset(f"v{number}", (1 << 26,), "f4", chunks=(1,), fillvalue=number)
    code = (
        "ds = xr.open_dataset(sys.argv[1], engine='nunatak')\n"
        "print(sorted(int(ds[name][-1]) for name in ds))\nprint(ds.v3[[5, 1 << 25]].values.tolist())"
    )
    values, scattered = in_a_process(code, path)
    assert values == str(list(range(20))) and scattered == "[3.0, 3.0]"


def test_limits_are_set_by_name_and_by_the_environment() -> None:
    before = nk.file_limits()
    assert before["segments"] == 1 << 22
    with limits(objects=7):
        assert nk.file_limits() == before | {"objects": 7}
    with pytest.raises(nk.ArgumentError, match="objects: found 0"):
        nk.file_limits(objects=0)
    command = [sys.executable, "-c", "import nunatak as nk; print(nk.file_limits()['text_bytes'])"]
    environment = {"NUNATAK_FILE_LIMITS": "text_bytes=12, nothing=5"}
    run = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert run.stdout == "12\n"
