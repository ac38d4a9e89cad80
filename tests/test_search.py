"""Things by name: which one comes first is written here by hand, from what sources and people call them."""

from __future__ import annotations

import html
import re

import httpx
import pyoxigraph as ox
import pytest

from samenhang.engine.embedded import Row
from samenhang.namespaces import BASE, ID, NS
from samenhang.release import Release
from samenhang.web.index import Index
from tests.test_web import BROWSER, problem


def row(thing: str, as_: str, text: str, lang: str = "nl") -> Row:
    return {
        "thing": ox.NamedNode(ID + thing),
        "as": ox.Literal(as_),
        "text": ox.Literal(text, language=lang),
    }


SMALL = Index(
    [
        row("building-block/agenda", "name", "Agenda van Vlaanderen"),
        row("building-block/agenda", "name", "Calendar of Flanders", "en"),
        row("building-block/agenda", "alias", "Vrije-Tijdskalender"),
        row("building-block/agenda", "definition", "Toont activiteiten voor gezinnen."),
        row("building-block/reserve", "name", "Réserve à l'œuvre", "fr"),
        row("actor/agentschap", "name", "Agentschap"),
        row("actor/agentschap", "definition", "Beheert de agenda van de sector."),
    ]
)


def found(asked: str) -> list[str]:
    return [hit.entry.thing.removeprefix(ID) for hit in SMALL.find(asked)]


@pytest.mark.parametrize(
    ("asked", "things"),
    [
        ("agenda", ["building-block/agenda", "actor/agentschap"]),  # by its name, then by its definition
        ("AGENDA VAN", ["building-block/agenda", "actor/agentschap"]),
        ("calendar", ["building-block/agenda"]),
        ("vrijetijdskalender", ["building-block/agenda"]),
        ("vrije tijds kalender", ["building-block/agenda"]),
        ("reserve", ["building-block/reserve"]),
        ("RÉSERVE", ["building-block/reserve"]),
        ("agentshcap", ["actor/agentschap"]),
        ("gezin activiteit", ["building-block/agenda"]),
        ("orgel", []),
        ("-- ", []),
        ("", []),
    ],
)
def test_what_is_found_in_which_order(asked: str, things: list[str]) -> None:
    assert found(asked) == things


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("UiT-databank", "building-block/uitdatabank"),
        ("uitdatabnk", "building-block/uitdatabank"),
        ("Departement CJM", "actor/dcjm"),
        ("DCJM", "actor/dcjm"),
        ("library system", "building-block/bibliotheeksysteem"),
        ("biblioteeksysteem", "building-block/bibliotheeksysteem"),
        ("meemo", "actor/meemoo"),
        ("uitid", "building-block/uitid"),
    ],
)
def test_names_that_people_use_find_their_thing(client: httpx.Client, asked: str, first: str) -> None:
    told = client.get("/search.json", params={"q": asked}).json()["found"]
    assert told[0]["iri"] == ID + first
    page = client.get("/search", params={"q": asked, "lang": "nl"}, headers={"accept": BROWSER}).text
    assert re.findall(r'<p class="found"><span><a href="(/doc/[^"?]+)', page)[0] == f"/doc/{first}"
    assert f'value="{html.escape(asked)}"' in page


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("Gevolgen als iets stopt", f"{BASE}questions/impact"),
        ("impact when somthing stops", f"{BASE}questions/impact"),
        ("realisatie van een functie", f"{NS}CapabilityRealisation"),
        ("opinion", f"{NS}opinion"),
    ],
)
def test_questions_and_terms_are_found_as_well(client: httpx.Client, asked: str, first: str) -> None:
    told = client.get("/search.json", params={"q": asked}).json()["found"]
    assert told[0]["iri"] == first
    page = client.get("/search", params={"q": asked, "lang": "en"}, headers={"accept": BROWSER}).text
    where = first.removeprefix(BASE).replace("ns#", "ns?lang=en#") + ("?lang=en" if "#" not in first else "")
    assert re.findall(r'<p class="found"><span[^>]*><a href="([^"]+)', page)[0] == f"/{where}"
    assert {"questions": "Question to the map", "term": "Term of the ontology"}[told[0]["kind"]] in page


def test_every_question_can_be_found(client: httpx.Client, release: Release) -> None:
    told = client.get("/search.json?kind=questions&scope=field").json()["found"]
    assert {one["iri"].rpartition("/")[2] for one in told} == set(release.questions)


def test_a_name_that_is_not_shown_is_told(client: httpx.Client) -> None:
    page = client.get("/search?q=UiT-databank&lang=en", headers={"accept": BROWSER}).text
    assert "also: UiT-databank" in page


def test_a_kind_lists_all_of_it(client: httpx.Client) -> None:
    told = client.get("/search.json?kind=business-case").json()["found"]
    assert {one["iri"].rpartition("/")[2] for one in told} == {
        "business-case-ddt",
        "business-case-digitale-collecties",
    }
    page = client.get("/search?lang=nl", headers={"accept": BROWSER}).text
    assert re.search(r'<a href="/search\?kind=business-case&amp;lang=nl">[^<]+</a> \(2\)', page)


def test_a_scope_holds_its_own_things_only(client: httpx.Client) -> None:
    def of(scope: str) -> set[str]:
        told = client.get("/search.json", params={"kind": "building-block", "scope": scope}).json()["found"]
        return {one["iri"] for one in told}

    assert len(of("report-2021")) < len(of("all"))
    assert ID + "building-block/uitdatabank" in of("report-2021")


def test_what_cannot_be_asked_is_told(client: httpx.Client) -> None:
    assert "building-block" in str(problem(client.get("/search?kind=building-blok"), 400)["detail"])
    problem(client.get("/search", params={"q": "a" * 201}), 400)
    problem(client.get("/search?q=uit&page=0"), 400)
    page = client.get("/search?q=%3Cb%3Exqzwvk&lang=nl", headers={"accept": BROWSER})
    assert page.status_code == 200 and "<b>" not in page.text and "Niets gevonden" in page.text
