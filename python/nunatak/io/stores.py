"""Paths, URLs and store options; the memory limit and the traffic of stores."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.request import url2pathname

from nunatak._nunatak import (
    file_limits as _file_limits,
    memory_limit as _memory_limit,
    store_traffic as _store_traffic,
    without_secrets,
)
from nunatak.arguments import checked, is_text
from nunatak.errors import ArgumentError

__all__ = ["StorageOptions", "file_limits", "memory_limit", "option_pairs", "store_traffic", "uri"]

StorageOptions = Mapping[str, Any]


def uri(source: str | os.PathLike[str]) -> str:
    """A URL as it is, a path made absolute, with ``~`` expanded; a ``file://`` URL is its path."""
    text = os.fspath(source)
    if not is_text(text):
        raise ArgumentError(f"{text!r:.80}: expected a path or URL of Unicode text, without NUL")
    if text.startswith("file://"):
        text = local_path(text)
    if "://" in text:
        return text
    return os.path.abspath(os.path.expanduser(text))


def local_path(address: str) -> str:
    """The path of a ``file://`` URL; what is percent-encoded there is decoded, as :rfc:`8089` has it.

    Raises
    ------
    ArgumentError
        It is on another machine.
    """
    host, slash, rest = address.removeprefix("file://").partition("/")
    host = host.rpartition("@")[2]
    if host not in ("", "localhost"):
        shown = without_secrets(address)
        raise ArgumentError(
            f"{shown}: expected a file of this machine, file:///path, found the host {host!r}"
        )
    return url2pathname(slash + rest)


def option_pairs(options: StorageOptions | None) -> list[tuple[str, str]]:
    """Options as the Rust kernels take them: nested ones are joined by dots, None is left out."""
    if options is not None and not isinstance(options, Mapping):
        raise ArgumentError(f"storage_options: expected a mapping, found {type(options).__name__}")
    pairs: list[tuple[str, str]] = []
    for name, value in (options or {}).items():
        if isinstance(value, Mapping):
            pairs += [(f"{name}.{inner}", text) for inner, text in option_pairs(value)]
        elif value is not None:
            pairs.append((str(name), str(value)))
            if not all(map(is_text, pairs[-1])):
                raise ArgumentError(f"storage_options: {name!r:.80} or its value is no Unicode text")
    return pairs


def store_traffic() -> dict[str, int]:
    """Requests that this process has made to remote stores, and bytes received, so far."""
    requests, received = _store_traffic()
    return {"requests": requests, "bytes": received}


@checked
def memory_limit(limit: int | None = None) -> int:
    """Set or get the number of bytes that one read may hold in addition to its result.

    A result of more bytes than the limit is refused, before any of them is taken, when it does not fit what
    the system has left; one within the limit is tried. So a larger limit also stands for memory of which the
    system does not know.

    A chunk that is larger once decoded is refused, unless all of it is the result. Where no limit is set,
    chunks of up to 1 GiB are decoded.

    Parameters
    ----------
    limit
        The new limit in bytes, at least 1 MiB; None leaves it. The default is 256 MiB, or the
        value of the environment variable ``NUNATAK_MEMORY_BUDGET``.

    Returns
    -------
    int
        The limit in bytes.
    """
    if limit is not None and limit < 0:
        raise ArgumentError(f"limit: found {limit}, expected a number of bytes")
    return _memory_limit(limit)


@checked
def file_limits(
    *,
    objects: int | None = None,
    metadata_bytes: int | None = None,
    text_bytes: int | None = None,
    segments: int | None = None,
    weights: int | None = None,
) -> dict[str, int]:
    """Set or get what one file may hold: a file that holds more is refused, before memory is taken.

    The limits are far above those of sound files, and protect from damaged and hostile ones. They hold for
    files that this process opens from now on; the environment variable ``NUNATAK_FILE_LIMITS``, such as
    ``objects=1000000,segments=20000000``, sets them for programs and workers.

    Parameters
    ----------
    objects
        Groups and variables, counted once for each path to them; 131,072 at first. What is in a group that
        has several paths counts 8 times at each further one, and groups there 32 times.
    metadata_bytes
        Bytes of names and attributes, with 64 for each of them, counted once for each path; 256 MiB.
    text_bytes
        Bytes of the texts of one variable, with 64 for each text; 512 MiB.
    segments
        Segments of one granule, all beams together; 4,194,304.
    weights
        Entries of a file of regridding weights; 33,554,432.

    Returns
    -------
    dict
        The limits by name.
    """
    given = {
        "objects": objects,
        "metadata_bytes": metadata_bytes,
        "text_bytes": text_bytes,
        "segments": segments,
        "weights": weights,
    }
    for name, limit in given.items():
        if limit is not None and not 0 < limit < 2**63:
            raise ArgumentError(f"{name}: found {limit}, expected a positive number")
    return dict(_file_limits([(name, limit) for name, limit in given.items() if limit is not None]))
