"""What two threads move through memory at best, and the bound that it sets for applying weights."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray


def measured(threads: int = 2, megabytes: int = 256, runs: int = 7) -> float:
    """Bytes a second, read and written together, of copies by so many threads; the best run."""
    words = megabytes * 1_000_000 // 8
    pairs = [(np.ones(words), np.zeros(words)) for _ in range(threads)]
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(runs):
            started = time.perf_counter()
            list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), pairs))
            best = max(best, 2 * 8 * words * threads / (time.perf_counter() - started))
    return best


def bound(steps: int, source: int, target: int, nonzeros: int, speed: float) -> float:
    """Seconds to read float32 fields and the weights once, and to write the result: nobody can be faster."""
    fields = 4 * steps * (source + target)
    weights = nonzeros * (4 + 4) + 8 * target
    return (fields + weights) / speed


def moving(fields: NDArray[np.float32], target: int, threads: int = 2, runs: int = 7) -> float:
    """Seconds to read these fields (step, cell) once and to write as many new ones of `target` cells, without
    a sum. The bound leaves out that memory reads slower than it copies, and that new arrays are cleared.
    """
    best = float("inf")
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(runs):
            started = time.perf_counter()
            results = np.empty((len(fields), target), dtype=np.float32)

            def move(step: int, results: NDArray[np.float32] = results) -> None:
                results[step] = fields[step].max()

            list(pool.map(move, range(len(fields))))
            best = min(best, time.perf_counter() - started)
    return best
