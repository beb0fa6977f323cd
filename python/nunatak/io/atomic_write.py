"""Atomic writes: a file is replaced when the new one is complete and on disk, and else stays as it was.

``nunatak_system::replace_file`` is the same for what Rust writes.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nunatak.errors import ArgumentError, NunatakError, StoreError

__all__ = ["atomic_directory", "atomic_write", "write_bytes", "write_text"]

_MOST_OF_NAME = 40
"""Characters of a file's name that the name of its working copy begins with: the system takes 255 bytes."""


@contextmanager
def atomic_write(target: Path) -> Iterator[Path]:
    """A new file to write to, which moves to ``target`` on success and is removed on failure.

    It lies beside the target under a name that no other writer has, and is on disk before it moves: a full
    disk, a killed process or a machine without power leave the old file or the new one. Of several writers
    to one path the last wins, with a whole file. A link is followed; a device or a pipe, which cannot be
    replaced, is written to as it is.

    Raises
    ------
    ArgumentError
        For a directory, or no name at all.
    StoreError
        When the file cannot be written; it names the path.
    """
    if os.path.isdir(target):
        raise ArgumentError(f"path: found the directory {str(target)!r}, expected a file to write")
    with _named(target):
        place = Path(os.path.realpath(target))
        if place.exists() and not place.is_file():
            yield place
            return
        copy = _copy_name(place)
        try:
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            yield copy
            with suppress(FileNotFoundError):
                os.chmod(copy, stat.S_IMODE(place.stat().st_mode))
            _sync(copy)
            os.replace(copy, place)
            _sync_directory(place.parent)
        finally:
            with suppress(OSError):
                copy.unlink(missing_ok=True)


@contextmanager
def atomic_directory(target: Path) -> Iterator[Path]:
    """A name for a new directory, which moves to ``target`` on success and is removed on failure.

    On Linux the two change places in one step. Elsewhere what was there moves away just before: a process
    that is killed between the two moves leaves it beside the target.

    Raises
    ------
    StoreError
        When the directory cannot be written; it names the path.
    """
    with _named(target):
        place = Path(os.path.realpath(target))
        copy, old = _copy_name(place), _copy_name(place)
        try:
            yield copy
            for file in copy.rglob("*"):
                if file.is_file():
                    _sync(file)
            if not _exchanged(copy, place):
                if place.exists():
                    os.replace(place, old)
                os.replace(copy, place)
            _sync_directory(place.parent)
        except BaseException:
            with suppress(OSError):
                if old.exists() and not place.exists():
                    os.replace(old, place)
            raise
        finally:
            for own in (copy, old):
                if own.is_dir():
                    shutil.rmtree(own, ignore_errors=True)
                else:
                    with suppress(OSError):
                        own.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file atomically."""
    with atomic_write(target) as copy:
        copy.write_bytes(content)


def write_text(target: Path, text: str) -> None:
    """Write a text file atomically."""
    write_bytes(target, text.encode())


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """What the system says, as an error that names the path."""
    try:
        yield
    except NunatakError:
        raise
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error}") from error


def _exchanged(one: Path, other: Path) -> bool:
    """Let two files or directories change places, where the system can."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _copy_name(place: Path) -> Path:
    return place.with_name(f".{place.name[:_MOST_OF_NAME]}.{secrets.token_hex(8)}.part")


def _sync(file: Path) -> None:
    with open(file, "r+b") as opened:
        os.fsync(opened.fileno())


def _sync_directory(directory: Path) -> None:
    """The name is on disk when its directory is; not all systems can say so."""
    with suppress(OSError):
        opened = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
