"""Which methods an address knows."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from samenhang.web import protocol, sparql


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> bytes:
    """The value of Allow for the address of *scope*; empty when there is nothing there."""
    if scope["path"] in ("*", *sparql.PATHS):
        return ", ".join(protocol.METHODS).encode()
    routes = list(routes)
    known = [
        method
        for method in ("GET", "POST")
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    if not known:
        return b""
    return ", ".join(
        [*(("GET", "HEAD") if "GET" in known else ()), *(m for m in known if m != "GET"), "OPTIONS"]
    ).encode()
