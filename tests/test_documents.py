"""Documents of things: where they are, in which forms, what they hold, and what one gets for what is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import ID, NS, PREFIXES
from samenhang.release import Release
from samenhang.web.negotiation import DOCUMENT, FORMS
from tests.test_web import BROWSER, problem, served

BLOCK = "/doc/building-block/uitpas"
CLAIM = f"{ID}claim/uitpas-from-uitdatabank"
RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[httpx.Client]:
    """A client of the served session's release."""
    yield from served(release)


def triples(body: bytes, form: str) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(body, format=RDF[form])}


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("?scope=field&lang=en", "?scope=field&lang=en"),
        ("?x=1&format=ttl&y=%0d%0aSet-Cookie:a=b", "?format=ttl"),
    ],
)
def test_a_thing_redirects_to_its_document_at_the_public_address(client: httpx.Client, query: str, kept: str) -> None:
    answer = client.get(f"/id/building-block/uitpas{query}", headers={"host": "evil.example", "x-forwarded-host": "e"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"http://127.0.0.1:8000{BLOCK}{kept}"
    assert "etag" not in answer.headers
    assert answer.content == b""


@pytest.mark.parametrize("form", DOCUMENT)
def test_suffix_parameter_and_header_give_the_same_bytes(client: httpx.Client, form: str) -> None:
    media = FORMS[form].media.partition(";")[0]
    answers = [
        client.get(f"{BLOCK}.{form}"),
        client.get(f"{BLOCK}?format={form}"),
        client.get(BLOCK, headers={"accept": media}),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["content-type"].partition(";")[0] for answer in answers} == {media}
    assert answers[0].content == answers[2].content
    # The page links to itself in the other language, with the query it was asked with.
    assert form == "html" or answers[0].content == answers[1].content


def test_every_form_of_rdf_says_the_same(client: httpx.Client) -> None:
    said = {form: triples(client.get(f"{BLOCK}.{form}").content, form) for form in RDF}
    assert len(said["ttl"]) > 20
    assert all(found == said["ttl"] for found in said.values())


def test_a_document_holds_claims_evidence_findings_and_what_it_is(client: httpx.Client, release: Release) -> None:
    said = triples(client.get(f"{BLOCK}.nt").content, "nt")
    block, document = f"<{ID}building-block/uitpas>", "<https://w3id.org/samenhang/doc/building-block/uitpas>"
    evidence = f"<{ID}evidence/apidocs-uitpas-registering-events>"
    for expected in (
        f"{block} <{PREFIXES['rdf']}type> <{NS}BuildingBlock>",
        f"<{ID}building-block/uitdatabank> <{NS}providesDataTo> {block}",
        f"<{CLAIM}> <{NS}consumer> {block}",
        f"<{CLAIM}> <{NS}modality> <{NS}fact>",
        f"<{CLAIM}> <{NS}evidence> {evidence}",
        f'{evidence} <{NS}fragment> "The event needs to exist in UiTdatabank"@en',
        f"{document} <{PREFIXES['foaf']}primaryTopic> {block}",
        f"{document} <{PREFIXES['dct']}license> <https://creativecommons.org/licenses/by/4.0/>",
        f"{document} <{PREFIXES['dct']}isPartOf> <https://w3id.org/samenhang/dataset>",
        f"{document} <{PREFIXES['dct']}source> <{PREFIXES['graph']}scope/all>",
        f'{document} <{PREFIXES["dcat"]}version> "{release.name}"',
    ):
        assert expected in said
    assert any(f"<{NS}about> {block}" in line for line in said)


def test_a_scope_says_less(client: httpx.Client) -> None:
    path = "/doc/building-block/uitdatabank.nt"
    whole, field, report = (
        triples(client.get(path, params={"scope": scope}).content, "nt") for scope in ("all", "field", "report-2021")
    )
    assert len(whole) > len(field) > 20
    assert len(whole) > len(report) > 20
    assert any("udb3" in line for line in field) and not any("udb3" in line for line in report)
    refused = problem(client.get(BLOCK, params={"scope": "report-2021"}), 404)
    assert refused["detail"] == "'building-block/uitpas' komt niet voor in scope 'report-2021'; wel in scope 'all'."
    assert problem(client.get(BLOCK, params={"scope": "velden"}), 404)


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        ("/doc/actor/publik", "Er bestaat geen actor 'publik'. Bedoelde u: publiq"),
        ("/doc/actr/publiq", "Er bestaat geen soort 'actr'. Bedoelde u: actor"),
        ("/doc/actor/publiq.docx", "Er bestaat geen vorm 'docx'. Wel bekend: html, jsonld"),
        ("/doc/actor/Publiq", "Er bestaat geen actor 'Publiq'. Bedoelde u: publiq"),
        ("/doc/actor/a%20b", "Er bestaat geen actor 'a b'."),
        ("/id/actr/publiq", "Er bestaat geen soort 'actr'. Bedoelde u: actor"),
        ("/id/actor/%3Cb%3E", "Er bestaat geen actor '<b>'."),
    ],
)
def test_what_is_not_there_says_what_is_like_it(client: httpx.Client, address: str, detail: str) -> None:
    assert str(problem(client.get(address), 404)["detail"]).startswith(detail)
    page = client.get(address, headers={"accept": BROWSER})
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<b>" not in page.text


def test_a_form_that_does_not_exist_says_which_do(client: httpx.Client) -> None:
    detail = str(problem(client.get(BLOCK, headers={"accept": "image/png"}), 406)["detail"])
    for form in DOCUMENT:
        assert f"{form} ({FORMS[form].media.partition(';')[0]})" in detail


def test_the_page_of_a_claim_shows_its_evidence(client: httpx.Client) -> None:
    page = client.get("/doc/claim/uitpas-from-uitdatabank?lang=en", headers={"accept": BROWSER}).text
    for words in (
        "API documentation of publiq",
        "projects/uitpas/docs/registering-events.md",
        "<q>The event needs to exist in UiTdatabank</q>",
        "A: own words or code",
    ):
        assert words in page
    dutch = client.get("/doc/claim/uitpas-from-uitdatabank?lang=nl", headers={"accept": BROWSER}).text
    assert '<q lang="en">The event needs to exist in UiTdatabank</q>' in dutch


def test_the_page_embeds_what_the_thing_says(client: httpx.Client) -> None:
    page = client.get(BLOCK, headers={"accept": BROWSER}).text
    (embedded,) = (part.partition("</script>")[0] for part in page.split('<script type="application/ld+json">')[1:])
    assert json.loads(embedded)
    found = triples(embedded.encode(), "jsonld")
    whole = triples(client.get(f"{BLOCK}.ttl").content, "ttl")
    own = f"<{ID}building-block/uitpas> "
    assert {line for line in whole if line.startswith(own)} == {line for line in found if line.startswith(own)}
    assert found <= whole
