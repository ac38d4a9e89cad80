"""Findings and rules over HTTP: chosen, in pages, in each form; what the pages say, and what is refused.

What each choice must give is asked of the release in another way: one plain pattern for each.
"""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path

import html5rdf
import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import NS, PREFIXES
from samenhang.release import Release
from samenhang.web.negotiation import DOCUMENT, FORMS, ROWS
from tests.support import ROOT
from tests.test_documents import RDF
from tests.test_web import BROWSER, problem

PROLOGUE = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items())
RULE = PREFIXES["rule"]


def meant(release: Release, pattern: str, scope: str = "all") -> set[str]:
    """The findings of which *pattern* holds."""
    text = f"{PROLOGUE}SELECT DISTINCT ?f WHERE {{ ?f a sam:Finding . {pattern} }}"
    return {row["f"].value for row in release.query(text, scope=scope).rows()}


def listed(client: httpx.Client, address: str) -> list[dict[str, str]]:
    """The rows of a list of findings as CSV."""
    answer = client.get(address, headers={"accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("", ""),
        ("rule=capability-overlap", "?f sam:rule rule:capability-overlap"),
        ("rule=rule:funding&rule=closed-data", "?f sam:rule ?r FILTER (?r IN (rule:funding, rule:closed-data))"),
        ("outcome=present", "?f sam:outcome sam:outcome-present"),
        ("outcome=sam:outcome-unknown", "?f sam:outcome sam:outcome-unknown"),
        ("severity=high&outcome=present", "?f sam:severity sam:severity-high ; sam:outcome sam:outcome-present"),
        ("layer=IL4", "?f sam:layer eif:IL4"),
        ("layer=http://data.europa.eu/IL5", "?f sam:layer eif:IL5"),
        ("principle=werken-met-standaarden", "?f sam:principle principle:werken-met-standaarden"),
        (
            "thing=building-block:uitdatabank",
            "{ ?f sam:about building-block:uitdatabank } UNION { ?f sam:missingFor building-block:uitdatabank }",
        ),
        ("thing=claim:uitid-eigenaar-publiq", "?f sam:because claim:uitid-eigenaar-publiq"),
        (
            "actor=meemoo",
            "{ ?f sam:askActor actor:meemoo } UNION { ?f sam:about actor:meemoo } "
            "UNION { ?f sam:about ?b . ?b sam:ownedBy actor:meemoo } "
            "UNION { ?f sam:about ?b . ?b sam:operatedBy actor:meemoo }",
        ),
    ],
)
def test_a_choice_gives_the_findings_that_it_means_each_once(
    client: httpx.Client, release: Release, query: str, pattern: str
) -> None:
    expected = meant(release, pattern)
    assert expected
    found = [row["finding"] for row in listed(client, f"/findings?{query}")]
    assert set(found) == expected
    assert len(found) == len(expected)


def test_in_one_scope_there_are_the_findings_of_that_scope(client: httpx.Client, release: Release) -> None:
    found = {row["finding"] for row in listed(client, "/findings?scope=report-2021&rule=funding")}
    assert found == meant(release, "?f sam:rule rule:funding", "report-2021")


