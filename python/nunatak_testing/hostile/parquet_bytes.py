"""Changes of a saved catalog: mostly of its footer, where all sizes and places stand."""

from __future__ import annotations

import numpy as np

from nunatak_testing.hostile.numbers import any_change, odd_number, put, take


def change(rng: np.random.Generator, content: bytearray) -> None:
    """A few changes of the footer, of its length, or of pages."""
    for _ in range(int(rng.integers(1, 4))):
        length = take(content, len(content) - 8, 4)
        start = min(max(4, len(content) - 8 - length), len(content) - 9)
        choice = rng.random()
        if choice < 0.7:
            at = int(rng.integers(start, len(content) - 8))
            if rng.random() < 0.5:
                content[at] ^= 1 << int(rng.integers(8))
            else:
                size = int(rng.integers(1, 6))
                # A number of variable length whose further bytes say that it goes on.
                content[at : at + size] = bytes([0xFF] * (size - 1) + [int(rng.integers(128))])
        elif choice < 0.8:
            put(content, len(content) - 8, 4, odd_number(rng, length, 4))
        else:
            any_change(rng, content)
        if len(content) < 32:
            return
