"""The ontology, the shapes, the graphs, and the files for crawlers: each answers at its own address."""

from __future__ import annotations

import html
import re
import shlex
from xml.etree import ElementTree

import html5rdf
import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import BASE, GRAPH, NS, SHAPES
from samenhang.release import Release
from samenhang.web import graphs, reference, sitemap
from samenhang.web.negotiation import DOCUMENT, FORMS
from tests.test_documents import RDF
from tests.test_web import BROWSER, problem

PUBLIC = "http://127.0.0.1:8000"


def graph(release: Release, iri: str) -> set[str]:
    quads = release.engine.store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
    return {str(ox.Triple(quad.subject, quad.predicate, quad.object)) for quad in quads}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/ns", "ontology"),
        ("/ns/0.1.0", "ontology"),
        ("/graph/field/actors", "field/actors"),
        ("/questions", "questions"),
    ],
)
@pytest.mark.parametrize("form", [form for form in DOCUMENT if form != "html"])
def test_a_graph_is_there_at_once_in_each_form(
    client: httpx.Client, release: Release, address: str, name: str, form: str
) -> None:
    media = FORMS[form].media
    answers = [
        client.get(f"{address}.{form}"),
        client.get(address, params={"format": form}),
        client.get(address, headers={"accept": media.partition(";")[0]}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert answer.content == answers[0].content
    found = {str(quad.triple) for quad in ox.parse(answers[0].content, format=RDF[form])}
    assert found == graph(release, GRAPH + name)


def test_shapes_are_their_graph(client: httpx.Client, release: Release) -> None:
    found = list(ox.parse(client.get("/shapes").content, format=ox.RdfFormat.TURTLE))  # with blank nodes
    assert len(found) == len(graph(release, f"{GRAPH}shapes"))


def test_the_graph_of_a_scope_is_whole_though_it_is_large(client: httpx.Client, release: Release) -> None:
    body = client.get("/graph/scope/all.nt").content
    assert body.count(b"\n") == len(graph(release, f"{GRAPH}scope/all"))


def test_every_graph_is_listed_with_its_size(client: httpx.Client, release: Release) -> None:
    graphs = {quad.graph_name.value: 0 for quad in release.engine.store}
    for quad in release.engine.store:
        graphs[quad.graph_name.value] += 1
    listed = client.get("/graph.nt").content.decode()
    for iri, size in graphs.items():
        assert f'<{iri}> <http://rdfs.org/ns/void#triples> "{size}"' in listed
    page = client.get("/graph?lang=en", headers={"accept": BROWSER}).text
    for iri in graphs:
        assert f'href="/graph/{iri.removeprefix(GRAPH)}?lang=en"' in page


@pytest.mark.parametrize(("name", "most"), [("report-2021/evidence", graphs.SORTED), ("field/evidence", 100)])
def test_the_pages_of_a_graph_list_all_that_it_speaks_of(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(graphs, "SORTED", most)
    found: set[str] = set()
    address = f"/graph/{name}?lang=en"
    for _ in range(20):
        page = client.get(address, headers={"accept": BROWSER}).text
        found |= set(re.findall(r'href="/doc/(evidence/[^"?]+)', page))
        following = re.search(r'<a rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = html.unescape(following[1])
    body = client.get(f"/graph/{name}.nt").text
    assert found == set(re.findall(r"^<https://w3id.org/samenhang/id/(evidence/[^>]+)>", body, re.MULTILINE))


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("/graph/field/actor", 404, "field/actors"),
        ("/graph/field/actors.csv", 406, "ttl"),
        ("/graph/field/actors?format=csv", 406, "ttl"),
        ("/graph/%00", 404, ""),
        ("/graph/..%2f..%2fetc/passwd", 404, ""),
        ("/ns/9.9", 404, "0.1.0"),
        ("/ns.csv", 406, "ttl"),
        ("/shapes?format=x", 406, "ttl"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(client: httpx.Client, address: str, status: int, told: str) -> None:
    assert told in str(problem(client.get(address), status)["detail"])


def test_a_page_number_is_a_whole_number(client: httpx.Client) -> None:
    for number in ("0", "-1", "x", "1e3", "9" * 30, "٣"):
        assert (
            client.get("/graph/field/actors", params={"page": number}, headers={"accept": BROWSER}).status_code == 400
        )


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(("address", "base", "name"), [("/ns", NS, "ontology"), ("/shapes", SHAPES, "shapes")])
def test_every_term_and_shape_has_an_anchor_on_the_page(
    client: httpx.Client, release: Release, lang: str, address: str, base: str, name: str
) -> None:
    page = client.get(f"{address}?lang={lang}", headers={"accept": BROWSER})
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    anchors = re.findall(r' id="([^"]+)"', page.text)
    assert len(anchors) == len(set(anchors))
    subjects = re.findall(rf"^<{re.escape(base)}([^>]+)>", "\n".join(graph(release, GRAPH + name)), re.MULTILINE)
    assert set(subjects) - set(anchors) == set()


def test_robots_name_the_sitemap_and_leave_queries_alone(client: httpx.Client) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in lines
    assert "Disallow: /sparql?" in lines


def locations(text: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(text).iter() if node.tag.endswith("}loc")]


def test_the_sitemap_lists_a_page_for_every_thing(client: httpx.Client, release: Release) -> None:
    found = locations(client.get("/sitemap.xml").text)
    assert len(found) == len(set(found))
    rows = release.query(f"SELECT DISTINCT ?t {{ ?t a ?c FILTER (STRSTARTS(STR(?t), '{BASE}id/')) }}").rows()
    things = {row["t"].value.replace(f"{BASE}id/", f"{PUBLIC}/doc/") for row in rows}
    assert things <= set(found)
    for address in {*(set(found) - things), *sorted(things)[::500]}:
        assert client.get(address.removeprefix(PUBLIC), headers={"accept": BROWSER}).status_code == 200, address


def test_a_large_sitemap_has_an_index(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = locations(client.get("/sitemap.xml").text)
    monkeypatch.setattr(sitemap, "MOST", 500)
    # The answer to another spelling of the same address: the first one is remembered.
    index = locations(client.get("/sitemap.xml?x").text)
    assert {f"{PUBLIC}/sitemap-{part}.xml" for part in ("page-1", "actor-1", "claim-1", "claim-2", "scheme-1")} <= {
        *index
    }
    parts = [locations(client.get(part.removeprefix(PUBLIC)).text) for part in index]
    assert all(0 < len(part) <= 500 for part in parts)
    assert sorted(at for part in parts for at in part) == sorted(whole)
    assert "claim-2" in str(problem(client.get("/sitemap-claim-99.xml"), 404)["detail"])
    assert "actor-1" in str(problem(client.get("/sitemap-akteur-1.xml"), 404)["detail"])


def test_openapi_names_every_address_that_there_is(client: httpx.Client) -> None:
    paths = set(client.get("/openapi.json").json()["paths"])
    assert {
        "/id/{kind}/{slug}",
        "/doc/{kind}/{name}",
        "/ns",
        "/ns/{version}",
        "/shapes",
        "/graph",
        "/graph/{name}",
        "/questions",
        "/questions/{name}",
        "/matrices",
        "/matrices/{name}",
        "/roadmap",
        "/findings",
        "/rules",
        "/rules/{name}",
        "/validate",
        "/assess",
        "/catalog",
        "/.well-known/void",
        "/dumps",
        "/dumps/{file}",
        "/dataset",
        "/dataset/{part}",
        "/sitemap.xml",
        "/robots.txt",
        "/health",
        "/",
    } <= paths


PAGES = (
    "/",
    "/ns",
    "/shapes",
    "/graph",
    "/graph/field/actors",
    "/graph/scope/all",
    "/questions",
    "/questions/owners",
    "/questions/owners?block=uitid",
    "/questions/owners?block=nothing",
    "/findings",
    "/findings?rule=funding&size=20&page=2",
    "/findings?thing=uitdatabank&outcome=conflicting",
    "/rules",
    "/rules/interoperability-gap",
    "/rules/contradiction",
    "/search",
    "/search?q=uit",
    "/search?kind=actor",
    "/map",
    "/map?owner=publiq",
    "/matrices",
    "/matrices/capability-matrix?owner=publiq",
    "/matrices/fit-of-exchanges",
    "/roadmap",
    "/validate",
    "/assess",
    "/catalog",
    "/changes",
    "/changes/1",
    "/dumps",
    "/releases",
    "/harvest",
    "/api",
    "/questions/coverage-per-aspect?sort=known",
    "/questions/dependencies",
    "/questions?q=eigenaar",
    "/sparql?example=owners",
)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_valid_in_its_language_and_its_controls_have_labels(
    client: httpx.Client, address: str, lang: str
) -> None:
    page = client.get(f"{address}{'&' if '?' in address else '?'}lang={lang}", headers={"accept": BROWSER}).text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert f'<html lang="{lang}">' in page
    assert page.count("<h1") == 1
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    controls = re.findall(r"<(?:input|select|textarea)\b(?![^>]*type=\"hidden\")[^>]*>", page)
    labelled = set(re.findall(r'<label\b[^>]*? for="([^"]+)"', page))
    assert all(re.findall(r' id="([^"]+)"', control)[0] in labelled for control in controls)
    ours = re.sub(r'<script (type="application/ld\+json"|src="/assets/[^"]+" defer)>', "", page)
    assert "<script" not in ours


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_page_answers(client: httpx.Client, address: str) -> None:
    page = client.get(address, headers={"accept": BROWSER}).text
    links = sorted({html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', page)})
    assert links
    step = max(1, len(links) // 25)
    for link in links[::step]:
        assert client.head(link.partition("#")[0], headers={"accept": BROWSER}).status_code in (200, 303), link


def test_openapi_has_the_endpoint_and_each_question_with_its_parameters(client: httpx.Client, release: Release) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert "query" in {parameter["name"] for parameter in paths["/sparql"]["get"]["parameters"]}
    for name, question in release.questions.items():
        operation = paths[f"/questions/{name}"]["get"]
        told = {parameter["name"] for parameter in operation["parameters"]}
        common = {"sort", "order", "scope", "format", "asOf"}
        assert told == {*(parameter.name for parameter in question.parameters), *common}
        assert (operation["operationId"], operation["summary"]) == (name, question.title.en)
    for media in paths["/questions/owners"]["get"]["responses"]["200"]["content"]:
        answer = client.get("/questions/owners?block=uitid", headers={"accept": media})
        assert answer.headers["content-type"].partition(";")[0] == media


def test_openapi_tells_in_what_each_address_is_answered(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    asked = {
        path: told["get"]["responses"] for path, told in paths.items() if "{" not in path and "/questions/" not in path
    }
    assert len(asked) > 25
    for path, told in asked.items():
        for media in told.get("200", {}).get("content", {}):
            answer = client.get(
                path, headers={"accept": media}, params={"query": "ASK {}"} if path == "/sparql" else {}
            )
            if answer.status_code == 200:
                assert answer.headers["content-type"].partition(";")[0] == media, path
            else:
                assert answer.status_code in (303, 406), path
        refused = client.get(f"{path}?scope=nergens&format=schrift", headers={"accept": "application/json"})
        if refused.status_code >= 400:
            assert str(refused.status_code) in told, path
            assert refused.headers["content-type"] in told[str(refused.status_code)]["content"], path


def test_openapi_tells_what_findings_are_chosen_by_and_what_a_report_can_be(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    told = {parameter["name"] for parameter in paths["/findings"]["get"]["parameters"]}
    chosen = {"rule", "thing", "layer", "principle", "outcome", "severity", "actor", "decision"}
    assert told == chosen | {"page", "size", "scope", "format", "asOf"}
    for path in ("/validate", "/assess"):
        operation = paths[path]["post"]
        assert "application/sarif+json" in operation["responses"]["200"]["content"]
        assert {"text/turtle", "application/ld+json", "multipart/form-data"} <= set(operation["requestBody"]["content"])


def test_the_page_about_addresses_names_each_of_them_in_words(client: httpx.Client, release: Release) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    asked = {path for path in paths if path.rpartition("/")[2] in release.questions and path.startswith("/questions/")}
    assert set(reference.DUTCH) == set(paths) - asked
    pages = {lang: client.get(f"/api?lang={lang}", headers={"accept": BROWSER}).text for lang in ("nl", "en")}
    for path, methods in paths.items():
        for lang, page in pages.items():
            assert f"<code>{html.escape(path)}</code>" in page, path
            if path in asked:
                assert html.escape(release.questions[path.rpartition("/")[2]].title[lang]) in page.replace(
                    "&#39;", "&#x27;"
                )
        if path not in asked:
            assert reference.DUTCH[path] in html.unescape(pages["nl"])
            assert html.unescape(pages["en"]).count(methods["get"]["summary"]) >= 1


def test_each_example_of_that_page_answers(client: httpx.Client) -> None:
    page = client.get("/api?lang=en", headers={"accept": BROWSER}).text
    commands = html.unescape(page.partition("<pre")[2].partition("</pre>")[0]).split("curl ")[1:]
    assert len(commands) == 5
    for command in commands:
        words = shlex.split(command)
        accept = next((word.partition(": ")[2] for word in words if word.startswith("Accept: ")), "*/*")
        (address,) = [word.partition(PUBLIC)[2] for word in words if word.startswith(PUBLIC)]
        query = dict(word.split("=", 1) for word in words if word.startswith("query="))
        answer = client.get(address, params=query or None, headers={"accept": accept})
        assert answer.status_code == 200 and len(answer.content) > 100, command


def test_the_catalogue_tells_how_to_cite_this_release(client: httpx.Client, release: Release) -> None:
    for lang, title in (("nl", "Samenhang: kaart van"), ("en", "Samenhang: map of")):
        page = client.get(f"/catalog?lang={lang}", headers={"accept": BROWSER}).text
        cited = page.partition('id="citeren"')[2]
        for words in (title, release.name, f"{BASE}dataset", "CC BY 4.0", "@misc"):
            assert words in cited, words
