"""What an answer is like on the wire: the columns of a table, the addresses that a query leaves relative."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import BASE
from tests.service import served

DATA = f"""\
<{BASE}id/a> <{BASE}zeta> "z, \\"1\\"" .
<{BASE}id/a> <{BASE}alpha> "a\\ttab"@nl .
<{BASE}id/b> <{BASE}zeta> 2 .
<{BASE}id/b> <{BASE}alpha> "two\\nlines" .
<{BASE}id/c> <{BASE}zeta> 3 .
"""
ALL = "?thing <zeta> ?zeta OPTIONAL { ?thing <alpha> ?alpha }"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    file = tmp_path_factory.mktemp("answers") / "data.ttl"
    file.write_text(DATA, encoding="utf-8")
    with served("--data", str(file)) as (_, client):
        yield client


def test_files_as_they_are_have_no_documents_of_things(client: httpx.Client) -> None:
    assert client.get("/doc/actor/publiq").status_code == 404


def asked(client: httpx.Client, query: str, form: str) -> str:
    return client.get("/sparql", params={"query": query, "format": form}).raise_for_status().text


def heads(client: httpx.Client, query: str) -> list[list[str]]:
    """The names of the columns in CSV, TSV, JSON and XML."""
    xml = ElementTree.fromstring(asked(client, query, "xml"))[0]
    return [
        next(csv.reader(asked(client, query, "csv").splitlines())),
        [name.removeprefix("?") for name in asked(client, query, "tsv").partition("\n")[0].split("\t")],
        json.loads(asked(client, query, "json"))["head"]["vars"],
        [variable.attrib["name"] for variable in xml],
    ]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        (f"SELECT ?zeta ?alpha ?thing {{ {ALL} }}", ["zeta", "alpha", "thing"]),
        (f"SELECT ?alpha ?thing ?zeta {{ {ALL} }}", ["alpha", "thing", "zeta"]),
        (f"SELECT (1 AS ?y) ?zeta (2 AS ?x) ?alpha {{ {ALL} }}", ["y", "zeta", "x", "alpha"]),
        (f"SELECT ?thing ?nowhere ?alpha {{ {ALL} }}", ["thing", "nowhere", "alpha"]),
        (f"SELECT DISTINCT ?zeta ?alpha {{ {ALL} }} ORDER BY ?thing LIMIT 2", ["zeta", "alpha"]),
        (f"SELECT (COUNT(*) AS ?n) ?alpha {{ {ALL} }} GROUP BY ?alpha", ["n", "alpha"]),
        ("SELECT ?b ?a { FILTER(false) }", ["b", "a"]),
    ],
)
def test_columns_stand_in_the_order_of_the_select(client: httpx.Client, query: str, columns: list[str]) -> None:
    assert heads(client, query) == [columns] * 4


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {ALL} }}",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { VALUES (?b ?a) { (1 2) } ?z ?y ?x BIND(1 AS ?c) }",
        "SELECT * { { SELECT ?o ?s { ?s ?p ?o } } BIND(?s AS ?a) }",
        f"SELECT * {{ {ALL} }} LIMIT 0",
    ],
)
def test_columns_of_a_star_are_those_of_the_engine(client: httpx.Client, query: str) -> None:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    answer = store.query(query, base_iri=BASE)
    assert isinstance(answer, ox.QuerySolutions)
    assert heads(client, query) == [[variable.value for variable in answer.variables]] * 4


def test_cells_stand_below_their_columns(client: httpx.Client) -> None:
    query = f"SELECT ?zeta ?thing ?alpha {{ {ALL} }} ORDER BY ?thing"
    assert asked(client, query, "csv") == (
        f'zeta,thing,alpha\r\n"z, ""1""",{BASE}id/a,a\ttab\r\n2,{BASE}id/b,"two\nlines"\r\n3,{BASE}id/c,\r\n'
    )
    assert asked(client, query, "tsv") == (
        "?zeta\t?thing\t?alpha\n"
        f'"z, \\"1\\""\t<{BASE}id/a>\t"a\\ttab"@nl\n'
        f'2\t<{BASE}id/b>\t"two\\nlines"\n'
        f"3\t<{BASE}id/c>\t\n"
    )


def test_relative_addresses_are_below_ours_unless_the_query_says_so(client: httpx.Client) -> None:
    assert asked(client, "SELECT ?v { <id/b> <zeta> ?v }", "csv") == "v\r\n2\r\n"
    assert asked(client, f"BASE <{BASE}id/> SELECT ?v {{ <c> <../zeta> ?v }}", "csv") == "v\r\n3\r\n"
    assert asked(client, "CONSTRUCT { <x> <#y> 1 } {}", "nt") == (
        f'<{BASE}x> <{BASE}#y> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )
