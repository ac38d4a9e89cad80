"""The page of ``/sparql`` as a desk to write at: examples of the map to open, and what an editor completes."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from samenhang.namespaces import NS, PREFIXES
from samenhang.release import Release
from tests.test_web import BROWSER


def page(client: httpx.Client, address: str) -> httpx.Response:
    return client.get(address, headers={"accept": BROWSER})


def query(response: httpx.Response) -> str:
    """What stands in the field."""
    (found,) = re.findall(r'<textarea id="query"[^>]*>(.*?)</textarea>', response.text, re.DOTALL)
    return html.unescape(found)


def test_every_question_can_be_opened_as_an_example_and_is_not_run(client: httpx.Client, release: Release) -> None:
    listed = re.findall(
        r'href="/sparql\?example=([^&"]+)&amp;lang=nl">([^<]+)</a>', page(client, "/sparql?lang=nl").text
    )
    assert {(name, html.unescape(title)) for name, title in listed} == {
        (name, question.title["nl"]) for name, question in release.questions.items()
    }
    opened = page(client, "/sparql?example=owners&lang=nl")
    assert opened.status_code == 200
    assert query(opened).strip() == release.questions["owners"].sparql.strip()
    assert "<table" not in opened.text and 'role="status"' not in opened.text


def test_an_example_that_is_not_there_is_told_with_what_is_like_it(client: httpx.Client) -> None:
    answer = page(client, "/sparql?example=owner&lang=en")
    assert answer.status_code == 404
    assert "owners" in answer.text.partition('role="alert"')[2].partition("</p>")[0]


def test_a_query_in_the_address_stands_in_the_field_with_its_answer(client: httpx.Client) -> None:
    text = 'SELECT ?x WHERE { VALUES ?x { "<&\'" } }'
    answer = client.get("/sparql", params={"query": text, "lang": "en"}, headers={"accept": BROWSER})
    assert query(answer) == text
    assert "1 row" in answer.text


def test_what_a_query_finds_leads_on_by_its_name(client: httpx.Client) -> None:
    thing = f"{PREFIXES['building-block']}uitid"
    text = f"SELECT ?x ?y WHERE {{ VALUES ?x {{ <{thing}> <javascript:alert(1)> }} OPTIONAL {{ ?x <{NS}no> ?y }} }}"
    answer = client.get("/sparql", params={"query": text, "lang": "nl", "scope": "field"}, headers={"accept": BROWSER})
    assert '<a href="/doc/building-block/uitid?lang=nl&amp;scope=field">UiTiD</a>' in answer.text
    assert 'href="javascript' not in answer.text


@pytest.mark.parametrize(("lang", "name"), [("nl", "Bouwblok"), ("en", "Building block")])
def test_what_is_completed_is_what_occurs_by_the_one_table_of_prefixes(
    client: httpx.Client, lang: str, name: str
) -> None:
    told: dict[str, Any] = client.get(f"/vocabulary.json?lang={lang}").json()
    assert told["prefixes"] == PREFIXES
    blocks = client.get("/questions/existing-blocks.json").json()["results"]["bindings"]
    (block,) = [term for term in told["classes"] if term["iri"] == f"{NS}BuildingBlock"]
    assert block["name"] == name
    assert block["uses"] >= len({row["block"]["value"] for row in blocks}) > 0
    assert f"{NS}ownedBy" in {term["iri"] for term in told["properties"]}
    assert f"{NS}BuildingBlock" not in {term["iri"] for term in told["properties"]}
    for kind in ("classes", "properties"):
        uses = [term["uses"] for term in told[kind]]
        assert uses == sorted(uses, reverse=True)
    assert client.get("/vocabulary.json?scope=everything").status_code == 404
