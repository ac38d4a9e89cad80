"""What was asked of the service, in numbers and, if wanted, one line of log a request; never by whom."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samenhang.journal import LEVELS, log

BOUNDS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Seconds: the upper bounds of what durations are counted in."""
ELSEWHERE: Final = "other"
"""The route of an address that does not exist."""
TEXT: Final = "samenhang.text"
"""Where in the scope of a request its SPARQL text is noted."""
REMEMBERED: Final = "samenhang.remembered"
"""Where it is noted that the answer was kept from before."""


class Record:
    """Requests by route and status, how long they took, and how many were answered from what is kept.

    A route is the first part of an address that exists: a client cannot make up more of them.
    """

    def __init__(self, log_level: str = LEVELS[0]) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        """By method, route and status; 0 when the client went away before there was one."""
        self.durations: dict[str, list[int]] = {}
        """By route: how many took at most each of the BOUNDS, and more than the last of them."""
        self.seconds: dict[str, float] = {}
        self.sent = 0
        """Bytes of bodies."""
        self.remembered = 0
        self.routes: frozenset[str] = frozenset()
        self._lines, self._texts = log_level in LEVELS[1:], log_level == LEVELS[2]

    def know(self, addresses: Iterable[str]) -> None:
        """From now on the first parts of *addresses* are routes."""
        self.routes = frozenset(_first(address) for address in addresses)

    def route(self, path: str) -> str:
        """The route of the address *path*."""
        first = _first(path)
        return first if first in self.routes else ELSEWHERE

    def note(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        """One request was answered with *size* bytes in *seconds*."""
        route = self.route(scope["path"])
        method = scope["method"] if scope["method"] in _METHODS else ELSEWHERE
        self.requests[method, route, status] += 1
        counts = self.durations.get(route)
        if counts is None:
            counts = self.durations[route] = [0] * (len(BOUNDS) + 1)
            self.seconds[route] = 0.0
        counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds[route] += seconds
        self.sent += size
        self.remembered += REMEMBERED in scope
        if self._lines:
            self._line(scope, method, route, status, size, seconds)

    def _line(self, scope: Scope, method: str, route: str, status: int, size: int, seconds: float) -> None:
        """A line of log. What somebody made up is not in it: no address that does not exist, nothing behind a '?'."""
        told: dict[str, Any] = {"method": method, "route": route, "status": status, "bytes": size}
        told["ms"] = round(seconds * 1000, 1)
        if route != ELSEWHERE and status < 400:
            told["path"] = scope["path"]
        if self._texts and (text := _query(scope)):
            told["query"] = text
        log.info("request", extra={"told": told})


_METHODS: Final = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"))


def _first(path: str) -> str:
    return "/" + path[1:].partition("/")[0]


def _query(scope: Scope) -> str:
    if TEXT in scope:
        return str(scope[TEXT])
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("query", [""])[0]


class Recorded:
    """Puts a record of what is asked around *app*."""

    def __init__(self, app: ASGIApp, record: Record) -> None:
        self.app = app
        self._record = record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, size = time.perf_counter(), 0, 0

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self._record.note(scope, status, size, time.perf_counter() - begun)