def test_what_is_established_stands_first_and_what_weighs_heaviest(client: httpx.Client) -> None:
    weight = {"high": 3, "medium": 2, "low": 1}
    order = [
        (row["outcome"].endswith("unknown"), -weight[row["severity"].rpartition("-")[2]])
        for row in listed(client, "/findings")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("form", [*ROWS, *DOCUMENT])
def test_suffix_parameter_and_header_give_the_same(client: httpx.Client, form: str) -> None:
    media = FORMS[form].media
    asked = "rule=capability-overlap&size=5"
    answers = [
        client.get(f"/findings.{form}?{asked}"),
        client.get(f"/findings?{asked}&format={form}"),
        client.get(f"/findings?{asked}", headers={"accept": media.partition(";")[0]}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert form == "html" or answer.content == answers[0].content
        assert 'rel="next"' in answer.headers["link"]


def following(answer: httpx.Response) -> str | None:
    found = re.search(r'<http://127\.0\.0\.1:8000([^>]+)>; rel="next"', answer.headers["link"])
    return found[1] if found else None


def test_the_pages_together_are_the_whole_in_the_same_order(client: httpx.Client) -> None:
    whole = [row["finding"] for row in listed(client, "/findings")]
    found: list[str] = []
    address: str | None = "/findings.json?size=60"
    while address:
        answer = client.get(address)
        found += [row["finding"]["value"] for row in answer.json()["results"]["bindings"]]
        address = following(answer)
    assert found == whole
    assert len(found) > 120


def test_the_ends_of_a_list_have_no_neighbours(client: httpx.Client) -> None:
    def around(number: int) -> dict[str, str]:
        answer = client.get(f"/findings.json?rule=capability-overlap&size=10&page={number}")
        return {
            name: href for href, name in re.findall(r'<([^>]+)>; rel="(first|prev|next|last)"', str(answer.headers))
        }

    rows = len(listed(client, "/findings?rule=capability-overlap"))
    last = -(-rows // 10)
    assert last > 2
    assert set(around(1)) == {"first", "next", "last"}
    assert set(around(2)) == {"first", "prev", "next", "last"}
    assert set(around(last)) == {"first", "prev", "last"}
    assert around(1)["last"].endswith(f"rule=capability-overlap&page={last}&size=10")
    told = problem(client.get(f"/findings.json?rule=capability-overlap&size=10&page={last + 1}"), 404)
    assert str(last) in str(told["detail"])


def test_a_page_in_rdf_is_about_the_findings_of_that_page(client: httpx.Client) -> None:
    asked = "rule=capability-overlap&size=7"
    rows = client.get(f"/findings.json?{asked}").json()["results"]["bindings"]
    expected = {row["finding"]["value"] for row in rows}
    assert len(expected) == 7
    for form, media in RDF.items():
        quads = list(ox.parse(client.get(f"/findings.{form}?{asked}").content, format=media))
        found = {
            q.subject.value
            for q in quads
            if isinstance(q.subject, ox.NamedNode) and q.object == ox.NamedNode(f"{NS}Finding")
        }
        assert found == expected
        assert any(q.predicate.value == f"{NS}because" for q in quads)


def test_nothing_that_fits_is_an_empty_list_and_not_an_error(client: httpx.Client) -> None:
    asked = "rule=closed-data&outcome=conflicting"
    assert listed(client, f"/findings?{asked}") == []
    assert client.get(f"/findings.ttl?{asked}").status_code == 200
    page = client.get(f"/findings?{asked}&lang=en", headers={"accept": BROWSER})
    assert "No finding fits this choice." in page.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("outcome=maybe", "conflicting"),
        ("severity=hihg", "high"),
        ("layer=IL9", "IL4"),
        ("layer=sam:outcome-present", "IL4"),
        ("rule=capability-overlaps", "capability-overlap"),
        ("principle=werken-met-standaard", "werken-met-standaarden"),
        ("thing=uitdatabang", "uitdatabank"),
        ("actor=publik", "publiq"),
        ("thing=%3Cx%3E%20%7D", "thing"),
        ("outcom=present", "outcome"),
        ("size=0", "1000"),
        ("size=1001", "1000"),
        ("page=x", "page"),
        ("page=-1", "page"),
        ("page=%D9%A3", "page"),
    ],
)
def test_a_wrong_choice_is_told_with_what_would_work(client: httpx.Client, query: str, told: str) -> None:
    assert told in str(problem(client.get(f"/findings?{query}"), 400)["detail"])
    page = client.get(f"/findings?{query}", headers={"accept": BROWSER})
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert told in page.text


def test_the_page_has_the_choice_filled_in_and_leads_to_proof_rule_and_other_pages(client: httpx.Client) -> None:
    asked = "rule=capability-overlap&outcome=unknown&size=10&lang=en"
    page = client.get(f"/findings?{asked}", headers={"accept": BROWSER}).text
    options = re.findall(r'<option value="([^"]*)"[^>]* selected>', page)
    assert set(options) == {"capability-overlap", "unknown", "all"}  # of all sources
    rows = client.get(f"/findings.json?{asked}").json()["results"]["bindings"]
    for row in rows:
        slug = row["finding"]["value"].rpartition("/")[2]
        assert f'href="/doc/finding/{slug}?lang=en"' in page
        assert html.escape(row["en"]["value"]) in page
        assert html.escape(row["missingEn"]["value"]) in page
    (link,) = set(re.findall(r'<a rel="next" href="([^"]+)"', page))
    following = client.get(html.unescape(link), headers={"accept": BROWSER})
    assert following.status_code == 200
    assert "(page 2 of" in following.text


def test_every_number_in_a_list_to_choose_from_is_that_of_the_list_behind_it(client: httpx.Client) -> None:
    page = client.get("/findings?lang=en", headers={"accept": BROWSER}).text
    seen = 0
    for name, options in re.findall(r'<select id="(\w+)" name="\w+">(.*?)</select>', page, re.DOTALL):
        for value, number in re.findall(r'<option value="([^"]+)"[^>]*>[^<]* \((\d+)\)', options):
            assert len(listed(client, f"/findings?{name}={value}")) == int(number), (name, value)
            seen += 1
    assert seen > 30


def test_what_is_chosen_narrows_the_numbers_of_all_other_choices_and_can_be_left_out(client: httpx.Client) -> None:
    page = client.get("/findings?rule=interoperability-gap&lang=en", headers={"accept": BROWSER}).text
    html5rdf.HTMLParser(strict=True).parse(page)
    facets = page.partition('<details class="facets" open>')[2].partition("</details>")[0]
    behind = {}
    for link, number in re.findall(r'<li><a href="(/findings\?[^"]+)"[^>]*>[^<]+</a> \((\d+)\)</li>', facets):
        rows = listed(client, html.unescape(link).replace("/findings?", "/findings.csv?"))
        assert len(rows) == int(number) > 0, link
        assert {row["rule"] for row in rows} == {f"{RULE}interoperability-gap"}
        behind[html.unescape(link)] = rows
    assert "/findings?rule=interoperability-gap&lang=en&outcome=unknown" in behind
    assert "/findings?rule=interoperability-gap&lang=en&layer=IL4" in behind
    assert "/findings?rule=interoperability-gap&lang=en&actor=actor%3Apubliq" in behind
    # Of what was chosen the list says how many another value would give.
    (number,) = re.findall(r'<option value="funding"[^>]*>[^<]* \((\d+)\)', page)
    assert len(listed(client, "/findings?rule=funding")) == int(number)
    (left,) = re.findall(r'<strong>Interoperability gap</strong> <a href="([^"]+)"', page)
    assert left == "/findings?lang=en"


def test_the_numbers_are_of_the_same_choice_as_the_list(root: Path) -> None:
    def chosen(name: str) -> str:
        text = (root / "queries" / "pages" / f"{name}.rq").read_text(encoding="utf-8")
        return text.partition("SELECT DISTINCT ?finding\n")[2].partition("\n    }\n  }\n")[0]

    assert chosen("findings") == chosen("chosen") == chosen("facets") != ""


# Rules.


def test_the_list_of_rules_counts_what_each_found(client: httpx.Client, release: Release) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/rules.csv").text)))
    found = {(row["rule"].removeprefix(RULE), row["outcome"].rpartition("-")[2]): int(row["findings"]) for row in rows}
    text = f"{PROLOGUE}SELECT ?r ?o (COUNT(?f) AS ?n) {{ ?f sam:rule ?r ; sam:outcome ?o }} GROUP BY ?r ?o"
    expected = {
        (row["r"].value.removeprefix(RULE), row["o"].value.rpartition("-")[2]): int(row["n"].value)
        for row in release.query(text).rows()
    }
    assert {pair: number for pair, number in found.items() if pair[1]} == expected
    assert {rule for rule, _ in found} == {path.stem for path in rule_files()}
    page = client.get("/rules?lang=en", headers={"accept": BROWSER}).text
    for rule, outcome in expected:
        assert re.search(rf'href="/findings\?rule={rule}&amp;outcome={outcome}&[^"]*">{expected[rule, outcome]} ', page)


def rule_files() -> list[Path]:
    return sorted((ROOT / "queries" / "rules").glob("*.rq"))


def test_rules_in_rdf_describe_themselves(client: httpx.Client) -> None:
    quads = list(ox.parse(client.get("/rules.ttl").content, format=ox.RdfFormat.TURTLE))
    labels = {q.object.value for q in quads if q.predicate.value == f"{PREFIXES['skos']}prefLabel"}
    assert {"Overlapping capabilities", "Overlappende functies"} <= labels


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_of_each_rule_says_why_and_how_and_shows_what_it_found(client: httpx.Client, lang: str) -> None:
    for path in rule_files():
        page = client.get(f"/rules/{path.stem}?lang={lang}", headers={"accept": BROWSER})
        assert page.status_code == 200, path
        assert f'<html lang="{lang}">' in page.text
        assert 'id="waarom"' in page.text
        assert re.search(r'href="/doc/problem/[a-z-]+\?lang=', page.text), path
        assert "CONSTRUCT {" in page.text
        assert "#+" not in page.text


def test_the_page_of_a_rule_in_its_own_words(client: httpx.Client) -> None:
    page = client.get("/rules/capability-overlap?lang=en", headers={"accept": BROWSER}).text
    for words in (
        "<h1>Overlapping capabilities</h1>",
        "The report warns of projects that develop side by side and suboptimally.",
        'href="/doc/problem/parallelle-projecten?lang=en"',
        "Organisational layer",
        'href="/doc/principle/herbruikbaarheid?lang=en"',
        "<dd>building block, other building block, capability</dd>",
        "<dt>lifecycle</dt>",
        "Mijn Bibliotheek and UiTiD realise the same capability: Sign in the public.",
    ):
        assert words in page, words


def test_the_sparql_of_a_rule_runs_as_it_stands_and_finds_the_same(client: httpx.Client, release: Release) -> None:
    page = client.get("/rules/capability-overlap?lang=en", headers={"accept": BROWSER}).text
    (link,) = re.findall(r'href="(/sparql\?query[^"]+)"', page)
    answer = client.get(html.unescape(link) + "&format=nt")
    found = {
        quad.object.value
        for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)
        if quad.predicate.value == f"{PREFIXES['dct']}description"
    }
    text = f"{PROLOGUE}SELECT ?d {{ ?f sam:rule rule:capability-overlap ; dct:description ?d }}"
    assert {row["d"].value for row in release.query(text).rows()} <= found


@pytest.mark.parametrize("form", [form for form in DOCUMENT if form != "html"])
def test_a_rule_in_rdf_is_its_document(client: httpx.Client, form: str) -> None:
    answer = client.get(f"/rules/funding.{form}")
    assert answer.content == client.get(f"/doc/rule/funding.{form}").content
    assert f'<{RULE}funding>; rel="describes"' in answer.headers["link"]


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/rules/fundign", 404, "funding"),
        ("/rules/funding.csv", 406, "ttl"),
        ("/rules/funding?scope=verslag", 404, "report-2021"),
        ("/rules.pdf", 406, "csv"),
        ("/findings.pdf", 406, "csv"),
        ("/findings?scope=verslag", 404, "report-2021"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(client: httpx.Client, address: str, status: int, told: str) -> None:
    assert told in str(problem(client.get(address), status)["detail"])
