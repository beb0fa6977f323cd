"""Numbers that break things, and changes of bytes that any format can suffer."""

from __future__ import annotations

import numpy as np

INTERESTING = (0, 1, 2, 3, 7, 8, 16, 31, 32, 63, 64, 127, 128, 255, 256, 1024, 4095, 4096, 65535, 65536)
LARGE = (2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**40, 2**48, 2**62, 2**63 - 1, 2**63, 2**64 - 1)


def odd_number(rng: np.random.Generator, now: int, size: int) -> int:
    """A number of ``size`` bytes in place of another: near it, small, or as large as no sound file has."""
    choice = rng.integers(4)
    if choice == 0:
        number = now + int(rng.choice([-2, -1, 1, 2, 8]))
    elif choice == 1:
        number = int(rng.choice(INTERESTING))
    elif choice == 2:
        number = int(LARGE[rng.integers(len(LARGE))])
    else:
        number = now * int(rng.choice([2, 3, 16, 1000])) if rng.random() < 0.5 else now // 2
    return number % 256**size


def put(content: bytearray, at: int, size: int, number: int, order: str = "little") -> None:
    """Write a number over what is there."""
    if 0 <= at <= len(content) - size:
        content[at : at + size] = (number % 256**size).to_bytes(size, "big" if order == "big" else "little")


def take(content: bytearray, at: int, size: int, order: str = "little") -> int:
    """The number at a place."""
    return int.from_bytes(content[at : at + size], "big" if order == "big" else "little")


def any_change(rng: np.random.Generator, content: bytearray) -> None:
    """Flip, overwrite, cut, repeat, move or clear bytes somewhere."""
    length = len(content)
    if length < 32:
        return
    at, size = int(rng.integers(length - 16)), int(rng.choice([1, 2, 4, 8]))
    run = int(rng.integers(1, min(512, length - at)))
    match rng.integers(7):
        case 0:
            content[at] ^= 1 << int(rng.integers(8))
        case 1 | 2:
            put(content, at, size, odd_number(rng, take(content, at, size), size))
        case 3:
            del content[int(rng.integers(length // 4, length)) :]
        case 4:
            content[at:at] = content[at : at + run]
        case 5:
            other = int(rng.integers(length - run))
            content[at : at + run] = content[other : other + run]
        case _:
            content[at : at + run] = bytes(run)
