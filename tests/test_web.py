"""The service as a client meets it: a real server on a port of this machine, and what it answers."""

from __future__ import annotations

import csv
import html
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest
import uvicorn

from samenhang import __version__
from samenhang.namespaces import GRAPH
from samenhang.release import Release
from samenhang.release.build import build
from samenhang.release.shelf import Shelf
from samenhang.web import application, edition
from tests.small import AGENDA, content

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ONE = "SELECT ?s { ?s ?p ?o } LIMIT 1"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"


def served(release: Release) -> Iterator[httpx.Client]:
    app = application(release)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
            edition.stop(app)


@pytest.fixture(scope="session")
def client(release: Release) -> Iterator[httpx.Client]:
    """A client of the served session's release."""
    yield from served(release)


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """The problem document of a refusal: its status, a text, and nothing of our inside."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert isinstance(document, dict)
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"] == answer.reason_phrase
    assert document["detail"]
    assert "Traceback" not in answer.text
    return document


# What there is.


def test_health_says_which_release(client: httpx.Client, release: Release) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert 0 <= told.pop("age") < 3600 * 24
    assert told == {
        "status": "ok",
        "version": __version__,
        "release": release.name,
        "quads": release.manifest["quads"],
        "published": Shelf(release.folder.parents[1]).published()[release.name],
        "engine": "embedded",
        "store": "memory",
        "loaded": 1,
        "problems": [],
    }


@pytest.mark.parametrize(
    ("address", "accept", "lang", "words"),
    [
        ("/", None, "nl", "Elke uitspraak heeft een bron"),
        ("/", "en-GB,en;q=0.9", "en", "Every statement has a source"),
        ("/", "fr-BE,fr;q=0.9,en;q=0.4", "en", "Every statement has a source"),
        ("/", "de", "nl", "Elke uitspraak heeft een bron"),
        ("/?lang=en", "nl", "en", "Every statement has a source"),
        ("/?lang=nl", "en", "nl", "Elke uitspraak heeft een bron"),
        ("/?lang=xx", None, "nl", "Elke uitspraak heeft een bron"),
    ],
)
def test_start_page_in_both_languages(
    client: httpx.Client, address: str, accept: str | None, lang: str, words: str
) -> None:
    answer = client.get(address, headers={"accept": BROWSER} | ({"accept-language": accept} if accept else {}))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}">' in answer.text
    assert words in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_the_start_page_counts_findings_and_leads_to_as_many(client: httpx.Client, release: Release) -> None:
    page = client.get("/?lang=en", headers={"accept": BROWSER}).text
    links = re.findall(r'<a href="(/findings\?[^"]+outcome=[^"]+)">(\d+)</a>', page)
    assert len(links) > 10
    for link, number in links:
        listed = list(csv.DictReader(io.StringIO(client.get(html.unescape(link), headers={"accept": "text/csv"}).text)))
        assert len(listed) == int(number), link
    by_severity = sum(int(number) for link, number in links if "severity=" in link)
    assert by_severity == len({row["finding"].value for row in release.findings().rows()})


def test_the_start_page_says_of_how_much_it_does_not_know(client: httpx.Client, release: Release) -> None:
    page = client.get("/?lang=nl&scope=report-2021", headers={"accept": BROWSER}).text
    (told,) = (row for row in release.ask("coverage-per-aspect", scope="report-2021", aspect="sam:aspect-owner").rows())
    row = re.search(r'<th scope="row">eigenaar</th>.*?</tr>', page)
    assert row is not None
    numbers = re.findall(r'<td class="number">(\d+)%?</td>', row[0])
    unknown = int(told["unknown"].value)
    assert numbers == [told["known"].value, str(unknown), str(100 - int(told["share"].value))]
    assert unknown > 0


def test_every_way_in_and_every_part_of_the_menu_leads_somewhere(client: httpx.Client) -> None:
    page = client.get("/?lang=en&scope=field", headers={"accept": BROWSER}).text
    assert len(re.findall(r"<section>", page)) == 5
    links = {html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', page) if "/assets/" not in link}
    assert {"/questions", "/findings", "/catalog", "/sparql"} <= {link.partition("?")[0] for link in links}
    for link in links:
        assert client.get(link, headers={"accept": BROWSER}).status_code == 200, link


@pytest.mark.parametrize(
    ("address", "trail", "here"),
    [
        ("/questions/owners?lang=nl", ["Start", "Vragen"], "Vragen"),
        ("/rules/funding?lang=en", ["Start", "Findings", "Rules"], "Findings"),
        ("/sparql?lang=en", ["Start"], "SPARQL"),
    ],
)
def test_a_page_says_where_it_stands(client: httpx.Client, address: str, trail: list[str], here: str) -> None:
    page = client.get(address, headers={"accept": BROWSER}).text
    way = page[page.index('<nav class="trail"') : page.index("<main")]
    assert re.findall(r'<li><a href="/[^"]*">([^<]+)</a>', way) == trail
    assert re.findall(r'<li aria-current="page">', way)
    assert re.findall(r'<a href="[^"]*" aria-current="true">([^<]+)</a>', page[: page.index("</header>")]) == [here]


def test_the_other_language_keeps_the_question(client: httpx.Client) -> None:
    page = client.get("/sparql", params={"query": ONE, "scope": "field"}, headers={"accept": BROWSER})
    (link,) = re.findall(r'href="(\?[^"]+)" hreflang="en"', page.text)
    other = client.get("/sparql" + html.unescape(link), headers={"accept": BROWSER})
    assert '<html lang="en">' in other.text
    assert html.escape(ONE) in other.text
    assert '<option value="field" selected>found since</option>' in other.text


# Asking.


def test_get_and_both_kinds_of_post_give_the_same(client: httpx.Client) -> None:
    answers = [
        client.get("/sparql", params={"query": ONE}),
        client.post("/sparql", data={"query": ONE}),
        client.post("/sparql", content=ONE, headers={"content-type": "application/sparql-query"}),
        client.post("/sparql", content=ONE, headers={"content-type": "application/sparql-query; charset=utf-8"}),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["content-type"] for answer in answers} == {"application/sparql-results+json"}
    assert len({answer.content for answer in answers}) == 1
    assert len(answers[0].json()["results"]["bindings"]) == 1


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
        ("application/sparql-results+json;q=0, */*", "text/csv; charset=utf-8"),
        ("application/sparql-results+json, text/html;q=0.1", "application/sparql-results+json"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
    ],
)
def test_the_form_of_rows_is_what_is_accepted(client: httpx.Client, accept: str | None, media: str) -> None:
    request = client.build_request("GET", "/sparql", params={"query": COUNT})
    del request.headers["accept"]
    if accept:
        request.headers["accept"] = accept
    answer = client.send(request)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_rows_are_the_same_in_every_form(client: httpx.Client) -> None:
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("één, \\"twee\\"" <http://example.org/>) ("x"@nl UNDEF) } }'
    forms = {
        form: client.get("/sparql", params={"query": query, "format": form}) for form in ("json", "csv", "tsv", "xml")
    }
    assert forms["json"].json()["results"]["bindings"] == [
        {"a": {"type": "literal", "value": 'één, "twee"'}, "b": {"type": "uri", "value": "http://example.org/"}},
        {"a": {"type": "literal", "value": "x", "xml:lang": "nl"}},
    ]
    assert list(csv.reader(io.StringIO(forms["csv"].text))) == [
        ["a", "b"],
        ['één, "twee"', "http://example.org/"],
        ["x", ""],
    ]
    assert forms["tsv"].text.splitlines() == ["?a\t?b", '"één, \\"twee\\""\t<http://example.org/>', '"x"@nl\t']
    assert len(ElementTree.fromstring(forms["xml"].text).findall(".//{*}binding")) == 3


@pytest.mark.parametrize(
    ("accept", "media", "form"),
    [
        ("*/*", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("text/turtle", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    ],
)
def test_graphs(client: httpx.Client, accept: str, media: str, form: ox.RdfFormat) -> None:
    answer = client.get("/sparql", params={"query": CONSTRUCT}, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert len(list(ox.parse(answer.text, format=form))) == 3


def test_yes_or_no(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}, headers={"accept": "text/csv, */*;q=0.1"})
    assert answer.json() == {"head": {}, "boolean": True}
    assert problem(client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "text/csv"}), 406)
    page = client.get("/sparql", params={"query": "ASK {}", "lang": "en"}, headers={"accept": BROWSER})
    assert ">yes</pre>" in page.text


def test_scopes_and_graphs(client: httpx.Client, release: Release) -> None:
    def count(query: str = COUNT, **parameters: str) -> int:
        answer = client.get(
            "/sparql", params={"query": query} | {k.replace("_", "-"): v for k, v in parameters.items()}
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    whole, report, actors = count(), count(scope="report-2021"), f"{GRAPH}report-2021/actors"
    assert whole > report > 0
    assert count(scope="all") == whole
    few = count(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{actors}> {{ ?s ?p ?o }} }}")
    assert 0 < few < report
    assert count(f"SELECT (COUNT(*) AS ?n) FROM <{actors}> {{ ?s ?p ?o }}") == few
    assert count(default_graph_uri=actors) == few
    nothing = problem(client.get("/sparql", params={"query": COUNT, "default-graph-uri": "http://e.org/x"}), 400)
    assert str(nothing["detail"]).startswith("De graaf 'http://e.org/x' is hier niet.")
    assert problem(client.get("/sparql", params={"query": "ASK FROM <http://e.org/x> { ?s ?p ?o }"}), 400)
    assert problem(client.get("/sparql", params={"query": "ASK FROM NAMED <http://e.org/x> { ?s ?p ?o }"}), 400)
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(named, named_graph_uri=actors) == 1
    assert count(named_graph_uri=actors) == 0
    assert count(named) > 50
    posted = client.post("/sparql", data={"query": COUNT, "default-graph-uri": actors})
    assert posted.json()["results"]["bindings"][0]["n"]["value"] == str(few)
    posted = client.post("/sparql", data={"query": COUNT, "scope": "report-2021"})
    assert posted.json()["results"]["bindings"][0]["n"]["value"] == str(report)
    refused = problem(client.get("/sparql", params={"query": COUNT, "default-graph-uri": "geen adres"}), 400)
    assert refused["detail"] == "'geen adres' is geen adres van een graaf."


# A browser.


def test_a_browser_gets_a_page(client: httpx.Client) -> None:
    form = client.get("/sparql", headers={"accept": BROWSER})
    assert form.headers["content-type"].startswith("text/html")
    assert "<textarea" in form.text
    rows = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "lang": "en"}, headers={"accept": BROWSER})
    assert rows.status_code == 200
    assert "The first 500 rows; all rows as" in rows.text
    graph = client.get("/sparql", params={"query": CONSTRUCT}, headers={"accept": BROWSER})
    assert "<pre " in graph.text
    none = client.get("/sparql", params={"query": "SELECT * { ?s ?p 'x y z' }"}, headers={"accept": BROWSER})
    assert none.status_code == 200
    assert "0 rijen" in none.text
    asked = client.get("/sparql", params={"query": ONE, "format": "csv"}, headers={"accept": BROWSER})
    assert asked.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_browser_gets_its_mistake_on_the_page_with_its_query(client: httpx.Client) -> None:
    query = 'SELECT ?a { ?a b "<script>" }'
    answer = client.get("/sparql", params={"query": query}, headers={"accept": BROWSER})
    assert answer.status_code == 400
    assert "De query is niet geldig op regel 1, kolom 16, bij &#39;b&#39;." in answer.text
    assert html.escape(query, quote=False) in answer.text.replace("&#34;", '"')
    assert "<script>" not in answer.text


def test_a_browser_gets_a_page_for_what_is_not_there(client: httpx.Client) -> None:
    answer = client.get("/nergens?lang=en", headers={"accept": BROWSER})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is nothing here" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


# Refusals.


def test_a_query_that_does_not_parse_has_line_and_column(client: httpx.Client) -> None:
    query = "SELECT ?a {\n  ?a foo:b ?c\n}"
    dutch = problem(client.get("/sparql", params={"query": query}), 400)
    assert (dutch["line"], dutch["column"]) == (2, 6)
    assert str(dutch["detail"]).startswith("De query is niet geldig op regel 2, kolom 6, bij 'foo:b'.")
    english = problem(client.get("/sparql", params={"query": query}, headers={"accept-language": "en"}), 400)
    assert str(english["detail"]).startswith("The query is not valid at line 2, column 6, at 'foo:b'.")


@pytest.mark.parametrize(
    "parameters",
    [{"query": ["ASK {}", "ASK {}"]}, {"query": ["ASK {}", ""]}],
)
def test_exactly_one_query_is_wanted(client: httpx.Client, parameters: dict[str, str | list[str]]) -> None:
    detail = problem(client.get("/sparql", params=parameters), 400)["detail"]
    assert str(detail).startswith("Geef precies één query (parameter 'query')")
    assert problem(client.post("/sparql", data=parameters | {"update": []}), 400)["detail"] == detail


def test_a_function_that_does_not_exist_is_said(client: httpx.Client) -> None:
    detail = problem(client.get("/sparql", params={"query": "SELECT (<http://example.org/f>(1) AS ?x) {}"}), 400)[
        "detail"
    ]
    assert str(detail).startswith("De query kan niet uitgevoerd worden.")
    assert "<http://example.org/f>" in str(detail)


def test_an_empty_query(client: httpx.Client) -> None:
    assert problem(client.get("/sparql", params={"query": " "}), 400)["detail"] == "De query is leeg."


@pytest.mark.parametrize("update", ["DROP ALL", "INSERT DATA { <x:a> <x:b> 1 }", "LOAD <http://127.0.0.1:9/>"])
def test_updates_are_refused(client: httpx.Client, release: Release, update: str) -> None:
    detail = problem(client.get("/sparql", params={"query": update}), 400)["detail"]
    assert "wijzigen kan niet" in str(detail)
    assert problem(client.post("/sparql", data={"update": update}), 403)["detail"] == "Deze dienst is alleen-lezen."
    direct = client.post("/sparql", content=update, headers={"content-type": "application/sparql-update"})
    assert problem(direct, 403)["detail"] == "Deze dienst is alleen-lezen."
    assert len(release.engine.store) == release.manifest["quads"]


def test_other_refusals(client: httpx.Client) -> None:
    wanted = problem(client.get("/sparql", params={"query": ONE}, headers={"accept": "image/png"}), 406)["detail"]
    assert "text/csv" in str(wanted)
    wanted = problem(client.get("/sparql", params={"query": ONE, "format": "docx"}), 406)["detail"]
    assert str(wanted) == (
        "'docx' is er niet; wel: json (application/sparql-results+json), csv (text/csv), "
        "tsv (text/tab-separated-values), xml (application/sparql-results+xml)."
    )
    wanted = problem(client.get("/sparql", params={"query": CONSTRUCT, "format": "csv"}), 406)["detail"]
    assert str(wanted).startswith("'csv' is er niet; wel: ttl (text/turtle), jsonld (application/ld+json), nt ")
    wanted = problem(client.post("/sparql", content="{}", headers={"content-type": "application/json"}), 415)["detail"]
    assert "application/sparql-query en application/x-www-form-urlencoded" in str(wanted)
    assert problem(client.post("/sparql", content=b""), 415)
    latin = client.post("/sparql", content=b"# \xe9", headers={"content-type": "application/sparql-query"})
    assert problem(latin, 400)["detail"] == "De query is geen UTF-8."
    long = client.post("/sparql", data={"query": "# " + "x" * 100_000})
    assert problem(long, 413)["detail"] == "De query telt 100002 tekens; meer dan 100000 wordt niet aanvaard."
    scope = problem(client.get("/sparql", params={"query": ONE, "scope": "velden"}), 404)["detail"]
    assert scope == "Er bestaat geen scope 'velden'. Bedoelde u: field?"
    assert problem(client.get("/nergens"), 404)["detail"] == "Hier is niets. Begin bij /."


def test_a_body_without_end_is_cut_off(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(10_000):
            yield b"x" * 10_000

    try:
        answer = client.post("/sparql", content=endless(), headers={"content-type": "application/sparql-query"})
    except httpx.HTTPError:
        return  # the connection was closed while we were still sending
    assert problem(answer, 413)


def test_methods(client: httpx.Client) -> None:
    for address, method, allowed in (
        ("/sparql", "PUT", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/sparql", "DELETE", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/", "POST", {"GET", "HEAD", "OPTIONS"}),
        ("/health", "POST", {"GET", "HEAD", "OPTIONS"}),
    ):
        answer = client.request(method, address)
        assert problem(answer, 405)["detail"] == "Deze methode kan hier niet."
        assert set(re.split(r", ?", answer.headers["allow"])) == allowed


@pytest.mark.parametrize("address", ["/", "/health", "/sparql?query=ASK%7B%7D", "/sparql?query=x", "/nergens"])
def test_head_is_get_without_the_body(client: httpx.Client, address: str) -> None:
    head, get = client.head(address), client.get(address)
    assert head.content == b""
    assert head.status_code == get.status_code
    for name in ("content-type", "content-length", "vary", "access-control-allow-origin"):
        assert head.headers.get(name) == get.headers.get(name)


def test_pages_of_other_sites_may_ask(client: httpx.Client) -> None:
    for address in ("/", "/health", "/sparql?query=ASK%7B%7D", "/sparql", "/nergens"):
        answer = client.get(address, headers={"origin": "https://example.org", "cookie": "a=b"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    asked = client.options(
        "/sparql",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Content-Type" in asked.headers["access-control-allow-headers"]


def test_a_defect_of_ours_is_said_without_its_inside(release: Release) -> None:
    app = application(release)

    @app.get("/defect")
    def defect() -> None:
        raise RuntimeError("a secret")

    with httpx.Client(transport=Transport(app), base_url="http://test") as client:
        answer = client.get("/defect")
    assert problem(answer, 500)["detail"] == "Er ging bij ons iets mis; het is genoteerd."
    assert "secret" not in answer.text


class Transport(httpx.BaseTransport):
    """An application asked without a network, of which errors are answered and not raised."""

    def __init__(self, app: object) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import asyncio

        async def ask() -> httpx.Response:
            inner = httpx.ASGITransport(self.app, raise_app_exceptions=False)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=inner, base_url="http://test") as client:
                answer = await client.get(str(request.url))
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

        return asyncio.run(ask())


# SERVICE: a server of ours that must never hear anything.


@pytest.fixture(scope="module")
def eavesdropper() -> Iterator[tuple[str, list[str]]]:
    """The address of another server, and the requests that it got."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(b'{"head":{"vars":["s"]},"results":{"bindings":[]}}')

        do_POST = do_GET

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    thread.join()
    server.server_close()


ELSEWHERE = [
    "SELECT * { SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { service silent <U> { ?s ?p ?o } }",
    "SELECT*{SERVICE<U>{?s ?p ?o}}",
    "SELECT * { SERVICESILENT<U> { ?s ?p ?o } }",
    "PREFIX : <U> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX ex: <U> SELECT * { SERVICEex:x { ?s ?p ?o } }",
    "PREFIX é: <U> SELECT * { SERVICE é:x { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <U> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <U> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <U> { ?s ?p ?o } }",
    "SELECT * { SERVICE # {\n <U> # x\n { ?s ?p ?o } }",
    "SELECT * { # a comment ends here\rSERVICE <U> { ?s ?p ?o } }",
    # Where what is read as a string, a comment or an IRI differs from what the engine makes of it.
    'SELECT * { BIND ("\\u005C" AS ?k) SERVICE <U> { ?s ?p ?o } #"\n}',
    'SELECT ("\\u005C" AS ?x) { SERVICE <U> { ?s ?p ?o } } #"',
    "SELECT * { FILTER(1<2&&'>'='>') SERVICE <U> { ?s ?p ?o } FILTER('a'='a') }",
    "SELECT * { VALUES ?x { <U> } FILTER(1<2)SERVICE?x#>\n{ ?s ?p ?o } }",
    'SELECT * { BIND ("""\n# """ AS ?k) SERVICE <U> { ?s ?p ?o } }',
    "SELECT * { BIND ('''\n# ''' AS ?k) SERVICE <U> { ?s ?p ?o } }",
    "# SERVICE <\nSELECT * { SERVICE <U> { ?s ?p ?o } }",
    "SELECT * { ?a ?b <x:\\u0061'> . SERVICE <U> { ?s ?p ?o } #'\n}",
    # Keywords that stick to what precedes.
    "SELECT * { OPTIONAL { ?a ?b trueSERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { ?a ?b 1e5SERVICE <U> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { ?a ?b 1SERVICE <U> { ?s ?p ?o } } }",
]


