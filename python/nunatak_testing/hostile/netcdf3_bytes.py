"""Changes of the numbers of a NetCDF-3 header, found by walking its grammar."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nunatak_testing.hostile.numbers import any_change, odd_number, put, take

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8}


class _Walk:
    """A walk over a header that notes where its numbers are."""

    def __init__(self, content: bytes | bytearray) -> None:
        self.content = content
        self.count_size = 8 if content[3] == 5 else 4
        self.offset_size = 4 if content[3] == 1 else 8
        self.at = 4

    def number(self, size: int) -> tuple[int, int]:
        """The place and size of the next number."""
        self.at += size
        return self.at - size, size

    def value(self, place: tuple[int, int]) -> int:
        return take(bytearray(self.content[place[0] : place[0] + place[1]]), 0, place[1], "big")

    def name(self) -> Iterator[tuple[int, int]]:
        length = self.number(self.count_size)
        yield length
        self.at += -(-self.value(length) // 4) * 4

    def attributes(self) -> Iterator[tuple[int, int]]:
        yield self.number(4)
        count = self.number(self.count_size)
        yield count
        for _ in range(self.value(count)):
            yield from self.name()
            kind, length = self.number(4), self.number(self.count_size)
            yield from (kind, length)
            self.at += -(-self.value(length) * SIZES[self.value(kind)] // 4) * 4

    def header(self) -> Iterator[tuple[int, int]]:
        yield self.number(self.count_size)
        yield self.number(4)
        dimensions = self.number(self.count_size)
        yield dimensions
        for _ in range(self.value(dimensions)):
            yield from self.name()
            yield self.number(self.count_size)
        yield from self.attributes()
        yield self.number(4)
        variables = self.number(self.count_size)
        yield variables
        for _ in range(self.value(variables)):
            yield from self.name()
            rank = self.number(self.count_size)
            yield rank
            for _ in range(self.value(rank)):
                yield self.number(self.count_size)
            yield from self.attributes()
            yield from (self.number(4), self.number(self.count_size), self.number(self.offset_size))


def numbers(content: bytes | bytearray) -> list[tuple[int, int]]:
    """Place and size of every number of a sound header."""
    return list(_Walk(content).header())


def change(rng: np.random.Generator, content: bytearray) -> None:
    """A few changes of a header's numbers; one may become another."""
    known = numbers(content)
    for _ in range(int(rng.integers(1, 4))):
        if rng.random() < 0.2:
            any_change(rng, content)
            continue
        at, size = known[rng.integers(len(known))]
        number = odd_number(rng, take(content, at, size, "big"), size)
        if rng.random() < 0.3:
            number = take(content, *known[rng.integers(len(known))], "big")
        put(content, at, size, number, "big")
