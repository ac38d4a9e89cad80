"""Documents of things: where they are, in which forms, what they hold, and what one gets for what is not there."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import html5rdf
import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import ID, NS, PREFIXES
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.web.negotiation import DOCUMENT, FORMS
from tests.small import AGENDA, content
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


def test_a_document_is_only_where_its_address_says_so(client: httpx.Client) -> None:
    """Documents are answered before the routes are looked through; what is none must still come to its route."""
    assert client.head(f"{BLOCK}.ttl").headers["etag"] == client.get(f"{BLOCK}.ttl").headers["etag"]
    assert client.get(f"{BLOCK}?format=nt&format=ttl").headers["content-type"] == FORMS["ttl"].media
    assert client.get(f"{BLOCK}.svg").headers["content-type"].startswith("image/svg+xml")
    refused = client.post(BLOCK)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.options(BLOCK).headers["allow"] == "GET, HEAD, OPTIONS"
    for address in ("/doc", "/doc/building-block", "/doc/building-block/", f"{BLOCK}/ttl"):
        assert client.get(address).status_code == 404


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


# What data of others could do.

HOSTILE = """
building-block:boos a sam:BuildingBlock ;
    skos:prefLabel "</script><script>alert(1)</script><!--"@nl , "<b>x</b>"@en ;
    skos:definition "\\" onmouseover=\\"alert(1)"@nl , "{{ 7 * 7 }}"@en ;
    rdfs:seeAlso <javascript:alert(1)> , <data:text/html,x> , <mailto:a@example.org> ,
        <https://example.org/?a=1&b='2'> ;
    sam:evidence evidence:agenda ;
    sam:modality sam:fact .
building-block:enkel a sam:BuildingBlock ;
    skos:prefLabel "Enkel Nederlands"@nl , "Only Dutch"@en ;
    rdfs:comment "Nur Deutsch"@de ;
    skos:definition "Verzonnen."@nl , "Invented."@en ;
    sam:evidence evidence:agenda ;
    sam:modality sam:fact .
