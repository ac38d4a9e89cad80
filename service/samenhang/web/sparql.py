"""``/sparql``: the SPARQL 1.1 Protocol, query only; for a browser the same as a form and a table.

It stands in front of the application, not in it: what many programs ask many times must not walk through all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samenhang import settings
from samenhang.engine import guard
from samenhang.engine.body import Body
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import NotAllowed, SamenhangError
from samenhang.questions import collect
from samenhang.release.shelf import QUERIES
from samenhang.web import client, editor, memento, negotiation, problems, protocol
from samenhang.web.protocol import Asked
from samenhang.web.record import TEXT

PATHS: Final = ("/sparql", "/sparql/")
_FORMS: Final[Mapping[str | None, tuple[str, ...]]] = {
    "SELECT": negotiation.ROWS,
    "ASK": negotiation.BOOLEAN,
    "CONSTRUCT": negotiation.TRIPLES,
    "DESCRIBE": negotiation.TRIPLES,
    # It does not parse: whatever is wanted, the engine will say where it is wrong.
    None: (*negotiation.ROWS, *negotiation.TRIPLES),
}


class Sparql:
    """Answers at ``/sparql``, and passes everything else on to *app*."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._description = collect(settings.content() / QUERIES / "documents")["service"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except SamenhangError as problem:
            response = problems.refused(request, problem)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        if request.method not in ("GET", "POST"):
            raise NotAllowed("Deze methode kan hier niet.", "This method is not possible here.")
        asked = await protocol.read(request.scope, request.receive)
        accept = request.headers.get("accept")
        if asked.form is None and negotiation.wants_page(accept):
            return await editor.page(request, asked)
        state = request.app.state
        inquiry, form = self._meant(request, asked, accept)
        pool: Pool = state.pool
        body = await pool.answer(inquiry, client.of(request))
        return Whole(body, negotiation.FORMS[form].media, inquiry.volatile)

    def _meant(self, request: Request, asked: Asked, accept: str | None) -> tuple[Inquiry, str]:
        """The inquiry that *asked* means and the form of its answer. Raises WrongValue."""
        if asked.query is None:
            form = negotiation.choose(accept, asked.form, negotiation.TRIPLES)
            endpoint, then = request.app.state.public + PATHS[0], memento.of(request.scope)
            endpoint = then.carried(endpoint) if then else endpoint
            return Inquiry(self._description.bind({"endpoint": endpoint}), form, asked.scope), form
        request.scope[TEXT] = asked.query
        guarded = guard.read(asked.query)
        form = negotiation.choose(accept, asked.form, _FORMS[guarded.kind])
        return guarded.inquiry(form, asked.scope, asked.graphs, asked.named), form


class Whole:
    """The answer to a query, sent as it comes from the engine."""

    def __init__(self, body: Body, media: str, volatile: bool) -> None:
        self._body = body
        self._headers = [
            (b"content-type", media.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"vary", b"Accept"),
            *([(b"cache-control", b"no-store")] if volatile else ()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, as ASGI has it."""
        start: Message = {"type": "http.response.start", "status": 200, "headers": self._headers}
        await send(start)
        chunks = self._body.chunks()
        last = next(chunks, b"")
        for chunk in chunks:
            await send({"type": "http.response.body", "body": last, "more_body": True})
            last = chunk
        await send({"type": "http.response.body", "body": last})
