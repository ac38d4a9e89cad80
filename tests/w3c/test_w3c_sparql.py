"""``samenhang serve --data`` under the W3C SPARQL 1.1 suites: what fails is known by name and reason, the rest passes.

The runners are those of ``../shared/suites``, unchanged. What asks for a writable or federating service does not apply,
and is listed here; that nothing of it changes the data is a test too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .w3c_sparql import Endpoint, by_dataset, endpoint, options, over_http, past_http, runner

# The runners leave it to Python to close the files that they read.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

DATA = "http://kasei.us/2009/09/sparql/data/"
"""Where the graphs of the protocol suite are."""

_LANGUAGE = "GROUP_CONCAT drops the language that all parts have in common"
_GRAPH = "GRAPH ?g binds ?g in the group inside it already"
_ZERO = "a path of no steps from or to a constant gives nothing where the constant is not in the data"

ENGINE = {
    "aggregates/agg-groupconcat-04": _LANGUAGE,
    "aggregates/agg-groupconcat-06": _LANGUAGE,
    "aggregates/agg-empty-group-count-graph": "a COUNT inside GRAPH ?g is made once, not once a graph",
    "bindings/graph": "VALUES inside GRAPH ?g does not take its graphs from outside",
    "functions/bnode01": "BNODE(text) gives the same blank node in every row",
    "negation/graph-minus": _GRAPH + ", so that MINUS sees a shared variable",
    "property-path/zero_or_more_set_end": _ZERO,
    "property-path/zero_or_more_set_start": _ZERO,
    "property-path/zero_or_one_set_end": _ZERO,
    "property-path/zero_or_one_set_start": _ZERO,
    "csv-tsv-res/tsv03": "numbers are kept by value: -3 loses its xsd:negativeInteger",
}
"""What pyoxigraph itself fails, asked in this process: ten of query evaluation, one of the result formats."""

_FEDERATION = "asks another server, which this service does not do"

REFUSED = {
    "syntax-query/test_4": "calls a function that is not here",
    "syntax-query/test_42": "asks a graph that is not here",
    "syntax-fed/test_1": _FEDERATION,
    "syntax-fed/test_2": _FEDERATION,
    "syntax-fed/test_3": _FEDERATION,
}
"""What this service refuses (400) although it is well-formed: it says why, where others give an empty answer."""

UPDATES = {
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_wrong_media_type",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
}
"""The protocol tests of updates, which do not apply."""

GRAPH_STORE = {
    "put_get_repeat_direct",
    "put_delete_get_delete_direct",
    "post_get_post_get_direct",
    "head_existing_direct",
    "head_non_existing_direct",
    "put_get_repeat_indirect",
    "put_get_default",
    "put_delete_get_delete_indirect",
    "post_get_post_get_indirect",
    "post_get_new_graph",
    "head_existing_indirect",
    "head_non_existing_indirect",
    "put_get_uri_pct_encoded_indirect",
    "put_get_uri_pct_encoded_twice",
}
"""The tests of the Graph Store Protocol, which do not apply."""

FEDERATION = {"service1", "service2", "service3", "service4a", "service5", "service6", "service7"}
"""The evaluation tests that need other servers, which this service does not ask."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with endpoint(tmp_path_factory.mktemp("suite")) as place:
        yield place


@pytest.fixture(scope="module")
def queries(shared: Path) -> Iterator[ModuleType]:
    with runner(shared, "query_suite") as module:
        yield module


@pytest.fixture
def requests(shared: Path, place: Endpoint) -> Iterator[Any]:
    """The protocol suite, at an endpoint that holds the graphs of its tests."""
    with runner(shared, "protocol_suite") as module:
        suite = module.Runner(options(shared, place.url))
        suite.module = module
        suite.manifest = module.Manifest(str(shared / "w3c" / "sparql11" / "protocol" / "manifest.ttl"), "protocol")
        # Six tests ask over data0.rdf and have no data for it; a graph that is not there would be refused.
        quads = f'<{DATA}data0.rdf> <{DATA}is> "asked for" <{DATA}data0.rdf> .\n'
        for name in ("data1", "data2", "data3"):
            triples = Path(suite.manifest.dir, f"{name}.nt").read_text(encoding="utf-8").splitlines()
            quads += "".join(f"{line.rstrip().removesuffix('.')} <{DATA}{name}.rdf> .\n" for line in triples)
        place.hold(quads)
        yield suite
        suite.c.close()


