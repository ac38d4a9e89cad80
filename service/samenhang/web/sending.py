"""Data on their way out: a graph or the answer to a question in the form that was chosen, whole or piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from samenhang import texts, turtle
from samenhang.engine.body import CHUNK, Body
from samenhang.engine.inquiry import Inquiry
from samenhang.questions import Query
from samenhang.web import asking, links, negotiation

_PASSED_ON: Final = ("scope", "lang", "format")
_RDF: Final = {
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


def form(request: Request, available: Sequence[str], *, report: bool = False) -> str:
    """The form of *available* that is wanted: by the suffix of the path, ``?format=`` or Accept. Raises WrongValue."""
    asked = request.path_params.get("suffix") or request.query_params.get("format")
    return negotiation.choose(request.headers.get("accept"), asked, available, report)


def place(request: Request) -> str:
    """The path that was asked, without the suffix of a form."""
    suffix = request.path_params.get("suffix")
    return request.url.path.removesuffix(f".{suffix}") if suffix else request.url.path


def passed_on(request: Request) -> str:
    """What goes along in a redirect, written anew: scope, language and form."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name in _PASSED_ON]
    return f"?{urlencode(asked)}" if asked else ""


def headers(request: Request, available: Sequence[str], chosen: str, query: str = "") -> dict[str, str]:
    """The fields that tell what else there is of what is sent in the form *chosen*.

    *query* (``?scope=field`` or nothing) goes along in the addresses of these.
    """
    path = place(request)
    sheet = {
        "Content-Language": negotiation.language(request),
        "Content-Disposition": f'attachment; filename="{path.rpartition("/")[2]}.xlsx"',
    }
    return {
        **(sheet if chosen == "xlsx" else {}),
        "Link": links.header(request.app.state.public, path, available, query),
        "Content-Location": f"{path}.{chosen}{query}",
        "Vary": "Accept, Accept-Language" if "html" in available else "Accept",
    }


async def answer(
    request: Request, inquiry: Inquiry, available: Sequence[str], query: str = "", *, light: bool = True
) -> Response:
    """The answer to a query of ours, in the form that the *inquiry* says; *query* as in :func:`headers`.

    ``light``: it is one of a few and does not take long; others wait their turn with what clients ask.
    """
    body = await asking.body(request, inquiry, light=light)
    return whole(body, inquiry.form, headers(request, available, inquiry.form, query))


def tabled(request: Request, inquiry: Inquiry, query: Query) -> Inquiry:
    """*inquiry*, of the rows of *query*, and as a spreadsheet how that shows them: the columns that its page has."""
    if inquiry.form != "xlsx":
        return inquiry
    lang = negotiation.language(request)
    names = texts.shown([column.name for column in query.columns], lang)
    return inquiry._replace(sheet=(lang, tuple((name, query.headings(lang)[name]) for name in names)))


def whole(body: Body, key: str, fields: Mapping[str, str]) -> Response:
    """*body* in the form *key*: a small one at once, a large one piece by piece, never more than is there."""
    media = negotiation.FORMS[key].media
    if len(body) <= CHUNK:
        return Response(bytes(body), media_type=media, headers=dict(fields))
    return StreamingResponse(_pieces(body), media_type=media, headers={**fields, "Content-Length": str(len(body))})


async def _pieces(body: Body) -> AsyncIterator[bytes]:
    for piece in body.chunks():
        yield piece


def written(document: bytes, form: str) -> bytes:
    """A *document* (N-Triples) in *form*, with the prefixes that it uses."""
    if form == "nt":
        return document
    if form == "ttl":
        return turtle.abbreviated(document)
    # An IRI up to its last slash or hash; first of each one only what is another, for most occur often.
    iris = {part.partition(b">")[0] for part in set(document.split(b"<"))}
    spaces = {iri[: max(iri.rfind(b"/"), iri.rfind(b"#")) + 1] for iri in iris}
    prefixes = {turtle.PREFIX_OF[space].decode(): space.decode() for space in sorted(spaces & turtle.PREFIX_OF.keys())}
    found = ox.serialize(ox.parse(document, format=ox.RdfFormat.N_TRIPLES), format=_RDF[form], prefixes=prefixes)
    assert found is not None  # no output file was given
    return found
