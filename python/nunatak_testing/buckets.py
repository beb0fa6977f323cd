"""A bucket of a few objects behind the store, and the standard library's clients of it."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from nunatak_testing.object_store import Fault, ObjectStoreServer

S3 = "{http://s3.amazonaws.com/doc/2006-03-01/}"
DAV = "{DAV:}"
KEY = "AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc"
CONTENT = hashlib.shake_256(b"lithk").digest(100_000)


def write_bucket(top: Path) -> None:
    """Bytes that no two places share, and names that need escaping."""
    for key, content in (
        (KEY, CONTENT),
        ("AWI/PISM1/exp05/orog.nc", b"orog"),
        ("AWI/a & b <c>.nc", b"odd"),
        ("empty.nc", b""),
    ):
        path = top / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextmanager
def serving(bucket: Path, *faults: Fault, **options: float) -> Iterator[ObjectStoreServer]:
    with ObjectStoreServer(bucket, faults=faults, **options) as server:  # pyright: ignore[reportArgumentType]
        yield server


def ask(
    server: ObjectStoreServer, path: str, method: str = "GET", timeout: float = 60, **headers: str
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
