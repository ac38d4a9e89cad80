"""``/graph``: the named graphs of the release, each by its own address, as data at once or as a page."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from samenhang.engine.inquiry import Inquiry
from samenhang.errors import unknown
from samenhang.namespaces import GRAPH, NS, shorten
from samenhang.web import asking, negotiation, pages, paging, sending
from samenhang.web.naming import Naming

router = APIRouter()

FORMS: Final = negotiation.DOCUMENT
ROWS: Final = 250
"""Things on one page of a graph."""
_FILES: Final = ("field/", "report-2021/", "vocabularies/")
"""The graphs that are files, of things of one class mostly."""
SORTED: Final = 100_000
"""Triples up to which the things of a graph stand in the order of the alphabet."""
_LAST: Final = 999_999


@router.get("/graph", summary="The named graphs of the release")
@router.get("/graph.{suffix}", include_in_schema=False)
async def graphs(request: Request) -> Response:
    """Every graph with its size: as VoID, or as a list."""
    chosen = sending.form(request, FORMS)
    if chosen != "html":
        return await sending.answer(request, Inquiry(asking.own("catalogue")["graphs"].text, chosen), FORMS)
    fields, lang, known = sending.headers(request, FORMS, chosen), negotiation.language(request), await sizes(request)
    classes = {name: _classes(name) if name.startswith(_FILES) else [] for name in known}
    naming = Naming(
        lang, "all", await asking.named(request.app.state.pool, {one for each in classes.values() for one in each})
    )
    listed: dict[str, list[tuple[str, str, int]]] = {}
    for name, size in known.items():
        folder = name.partition("/")[0]
        called = next((text for iri in classes[name] if (text := naming.plain(iri).text) != shorten(iri)), "")
        listed.setdefault(folder if "/" in name else "", []).append((name, called, size))
    return pages.answer(request, "graphs.html", headers=fields, folders=listed, forms=FORMS)


@router.get("/graph/{name:path}", summary="A named graph: 200 in any form of RDF, or a page that lists what it holds")
async def graph(request: Request, name: str) -> Response:
    """One graph, whole. 404 with the names that are like it."""
    known = await sizes(request)
    plain, dot, suffix = name.rpartition(".")
    if name not in known and dot and plain in known:
        name, request.path_params["suffix"] = plain, suffix
    if name not in known:
        raise unknown(("graaf", "graph"), name[:200], known)
    return await document(request, GRAPH + name, known[name])


async def document(request: Request, iri: str, size: int) -> Response:
    """The graph *iri* of *size* triples in the form that is wanted."""
    chosen = sending.form(request, FORMS)
    if chosen != "html":
        return await sending.answer(request, Inquiry(_content(iri), chosen), FORMS, light=False)
    lang, number = negotiation.language(request), paging.number(request, "page", 1, _LAST)
    found = await asking.rows(request.app.state.pool, _things(iri, number, size))
    naming = Naming(lang, "all", await asking.labels(request.app.state.pool, found, "all"))
    return pages.answer(
        request,
        "graph.html",
        headers=sending.headers(request, FORMS, chosen),
        name=iri.removeprefix(GRAPH),
        iri=iri,
        size=size,
        things=[naming.term(row["thing"]) for row in found[:ROWS]],
        number=number,
        more=len(found) > ROWS,
        path=sending.place(request),
        forms=FORMS,
    )


async def sizes(request: Request) -> dict[str, int]:
    """The name of every graph, without what all have in common, and how many triples it holds."""
    query = asking.own("catalogue")["graphs"].text
    written = await request.app.state.pool.document(Inquiry(query, "nt"))
    triples = ox.parse(written, format=ox.RdfFormat.N_TRIPLES)
    return {
        triple.subject.value.removeprefix(GRAPH): int(triple.object.value)
        for triple in sorted(triples, key=str)
        if isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode)
    }


def _classes(name: str) -> list[str]:
    """The classes that the graph *name* may hold things of: a file is called by the plural of one.

    >>> [iri.rpartition("#")[2] for iri in _classes("field/building-blocks")]
    ['BuildingBlocks', 'BuildingBlock', 'BuildingBlocky']
    """
    last = name.rpartition("/")[2].removesuffix("-field").removesuffix("-report")
    written = "".join(part.capitalize() for part in last.split("-"))
    return [NS + written, NS + written.removesuffix("s"), NS + written.removesuffix("s").removesuffix("ie") + "y"]


def _content(iri: str) -> str:
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"


def _things(iri: str, number: int, size: int) -> str:
    """The things of a page. Those of a large graph stand in the order of the engine: to sort all takes too long."""
    order = "ORDER BY ?thing " if size <= SORTED else ""
    return (
        f"SELECT DISTINCT ?thing WHERE {{ GRAPH <{iri}> {{ ?thing ?p ?o }} FILTER (isIRI(?thing)) }} "
        f"{order}LIMIT {ROWS + 1} OFFSET {ROWS * (number - 1)}"
    )
