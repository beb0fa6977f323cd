"""Times the stages of a contender, and asks for its peak memory."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PATIENCE = 4.0


class Clock:
    """Times the stages of one contender; each is the fastest of up to seven runs."""

    def __init__(self) -> None:
        self.stages: dict[str, dict[str, float]] = {}

    def __call__(self, stage: str, step: Callable[[], Any], most: int = 7) -> Any:
        """Run a step, seven times where it is quick, and keep the fastest run's times and what it gave.

        ``most`` runs at most: one, for a step that keeps what it made.
        """
        best: dict[str, float] | None = None
        result, started = None, time.perf_counter()
        for _ in range(most):
            result = None
            gc.collect()
            wall, processor = time.perf_counter(), _processor()
            result = step()
            taken = {"wall": time.perf_counter() - wall, "processor": _processor() - processor}
            best = taken if best is None or taken["wall"] < best["wall"] else best
            if time.perf_counter() - started > _PATIENCE:
                break
        self.stages[stage] = {**(best or {}), "memory": peak_memory()}
        return result


def _processor() -> float:
    """CPU seconds of this process and of programs that it ran."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(times.ru_utime + times.ru_stime for times in used)


def peak_memory() -> float:
    """Peak resident memory (MB) so far, of this process or of the largest program that it ran."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own = int(fields["VmHWM"].split()[0]) * 1024 / 1e6
    program = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return max(own, program)
