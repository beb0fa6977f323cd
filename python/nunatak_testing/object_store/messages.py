"""HTTP/1.1 as far as an object store needs it: requests, ranges and responses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qsl, unquote

_MAX_BODY = 2**30


class BadRequest(Exception):
    """The client sent what is not HTTP/1.1, or a body of a kind that is not understood here."""


@dataclass(frozen=True)
class Request:
    """A request, its path decoded and its headers in lower case; the target is as it was sent."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    target: str = ""

    @property
    def keeps_alive(self) -> bool:
        """Whether the client means to ask again on this connection."""
        return self.headers.get("connection", "").lower() != "close"


class Body(Protocol):
    """Bytes that can be had piece by piece."""

    @property
    def length(self) -> int: ...

    def read(self, start: int, stop: int) -> bytes: ...


@dataclass(frozen=True)
class Buffer:
    """A body in memory."""

    content: bytes = b""

    @property
    def length(self) -> int:
        """Number of bytes."""
        return len(self.content)

    def read(self, start: int, stop: int) -> bytes:
        """Part of the bytes."""
        return self.content[start:stop]


@dataclass(frozen=True)
class Response:
    """Status, headers and body, the body limited to ``start:stop``."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = Buffer()
    start: int = 0
    stop: int = -1

    @property
    def span(self) -> tuple[int, int]:
        """First byte of the body and the one after the last."""
        return self.start, self.body.length if self.stop < 0 else self.stop

    def head(self, *, length: int, close: bool) -> bytes:
        """Status line and headers."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        fields = {"Server": "AmazonS3", "Date": formatdate(usegmt=True), **self.headers}
        if self.status != HTTPStatus.NOT_MODIFIED:
            fields["Content-Length"] = str(length)
        if close:
            fields["Connection"] = "close"
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """The next request of a connection; None when the client has closed it."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest("headers longer than 64 KiB") from error
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    try:
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    except ValueError as error:
        raise BadRequest(f"not a request: {first[:80]!r}") from error
    path, _, query = target.partition("?")
    body = await _read_body(headers, reader, writer)
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    return Request(method, unquote(path), pairs, headers, body, target)


async def _read_body(
    headers: Mapping[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    if "transfer-encoding" in headers or "aws-chunked" in headers.get("content-encoding", ""):
        raise BadRequest("a body in chunks: send Content-Length and plain bytes")
    length = int(headers.get("content-length", "0"))
    if length > _MAX_BODY:
        raise BadRequest(f"a body of {length} bytes: at most {_MAX_BODY}")
    if length and headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return await reader.readexactly(length) if length else b""


class RangeNotSatisfiable(Exception):
    """The range begins at or after the end."""


def parse_range(text: str | None, length: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where the whole is to be sent (no range, or several)."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", (text or "").strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, stop = max(length - int(found[2]), 0), length
        if int(found[2]) == 0:
            raise RangeNotSatisfiable
    else:
        start = int(found[1])
        stop = min(int(found[2]) + 1, length) if found[2] else length
        if found[2] and int(found[2]) < start:
            return None
    if start >= length:
        raise RangeNotSatisfiable
    return start, stop
