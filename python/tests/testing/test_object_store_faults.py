"""Every fault of the store is the one that was requested, as the standard library's clients see it."""

from __future__ import annotations

import http.client
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nunatak_testing.buckets import CONTENT, KEY, S3, ask, ask_object, code, listed, serving
from nunatak_testing.object_store import Fault, FaultKind
from nunatak_testing.stores import MARGIN, within


def test_latency_is_held_back_for_all_at_once(bucket: Path) -> None:
    with serving(bucket, latency=0.2) as server, ThreadPoolExecutor(64) as pool:
        with pytest.raises(TimeoutError):
            ask(server, f"/archive/{KEY}", timeout=0.05)
        bodies = list(pool.map(lambda _: ask_object(server)[1], range(64)))
        assert bodies == [CONTENT] * 64
        assert server.statistics.max_in_flight > 32


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        (FaultKind.THROTTLE, 503, "SlowDown"),
        (FaultKind.SERVER_ERROR, 500, "InternalError"),
        (FaultKind.FORBIDDEN, 403, "AccessDenied"),
        (FaultKind.MISSING, 404, "NoSuchKey"),
    ],
)
def test_errors_end_after_the_first_requests(bucket: Path, kind: FaultKind, status: int, said: str) -> None:
    with serving(bucket, Fault(kind, "*lithk*", first=2, retry_after=7)) as server:
        for _ in range(2):
            response, body = ask_object(server)
            assert (response.status, code(body)) == (status, said)
            assert response.headers["Retry-After"] == ("7" if kind is FaultKind.THROTTLE else None)
        assert ask_object(server)[1] == CONTENT
        assert ask(server, "/archive/AWI/PISM1/exp05/orog.nc")[1] == b"orog"
        assert server.statistics.faults == {kind.value: 2}


def test_garbage_is_no_xml(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.GARBAGE)) as server:
        response, body = ask_object(server)
        assert response.status == 503
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(body)


def test_dropped_connections(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.DROP)) as server, pytest.raises(ConnectionError):
        ask_object(server)
    with (
        serving(bucket, Fault(FaultKind.DROP_BODY)) as server,
        pytest.raises((ConnectionError, http.client.IncompleteRead)),
    ):
        ask_object(server)


def test_a_short_body_ends_in_good_order(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.SHORT_BODY)) as server:
        with pytest.raises(http.client.IncompleteRead) as caught:
            ask_object(server)
        assert caught.value.partial == CONTENT[:50_000]


def test_wrong_lengths_and_ranges_are_well_formed_lies(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.WRONG_LENGTH)) as server:
        response, body = ask_object(server, Range="bytes=100-199")
        assert response.headers["Content-Range"] == "bytes 100-199/100000"
        assert (response.headers["Content-Length"], body) == ("50", CONTENT[100:150])
    with serving(bucket, Fault(FaultKind.WRONG_RANGE)) as server:
        response, body = ask_object(server, Range="bytes=100-199")
        assert (response.headers["Content-Range"], body) == ("bytes 101-200/100000", CONTENT[101:201])
        response, body = ask_object(server, Range="bytes=-10")
        assert (response.headers["Content-Range"], body) == ("bytes 99989-99998/100000", CONTENT[-11:-1])


def test_an_ignored_range_gives_the_whole(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.IGNORE_RANGE)) as server:
        response, body = ask_object(server, Range="bytes=100-199")
        assert (response.status, response.headers["Content-Range"], body) == (200, None, CONTENT)


def test_a_file_swapped_in_mid_read_shows_in_etag_and_listing(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.SWAP, "*lithk*", method="GET", skip=2)) as server:
        before = [ask_object(server, Range="bytes=0-9") for _ in range(2)]
        assert [body for _, body in before] == [CONTENT[:10]] * 2
        old = before[0][0].headers["ETag"]
        response, body = ask_object(server, Range="bytes=0-9")
        assert body == bytes(255 - byte for byte in CONTENT[:10])
        new = response.headers["ETag"]
        assert new != old
        assert ask_object(server, If_Match=old)[0].status == 412
        assert ask_object(server, If_Match=new)[0].status == 200
        assert ask_object(server, method="HEAD")[0].headers["ETag"] == new
        assert next(listed(server, prefix=KEY).iter(f"{S3}Contents")).findtext(f"{S3}ETag") == new
        assert ask(server, "/archive/AWI/PISM1/exp05/orog.nc")[1] == b"orog"


def test_a_hang_never_answers_and_does_not_stop_the_server(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.HANG, "*lithk*")) as server:
        with pytest.raises(TimeoutError):
            ask(server, f"/archive/{KEY}", timeout=0.3)
        assert ask(server, "/archive/AWI/PISM1/exp05/orog.nc")[1] == b"orog"
        with socket.create_connection(("127.0.0.1", server.port)) as held:
            held.sendall(f"GET /archive/{KEY} HTTP/1.1\r\n\r\n".encode())
            time.sleep(0.1)
            assert server.statistics.in_flight == 1
            within(MARGIN, server.close)


def test_a_trickle_is_right_but_slow(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.TRICKLE, rate=1000)) as server:
        _, body = ask_object(server, Range="bytes=0-399")
        assert body == CONTENT[:400]
    with serving(bucket, Fault(FaultKind.TRICKLE, rate=1)) as server:
        pool = ThreadPoolExecutor(1)
        answer = pool.submit(ask_object, server, Range="bytes=0-399")
        while server.statistics.bytes_sent == 0:
            time.sleep(0.01)
        # Some bytes have come, the rest is hours away.
        assert server.statistics.bytes_sent < 400
        assert not answer.done()
        server.close()
        assert isinstance(answer.exception(), OSError | http.client.HTTPException)
        pool.shutdown()


def test_a_redirect_never_ends(bucket: Path) -> None:
    with (
        serving(bucket, Fault(FaultKind.REDIRECT)) as server,
        pytest.raises(urllib.error.HTTPError, match="infinite loop"),
    ):
        urllib.request.urlopen(f"{server.http_url}/{KEY}", timeout=5)


def test_listings_fail_too(bucket: Path) -> None:
    with serving(bucket, Fault(FaultKind.THROTTLE, method="LIST", first=1)) as server:
        assert ask(server, "/archive?list-type=2")[0].status == 503
        assert ask(server, "/archive?list-type=2")[0].status == 200


def test_probabilities_come_from_the_seed(bucket: Path) -> None:
    def statuses(seed: int) -> list[int]:
        with serving(bucket, Fault(FaultKind.THROTTLE, probability=0.3), seed=seed) as server:
            return [ask(server, "/archive/empty.nc")[0].status for _ in range(200)]

    first = statuses(1)
    assert first == statuses(1) != statuses(2)
    assert 30 < first.count(503) < 90
