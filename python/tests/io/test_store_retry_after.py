"""A store that asks its clients to wait is given the time, within the deadline."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import nunatak as nk
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import CHUNKED, MARGIN, address, options, within

ROUTES = ["s3", "http"]


def throttled(retry_after: int, method: str = "GET") -> list[Fault]:
    """Faults that clients meet once if they wait, and at every request until the wait is over otherwise."""
    return [Fault(FaultKind.THROTTLE, method=method, retry_after=retry_after, until_retry=True)]


def assert_waited(server: ObjectStoreServer) -> None:
    """No request was sent again before its wait was over."""
    met = Counter(
        (record.method, record.key, record.range) for record in server.statistics.log if record.fault
    )
    assert met and max(met.values()) == 1


@pytest.mark.parametrize("route", ROUTES)
def test_the_next_request_comes_when_the_store_said(server: ObjectStoreServer, route: str) -> None:
    url, chosen = address(server, route, CHUNKED.key)
    server.faults = throttled(retry_after=2)
    within(MARGIN, lambda: nk.open_datatree(url, storage_options=chosen))
    assert_waited(server)


def test_values_are_read_after_the_wait(server: ObjectStoreServer) -> None:
    url, chosen = address(server, "s3", CHUNKED.key)
    lithk = nk.open_datatree(url, storage_options=chosen)["lithk"]
    server.faults = throttled(retry_after=1)
    np.testing.assert_array_equal(within(MARGIN, lambda: lithk.values), CHUNKED.values)
    assert_waited(server)


def test_a_listing_waits_too(server: ObjectStoreServer) -> None:
    server.faults = throttled(retry_after=2, method="LIST")
    within(
        MARGIN,
        lambda: nk.open_catalog(server.url, storage_options=options(server), cache=False).to_datatree(),
    )
    assert_waited(server)
    assert server.statistics.requests["LIST"] == 2


def test_a_wait_beyond_the_deadline_ends_with_it(server: ObjectStoreServer) -> None:
    url, chosen = address(server, "s3", CHUNKED.key, deadline=3)
    server.faults = throttled(retry_after=3600)
    with pytest.raises(nk.StoreError, match="within 3 s"):
        within(3 + MARGIN, lambda: nk.open_datatree(url, storage_options=chosen))
    assert server.statistics.faults.total() >= 2, "one more attempt is made before the deadline"
