"""``/id/{kind}/{slug}`` and ``/doc/{kind}/{slug}``: a thing, and the document that describes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from samenhang.errors import unknown
from samenhang.namespaces import ID, KINDS, PREFIXES, SCOPES
from samenhang.questions import SLUG
from samenhang.web import links, negotiation, pages
from samenhang.web.description import describe
from samenhang.web.library import Library

router = APIRouter()

_PASSED_ON: Final = ("scope", "lang", "format")
"""What of a query goes along in a redirect."""

_RDF: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}

Scope = Annotated[str | None, Query(description=f"Which sources: {', '.join(SCOPES)}")]
Format = Annotated[str | None, Query(alias="format", description=", ".join(negotiation.DOCUMENT))]


@router.get("/id/{kind}/{slug}", status_code=303, summary="A thing: see its document", response_class=Response)
async def identity(request: Request, kind: str, slug: str) -> Response:
    """Where the document of a thing is: the thing itself cannot be sent."""
    if kind not in KINDS:
        raise unknown(("soort", "kind"), kind, KINDS)
    if not SLUG.match(slug):
        raise unknown((kind, kind), slug[:200], ())
    asked = [(name, value) for name, value in request.query_params.multi_items() if name in _PASSED_ON]
    query = f"?{urlencode(asked)}" if asked else ""
    return Response(status_code=303, headers={"Location": f"{request.app.state.public}/doc/{kind}/{slug}{query}"})


@router.get("/doc/{kind}/{name}", summary="The document of a thing, in the form of a suffix, ?format= or Accept")
async def document(request: Request, kind: str, name: str, scope: Scope = None, form: Format = None) -> Response:
    """What a thing says and what is said of it, its claims with their evidence; as RDF or as a page."""
    slug, dot, suffix = name.partition(".")
    if dot and suffix not in negotiation.DOCUMENT:
        raise unknown(("vorm", "form"), suffix[:200], negotiation.DOCUMENT)
    chosen = negotiation.choose(request.headers.get("accept"), suffix or form, negotiation.DOCUMENT)
    library, thing, path = Library.of(request.app.state), f"{ID}{kind}/{slug}", f"/doc/{kind}/{slug}"
    page = chosen == "html"
    body, found = await library.document(thing, scope)
    query = f"?scope={found}" if found != SCOPES[0] else ""
    headers = {
        "Link": links.header(request.app.state.public, path, negotiation.DOCUMENT, query, thing),
        "Content-Location": f"{path}.{chosen}{query}",
        "Vary": "Accept, Accept-Language",
    }
    if not page:
        return Response(_written(body, chosen), media_type=negotiation.FORMS[chosen].media, headers=headers)
    description = describe(thing, body, await library.labels(), negotiation.language(request), found)
    return pages.answer(
        request,
        "thing.html",
        headers=headers,
        thing=description,
        jsonld=_embedded(description.own),
        canonical=f"{request.app.state.public}{path}{query}",
        forms=[(key, negotiation.FORMS[key].media.partition(";")[0]) for key in negotiation.DOCUMENT],
        path=path,
        query=query,
    )


def _written(document: bytes, form: str) -> bytes:
    """A *document* (N-Triples) in *form*, with the prefixes that it uses."""
    if form == "nt":
        return document
    prefixes = {prefix: space for prefix, space in PREFIXES.items() if b"<" + space.encode() in document}
    triples = (quad.triple for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES))
    written = ox.serialize(triples, format=_RDF[form], prefixes=prefixes)
    assert written is not None  # no output file was given
    return written


def _embedded(triples: Iterable[ox.Triple]) -> Markup:
    """*triples* as JSON-LD that can stand in a page: nothing in it can end the element or begin a comment."""
    written = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert written is not None  # no output file was given
    return Markup(written.decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
