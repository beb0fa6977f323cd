"""A store that misbehaves gives the right data or a clear error in time: never wrong data, never a hang."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import nunatak as nk
from nunatak.catalog import Catalog
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import (
    CHUNKED,
    CLASSIC,
    CONTIGUOUS,
    FIELDS,
    MARGIN,
    NODE,
    StoredField,
    address,
    options,
    within,
)

PASSING = [
    FaultKind.THROTTLE,
    FaultKind.SERVER_ERROR,
    FaultKind.GARBAGE,
    FaultKind.REDIRECT,
    FaultKind.DROP,
    FaultKind.DROP_BODY,
    FaultKind.SHORT_BODY,
    FaultKind.WRONG_LENGTH,
    FaultKind.WRONG_RANGE,
    FaultKind.IGNORE_RANGE,
    FaultKind.HANG,
    FaultKind.TRICKLE,
]
FINAL = {
    FaultKind.FORBIDDEN: "denied",
    FaultKind.MISSING: "not found",
}
OF_OBJECTS = {FaultKind.WRONG_RANGE, FaultKind.IGNORE_RANGE, FaultKind.TRICKLE, FaultKind.REDIRECT}
"""A listing has no range, a short one comes through a trickle, and a redirect lists another place."""
IMPATIENT = {"deadline": 1.2, "timeout": 0.4}
ROUTES = ["s3", "http"]


def open_catalog(server: ObjectStoreServer, **more: Any) -> Catalog:
    return nk.open_catalog(server.url, storage_options=options(server, **more), cache=False)


def to_tree(server: ObjectStoreServer, **more: Any) -> xr.DataTree:
    return open_catalog(server, **more).to_datatree(on_error="raise")


def open_one(server: ObjectStoreServer, route: str, stored: StoredField, **more: Any) -> xr.DataTree:
    url, chosen = address(server, route, stored.key, **more)
    return nk.open_datatree(url, storage_options=chosen)


def failing(seconds: float, action: Callable[[], Any]) -> str:
    """The message of the error that an action ends in, within a deadline of so many seconds."""
    with pytest.raises(nk.StoreError) as caught:
        within(seconds + MARGIN, action)
    return str(caught.value)


def is_without_ranges(route: str, kind: FaultKind) -> bool:
    """A web server that gives whole files will give them again: that is an error at once."""
    return route == "http" and kind is FaultKind.IGNORE_RANGE


def assert_whole(tree: xr.DataTree) -> None:
    for stored in FIELDS:
        np.testing.assert_array_equal(tree[f"{NODE}/{stored.variable}"].values, stored.values)


def test_a_sound_store_gives_what_was_written(server: ObjectStoreServer) -> None:
    assert_whole(within(20, lambda: to_tree(server)))
    for route in ROUTES:
        for stored in FIELDS:
            tree = within(20, lambda route=route, stored=stored: open_one(server, route, stored))
            np.testing.assert_array_equal(tree[stored.variable].values, stored.values)


@pytest.mark.parametrize("kind", PASSING)
def test_a_catalog_opens_in_spite_of_a_passing_fault(server: ObjectStoreServer, kind: FaultKind) -> None:
    server.faults = [Fault(kind, "*.nc", method="GET", first=1)]
    if kind is not FaultKind.REDIRECT:  # another place would be listed
        server.faults = [*server.faults, Fault(kind, method="LIST", first=1)]
    tree = within(40, lambda: to_tree(server))
    assert server.statistics.faults[kind.value] >= len(FIELDS)
    server.faults = []
    assert_whole(tree)


@pytest.mark.parametrize("kind", [*PASSING, *FINAL])
def test_a_catalog_names_the_file_that_cannot_be_read(server: ObjectStoreServer, kind: FaultKind) -> None:
    server.faults = [Fault(kind, f"*{CONTIGUOUS.name}", method="GET")]
    catalog = open_catalog(server, **IMPATIENT)
    assert CONTIGUOUS.name in failing(2, lambda: catalog.to_datatree(on_error="raise"))
    with pytest.warns(nk.NunatakWarning, match=CONTIGUOUS.name):
        tree = within(2 + MARGIN, catalog.to_datatree)
    assert set(tree[NODE].data_vars) == {CHUNKED.variable, CLASSIC.variable}
    server.faults = []
    tree = within(20, lambda: catalog.to_datatree(on_error="raise"))
    np.testing.assert_array_equal(tree[f"{NODE}/{CONTIGUOUS.variable}"].values, CONTIGUOUS.values)


@pytest.mark.parametrize("kind", sorted({*PASSING, *FINAL} - OF_OBJECTS))
def test_a_listing_that_fails_is_an_error(server: ObjectStoreServer, kind: FaultKind) -> None:
    server.faults = [Fault(kind, method="LIST")]
    assert server.bucket.name in failing(1.2, lambda: open_catalog(server, **IMPATIENT))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", PASSING)
def test_one_file_opens_in_spite_of_a_passing_fault(
    server: ObjectStoreServer, route: str, kind: FaultKind
) -> None:
    server.faults = [Fault(kind, first=1)]
    if is_without_ranges(route, kind):
        assert "ange" in failing(1, lambda: open_one(server, route, CHUNKED))
        return
    tree = within(20, lambda: open_one(server, route, CHUNKED))
    assert server.statistics.faults[kind.value] == 1
    np.testing.assert_array_equal(tree[CHUNKED.variable].values, CHUNKED.values)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", [*PASSING, *FINAL])
def test_one_file_that_cannot_be_opened_is_named(
    server: ObjectStoreServer, route: str, kind: FaultKind
) -> None:
    server.faults = [Fault(kind)]
    message = failing(1.2, lambda: open_one(server, route, CHUNKED, **IMPATIENT))
    assert CHUNKED.key in message
    assert FINAL.get(kind, "") in message


@pytest.mark.parametrize("stored", [CHUNKED, CONTIGUOUS], ids=["chunked", "contiguous"])
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", PASSING)
def test_data_are_read_in_spite_of_a_passing_fault(
    server: ObjectStoreServer, route: str, kind: FaultKind, stored: StoredField
) -> None:
    tree = open_one(server, route, stored)
    server.faults = [Fault(kind, first=1)]
    if is_without_ranges(route, kind):
        assert "ange" in failing(1, lambda: tree[stored.variable].isel(time=1).values)
        return
    found = within(20, lambda: tree[stored.variable].isel(time=slice(1, 4)).values)
    np.testing.assert_array_equal(found, stored.values[1:4])
    assert server.statistics.faults[kind.value] == 1


@pytest.mark.parametrize("stored", [CHUNKED, CONTIGUOUS], ids=["chunked", "contiguous"])
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", [*PASSING, *FINAL])
def test_data_that_cannot_be_read_are_an_error(
    server: ObjectStoreServer, route: str, kind: FaultKind, stored: StoredField
) -> None:
    tree = open_one(server, route, stored, **IMPATIENT)
    server.faults = [Fault(kind)]
    message = failing(1.2, lambda: tree[stored.variable].isel(time=3).values)
    assert stored.key in message


@pytest.mark.parametrize("stored", FIELDS, ids=lambda stored: stored.variable)
@pytest.mark.parametrize("route", ROUTES)
def test_another_object_in_mid_read_is_never_mixed_in(
    server: ObjectStoreServer, route: str, stored: StoredField
) -> None:
    tree = open_one(server, route, stored)
    np.testing.assert_array_equal(tree[stored.variable].isel(time=0).values, stored.values[0])
    server.faults = [Fault(FaultKind.SWAP)]
    message = failing(2, lambda: tree[stored.variable].isel(time=slice(1, None)).values)
    assert stored.key in message
    assert "changed" in message


def test_another_object_between_listing_and_header_is_an_error(server: ObjectStoreServer) -> None:
    catalog = open_catalog(server)
    server.faults = [Fault(FaultKind.SWAP, f"*{CHUNKED.name}", method="GET")]
    message = failing(5, lambda: catalog.to_datatree(on_error="raise"))
    assert CHUNKED.name in message
    assert "changed" in message


@pytest.mark.parametrize("kind", FINAL)
@pytest.mark.parametrize("route", ROUTES)
def test_what_will_not_get_better_is_not_tried_again(
    server: ObjectStoreServer, route: str, kind: FaultKind
) -> None:
    server.faults = [Fault(kind)]
    with pytest.raises(nk.StoreError):
        open_one(server, route, CHUNKED, deadline=30)
    assert server.statistics.total == 1


def test_the_deadline_holds_for_a_read_with_all_its_retries(server: ObjectStoreServer) -> None:
    server.faults = [Fault(FaultKind.HANG)]
    message = failing(3, lambda: open_one(server, "s3", CHUNKED, deadline=3, timeout=1))
    # Every attempt takes its second.
    assert 2 <= server.statistics.total <= 4
    assert CHUNKED.key in message
    assert "within 3 s" in message


def test_some_throttling_everywhere_changes_no_value(store_root: Path) -> None:
    faults = [
        Fault(kind, probability=0.1) for kind in PASSING if kind not in {FaultKind.HANG, FaultKind.TRICKLE}
    ]
    with ObjectStoreServer(store_root, faults=faults, seed=7) as server:
        tree = within(60, lambda: to_tree(server, deadline=30))
        assert_whole(within(60, lambda: tree.load()))
        assert server.statistics.faults.total() > 3


def test_a_long_listing_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    for number in range(2300):
        path = tmp_path / f"JPL1/ISSM/exp{number:04d}/lithk_AIS_JPL1_ISSM_exp{number:04d}.nc"
        path.parent.mkdir(parents=True)
        path.touch()
    # A thousand keys take a busy machine their time: only a store that hangs gets another request.
    patient = {"timeout": 5, "deadline": 120}
    with ObjectStoreServer(tmp_path) as server:
        assert len(open_catalog(server, **patient)) == 2300
        assert server.statistics.requests["LIST"] == 3
        for kind in (FaultKind.DROP_BODY, FaultKind.SHORT_BODY, FaultKind.THROTTLE, FaultKind.HANG):
            server.reset()
            server.faults = [Fault(kind, method="LIST", skip=1, first=2)]
            catalog = within(120 + MARGIN, lambda: open_catalog(server, **patient))
            assert len(catalog.df["path"].unique()) == 2300
            assert server.statistics.requests["LIST"] == 5
        server.faults = [Fault(FaultKind.DROP_BODY, method="LIST", skip=1)]
        assert server.bucket.name in failing(1.2, lambda: open_catalog(server, **IMPATIENT))


@pytest.mark.parametrize("route", ROUTES)
def test_an_empty_object_is_called_empty(tmp_path: Path, route: str) -> None:
    (tmp_path / "empty.nc").touch()
    with ObjectStoreServer(tmp_path) as server:
        url, chosen = address(server, route, "empty.nc")
        with pytest.raises(nk.FormatError, match=r"empty\.nc: .*empty file"):
            within(5, lambda: nk.open_datatree(url, storage_options=chosen))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "name", ["a & b <c>.nc", "50%.nc", "a+b=c.nc", "größe.nc", "a b,c;d.nc", "[416]~'.nc"]
)
def test_names_with_special_characters(store_root: Path, tmp_path: Path, route: str, name: str) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / name).write_bytes((store_root / CHUNKED.key).read_bytes())
    with ObjectStoreServer(tmp_path) as server:
        url, chosen = address(server, route, f"odd/{name}")
        tree = within(5, lambda: nk.open_datatree(url, storage_options=chosen))
        np.testing.assert_array_equal(tree[CHUNKED.variable].isel(time=2).values, CHUNKED.values[2])


@pytest.mark.parametrize("name", ["a & b", "50%", "a+b", "größe"])
def test_a_catalog_of_directories_with_special_characters(
    store_root: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name / CHUNKED.key
    path.parent.mkdir(parents=True)
    path.write_bytes((store_root / CHUNKED.key).read_bytes())
    with ObjectStoreServer(tmp_path) as server:
        for url, chosen in (address(server, route, name) for route in ROUTES):
            catalog = within(5, lambda url=url, chosen=chosen: nk.open_catalog(url, storage_options=chosen))
            tree = within(5, lambda catalog=catalog: catalog.to_datatree(on_error="raise"))
            np.testing.assert_array_equal(
                tree[f"{NODE}/{CHUNKED.variable}"].isel(time=2).values, CHUNKED.values[2]
            )


def test_a_catalog_over_plain_http(server: ObjectStoreServer) -> None:
    catalog = within(20, lambda: nk.open_catalog(server.http_url, cache=False))
    assert_whole(within(20, lambda: catalog.to_datatree(on_error="raise")))
