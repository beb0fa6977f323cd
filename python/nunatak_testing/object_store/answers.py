"""Correct answers to every request, before any fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus

from . import s3, web
from .faults import FaultPlan
from .messages import RangeNotSatisfiable, Request, Response, parse_range
from .objects import Bucket, StoredObject


def named(request: Request, bucket: Bucket) -> tuple[str, str]:
    """Method and key of a request as they are counted; an S3 listing is LIST of its prefix."""
    _, _, key = request.path.removeprefix("/").partition("/")
    if request.method == "GET" and "list-type" in request.query and not key:
        return "LIST", request.query.get("prefix", "")
    return request.method, key


class Answers:
    """Answers requests from a bucket."""

    def __init__(self, bucket: Bucket, plan: FaultPlan) -> None:
        self.bucket = bucket
        self.plan = plan
        self.odd_keys: tuple[str, ...] = ()
        self._listed: dict[str, list[StoredObject]] = {}

    def answer(self, request: Request) -> Response:
        """The response, with the body although HEAD needs none."""
        if request.path.removeprefix("/").partition("/")[0] != self.bucket.name:
            return s3.error("NoSuchBucket", request.path)
        method, key = named(request, self.bucket)
        match method:
            case "LIST":
                found = self._list(request, key)
                return s3.list_objects(self.bucket.name, request.query, found, self.odd_keys)
            case "GET" | "HEAD":
                return self._get(request, key)
            case "PUT":
                return self._put(request, key)
            case "DELETE":
                self.bucket.delete(key)
                return Response(HTTPStatus.NO_CONTENT)
            case "PROPFIND":
                return self._propfind(request, key)
        return s3.error("MethodNotAllowed", request.path)

    def _list(self, request: Request, prefix: str) -> Sequence[StoredObject]:
        """All objects of a prefix. Later pages of a listing show what was there at its first page."""
        if "continuation-token" not in request.query or prefix not in self._listed:
            self._listed[prefix] = [self._current(item) for item in self.bucket.list(prefix)]
        return self._listed[prefix]

    def _current(self, item: StoredObject) -> StoredObject:
        return replace(item, swapped=True) if self.plan.is_swapped(item.key) else item

    def _get(self, request: Request, key: str) -> Response:
        if request.method == "HEAD" and not key:
            return Response(HTTPStatus.OK)
        if key == "" or key.endswith("/"):
            if self.bucket.is_folder(key):
                return web.index_page(self.bucket, key)
            return s3.error("NoSuchKey", request.path)
        found = self.bucket.get(key)
        if found is None:
            return s3.error("NoSuchKey", request.path)
        return _object_response(request, self._current(found))

    def _put(self, request: Request, key: str) -> Response:
        current = self.bucket.get(key)
        expected = request.headers.get("if-match")
        if request.headers.get("if-none-match") == "*" and current is not None:
            return s3.error("PreconditionFailed", request.path)
        if expected is not None and (current is None or expected != current.etag):
            return s3.error("PreconditionFailed", request.path)
        written = self.bucket.put(key, request.body)
        if written is None:
            return s3.error("AccessDenied", request.path)
        return Response(HTTPStatus.OK, {"ETag": written.etag})

    def _propfind(self, request: Request, key: str) -> Response:
        found = self.bucket.get(key)
        if found is not None:
            return web.propfind_object(self.bucket, self._current(found))
        if not self.bucket.is_folder(key):
            return s3.error("NoSuchKey", request.path)
        folder = key.rstrip("/")
        objects = [self._current(item) for item in self.bucket.list(f"{folder}/" if folder else "")]
        return web.propfind(self.bucket, key, request.headers.get("depth", "infinity"), objects)


def _object_response(request: Request, item: StoredObject) -> Response:
    """The object or a range of it, as far as the request's conditions hold."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Accept-Ranges": "bytes",
        "ETag": item.etag,
        "Last-Modified": formatdate(item.modified, usegmt=True),
    }
    failed = _failed_condition(request, item)
    if failed is HTTPStatus.NOT_MODIFIED:
        return Response(failed, headers)
    if failed is not None:
        return s3.error("PreconditionFailed", request.path)
    try:
        wanted = parse_range(request.headers.get("range"), item.length)
    except RangeNotSatisfiable:
        return s3.error("InvalidRange", request.path, {"Content-Range": f"bytes */{item.length}"})
    if wanted is None:
        return Response(HTTPStatus.OK, headers, item)
    start, stop = wanted
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{item.length}"
    return Response(HTTPStatus.PARTIAL_CONTENT, headers, item, start, stop)


def _failed_condition(request: Request, item: StoredObject) -> HTTPStatus | None:
    """What a condition of the request (RFC 9110, 13) comes to, None when all hold."""
    headers = request.headers
    if "if-match" in headers:
        if not _names(headers["if-match"], item.etag):
            return HTTPStatus.PRECONDITION_FAILED
    elif "if-unmodified-since" in headers and item.modified > _seconds(headers["if-unmodified-since"]):
        return HTTPStatus.PRECONDITION_FAILED
    if "if-none-match" in headers:
        return HTTPStatus.NOT_MODIFIED if _names(headers["if-none-match"], item.etag) else None
    if "if-modified-since" in headers and item.modified <= _seconds(headers["if-modified-since"]):
        return HTTPStatus.NOT_MODIFIED
    return None


def _names(condition: str, etag: str) -> bool:
    """S3 takes entity tags without their quotes, too."""
    tags = (tag.strip().strip('"') for tag in condition.split(","))
    return condition.strip() == "*" or etag.strip('"') in tags


def _seconds(date: str) -> float:
    return parsedate_to_datetime(date).timestamp()
