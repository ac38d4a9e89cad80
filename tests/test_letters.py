"""Open questions as letters: to whom, which, why, and how to answer. What must be asked was read in ``data/``."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter

import html5rdf
import httpx
import pytest

from samenhang.namespaces import ID
from samenhang.web import letters
from tests.test_thing_pages import page
from tests.test_web import problem


def asked(client: httpx.Client, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/questions/open-questions.csv{query}").text)))


def test_each_who_can_be_asked_has_a_letter_with_all_its_questions(client: httpx.Client) -> None:
    found = page(client, "/open-questions?lang=nl")
    html5rdf.HTMLParser(strict=True).parse(found)
    listed = re.findall(r'<a href="(/open-questions/[^"?]+)\?lang=nl">([^<]+)</a></th><td class="number">(\d+)<', found)
    numbers = Counter(row["ask"] for row in asked(client))
    nobody = numbers.pop("")
    assert f"Van {nobody} vragen is ook niet bekend" in found
    addresses = {
        f"{ID}{name.replace(':', '/') if ':' in name else f'actor/{name}'}": int(number)
        for address, _, number in listed
        for name in [address.rpartition("/")[2]]
    }
    assert addresses == numbers
    names = {name for _, name, _ in listed}
    assert {"publiq", "meemoo", "Cultuurconnect", "OCLC"} <= names
    for address in ("/open-questions/publiq", "/open-questions/body:transitieteam"):
        letter = page(client, f"{address}?lang=en")
        html5rdf.HTMLParser(strict=True).parse(letter)
        number = next(int(number) for where, _, number in listed if where == address)
        assert f"These are the {number} questions" in letter
        assert letter.count('<p class="answer">') == number


def test_a_long_list_of_whom_to_ask_is_in_pages(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    link = re.compile(r'<a href="(/open-questions/[^"?]+)\?')
    whole = link.findall(page(client, "/open-questions?lang=nl"))
    monkeypatch.setattr(letters, "SIZE", 10)
    first = page(client, "/open-questions?page=1&lang=nl")
    assert link.findall(first) == whole[:10]
    assert '<a rel="next" href="/open-questions?lang=nl&amp;page=2">' in first
    last = -(-len(whole) // 10)
    assert link.findall(page(client, f"/open-questions?page={last}&lang=nl")) == whole[10 * (last - 1) :]
    problem(client.get(f"/open-questions?page={last + 1}"), 404)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_letter_asks_what_is_not_known_and_says_why_and_how(client: httpx.Client, lang: str) -> None:
    letter = html.unescape(page(client, f"/open-questions/publiq?lang={lang}"))
    about = letter.partition(f'<a href="/doc/building-block/uitid?lang={lang}">')[2].partition("<section")[0]
    cost, owner = {
        "nl": ("Wat kost UiTiD", "Wie is eigenaar van of verantwoordelijk voor UiTiD?"),
        "en": ("What does UiTiD cost", "Who owns or is responsible for UiTiD?"),
    }[lang]
    assert cost in about and owner not in about
    # For its standards an exchange of the platform waits: the rule is named, with why it matters.
    standards = about.partition(
        {"nl": "Welke standaarden volgt UiTiD?", "en": "Which standards does UiTiD follow?"}[lang]
    )
    why = standards[2].partition("</li>")[0]
    assert {"nl": "Waarom het telt: Het verslag noemt gebrekkige interoperabiliteit", "en": "Why it matters: "}[
        lang
    ] in why
    assert f'href="/doc/rule/interoperability-gap?lang={lang}"' in why
    assert f'href="/findings?thing=building-block:uitid&outcome=unknown&lang={lang}"' in why
    assert f'href="/assess?about=building-block:uitid&lang={lang}"' in about
    assert f'href="/open-questions/publiq?lang={lang}"' in page(client, f"/doc/actor/publiq?lang={lang}")


def test_whom_nothing_is_to_be_asked_and_who_is_not_there(client: httpx.Client) -> None:
    assert "Er is deze organisatie niets te vragen" in page(client, "/open-questions/faro?lang=nl")
    assert "Bedoelde u: publiq" in str(problem(client.get("/open-questions/publik"), 404)["detail"])
    problem(client.get("/open-questions/building-block:uitid"), 404)
    assert "<h1>Open vragen aan Departement" in page(client, "/open-questions/Departement CJM?lang=nl")
    problem(client.get("/open-questions/publiq?scope=veld"), 404)
    only = page(client, "/open-questions/publiq?scope=report-2021&lang=en")
    assert f"These are the {len(asked(client, '?actor=publiq&scope=report-2021'))} questions" in only
