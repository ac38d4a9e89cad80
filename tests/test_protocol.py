"""The SPARQL 1.1 Protocol by the book, over five triples of which every answer is known by hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, urlencode

import httpx
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from samenhang.release import Release
from samenhang.web import protocol
from tests.service import served

DATA = """
<http://x/a> <http://x/p> 1 <http://x/one> .
<http://x/a> <http://x/p> 1 <http://x/two> .
<http://x/b> <http://x/p> 2 <http://x/two> .
<http://x/c> <http://x/p> "é" <http://x/three> .
<http://x/d> <http://x/p> 4 .
"""
WHO = "SELECT ?s { ?s ?p ?o } ORDER BY ?s"
WHERE = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
RDF = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the five triples, with no habits of its own."""
    path = tmp_path_factory.mktemp("five") / "five.nq"
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    path.write_text(re.sub(r"> (\d) ", rf'> "\1"^^{integer} ', DATA), encoding="utf-8")
    with served("--data", str(path)) as (_, client):
        for name in ("accept", "accept-encoding"):
            del client.headers[name]
        yield client


def column(answer: httpx.Response) -> list[str]:
    """The only column of *answer* in short: what stands behind ``http://x/``."""
    assert answer.status_code == 200, answer.text
    return [next(iter(row.values()))["value"].removeprefix("http://x/") for row in answer.json()["results"]["bindings"]]


