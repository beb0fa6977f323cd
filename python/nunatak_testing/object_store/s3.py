"""Listings and errors of S3, as XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote
from xml.sax.saxutils import escape

from .messages import Buffer, Response
from .objects import StoredObject

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_MAX_KEYS = 1000

_ERRORS = {
    "AccessDenied": (HTTPStatus.FORBIDDEN, "Access Denied"),
    "ExpiredToken": (HTTPStatus.BAD_REQUEST, "The provided token has expired."),
    "InternalError": (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "We encountered an internal error. Please try again.",
    ),
    "InvalidRange": (
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "The requested range is not satisfiable",
    ),
    "MethodNotAllowed": (
        HTTPStatus.METHOD_NOT_ALLOWED,
        "The specified method is not allowed against this resource.",
    ),
    "NoSuchBucket": (HTTPStatus.NOT_FOUND, "The specified bucket does not exist"),
    "NoSuchKey": (HTTPStatus.NOT_FOUND, "The specified key does not exist."),
    "PermanentRedirect": (
        HTTPStatus.MOVED_PERMANENTLY,
        "The bucket you are attempting to access must be addressed using the specified endpoint.",
    ),
    "PreconditionFailed": (
        HTTPStatus.PRECONDITION_FAILED,
        "At least one of the pre-conditions you specified did not hold",
    ),
    "SlowDown": (HTTPStatus.SERVICE_UNAVAILABLE, "Please reduce your request rate."),
}


def error(code: str, resource: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as S3 words it."""
    status, message = _ERRORS[code]
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
        f"<Message>{escape(message)}</Message>"
        f"<Resource>{escape(resource)}</Resource><RequestId>0000000000000000</RequestId></Error>"
    )
    return Response(status, {"Content-Type": "application/xml", **(headers or {})}, Buffer(body.encode()))


def endless_page(query: Mapping[str, str], *, has_names: bool) -> Response:
    """A page of a listing that is followed by another, empty or of a thousand new names."""
    number = int(query.get("continuation-token", 0)) + 1 if has_names else 0
    top = f"{query.get('prefix', '')}A/B/exp05"
    names = [f"{top}/v{1000 * number + at}_AIS_A_B_exp05.nc" for at in range(1000)]
    items = "".join(
        f"<Contents><Key>{escape(name)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
        "<ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>"
        for name in (names if has_names else [])
    )
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{_NAMESPACE}">'
        f"<IsTruncated>true</IsTruncated><NextContinuationToken>{number}</NextContinuationToken>"
        f"{items}</ListBucketResult>"
    )
    return Response(HTTPStatus.OK, {"Content-Type": "application/xml"}, Buffer(body.encode()))


def list_objects(
    bucket: str, query: Mapping[str, str], objects: Sequence[StoredObject], odd_keys: Sequence[str] = ()
) -> Response:
    """ListObjectsV2: one page of the objects, sorted by key, that begin with the query's prefix.

    `odd_keys` are listed beside them, on the last page, with a size of 1.
    """
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    after = query.get("continuation-token", query.get("start-after", ""))
    limit = min(int(query.get("max-keys", _MAX_KEYS)), _MAX_KEYS)
    entries = list(_entries(objects, prefix, delimiter))
    entries = [entry for entry in entries if entry[0].encode() > after.encode()]
    page, rest = entries[:limit], entries[limit:]
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="{_NAMESPACE}">']
    for name, value in (("Name", bucket), ("Prefix", prefix), ("Delimiter", delimiter)):
        parts.append(f"<{name}>{_text(value, query)}</{name}>" if value or name == "Prefix" else "")
    parts.append(f"<KeyCount>{len(page)}</KeyCount><MaxKeys>{limit}</MaxKeys>")
    if "encoding-type" in query:
        parts.append("<EncodingType>url</EncodingType>")
    parts.append(f"<IsTruncated>{'true' if rest and page else 'false'}</IsTruncated>")
    if rest and page:
        parts.append(f"<NextContinuationToken>{escape(page[-1][0])}</NextContinuationToken>")
    parts += [_contents(found, query) for _, found in page if found is not None]
    if not (rest and page):
        parts += [_odd_contents(key, query) for key in odd_keys if key.startswith(prefix)]
    common = [name for name, found in page if found is None]
    parts += [f"<CommonPrefixes><Prefix>{_text(name, query)}</Prefix></CommonPrefixes>" for name in common]
    body = "".join(parts) + "</ListBucketResult>"
    return Response(HTTPStatus.OK, {"Content-Type": "application/xml"}, Buffer(body.encode()))


def _entries(
    objects: Sequence[StoredObject], prefix: str, delimiter: str
) -> Sequence[tuple[str, StoredObject | None]]:
    """Keys with their objects; keys that share a part up to the delimiter are one entry without object."""
    found: dict[str, StoredObject | None] = {}
    for item in objects:
        head, cut, _ = item.key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
        found[prefix + head + cut if cut else item.key] = None if cut else item
    return list(found.items())


def _contents(item: StoredObject, query: Mapping[str, str]) -> str:
    when = datetime.fromtimestamp(item.modified, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return (
        f"<Contents><Key>{_text(item.key, query)}</Key><LastModified>{when}</LastModified>"
        f"<ETag>{escape(item.etag, {chr(34): '&quot;'})}</ETag><Size>{item.length}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )


def _odd_contents(key: str, query: Mapping[str, str]) -> str:
    return (
        f"<Contents><Key>{_text(key, query)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
        "<ETag>&quot;odd&quot;</ETag><Size>1</Size></Contents>"
    )


def _text(value: str, query: Mapping[str, str]) -> str:
    return escape(quote(value, safe="/") if query.get("encoding-type") == "url" else value)
