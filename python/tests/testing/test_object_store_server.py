"""The object store when it is well, held against the standard library's clients."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nunatak_testing.buckets import CONTENT, DAV, KEY, S3, ask, ask_object, code, keys, listed, serving
from nunatak_testing.object_store import ObjectStoreServer


@pytest.fixture
def server(bucket: Path) -> Iterator[ObjectStoreServer]:
    with serving(bucket) as running:
        yield running


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
def test_a_range_past_the_end_is_an_error(server: ObjectStoreServer, wanted: str) -> None:
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


def test_as_a_process_of_its_own(bucket: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "nunatak_testing.object_store",
        str(bucket),
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
