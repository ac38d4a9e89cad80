"""Nothing of the report's inventory is lost, turned round, or promoted from reading to fact."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.namespaces import KINDS, NS, PREFIXES
from tests.report.inventory import Inventory, full, local
from tests.support import ROOT, kebab

RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
DEFINITION = ox.NamedNode(PREFIXES["skos"] + "definition")
EVIDENCE = ox.NamedNode(NS + "evidence")
MODAL = ox.NamedNode(NS + "modality")


@pytest.fixture(scope="module")
def inventory(shared: Path) -> Inventory:
    return Inventory(shared / "facts" / "report.json", ROOT / "ontology" / "inventory.yaml")


def objects(store: ox.Store, iri: str, predicate: ox.NamedNode) -> list[ox.NamedNode | ox.Literal]:
    found = [q.object for q in store.quads_for_pattern(ox.NamedNode(iri), predicate, None)]
    assert all(isinstance(term, ox.NamedNode | ox.Literal) for term in found)
    return [term for term in found if isinstance(term, ox.NamedNode | ox.Literal)]


def test_every_row_is_the_thing_that_its_table_and_type_say(inventory: Inventory, graph: ox.Store) -> None:
    assert len(inventory.rows) == 715
    wrong = [
        row
        for row in inventory.rows
        if ox.NamedNode(NS + inventory.class_of(row)) not in objects(graph, inventory.address(row), RDF_TYPE)
    ]
    assert wrong == []


def test_every_row_has_names_definitions_and_evidence(inventory: Inventory, graph: ox.Store) -> None:
    for row in inventory.rows:
        iri = inventory.address(row)
        for predicate in (LABEL, DEFINITION):
            texts = {t.language for t in objects(graph, iri, predicate) if isinstance(t, ox.Literal)}
            assert texts == {"nl", "en"}, f"{row} {predicate.value}"
        assert objects(graph, iri, EVIDENCE), row


def test_every_row_has_the_modality_of_the_inventory(inventory: Inventory, graph: ox.Store) -> None:
    """As the inventory says, or weaker: a thing is never more certain in the graph than in the report."""
    for row in inventory.rows:
        (modality,) = objects(graph, inventory.address(row), MODAL)
        assert modality.value.removeprefix(NS) in inventory.no_more_than(row), row


def test_every_quotation_of_a_row_is_still_found(inventory: Inventory, graph: ox.Store) -> None:
    """A row's pieces of evidence stand on every slide that the inventory quotes for it."""
    slide = ox.NamedNode(NS + "slide")
    for row, told in inventory.rows.items():
        places = {
            int(place.value)
            for piece in objects(graph, inventory.address(row), EVIDENCE)
            for place in objects(graph, piece.value, slide)
        }
        assert {int(quote["slide"][1:]) for quote in told["evidence"]} <= places, row


def test_every_relation_is_said_in_the_right_direction_and_not_promoted(inventory: Inventory, graph: ox.Store) -> None:
    edges = list(inventory.edges())
    assert len(edges) == 1392
    assert [str(edge) for edge in edges if not inventory.says(edge, graph)] == []


def test_no_reading_of_the_inventory_is_anywhere_a_fact(inventory: Inventory, graph: ox.Store) -> None:
    """A claim that says a relation is no more certain than the relations of the inventory that it says."""
    said: dict[tuple[str, str], set[str]] = {}
    for edge in inventory.edges():
        for form in inventory.forms_of(edge):
            for pair in inventory.said(edge, form, graph):
                said.setdefault(pair, set()).update(inventory.modalities(edge, form))
    assert len(said) > 1000
    for (claim, modality), allowed in said.items():
        assert modality in allowed, f"{claim} is {modality}"


def test_statements_between_rows_say_nothing_that_the_inventory_does_not(inventory: Inventory, graph: ox.Store) -> None:
    """Each statement that holds as a fact between two rows is a relation of the inventory."""
    known: set[tuple[str, str, str]] = set()
    for edge in inventory.edges():
        for form in inventory.forms_of(edge):
            if "predicate" in form:
                ends = (edge.other, edge.row) if form.get("turned") else (edge.row, edge.other)
                known.add((ends[0], full(form["predicate"]), ends[1]))
    answer = graph.query(
        f"PREFIX sam: <{NS}> PREFIX rdf: <{PREFIXES['rdf']}> SELECT ?s ?p ?o WHERE {{ ?claim rdf:subject ?s ;"
        " rdf:predicate ?p ; rdf:object ?o ; sam:modality sam:fact ; sam:polarity sam:holds }"
    )
    assert isinstance(answer, ox.QuerySolutions)
    rows = {inventory.address(row) for row in inventory.rows}
    said = {
        (local(s["s"].value), s["p"].value, local(s["o"].value)) for s in answer if {s["s"].value, s["o"].value} <= rows
    }
    assert len(said) > 200
    assert sorted(said - known) == []


def test_every_predicate_of_the_inventory_is_folded(inventory: Inventory) -> None:
    named = {edge.predicate for edge in inventory.edges()}
    assert len(named) > 100
    assert set(inventory.forms) == named
    assert {kebab(inventory.class_of(row)) for row in inventory.rows} <= set(KINDS)
