"""A store that asks its clients to wait is given the time, within the deadline."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import CHUNKED, MARGIN, address, options, within

ROUTES = ["s3", "http"]


def seconds(action: Callable[[], object]) -> float:
    started = time.monotonic()
    within(30, action)
    return time.monotonic() - started


def throttled(first: int | None, retry_after: int, method: str = "GET") -> list[Fault]:
    return [Fault(FaultKind.THROTTLE, method=method, first=first, retry_after=retry_after)]


@pytest.mark.parametrize("route", ROUTES)
def test_the_next_request_comes_when_the_store_said(server: ObjectStoreServer, route: str) -> None:
    url, chosen = address(server, route, CHUNKED.key)
    server.faults = throttled(first=1, retry_after=2)
    taken = seconds(lambda: nk.open_datatree(url, storage_options=chosen))
    assert 2.0 <= taken < 2.0 + MARGIN
    assert server.statistics.faults.total() == 1, "without the wait there would be many more requests"


def test_values_are_read_after_the_wait(server: ObjectStoreServer) -> None:
    url, chosen = address(server, "s3", CHUNKED.key)
    lithk = nk.open_datatree(url, storage_options=chosen)["lithk"]
    server.faults = throttled(first=1, retry_after=1)
    assert seconds(lambda: np.testing.assert_array_equal(lithk.values, CHUNKED.values)) >= 1.0


def test_a_listing_waits_too(server: ObjectStoreServer) -> None:
    server.faults = throttled(first=1, retry_after=2, method="LIST")
    taken = seconds(
        lambda: nk.open_catalog(server.url, storage_options=options(server), cache=False).to_datatree()
    )
    assert taken >= 2.0
    assert server.statistics.requests["LIST"] == 2


def test_a_wait_beyond_the_deadline_ends_with_it(server: ObjectStoreServer) -> None:
    url, chosen = address(server, "s3", CHUNKED.key, deadline=3)
    server.faults = throttled(first=None, retry_after=3600)
    started = time.monotonic()
    with pytest.raises(nk.StoreError, match="within 3 s"):
        within(3 + MARGIN, lambda: nk.open_datatree(url, storage_options=chosen))
    assert time.monotonic() - started >= 2.0, "one more attempt is made before the deadline"
    assert server.statistics.faults.total() >= 2
