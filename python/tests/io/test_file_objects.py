"""Open file objects as sources: the same data as from the path, from any thread, and clear errors."""

from __future__ import annotations

import copy
import io
import pickle
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import fsspec.asyn
import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.io.engine import NunatakBackendEntrypoint
from nunatak_testing.atl06 import all_beams, write_granule
from nunatak_testing.stores import write_field

VALUES = np.random.default_rng(7).normal(size=(6, 40, 50)).astype("f4")
CONTAINERS = ["NETCDF4", "NETCDF3_64BIT_OFFSET"]
GRANULES = [f"ATL06_2019010203040{number}_0123{number:02d}11_006_02.h5" for number in (1, 2)]


@pytest.fixture(params=CONTAINERS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    storage = {"zlib": True, "chunksizes": (1, 16, 16)} if request.param == "NETCDF4" else {}
    write_field(tmp_path / "lithk.nc", "lithk", VALUES, request.param, **storage)
    return tmp_path / "lithk.nc"


@pytest.fixture
def memory(path: Path) -> Iterator[Any]:
    """The file in fsspec's own memory."""
    system = fsspec.filesystem("memory")
    system.pipe("/archive/lithk.nc", path.read_bytes())
    yield system
    system.rm("/archive", recursive=True)


def opened(file: Any, **options: Any) -> xr.Dataset:
    return xr.open_dataset(file, engine="nunatak", **options)


def test_bytes_in_memory_are_the_file(path: Path) -> None:
    expected = opened(path).load()
    data = path.read_bytes()
    for source in (io.BytesIO(data), data, bytearray(data)):
        xr.testing.assert_identical(opened(source), expected)
    tree = nk.open_datatree(io.BytesIO(data))
    xr.testing.assert_identical(tree.to_dataset().load(), expected)


def test_open_files_and_those_of_fsspec(path: Path, memory: Any) -> None:
    expected = opened(path).load()
    with path.open("rb") as buffered, path.open("rb", buffering=0) as unbuffered:
        for file in (buffered, unbuffered):
            xr.testing.assert_identical(opened(file).load(), expected)
    with memory.open("/archive/lithk.nc") as file:
        xr.testing.assert_identical(opened(file).load(), expected)
    unopened = fsspec.open("memory://archive/lithk.nc")
    xr.testing.assert_identical(nk.open_datatree(unopened).to_dataset().load(), expected)
    with fsspec.open(f"file://{path}") as local:
        assert opened(local).encoding["source"] == str(path)


def test_the_content_says_whether_it_can_be_opened(path: Path) -> None:
    engine = NunatakBackendEntrypoint()
    file = io.BytesIO(path.read_bytes())
    file.seek(5)
    assert engine.guess_can_open(file)
    assert file.tell() == 5
    assert not engine.guess_can_open(io.BytesIO(b"neither of the formats"))
    assert not engine.guess_can_open(io.BytesIO())
    assert not engine.guess_can_open(io.StringIO("text"))
    assert not engine.guess_can_open(object())


def test_nothing_is_read_before_it_is_wanted(path: Path) -> None:
    class Counting(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            Counting.given += len(data)
            return data

    file = Counting(path.read_bytes() + bytes(6 << 20))
    dataset = opened(file)
    header = Counting.given
    assert header < 1 << 20
    np.testing.assert_array_equal(dataset.lithk[3].values, VALUES[3])
    # Some 12 chunks, or a record, and the nodes of an index; never the whole file.
    assert Counting.given - header < 1 << 19


class Watched(io.BytesIO):
    """A file that finds out when somebody seeks between another one's seek and read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.seeker: int | None = None
        self.mixed = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.seeker = threading.get_ident()
        return super().seek(offset, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        self.mixed += self.seeker != threading.get_ident()
        return super().read(size)


def test_threads_share_one_position(path: Path) -> None:
    file = Watched(path.read_bytes())
    datasets = [opened(file), opened(file)]

    def read(at: int) -> np.ndarray:
        return datasets[at % 2].lithk[at % len(VALUES), at % 7 :].values

    with ThreadPoolExecutor(8) as pool:
        for at, values in enumerate(pool.map(read, range(96))):
            np.testing.assert_array_equal(values, VALUES[at % len(VALUES), at % 7 :])
    assert file.mixed == 0


def test_dask_reads_from_all_of_its_threads(path: Path) -> None:
    dataset = opened(io.BytesIO(path.read_bytes()), chunks={"time": 1, "y": 20})
    np.testing.assert_array_equal(dataset.lithk.data.compute(scheduler="threads", num_workers=6), VALUES)
    means = dataset.lithk.mean(("y", "x")).compute(scheduler="threads")
    np.testing.assert_allclose(means, VALUES.mean((1, 2)), rtol=1e-5)


def test_arrays_travel_with_files_that_can(path: Path, memory: Any) -> None:
    with memory.open("/archive/lithk.nc") as file:
        for source in (io.BytesIO(path.read_bytes()), file):
            again = pickle.loads(pickle.dumps(opened(source)))
            np.testing.assert_array_equal(again.lithk.values, VALUES)


def test_a_file_that_cannot_be_pickled_says_so(path: Path) -> None:
    with path.open("rb") as file:
        dataset = opened(file)
        with pytest.raises(TypeError, match=r"lazy array over a BufferedReader cannot be pickled.*fsspec"):
            pickle.dumps(dataset)
        np.testing.assert_array_equal(copy.deepcopy(dataset).lithk.values, VALUES)
        np.testing.assert_array_equal(dataset.copy(deep=True).lithk.values, VALUES)


def test_another_process_reads_what_travelled(path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    dataset = opened(io.BytesIO(path.read_bytes()), chunks={"time": 2})
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        np.testing.assert_array_equal(dataset.lithk.compute().values, VALUES)


def test_what_a_file_raises_is_the_cause(path: Path) -> None:
    file = io.BytesIO(path.read_bytes())
    dataset = opened(file)
    file.close()
    with pytest.raises(nk.StoreError, match="I/O operation on closed file") as caught:
        dataset.lithk.load()
    assert isinstance(caught.value.__cause__, ValueError)
    with path.open(encoding="latin-1") as text, pytest.raises(nk.StoreError, match="binary mode"):
        opened(text)
    with pytest.raises(nk.ArgumentError, match="found dict"):
        opened({})


def test_an_interruption_is_no_error_of_a_store(path: Path) -> None:
    class Interrupted(io.BytesIO):
        ready = False

        def read(self, size: int | None = -1, /) -> bytes:
            if Interrupted.ready:
                raise KeyboardInterrupt
            return super().read(size)

    dataset = opened(Interrupted(path.read_bytes()))
    Interrupted.ready = True
    with pytest.raises(KeyboardInterrupt):
        dataset.lithk.load()


@pytest.mark.parametrize("kept", [0, 100, 5000])
def test_a_cut_file_is_malformed_or_truncated(path: Path, kept: int) -> None:
    with pytest.raises(nk.FormatError, match="BytesIO"):
        opened(io.BytesIO(path.read_bytes()[:kept])).load()


def test_granules_that_are_open_already(tmp_path: Path) -> None:
    for count, name in enumerate(GRANULES, start=3):
        write_granule(tmp_path / name, all_beams(count))
    expected = nk.open_atl06(tmp_path)
    system = fsspec.filesystem("memory")
    files = []
    for name in GRANULES:
        system.pipe(f"/granules/{name}", (tmp_path / name).read_bytes())
        files.append(system.open(f"/granules/{name}"))
    points = nk.open_atl06(files, on_error="raise")
    xr.testing.assert_identical(points.dataset, expected.dataset)
    assert list(points.report.granule) == GRANULES
    one = nk.open_atl06(io.BytesIO((tmp_path / GRANULES[0]).read_bytes()))
    assert len(one) == int((expected.dataset.granule == 0).sum())


class FarFile(fsspec.spec.AbstractBufferedFile):
    """A file of `FarFiles`."""

    def _fetch_range(self, start: int, end: int) -> bytes:
        return self.fs.content[start:end]


class FarFiles(fsspec.asyn.AsyncFileSystem):
    """One file behind an asynchronous file system that counts its requests."""

    protocol = "far"
    cachable = False

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content, self.requests = content, 0

    async def _info(self, path: str, **_: Any) -> dict[str, Any]:
        return {"name": path, "size": len(self.content), "type": "file"}

    async def _cat_file(self, path: str, start: int | None = None, end: int | None = None, **_: Any) -> bytes:
        self.requests += 1
        return self.content[start:end]

    def _open(self, path: str, mode: str = "rb", **options: Any) -> FarFile:
        return FarFile(self, path, mode, cache_type="none", **options)


def test_an_asynchronous_file_system_is_asked_for_many_ranges_at_once(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(30, 300, 300)).astype("f4")
    write_field(tmp_path / "a.nc", "lithk", values, zlib=True, chunksizes=(1, 300, 300))
    system = FarFiles((tmp_path / "a.nc").read_bytes())
    dataset = opened(system.open("a.nc"))
    before = system.requests
    np.testing.assert_array_equal(dataset.lithk.values, values)
    # Some 10 MB in requests of at most 4 MiB; the file's own buffer is not asked.
    assert 3 <= system.requests - before <= 6
