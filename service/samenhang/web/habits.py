"""What every answer has in common, whatever it is about: the habits of HTTP (RFC 9110), in one place.

HEAD as GET, OPTIONS and Allow, addresses and headers of a reasonable length, and a memory of whole answers, which makes
a repeated question a look-up of its bytes. What is done to an answer on its way back stands in ``reply``.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from samenhang.errors import WrongValue
from samenhang.web import memento, methods, problems, sharing
from samenhang.web.freshness import Freshness
from samenhang.web.memory import MOST, Memory
from samenhang.web.record import REMEMBERED
from samenhang.web.reply import Asked, Reply, resend
from samenhang.web.sharing import Header

log = logging.getLogger(__name__)

LONGEST_PATH: Final = 2_000
LONGEST_QUERY: Final = 320_000
"""Bytes: those of the longest SPARQL text, with every character escaped."""
LONGEST_HEADERS: Final = 16_000


class Habits:
    """Puts the habits around an application of Starlette's with the served ``release`` and ``pool`` in its state."""

    def __init__(self, app: ASGIApp, kept: int = MOST) -> None:
        """*kept*: bytes of answers that are remembered."""
        self.app = app
        self._memory = Memory(kept)
        self._freshness: tuple[object, Freshness | None] = (None, None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method, state, asked = scope["method"], scope["app"].state, Asked.of(scope["headers"])
        path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
        then = memento.of(scope)
        key = (path, query, asked.accept, asked.language, asked.encoding, then.key if then else b"")
        get = method in ("GET", "HEAD")
        edition = state.pool  # another may be served before this is answered
        if get and (kept := self._memory.get(edition, key)) is not None:
            scope[REMEMBERED] = True
            await resend(send, kept, asked, method == "HEAD")
            return
        allow = functools.partial(methods.allowed, scope["app"].routes, scope)
        reply = Reply(send, asked, self._fresh(state.release) if get else None, method == "HEAD", allow)
        try:
            if problem := _excess(path, query, scope["headers"]):
                await problems.refused(Request(scope), problem)(scope, receive, reply)
            elif method == "OPTIONS" and (known := allow()):
                await _options(reply, known, asked)
            else:
                # An address that is not there is not there for OPTIONS either.
                plain = {**scope, "method": "GET"} if method in ("HEAD", "OPTIONS") else scope
                await self.app(plain, receive, reply)
        except Exception as error:
            if reply.begun:
                raise
            log.error("unexpected error", exc_info=error)
            await problems.defect(Request(scope))(scope, receive, reply)
        if get and reply.whole is not None:
            self._memory.put(edition, key, reply.whole)

    def _fresh(self, release: object) -> Freshness | None:
        """The validators of *release*; none when what is served is not one."""
        if release is not self._freshness[0]:
            self._freshness = release, Freshness.of(release) if release is not None else None  # type: ignore[arg-type]
        return self._freshness[1]


async def _options(reply: Reply, allow: bytes, asked: Asked) -> None:
    headers = [(b"allow", allow), *(sharing.preflight(allow) if asked.preflight else ())]
    await reply({"type": "http.response.start", "status": 204, "headers": headers})
    await reply({"type": "http.response.body"})


def _excess(path: bytes, query: bytes, headers: Iterable[Header]) -> WrongValue | None:
    """The error for an address or headers that are longer than anybody needs."""
    head = sum([len(name) + len(value) for name, value in headers])
    if len(path) <= LONGEST_PATH and len(query) <= LONGEST_QUERY and head <= LONGEST_HEADERS:
        return None
    for size, most, status, nl, en in (
        (len(path), LONGEST_PATH, 414, "Het pad", "The path"),
        (len(query), LONGEST_QUERY, 414, "Het deel na het vraagteken", "The part behind the question mark"),
        (head, LONGEST_HEADERS, 431, "De kop", "The header section"),
    ):
        if size > most:
            return WrongValue(
                f"{nl} telt {size} bytes; meer dan {most} wordt niet aanvaard.",
                f"{en} has {size} bytes; more than {most} is not accepted.",
                status=status,
            )
    return None
