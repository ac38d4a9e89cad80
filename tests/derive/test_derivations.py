"""What is derived from claims, and what must not be; expected by hand, from the comment on top of the data."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from samenhang.engine import EmbeddedEngine
from tests.support import analysis, cells, tiny

PREFIXES = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sam: <https://w3id.org/samenhang/ns#>
"""

DIRECT = {
    ("building-block:a", "sam:candidateFor", "building-block:z"),
    ("building-block:still", "sam:candidateFor", "building-block:z"),
    ("building-block:a", "sam:ownedBy", "actor:x"),
    ("building-block:a", "sam:identifiesThrough", "building-block:z"),
    ("building-block:a", "sam:dependsOn", "building-block:z"),
    ("building-block:a", "sam:realises", "capability:k"),
    ("building-block:a", "sam:sourceOfRecordFor", "information-object:i"),
    ("building-block:a", "dct:conformsTo", "standard:s"),
    ("interface:a", "dct:conformsTo", "standard:s"),
    ("building-block:a", "sam:providesDataTo", "building-block:z"),
    ("building-block:a", "sam:fundedBy", "instrument:f"),
    ("building-block:a", "sam:managedBy", "actor:x"),
    ("building-block:a", "sam:usedBy", "actor:x"),
    ("building-block:f", "sam:state", "sam:lifecycle-live"),
    ("building-block:g", "sam:state", "sam:lifecycle-live"),
    ("interface:h", "sam:state", "sam:lifecycle-phasing-out"),
}


@cache
def engine() -> EmbeddedEngine:
    return tiny(Path(__file__).with_name("derivations.ttl"), rules=False)


def test_direct_relations_come_from_facts_that_hold_and_have_not_ended() -> None:
    graph = "<https://w3id.org/samenhang/graph/derived/all>"
    derived = cells(
        engine().query(
            f"{PREFIXES} SELECT ?s ?p ?o WHERE {{ GRAPH {graph} {{ ?s ?p ?o }}"
            " ?p a ?kind . VALUES ?kind { sam:StatedRelation sam:Shortcut } }"
        )
    )
    conforms = f"{PREFIXES} SELECT ?s (dct:conformsTo AS ?p) ?o WHERE {{ GRAPH {graph} {{ ?s dct:conformsTo ?o }} }}"
    derived += cells(engine().query(conforms))
    assert set(derived) == DIRECT


@pytest.mark.parametrize(
    ("claim", "confidence"),
    [
        ("statement-a", "sam:A"),  # the best of its evidence
        ("statement-b", "sam:C"),
        ("statement-c", "sam:C"),  # our reading, whatever the evidence
        ("statement-d", "sam:A"),
    ],
)
def test_confidence_of_a_claim(claim: str, confidence: str) -> None:
    query = f"{PREFIXES} SELECT ?c WHERE {{ <https://w3id.org/samenhang/id/claim/{claim}> sam:confidence ?c }}"
    assert cells(engine().query(query)) == [(confidence,)]


@pytest.mark.parametrize(
    ("claim", "things"),
    [
        ("exchange-a", {"building-block:a", "building-block:z"}),
        ("standard-a", {"building-block:a", "interface:a", "standard:s"}),
        ("owner-a", {"building-block:a", "actor:x"}),
        # The object of a statement counts when it is a thing: one that is described with evidence.
        ("statement-a", {"building-block:a"}),
    ],
)
def test_what_a_claim_involves(claim: str, things: set[str]) -> None:
    query = f"{PREFIXES} SELECT ?t WHERE {{ <https://w3id.org/samenhang/id/claim/{claim}> sam:involves ?t }}"
    assert {thing for (thing,) in cells(engine().query(query))} == things


@pytest.mark.parametrize(
    ("claim", "aspects"),
    [
        ("owner-a", {"sam:aspect-owner"}),
        ("advice-a", set()),
        ("exchange-b", {"sam:aspect-exchange"}),
        ("statement-a", {"sam:aspect-candidates"}),
        ("standard-b", {"sam:aspect-standard"}),
    ],
)
def test_which_aspect_a_claim_makes_known(claim: str, aspects: set[str]) -> None:
    query = f"{PREFIXES} SELECT ?a WHERE {{ <https://w3id.org/samenhang/id/claim/{claim}> sam:aspect ?a }}"
    assert {aspect for (aspect,) in cells(engine().query(query))} == aspects


def test_wider_classes_and_plain_labels_are_added() -> None:
    query = f"{PREFIXES} ASK {{ <https://w3id.org/samenhang/id/claim/exchange-a> a sam:Claim , prov:Entity }}"
    assert b"true" in engine().query(query).serialize("json")
    query = f"{PREFIXES} SELECT ?l WHERE {{ <https://w3id.org/samenhang/id/building-block/a> rdfs:label ?l }}"
    assert cells(engine().query(query)) == [("A",)]


def test_a_second_pass_adds_nothing() -> None:
    """Derivations read claims, not each other: whatever their order, one pass is enough."""
    known = set(engine().query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").triples())
    for query in analysis().derivations:
        assert set(engine().query(query.text).triples()) <= known, query.name
