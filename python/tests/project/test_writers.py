"""What is left of a file when its writer is killed, its disk is full, or another one writes to it too."""

from __future__ import annotations

import os
import random
import resource
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import nunatak as nk
from nunatak_testing.writers import Writer, all_writers

NAMES = [
    "report as HTML",
    "report as JSON",
    "HTML page",
    "saved catalog",
    "chunk map",
    "ESM collection",
    "Kerchunk",
    "Kerchunk as parquet",
    "ESMF weights",
    "SCRIP weights",
    "kept weights",
    "NetCDF of the program",
]
KILLS = 50

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def writers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Writer]:
    return {writer.name: writer for writer in all_writers(tmp_path_factory.mktemp("sources"))}


@pytest.fixture
def small_files() -> Iterator[None]:
    """Files may not grow over 1000 bytes: a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def both(writer: Writer, folder: Path) -> set[object]:
    """What is read of either version."""
    found = set()
    for number, write in enumerate(writer.versions):
        write(folder / f"{number}{writer.file}")
        found.add(writer.read(folder / f"{number}{writer.file}"))
    assert len(found) == 2
    return found


def test_every_writer_is_here(writers: dict[str, Writer]) -> None:
    assert list(writers) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_leaves_the_old_file(
    name: str, writers: dict[str, Writer], tmp_path: Path, small_files: None
) -> None:
    writer, path = writers[name], tmp_path / writers[name].file
    writer.versions[0](path)
    before = contents(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    with pytest.raises(nk.NunatakError, match=tmp_path.name):
        writer.versions[1](path)
    assert contents(tmp_path) == before


def test_a_catalog_that_cannot_be_written_is_an_error_of_the_store(
    writers: dict[str, Writer], tmp_path: Path
) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "c.parquet"):
        for name in ("saved catalog", "chunk map"):
            with pytest.raises(nk.errors.StoreError, match=f"{place.name}: cannot write"):
                writers[name].versions[0](place)


def test_writers_that_are_killed_leave_the_old_file_or_the_new(
    writers: dict[str, Writer], tmp_path: Path
) -> None:
    """All at once in a thread each, so that every kill meets each of them somewhere."""
    (tmp_path / "whole").mkdir()
    whole = {name: both(writer, tmp_path / "whole") for name, writer in writers.items()}
    paths = {name: tmp_path / writer.file for name, writer in writers.items()}
    for name, writer in writers.items():
        writer.versions[0](paths[name])

    def write_for_ever(name: str) -> None:
        try:
            for round in range(1_000_000):
                writers[name].versions[round % 2](paths[name])
        finally:
            os._exit(1)

    moments = random.Random(0)
    for _ in range(KILLS):
        child = os.fork()
        if child == 0:
            for name in NAMES:
                threading.Thread(target=write_for_ever, args=(name,), daemon=True).start()
            time.sleep(60)
            os._exit(1)
        time.sleep(moments.uniform(0.0, 0.15))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "a writer failed before it was killed"
        for name, writer in writers.items():
            assert writer.read(paths[name]) in whole[name], name


@pytest.mark.parametrize("name", NAMES)
def test_writers_in_threads_and_processes_leave_one_whole_file(
    name: str, writers: dict[str, Writer], tmp_path: Path
) -> None:
    writer, path = writers[name], tmp_path / "together" / writers[name].file
    path.parent.mkdir()
    whole = both(writer, tmp_path)
    before = len(list(path.parent.iterdir()))
    failures: list[BaseException] = []

    def write(version: int) -> None:
        try:
            for _ in range(3):
                writer.versions[version](path)
        except BaseException as error:
            failures.append(error)

    children = []
    for version in range(2):
        child = os.fork()
        if child == 0:
            write(version)
            os._exit(len(failures))
        children.append(child)
    threads = [threading.Thread(target=write, args=(version,)) for version in (0, 1, 0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a writer waits for ever"
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    assert not failures
    assert writer.read(path) in whole
    left = [file.name for file in path.parent.iterdir() if file.suffix == ".part"]
    assert before == 0 and not left
