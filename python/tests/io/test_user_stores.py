"""Stores of a user's own, through obstore: files, archives and granules as from the disk."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from obstore.store import LocalStore, MemoryStore

import nunatak as nk
from nunatak._nunatak import array_references
from nunatak.io.lazy import lazy_array
from nunatak_testing.atl06 import all_beams, write_granule
from nunatak_testing.stores import CHUNKED, FIELDS, NODE

GRANULES = [f"ATL06_2019010203040{number}_0123{number:02d}11_006_02.h5" for number in (1, 2, 3)]
STORES = ["memory", "local"]


def store_of(kind: str, root: Path) -> Any:
    """The files below a directory in a store."""
    if kind == "local":
        return LocalStore(root)
    store = MemoryStore()
    for path in root.rglob("*"):
        if path.is_file():
            store.put(path.relative_to(root).as_posix(), path.read_bytes())
    return store


@pytest.mark.parametrize("kind", STORES)
def test_a_file_is_the_same_as_on_disk(store_root: Path, kind: str) -> None:
    store = store_of(kind, store_root)
    for field in FIELDS:
        expected = xr.open_dataset(store_root / field.key, engine="nunatak").load()
        xr.testing.assert_identical(
            xr.open_dataset(field.key, engine="nunatak", store=store).load(), expected
        )
        tree = nk.open_datatree(field.key, store=store)
        xr.testing.assert_identical(tree.to_dataset().load(), expected)
        np.testing.assert_array_equal(tree[field.variable][4, 3:99:7, 5].values, field.values[4, 3:99:7, 5])


@pytest.mark.parametrize("kind", STORES)
def test_an_archive_is_the_same_as_on_disk(store_root: Path, kind: str) -> None:
    expected = nk.open_catalog(store_root, cache=False).to_datatree(on_error="raise")
    catalog = nk.open_catalog("", store=store_of(kind, store_root))
    assert len(catalog.df) == len(FIELDS)
    tree = catalog.to_datatree(on_error="raise")
    xr.testing.assert_equal(tree[NODE].to_dataset().load(), expected[NODE].to_dataset().load())
    below = nk.open_catalog(NODE, store=store_of(kind, store_root))
    assert len(below.df) == len(FIELDS)


@pytest.mark.parametrize("kind", STORES)
def test_granules_are_found_by_patterns(tmp_path: Path, kind: str) -> None:
    for count, name in enumerate(GRANULES, start=2):
        folder = tmp_path / ("granules/later" if count == 4 else "granules")
        folder.mkdir(parents=True, exist_ok=True)
        write_granule(folder / name, all_beams(count))
    store = store_of(kind, tmp_path)
    for pattern, found in (
        ("granules/*.h5", GRANULES[:2]),
        ("granules/", GRANULES[:2]),
        (f"granules/{GRANULES[1]}", GRANULES[1:2]),
        ("granules/**/*.h5", [*GRANULES[:2], f"later/{GRANULES[2]}"]),
    ):
        points = nk.open_atl06(pattern, store=store, on_error="raise")
        expected = nk.open_atl06([tmp_path / "granules" / name for name in found])
        xr.testing.assert_identical(points.dataset, expected.dataset)
    with pytest.raises(nk.PointsError, match="no file matches"):
        nk.open_atl06("granules/*.nc", store=store)


def test_dask_and_chunks_side_by_side(store_root: Path) -> None:
    dataset = xr.open_dataset(
        CHUNKED.key, engine="nunatak", store=store_of("memory", store_root), chunks={"time": 5}
    )
    np.testing.assert_array_equal(dataset.lithk.data.compute(scheduler="threads"), CHUNKED.values)


def test_a_file_that_changed_is_an_error(store_root: Path) -> None:
    store = store_of("memory", store_root)
    dataset = xr.open_dataset(CHUNKED.key, engine="nunatak", store=store)
    store.put(CHUNKED.key, (store_root / CHUNKED.key).read_bytes())
    with pytest.raises(nk.StoreError, match="changed since it was opened"):
        dataset.lithk.load()


def test_arrays_travel_with_stores_that_can(store_root: Path) -> None:
    field = FIELDS[0]
    local = xr.open_dataset(field.key, engine="nunatak", store=LocalStore(store_root))
    again = pickle.loads(pickle.dumps(local))
    np.testing.assert_array_equal(again[field.variable].values, field.values)
    memory = xr.open_dataset(field.key, engine="nunatak", store=store_of("memory", store_root))
    with pytest.raises(TypeError, match="lazy array over a MemoryStore cannot be pickled"):
        pickle.dumps(memory)


def test_what_is_missing_is_named() -> None:
    store = MemoryStore()
    with pytest.raises(nk.StoreError, match=r"nothing/here\.nc: not found"):
        nk.open_datatree("nothing/here.nc", store=store)
    with pytest.raises(nk.CatalogError):
        nk.open_catalog("nothing", store=store)
    store.put("empty.nc", b"")
    with pytest.raises(nk.FormatError, match="an empty file"):
        nk.open_datatree("empty.nc", store=store)


def test_a_store_goes_with_paths_alone(tmp_path: Path) -> None:
    store = MemoryStore()
    with pytest.raises(nk.ArgumentError, match="has its own options"):
        nk.open_datatree("a.nc", store=store, storage_options={"anon": True})
    with pytest.raises(nk.ArgumentError, match="found a URL"):
        nk.open_datatree("s3://bucket/a.nc", store=store)
    with pytest.raises(nk.ArgumentError, match="expected a store of obstore"):
        nk.open_datatree("a.nc", store=str(tmp_path))
    with pytest.raises(nk.ArgumentError, match="a class"):
        nk.open_datatree("a.nc", store=MemoryStore)


def test_exports_do_not_point_into_stores_of_this_process(store_root: Path) -> None:
    dataset = xr.open_dataset(CHUNKED.key, engine="nunatak", store=LocalStore(store_root))
    assert array_references(lazy_array(dataset.lithk)) == "in a file object or store of this process"
