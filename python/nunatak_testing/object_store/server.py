"""The server: a thread with an event loop, one task for each connection."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from types import TracebackType

from .answers import Answers, named
from .delivery import Delivery
from .faults import Fault, FaultKind, FaultPlan
from .messages import BadRequest, Buffer, Request, Response, read_request
from .objects import Bucket
from .s3 import error
from .statistics import Counting, RequestRecord, Statistics

_BACKLOG = 1024
_CONTROL = "/-/"


class ObjectStoreServer:
    """Serves a directory as a bucket, on 127.0.0.1, from a thread of its own, for the length of a ``with``.

    The same paths (``/bucket/key``) answer S3 (GET, HEAD, PUT, DELETE, ListObjectsV2; signatures are not
    checked), a plain web client (GET, HEAD, ranges, a page of links for directories) and WebDAV (PROPFIND).
    To another process, ``GET /-/statistics`` gives the counters as JSON, ``POST /-/reset`` clears them, and
    ``POST /-/hang`` keeps the server from answering until the next one.

    Parameters
    ----------
    root
        The directory. Files may change while they are served.
    bucket
        Name of the bucket.
    latency
        Seconds that every answer is held back.
    faults
        What goes wrong; the first fault of the list that fits and is due counts.
    seed
        Seed of the faults' probabilities.
    port
        Port to listen on; 0 for any.
    odd_keys
        Keys that listings have beside the files, and that may be none of a file.
    session_token
        What requests must carry to prove that their credentials are still good; None for anything.
        Credentials with it are at ``GET /-/credentials``, as the clouds give them to their machines.

    Examples
    --------
    >>> throttled = Fault(FaultKind.THROTTLE, "*/exp05/*", first=2)
    >>> with ObjectStoreServer("ismip6", latency=0.03, faults=[throttled]) as server:  # doctest: +SKIP
    ...     catalog = nk.open_catalog(server.url, storage_options=server.storage_options)
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        bucket: str = "archive",
        latency: float = 0.0,
        faults: Iterable[Fault] = (),
        seed: int = 0,
        port: int = 0,
        odd_keys: Sequence[str] = (),
        session_token: str | None = None,
    ) -> None:
        self.bucket = Bucket(root, bucket)
        self.latency = latency
        self._seed = seed
        self._answers = Answers(self.bucket, FaultPlan(faults, seed))
        self._answers.odd_keys = tuple(odd_keys)
        self.session_token = session_token
        self._counting = Counting()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="object-store", daemon=True)
        self._listening = threading.Event()

    @property
    def endpoint(self) -> str:
        """Address of the server, without the bucket."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The bucket, to a client of S3 that knows the endpoint."""
        return f"s3://{self.bucket.name}"

    @property
    def http_url(self) -> str:
        """The bucket, to a web client."""
        return f"{self.endpoint}/{self.bucket.name}"

    @property
    def storage_options(self) -> dict[str, object]:
        """What a client of S3 needs beside `url`, under fsspec's names."""
        return {"endpoint_url": self.endpoint, "anon": True}

    @property
    def statistics(self) -> Statistics:
        """The counters and the log, as they are now."""
        return self._counting.snapshot()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong. Setting it starts every fault's count, and the seed, anew."""
        return self._answers.plan.faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._answers.plan = FaultPlan(faults, self._seed)

    def reset(self) -> None:
        """Clear the counters, the log and the faults' counts."""
        self._counting.reset()
        self.faults = self.faults

    def __enter__(self) -> ObjectStoreServer:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and break every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = asyncio.start_server(self._serve, sock=self._socket, backlog=_BACKLOG)
        server = self._loop.run_until_complete(listening)
        self._listening.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        delivery = Delivery(reader, writer, self._counting)
        try:
            while (request := await read_request(reader, writer)) is not None:
                if not await self._respond(request, delivery):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away; that is its right
        except BadRequest as problem:
            answer = Response(HTTPStatus.BAD_REQUEST, body=Buffer(str(problem).encode()))
            writer.write(answer.head(length=answer.body.length, close=True) + answer.body.read(0, 2**16))
        except asyncio.CancelledError:
            writer.transport.abort()  # the server closes
        finally:
            writer.close()

    async def _respond(self, request: Request, delivery: Delivery) -> bool:
        """Answer one request; whether the connection can be used again."""
        if request.path.startswith(_CONTROL):
            return await delivery.send(request, self._control(request), None)
        method, key = named(request, self.bucket)
        fault = self._answers.plan.choose(method, key)
        record = RequestRecord(
            method,
            key,
            request.headers.get("range"),
            "authorization" in request.headers,
            None if fault is None else fault.kind.value,
            request.headers,
        )
        with self._counting.request(record):
            if self.latency:
                await asyncio.sleep(self.latency)
            try:
                token = request.headers.get("x-amz-security-token")
                is_expired = self.session_token not in (None, token)
                expired = error("ExpiredToken", request.path)
                response = expired if is_expired else self._answers.answer(request)
            except (OSError, ValueError):
                response = error("InternalError", request.path)
            return await delivery.send(request, response, fault)

    def _control(self, request: Request) -> Response:
        if (request.method, request.path) == ("POST", f"{_CONTROL}reset"):
            self.reset()
            return Response(HTTPStatus.NO_CONTENT)
        if (request.method, request.path) == ("POST", f"{_CONTROL}hang"):
            self.faults = () if self.faults else [Fault(FaultKind.HANG)]
            return Response(HTTPStatus.NO_CONTENT)
        if (request.method, request.path) == ("GET", f"{_CONTROL}statistics"):
            body = Buffer(json.dumps(self._counting.summary()).encode())
            return Response(HTTPStatus.OK, {"Content-Type": "application/json"}, body)
        if (request.method, request.path) == ("GET", f"{_CONTROL}credentials"):
            body = Buffer(json.dumps(self._credentials()).encode())
            return Response(HTTPStatus.OK, {"Content-Type": "application/json"}, body)
        return error("MethodNotAllowed", request.path)

    def _credentials(self) -> dict[str, str]:
        return {
            "AccessKeyId": "AKIATEMPORARY",
            "SecretAccessKey": "temporary-secret-of-the-machine",
            "Token": self.session_token or "any-token-of-the-machine",
            "Expiration": "2099-01-01T00:00:00Z",
        }
