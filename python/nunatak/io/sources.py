"""Sources of data: paths, URLs, open file objects, and files in a store of the user's own."""

from __future__ import annotations

import io
import os
import posixpath
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from nunatak._nunatak import Reader, without_secrets
from nunatak.errors import ArgumentError
from nunatak.io.stores import StorageOptions, uri

__all__ = ["FileObject", "Source", "SourceLike", "is_file_object", "source_of", "store_reader"]


@runtime_checkable
class FileObject(Protocol):
    """An open binary file: ``io.BytesIO``, the files of fsspec and earthaccess, ``open(path, "rb")``."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes from the present position on."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move the position."""
        ...


SourceLike: TypeAlias = str | os.PathLike[str] | FileObject


@dataclass(frozen=True)
class Source:
    """A file as the compiled half opens it.

    Parameters
    ----------
    location
        Its path or URL, or the place that it has below a reader.
    label
        Its name for people.
    reader
        Reads the bytes of a file object or of a store; it must be held until the file is open.
    """

    location: str
    label: str
    reader: Reader | None = None


def is_file_object(source: Any) -> bool:
    """Whether it holds the bytes of a file: an open file, one of fsspec before ``open``, or ``bytes``."""
    if isinstance(source, str | os.PathLike):
        return False
    return isinstance(source, bytes | bytearray | memoryview | FileObject) or _is_unopened(source)


def source_of(source: Any, store: Any = None, storage_options: StorageOptions | None = None) -> Source:
    """A path, a URL, a file object, or a path in a store, as the compiled half opens it.

    Raises
    ------
    ArgumentError
        It is something else; ``store`` goes with a file object, a URL or ``storage_options``; or the store
        has no ``get``, ``head`` and ``list``.
    """
    if store is not None:
        reader = store_reader(store, storage_options)
        key = _key(source)
        return Source(reader.join(key), f"<{type(store).__name__}>/{key}", reader)
    if isinstance(source, bytes | bytearray | memoryview):
        source = io.BytesIO(source)
    if _is_unopened(source):
        source = source.open()
    if isinstance(source, str | os.PathLike):
        return Source(uri(source), uri(source))
    if not isinstance(source, FileObject):
        found = type(source).__name__
        raise ArgumentError(f"expected a path, a URL or a file object with `read` and `seek`, found {found}")
    reader, label = Reader(source, "file"), _label(source)
    name = posixpath.basename(label.replace(os.sep, "/")) if label else ""
    return Source(reader.join(name), label or f"<{type(source).__name__}>", reader)


def store_reader(store: Any, storage_options: StorageOptions | None = None) -> Reader:
    """The reader of a store of the user's own: one of obstore, or another one with its methods."""
    missing = [name for name in ("get", "head", "list") if not callable(getattr(store, name, None))]
    if missing or isinstance(store, type):
        lacks = f", which has no {', '.join(missing)}" if missing else ", a class"
        found = store.__name__ if isinstance(store, type) else type(store).__name__
        raise ArgumentError(
            f"store: expected a store of obstore, such as obstore.store.S3Store(…), found {found}{lacks}"
        )
    if storage_options:
        raise ArgumentError("storage_options: a store that is given has its own options; give one of the two")
    return Reader(store, "store")


def _key(path: Any) -> str:
    """The path of a file in a store."""
    if not isinstance(path, str | os.PathLike):
        raise ArgumentError(f"store: expected the path of a file in the store, found {type(path).__name__}")
    key = os.fspath(path)
    if "://" in key:
        raise ArgumentError(f"{without_secrets(key)}: expected the path of a file in the store, found a URL")
    return key.lstrip("/")


def _is_unopened(source: Any) -> bool:
    """Whether it is a file of fsspec before ``open``."""
    return not hasattr(source, "read") and all(hasattr(source, name) for name in ("open", "fs", "path"))


def _label(file: Any) -> str:
    """The name of an open file, where it has one, without the signature of an address."""
    for name in ("full_name", "path", "name"):
        value = getattr(file, name, None)
        if isinstance(value, str):
            return without_secrets(value)
    return ""
