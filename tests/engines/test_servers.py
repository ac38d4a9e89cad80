"""A release in a server of others: brought there, switched, and answering as the engine in memory does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from samenhang.engine import guard
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.lodging import Elsewhere
from samenhang.engine.remote import RemoteEngine, releases
from samenhang.errors import Busy, NotFound, SyntaxProblem, Unreadable, WrongValue
from samenhang.namespaces import GRAPH, SCOPES
from samenhang.questions import Query, questions
from samenhang.release import Release, Shelf
from samenhang.release.folders import DATA
from samenhang.release.loading import Server, load, lodging
from samenhang.release.trial import content
from tests.engines import servers
from tests.engines.comparison import compare, queries
from tests.service import served
from tests.support import ROOT

SCOPE = SCOPES[1]
ASKED = ("rules", "derive", "conclude", "withdraw", "map", "documents")
"""Folders of queries that no person asks by name, and that are compared in each run; ``make engines`` compares all."""


@pytest.fixture(scope="module", params=servers.NAMES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs, empty; one that is not installed is said aloud."""
    if why := servers.absent(request.param):
        pytest.skip(f"SKIPPED ALOUD: {why}, so nothing was compared with it")
    with servers.started(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def remote(server: Server, part: Release) -> RemoteEngine:
    """The engine over the part of the release, once that was brought."""
    loaded = load(part, server)
    assert (loaded.graphs, loaded.triples, loaded.removed) == (4, part.manifest["quads"], ())
    return RemoteEngine.open(Elsewhere(server.endpoint, lodging(part)), 60)


def asked() -> list[tuple[str, Query]]:
    """The questions, and the queries of those folders."""
    names = questions(ROOT / "queries")
    return [(folder, query) for folder, query in queries() if query.name in names or folder in ASKED]


@pytest.mark.parametrize("server", ["oxigraph"], indirect=True)
def test_every_question_rule_and_derivation_answers_the_same(remote: RemoteEngine, part: Release) -> None:
    compared = [compare(folder, query, part.engine, remote, SCOPE) for folder, query in asked()]
    assert len(compared) > 100
    assert {one.name: one.difference for one in compared if one.difference} == {}


@pytest.mark.parametrize("server", ["oxigraph"], indirect=True)  # Virtuoso gets some wrong, and is then not asked
@pytest.mark.parametrize(
    "query",
    [
        "SELECT DISTINCT ?g { GRAPH ?g {} }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT * { GRAPH ?g { ?s a ?c } } ORDER BY ?g ?s ?c LIMIT 5",
        "PREFIX g: <https://w3id.org/samenhang/graph/> "
        "SELECT ?n { GRAPH g:ontology { SELECT (COUNT(*) AS ?n) { ?s a ?c } } }",
        "BASE <https://w3id.org/samenhang/graph/> SELECT (COUNT(*) AS ?n) { GRAPH <ontology> # { here\n { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/samenhang/graph/none> { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/samenhang/graph/shapes> { ?s ?p ?o }",
        "SELECT ?g FROM NAMED <https://w3id.org/samenhang/graph/shapes> { { ?s ?p ?o } UNION { GRAPH ?g {} } }",
        "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/samenhang/graph/report-2021/actors> "
        "FROM <https://w3id.org/samenhang/graph/scope/report-2021> { ?s ?p ?o }",
        "SELECT ?x { VALUES ?x { 'GRAPH ?g {' } }",
        "ASK { ?s ?p 'nobody says this' }",
        "ASK { ?s ?p ?o }",
    ],
)
def test_graphs_are_those_of_the_release(remote: RemoteEngine, part: Release, query: str) -> None:
    """Whatever their names are in the server, and whatever else it holds."""
    inquiry = guard.read(query).inquiry("json", SCOPE)
    assert content(remote.answer(inquiry)) == content(part.engine.answer(inquiry))


def test_what_is_wrong_with_a_query_is_told_as_always(remote: RemoteEngine, part: Release) -> None:
    wrong = (
        ("SELECT ?a {\n ?a foo:b ?c }", SyntaxProblem),
        ("define input:inference 'x' SELECT * { ?s ?p ?o }", SyntaxProblem),
        ("SELECT (<bif:now>() AS ?x) {}", WrongValue),
        ("SELECT * { \\u0047RAPH ?g { ?s ?p ?o } }", SyntaxProblem),
    )
    for query, kind in wrong:
        told = []
        for engine in (remote, part.engine):
            with pytest.raises(kind) as caught:
                engine.answer(Inquiry(query, "json", SCOPE))
            told.append(str(caught.value))
        assert told[0] == told[1]
    with pytest.raises(NotFound):
        remote.answer(Inquiry("ASK {}", "json", "nowhere"))
    with pytest.raises(WrongValue, match="There is no graph"):
        remote.answer(Inquiry("ASK {}", "json", SCOPE, graphs=(f"{GRAPH}none",)))


def test_a_name_is_that_of_the_release(remote: RemoteEngine, part: Release) -> None:
    iri = "https://w3id.org/samenhang/id/actor/publiq"
    for engine in (remote, part.engine):
        engine.learn([iri], SCOPE)
        assert engine.name(iri, "nl", SCOPE) == "publiq"
        assert engine.name(f"{iri}-none", "nl", SCOPE) is None


def small(folder: Path, scope: str, *triples: str) -> Release:
    """A release of a few *triples* in the graph of a *scope*. Over that of all, a server is asked every query."""
    data = "".join(f"{triple} <{GRAPH}scope/{scope}> .\n" for triple in triples).encode()
    return Shelf(folder).put({DATA: data}, {"quads": len(triples)})


def test_a_release_makes_place_for_the_one_after_the_next(server: Server, remote: RemoteEngine, tmp_path: Path) -> None:
    """Readers of the one before go on; whoever still asks an older one is told, and never answered from half of it."""
    known = set(releases(server.endpoint))
    one, two, three = (small(tmp_path, "field", f'<x:a> <x:b> "{number}"') for number in range(3))
    count = Inquiry("SELECT ?o { ?s ?p ?o }", "csv", "field")
    engines = []
    for release in (one, two, three):
        loaded = load(release, server)
        engines.append(RemoteEngine.open(Elsewhere(server.endpoint, lodging(release)), 60))
    assert loaded.removed == (one.name,)
    assert [engine.answer(count).serialize("csv") for engine in engines[1:]] == [b"o\r\n1\r\n", b"o\r\n2\r\n"]
    with pytest.raises(Busy, match="samenhang load"):
        engines[0].answer(count)
    with pytest.raises(Unreadable, match="samenhang load"):
        RemoteEngine.open(Elsewhere(server.endpoint, lodging(one)), 60)
    assert not known & set(releases(server.endpoint))


def test_the_service_asks_the_server(tmp_path: Path) -> None:
    """From the commands on: not before the release was brought; then in every form; and 503 when the server is gone."""
    release = small(tmp_path, "all", '<x:a> <x:b> "c"@nl')
    Shelf(tmp_path).publish(release)
    with ExitStack() as stack:
        server = stack.enter_context(servers.started("oxigraph", tmp_path))
        addresses = {
            "SAMENHANG_ENGINE": server.endpoint.address,
            "SAMENHANG_ENGINE_GRAPHS": server.graphs,
            "SAMENHANG_ENGINE_UPDATE": server.update,
        }
        too_soon = command("serve", "--port", "0", SAMENHANG_VAR=str(tmp_path), **addresses)
        assert (too_soon.returncode, "samenhang load" in too_soon.stderr) == (2, True)
        assert command("load", SAMENHANG_VAR=str(tmp_path)).returncode == 2
        told = command("load", SAMENHANG_VAR=str(tmp_path), **addresses)
        assert (told.returncode, f"Release {release.name}: 1 triples in 1 graphs, compared" in told.stdout) == (0, True)
        with served(var=tmp_path, **addresses) as (_, client):
            assert client.get("/health").json()["engine"] == "sparql"
            ask = {"query": "SELECT ?o { ?s ?p ?o }"}
            assert client.get("/sparql", params=ask, headers={"accept": "text/csv"}).text == "o\r\nc\r\n"
            ask = {"query": "CONSTRUCT WHERE { ?s ?p ?o }"}
            graph = client.get("/sparql", params=ask, headers={"accept": "text/turtle"}).text
            assert graph == '<x:a> <x:b> "c"@nl .\n'
            stack.close()
            gone = client.get("/sparql", params={"query": "ASK { ?s ?p 1 }"}, headers={"accept": "*/*"})
            assert (gone.status_code, gone.headers["retry-after"]) == (503, "5")


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SAMENHANG_LANG": "en"} | settings
    command = [sys.executable, "-m", "samenhang", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