def refusal(answer: httpx.Response, status: int) -> str:
    """Why *answer* is refused."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    return str(answer.json()["detail"])


# How a query comes in.


@pytest.mark.parametrize(
    "media",
    [
        DIRECT,
        f"{DIRECT}; charset=utf-8",
        f'{DIRECT};charset="UTF-8"',
        DIRECT.upper(),
        FORM,
        f"{FORM}; charset=UTF-8",
    ],
)
def test_a_body_by_its_type(client: httpx.Client, media: str) -> None:
    body = "query=SELECT+?s+%7B+?s+?p+%22%C3%A9%22+%7D" if FORM in media else 'SELECT ?s { ?s ?p "é" }'
    over = "/sparql?default-graph-uri=http://x/three"
    assert column(client.post(over, content=body.encode(), headers={"content-type": media})) == ["c"]


def test_every_road_leads_to_the_same_answer(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (WHO[:9].encode(), WHO[9:].encode())

    direct = {"content-type": DIRECT}
    for answer in (
        client.get("/sparql", params={"query": WHO}),
        client.get("/sparql/", params={"query": WHO}),
        client.post("/sparql", data={"query": WHO}),
        client.post("/sparql/", data={"query": WHO}),
        client.post("/sparql", content=WHO, headers=direct),
        client.post("/sparql", content=pieces(), headers=direct),  # in chunks, of no declared length
    ):
        assert column(answer) == ["d"]
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("escaped", "meant"),
    [
        ("a%2Bb", "a+b"),
        ("a+b", "a b"),
        ("a%20b", "a b"),
        ("a%252Bb", "a%2Bb"),
        ("%C3%A9", "é"),
        ("%26query%3D", "&query="),
        ("a=b==c=41", "a=b==c=41"),
        ("%3D41%3D", "=41="),
        ("a+%20_", "a  _"),
    ],
)
def test_a_value_is_decoded_once(client: httpx.Client, escaped: str, meant: str) -> None:
    text = f"query=SELECT(%22{escaped}%22as?x)%7B%7D"
    assert column(client.get(f"/sparql?{text}")) == [meant]
    assert column(client.post("/sparql", content=text, headers={"content-type": FORM})) == [meant]


@given(st.text(), st.text())
def test_a_value_is_what_was_sent_whatever_it_is(query: str, form: str) -> None:
    async def nothing() -> Message:
        raise AssertionError

    for way in (quote, quote_plus):
        sent = urlencode({"format": form, "query": query}, quote_via=way).encode()
        asked = asyncio.run(protocol.read({"method": "GET", "query_string": sent}, nothing))
        assert (asked.query, asked.form) == (query, form or None)


def test_a_form_may_say_the_rest_in_the_address_or_in_the_body(client: httpx.Client) -> None:
    graph = {"default-graph-uri": "http://x/three"}
    for address, form in ((graph | {"format": "csv"}, {}), (graph, {"format": "csv"}), ({"format": "csv"}, graph)):
        answer = client.post("/sparql", params=address, data={"query": WHO} | form)
        assert answer.text == "s\r\nhttp://x/c\r\n"


@pytest.mark.parametrize(
    ("method", "address", "media", "body", "status"),
    [
        ("POST", "", DIRECT, b"SELECT * { ?s ?p '\xe9' }", 400),
        ("POST", "", f"{DIRECT}; charset=latin1", b"ASK {}", 400),
        ("POST", "", FORM, b"query=ASK%20%7B%7D%20%23%E9", 400),
        ("GET", "?query=ASK%20%7B%7D%20%23%E9", "", b"", 400),
        ("GET", "?query=ASK%20%7B%7D%2", "", b"", 400),
        ("GET", "?query=ASK{}&query=ASK{}", "", b"", 400),
        ("POST", "", FORM, b"query=ASK{}&query=ASK{}", 400),
        ("POST", "?query=ASK{}", FORM, b"query=ASK{}", 400),
        ("POST", "?query=ASK{}", DIRECT, b"ASK {}", 400),
        ("POST", "", FORM, b"", 400),
        ("POST", "", DIRECT, b"", 400),
        ("POST", "", "text/plain", b"ASK {}", 415),
        ("POST", "", "", b"ASK {}", 415),
        ("POST", "", f"{FORM}x", b"query=ASK{}", 415),
        ("POST", "", "application/sparql-update", b"DROP ALL", 403),
        ("POST", "", FORM, b"update=DROP+ALL", 403),
        ("POST", "", FORM, b"query=ASK{}&update=DROP+ALL", 403),
        ("POST", "?using-graph-uri=http://x/one", "application/sparql-update", b"DROP ALL", 403),
        ("GET", "?update=DROP+ALL", "", b"", 403),
        ("GET", "?query=DROP+ALL", "", b"", 400),
        ("PUT", "?query=ASK{}", DIRECT, b"ASK {}", 405),
        ("POST", "", DIRECT, b" " * 1_000_001, 413),
    ],
)
def test_what_is_no_query_of_the_protocol(
    client: httpx.Client, method: str, address: str, media: str, body: bytes, status: int
) -> None:
    headers = {"content-type": media} if media else {}
    assert refusal(client.request(method, f"/sparql{address}", content=body or None, headers=headers), status)
    whole = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"})
    assert column(whole) == ["4"], "and nothing has changed"


def test_a_packed_body_is_refused(client: httpx.Client) -> None:
    headers = {"content-type": DIRECT, "content-encoding": "gzip"}
    assert "gzip" in refusal(client.post("/sparql", content=b"ASK {}", headers=headers), 415)


def test_methods(client: httpx.Client) -> None:
    head = client.head("/sparql", params={"query": WHO})
    get = client.get("/sparql", params={"query": WHO})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))
    for address in ("/sparql", "/sparql/"):
        options = client.options(address)
        assert options.status_code == 204
        assert set(re.split(r", ?", options.headers["allow"])) == {"GET", "HEAD", "POST", "OPTIONS"}
        refused = client.delete(address)
        assert refusal(refused, 405)
        assert refused.headers["allow"] == options.headers["allow"]


# Over which graphs.


@pytest.mark.parametrize(
    ("default", "named", "who", "where"),
    [
        ([], [], ["d"], ["one", "three", "two", "two"]),
        (["one"], [], ["a"], []),
        (["one", "two"], [], ["a", "b"], []),
        (["two", "one", "two"], [], ["a", "b"], []),
        (["one", "two", "three"], ["three"], ["a", "b", "c"], ["three"]),
        ([], ["two"], [], ["two", "two"]),
        ([], ["one", "two"], [], ["one", "two", "two"]),
    ],
)
def test_the_graphs_of_a_request(
    client: httpx.Client, default: list[str], named: list[str], who: list[str], where: list[str]
) -> None:
    """By the protocol, and by FROM where the protocol is silent: the same. What stands in two graphs counts once."""
    graphs: dict[str, str | list[str]] = {
        f"{kind}-graph-uri": [f"http://x/{g}" for g in some] for kind, some in (("default", default), ("named", named))
    }
    assert column(client.get("/sparql", params=graphs | {"query": WHO})) == who
    assert column(client.get("/sparql", params=graphs | {"query": WHERE})) == where
    assert column(client.post("/sparql", data=graphs | {"query": WHO})) == who
    assert column(client.post("/sparql", params=graphs, content=WHO, headers={"content-type": DIRECT})) == who
    clauses = "".join(f"FROM <http://x/{g}> " for g in default) + "".join(f"FROM NAMED <http://x/{g}> " for g in named)
    assert column(client.get("/sparql", params={"query": WHO.replace("{", clauses + "{", 1)})) == who
    assert column(client.get("/sparql", params={"query": WHERE.replace("{", clauses + "{", 1)})) == where


def test_the_protocol_goes_before_the_query(client: httpx.Client) -> None:
    query = WHO.replace("{", "FROM <http://x/one> {")
    assert column(client.get("/sparql", params={"query": query, "default-graph-uri": "http://x/three"})) == ["c"]


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["http://x/four", "four", "", "file:///etc/passwd"])
def test_a_graph_that_is_not_here(client: httpx.Client, name: str, graph: str) -> None:
    assert f"'{graph}'" in refusal(client.get("/sparql", params={"query": WHO, name: graph}), 400)


# What comes back.


def test_csv_and_tsv_to_the_letter(client: httpx.Client) -> None:
    rows = '("a,b" 1 UNDEF) ("c\\"d" 1.5 <http://x/e>) ("f\\ng"@nl true "")'
    query = f"SELECT ?z ?a ?m {{ VALUES (?z ?a ?m) {{ {rows} }} }}"
    csv = client.get("/sparql", params={"query": query}, headers={"accept": "text/csv"})
    assert csv.content == b'z,a,m\r\n"a,b",1,\r\n"c""d",1.5,http://x/e\r\n"f\ng",true,\r\n'
    tsv = client.get("/sparql", params={"query": query}, headers={"accept": "text/tab-separated-values"})
    assert tsv.content == b'?z\t?a\t?m\n"a,b"\t1\t\n"c\\"d"\t1.5\t<http://x/e>\n"f\\ng"@nl\ttrue\t""\n'
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert tsv.headers["content-type"] == "text/tab-separated-values; charset=utf-8"


def test_nothing_found_is_an_answer(client: httpx.Client) -> None:
    params = {"query": "SELECT ?b ?a { ?a <http://x/none> ?b }"}
    told = {form: client.get("/sparql", params=params | {"format": form}).text for form in ("csv", "tsv", "json")}
    assert told == {
        "csv": "b,a\r\n",
        "tsv": "?b\t?a\n",
        "json": '{"head":{"vars":["b","a"]},"results":{"bindings":[]}}',
    }


@pytest.mark.parametrize("media", RDF)
def test_a_graph_in_every_form_of_rdf(client: httpx.Client, media: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } FROM <http://x/three> { ?s ?p ?o }"
    answer = client.get("/sparql", params={"query": query}, headers={"accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    (quad,) = ox.parse(answer.content, format=RDF[media])
    assert (quad.subject, quad.object) == (ox.NamedNode("http://x/c"), ox.Literal("é"))


def test_a_long_answer_is_whole(client: httpx.Client) -> None:
    digits = " ".join(map(str, range(10)))
    values = " ".join(f"VALUES ?{name} {{ {digits} }}" for name in "abcde")
    answer = client.get("/sparql", params={"query": f"SELECT * {{ {values} }}", "format": "csv"})
    assert len(answer.content) == int(answer.headers["content-length"]) == len("a,b,c,d,e\r\n") + 100_000 * 11


def test_what_differs_each_time_is_not_kept(client: httpx.Client) -> None:
    asked = [client.get("/sparql", params={"query": "SELECT (RAND() AS ?x) {}"}) for _ in range(3)]
    assert len({answer.text for answer in asked}) == 3
    assert {answer.headers["cache-control"] for answer in asked} == {"no-store"}


def test_a_mistake_has_its_place(client: httpx.Client) -> None:
    query = "SELECT ?s {\n  ?s ?p\n}"
    for answer in (
        client.get("/sparql", params={"query": query}, headers={"accept-language": "en", "accept": "text/csv"}),
        client.post("/sparql", content=query, headers={"content-type": DIRECT, "accept-language": "en"}),
    ):
        assert refusal(answer, 400).startswith("The query is not valid at line 3, column 1, at '}'.")
        assert (answer.json()["line"], answer.json()["column"]) == (3, 1)
        assert {"Accept", "Accept-Language"} <= set(re.split(r", ?", answer.headers["vary"]))
        assert answer.headers["access-control-allow-origin"] == "*"


# The description of the service.


def described(answer: httpx.Response) -> set[tuple[str, str, str]]:
    """The triples of a description, as texts."""
    assert answer.status_code == 200, answer.text
    form = RDF[answer.headers["content-type"].partition(";")[0]]
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(answer.content, format=form)}


def values(triples: set[tuple[str, str, str]], name: str) -> set[str]:
    return {o[1:-1] for _, p, o in triples if p == f"<{SD}{name}>"}


def test_the_description_is_the_same_in_every_form(client: httpx.Client) -> None:
    unasked = described(client.get("/sparql"))
    assert len(unasked) > 20
    for media in RDF:
        answer = client.get("/sparql", headers={"accept": media})
        assert answer.headers["content-type"].partition(";")[0] == media
        assert described(answer) == unasked


def test_the_description_says_what_is_so(client: httpx.Client) -> None:
    triples = described(client.get("/sparql", headers={"accept": "text/turtle"}))
    assert values(triples, "endpoint") == {str(client.base_url.join("/sparql"))}
    assert values(triples, "supportedLanguage") == {f"{SD}SPARQL11Query"}
    assert values(triples, "feature") == set()
    assert values(triples, "name") == {"http://x/one", "http://x/two", "http://x/three"}
    told = {
        "SPARQL_Results_JSON": "application/sparql-results+json",
        "SPARQL_Results_XML": "application/sparql-results+xml",
        "SPARQL_Results_CSV": "text/csv",
        "SPARQL_Results_TSV": "text/tab-separated-values",
        "Turtle": "text/turtle",
        "N-Triples": "application/n-triples",
        "JSON-LD": "application/ld+json",
        "RDF_XML": "application/rdf+xml",
        "TriG": "application/trig",
        "N-Quads": "application/n-quads",
    }
    assert values(triples, "resultFormat") == {FORMATS + name for name in told}
    for media in told.values():
        query = "DESCRIBE <http://x/d>" if media in RDF else WHO
        answer = client.get("/sparql", params={"query": query}, headers={"accept": media})
        assert answer.headers["content-type"].partition(";")[0] == media


def test_the_description_of_a_release(release: Release) -> None:
    with served(var=release.folder.parent.parent, SAMENHANG_PUBLIC="https://samenhang.example.org") as (_, client):
        answer = client.get("/sparql", headers={"accept": "text/turtle"})
        triples = described(answer)
        graphs = client.get("/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}).json()
        dice = [client.get("/sparql?query=SELECT(RAND()AS?x){}", headers={"if-none-match": "*"}) for _ in range(2)]
        size = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}).text
    assert release.name in answer.headers["etag"]
    assert values(triples, "endpoint") == {"https://samenhang.example.org/sparql"}
    assert values(triples, "name") == {row["g"]["value"] for row in graphs["results"]["bindings"]}
    (told,) = (o for _, p, o in triples if p == "<http://rdfs.org/ns/void#triples>")
    assert f'"{size.split()[1]}"' in told
    assert [answer.status_code for answer in dice] == [200, 200]
    assert dice[0].text != dice[1].text
