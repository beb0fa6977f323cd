"""Reading in processes that were forked from one that has read before."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def in_a_fork(work: Callable[[], float]) -> float:
    """What some work gives in a process that is forked from this one; waits 60 s for it."""
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    worker = context.Process(target=lambda: queue.put(work()))
    worker.start()
    worker.join(60)
    if worker.is_alive():
        worker.kill()
        worker.join()
        pytest.fail("the worker waits for ever")
    assert worker.exitcode == 0
    return queue.get()


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    axis = np.linspace(-3.04e6, 3.04e6, 201)
    coords = {k: (k, axis, {"units": "m", "standard_name": f"projection_{k}_coordinate"}) for k in "yx"}
    field = np.arange(201.0 * 201).reshape(201, 201)
    dataset = xr.Dataset({"lithk": (("y", "x"), field, {"units": "m"})}, coords)
    dataset.to_netcdf(path, encoding={"lithk": {"zlib": True, "chunksizes": (50, 50)}})
    return path


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_worker_reads_regrids_and_lists(tmp_path: Path) -> None:
    path = write(tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc")
    target = nk.grid("EPSG:3031", spacing=304e3)
    works: dict[str, Callable[[], float]] = {
        "read": lambda: float(xr.open_dataset(path, engine="nunatak")["lithk"].mean()),
        "catalog": lambda: float(
            nk.open_catalog(tmp_path, cache=False).to_datatree()["A/M/exp05/lithk"].mean()
        ),
        "regrid": lambda: float(
            nk.regrid(xr.open_dataset(path, engine="nunatak"), target, source="EPSG:3031")["lithk"].mean()
        ),
        "areas": lambda: float(nk.cell_area(target).sum()),
    }
    before = {name: work() for name, work in works.items()}
    for name, work in works.items():
        assert in_a_fork(work) == before[name], name
    # A fork of a fork has no threads either.
    assert in_a_fork(lambda: in_a_fork(works["read"])) == before["read"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_array_that_was_opened_before_is_read_after(tmp_path: Path) -> None:
    opened = xr.open_dataset(write(tmp_path / "a.nc"), engine="nunatak")
    part = float(opened["lithk"][:60].mean())
    assert in_a_fork(lambda: float(opened["lithk"][:60].mean())) == part
    assert in_a_fork(lambda: float(opened["lithk"][60:].sum())) == float(opened["lithk"][60:].sum())
