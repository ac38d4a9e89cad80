"""The roadmap: what each of its queries gives on invented steps, and the page and picture of the real mapping."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from samenhang.engine import EmbeddedEngine
from samenhang.questions import collect
from samenhang.web import roadmap
from tests.support import ROOT, cells, tiny
from tests.test_web import BROWSER, problem

QUERIES = collect(ROOT / "queries" / "roadmap")


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return tiny(Path(__file__).with_name("roadmap.ttl"), rules=False)


def test_when_a_source_places_a_step_is_read_in_months_after_t0(engine: EmbeddedEngine) -> None:
    found = cells(engine.query(QUERIES["steps"].text), ["step", "begin", "end", "open", "whole", "around"])
    assert found == [
        ("roadmap-step:a", "0", "0", "false", "roadmap-step:b", None),
        ("roadmap-step:b", "1", "2", "false", None, None),
        ("roadmap-step:c", "0", "1", "false", None, None),
        ("roadmap-step:d", "9", "9", "false", None, "+/- nazomer 2022"),
        ("roadmap-step:e", "3", "3", "true", None, None),
        # A season has no distance from T0, and silence has no time at all.
        ("roadmap-step:f", None, None, "false", None, None),
        ("roadmap-step:g", None, None, None, None, None),
    ]


def test_a_step_waits_and_not_what_it_waits_for(engine: EmbeddedEngine) -> None:
    assert cells(engine.query(QUERIES["blocked"].text)) == [
        ("roadmap-step:a", "sam:outcome-present", "finding:a", "A wacht.", "A waits."),
        ("roadmap-step:b", "sam:outcome-unknown", "finding:b", None, None),
        ("roadmap-step:e", "sam:outcome-unknown", "finding:e", None, None),
    ]


def test_what_is_said_of_a_business_case_and_of_one_that_nothing_is_said_of(engine: EmbeddedEngine) -> None:
    case, mute = "business-case:k", "business-case:mute"
    assert cells(engine.query(QUERIES["cases"].text)) == [
        (
            case,
            "sam:Exchange",
            "building-block:q",
            "building-block:p",
            "sam:answer-yes",
            "sam:derived",
            "claim:k-exchange",
        ),
        (case, "sam:produces", "building-block:q", None, "sam:answer-unknown", "sam:open", "claim:k-yields-q"),
        (case, "sam:responsibility-decides", "actor:x", None, "sam:answer-no", "sam:proposed", "claim:k-by-x"),
        (mute, None, None, None, "sam:answer-unknown", None, None),
    ]
    costs = cells(engine.query(QUERIES["costs"].text), ["thing", "answer", "amount", "currency", "hedge", "claim"])
    assert costs == [
        (case, "sam:answer-yes", "5", "EUR", "about", "claim:k-cost"),
        (case, "sam:answer-yes", "5", "EUR", "ongeveer", "claim:k-cost"),
        (mute, "sam:answer-unknown", None, None, None, None),
    ]


# The real mapping.


def step(page: str, name: str) -> str:
    """The row of the step with this name."""
    for row in re.findall(r'<tr id="stap-\d+">(.*?)</tr>', page, re.DOTALL):
        if name in html.unescape(row.partition("</th>")[0]):
            return str(row)
    raise AssertionError(f"no step {name}")


def test_the_page_says_when_who_and_what_a_step_waits_for(client: httpx.Client) -> None:
    page = html.unescape(client.get("/roadmap?lang=nl&scope=report-2021", headers={"accept": BROWSER}).text)
    # Twenty-eight steps stand in the two plans of the report.
    assert len(re.findall(r'<tr id="stap-\d+">', page)) == 28
    # Only under reserve of a political validation that is not there yet.
    blocked = step(page, "Verwachtingen en engagement van kabinet en DCJM uitspreken")
    assert 'class="outcome gap"' in blocked and "geblokkeerd" in blocked
    assert "/doc/finding/roadmap-blocked-" in blocked and "/doc/decision/besluit-politieke-validatie" in blocked
    assert "(voorwaardelijk)" in blocked and "/doc/claim/" in blocked
    # The text does not say who maps the infrastructure.
    mapping = step(page, "Bestaande en geplande infrastructuur, beheermodellen en beheerkosten in kaart brengen")
    assert "T0+1M-2M" in mapping and "/doc/actor/" not in mapping and "onbekend" in mapping
    # Both business cases have money of the recovery plan, of neither is an amount or a cost known.
    money = page[page.index('id="geld"') : page.index('id="agenda"')]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", money, re.DOTALL)
    cases = [row for row in rows if "/doc/business-case/" in row.partition("</th>")[0]]
    assert len(cases) == 4
    assert all('<span class="outcome unknown">onbekend</span>' in row for row in cases)
    assert not re.search(r"\d+ EUR", money)
    # Every link is one of ours and answers.
    links = sorted(set(re.findall(r'href="(/doc/[^"]+)"', page)))
    for link in links[:: max(1, len(links) // 8)]:
        assert client.head(link, headers={"accept": BROWSER}).status_code == 200, link


def test_the_picture_holds_each_step_and_leads_to_its_row(client: httpx.Client) -> None:
    page = client.get("/roadmap?lang=en&scope=report-2021", headers={"accept": BROWSER}).text
    places = set(re.findall(r'<a href="#(stap-\d+)" class="step">', page))
    assert places == set(re.findall(r'<tr id="(stap-\d+)">', page))
    answer = client.get("/roadmap.svg?lang=en&scope=report-2021")
    assert answer.headers["content-type"] == "image/svg+xml"
    space = "{http://www.w3.org/2000/svg}"
    drawn = ElementTree.fromstring(answer.content)
    bars = [one for one in drawn.iter(f"{space}g") if one.get("class", "").startswith("bar")]
    assert len(bars) == len(places)
    assert [one.get("class") for one in bars].count("bar gap") == 1


def test_a_source_without_steps_is_a_whole_page(client: httpx.Client) -> None:
    page = client.get("/roadmap?lang=en&scope=field", headers={"accept": BROWSER})
    assert page.status_code == 200 and "These sources name no step." in page.text
    problem(client.get("/roadmap?scope=veld"), 404)


def test_many_business_cases_are_in_pages_and_much_money_is_told_of(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roadmap, "CASES", 1)
    monkeypatch.setattr(roadmap, "MONEY", 1)
    first, second = (
        client.get(f"/roadmap?lang=en&page={number}", headers={"accept": BROWSER}).text for number in (1, 2)
    )
    cases = [re.findall(r'<h3><span[^>]*><a href="(/doc/business-case/[^"?]+)', page) for page in (first, second)]
    assert [len(found) for found in cases] == [1, 1]
    assert cases[0] != cases[1]
    assert '<a rel="next" href="/roadmap?lang=en&amp;page=2">' in first
    for page in (first, second):
        assert ">All funding</a>" in page
        assert ">All amounts</a>" in page
    problem(client.get("/roadmap?page=3"), 404)