def _failing(suite: Any) -> dict[str, str]:
    return {f"{row['folder']}/{row['test']}": row["reason"] for row in suite.rows if not row["ok"]}


def _score(suite: Any) -> Mapping[str, tuple[int, int]]:
    """For each category of tests, how many passed, of how many."""
    passed = Counter(row["category"] for row in suite.rows if row["ok"])
    return {kind: (passed[kind], of) for kind, of in Counter(row["category"] for row in suite.rows).items()}


def _only(failing: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Each of *known* fails, and no other. A test that passes now comes out of the list."""
    assert not {name: why for name, why in failing.items() if name not in known}
    assert failing.keys() == known.keys()


def test_the_engine_itself(queries: ModuleType, shared: Path) -> None:
    suite = past_http(queries, shared)
    for folder in (*queries.QUERY, *queries.RESULTS):
        suite.run_folder(folder)
    suite.c.close()
    _only(_failing(suite), ENGINE)
    assert _score(suite) == {"query-eval": (215, 225), "results-format": (9, 10), "syntax": (103, 103)}


def test_queries_answer_as_from_the_engine_itself(
    queries: ModuleType, shared: Path, place: Endpoint, scores: list[str]
) -> None:
    suite = over_http(queries, shared, place)
    for folder in (*queries.QUERY, *queries.RESULTS, *queries.FED):
        suite.run_folder(folder)
    suite.c.close()
    failing, score = _failing(suite), _score(suite)
    scores.extend(f"W3C SPARQL 1.1: {kind}: {passed} of {of}" for kind, (passed, of) in score.items())
    scores.extend(f"  not {name}: {(ENGINE | REFUSED).get(name, why)}" for name, why in failing.items())
    _only(failing, ENGINE | REFUSED)
    assert score == {"query-eval": (215, 225), "results-format": (9, 10), "syntax": (101, 106)}


def test_queries_answer_the_same_over_graphs_that_the_request_chooses(
    queries: ModuleType, shared: Path, place: Endpoint
) -> None:
    suite = by_dataset(queries, shared, place)
    for folder in (*queries.QUERY, *queries.RESULTS):
        suite.run_folder(folder)
    suite.c.close()
    suite.rows = [row for row in suite.rows if row["category"] != "syntax"]  # those have no graphs
    _only(
        _failing(suite), ENGINE | {"construct/constructwhere04": "its own FROM gives way to what the request chooses"}
    )
    assert _score(suite) == {"query-eval": (214, 225), "results-format": (9, 10)}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("syntax-query/syntax-select-expr-04.rq", "The custom function <http://example/function> is not supported"),
        ("syntax-query/syntax-construct-where-02.rq", "'http://example/file'"),
        ("syntax-fed/syntax-service-01.rq", "SERVICE"),
        ("syntax-fed/syntax-service-02.rq", "SERVICE"),
        ("syntax-fed/syntax-service-03.rq", "SERVICE"),
    ],
)
def test_what_is_well_formed_and_refused_is_told_why(file: str, said: str, shared: Path, place: Endpoint) -> None:
    query = "BASE <http://example/>\n" + (shared / "w3c" / "sparql11" / file).read_text(encoding="utf-8")
    answer = place.client.get(place.url, params={"query": query})
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_every_protocol_test_of_queries_passes(requests: Any, scores: list[str]) -> None:
    names = [str(test).partition("#")[2] for test in requests.manifest.entries()]
    assert set(names) >= UPDATES
    for test, name in zip(requests.manifest.entries(), names, strict=True):
        if name not in UPDATES:
            requests.guarded("protocol", name, partial(requests.protocol_test, requests.manifest, test, name))
    rows = requests.rows
    scores.append(f"W3C SPARQL 1.1: protocol: {sum(row['ok'] for row in rows)} of {len(rows)}")
    scores.append(f"  not applicable, read-only: {', '.join(sorted(UPDATES))}")
    assert not [row for row in rows if not row["ok"]]
    assert len(rows) == 20


def test_the_service_description(requests: Any, scores: list[str]) -> None:
    requests.run_sd()
    rows = requests.rows
    scores.append(f"W3C SPARQL 1.1: service description: {sum(row['ok'] for row in rows)} of {len(rows)}")
    assert not [row for row in rows if not row["ok"]]
    assert len(rows) == 3


def test_no_request_of_updates_or_graph_stores_changes_anything(
    requests: Any, shared: Path, place: Endpoint, scores: list[str]
) -> None:
    """What these tests send is refused, at the endpoint and where a graph store would be."""
    before = place.quads()
    assert len(before) > 3
    sent: set[str] = set()
    manifests = {
        "protocol/manifest.ttl": UPDATES,
        "graph-store-protocol/manifest-direct.ttl": GRAPH_STORE,
        "graph-store-protocol/manifest-indirect.ttl": GRAPH_STORE,
    }
    for name, those in manifests.items():
        manifest = requests.module.Manifest(str(shared / "w3c" / "sparql11" / name), name.partition("/")[0])
        for test in manifest.g.subjects(requests.module.RDF.type, None):
            if str(test).partition("#")[2] not in those:
                continue
            sent.add(str(test).partition("#")[2])
            for asked in manifest.requests(test):
                if _looks(asked):
                    continue
                path, _, values = asked["path"].partition("?")
                for url in {place.url, f"{place.client.base_url}{path}"}:
                    answer = requests.send(asked["method"], f"{url}?{values}", asked["headers"], asked["body"])
                    assert 400 <= answer.status_code < 500, (test, answer.status_code)
    assert sent == UPDATES | GRAPH_STORE
    assert place.quads() == before
    scores.append(f"  not applicable, no graph store: {', '.join(sorted(GRAPH_STORE))}")


def _looks(asked: Mapping[str, Any]) -> bool:
    """Whether a request of a test only looks at what the one before it did."""
    if asked["method"] in ("GET", "HEAD"):
        return "update=" not in asked["path"]
    media: str = asked["headers"].get("content-type", "")
    return media == "application/sparql-query"


def test_no_update_of_the_suites_is_done_by_any_road(requests: Any, shared: Path, place: Endpoint) -> None:
    before = place.quads()
    updates = sorted((shared / "w3c" / "sparql11").glob("*/*.ru"))
    assert len(updates) > 100
    for file in updates:
        text = file.read_bytes()
        direct = place.client.post(place.url, content=text, headers={"content-type": "application/sparql-update"})
        roads = [
            direct,
            place.client.post(place.url, data={"update": text}),
            place.client.get(place.url, params={"update": text}),
        ]
        assert [answer.status_code for answer in roads] == [403] * 3, file
        assert place.client.get(place.url, params={"query": text}).status_code == 400, file
    assert place.quads() == before


def test_no_test_is_left_out(queries: ModuleType, shared: Path) -> None:
    """Every folder is run above, or holds nothing but updates, graph stores (twice: an old form) and federation."""
    suite = shared / "w3c" / "sparql11"
    folders = {file.parent.name for file in suite.glob("*/manifest.ttl")}
    run = {*queries.QUERY, *queries.RESULTS, *queries.FED, "protocol", "service-description"}
    assert folders - run == {*queries.UPDATE, "graph-store-protocol", "http-rdf-update", "service"}
    assert {test for _, test in _tests(queries, suite / "service")} == FEDERATION
    kinds = Counter(kind for folder in queries.UPDATE for kind, _ in _tests(queries, suite / folder))
    assert kinds == {
        "UpdateEvaluationTest": 94,
        "PositiveUpdateSyntaxTest11": 42,
        "NegativeUpdateSyntaxTest11": 13,
        "NegativeSyntaxTest11": 8,
    }
    assert not list(suite.glob("delete-insert/*.rq")), "the eight above are updates too"


def _tests(queries: ModuleType, folder: Path) -> Iterator[tuple[str, str]]:
    """The kind and the name of each test that the manifest of *folder* lists."""
    manifest = queries.load_graph(str(folder / "manifest.ttl"), "http://w3c/manifest")
    for listed in manifest.objects(None, queries.MF.entries):
        for test in queries.Collection(manifest, listed):
            yield str(manifest.value(test, queries.RDF.type)).partition("#")[2], str(test).partition("#")[2]