@pytest.mark.parametrize("query", ELSEWHERE)
def test_no_query_reaches_another_server(client: httpx.Client, eavesdropper: tuple[str, list[str]], query: str) -> None:
    address, heard = eavesdropper
    answer = client.post("/sparql", data={"query": query.replace("<U>", f"<{address}>")})
    assert heard == []
    assert (
        problem(answer, 400)["detail"] == "SERVICE wordt geweigerd: deze dienst stelt geen vragen aan andere servers."
    )


def test_the_listener_hears_what_is_not_refused(eavesdropper: tuple[str, list[str]]) -> None:
    """Else the test above would prove nothing: the engine itself does call."""
    address, heard = eavesdropper
    for query in ELSEWHERE[:2]:
        with suppress(RuntimeError):  # what it makes of the answer does not matter
            answer = ox.Store().query(query.replace("<U>", f"<{address}>"))
            assert isinstance(answer, ox.QuerySolutions)
            list(answer)
    assert len(heard) == 2
    heard.clear()


@pytest.mark.parametrize(
    "query",
    [
        "# no SERVICE here\nASK {}",
        "  # SERVICE <http://example.org/> { ?s ?p ?o }\nASK {}",
        "ASK { FILTER ('SERVICE' = \"service\") }",
        "ASK { OPTIONAL { ?service ?servicePoint $SERVICE } }",
        "ASK { OPTIONAL { <http://example.org/service/x> a <http://www.w3.org/ns/dcat#DataService> } }",
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> ASK { OPTIONAL { ?a a dcat:DataService ; dcat:servesDataset ?b } }",
        "PREFIX service: <http://example.org/> ASK { OPTIONAL { ?a service:b service:c } }",
    ],
)
def test_the_word_alone_is_allowed(client: httpx.Client, query: str) -> None:
    answer = client.get("/sparql", params={"query": query})
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json()["boolean"], bool)


