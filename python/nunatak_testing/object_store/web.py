"""Directories as a web server lists them: WebDAV's PROPFIND and a page of links."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from email.utils import formatdate
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from .messages import Buffer, Response
from .objects import Bucket, StoredObject


def index_page(bucket: Bucket, folder: str) -> Response:
    """A page of relative links to what is right in a directory."""
    folders, objects = bucket.children(folder)
    names = [f"{name}/" for name in folders] + [item.key.rpartition("/")[2] for item in objects]
    links = "\n".join(f'<a href="{quote(name)}">{escape(name)}</a>' for name in ["../", *names])
    title = escape(f"Index of /{bucket.name}/{folder}")
    body = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n"
        f"<body><h1>{title}</h1><pre>\n{links}\n</pre></body></html>\n"
    )
    return Response(HTTPStatus.OK, {"Content-Type": "text/html; charset=utf-8"}, Buffer(body.encode()))


def propfind(bucket: Bucket, key: str, depth: str, objects: Sequence[StoredObject]) -> Response:
    """What is below a directory: all of it, or with depth 0 and 1 the directory and what is right in it.

    `objects` are those below the directory, sorted.
    """
    folder = key.rstrip("/")
    top = f"{folder}/" if folder else ""
    limit = {"0": 0, "1": 1}.get(depth, sys.maxsize)
    answers = [_collection(bucket, top)]
    seen = {top}
    for item in objects:
        parts = item.key[len(top) :].split("/")
        for level in range(1, min(len(parts) - 1, limit) + 1):
            name = top + "/".join(parts[:level]) + "/"
            if name not in seen:
                seen.add(name)
                answers.append(_collection(bucket, name))
        if len(parts) <= limit:
            answers.append(_resource(bucket, item))
    return _multistatus(answers)


def propfind_object(bucket: Bucket, item: StoredObject) -> Response:
    """Properties of one object."""
    return _multistatus([_resource(bucket, item)])


def _multistatus(answers: Sequence[str]) -> Response:
    body = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">' + "".join(answers)
    headers = {"Content-Type": "application/xml; charset=utf-8"}
    return Response(HTTPStatus.MULTI_STATUS, headers, Buffer((body + "</D:multistatus>").encode()))


def _collection(bucket: Bucket, name: str) -> str:
    changed = formatdate((bucket.root / name).stat().st_mtime, usegmt=True)
    kind = "<D:resourcetype><D:collection/></D:resourcetype>"
    return _answer(bucket, name, f"{kind}<D:getlastmodified>{changed}</D:getlastmodified>")


def _resource(bucket: Bucket, item: StoredObject) -> str:
    return _answer(
        bucket,
        item.key,
        f"<D:resourcetype/><D:getcontentlength>{item.length}</D:getcontentlength>"
        f"<D:getlastmodified>{formatdate(item.modified, usegmt=True)}</D:getlastmodified>"
        f"<D:getetag>{escape(item.etag)}</D:getetag>",
    )


def _answer(bucket: Bucket, key: str, properties: str) -> str:
    return (
        f"<D:response><D:href>{escape(quote(f'/{bucket.name}/{key}'))}</D:href><D:propstat>"
        f"<D:prop>{properties}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )
