"""``/id/{kind}/{slug}`` and ``/doc/{kind}/{slug}``: a thing, and the document that describes it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asked

from samenhang.engine.embedded import Row
from samenhang.errors import SamenhangError, Withdrawn, unknown
from samenhang.namespaces import ID, KINDS, PREFIXES, SCOPES, shorten
from samenhang.questions import SLUG
from samenhang.web import (
    asking,
    letters,
    links,
    memento,
    negotiation,
    neighbourhood,
    origin,
    pages,
    paging,
    problems,
    reader,
    sending,
)
from samenhang.web.description import Description
from samenhang.web.library import Library
from samenhang.web.naming import Naming
from samenhang.web.neighbourhood import Tie

router = APIRouter()

ROWS: Final = 25
"""Of what is hit when a thing stops, and of open questions, so many on its page, at most."""
FEW: Final = 4
"""Claims of one kind that a page shows unasked; more open on demand."""
_HIT: Final = ("building-block", "standard", "interface", "actor", "agreement")
"""Kinds of which it can be asked what is hit when they stop."""

_MEDIA: Final = {key: negotiation.FORMS[key].media.partition(";")[0] for key in negotiation.DOCUMENT}
_ROUTE: Final = "/doc/{kind}/{name}"
_ADDRESS: Final = re.compile(r"/doc/([^/]+)/([^/]+)(?<!\.svg)")

Scope = Annotated[str | None, Query(description=f"Which sources: {', '.join(SCOPES)}")]
Format = Annotated[str | None, Query(alias="format", description=", ".join(negotiation.DOCUMENT))]


@router.get("/id/{kind}/{slug}", status_code=303, summary="A thing: see its document", response_class=Response)
async def identity(request: Request, kind: str, slug: str) -> Response:
    """Where the document of a thing is: the thing itself cannot be sent."""
    if kind not in KINDS:
        raise unknown(("soort", "kind"), kind, KINDS)
    if not SLUG.match(slug):
        raise unknown((kind, kind), slug[:200], ())
    address = f"{request.app.state.public}/doc/{kind}/{slug}{sending.passed_on(request)}"
    return Response(status_code=303, headers={"Location": address})


@router.get("/doc/{kind}/{slug}.svg", summary="A thing among those that it is tied to, as a picture")
async def picture(request: Request, kind: str, slug: str, scope: Scope = None) -> Response:
    """The picture of the page, to keep or to print. 404 for a thing that nothing is tied to."""
    library, thing = Library.of(request.app.state), f"{ID}{kind}/{slug}"
    body, found = await library.document(thing, scope)
    told = reader.describe(thing, body, await library.labels(), negotiation.language(request), found)
    return neighbourhood.answer(request, told.title, _ties(told))


@router.get(_ROUTE, summary="The document of a thing, in the form of a suffix, ?format= or Accept")
async def document(request: Request, kind: str, name: str, scope: Scope = None, form: Format = None) -> Response:
    """What a thing says and what is said of it, its claims with their evidence; as RDF or as a page."""
    slug, dot, suffix = name.partition(".")
    if dot and suffix not in negotiation.DOCUMENT:
        raise unknown(("vorm", "form"), suffix[:200], negotiation.DOCUMENT)
    chosen = negotiation.choose(request.headers.get("accept"), suffix or form, negotiation.DOCUMENT)
    library, thing, path = Library.of(request.app.state), f"{ID}{kind}/{slug}", f"/doc/{kind}/{slug}"
    page = chosen == "html"
    try:
        body, found = await library.document(thing, scope)
    except Withdrawn as gone:
        # Whoever asks for anything at all is told in words.
        if page or not (suffix or form or negotiation.names(request.headers.get("accept"), chosen)):
            raise
        refusal = problems.refused(request, gone)
        fields = {name: value for name, value in refusal.headers.items() if name in ("link", "vary")}
        text = sending.written(_left(gone, request.app.state.public), chosen)
        return Response(text, 410, fields, negotiation.FORMS[chosen].media)
    query = f"?scope={found}" if found != SCOPES[0] else ""
    headers = {
        "Link": links.header(request.app.state.public, path, negotiation.DOCUMENT, query, thing),
        "Content-Location": f"{path}.{chosen}{query}",
        "Vary": "Accept, Accept-Language",
    }
    if not page:
        return Response(sending.written(body, chosen), media_type=negotiation.FORMS[chosen].media, headers=headers)
    lang, terms = negotiation.language(request), await library.labels()
    told = reader.describe(thing, body, terms, lang, found)
    pool, why = request.app.state.pool, asking.own("pages")["why"]
    kept, hit, open_questions, reasons = await asyncio.gather(
        origin.files(pool, thing),
        _asked(request, "impact", thing, found, kind in _HIT),
        _asked(request, "open-questions", thing, found, told.uncertain),
        asking.rows(pool, why.bind({"finding": thing}), found) if told.argument else _none(),
    )
    naming = Naming(lang, found, await asking.labels(pool, [*hit, *open_questions, *reasons], found), terms)
    return pages.answer(
        request,
        "thing.html",
        headers=headers,
        thing=told,
        picture=neighbourhood.picture(told.title, _ties(told)),
        # What rests on the thing itself comes before what rests on that.
        why=reasons,
        hit=_by_pair(sorted(hit, key=lambda row: row.get("dependedOn") != row["thing"])),
        open_questions=_by_question(open_questions, lang),
        letter=letters.address(thing, lang, found) if kind in letters.KINDS else "",
        rows=ROWS,
        few=FEW,
        near=reader.NEAR,
        term=naming.term,
        plain=naming.plain,
        short=shorten(thing),
        spoken=paging.query({"lang": [lang], "scope": [found] if found != SCOPES[0] else []}).replace("?", "&", 1),
        files=kept,
        jsonld=pages.embedded(told.own),
        canonical=f"{request.app.state.public}{path}{query}",
        forms=[(key, media, f"{path}.{key}{query}") for key, media in _MEDIA.items()],
        path=path,
        query=query,
    )


class Documents:
    """Answers for a document before *app* looks for its route, and passes everything else on to it.

    Most of what is asked are documents: to find the route and to look at what it takes costs more than half of one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        found = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found is None or _ROUTE not in scope["app"].state.addresses:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        asked = request.query_params
        try:
            response = await document(request, found[1], found[2], asked.get("scope"), asked.get("format"))
        except SamenhangError as problem:
            response = problems.refused(request, problem)
        await response(scope, receive, send)


def _left(gone: Withdrawn, public: str) -> bytes:
    """What can be said of a thing that is *gone*, as N-Triples: what it was, since when not, what replaces it."""
    thing, more = ox.NamedNode(gone.thing), []
    if gone.since:
        moment = ox.Literal(gone.since, datatype=ox.NamedNode(PREFIXES["xsd"] + "dateTime"))
        more.append(ox.Triple(thing, ox.NamedNode(PREFIXES["prov"] + "invalidatedAtTime"), moment))
    for successor in gone.successors:
        more.append(ox.Triple(thing, ox.NamedNode(PREFIXES["dct"] + "isReplacedBy"), ox.NamedNode(successor)))
    if gone.last and (place := links.place(gone.thing, f"?{memento.NAME}={gone.last}")):
        more.append(ox.Triple(thing, ox.NamedNode(PREFIXES["rdfs"] + "seeAlso"), ox.NamedNode(public + place)))
    said = gone.said + (ox.serialize(more, format=ox.RdfFormat.N_TRIPLES) or b"")
    return b"".join(sorted(set(said.splitlines(keepends=True))))


async def _none() -> list[Row]:
    return []


async def _asked(request: Request, question: str, thing: str, scope: str, apt: bool) -> list[Row]:
    """The answer to a *question* about *thing*, which is known to be there, where it is *apt* for such a thing."""
    known = pages.release(request).questions
    return await asking.rows(request.app.state.pool, known[question].bind({"thing": thing}), scope) if apt else []


def _ties(told: Description) -> list[Tie]:
    return [
        Tie(one.name, ", ".join(tie.text for tie in one.ties), one.inward, f"buur-{place}")
        for place, one in enumerate(told.neighbours[: reader.NEAR], 1)
    ]


def _by_pair(rows: Iterable[Row]) -> list[tuple[Row, Sequence[Row]]]:
    """Each pair of what is hit and what it rests on once, as it is said, with a row for each claim that proves it."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row.get(name) for name in ("dependent", "dependedOn", "modality")), []).append(row)
    return [(some[0], some) for some in found.values()]


def _by_question(rows: Iterable[Row], lang: str) -> list[tuple[Row, Sequence[Row]]]:
    """Each open question once, with a row for each whom it may be asked."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if lang in row:
            found.setdefault(row["aspect"].value, []).append(row)
    return [(some[0], [row for row in some if "ask" in row]) for some in found.values()]
