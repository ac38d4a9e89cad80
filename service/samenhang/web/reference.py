"""``/api``: what can be asked of the service, for people: the OpenAPI document as a page of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response

from samenhang import questions, settings
from samenhang.release.shelf import QUERIES
from samenhang.web import negotiation, pages
from samenhang.web.naming import Text

router = APIRouter()

DUTCH: Final = {
    "/": "Startpagina",
    "/id/{kind}/{slug}": "Een ding: leidt naar zijn document",
    "/doc/{kind}/{name}": "Het document van een ding, in de vorm van een achtervoegsel, ?format= of Accept",
    "/doc/{kind}/{slug}.svg": "Een ding tussen die waarmee het verbonden is, als beeld",
    "/questions": "De vragen, per thema",
    "/questions/{name}": "Het antwoord op een vraag",
    "/matrices": "De matrices, per thema",
    "/matrices/{name}": "Een matrix: twee soorten dingen, en wat van elk paar gezegd is",
    "/findings": "Bevindingen, volgens regel, ding, laag, principe, uitkomst, ernst, actor, beslissing; per bladzijde",
    "/rules": "De regels, met hoeveel bevindingen elk heeft per uitkomst",
    "/rules/{name}": "Een regel: waarom ze er is, wat ze leest, wat ze vond, en haar SPARQL",
    "/harvest": "Waar organisaties hun beschrijving bijhouden, en hoe elk adres staat",
    "/validate": "Een beschrijving nakijken: wat eraan schort, en waar",
    "/assess": "Wat een voorstel zou veranderen, voor het bewaard wordt",
    "/assess/template.xlsx": "Een leeg werkboek om bouwblokken in te beschrijven",
    "/describe": "Een ding beschrijven zonder Turtle: kies een klasse",
    "/describe/{name}": "Een formulier voor een klasse, gemaakt van haar shapes",
    "/open-questions": "Open vragen, per organisatie die het kan weten",
    "/open-questions/{name}": "De open vragen aan één organisatie, als brief",
    "/roadmap": "De roadmap: stappen vanaf T0, businesscases, geld en de ontwerpagenda van afspraken",
    "/roadmap.svg": "De stappen van de roadmap als beeld",
    "/search": "Dingen volgens naam",
    "/search.json": "Dingen volgens naam, als JSON",
    "/map": "De kaart: bouwblokken per eigenaar, wat ze uitwisselen en waarvan ze afhangen",
    "/map.svg": "De kaart als beeld",
    "/map.json": "De kaart als gegevens",
    "/ns": "De ontologie",
    "/ns/classes/{name}.svg": "Een klasse van de ontologie tussen andere, als beeld",
    "/ns/classes/{name}": "Een klasse van de ontologie, met haar beeld",
    "/ns/{version}": "Een versie van de ontologie",
    "/shapes": "De shapes waaraan gegevens voldoen",
    "/graph": "De benoemde grafen van de release",
    "/graph/{name}": "Een benoemde graaf: in elke vorm van RDF, of een bladzijde die zegt wat erin staat",
    "/releases/{a}..{b}": "Wat twee releases verschillen: namen, datums, current of previous",
    "/changes": "De feed van wijzigingen als Linked Data Event Stream: wat ze is, en waar ze begint",
    "/changes/{page}": "Een bladzijde van de feed van wijzigingen; een volle verandert niet meer",
    "/catalog": "De catalogus: DCAT-AP 3 en DCAT-AP Vlaanderen",
    "/dataset": "De dataset: zie de catalogus",
    "/dataset/{part}": "Een deel ervan: zie de catalogus",
    "/.well-known/void": "VoID: elke scope in aantallen, per klasse en eigenschap",
    "/dumps": "De dumps van de release",
    "/dumps/{file}": "Een dump, of zijn controlegetal (.sha256)",
    "/releases": "De releases, de laatste eerst: momenten, grootte, dumps, en de toestand van toen",
    "/releases/{name}": "Een release: zie de catalogus van toen",
    "/robots.txt": "Wat zoekmachines mogen ophalen",
    "/sitemap.xml": "De adressen van alle bladzijden",
    "/vocabulary.json": "Waarmee een query geschreven wordt: prefixen, klassen en eigenschappen die voorkomen",
    "/api": "Deze bladzijde",
    "/health": "Of de dienst antwoordt, welke release ze geeft, en wat er mis is",
    "/metrics": "De dienst in cijfers, voor Prometheus",
    "/sparql": "SPARQL 1.1 Protocol, enkel bevragen; ook met POST, als formulier of als inhoud",
}
"""What stands at an address, in Dutch; in English the routes say it."""


class Operation(NamedTuple):
    """What one method does at one address: in words, with which parameters, in which media types."""

    method: str
    path: str
    said: Text
    parameters: list[str]
    media: list[str]


@router.get("/api", summary="This page")
async def reference(request: Request) -> Response:
    """Every address with its parameters and forms, the questions by theme, and what all have in common."""
    lang = negotiation.language(request)
    known = pages.release(request).questions
    return pages.answer(
        request,
        "reference.html",
        operations=operations(request.app.openapi()["paths"], set(known), lang),
        themes=questions.by_theme(settings.content() / QUERIES, known),
        public=request.app.state.public,
    )


def operations(paths: Mapping[str, Any], named: set[str], lang: str) -> list[Operation]:
    """The operations of an OpenAPI document, but for those of questions by name (*named*), which are listed apart."""
    return [
        Operation(
            method.upper(),
            path,
            _said(path, told, lang),
            [parameter["name"] for parameter in told.get("parameters", ())],
            sorted(told["responses"].get("200", {}).get("content", {})),
        )
        for path, methods in paths.items()
        if path.removeprefix("/questions/") not in named
        for method, told in methods.items()
    ]


def _said(path: str, told: Mapping[str, Any], lang: str) -> Text:
    if lang == "nl" and path in DUTCH:
        return Text(DUTCH[path])
    return Text(told["summary"], "" if lang == "en" else "en")
