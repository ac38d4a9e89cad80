"""``/ns`` and ``/shapes``: the ontology and what data must obey, as data at once, or as a page with each term."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import unknown
from samenhang.namespaces import NS, PREFIXES, SHAPES
from samenhang.release.remains import last_with
from samenhang.sources import ONTOLOGY_GRAPH, SHAPES_GRAPH
from samenhang.web import asking, memento, negotiation, neighbourhood, pages, search, sending
from samenhang.web.naming import Naming, Text
from samenhang.web.neighbourhood import Tie

router = APIRouter()

FORMS: Final = negotiation.DOCUMENT
_PARTS: Final = ("header", "classes", "properties", "codes", "ties", "deprecated")


@router.get("/ns", summary="The ontology")
@router.get("/ns.{suffix}", include_in_schema=False)
async def ontology(request: Request) -> Response:
    """The ontology: all its triples, or every term with its words and its own anchor."""
    chosen = sending.form(request, FORMS)
    if chosen != "html":
        return await _graph(request, ONTOLOGY_GRAPH, chosen)
    lang = negotiation.language(request)
    told = {name: await _ask(request, name, lang) for name in _PARTS}
    naming = Naming(lang, "all", await asking.labels(request.app.state.pool, itertools.chain(*told.values()), "all"))
    ties: dict[str, list[Row]] = {}
    for row in told["ties"]:
        ties.setdefault(row["term"].value, []).append(row)
    former: dict[str, list[Row]] = {}
    for row in told["deprecated"]:
        former.setdefault(row["term"].value, []).append(row)
    listed = {row["term"].value for name in ("classes", "properties", "codes") for row in told[name]}
    return pages.answer(
        request,
        "ontology.html",
        headers=sending.headers(request, FORMS, chosen),
        path=sending.place(request),
        about=told["header"][0],
        groups=[(name, _once(told[name])) for name in ("classes", "properties", "codes")],
        ties=ties,
        former=former,
        unlisted=[rows[0] for iri, rows in former.items() if iri not in listed],
        term=naming.term,
        anchor=lambda term: term.value.removeprefix(NS),
        forms=FORMS,
    )


@router.get("/ns/{version}", summary="A version of the ontology")
async def version(request: Request, version: str) -> Response:
    """The version that is served; of an earlier one the last release that had it; 404 for another."""
    header = (await _ask(request, "header", "nl"))[0]
    current = header["version"].value
    if version != current and version.removeprefix(current + ".") in FORMS:
        request.path_params["suffix"] = version.removeprefix(current + ".")
    elif version != current:
        plain, dot, suffix = version.rpartition(".")
        known = {version: "", **({plain: f".{suffix}"} if dot and suffix in FORMS else {})}
        for asked, form in known.items():
            release = await asyncio.to_thread(
                last_with, pages.release(request), NS.removesuffix("#"), PREFIXES["owl"] + "versionInfo", asked
            )
            if release:
                passed = sending.passed_on(request)
                query = f"{passed}{'&' if passed else '?'}{memento.NAME}={release}"
                return RedirectResponse(f"{request.app.state.public}/ns{form}{query}", 302)
        raise unknown(("versie van de ontologie", "version of the ontology"), version[:200], [current])
    return await ontology(request)


class Class(NamedTuple):
    """A class: what is said of it, what stands around it in which way, its codes, and how all of that is called."""

    row: Row
    ways: dict[str, list[Row]]
    codes: list[Row]
    naming: Naming
    linked: Callable[[str], Text]

    def ties(self) -> list[Tie]:
        """What its picture shows around it."""
        return _ties(self.ways, self.linked, self.naming, self.naming.lang)


@router.get("/ns/classes/{name}.svg", summary="A class of the ontology among others, as a picture")
async def picture(request: Request, name: str) -> Response:
    """The picture of the page, to keep or to print. 404 for a class that there is not."""
    found = await _class(request, name)
    return neighbourhood.answer(request, found.naming.plain(NS + name), found.ties())


@router.get("/ns/classes/{name}", summary="A class of the ontology, with what stands around it")
async def class_(request: Request, name: str) -> Response:
    """The class with a picture of what leads to it and what it leads to, as a page. 404 for one that there is not."""
    found = await _class(request, name)
    return pages.answer(
        request,
        "class.html",
        row=found.row,
        picture=neighbourhood.picture(found.naming.plain(NS + name), found.ties()),
        ways=found.ways,
        codes=found.codes,
        kinds=(await search.indexed(request, "all")).kinds(),
        linked=found.linked,
        term=found.naming.term,
        own=NS + name,
        anchor=name,
    )


async def _class(request: Request, name: str) -> Class:
    """The class called *name*. Raises NotFound."""
    lang, iri, pool = negotiation.language(request), NS + name, request.app.state.pool
    classes = {row["term"].value: row for row in _once(await _ask(request, "classes", lang))}
    if iri not in classes:
        raise unknown(("klasse", "class"), name[:200], [one.removeprefix(NS) for one in classes])
    queries = asking.own("pages")
    around = await asking.rows(pool, queries["around-class"].bind({"class": iri, "lang": lang}))
    codes = await asking.rows(pool, queries["codes-of"].bind({"class": iri})) if _is(around, "Code") else []
    naming = Naming(lang, "all", await asking.labels(pool, [classes[iri], *around, *codes], "all"))

    def linked(term: str) -> Text:
        """A class leads to its own page; a datatype leads nowhere."""
        return naming.plain(term)._replace(
            href=f"/ns/classes/{term.removeprefix(NS)}?lang={lang}" if term in classes else ""
        )

    ways = {way: [row for row in around if row["way"].value == way] for way in ("above", "below", "out", "in")}
    return Class(classes[iri], ways, codes, naming, linked)


def _is(around: list[Row], name: str) -> bool:
    return any(row["way"].value == "above" and row["other"].value == NS + name for row in around)


def _ties(ways: Mapping[str, list[Row]], linked: Callable[[str], Text], naming: Naming, lang: str) -> list[Tie]:
    """Each class that is tied to this one, once a way, with the properties that tie them; wider ones come first."""
    kind_of = "is een soort" if lang == "nl" else "is a kind of"
    found: dict[tuple[str, bool], list[str]] = {}
    for way, inward in (("above", False), ("out", False), ("below", True), ("in", True)):
        for row in ways[way]:
            # What every claim or thing has stands in the table: in each picture it would say the same.
            if "other" in row and ("of" not in row or row["of"].value not in (NS + "Claim", NS + "Thing")):
                words = naming.plain(row["property"].value).text if "property" in row else kind_of
                found.setdefault((row["other"].value, inward), []).append(words)
    return [
        Tie(linked(other), ", ".join(dict.fromkeys(words)), inward, "in" if inward else "out")
        for (other, inward), words in sorted(found.items(), key=lambda item: -len(item[1]))
    ]


@router.get("/shapes", summary="The shapes that data must obey")
@router.get("/shapes.{suffix}", include_in_schema=False)
async def shapes(request: Request) -> Response:
    """The SHACL shapes: all their triples, or each shape with what it asks."""
    chosen = sending.form(request, FORMS)
    if chosen != "html":
        return await _graph(request, SHAPES_GRAPH, chosen)
    lang = negotiation.language(request)
    found = await _ask(request, "shapes", lang)
    naming = Naming(lang, "all", await asking.labels(request.app.state.pool, found, "all"))
    return pages.answer(
        request,
        "shapes.html",
        headers=sending.headers(request, FORMS, chosen),
        path=sending.place(request),
        groups=[
            (name, list(rows)) for name, rows in itertools.groupby(enumerate(found), lambda pair: pair[1].get("class"))
        ],
        term=naming.term,
        anchors=_anchors(found),
        forms=FORMS,
    )


async def _graph(request: Request, graph: str, form: str) -> Response:
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    return await sending.answer(request, Inquiry(text, form), FORMS)


async def _ask(request: Request, name: str, lang: str) -> list[Row]:
    query = (asking.own("pages") | asking.own("ontology"))[name]
    return await asking.rows(request.app.state.pool, query.bind({"lang": lang} if query.parameters else {}))


def _anchors(rows: list[Row]) -> dict[int, str]:
    """The anchor of each shape, by the place of the first row that it is in: no page has an anchor twice."""
    found: dict[str, int] = {}
    for number, row in enumerate(rows):
        found.setdefault(row["shape"].value.removeprefix(SHAPES), number)
    return {number: name for name, number in found.items()}


def _once(rows: list[Row]) -> list[Row]:
    """The first row of each term: what has two ranges is one term."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row["term"].value, row)
    return list(found.values())
