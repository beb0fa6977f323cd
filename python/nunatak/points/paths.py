"""Expansion of paths, URLs, patterns, directories and file objects into lists of files."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, cast

from nunatak._nunatak import list_objects
from nunatak.arguments import found, is_list, is_text
from nunatak.errors import ArgumentError, PointsError
from nunatak.io.sources import Source, SourceLike, is_file_object, source_of, store_reader
from nunatak.io.stores import StorageOptions, option_pairs

__all__ = ["expand_paths", "expand_sources"]


def expand_sources(
    paths: SourceLike | Iterable[SourceLike],
    storage_options: StorageOptions | None = None,
    store: Any = None,
) -> list[Source]:
    """As :func:`expand_paths`; each may be a file object too, or all of them paths in a store."""
    if store is not None:
        reader = store_reader(store, storage_options)
        patterns = [paths] if isinstance(paths, str | os.PathLike) else cast(Iterable[Any], paths)
        urls = [reader.join("") + os.fspath(path).lstrip("/") for path in patterns]
        return [Source(file, file, reader) for file in expand_paths(urls)]
    if isinstance(paths, str | os.PathLike):
        return [Source(file, file) for file in expand_paths(paths, storage_options)]
    if is_file_object(paths):
        return [source_of(paths)]
    if not is_list(paths):
        raise ArgumentError(f"paths: found {found(paths)}, expected paths, URLs or open files")
    several = list(cast(Iterable[SourceLike], paths))
    return [source for path in several for source in expand_sources(path, storage_options)]


def expand_paths(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    storage_options: StorageOptions | None = None,
) -> list[str]:
    """Files of a path or URL, a glob pattern, a directory, or a list of these; sorted within each pattern."""
    if not isinstance(paths, str | os.PathLike):
        if not is_list(paths):
            raise ArgumentError(f"source: found {found(paths)}, expected paths, URLs or a table")
        several = list(cast(Iterable[Any], paths))
        return [file for path in several for file in expand_paths(path, storage_options)]
    path = os.fspath(paths).removeprefix("file://")
    if not is_text(path):
        raise ArgumentError(f"paths: found {path!r:.80}, expected a path or URL of Unicode text, without NUL")
    files = _remote(path, storage_options) if "://" in path else _local(os.path.expanduser(path))
    if not files:
        raise PointsError(f"{path}: no file matches; give a granule, a directory or a glob pattern")
    return files


def _local(path: str) -> list[str]:
    if os.path.isdir(path) and not _is_zarr(path):
        path = os.path.join(glob.escape(path), "*.h5")
    if os.path.exists(path) or not glob.has_magic(path):
        return [path]
    return sorted(glob.glob(path, recursive=True))


def _is_zarr(path: str) -> bool:
    return any(os.path.isfile(os.path.join(path, name)) for name in ("zarr.json", ".zgroup"))


def _remote(url: str, storage_options: StorageOptions | None) -> list[str]:
    """One listing of what lies below the last directory without a pattern."""
    scheme, _, place = url.partition("://")
    parts = place.split("/")
    if not parts[-1]:
        parts[-1] = "*.h5"
    fixed = next((at for at, part in enumerate(parts) if at and _is_pattern(part, scheme)), None)
    if fixed is None:
        return [url]
    prefix = f"{scheme}://{'/'.join(parts[:fixed])}"
    listed = list_objects(prefix, option_pairs(storage_options))
    return [file for file in listed if _fits(file.partition("://")[2].split("/"), parts)]


def _is_pattern(part: str, scheme: str) -> bool:
    """A question mark begins a query in a web address."""
    return any(sign in part for sign in ("*[" if scheme.startswith("http") else "*[?"))


def _fits(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path fits part by part; `**` matches any number of directories."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_fits(parts[at:], pattern[1:]) for at in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])
