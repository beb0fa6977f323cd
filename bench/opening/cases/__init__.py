"""The cases of `bench/open.py`, by the name that ``--only`` takes."""

from __future__ import annotations

from collections.abc import Callable

from ..setting import Setting
from ..table import CaseReport
from . import local, reading, remote, saved, slices, variance

CASES: dict[str, Callable[[Setting], CaseReport]] = {
    "local": local.run,
    "remote": remote.run,
    "saved": saved.run,
    "reading": reading.run,
    "slices": slices.run,
    "variance": variance.run,
}
