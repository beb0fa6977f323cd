"""Trees whose variables are Dask arrays: stacked, averaged and compared without waiting for each other."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak._nunatak import LazyArray
from nunatak.io.dask_chunks import chunked_array
from nunatak.io.lazy import lazy_array
from nunatak_testing.fresh_process import run_code

pytest.importorskip("dask")

WORK = """
import os, sys, warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import numpy as np, xarray as xr, nunatak as nk
from nunatak_testing.surfaces import CRS, model, surface_points
warnings.simplefilter("ignore")
folder, threads = Path(sys.argv[1]), int(sys.argv[2])
paths = sorted(folder.glob("*.nc"))[: 4 * threads]

def tree(change):
    opened = {path.stem: xr.open_dataset(path, engine="nunatak") for path in paths}
    return xr.DataTree.from_dict({name: change(dataset) for name, dataset in opened.items()})

def same(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes()

points = surface_points()[2]
plain = tree(lambda dataset: dataset)
stacked = nk.stack(plain, "lithk").values
statistics = nk.ensemble(plain, "lithk", ("mean", "var", "count"))
kinds = {
    "chunked": lambda dataset: dataset.chunk({"time": 1}),
    "rechunked": lambda dataset: dataset.chunk({"time": 1}).chunk({"time": 2, "y": 17}),
    "reckoned": lambda dataset: dataset.chunk({"time": 1}) * 1.0,
    "selected": lambda dataset: dataset.chunk({"time": 1}).isel(y=slice(None)),
}
for name, change in kinds.items():
    chunked = tree(change)
    same(nk.stack(chunked, "lithk").values, stacked)
    found = nk.ensemble(chunked, "lithk", ("mean", "var", "count"))
    for statistic in found:
        same(found[statistic].values, statistics[statistic].values)
mean = nk.stack(plain, "lithk").mean("model").values
same(nk.stack(tree(kinds["chunked"]), "lithk").mean("model").values, mean)
# Blocks of the result are tasks of Dask, which read Dask's arrays in turn.
same(nk.stack(tree(kinds["reckoned"]), "lithk").chunk({"model": 1}).values, stacked)
# A comparison is of one model; the models of a tree in turn, and all at once, more than threads are.
times = np.array(["2015-06-01", "2018-01-01", "2021-01-01"], "M8[ns]")
surfaces = {path.stem: (model(times) + number).to_dataset(name="orog") for number, path in enumerate(paths)}
surfaces = xr.DataTree.from_dict(surfaces)
in_chunks = surfaces.map_over_datasets(lambda own: own.chunk({"time": 1, "y": 9}) if own else own)
changed = in_chunks.map_over_datasets(lambda own: own * 1.0 if own else own)

def summary(node):
    return nk.compare(node["orog"], points, crs=CRS, discrepancy=nk.Discrepancy(2.5, 20e3)).summary()

expected = [summary(node) for node in surfaces.children.values()]
assert len({found["bias"] for found in expected}) == len(paths)
assert [summary(node) for node in in_chunks.children.values()] == expected
with ThreadPoolExecutor(len(paths)) as callers:
    assert list(callers.map(summary, changed.children.values())) == expected
# A forked child runs kernels on threads of its pool, which Dask's tasks need too.
child = os.fork()
if child == 0:
    try:
        same(nk.stack(tree(kinds["reckoned"]), "lithk").values, stacked)
        os._exit(0)
    finally:
        os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print("equal")
"""


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("members")
    for number in range(64):
        values = np.random.default_rng(number).normal(size=(3, 20, 30)).astype("f4")
        coords = {"y": np.arange(20.0), "x": np.arange(30.0)}
        time = ("time", 365.0 * np.arange(1, 4), {"units": "days since 2015-01-01", "calendar": "noleap"})
        member = xr.Dataset({"lithk": (("time", "y", "x"), values)}, {**coords, "time": time})
        member.to_netcdf(folder / f"m{number:02}.nc", engine="netcdf4")
    return folder


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("threads", [1, 2, 16])
def test_members_are_four_times_as_many_as_threads(threads: int, members: Path) -> None:
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    run = run_code(WORK, members, str(threads), environment=environment, timeout=240)
    assert run.stdout.strip() == "equal", run.stderr[-2000:]


def opened(members: Path, **options: Any) -> xr.DataArray:
    return xr.open_dataset(members / "m00.nc", engine="nunatak", **options)["lithk"]


@pytest.mark.filterwarnings("ignore:.*separate the stored chunks")
def test_our_own_array_is_read_without_dask(members: Path) -> None:
    expected = opened(members).values
    cut = {
        "chunk": opened(members).chunk({"time": 1}),
        "whole": opened(members, chunks={}),
        "inline": opened(members, chunks={"time": 1}, inline_array=True),
        "rechunked": opened(members, chunks={"time": 1}).chunk({"time": 3, "x": 7}),
        "from memory": xr.DataArray(expected, dims=("time", "y", "x")).chunk(),
    }
    for name, array in cut.items():
        own = lazy_array(array)
        assert isinstance(own, LazyArray)
        assert (chunked_array(array.variable._data) is not None) == (name != "from memory"), name
        np.testing.assert_array_equal(own.read([(0, length) for length in own.shape]), expected, err_msg=name)
    part = lazy_array(opened(members).isel(time=slice(1, 3), x=4).chunk({"time": 1}))
    np.testing.assert_array_equal(part.read([(0, 2), (0, 20)]), expected[1:3, :, 4])


@pytest.mark.filterwarnings("ignore:.*separate the stored chunks")
def test_what_dask_changes_is_left_to_dask(members: Path) -> None:
    array, expected = opened(members, chunks={"time": 1}), opened(members).values
    changed = {
        "times two": (array * 2, expected * 2),
        "reversed": (array[::-1], expected[::-1]),
        "a part": (array[1:3], expected[1:3]),
        "transposed": (array.transpose("x", "y", "time"), expected.T),
        "another type": (array.astype("f8"), expected.astype("f8")),
        "a sum": (array + array, expected + expected),
        "in blocks": (xr.DataArray(array.data.map_blocks(np.negative), dims=array.dims), -expected),
    }
    for name, (dask, values) in changed.items():
        assert chunked_array(dask.variable._data) is None, name
        own = lazy_array(dask)
        np.testing.assert_array_equal(own.read([(0, length) for length in own.shape]), values, err_msg=name)


def test_many_threads_get_equal_bits(members: Path) -> None:
    tree = {path.stem: xr.open_dataset(path, engine="nunatak") for path in sorted(members.glob("m0*.nc"))}
    plain, chunked = (
        xr.DataTree.from_dict({name: change(member) for name, member in tree.items()})
        for change in (lambda member: member, lambda member: member.chunk({"time": 1}) * 1.0)
    )
    target = nk.latlon(20.0)
    source = nk.latlon(7.5).assign(v=(("lat", "lon"), np.random.default_rng(0).random((24, 48))))
    expected = [nk.stack(plain, "lithk").values.tobytes(), nk.regrid(source, target)["v"].values.tobytes()]
    found: list[list[bytes]] = []

    def work(number: int) -> None:
        stacked = nk.stack(plain if number % 2 else chunked, "lithk").values.tobytes()
        found.append([stacked, nk.regrid(source, target)["v"].values.tobytes()])

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "a thread waits for ever"
    assert found == [expected] * 32
