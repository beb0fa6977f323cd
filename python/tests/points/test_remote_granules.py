"""Granules in an object store: the same points as from the disk, found by patterns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xarray as xr

import nunatak as nk
from nunatak_testing.atl06 import all_beams, write_granule
from nunatak_testing.object_store import Fault, FaultKind, ObjectStoreServer
from nunatak_testing.stores import options, within

NAMES = [f"ATL06_2019010203040{number}_0123{number:02d}11_006_02.h5" for number in range(1, 4)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ObjectStoreServer]:
    top = tmp_path / "store" / "granules"
    for count, name in enumerate(NAMES, start=2):
        path = top / name if count < 4 else top / "later" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_granule(path, all_beams(count))
    (top / "readme.txt").write_text("no granule")
    with ObjectStoreServer(tmp_path / "store") as running:
        yield running


def local(server: ObjectStoreServer, *names: str) -> xr.Dataset:
    return nk.open_atl06([server.bucket.root / "granules" / name for name in names]).dataset


def remote(server: ObjectStoreServer, pattern: str, **more: object) -> xr.Dataset:
    return nk.open_atl06(
        f"{server.url}/{pattern}", storage_options=options(server), on_error="raise", **more
    ).dataset


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (f"granules/{NAMES[0]}", NAMES[:1]),
        ("granules/*.h5", NAMES[:2]),
        ("granules/", NAMES[:2]),
        ("granules/ATL06_*_0123[13]11_006_0?.h5", []),
        ("granules/ATL06_*_01230[13]11_006_0?.h5", NAMES[:1]),
        ("granules/*/*.h5", [f"later/{NAMES[2]}"]),
        ("granules/**/*.h5", [*NAMES[:2], f"later/{NAMES[2]}"]),
    ],
)
def test_patterns_find_what_they_would_on_disk(
    server: ObjectStoreServer, pattern: str, found: list[str]
) -> None:
    if not found:
        with pytest.raises(nk.PointsError, match="no file matches"):
            remote(server, pattern)
        return
    xr.testing.assert_identical(remote(server, pattern), local(server, *found))


def test_a_list_of_urls_keeps_its_order(server: ObjectStoreServer) -> None:
    urls = [f"{server.url}/granules/{name}" for name in (NAMES[1], NAMES[0])]
    points = nk.open_atl06(urls, storage_options=options(server))
    assert points.dataset.attrs["granules"] == [NAMES[1], NAMES[0]]
    xr.testing.assert_identical(points.dataset, local(server, NAMES[1], NAMES[0]))


def test_a_web_server_that_lists(server: ObjectStoreServer) -> None:
    points = nk.open_atl06(f"{server.http_url}/granules/*.h5", storage_options={"deadline": 10})
    xr.testing.assert_identical(points.dataset, local(server, *NAMES[:2]))


def test_a_selection_is_the_same(server: ObjectStoreServer) -> None:
    expected = nk.open_atl06(server.bucket.root / "granules", beams=["gt2r"], quality="all").dataset
    xr.testing.assert_identical(remote(server, "granules/*.h5", beams=["gt2r"], quality="all"), expected)


def test_a_granule_that_the_store_denies_is_named(server: ObjectStoreServer) -> None:
    server.faults = [Fault(FaultKind.FORBIDDEN, f"*{NAMES[0]}")]
    with pytest.raises(nk.StoreError, match=NAMES[0]):
        remote(server, "granules/*.h5")
    with pytest.warns(nk.NunatakWarning, match=NAMES[0]):
        points = nk.open_atl06(f"{server.url}/granules/*.h5", storage_options=options(server))
    assert points.report["problem"].notna().tolist() == [True, False]


def test_a_store_that_never_answers_is_an_error_in_time(server: ObjectStoreServer) -> None:
    server.faults = [Fault(FaultKind.HANG, method="GET")]
    chosen = options(server, deadline=1.2, timeout=0.4)
    with pytest.raises(nk.StoreError, match="ATL06_"):
        within(
            8,
            lambda: nk.open_atl06(f"{server.url}/granules/*.h5", storage_options=chosen, on_error="raise"),
        )
