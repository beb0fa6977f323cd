"""Paths, URLs and store options; the memory limit and the traffic of stores."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.request import url2pathname

from nunatak._nunatak import memory_limit as _memory_limit, store_traffic as _store_traffic, without_secrets
from nunatak.arguments import checked
from nunatak.errors import ArgumentError

__all__ = ["StorageOptions", "memory_limit", "option_pairs", "store_traffic", "uri"]

StorageOptions = Mapping[str, Any]


def uri(source: str | os.PathLike[str]) -> str:
    """A URL as it is, a path made absolute, with ``~`` expanded; a ``file://`` URL is its path."""
    text = os.fspath(source)
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
