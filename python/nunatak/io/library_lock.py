"""The lock of the NetCDF and HDF5 libraries, which two threads may not use at once: xarray's own."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

__all__ = ["library_lock"]

_FORKING = threading.local()
_LONGEST_WAIT = 1.0
"""Seconds that a fork waits for a file that another thread writes."""


def library_lock() -> Any:
    """The lock that xarray holds while it reads or writes through netCDF4."""
    from xarray.backends.netCDF4_ import NETCDF4_PYTHON_LOCK

    return NETCDF4_PYTHON_LOCK


def _before_fork() -> None:
    """Hold the lock while a process forks: one that another thread holds then stays closed in the child."""
    lock, until = library_lock(), time.monotonic() + _LONGEST_WAIT
    _FORKING.holds = lock.acquire(blocking=False)
    while not _FORKING.holds and time.monotonic() < until:
        time.sleep(0.001)
        _FORKING.holds = lock.acquire(blocking=False)


def _after_fork() -> None:
    if getattr(_FORKING, "holds", False):
        _FORKING.holds = False
        library_lock().release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
