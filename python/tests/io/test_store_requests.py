"""Requests to a store are few, and nothing stale comes from its cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import nunatak as nk
from nunatak.catalog import Catalog
from nunatak_testing.object_store import ObjectStoreServer
from nunatak_testing.stores import (
    CHUNKED,
    CONTIGUOUS,
    FIELDS,
    NODE,
    noise,
    options,
    write_field,
    write_store_archive,
)

CHUNKS = 180
BLOCK = 64 * 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectStoreServer]:
    write_store_archive(tmp_path / "store")
    with ObjectStoreServer(tmp_path / "store") as running:
        yield running


def opened(server: ObjectStoreServer, *, cache: bool = False) -> Catalog:
    return nk.open_catalog(server.url, storage_options=options(server), cache=cache)


def rewritten(server: ObjectStoreServer, key: str, variable: str, **storage: object) -> np.ndarray:
    """Other values in a file of the same length."""
    path = server.bucket.root / key
    before, values = path.stat(), noise(9)
    write_field(path, variable, values, **storage)
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))
    return values


def many_chunks(path: Path) -> np.ndarray:
    """One variable in 180 adjacent chunks of 10 KB that no filter makes smaller."""
    values = np.random.default_rng(5).normal(size=(CHUNKS, 50, 50)).astype("f4")
    write_field(path, "lithk", values, chunksizes=(1, 50, 50))
    return values


def test_adjacent_chunks_are_few_requests(tmp_path: Path) -> None:
    values = many_chunks(tmp_path / "store" / CHUNKED.key)
    with ObjectStoreServer(tmp_path / "store") as server:
        opened(server).save(tmp_path / "saved.parquet")
        server.reset()
        catalog = nk.open_catalog(tmp_path / "saved.parquet")
        tree = catalog.to_datatree(on_error="raise")
        assert server.statistics.total == 0
        np.testing.assert_array_equal(tree[f"{NODE}/lithk"].values, values)
        assert server.statistics.total <= 2
        server.reset()
        tree = opened(server).to_datatree(on_error="raise")
        np.testing.assert_array_equal(tree[f"{NODE}/lithk"].values, values)
        assert server.statistics.requests["LIST"] == 1
        assert server.statistics.requests["GET"] <= 4


def test_a_slice_of_a_contiguous_variable_is_all_that_is_fetched(server: ObjectStoreServer) -> None:
    tree = opened(server).to_datatree(on_error="raise")
    server.reset()
    found = np.asarray(tree[f"{NODE}/{CONTIGUOUS.variable}"].isel(time=17))
    np.testing.assert_array_equal(found, CONTIGUOUS.values[17])
    assert server.statistics.total == 1
    assert found.nbytes <= server.statistics.bytes_sent <= -(-found.nbytes // BLOCK) * BLOCK


def test_traffic_is_counted_as_the_server_counts_it(server: ObjectStoreServer) -> None:
    before = nk.store_traffic()
    opened(server).to_datatree(on_error="raise")
    after = nk.store_traffic()
    assert after["requests"] - before["requests"] == server.statistics.total
    listed = server.statistics.bytes_sent - (after["bytes"] - before["bytes"])
    assert 0 < listed < 4096


def test_a_saved_catalog_asks_for_nothing_but_data(server: ObjectStoreServer, tmp_path: Path) -> None:
    opened(server).save(tmp_path / "saved.parquet")
    server.reset()
    tree = nk.open_catalog(tmp_path / "saved.parquet").to_datatree(on_error="raise")
    assert server.statistics.total == 0
    for stored in FIELDS:
        np.testing.assert_array_equal(tree[f"{NODE}/{stored.variable}"].isel(time=3).values, stored.values[3])


def test_the_second_session_lists_and_reads_no_header(server: ObjectStoreServer) -> None:
    first = opened(server, cache=True).to_datatree(on_error="raise")
    server.reset()
    second = opened(server, cache=True).to_datatree(on_error="raise")
    assert dict(server.statistics.requests) == {"LIST": 1}
    for stored in FIELDS:
        name = f"{NODE}/{stored.variable}"
        assert first[name].attrs == second[name].attrs
        np.testing.assert_array_equal(second[name].isel(time=5).values, stored.values[5])


def test_refresh_reads_only_what_changed(server: ObjectStoreServer) -> None:
    catalog = opened(server)
    catalog.to_datatree(on_error="raise")
    values = rewritten(server, CONTIGUOUS.key, CONTIGUOUS.variable, contiguous=True)
    server.reset()
    tree = catalog.refresh().to_datatree(on_error="raise")
    requested = {record.key for record in server.statistics.log if record.method == "GET"}
    assert requested == {CONTIGUOUS.key}
    np.testing.assert_array_equal(tree[f"{NODE}/{CONTIGUOUS.variable}"].values, values)


def test_a_file_that_changed_between_sessions_is_not_taken_from_the_cache(server: ObjectStoreServer) -> None:
    opened(server, cache=True).to_datatree(on_error="raise")
    values = rewritten(server, CONTIGUOUS.key, CONTIGUOUS.variable, contiguous=True)
    server.reset()
    tree = opened(server, cache=True).to_datatree(on_error="raise")
    assert {record.key for record in server.statistics.log if record.method == "GET"} == {CONTIGUOUS.key}
    np.testing.assert_array_equal(tree[f"{NODE}/{CONTIGUOUS.variable}"].values, values)


def test_a_file_that_changed_since_it_was_saved_is_an_error(
    server: ObjectStoreServer, tmp_path: Path
) -> None:
    opened(server).save(tmp_path / "saved.parquet")
    values = rewritten(server, CONTIGUOUS.key, CONTIGUOUS.variable, contiguous=True)
    catalog = nk.open_catalog(tmp_path / "saved.parquet")
    tree = catalog.to_datatree(on_error="raise")
    with pytest.raises(nk.StoreError, match="changed"):
        _ = tree[f"{NODE}/{CONTIGUOUS.variable}"].values
    tree = catalog.refresh().to_datatree(on_error="raise")
    np.testing.assert_array_equal(tree[f"{NODE}/{CONTIGUOUS.variable}"].values, values)


@pytest.mark.parametrize("stored", FIELDS, ids=lambda stored: stored.variable)
def test_a_local_file_that_changed_is_an_error(tmp_path: Path, stored: object) -> None:
    assert isinstance(stored, type(CHUNKED))
    write_store_archive(tmp_path)
    path = tmp_path / stored.key
    tree = nk.open_datatree(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-4] + b"\0\1\2\3")
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**6))
    with pytest.raises(nk.StoreError, match="changed") as caught:
        _ = tree[stored.variable].isel(time=1).values
    assert stored.name in str(caught.value)
