"""A small archive behind the object store of tests, and a watchdog."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

from nunatak_testing.object_store import ObjectStoreServer

NODE = "JPL1/ISSM/exp05"
STEPS, SIZE = 36, 191
MARGIN = 60.0
"""Seconds beyond a deadline: the machine may be busy."""


@dataclass(frozen=True)
class StoredField:
    """One file of the archive and what is in it."""

    variable: str
    values: np.ndarray

    @property
    def name(self) -> str:
        return f"{self.variable}_AIS_JPL1_ISSM_exp05.nc"

    @property
    def key(self) -> str:
        return f"{NODE}/{self.name}"


def noise(seed: int) -> np.ndarray:
    """Values that no filter makes small, no two records alike."""
    return np.random.default_rng(seed).normal(size=(STEPS, SIZE, SIZE)).astype("f4")


CHUNKED = StoredField("lithk", noise(1))
CONTIGUOUS = StoredField("orog", noise(2))
CLASSIC = StoredField("topg", noise(3))
FIELDS = (CHUNKED, CONTIGUOUS, CLASSIC)


def write_store_archive(root: Path) -> None:
    """A chunked and a contiguous HDF5 file, and a NetCDF-3 one, longer than what is fetched whole (4 MiB)."""
    for stored, container, storage in (
        (CHUNKED, "NETCDF4", {"zlib": True, "chunksizes": (1, 96, 96)}),
        (CONTIGUOUS, "NETCDF4", {"contiguous": True}),
        (CLASSIC, "NETCDF3_64BIT_OFFSET", {}),
    ):
        write_field(root / stored.key, stored.variable, stored.values, container, **storage)


def write_field(
    path: Path, variable: str, values: np.ndarray, container: Any = "NETCDF4", **storage: Any
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path, "w", format=container) as file:
        for name, length in zip(("time", "y", "x"), values.shape, strict=True):
            file.createDimension(name, length)
        time_axis = file.createVariable("time", "f8", ("time",))
        time_axis.units, time_axis.calendar = "days since 2015-01-01", "noleap"
        time_axis[:] = 365.0 * np.arange(1, values.shape[0] + 1)
        for name, length in zip(("y", "x"), values.shape[1:], strict=True):
            axis = file.createVariable(name, "f8", (name,))
            axis.units = "m"
            axis[:] = np.linspace(-3040e3, 3040e3, length)
        data = file.createVariable(variable, "f4", ("time", "y", "x"), **storage)
        data.units = "m"
        data[:] = values


def within(seconds: float, action: Callable[[], Any]) -> Any:
    """The result of an action; a watchdog for those that hang."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(action())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), f"hangs: not done after {seconds:g} s"
    if failure:
        raise failure[0]
    return outcome[0]


def options(server: ObjectStoreServer, **more: Any) -> dict[str, Any]:
    return {**server.storage_options, "deadline": 10, "timeout": 1, **more}


def address(server: ObjectStoreServer, route: str, key: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """The URL of an object by S3 or plain HTTP, and the options that go with it."""
    if route == "s3":
        return f"{server.url}/{key}", options(server, **more)
    plain = {
        name: value for name, value in options(server, **more).items() if name in {"deadline", "timeout"}
    }
    return f"{server.http_url}/{key}", plain
