"""Files of bytes with a checksum, so that damage is found and never read as something else."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

from nunatak.errors import NunatakWarning, StoreError, caller_stacklevel
from nunatak.io.atomic_write import write_bytes

__all__ = ["read_checked", "write_checked"]

_START = b"nunatak checked 1\n"
_DIGEST = hashlib.sha256().digest_size


def write_checked(place: Path, content: bytes) -> None:
    """Write bytes with their checksum before them, atomically."""
    write_bytes(place, _START + hashlib.sha256(content).digest() + content)


def read_checked(place: Path) -> bytes | None:
    """The bytes of a file; None when there is none or, with a warning, when it is not as it was written.

    Raises
    ------
    StoreError
        When there is one that cannot be read.
    """
    try:
        whole = place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{place}: cannot be read: {error}") from error
    digest, content = whole[len(_START) : len(_START) + _DIGEST], whole[len(_START) + _DIGEST :]
    if whole.startswith(_START) and hashlib.sha256(content).digest() == digest:
        return content
    warnings.warn(
        f"{place}: {len(whole)} bytes that are not what was written (cut short or damaged); not used",
        NunatakWarning,
        stacklevel=caller_stacklevel(),
    )
    return None
