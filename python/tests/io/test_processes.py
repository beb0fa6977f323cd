"""Reading in processes that were forked from one that has read before, or is reading."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.object_store import ObjectStoreServer
from nunatak_testing.stores import CHUNKED, CONTIGUOUS

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


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


def test_an_array_that_was_opened_before_is_read_after(tmp_path: Path) -> None:
    opened = xr.open_dataset(write(tmp_path / "a.nc"), engine="nunatak")
    part = float(opened["lithk"][:60].mean())
    assert in_a_fork(lambda: float(opened["lithk"][:60].mean())) == part
    assert in_a_fork(lambda: float(opened["lithk"][60:].sum())) == float(opened["lithk"][60:].sum())


def pool_of(work: Callable[[int], float], count: int) -> list[float]:
    """What a forked pool of two workers gives for some numbers; fails after 60 s."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map_async(work, range(count)).get(60)


_PATHS: dict[str, Path] = {}


def _open(_number: int) -> float:
    return float(xr.open_dataset(_PATHS["file"], engine="nunatak")["lithk"].mean())


def _list(_number: int) -> float:
    return float(len(nk.open_catalog(_PATHS["archive"], cache=False).df))


def _regrid(_number: int) -> float:
    dataset = xr.open_dataset(_PATHS["file"], engine="nunatak")
    return float(nk.regrid(dataset, nk.grid("EPSG:3031", spacing=304e3), source="EPSG:3031")["lithk"].mean())


def _stack(_number: int) -> float:
    dataset = xr.open_dataset(_PATHS["file"], engine="nunatak").chunk({"y": 50}) * 1.0
    tree = xr.DataTree.from_dict({f"m{number}": dataset for number in range(5)})
    return float(nk.stack(tree, "lithk").mean()) + float(nk.ensemble(tree, "lithk")["mean"].mean())


@pytest.mark.parametrize("after", [_open, _list, _regrid, _stack])
def test_a_forked_pool_does_anything_after_anything(after: Callable[[int], float], tmp_path: Path) -> None:
    _PATHS.update(archive=tmp_path, file=write(tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc"))
    after(0)
    for work in (_open, _list, _regrid, _stack):
        assert pool_of(work, 4) == [work(0)] * 4, work.__name__


def test_a_process_forks_while_its_threads_read_and_regrid(tmp_path: Path) -> None:
    _PATHS.update(archive=tmp_path, file=write(tmp_path / "A/M/exp05/lithk_AIS_A_M_exp05.nc"))
    works = (_open, _list, _regrid, _stack)
    expected = [work(0) for work in works]
    stop, wrong = threading.Event(), []

    def keep_on(work: Callable[[int], float], value: float) -> None:
        while not stop.is_set():
            found = work(0)
            if found != value:
                wrong.append(found)

    pairs = list(zip(works, expected, strict=True))
    threads = [threading.Thread(target=keep_on, args=pair, daemon=True) for pair in pairs]
    for thread in threads:
        thread.start()
    try:
        for work, value in pairs * 2:
            assert in_a_fork(lambda work=work: work(0)) == value, work.__name__
    finally:
        stop.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert not wrong


def test_connections_are_not_shared_with_a_fork(server: ObjectStoreServer) -> None:
    paths = [f"{server.url}/{field.key}" for field in (CHUNKED, CONTIGUOUS)]
    options: dict[str, Any] = {"storage_options": server.storage_options}
    opened = [xr.open_dataset(path, engine="nunatak", **options) for path in paths]
    means = [float(opened[0]["lithk"].mean()), float(opened[1]["orog"].mean())]

    def again(_number: int = 0) -> float:
        fresh = xr.open_dataset(paths[0], engine="nunatak", **options)
        return float(fresh["lithk"].mean())

    children = [multiprocessing.get_context("fork").Process(target=again) for _ in range(4)]
    for child in children:
        child.start()
    # The parent reads on, over the connections that it has.
    assert [float(opened[0]["lithk"].mean()), float(opened[1]["orog"].mean())] == means
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert in_a_fork(again) == means[0]
    # Arrays that the parent opened.
    assert in_a_fork(lambda: float(opened[1]["orog"].mean())) == means[1]
