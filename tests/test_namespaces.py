"""Prefixes and kinds: one table, which ontology, data and every Turtle and query file keep to."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from samenhang.namespaces import BASE, ID, KINDS, NS, PREFIXES, SCOPES, expand, scope_graph, shorten
from samenhang.release import Release
from samenhang.sources import triples
from tests.support import ROOT, cells

TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


def test_kinds_are_those_of_our_classes_and_scheme() -> None:
    """``sam:kind`` on a class of ours says its kind. Concept schemes have addresses of ours too (/id/scheme/...), but
    their class, skos:ConceptScheme, is not ours to say anything of: that is the one kind more."""
    quads = [quad for path in (ROOT / "ontology").glob("*.ttl") for quad in triples(path)]
    declared = {
        quad.object.value
        for quad in quads
        if quad.predicate.value == NS + "kind" and isinstance(quad.object, ox.Literal)
    }
    assert set(KINDS) == declared | {"scheme"}
    assert list(KINDS) == sorted(set(KINDS))


def test_the_kind_in_every_address_is_that_of_a_class_of_the_thing(release: Release) -> None:
    rows = cells(
        release.query(
            """PREFIX sam: <https://w3id.org/samenhang/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            SELECT DISTINCT ?thing WHERE {
              ?thing a ?any . FILTER (STRSTARTS(STR(?thing), "https://w3id.org/samenhang/id/"))
              BIND (REPLACE(STR(?thing), "^https://w3id.org/samenhang/id/([^/]+)/.*$", "$1") AS ?kind)
              FILTER NOT EXISTS { ?thing a ?class . ?class sam:kind ?kind }
              FILTER NOT EXISTS { ?thing a skos:ConceptScheme . FILTER (?kind = "scheme") }
            }"""
        )
    )
    assert rows == []


def test_every_address_of_ours_is_of_a_known_kind_and_a_plain_slug(release: Release) -> None:
    pattern = re.compile(re.escape(ID) + f"({'|'.join(KINDS)})/[a-z0-9]+(-[a-z0-9]+)*")
    found = {
        term.value
        for quad in release.engine.store
        for term in (quad.subject, quad.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(ID)
    }
    assert len(found) > 500
    assert {iri for iri in found if not pattern.fullmatch(iri)} == set()


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (f"{ID}building-block/uitdatabank", "building-block:uitdatabank"),
        (f"{NS}holds", "sam:holds"),
        ("http://data.europa.eu/IL4", "eif:IL4"),
        ("http://data.europa.eu/eli/ontology#x", "eli:x"),
        ("http://data.europa.eu/m8g/PublicOrganisation", "m8g:PublicOrganisation"),
        (f"{BASE}graph/dataset", "graph:dataset"),
        (f"{BASE}graph/field/actors", f"<{BASE}graph/field/actors>"),  # no prefix fits all of it
        (f"{ID}actor/", f"<{ID}actor/>"),
        (f"{ID}actor/a.", f"<{ID}actor/a.>"),
        (f"{ID}actor/-a", f"<{ID}actor/-a>"),
        ("http://schema.org/name", "<http://schema.org/name>"),  # the other spelling
        ("http://example.org/a", "<http://example.org/a>"),
    ],
)
def test_short_names(iri: str, name: str) -> None:
    assert shorten(iri) == name
    assert expand(name) == iri


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("uitdatabank", None),
        ("bouwblok:uitdatabank", None),
        ("", None),
        (":uitdatabank", None),
        ("actor", None),
    ],
)
def test_expanding_what_is_not_a_short_name(name: str, iri: str | None) -> None:
    assert expand(name) == iri


@settings(deadline=None)
@example(NS, "a²")
@example(NS, "a.b")
@given(st.sampled_from(sorted(PREFIXES.values())), st.text(max_size=12))
def test_every_short_name_leads_back_and_is_one_in_sparql(namespace: str, local: str) -> None:
    iri = namespace + local
    name = shorten(iri)
    assert expand(name) == iri
    if not name.startswith("<"):
        answer = ox.Store().query(f"SELECT ({name} AS ?x) {{}}", prefixes=PREFIXES)
        assert isinstance(answer, ox.QuerySolutions)
        assert [row["x"] for row in answer] == [ox.NamedNode(iri)]


def test_no_two_prefixes_for_one_namespace() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@pytest.mark.parametrize("folder", ["ontology", "shapes", "data", "queries"])
def test_every_file_writes_prefixes_as_the_table_does(folder: str) -> None:
    declared = re.compile(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".ttl", ".rq")]
    assert files
    odd = {
        (path.relative_to(ROOT).as_posix(), prefix, namespace)
        for path in files
        for prefix, namespace in declared.findall(path.read_text(encoding="utf-8"))
        if PREFIXES.get(prefix) != namespace
    }
    assert odd == set()


def test_scopes_have_a_graph_each() -> None:
    assert [scope_graph(scope) for scope in SCOPES] == [
        "https://w3id.org/samenhang/graph/scope/all",
        "https://w3id.org/samenhang/graph/scope/report-2021",
        "https://w3id.org/samenhang/graph/scope/field",
    ]
