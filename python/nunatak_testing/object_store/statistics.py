"""Statistics of the requests that a server received."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RequestRecord:
    """One request: the request and its answer.

    Attributes
    ----------
    method
        The HTTP method; ``LIST`` for an S3 listing.
    key
        The object's key, or the prefix of a listing.
    range
        The Range header as sent, None without one.
    authorized
        Whether an Authorization header came with it.
    fault
        Name of the fault that it met.
    headers
        All headers, their names in lower case.
    """

    method: str
    key: str
    range: str | None
    authorized: bool
    fault: str | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Statistics:
    """Counters since the last reset.

    Attributes
    ----------
    requests
        Number of requests by method.
    faults
        Number of faults by kind.
    bytes_sent
        Bytes of bodies handed to the network.
    in_flight, max_in_flight
        Requests being answered now, and the most at any time.
    log
        Every request, in order of arrival.
    """

    requests: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    log: list[RequestRecord] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Number of requests of any method."""
        return self.requests.total()

    def summary(self) -> dict[str, Any]:
        """Everything but the log, as plain data."""
        plain = {name: getattr(self, name) for name in ("bytes_sent", "in_flight", "max_in_flight", "total")}
        return {"requests": dict(self.requests), "faults": dict(self.faults), **plain}


class Counting:
    """The statistics of a running server, safe to read from any thread."""

    def __init__(self) -> None:
        self._now = Statistics()
        self._lock = threading.Lock()

    @contextmanager
    def request(self, record: RequestRecord) -> Iterator[None]:
        """Count a request, and hold it in flight."""
        with self._lock:
            now = self._now
            now.log.append(record)
            now.requests[record.method] += 1
            if record.fault is not None:
                now.faults[record.fault] += 1
            now.in_flight += 1
            now.max_in_flight = max(now.max_in_flight, now.in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._now.in_flight -= 1

    def sent(self, count: int) -> None:
        """Count bytes of a body."""
        with self._lock:
            self._now.bytes_sent += count

    def snapshot(self) -> Statistics:
        """A copy of the counters as they are."""
        with self._lock:
            now = self._now
            copies = Counter(now.requests), Counter(now.faults)
            return Statistics(*copies, now.bytes_sent, now.in_flight, now.max_in_flight, list(now.log))

    def summary(self) -> dict[str, Any]:
        """Plain data without the log, which may be long."""
        with self._lock:
            now = self._now
            bare = Statistics(now.requests, now.faults, now.bytes_sent, now.in_flight, now.max_in_flight)
            return bare.summary()

    def reset(self) -> None:
        """Count from zero; requests in flight stay so."""
        with self._lock:
            held = self._now.in_flight
            self._now = Statistics(in_flight=held, max_in_flight=held)
