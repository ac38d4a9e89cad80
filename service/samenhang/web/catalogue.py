"""``/catalog`` and ``/.well-known/void``: what there is, for catalogues that harvest it and for people."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from samenhang import turtle
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import unknown
from samenhang.namespaces import SCOPES
from samenhang.release import Release, Shelf
from samenhang.release.dumps import DUMPS
from samenhang.release.folders import BESIDE
from samenhang.web import asking, memento, negotiation, pages, sending

router = APIRouter()

FORMS: Final = negotiation.DOCUMENT
_SIZE: Final = re.compile(rb'(#byteSize> "[0-9]+"\^\^<http://www\.w3\.org/2001/XMLSchema#)integer>')


@router.get("/catalog", summary="The catalogue: DCAT-AP 3 and DCAT-AP Vlaanderen")
@router.get("/catalog.{suffix}", include_in_schema=False)
async def catalogue(request: Request) -> Response:
    """The datasets, their forms with checksums, and the service; a page has them as schema.org too."""
    answer = await _catalogue(request)
    # It tells when and where the release is served, which the tag of a release does not.
    answer.headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    return answer


async def _catalogue(request: Request) -> Response:
    chosen = sending.form(request, FORMS)
    fields = sending.headers(request, FORMS, chosen)
    fields["Link"] += f', <{request.app.state.public}/releases>; rel="version-history"'
    if chosen != "html":
        body = _written(await _triples(request, "catalogue"), chosen)
        return Response(body, media_type=negotiation.FORMS[chosen].media, headers=fields)
    lang = negotiation.language(request)
    search = await _triples(request, "schema-org")
    query = asking.own("catalogue")["datasets"].bind({"lang": lang})
    return pages.answer(
        request,
        "catalogue.html",
        headers=fields,
        datasets=[
            {name: term.value for name, term in row.items()} for row in await asking.rows(request.app.state.pool, query)
        ],
        dumps=dumps(request),
        public=request.app.state.public,
        published=_published(pages.release(request)),
        jsonld=pages.embedded(quad.triple for quad in ox.parse(search, format=ox.RdfFormat.N_TRIPLES)),
        forms=FORMS,
        path="/catalog",
    )


@router.get("/dataset/{part}", status_code=303, summary="A part of it: see the catalogue", response_class=Response)
async def part(request: Request, part: str) -> Response:
    """Where that part is described, if there is one of that name."""
    if part not in SCOPES[1:]:
        raise unknown(("dataset", "dataset"), part[:200], SCOPES[1:])
    return await dataset(request)


@router.get("/dataset", status_code=303, summary="The dataset: see the catalogue", response_class=Response)
async def dataset(request: Request) -> Response:
    """Where the dataset is described: it cannot be sent itself."""
    return RedirectResponse(f"{request.app.state.public}/catalog{sending.passed_on(request)}", 303)


@router.get("/.well-known/void", summary="VoID: each scope in numbers, with class and property partitions")
@router.get("/.well-known/void.{suffix}", include_in_schema=False)
async def void(request: Request) -> Response:
    """The description of the datasets in numbers, and where they are served."""
    chosen = sending.form(request, FORMS)
    if chosen == "html":
        return RedirectResponse(f"{request.app.state.public}/catalog", 303)
    if (then := memento.of(request.scope)) is None:
        return await sending.answer(request, Inquiry(_text(request, "void"), chosen), FORMS)
    made = await request.app.state.pool.document(Inquiry(_text(request, "void"), "nt"))
    body = sending.written(memento.data(made, then, request.app.state.public), chosen)
    fields = sending.headers(request, FORMS, chosen)
    return Response(body, media_type=negotiation.FORMS[chosen].media, headers=fields)


def dumps(request: Request) -> dict[str, dict[str, object]]:
    """The dumps of the release that is served, by form: file, sha256 and bytes."""
    release = pages.release(request)
    beside = release.manifest.get(BESIDE, {})
    return {
        form: {"file": f"{release.name}.{form}.gz", **beside[name]} for form, name in DUMPS.items() if name in beside
    }


async def _triples(request: Request, name: str) -> bytes:
    """What the query *name* makes, as N-Triples."""
    made: bytes = await request.app.state.pool.document(Inquiry(_text(request, name), "nt"))
    # DCAT-AP asks another datatype of a size; the engine knows only one kind of whole number.
    sized = _SIZE.sub(rb"\1nonNegativeInteger>", made)
    then = memento.of(request.scope)
    told = memento.data(sized, then, request.app.state.public) if then else sized
    return b"".join(sorted(set(told.splitlines(keepends=True))))


def _text(request: Request, name: str) -> str:
    """The query *name*, bound to where and when this release is served, as far as it asks."""
    release, query = pages.release(request), asking.own("catalogue")[name]
    kept = dumps(request)
    values = {"public": request.app.state.public, "release": release.name}
    if request.app.state.still:
        values["served"] = "false"
    if moment := _published(release):
        values["published"] = moment
    for form, word in (("nq", "quads"), ("trig", "trig")):
        if form in kept:
            values |= {f"{word}Sum": str(kept[form]["sha256"]), f"{word}Bytes": str(kept[form]["bytes"])}
    asked = {parameter.name for parameter in query.parameters}
    return query.bind({name: value for name, value in values.items() if name in asked})


def _published(release: Release) -> str:
    """The day on which *release* was published first; empty when it was not yet."""
    return Shelf(release.folder.parent.parent).published().get(release.name, "")[:10]


def _written(document: bytes, form: str) -> bytes:
    """The *document* in *form*; Turtle in our own form, since people read it."""
    if form == "ttl":
        return turtle.write(list(ox.parse(document, format=ox.RdfFormat.N_TRIPLES))).encode()
    return sending.written(document, form)