building-block:weg a sam:BuildingBlock ;
    skos:prefLabel "Weg"@nl , "Gone"@en ;
    skos:definition "Ingetrokken."@nl , "Withdrawn."@en ;
    owl:deprecated true ;
    dct:isReplacedBy building-block:agenda ;
    sam:evidence evidence:agenda ;
    sam:modality sam:fact .
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a release with labels that are scripts, in other languages, and something withdrawn."""
    folder = tmp_path_factory.mktemp("odd")
    text = "@prefix dct: <http://purl.org/dc/terms/> .\n" + AGENDA + HOSTILE
    files = content(folder / "content", {"data/field/blocks.ttl": text})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMENHANG_CONTENT", str(files))
        built = build(files, Shelf(folder / "var"))
        assert built.release is not None, [(f.result.focus, f.result.messages) for f in built.inspection.flaws]
        yield from served(built.release)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_label_that_is_a_script_stays_a_label(odd: httpx.Client, lang: str) -> None:
    page = odd.get("/doc/building-block/boos", params={"lang": lang}, headers={"accept": BROWSER}).text
    assert page.count("<script") == page.count("</script") == 1
    assert "<b>" not in page and "<!--" not in page
    assert 'onmouseover="' not in page
    assert lang == "nl" or "{{ 7 * 7 }}" in page
    links = re.findall(r'href="([^"]*)"', page)
    assert not any(link.lower().startswith(("javascript:", "data:")) for link in links)
    assert any(link.startswith("https://example.org/") for link in links)
    assert "mailto:a@example.org" in links
    assert "javascript:alert(1)" in page, "it is shown as the text that it is"
    assert found_in_page(page) == {
        line
        for line in triples(odd.get("/doc/building-block/boos.nt").content, "nt")
        if re.match(r"<https://w3id.org/samenhang/(id|doc)/building-block/boos> ", line)
    }


def found_in_page(page: str) -> set[str]:
    (embedded,) = (part.partition("</script>")[0] for part in page.split('<script type="application/ld+json">')[1:])
    return triples(embedded.encode(), "jsonld")


def test_what_is_in_another_language_is_marked(odd: httpx.Client) -> None:
    page = odd.get("/doc/building-block/enkel?lang=en", headers={"accept": BROWSER}).text
    assert "<h1>Only Dutch</h1>" in page
    assert '<span lang="de">Nur Deutsch</span>' in page


@pytest.mark.parametrize("form", DOCUMENT)
def test_what_was_withdrawn_is_gone_and_says_what_replaces_it(odd: httpx.Client, form: str) -> None:
    answer = odd.get(f"/doc/building-block/weg.{form}", headers={"accept-language": "en"})
    if form != "html":
        assert (answer.status_code, answer.headers["content-type"]) == (410, FORMS[form].media)
        replaced = f"<{ID}building-block/weg> <http://purl.org/dc/terms/isReplacedBy> <{ID}building-block/agenda>"
        assert replaced in triples(answer.content, form)
    told = problem(odd.get("/doc/building-block/weg", headers={"accept-language": "en"}), 410)
    assert told["detail"] == "'building-block:weg' was withdrawn; it was replaced by building-block:agenda."
    assert told["replacedBy"] == [f"{ID}building-block/agenda"]
    page = odd.get("/doc/building-block/weg", headers={"accept": BROWSER})
    assert page.status_code == 410
    assert 'href="/doc/building-block/agenda' in page.text
    # What it is replaced by speaks of it, and is there.
    assert odd.get(f"/doc/building-block/agenda.{form}").status_code == 200


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("address", ["/", BLOCK, "/doc/evidence/udb3-uitpas", "/doc/actor/niemand", "/sparql"])
def test_pages_are_valid_html(client: httpx.Client, address: str, lang: str) -> None:
    answer = client.get(address, params={"lang": lang}, headers={"accept": BROWSER})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    assert f'<html lang="{lang}">' in answer.text
    identifiers = re.findall(r'\sid="([^"]+)"', answer.text)
    assert len(identifiers) == len(set(identifiers))
    levels = [int(level) for level in re.findall(r"<h([1-6])", answer.text)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_of_a_finding_is_an_argument(client: httpx.Client, lang: str) -> None:
    """An overlap that is established, and an unknown: rule, outcome, claims, what is missing, whom to ask."""
    page = client.get("/doc/finding/capability-overlap-369328997d41be4b", params={"lang": lang, "format": "html"}).text
    argument = page.partition('id="redenering"')[2].partition("</ol>")[0]
    assert f'href="/doc/rule/capability-overlap?lang={lang}"' in argument
    outcome = {"nl": "geeft als uitkomst: <strong>vastgesteld", "en": "has as its outcome: <strong>present"}
    assert outcome[lang] in argument
    assert 'href="#uitspraken"' in argument and 'id="uitspraken"' in page
    assert {"nl": "Er is nog niets over besloten.", "en": "Nothing has been decided on it yet."}[lang] in argument
    # Each claim stands there with its words and its source, and why the rule matters.
    assert "de UiTdatabank en UiTiD van publiek</q>" in argument
    assert f'href="/doc/source/eindverslag-2021?lang={lang}"' in argument and "2021-11-22, slide 17" in argument
    assert f'href="/doc/claim/uitid-eigenaar-publiq?lang={lang}"' in argument
    why = {
        "nl": "Waarom het telt: Het verslag waarschuwt voor projecten die zich naast elkaar",
        "en": "Why it matters: The report warns of projects that develop side by side",
    }[lang]
    assert why in argument and f'href="/doc/problem/parallelle-projecten?lang={lang}"' in argument
    assert f'href="/assess?about=building-block:uitid&amp;lang={lang}">UiTiD</a>' in argument
    rows = client.get("/findings.json?outcome=unknown&actor=publiq&rule=funding").json()["results"]["bindings"]
    row = rows[0]
    page = client.get(
        f"/doc/finding/{row['finding']['value'].rpartition('/')[2]}", params={"lang": lang, "format": "html"}
    ).text
    argument = html.unescape(page.partition('id="redenering"')[2].partition("</ol>")[0])
    assert row[{"nl": "missingNl", "en": "missingEn"}[lang]]["value"] in argument
    assert f'href="/doc/actor/publiq?lang={lang}"' in argument


def test_a_thing_lists_its_findings_with_their_outcome_and_rule(client: httpx.Client) -> None:
    page = client.get("/doc/building-block/uitid?lang=en&format=html").text
    listed = page.partition('id="bevindingen"')[2].partition("<h2")[0]
    assert 'href="/doc/finding/capability-overlap-369328997d41be4b?lang=en"' in listed
    assert "<strong>present</strong>" in listed
    assert 'href="/doc/rule/capability-overlap?lang=en">Overlapping capabilities</a>' in listed


def test_a_decision_on_a_finding_stands_in_its_argument(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "var")
    found = build(content(tmp_path / "one"), shelf).release
    assert found is not None
    finding = sorted(row["finding"].value for row in found.findings().rows())[0]
    decision = AGENDA + (
        "@prefix finding-decision: <https://w3id.org/samenhang/id/finding-decision/> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "finding-decision:x a sam:FindingDecision ;\n"
        f'    sam:decidedOn <{finding}> ; sam:findingState sam:finding-planned ; dct:date "2026"^^xsd:gYear ;\n'
        '    sam:decider actor:x ; sam:reason "Verzonnen reden."@nl , "Invented reason."@en ;\n'
        "    sam:evidence evidence:agenda .\n"
        'actor:x a sam:Actor ; skos:prefLabel "Verzonnen actor"@nl , "Invented actor"@en ;\n'
        '    skos:definition "Verzonnen."@nl , "Invented."@en ;\n'
        "    sam:evidence evidence:agenda ; sam:modality sam:fact .\n"
    )
    built = build(content(tmp_path / "two", {"data/field/blocks.ttl": decision}), shelf)
    assert built.release is not None, [flaw.result for flaw in built.inspection.flaws]
    for client in served(built.release):
        page = client.get(f"/doc/finding/{finding.rpartition('/')[2]}?lang=en&format=html").text
        argument = page.partition('id="redenering"')[2].partition("</ol>")[0]
        for words in ("(2026)", "planned", "Invented actor", "Invented reason."):
            assert words in argument
        chosen = client.get("/findings.csv?decision=planned").text
        assert chosen.count(finding) == 1 and chosen.count("\n") == 2
        assert client.get("/findings.csv?decision=disputed").text.count("\n") == 1
