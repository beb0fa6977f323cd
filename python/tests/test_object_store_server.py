"""The store that misbehaves, held against the standard library's clients.

One file, because what the server answers when it is well is the measure of every fault below.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nunatak.samples.object_store import Fault, FaultKind, ObjectStoreServer

S3 = "{http://s3.amazonaws.com/doc/2006-03-01/}"
DAV = "{DAV:}"
KEY = "AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc"
CONTENT = hashlib.shake_256(b"lithk").digest(100_000)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of bytes that no two places share, with names that need escaping."""
    top = tmp_path_factory.mktemp("bucket")
    for key, content in (
        (KEY, CONTENT),
        ("AWI/PISM1/exp05/orog.nc", b"orog"),
        ("AWI/a & b <c>.nc", b"odd"),
        ("empty.nc", b""),
    ):
        path = top / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return top


@contextmanager
def serving(root: Path, *faults: Fault, **options: float) -> Iterator[ObjectStoreServer]:
    with ObjectStoreServer(root, faults=faults, **options) as server:  # pyright: ignore[reportArgumentType]
        yield server


@pytest.fixture
def server(root: Path) -> Iterator[ObjectStoreServer]:
    with serving(root) as running:
        yield running


def ask(
    server: ObjectStoreServer, path: str, method: str = "GET", timeout: float = 5, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request on a connection of its own; keywords are headers with ``_`` for ``-``."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, urllib.parse.quote(path, safe="/?=&"), headers=named)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def ask_object(server: ObjectStoreServer, **options: str) -> tuple[http.client.HTTPResponse, bytes]:
    return ask(server, f"/archive/{KEY}", **options)  # pyright: ignore[reportArgumentType]


def code(body: bytes) -> str | None:
    return ElementTree.fromstring(body).findtext("Code")


def listed(server: ObjectStoreServer, **query: str) -> ElementTree.Element:
    text = urllib.parse.urlencode({"list-type": "2", **query})
    with urllib.request.urlopen(f"{server.http_url}?{text}", timeout=5) as response:
        return ElementTree.fromstring(response.read())


def keys(page: ElementTree.Element) -> list[str | None]:
    return [item.findtext(f"{S3}Key") for item in page.iter(f"{S3}Contents")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=99990-200000", slice(99990, None)),
        ("bytes=500-", slice(500, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=-200000", slice(0, None)),
    ],
)
def test_ranges_are_those_of_the_file(server: ObjectStoreServer, wanted: str, expected: slice) -> None:
    response, body = ask_object(server, Range=wanted)
    start, stop, _ = expected.indices(len(CONTENT))
    assert (response.status, body) == (206, CONTENT[expected])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert response.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("wanted", ["bytes=100000-", "bytes=200000-300000", "bytes=-0"])
def test_a_range_past_the_end_is_refused(server: ObjectStoreServer, wanted: str) -> None:
    response, body = ask_object(server, Range=wanted)
    assert (response.status, code(body)) == (416, "InvalidRange")
    assert response.headers["Content-Range"] == "bytes */100000"


@pytest.mark.parametrize("wanted", ["", "bytes=", "bytes=9-3", "bytes=0-1,4-5", "lines=1-2"])
def test_what_is_no_single_range_gives_the_whole(server: ObjectStoreServer, wanted: str) -> None:
    response, body = ask_object(server, Range=wanted)
    assert (response.status, body) == (200, CONTENT)


def test_head_tells_what_get_gives(server: ObjectStoreServer) -> None:
    head, nothing = ask_object(server, method="HEAD")
    whole, _ = ask_object(server)
    assert (head.status, nothing) == (200, b"")
    for name in ("Content-Length", "ETag", "Last-Modified", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]
    assert head.headers["ETag"].startswith('"')


def test_missing_keys_buckets_and_ways_out_of_the_bucket(server: ObjectStoreServer) -> None:
    for path, expected in (
        ("/archive/none.nc", "NoSuchKey"),
        ("/archive/../../etc/passwd", "NoSuchKey"),
        ("/other/x", "NoSuchBucket"),
    ):
        response, body = ask(server, path)
        assert (response.status, code(body)) == (404, expected)


def test_conditions_follow_the_etag_and_the_date(server: ObjectStoreServer) -> None:
    head, _ = ask_object(server, method="HEAD")
    etag, date = head.headers["ETag"], head.headers["Last-Modified"]
    long_ago = "Mon, 01 Jan 2001 00:00:00 GMT"
    for headers, status in (
        ({"If_Match": etag}, 200),
        ({"If_Match": '"other"'}, 412),
        ({"If_None_Match": etag}, 304),
        ({"If_None_Match": '"other"'}, 200),
        ({"If_Unmodified_Since": date}, 200),
        ({"If_Unmodified_Since": long_ago}, 412),
        ({"If_Modified_Since": date}, 304),
        ({"If_Modified_Since": long_ago}, 200),
    ):
        response, _ = ask_object(server, **headers)
        assert response.status == status, headers


def test_listing_with_prefix_delimiter_and_start(server: ObjectStoreServer) -> None:
    everything = ["AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc", "AWI/PISM1/exp05/orog.nc"]
    assert keys(listed(server)) == [*everything, "AWI/a & b <c>.nc", "empty.nc"]
    assert keys(listed(server, prefix="AWI/PISM1/exp05/o")) == everything[1:]
    assert keys(listed(server, **{"start-after": everything[0]}))[0] == everything[1]
    page = listed(server, prefix="AWI/", delimiter="/")
    assert keys(page) == ["AWI/a & b <c>.nc"]
    assert [name.findtext(f"{S3}Prefix") for name in page.iter(f"{S3}CommonPrefixes")] == ["AWI/PISM1/"]
    assert keys(listed(server, **{"encoding-type": "url"}))[2] == "AWI/a%20%26%20b%20%3Cc%3E.nc"
    item = next(listed(server, prefix=KEY).iter(f"{S3}Contents"))
    head, _ = ask_object(server, method="HEAD")
    assert item.findtext(f"{S3}Size") == "100000"
    assert item.findtext(f"{S3}ETag") == head.headers["ETag"]


def test_listing_comes_in_pages_of_a_thousand(tmp_path: Path) -> None:
    names = [f"{number:04}.nc" for number in range(2345)]
    for name in names:
        (tmp_path / name).touch()
    found: list[str | None] = []
    sizes = []
    with serving(tmp_path) as server:
        page = listed(server)
        while True:
            sizes.append(len(keys(page)))
            found += keys(page)
            token = page.findtext(f"{S3}NextContinuationToken")
            assert (page.findtext(f"{S3}IsTruncated") == "true") == (token is not None)
            if token is None:
                break
            page = listed(server, **{"continuation-token": token})
        assert (found, sizes) == (names, [1000, 1000, 345])
        assert server.statistics.requests == {"LIST": 3}


def test_webdav_and_the_page_of_links(server: ObjectStoreServer) -> None:
    def found(path: str, depth: str) -> dict[str, str | None]:
        response, body = ask(server, path, method="PROPFIND", Depth=depth)
        assert response.status == 207
        answers = ElementTree.fromstring(body).iter(f"{DAV}response")
        return {
            item.findtext(f"{DAV}href") or "": item.findtext(f".//{DAV}getcontentlength") for item in answers
        }

    assert found("/archive/AWI", "1") == {
        "/archive/AWI/": None,
        "/archive/AWI/PISM1/": None,
        "/archive/AWI/a%20%26%20b%20%3Cc%3E.nc": "3",
    }
    deep = found("/archive/", "infinity")
    assert deep[f"/archive/{KEY}"] == "100000"
    assert len(deep) == 4 + 4
    assert found("/archive/AWI", "0") == {"/archive/AWI/": None}
    assert ask(server, "/archive/none", method="PROPFIND")[0].status == 404
    _, page = ask(server, "/archive/AWI/")
    assert b'<a href="PISM1/">' in page
    assert b'<a href="a%20%26%20b%20%3Cc%3E.nc">a &amp; b &lt;c&gt;.nc</a>' in page


def test_put_and_delete(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        request = urllib.request.Request(f"{server.http_url}/new/file.nc", b"content", method="PUT")
        with urllib.request.urlopen(request, timeout=5) as response:
            etag = response.headers["ETag"]
        assert (tmp_path / "new/file.nc").read_bytes() == b"content"
        assert ask(server, "/archive/new/file.nc")[0].headers["ETag"] == etag
        assert ask(server, "/archive/new/file.nc", method="PUT", If_None_Match="*")[0].status == 412
        assert ask(server, "/archive/new/file.nc", method="DELETE")[0].status == 204
        assert not (tmp_path / "new/file.nc").exists()


def test_a_connection_serves_many_requests_and_the_log_tells_them(server: ObjectStoreServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for start in range(0, 50, 10):
        headers = {"Range": f"bytes={start}-{start + 9}", "Authorization": "AWS4-HMAC-SHA256 x"}
        connection.request("GET", f"/archive/{KEY}", headers=headers)
        assert connection.getresponse().read() == CONTENT[start : start + 10]
    statistics = server.statistics
    assert (statistics.requests, statistics.bytes_sent, statistics.max_in_flight) == ({"GET": 5}, 50, 1)
    assert statistics.log[3].range == "bytes=30-39"
    assert all(record.authorized and record.key == KEY for record in statistics.log)
    server.reset()
    assert server.statistics.total == 0


def test_latency_is_held_back_for_all_at_once(root: Path) -> None:
    with serving(root, latency=0.2) as server, ThreadPoolExecutor(64) as pool:
        start = time.perf_counter()
        bodies = list(pool.map(lambda _: ask_object(server)[1], range(64)))
        elapsed = time.perf_counter() - start
        assert bodies == [CONTENT] * 64
        assert 0.2 <= elapsed < 4
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
def test_errors_end_after_the_first_requests(root: Path, kind: FaultKind, status: int, said: str) -> None:
    with serving(root, Fault(kind, "*lithk*", first=2, retry_after=7)) as server:
        for _ in range(2):
            response, body = ask_object(server)
            assert (response.status, code(body)) == (status, said)
            assert response.headers["Retry-After"] == ("7" if kind is FaultKind.THROTTLE else None)
        assert ask_object(server)[1] == CONTENT
        assert ask(server, "/archive/AWI/PISM1/exp05/orog.nc")[1] == b"orog"
        assert server.statistics.faults == {kind.value: 2}


def test_garbage_is_no_xml(root: Path) -> None:
    with serving(root, Fault(FaultKind.GARBAGE)) as server:
        response, body = ask_object(server)
        assert response.status == 503
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(body)


def test_dropped_connections(root: Path) -> None:
    with serving(root, Fault(FaultKind.DROP)) as server, pytest.raises(ConnectionError):
        ask_object(server)
    with (
        serving(root, Fault(FaultKind.DROP_BODY)) as server,
        pytest.raises((ConnectionError, http.client.IncompleteRead)),
    ):
        ask_object(server)


def test_a_short_body_ends_in_good_order(root: Path) -> None:
    with serving(root, Fault(FaultKind.SHORT_BODY)) as server:
        with pytest.raises(http.client.IncompleteRead) as caught:
            ask_object(server)
        assert caught.value.partial == CONTENT[:50_000]


def test_wrong_lengths_and_ranges_are_well_formed_lies(root: Path) -> None:
    with serving(root, Fault(FaultKind.WRONG_LENGTH)) as server:
        response, body = ask_object(server, Range="bytes=100-199")
        assert response.headers["Content-Range"] == "bytes 100-199/100000"
        assert (response.headers["Content-Length"], body) == ("50", CONTENT[100:150])
    with serving(root, Fault(FaultKind.WRONG_RANGE)) as server:
        response, body = ask_object(server, Range="bytes=100-199")
        assert (response.headers["Content-Range"], body) == ("bytes 101-200/100000", CONTENT[101:201])
        response, body = ask_object(server, Range="bytes=-10")
        assert (response.headers["Content-Range"], body) == ("bytes 99989-99998/100000", CONTENT[-11:-1])


def test_an_ignored_range_gives_the_whole(root: Path) -> None:
    with serving(root, Fault(FaultKind.IGNORE_RANGE)) as server:
        response, body = ask_object(server, Range="bytes=100-199")
        assert (response.status, response.headers["Content-Range"], body) == (200, None, CONTENT)


def test_a_file_swapped_in_mid_read_shows_in_etag_and_listing(root: Path) -> None:
    with serving(root, Fault(FaultKind.SWAP, "*lithk*", method="GET", skip=2)) as server:
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


def test_a_hang_never_answers_and_does_not_stop_the_server(root: Path) -> None:
    with serving(root, Fault(FaultKind.HANG, "*lithk*")) as server:
        with pytest.raises(TimeoutError):
            ask(server, f"/archive/{KEY}", timeout=0.3)
        assert ask(server, "/archive/AWI/PISM1/exp05/orog.nc")[1] == b"orog"
        with socket.create_connection(("127.0.0.1", server.port)) as held:
            held.sendall(f"GET /archive/{KEY} HTTP/1.1\r\n\r\n".encode())
            time.sleep(0.1)
            assert server.statistics.in_flight == 1
            start = time.perf_counter()
            server.close()
        assert time.perf_counter() - start < 2


def test_a_trickle_is_right_but_slow(root: Path) -> None:
    with serving(root, Fault(FaultKind.TRICKLE, rate=1000)) as server:
        start = time.perf_counter()
        _, body = ask_object(server, Range="bytes=0-399")
        assert body == CONTENT[:400]
        assert 0.3 < time.perf_counter() - start < 3


def test_a_redirect_never_ends(root: Path) -> None:
    with (
        serving(root, Fault(FaultKind.REDIRECT)) as server,
        pytest.raises(urllib.error.HTTPError, match="infinite loop"),
    ):
        urllib.request.urlopen(f"{server.http_url}/{KEY}", timeout=5)


def test_listings_fail_too(root: Path) -> None:
    with serving(root, Fault(FaultKind.THROTTLE, method="LIST", first=1)) as server:
        assert ask(server, "/archive?list-type=2")[0].status == 503
        assert ask(server, "/archive?list-type=2")[0].status == 200


def test_probabilities_come_from_the_seed(root: Path) -> None:
    def statuses(seed: int) -> list[int]:
        with serving(root, Fault(FaultKind.THROTTLE, probability=0.3), seed=seed) as server:
            return [ask(server, "/archive/empty.nc")[0].status for _ in range(200)]

    first = statuses(1)
    assert first == statuses(1) != statuses(2)
    assert 30 < first.count(503) < 90


def test_as_a_process_of_its_own(root: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "nunatak.samples.object_store",
        str(root),
        "--fault",
        "throttle:1:*orog*",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{endpoint}/archive/{KEY}", timeout=5) as response:
            assert response.read() == CONTENT
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(f"{endpoint}/archive/AWI/PISM1/exp05/orog.nc", timeout=5)
        with urllib.request.urlopen(f"{endpoint}/-/statistics", timeout=5) as response:
            counted = json.load(response)
        assert (counted["requests"], counted["faults"]) == ({"GET": 2}, {"throttle": 1})
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/-/reset", method="POST"), timeout=5)
        with urllib.request.urlopen(f"{endpoint}/-/statistics", timeout=5) as response:
            assert json.load(response)["total"] == 0
        process.terminate()
        assert process.wait(timeout=5) == 0
