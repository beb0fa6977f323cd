"""Delivery of responses to clients, correctly or with the planned fault."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote
from xml.sax.saxutils import escape

from . import s3
from .faults import Fault, FaultKind
from .messages import Buffer, Request, Response
from .statistics import Counting

_PIECE = 2**20
_TICK = 0.05


class Delivery:
    """One connection's way out."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counting: Counting
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._counting = counting

    async def send(self, request: Request, response: Response, fault: Fault | None) -> bool:
        """Send a response; whether the connection can be used again."""
        match fault.kind if fault is not None else None:
            case FaultKind.HANG:
                await self._reader.read()
                return False
            case FaultKind.DROP:
                self._writer.transport.abort()
                return False
            case FaultKind.DROP_BODY | FaultKind.SHORT_BODY as kind:
                return await self._cut_short(request, response, reset=kind is FaultKind.DROP_BODY)
            case FaultKind.TRICKLE if fault is not None:
                return await self._trickle(request, response, fault.rate)
        if fault is not None:
            response = faulty_response(request, response, fault)
        await self._send_all(request, response)
        return request.keeps_alive

    async def _send_all(self, request: Request, response: Response) -> None:
        start, stop = response.span
        head = response.head(length=stop - start, close=not request.keeps_alive)
        if request.method == "HEAD" or stop == start:
            self._writer.write(head)
        else:
            for at in range(start, stop, _PIECE):
                piece = response.body.read(at, min(at + _PIECE, stop))
                self._counting.sent(len(piece))
                self._writer.write(head + piece)
                head = b""
                await self._writer.drain()
        await self._writer.drain()

    async def _cut_short(self, request: Request, response: Response, *, reset: bool) -> bool:
        """Half of the body, then a reset or an orderly end."""
        start, stop = response.span
        self._writer.write(response.head(length=stop - start, close=not request.keeps_alive))
        if request.method != "HEAD":
            half = response.body.read(start, start + (stop - start) // 2)
            self._counting.sent(len(half))
            self._writer.write(half)
        await self._writer.drain()
        if reset:
            await asyncio.sleep(_TICK)  # lets the half arrive: a reset throws away what is still on its way
            self._writer.transport.abort()
        return False

    async def _trickle(self, request: Request, response: Response, rate: float) -> bool:
        """All of the body, a little at a time, until the client goes away."""
        start, stop = response.span
        self._writer.write(response.head(length=stop - start, close=not request.keeps_alive))
        piece = max(int(rate * _TICK), 1)
        for at in range(start, stop if request.method != "HEAD" else start, piece):
            if self._writer.is_closing():
                return False
            some = response.body.read(at, min(at + piece, stop))
            self._counting.sent(len(some))
            self._writer.write(some)
            await self._writer.drain()
            await asyncio.sleep(len(some) / rate)
        return request.keeps_alive


def faulty_response(request: Request, response: Response, fault: Fault) -> Response:
    """A whole response that is not the right one."""
    start, stop = response.span
    is_range = response.status == HTTPStatus.PARTIAL_CONTENT
    match fault.kind:
        case FaultKind.THROTTLE:
            return s3.error("SlowDown", request.path, {"Retry-After": str(fault.retry_after)})
        case FaultKind.SERVER_ERROR:
            return s3.error("InternalError", request.path)
        case FaultKind.FORBIDDEN:
            return s3.error("AccessDenied", request.path)
        case FaultKind.MISSING:
            return s3.error("NoSuchKey", request.path)
        case FaultKind.GARBAGE:
            body = Buffer(random.Random(request.path).randbytes(4096))
            return Response(HTTPStatus.SERVICE_UNAVAILABLE, {"Content-Type": "application/xml"}, body)
        case FaultKind.REDIRECT:
            return Response(HTTPStatus.FOUND, {"Location": request.path})
        case FaultKind.ELSEWHERE:
            place = f"{fault.target}{quote(request.path)}"
            return Response(fault.status or HTTPStatus.TEMPORARY_REDIRECT, {"Location": place})
        case FaultKind.OTHER_REGION if f"/{fault.target}/s3/" not in request.headers.get("authorization", ""):
            region = {"x-amz-bucket-region": fault.target}
            return replace(s3.error("PermanentRedirect", request.path, region), status=fault.status or 301)
        case FaultKind.ECHO:
            quoted = json.dumps({"target": request.target, **request.headers})
            body = f"<Error><Code>InvalidRequest</Code><Message>{escape(quoted)}</Message></Error>"
            return Response(fault.status or HTTPStatus.BAD_REQUEST, body=Buffer(body.encode()))
        case FaultKind.ENDLESS | FaultKind.ENDLESS_NAMES as kind:
            return s3.endless_page(request.query, has_names=kind is FaultKind.ENDLESS_NAMES)
        case FaultKind.WRONG_LENGTH:
            return replace(response, start=start, stop=start + (stop - start) // 2)
        case FaultKind.WRONG_RANGE if is_range:
            return _shifted(response)
        case FaultKind.IGNORE_RANGE if is_range:
            headers = {name: value for name, value in response.headers.items() if name != "Content-Range"}
            return Response(HTTPStatus.OK, headers, response.body)
    return response


def _shifted(response: Response) -> Response:
    """The range one byte further on, or one byte less far where the object ends."""
    start, stop = response.span
    by = 1 if stop < response.body.length else -1 if start > 0 else 0
    start, stop = start + by, stop + by
    headers = {**response.headers, "Content-Range": f"bytes {start}-{stop - 1}/{response.body.length}"}
    return replace(response, headers=headers, start=start, stop=stop)
