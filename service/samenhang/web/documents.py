"""``/id/{kind}/{slug}`` and ``/doc/{kind}/{slug}``: a thing, and the document that describes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from samenhang.errors import unknown
from samenhang.namespaces import ID, KINDS, SCOPES
from samenhang.questions import SLUG
from samenhang.web import links, negotiation, pages, sending
from samenhang.web.description import describe
from samenhang.web.library import Library

router = APIRouter()

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
        return Response(sending.written(body, chosen), media_type=negotiation.FORMS[chosen].media, headers=headers)
    description = describe(thing, body, await library.labels(), negotiation.language(request), found)
    return pages.answer(
        request,
        "thing.html",
        headers=headers,
        thing=description,
        jsonld=pages.embedded(description.own),
        canonical=f"{request.app.state.public}{path}{query}",
        forms=[(key, negotiation.FORMS[key].media.partition(";")[0]) for key in negotiation.DOCUMENT],
        path=path,
        query=query,
    )
