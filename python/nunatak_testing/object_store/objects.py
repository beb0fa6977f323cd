"""The objects of a bucket: files below a directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StoredObject:
    """A file as an object. `swapped` is another object of the same size: every byte inverted."""

    path: Path
    key: str
    length: int
    modified_ns: int
    swapped: bool = False

    @property
    def etag(self) -> str:
        """Quoted, another for any other content; no digest, as of a multipart upload."""
        return f'"{self.modified_ns:x}-{self.length:x}{"-swapped" if self.swapped else ""}"'

    @property
    def modified(self) -> float:
        """Seconds since 1970."""
        return self.modified_ns // 10**9 + (60 if self.swapped else 0)

    def read(self, start: int, stop: int) -> bytes:
        """Part of the bytes. The file is opened for it: ten thousand objects need no open files."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            found = os.pread(descriptor, stop - start, start)
        finally:
            os.close(descriptor)
        return found.translate(_INVERTED) if self.swapped else found


_INVERTED = bytes(range(255, -1, -1))


class Bucket:
    """All objects below a directory. Files may change under it: nothing is remembered."""

    def __init__(self, root: str | os.PathLike[str], name: str) -> None:
        self.root = Path(root).resolve()
        self.name = name

    def get(self, key: str) -> StoredObject | None:
        """The object of a key."""
        path = self.path(key)
        if path is None or not path.is_file():
            return None
        status = path.stat()
        return StoredObject(path, key, status.st_size, status.st_mtime_ns)

    def is_folder(self, key: str) -> bool:
        """Whether a key names a directory, with or without a slash at its end."""
        path = self.path(key.rstrip("/"))
        return path is not None and path.is_dir()

    def path(self, key: str) -> Path | None:
        """Where the object of a key is or would be; None when that is outside the bucket."""
        parts = key.split("/") if key else []
        if any(part in ("", ".", "..") for part in parts) or "\0" in key:
            return None
        return self.root.joinpath(*parts)

    def list(self, prefix: str) -> list[StoredObject]:
        """Every object whose key begins with a prefix, sorted by key as S3 does (by UTF-8 bytes)."""
        folder = prefix.rpartition("/")[0]
        top = self.path(folder)
        if top is None or not top.is_dir():
            return []
        found = [item for item in _walk(top, folder) if item.key.startswith(prefix)]
        return sorted(found, key=lambda item: item.key.encode())

    def children(self, folder: str) -> tuple[list[str], list[StoredObject]]:
        """Names of the directories and the objects right in a directory, sorted."""
        top = self.path(folder.rstrip("/"))
        assert top is not None
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
        prefix = f"{folder.rstrip('/')}/" if folder.rstrip("/") else ""
        folders = [entry.name for entry in entries if entry.is_dir()]
        return folders, [_stored(entry, prefix + entry.name) for entry in entries if entry.is_file()]

    def put(self, key: str, content: bytes) -> StoredObject | None:
        """Write an object at once and whole; None when the key cannot be one."""
        path = self.path(key)
        if path is None or not key or path.is_dir():
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        part.replace(path)
        return self.get(key)

    def delete(self, key: str) -> None:
        """Remove an object; none is no error, as in S3."""
        path = self.path(key)
        if path is not None and path.is_file():
            path.unlink()


def _walk(top: Path, prefix: str) -> list[StoredObject]:
    found: list[StoredObject] = []
    pending = [(os.fspath(top), prefix)]
    while pending:
        folder, key = pending.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = f"{key}/{entry.name}" if key else entry.name
                if entry.is_dir():
                    pending.append((entry.path, name))
                elif entry.is_file():
                    found.append(_stored(entry, name))
    return found


def _stored(entry: os.DirEntry[str], key: str) -> StoredObject:
    status = entry.stat()
    return StoredObject(Path(entry.path), key, status.st_size, status.st_mtime_ns)
