"""Changes of HDF5 structures, whose checksums are put right afterwards so that readers believe them."""

from __future__ import annotations

import re

import numpy as np

from nunatak_testing.hostile.numbers import any_change, odd_number, put, take

SIGNATURES = re.compile(
    b"OHDR|OCHK|TREE|SNOD|HEAP|GCOL|FRHP|FHDB|FHIB|BTHD|BTIN|BTLF|EAHD|EAIB|EADB|EASB|FAHD|FADB"
    b"|\x89HDF\r\n\x1a\n"
)
CHECKSUMS = {b"BTHD": 34, b"FRHP": 142, b"FAHD": 24, b"EAHD": 68}
"""Where the checksum is of structures that have one size in all files (addresses of 8 bytes)."""
MASK = 0xFFFFFFFF


def _rotated(value: int, by: int) -> int:
    return ((value << by) | (value >> (32 - by))) & MASK


def lookup3(data: bytes) -> int:
    """Jenkins' hash, as HDF5 uses it (``H5_checksum_lookup3``)."""
    a = b = c = (0xDEADBEEF + len(data)) & MASK
    at = 0
    while len(data) - at > 12:
        first, second, third = np.frombuffer(data, "<u4", 3, at).tolist()
        a, b, c = (a + first) & MASK, (b + second) & MASK, (c + third) & MASK
        a, c = ((a - c) & MASK) ^ _rotated(c, 4), (c + b) & MASK
        b, a = ((b - a) & MASK) ^ _rotated(a, 6), (a + c) & MASK
        c, b = ((c - b) & MASK) ^ _rotated(b, 8), (b + a) & MASK
        a, c = ((a - c) & MASK) ^ _rotated(c, 16), (c + b) & MASK
        b, a = ((b - a) & MASK) ^ _rotated(a, 19), (a + c) & MASK
        c, b = ((c - b) & MASK) ^ _rotated(b, 4), (b + a) & MASK
        at += 12
    if at == len(data):
        return c
    first, second, third = np.frombuffer(data[at:].ljust(12, b"\0"), "<u4").tolist()
    a, b, c = (a + first) & MASK, (b + second) & MASK, (c + third) & MASK
    c = ((c ^ b) - _rotated(b, 14)) & MASK
    a = ((a ^ c) - _rotated(c, 11)) & MASK
    b = ((b ^ a) - _rotated(a, 25)) & MASK
    c = ((c ^ b) - _rotated(b, 16)) & MASK
    a = ((a ^ c) - _rotated(c, 4)) & MASK
    b = ((b ^ a) - _rotated(a, 14)) & MASK
    return ((c ^ b) - _rotated(b, 24)) & MASK


def structures(content: bytes | bytearray) -> list[tuple[int, bytes]]:
    """Where structures begin, and their signatures."""
    return [(match.start(), match.group()) for match in SIGNATURES.finditer(content)]


def _checksum_at(content: bytearray, at: int, signature: bytes) -> int | None:
    """Where the checksum of a structure is; None when it has none, or its place is not known."""
    if signature in CHECKSUMS:
        return at + CHECKSUMS[signature]
    if signature == b"OHDR" and at + 6 < len(content):
        flags = content[at + 5]
        start = at + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        return start + width + take(content, start, width)
    if signature.startswith(b"\x89") and at + 8 < len(content) and content[at + 8] in (2, 3):
        return at + 44
    return None


def with_checksums(content: bytearray) -> None:
    """Put the checksums of all structures right whose size is known."""
    for at, signature in structures(content):
        end = _checksum_at(content, at, signature)
        if end is not None and end + 4 <= len(content) and end - at < 4096:
            put(content, end, 4, lookup3(bytes(content[at:end])))


def change(rng: np.random.Generator, content: bytearray) -> None:
    """A few changes of fields of structures; addresses may become those of other structures."""
    known = structures(content)
    for _ in range(int(rng.integers(1, 4))):
        if not known or rng.random() < 0.2:
            any_change(rng, content)
            continue
        at, _signature = known[rng.integers(len(known))]
        size = int(rng.choice([1, 2, 4, 8], p=[0.3, 0.25, 0.2, 0.25]))
        place = at + 4 + int(rng.integers(0, 96))
        number = odd_number(rng, take(content, place, size), size)
        if size == 8 and rng.random() < 0.6:
            number = known[rng.integers(len(known))][0]
        put(content, place, size, number)
    if rng.random() < 0.85:
        with_checksums(content)
