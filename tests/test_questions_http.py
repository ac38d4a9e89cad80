"""Questions over HTTP: the same answers as on the command line, as a page and as data, and what is refused."""

from __future__ import annotations

import csv
import html
import io
import re

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import PREFIXES
from samenhang.release import Release
from samenhang.web import questions as web_questions
from tests.test_web import BROWSER, problem

FORMS = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml",
}


@pytest.mark.parametrize("form", FORMS)
def test_suffix_parameter_and_header_give_the_bytes_that_the_command_line_gives(
    client: httpx.Client, release: Release, form: str
) -> None:
    expected = release.ask("owners", scope="report-2021", block="uitid").serialize(form)
    asked = "scope=report-2021&block=uitid"
    for answer in (
        client.get(f"/questions/owners.{form}?{asked}"),
        client.get(f"/questions/owners?{asked}&format={form}"),
        client.get(f"/questions/owners?{asked}", headers={"accept": FORMS[form]}),
    ):
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, FORMS[form])
        assert answer.content == expected


def test_a_thing_may_stand_by_slug_short_name_or_address_and_several_mean_any_of_them(client: httpx.Client) -> None:
    iri = f"{PREFIXES['building-block']}uitid"
    answers = [
        client.get("/questions/owners.csv", params={"block": name}).text
        for name in ("uitid", "building-block:uitid", iri)
    ]
    assert answers[0].count(iri) > 0
    assert answers[0] == answers[1] == answers[2]
    both = csv.DictReader(io.StringIO(client.get("/questions/owners.csv?block=uitid&block=uitdatabank").text))
    assert {row["block"].rpartition("/")[2] for row in both} == {"uitid", "uitdatabank"}


def test_an_empty_value_is_a_field_of_the_form_that_was_left_empty(client: httpx.Client) -> None:
    assert client.get("/questions/owners.csv?block=").text == client.get("/questions/owners.csv").text


