"""``/sparql``: the SPARQL 1.1 Protocol, query only; for a browser the same as a form and a table.

It stands in front of the application, not in it: what many programs ask many times must not walk through all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samenhang import settings
from samenhang.engine import guard
from samenhang.engine.body import Body
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import NotAllowed, SamenhangError
from samenhang.questions import collect
from samenhang.release.shelf import QUERIES
from samenhang.web import editor, negotiation, problems, protocol
from samenhang.web.protocol import Asked

PATHS: Final = ("/sparql", "/sparql/")
_ALLOW: Final = ", ".join(protocol.METHODS)
_FORMS: Final[Mapping[str | None, tuple[str, ...]]] = {
    "SELECT": negotiation.ROWS,
    "ASK": negotiation.BOOLEAN,
    "CONSTRUCT": negotiation.TRIPLES,
    "DESCRIBE": negotiation.TRIPLES,
    # It does not parse: whatever is wanted, the engine will say where it is wrong.
    None: (*negotiation.ROWS, *negotiation.TRIPLES),
}
_SHARED: Final = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
]
_BEFOREHAND: Final = [
    (b"allow", _ALLOW.encode()),
    (b"access-control-allow-methods", _ALLOW.encode()),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
]
_REMEMBERED: Final = 4_096
"""Requests of which the reading is kept, each of at most as many bytes."""


class Sparql:
    """Answers at ``/sparql``, and passes everything else on to *app*."""

    def __init__(self, app: ASGIApp, state: Any) -> None:
        self.app = app
        self.state = state
        self._description = collect(settings.content() / QUERIES / "documents")["service"]
        self._read: dict[tuple[bytes, bytes], tuple[Inquiry, str]] = {}
        """What a GET meant, by its address and Accept: reading it again would give the same."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            await self._answer(request, scope, receive, send)
        except SamenhangError as problem:
            response = problems.refused(request, problem)
            await _share(response)(scope, receive, send)

    async def _answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        method, accept, known = scope["method"], b"", b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b"," + value if accept else value
            elif name == b"if-none-match":
                known = known + b"," + value if known else value
        key = (scope["query_string"], accept)
        found = self._read.get(key) if method in ("GET", "HEAD") else None
        if found is None:
            if method == "OPTIONS":
                await _send(scope, send, 204, _BEFOREHAND)
                return
            if method not in protocol.METHODS:
                raise _not_allowed()
            asked = await protocol.read(scope, receive)
            if asked.form is None and negotiation.wants_page(request):
                response = await editor.page(request, asked)
                await _share(response)(scope, receive, send)
                return
            found = self._meant(asked, accept.decode("latin-1"))
            if method != "POST" and len(key[0]) + len(accept) < _REMEMBERED:
                self._read[key] = found
                if len(self._read) > _REMEMBERED:
                    del self._read[next(iter(self._read))]
        inquiry, form = found
        headers = [(b"content-type", negotiation.FORMS[form].media.encode()), (b"vary", b"Accept")]
        if inquiry.volatile:
            headers.append((b"cache-control", b"no-store"))
        elif method != "POST" and self.state.release is not None:
            tag = self._tag(inquiry)
            headers += [(b"etag", tag), (b"cache-control", b"no-cache")]
            if known and _has(known, tag):
                # Whether it can be answered at all must be known before one says that nothing changed.
                await self._body(request, inquiry)
                await _send(scope, send, 304, headers)
                return
        body = await self._body(request, inquiry)
        headers.append((b"content-length", b"%d" % len(body)))
        await _send(scope, send, 200, headers, body if method != "HEAD" else None)

    def _meant(self, asked: Asked, accept: str) -> tuple[Inquiry, str]:
        """The inquiry that *asked* means and the form of its answer. Raises WrongValue."""
        if asked.query is None:
            form = negotiation.choose(accept, asked.form, negotiation.TRIPLES)
            text = self._description.bind({"endpoint": self.state.public + PATHS[0]})
            return Inquiry(text, form, asked.scope), form
        kind = guard.read(asked.query).kind
        form = negotiation.choose(accept, asked.form, _FORMS[kind])
        return guard.inquiry(asked.query, form, asked.scope, asked.graphs, asked.named), form

    async def _body(self, request: Request, inquiry: Inquiry) -> Body:
        pool: Pool = self.state.pool
        client = request.client
        return await pool.answer(inquiry, client.host if client else "")

    def _tag(self, inquiry: Inquiry) -> bytes:
        told = "\n".join((inquiry.text, inquiry.form, inquiry.scope, *inquiry.graphs, "", *inquiry.named))
        name = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        return f'"{self.state.release.name}-{name}"'.encode()


def _share(response: Response) -> Response:
    for name, value in _SHARED:
        response.headers.setdefault(name.decode(), value.decode())
    return response


def _not_allowed() -> NotAllowed:
    return NotAllowed("Deze methode kan hier niet.", "This method is not possible here.", allow=_ALLOW)


def _has(known: bytes, tag: bytes) -> bool:
    """Whether *tag* is among the *known* ones of an If-None-Match."""
    return known.strip() == b"*" or tag in [one.strip().removeprefix(b"W/") for one in known.split(b",")]


async def _send(
    scope: Scope, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: Body | None = None
) -> None:
    start: Message = {"type": "http.response.start", "status": status, "headers": headers + _SHARED}
    await send(start)
    chunks = iter(body.chunks()) if body is not None else iter(())
    last = next(chunks, b"")
    for chunk in chunks:
        await send({"type": "http.response.body", "body": last, "more_body": True})
        last = chunk
    await send({"type": "http.response.body", "body": last})
