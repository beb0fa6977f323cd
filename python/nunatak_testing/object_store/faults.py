"""Faults of requests, and the plan of when they happen."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """What the server does instead of answering as it should."""

    THROTTLE = "throttle"
    """503 SlowDown with Retry-After."""
    SERVER_ERROR = "server-error"
    """500 InternalError."""
    FORBIDDEN = "forbidden"
    """403 AccessDenied."""
    MISSING = "missing"
    """404 NoSuchKey, of an object that is there."""
    GARBAGE = "garbage"
    """503 with a body of random bytes that claims to be XML."""
    REDIRECT = "redirect"
    """302 to the same place, for ever."""
    ELSEWHERE = "elsewhere"
    """`Fault.status` (307) to the same path of another server, `Fault.target`."""
    OTHER_REGION = "other-region"
    """301 as S3 answers for a bucket of another region, `Fault.target`, to requests signed for others."""
    ECHO = "echo"
    """`Fault.status` (400) that quotes the request: its address and its headers."""
    ENDLESS = "endless"
    """A listing that says that there is another page, which is the same empty one."""
    ENDLESS_NAMES = "endless-names"
    """A listing whose every page has a thousand names that no other had."""
    DROP = "drop"
    """The connection is reset before any header."""
    DROP_BODY = "drop-body"
    """The connection is reset in the middle of the body."""
    SHORT_BODY = "short-body"
    """Fewer bytes than Content-Length says, then an orderly close."""
    WRONG_LENGTH = "wrong-length"
    """Content-Length and body agree, but both are half of what Content-Range says."""
    WRONG_RANGE = "wrong-range"
    """The bytes, and Content-Range, of another range of the same length, one byte further."""
    IGNORE_RANGE = "ignore-range"
    """200 with the whole object where a range was requested."""
    SWAP = "swap"
    """From now on another object of the same size is there: bytes inverted, another ETag, a later date."""
    HANG = "hang"
    """No answer, until the client goes away."""
    TRICKLE = "trickle"
    """The right answer at `Fault.rate` bytes a second."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault, and the requests that meet it.

    Attributes
    ----------
    kind
        What happens.
    pattern
        Keys that are affected: a glob in which ``*`` crosses slashes; for a listing, its prefix.
    method
        ``GET``, ``HEAD``, ``PUT``, ``DELETE``, ``LIST`` (S3) or ``PROPFIND``; None for all of them.
    probability
        Share of the requests that are affected, drawn from the server's seed.
    skip, first
        Of the requests for each key, leave the first `skip` alone and then affect `first` (None: all).
    retry_after
        Seconds that a throttled client must wait.
    until_retry
        Spare the requests for a key that come when the wait is over: who waits meets the fault once.
    rate
        Bytes a second of a trickle.
    target
        Where a redirect leads: the endpoint of another server, or the name of a region.
    status
        Of the answer, where the kind leaves it open; None for the usual one.
    """

    kind: FaultKind
    pattern: str = "*"
    method: str | None = None
    probability: float = 1.0
    skip: int = 0
    first: int | None = None
    retry_after: int = 1
    until_retry: bool = False
    rate: float = 1024.0
    target: str = ""
    status: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", FaultKind(self.kind))

    def fits(self, method: str, key: str) -> bool:
        """Whether requests of this method for this key are counted."""
        return self.method in (None, method) and fnmatchcase(key, self.pattern)

    def is_due(self, earlier: int) -> bool:
        """Whether the request that follows `earlier` others for the same key is affected."""
        return earlier >= self.skip and (self.first is None or earlier < self.skip + self.first)


class FaultPlan:
    """Chooses the fault of each request: the first of the list that fits and is due."""

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0) -> None:
        self.faults = tuple(faults)
        self._random = random.Random(seed)
        self._earlier: list[Counter[str]] = [Counter() for _ in self.faults]
        self._met: dict[tuple[Fault, str], float] = {}
        self._swapped: set[str] = set()
        self._lock = threading.Lock()

    def choose(self, method: str, key: str) -> Fault | None:
        """The fault that this request meets. Every fault that fits counts the request."""
        chosen = None
        with self._lock:
            for fault, counted in zip(self.faults, self._earlier, strict=True):
                if not fault.fits(method, key):
                    continue
                earlier = counted[key]
                counted[key] += 1
                if chosen is not None or not fault.is_due(earlier) or self._is_over(fault, key):
                    continue
                if self._random.random() < fault.probability:
                    chosen = fault
            if chosen is not None and chosen.kind is FaultKind.SWAP:
                self._swapped.add(key)
        return chosen

    def _is_over(self, fault: Fault, key: str) -> bool:
        """Whether the wait that a fault imposed on the clients of a key is over."""
        if not fault.until_retry:
            return False
        now = time.monotonic()
        return now - self._met.setdefault((fault, key), now) >= fault.retry_after

    def is_swapped(self, key: str) -> bool:
        """Whether another object is at this key: it stays there once a request has met it."""
        return key in self._swapped
