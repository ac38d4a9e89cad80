"""The inventory of the report and the forms in which the graph may say each of its relations.

``../shared/facts/report.json`` holds the rows; ``ontology/inventory.yaml`` says which class a row becomes and which
forms a relation may take.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import yaml

from samenhang.namespaces import ID, NS, PREFIXES, expand
from tests.support import kebab

MODALITY: Final = {
    "is": "fact",
    "prop": "proposed",
    "view": "opinion",
    "cond": "conditional",
    "open": "open",
    "impl": "derived",
}
"""How the inventory writes the modality of a row, and the code of the ontology."""

SETTLED: Final = {
    "exploitatiemodaliteit discussedIn subtaak-04-voortgang-analyse": "proposed",
    "subtaak-03-aanpak-analyse subtaskOf taak-05-business-cases": "proposed",
    "subtaak-03-aanpak-analyse performedBy transitieteam": "proposed",
    "subtaak-03-aanpak-analyse concerns analysefase": "proposed",
    "besluit-politieke-validatie prerequisiteOf stap-t0-expliciteren": "conditional",
}
"""Relations of open rows that are not open themselves (what is to be discussed by whom, what waits for it), and what
each of them is."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Edge:
    """One relation of the inventory: from a row, by a predicate, to another row."""

    row: str
    predicate: str
    other: str

    def __str__(self) -> str:
        return f"{self.row} {self.predicate} {self.other}"


class Inventory:
    """The rows of the report, with the class and the address of each, and its relations."""

    def __init__(self, rows: Path, folding: Path) -> None:
        self.rows: dict[str, Row] = {r["id"]: r for r in json.loads(rows.read_text(encoding="utf-8"))["rows"]}
        table = yaml.safe_load(folding.read_text(encoding="utf-8"))
        self.classes: dict[str, list[dict[str, str]]] = table["classes"]
        self.forms: dict[str, list[dict[str, Any]]] = table["predicates"]

    def class_of(self, row: str) -> str:
        """The local name of the class that a row becomes."""
        told = self.rows[row]["type"]
        for pattern in self.classes[self.rows[row]["table"]]:
            if fnmatch.fnmatchcase(told, pattern["type"].replace("[", "[[]")):
                return pattern["class"]
        raise LookupError(f"{row}: no pattern for the type '{told}'")

    def address(self, row: str) -> str:
        """The IRI of the thing that a row becomes."""
        return f"{ID}{kebab(self.class_of(row))}/{row}"

    def edges(self) -> Iterator[Edge]:
        """Every relation, in the order of the inventory."""
        for row in self.rows.values():
            for predicate, other in row["relations"]:
                yield Edge(row["id"], predicate, other)

    def forms_of(self, edge: Edge) -> Iterator[dict[str, Any]]:
        """The forms that fit the two ends of *edge*, the norm first."""
        for form in self.forms[edge.predicate]:
            if self.class_of(edge.row) in form.get("from", [self.class_of(edge.row)]) and self.class_of(
                edge.other
            ) in form.get("to", [self.class_of(edge.other)]):
                yield form

    def modalities(self, edge: Edge, form: Mapping[str, Any]) -> set[str]:
        """What a claim for *edge* may have as modality: that of its row, or a weaker one; never a stronger one."""
        if form.get("derived"):
            return {"derived"}
        allowed = self.no_more_than(edge.row)
        return allowed | {SETTLED[str(edge)]} if str(edge) in SETTLED else allowed

    def no_more_than(self, row: str) -> set[str]:
        """The modalities that make a row no more certain than the inventory does."""
        told = MODALITY[self.rows[row]["modality"]]
        return set(MODALITY.values()) if told == "fact" else {told, "derived"}

    def says(self, edge: Edge, store: ox.Store) -> bool:
        """Whether *store* says *edge*, in a form that fits and with a modality that it may have."""
        return any(
            modality in self.modalities(edge, form)
            for form in self.forms_of(edge)
            for _, modality in self.said(edge, form, store)
        )

    def said(self, edge: Edge, form: Mapping[str, Any], store: ox.Store) -> list[tuple[str, str]]:
        """The claims in *store* that say *edge* in this *form*, whatever their modality."""
        row, other = self.address(edge.row), self.address(edge.other)
        polarity = "doesNotHold" if form.get("denied") else "holds"
        if "predicate" in form:
            ends = (other, row) if form.get("turned") else (row, other)
            pattern = f"rdf:subject <{ends[0]}> ; rdf:predicate {form['predicate']} ; rdf:object <{ends[1]}>"
        else:
            pattern = f"a sam:{form['claim']} ; {form['subject']} <{row}> ; {form['object']} <{other}>"
            if "type" in form:
                pattern += f" ; sam:responsibilityType sam:responsibility-{form['type']}"
        text = (
            f"PREFIX sam: <{NS}> PREFIX rdf: <{PREFIXES['rdf']}> PREFIX dct: <{PREFIXES['dct']}> "
            f"PREFIX org: <{PREFIXES['org']}> "
            "SELECT ?claim ?modality WHERE "
            f"{{ ?claim sam:polarity sam:{polarity} ; sam:modality ?modality ; {pattern} }}"
        )
        answer = store.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        return [(s["claim"].value, s["modality"].value.removeprefix(NS)) for s in answer]


def local(iri: str) -> str:
    """The last part of an address of a thing."""
    return iri.rsplit("/", 1)[1]


def full(name: str) -> str:
    """The IRI of a prefixed name of the folding table."""
    iri = expand(name)
    assert iri is not None, name
    return iri