def test_in_rdf_a_question_describes_itself(client: httpx.Client) -> None:
    answer = client.get("/questions/owners", headers={"accept": "text/turtle"})
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    me = ox.NamedNode("https://w3id.org/samenhang/questions/owners")
    assert (
        ox.Quad(me, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["sh"] + "SPARQLExecutable")) in store
    )
    parameters = {quad.object for quad in store.quads_for_pattern(me, ox.NamedNode(PREFIXES["sh"] + "parameter"), None)}
    paths = {quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(PREFIXES["sh"] + "path"), None)}
    assert parameters
    assert parameters == paths


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/questions/owner", 404, "owners"),
        ("/questions/owners?blok=uitid", 422, "block"),
        ("/questions/owners?block=uitdatabang", 422, "uitdatabank"),
        ("/questions/owners?block=%3Cx%3E%20%7D", 422, "block"),
        ("/questions/owners?scope=everything", 404, "report-2021"),
        ("/questions/owners?sort=ownr", 422, "owner"),
        ("/questions/owners?sort=owner&order=up", 422, "desc"),
        ("/questions/owners.pdf", 404, "owners"),
        ("/questions/owners?format=pdf", 406, "csv"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_work(client: httpx.Client, address: str, status: int, told: str) -> None:
    assert told in str(problem(client.get(address), status)["detail"])
    page = client.get(address, headers={"accept": BROWSER})
    if status != 406:
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert told in page.text


def test_the_page_has_the_answer_the_form_filled_in_the_sparql_and_a_permalink(client: httpx.Client) -> None:
    page = client.get(
        "/questions/owners?block=uitdatabank&scope=report-2021&lang=en&x-unknown=",
        headers={"accept": BROWSER},
    )
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    assert 'name="block" value="UiTdatabank"' in page.text
    assert 'href="/doc/actor/publiq?lang=en&amp;scope=report-2021"' in page.text
    assert "/questions/owners?block=uitdatabank&amp;scope=report-2021" in page.text
    (link,) = re.findall(r'href="(/sparql\?query[^"]+)"', page.text)
    answer = client.get(html.unescape(link) + "&format=csv")
    data = client.get("/questions/owners.csv?block=uitdatabank&scope=report-2021")
    assert answer.content == data.content


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_question_has_a_page_that_answers(client: httpx.Client, release: Release, lang: str) -> None:
    listed = client.get(f"/questions?lang={lang}", headers={"accept": BROWSER}).text
    for name, question in release.questions.items():
        assert f'href="/questions/{name}?lang={lang}"' in listed
        page = client.get(f"/questions/{name}?lang={lang}", headers={"accept": BROWSER})
        assert page.status_code == 200, name
        assert html.escape(question.title[lang], quote=False) in page.text.replace("&#39;", "'").replace("&#34;", '"')
        assert 'role="alert"' not in page.text


def fields(page: str) -> dict[str, list[str]]:
    """What can be chosen for each parameter of the form: the values of its list, in order."""
    lists = re.findall(
        r'<select id="(\w+)-1"[^>]*>(.*?)</select>|<datalist id="(\w+)-choices">(.*?)</datalist>', page, re.S
    )
    return {
        closed or free: [html.unescape(value) for value in re.findall(r'<option value="([^"]*)"', inside or listed)]
        for closed, inside, free, listed in lists
    }


def test_what_is_known_can_be_chosen_by_its_name(client: httpx.Client, release: Release) -> None:
    chosen = fields(client.get("/questions/owners?lang=nl", headers={"accept": BROWSER}).text)
    assert {"UiTdatabank", "UiTPAS", "Bibliotheeksysteem"} <= set(chosen["block"])
    assert "publiq" in chosen["owner"] and "UiTPAS" not in chosen["owner"]
    assert chosen["block"] == sorted(chosen["block"], key=str.casefold)
    # Each of them means one thing.
    for name in (*chosen["block"][:5], *chosen["owner"][:5]):
        parameter = "block" if name in chosen["block"] else "owner"
        assert client.get("/questions/owners.csv", params={parameter: name}).status_code == 200, name
    aspects = client.get("/questions/coverage-per-aspect?lang=nl&aspect=sam:aspect-owner", headers={"accept": BROWSER})
    assert {"", "sam:aspect-owner", "sam:aspect-standard"} <= set(fields(aspects.text)["aspect"])
    assert '<option value="sam:aspect-owner" selected>eigenaar</option>' in aspects.text
    states = fields(client.get("/questions/lifecycles?lang=nl", headers={"accept": BROWSER}).text)["phase"]
    assert {"", "sam:lifecycle-live", "sam:lifecycle-ended"} <= set(states)
    assert ">Enkel dit aspect</label>" in aspects.text
    stages = client.get("/questions/accountable-at-each-stage?lang=en", headers={"accept": BROWSER}).text
    assert ">Only this stage</label>" in stages  # what to write for it is said where one writes
    past = client.get("/questions/roles?past=true&lang=en", headers={"accept": BROWSER}).text
    assert fields(past)["past"] == ["", "true", "false"] and '<option value="true" selected>yes</option>' in past


def test_the_classes_of_what_is_answered_can_be_chosen(client: httpx.Client) -> None:
    page = client.get("/questions/responsibility-matrix?lang=nl&scope=report-2021", headers={"accept": BROWSER}).text
    # Of tasks the report says who performs them, of a standard nothing of the kind.
    assert {"sam:Task", "sam:BuildingBlock"} <= set(fields(page)["class"]) and "sam:Standard" not in fields(page)[
        "class"
    ]
    assert '<option value="sam:Task">Taak</option>' in page


def test_what_nothing_is_known_of_stands_apart_and_what_nobody_says_is_left_out(client: httpx.Client) -> None:
    page = html.unescape(client.get("/questions/exchanges?lang=nl", headers={"accept": BROWSER}).text)
    rows = list(csv.DictReader(io.StringIO(client.get("/questions/exchanges.csv").text)))
    alone = [row for row in rows if row["without"]]
    table, _, apart = page.partition("</table>")
    assert f"Bouwblok waarvan geen bron een uitwisseling noemt: onbekend ({len(alone)})" in apart
    # UiTdatabank provides data to UiTPAS; of museumPASSmusees no source names an exchange.
    assert ">UiTPAS<" in table and ">museumPASSmusees<" in apart and ">museumPASSmusees<" not in table
    assert table.count("<tr>") == len(rows) - len(alone) + 1
    assert not any(row["protocol"] for row in rows)
    left_out = page.partition("Weggelaten, want nergens ingevuld:")[2].partition("</p>")[0]
    assert "protocol" in left_out and "neemt af" not in left_out
    assert 'title="Ordenen volgens protocol"' not in page and 'title="Ordenen volgens neemt af"' in page
    # Asked for one of these, the answer is that, and not that there is none.
    one = html.unescape(client.get("/questions/exchanges?lang=nl&block=acm-idm", headers={"accept": BROWSER}).text)
    assert "noemt: onbekend (1)" in one and "Geen rijen" not in one


def test_a_page_says_rules_and_columns_by_their_names(client: httpx.Client) -> None:
    page = client.get("/matrices/capability-matrix?lang=nl", headers={"accept": BROWSER}).text
    assert "volgens de regel ‘Overlappende functies’" in page and "capability-overlap overlapt" not in page
    listed = client.get("/questions?lang=en", headers={"accept": BROWSER}).text
    assert "(sam:" not in listed and "the column ‘complete’" in listed


def test_a_name_in_the_form_becomes_a_permanent_address(client: httpx.Client) -> None:
    page = client.get("/questions/owners", params={"block": "uit-databank", "lang": "nl"}, headers={"accept": BROWSER})
    assert 'name="block" value="UiTdatabank"' in page.text
    assert 'href="/questions/owners?block=building-block%3Auitdatabank"' in page.text
    named, slug = (
        client.get("/questions/owners.csv", params={"block": one}) for one in ("UIT-databank", "uitdatabank")
    )
    assert named.content == slug.content


def test_rows_stand_in_the_order_that_is_asked(client: httpx.Client) -> None:
    def column(name: str, **asked: str) -> list[str]:
        answer = client.get("/questions/coverage-per-aspect.csv", params={"scope": "all", **asked})
        return [row[name].rpartition("#aspect-")[2] for row in csv.DictReader(io.StringIO(answer.text))]

    known = [int(number) for number in column("known", sort="known")]
    assert known == sorted(known) and len(set(known)) > 3  # by value: 2 stands before 11
    assert column("known", sort="known", order="desc") == [str(number) for number in sorted(known, reverse=True)]
    # By what a reader reads: "afhankelijkheden" stands first in Dutch, "capability" in English.
    assert column("aspect", sort="aspect", lang="nl")[0] == "dependency"
    assert column("aspect", sort="aspect", lang="en")[0] == "capability"


def test_a_long_answer_stands_in_pages_that_hold_each_row_once(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_questions, "ROWS", 6)
    asked, seen = "/questions/coverage-per-aspect?lang=en&sort=aspect", []
    for number, rows in ((1, 6), (2, 6), (3, 3)):
        page = html.unescape(client.get(f"{asked}&page={number}", headers={"accept": BROWSER}).text)
        body = page.partition("<tbody>")[2].partition("</tbody>")[0]
        found = re.findall(r"<tr><td><span[^>]*>(?:<a[^>]*>)?([^<]+)", body)
        assert len(found) == rows
        assert ('rel="next"' in page, 'rel="prev"' in page) == (number < 3, number > 1)
        assert "data-whole" not in page and "<figure" not in page  # a picture would be of these rows only
        seen += found
    assert len(set(seen)) == 15 and seen == sorted(seen, key=str.casefold)
    assert client.get(f"{asked}&page=4", headers={"accept": BROWSER}).status_code == 404
    assert client.get(f"{asked}&page=x", headers={"accept": BROWSER}).status_code == 400
    assert client.get(f"{asked}&page=2&format=csv").text.count("\n") == 16  # data are whole


def test_what_is_empty_stands_last_either_way(client: httpx.Client) -> None:
    for order in ("asc", "desc"):
        asked = f"/questions/owners.csv?scope=report-2021&sort=owner&order={order}"
        owners = [row["owner"] != "" for row in csv.DictReader(io.StringIO(client.get(asked).text))]
        assert owners == [True] * 4 + [False] * 4, order


def test_the_headings_of_a_page_lead_to_each_order(client: httpx.Client) -> None:
    page = client.get("/questions/owners?scope=report-2021&sort=block&lang=en", headers={"accept": BROWSER}).text
    (heading,) = re.findall(r'<th scope="col" aria-sort="([a-z]+)"><a href="([^"]+)"', page)
    assert heading[0] == "ascending"
    turned = client.get(html.unescape(heading[1]).partition("#")[0], headers={"accept": BROWSER}).text
    assert 'aria-sort="descending"' in turned
    cells = [re.findall(r"<tr><td><span[^>]*>(?:<a[^>]*>)?([^<]+)", text) for text in (page, turned)]
    assert cells[0] == sorted(cells[0], key=str.casefold) and cells[1] == cells[0][::-1]
    assert "/questions/owners.csv?scope=report-2021&amp;sort=block&amp;order=desc" in turned


@pytest.mark.parametrize(("lang", "asked"), [("nl", "Eigenaar bouwblok"), ("en", "owners BLOCKS")])
def test_the_list_can_be_narrowed(client: httpx.Client, release: Release, lang: str, asked: str) -> None:
    page = client.get("/questions", params={"q": asked, "lang": lang}, headers={"accept": BROWSER}).text
    listed = set(re.findall(r'href="/questions/([a-z-]+)\?lang', page))
    assert "owners" in listed and "findings-per-rule" not in listed
    assert f"<span data-count>{len(listed)}</span> {'van' if lang == 'nl' else 'of'} {len(release.questions)}" in page
    nothing = client.get("/questions?q=xyzzy", headers={"accept": BROWSER})
    assert nothing.status_code == 200 and "<span data-count>0</span>" in nothing.text


def test_a_picture_has_its_numbers_in_words_and_in_the_table(client: httpx.Client) -> None:
    page = client.get("/questions/findings-per-rule?lang=en", headers={"accept": BROWSER}).text
    matrix = client.get("/questions/capability-matrix?lang=en", headers={"accept": BROWSER}).text
    assert 'href="/matrices/capability-matrix?' in matrix and "/matrices/" not in page.partition("<main")[2]
    drawn = dict(re.findall(r"<title>([^<:]+): (\d+)</title>", page.partition("<svg")[2].partition("</svg>")[0]))
    rows = csv.DictReader(io.StringIO(client.get("/questions/findings-per-rule.csv").text))
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["rule"]] = sums.get(row["rule"], 0) + int(row["findings"])
    assert sorted(int(number) for number in drawn.values()) == sorted(number for number in sums.values() if number)


def test_what_somebody_fills_in_cannot_become_markup_or_a_field(client: httpx.Client) -> None:
    hostile = '"><script>alert(1)</script>\r\nSet-Cookie: a=b'
    page = client.get("/questions/owners", params={"block": hostile}, headers={"accept": BROWSER})
    assert page.status_code == 422
    assert "<script>" not in page.text
    assert "set-cookie" not in page.headers
    data = client.get("/questions/names.csv", params={"name": hostile})
    assert data.status_code in (200, 422)
    assert "set-cookie" not in data.headers
    assert "<" not in data.headers.get("content-location", "")
