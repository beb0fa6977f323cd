"""Regridding Dask arrays: how many tasks, how large a graph, how often weights are made."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk

pytest.importorskip("dask")

STEPS = 20


def source_grid() -> xr.Dataset:
    return nk.grid("EPSG:3031", spacing=100e3, bounds=(-2e6, -2e6, 2e6, 2e6))


def target_grid() -> xr.Dataset:
    # The southern corners of the four base cells about the pole.
    return nk.healpix(4, cells=(256 * np.arange(8, 12)[:, None] + np.arange(50)).ravel())


def field() -> xr.DataArray:
    """Values over time that tasks make, so that the graph holds none of them."""
    grid = source_grid()
    space = 1e-3 * grid.y + 2e-4 * grid.x
    lazy = space.chunk() * xr.DataArray(np.arange(1.0, STEPS + 1), dims="time").chunk(time=1)
    return lazy.transpose("time", "y", "x").assign_coords(crs=grid.crs).rename("lithk")


def given(tmp_path: Path) -> nk.Regridder:
    """Weights from a file, which cannot be made again."""
    nk.Regridder(source_grid(), target_grid()).to_netcdf(tmp_path / "map.nc")
    return nk.Regridder.from_netcdf(tmp_path / "map.nc", source_grid(), target_grid())


def graph(array: xr.DataArray) -> dict[Any, Any]:
    import dask

    (optimised,) = dask.optimize(array)
    return dict(optimised.__dask_graph__())


def test_one_task_for_each_block_of_the_leading_dimensions() -> None:
    data = field()
    result = nk.regrid(data, target_grid())
    assert result.chunks == ((1,) * STEPS, (200,))
    # One is that of the weights.
    assert len(graph(result)) <= len(graph(data)) + STEPS + 1
    pairs = nk.regrid(data.chunk(time=2), target_grid())
    assert pairs.chunks == ((2,) * (STEPS // 2), (200,))


def test_chunks_of_the_grid_are_joined_within_the_limit() -> None:
    import dask

    data = field().chunk(time=10, y=7, x=9)
    assert nk.regrid(data, target_grid()).chunks == ((10, 10), (200,))
    with dask.config.set({"array.chunk-size": "60 kiB"}):
        small = nk.regrid(data, target_grid())
    assert max(small.chunks[0]) <= 60 * 1024 // (41 * 41 * 8)
    np.testing.assert_array_equal(small.values, nk.regrid(field().load(), target_grid()).values)


def test_weights_are_in_the_graph_once(tmp_path: Path) -> None:
    regridder = given(tmp_path)
    sizes = _sizes(regridder(field()))
    # Float64 and the number of a cell, in one byte or two.
    entries = 10 * regridder.weights.nnz
    assert len(sizes["weights"]) == 1 and 0.9 * entries < sizes["weights"][0] < 1.2 * entries + 4000
    assert len(sizes["regrid"]) == STEPS and max(sizes["regrid"]) < 2000


def test_computed_weights_travel_as_what_they_follow_from() -> None:
    sizes = _sizes(nk.regrid(field(), target_grid()))
    # The numbers of 200 cells, and two evenly spaced axes.
    assert len(sizes["weights"]) == 1 and sizes["weights"][0] < 200 * 8 + 1500
    assert max(sizes["regrid"]) < 2000


def _sizes(array: xr.DataArray) -> dict[str, list[int]]:
    """Bytes of the pickled tasks of weights and of blocks."""
    tasks = {str(key): len(pickle.dumps(task)) for key, task in graph(array).items()}
    return {
        kind: [size for key, size in tasks.items() if f"nunatak-{kind}" in key]
        for kind in ("weights", "regrid")
    }


def test_weighted_means_with_fewer_dimensions_or_in_memory() -> None:
    data = field().chunk(time=3)
    share = np.clip(0.5 + data.isel(time=0, drop=True).load() / 4e3, 0, 1)
    over_time = share * xr.DataArray(np.linspace(0.5, 1, STEPS), dims="time")
    for weights in (share, share.chunk(), over_time, over_time.chunk(time=5)):
        expected = nk.regrid(data.load(), target_grid(), weights=weights.load())
        lazy = nk.regrid(data.copy().chunk(time=3), target_grid(), weights=weights)
        assert lazy.chunks is not None
        np.testing.assert_array_equal(lazy.values, expected.values)


def _count_builds() -> None:
    """Counts in this process how often weights are made of their bytes."""
    from types import SimpleNamespace

    from nunatak.regridding import dask_blocks

    counted: list[int] = []

    def loads(packed: bytes) -> Any:
        counted.append(len(packed))
        return pickle.loads(packed)

    dask_blocks.pickle = SimpleNamespace(loads=loads, dumps=pickle.dumps, counted=counted)


def _builds() -> list[int]:
    from nunatak.regridding import dask_blocks

    return dask_blocks.pickle.counted


@pytest.mark.parametrize("kind", ["made", "given"])
def test_workers_make_weights_once(kind: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    data = field()
    result = nk.regrid(data, target_grid()) if kind == "made" else given(tmp_path)(data)
    expected = nk.regrid(data.load(), target_grid()).values
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        client.run(_count_builds)
        np.testing.assert_array_equal(client.compute(result.data, sync=True), expected)
        builds = client.run(_builds)
        assert len(builds) == 2 and sum(map(len, builds.values())) >= 1
        assert all(len(packed) <= 1 for packed in builds.values())