# Labels are texts of others.

HOSTILE = "</td><script>alert(1)</script>&\"'"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a release in which somebody gave a building block a label that is HTML."""
    folder = tmp_path_factory.mktemp("hostile")
    text = AGENDA.replace('"Agenda"', '"' + HOSTILE.replace('"', '\\"') + '"')
    release = build(content(folder / "content", {"data/field/blocks.ttl": text}), Shelf(folder / "var")).release
    assert release is not None
    yield from served(release)


def test_a_label_with_html_is_shown_as_text(hostile: httpx.Client) -> None:
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    query = f"SELECT ?block ?label {{ ?block a <https://w3id.org/samenhang/ns#BuildingBlock> ; <{label}> ?label }}"
    construct = f"CONSTRUCT {{ ?x <{label}> ?y }} WHERE {{ ?x <{label}> ?y FILTER (CONTAINS(?y, 'alert')) }}"
    for address, parameters in (("/", {}), ("/sparql", {"query": query}), ("/sparql", {"query": construct})):
        answer = hostile.get(address, params=parameters, headers={"accept": BROWSER})
        assert answer.status_code == 200
        assert "<script>" not in answer.text
        if parameters:
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    rows = hostile.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
    assert HOSTILE in {row["label"]["value"] for row in rows}


# The command that serves.


def serving(release: Release, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "samenhang", "serve", *arguments],
        env=os.environ | {"SAMENHANG_VAR": str(release.folder.parent.parent), "SAMENHANG_LANG": "nl"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_tells_where_answers_and_stops_when_told(release: Release, stop: signal.Signals) -> None:
    with serving(release, "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(rf"Release {release.name} op (http://127\.0\.0\.1:\d+) .*\n", line)
        assert found, line
        assert process.stdout.readline() == f"  SPARQL     {found[1]}/sparql\n"
        assert process.stdout.readline() == f"  Catalogus  {found[1]}/catalog\n"
        answer = httpx.get(found[1] + "/health", timeout=30)
        assert answer.json()["release"] == release.name
        process.send_signal(stop)
        said, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert said == ""


def test_serve_on_a_port_that_is_taken(release: Release) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving(release, "--port", port) as process:
            said, errors = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, "")
    assert errors.startswith("Fout: ")
    assert port in errors
    assert errors.count("\n") == 1


def test_serve_on_an_address_that_is_not_of_this_machine(release: Release) -> None:
    with serving(release, "--host", "nergens.invalid") as process:
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, "")
    assert errors.startswith("Fout: ")
    assert "nergens.invalid" in errors
    assert errors.count("\n") == 1
