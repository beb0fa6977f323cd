"""Listings end, and one odd key keeps no other file from being read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.fresh_process import run_code
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import CHUNKED, CONTIGUOUS, MARGIN, NODE, options, within

LISTED = """
import resource, sys
import nunatak as nk
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
try:
    nk.open_catalog(sys.argv[1], storage_options=eval(sys.argv[2]), cache=False)
except nk.NunatakError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("kind", [FaultKind.ENDLESS, FaultKind.ENDLESS_NAMES])
def test_a_listing_without_an_end_ends_with_the_deadline(server: ObjectStoreServer, kind: FaultKind) -> None:
    server.faults = [Fault(kind, method="LIST")]
    chosen = options(server, deadline=1)
    run = run_code(LISTED, server.url, repr(chosen), timeout=1 + MARGIN)
    assert run.stdout.startswith("StoreError") and server.url in run.stdout, run.stderr
    assert "the listing" in run.stdout


def test_a_listing_that_trickles_ends_with_the_deadline(server: ObjectStoreServer) -> None:
    server.faults = [Fault(FaultKind.TRICKLE, method="LIST", rate=20)]
    with pytest.raises(nk.StoreError, match=server.url):
        within(1 + MARGIN, lambda: nk.open_catalog(server.url, storage_options=options(server, deadline=1)))


def test_a_listing_has_a_limit_of_objects_that_can_be_raised(server: ObjectStoreServer) -> None:
    server.faults = [Fault(FaultKind.ENDLESS_NAMES, method="LIST")]
    with pytest.raises(nk.StoreError, match=r"more than 2500 objects.*max_objects"):
        nk.open_catalog(server.url, storage_options=options(server, max_objects=2500, deadline=60))
    server.faults = []
    assert len(nk.open_catalog(server.url, storage_options=options(server, max_objects=3), cache=False)) == 3
    with pytest.raises(nk.StoreError, match="more than 2 objects"):
        nk.open_catalog(server.url, storage_options=options(server, max_objects=2), cache=False)
    for wrong in (0, -1, "many"):
        with pytest.raises(nk.ArgumentError, match="max_objects"):
            nk.open_catalog(server.url, storage_options=options(server, max_objects=wrong))


ODD = [
    f"{NODE}//topg_AIS_JPL1_ISSM_exp05.nc",
    "/topg_AIS_JPL1_ISSM_exp05.nc",
    "//topg_AIS_JPL1_ISSM_exp05.nc",
    "JPL1/../topg_AIS_JPL1_ISSM_exp05.nc",
    "../topg_AIS_JPL1_ISSM_exp05.nc",
    f"{NODE}/./topg_AIS_JPL1_ISSM_exp05.nc",
    f"{NODE}/a\nb_AIS_JPL1_ISSM_exp05.nc",
]


@pytest.mark.parametrize("keys", [*([key] for key in ODD), ODD], ids=[*map(repr, ODD), "all"])
def test_keys_that_are_no_paths_are_named(store_root: Path, keys: list[str]) -> None:
    with ObjectStoreServer(store_root, odd_keys=keys) as server:
        catalog = nk.open_catalog(server.url, storage_options=options(server), cache=False)
        assert len(catalog) == 3
        told = catalog.report.problems
        assert [f"{server.url}/{key}" in list(told.path) for key in keys] == [True] * len(keys)
        assert all("no path" in message for message in told.message[: len(keys)])
        tree = catalog.to_datatree(on_error="raise")
        np.testing.assert_array_equal(tree[f"{NODE}/{CHUNKED.variable}"][0].values, CHUNKED.values[0])


def test_marks_of_folders_and_odd_keys_of_other_files_are_passed_over(store_root: Path) -> None:
    with ObjectStoreServer(store_root, odd_keys=[f"{NODE}/", f"{NODE}//", "a//readme.txt"]) as server:
        catalog = nk.open_catalog(server.url, storage_options=options(server), cache=False)
        assert len(catalog) == 3
        assert "error" not in set(catalog.report.problems.severity)


@pytest.mark.parametrize("key", ["a//b.nc", "/a.nc", "a/../b.nc"])
def test_an_odd_key_is_refused_by_name_and_no_other_object_is_read(
    server: ObjectStoreServer, key: str
) -> None:
    url = f"{server.url}/{key}"
    with pytest.raises(nk.ArgumentError, match="a key that is a path") as caught:
        nk.open_datatree(url, storage_options=options(server))
    assert url in str(caught.value) and server.statistics.total == 0


def test_one_prefix_that_is_throttled_costs_no_other(server: ObjectStoreServer) -> None:
    def opened(**more: Any) -> Any:
        return nk.open_catalog(server.url, storage_options=options(server, **more), cache=False)

    throttled = Fault(FaultKind.THROTTLE, f"*{CONTIGUOUS.name}", method="GET", first=3, retry_after=0)
    server.faults = [throttled]
    tree = within(60, lambda: opened(max_concurrency=2).to_datatree(on_error="raise").load())
    np.testing.assert_array_equal(tree[f"{NODE}/{CONTIGUOUS.variable}"].values, CONTIGUOUS.values)
    assert server.statistics.faults == {"throttle": 3}
    server.faults = [Fault(FaultKind.THROTTLE, f"*{CONTIGUOUS.name}", method="GET")]
    with pytest.warns(nk.NunatakWarning, match=CONTIGUOUS.name):
        tree = within(2 + MARGIN, opened(max_concurrency=1, deadline=1.2).to_datatree)
    np.testing.assert_array_equal(tree[f"{NODE}/{CHUNKED.variable}"].values, CHUNKED.values)
