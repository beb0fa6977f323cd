"""Where a file goes that is written atomically, and what stays when it cannot be written."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

import nunatak as nk
from nunatak.io.atomic_write import atomic_directory, atomic_write, write_bytes, write_text


def test_threads_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    texts = [str(number) * 50_000 for number in range(8)]
    for _ in range(10):
        threads = [threading.Thread(target=write_text, args=(path, text)) for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert path.read_text() in texts
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_links_are_followed_and_permissions_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "a", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_text(link, "new")
    assert link.is_symlink() and path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    write_text(tmp_path / "own", "1")
    (tmp_path / "other").write_text("1")
    assert (tmp_path / "own").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("name", ["é" * 127, "a" * 255])
def test_names_may_be_as_long_as_they_can_be(tmp_path: Path, name: str) -> None:
    write_bytes(tmp_path / name, b"1")
    assert (tmp_path / name).read_bytes() == b"1"


def test_a_device_is_written_to(tmp_path: Path) -> None:
    write_text(Path(os.devnull), "gone")
    assert not Path(os.devnull).is_file()


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(nk.errors.StoreError, match="nowhere"):
        write_text(tmp_path / "nowhere" / "a", "1")
    with pytest.raises(nk.errors.ArgumentError, match="directory"):
        write_text(tmp_path, "1")
    (tmp_path / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_write(tmp_path / "a") as copy:
        copy.write_text("half")
        raise ZeroDivisionError
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a", "old")]


def test_a_directory_is_replaced_whole(tmp_path: Path) -> None:
    place = tmp_path / "refs.parquet"
    for content in ("old", "new"):
        with atomic_directory(place) as copy:
            copy.mkdir()
            (copy / content).write_text(content)
        assert [file.name for file in place.iterdir()] == [content]
    with pytest.raises(nk.errors.StoreError, match=r"refs\.parquet"), atomic_directory(place) as copy:
        copy.mkdir()
        (copy / "half").write_text("half")
        raise OSError(28, "No space left on device")
    assert [file.name for file in place.iterdir()] == ["new"]
    assert [file.name for file in tmp_path.iterdir()] == ["refs.parquet"]
