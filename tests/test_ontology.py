"""The ontology tells the truth: its examples hold, its ties point at terms that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.namespaces import PREFIXES
from samenhang.release import Release
from tests.support import ROOT, cells

SAM = PREFIXES["sam"]
HEADER = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


@cache
def examples() -> list[tuple[str, str]]:
    """Each term with its example, in the order of the files."""
    found = []
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        for quad in ox.parse(path=path):
            if quad.predicate.value == PREFIXES["skos"] + "example" and isinstance(quad.object, ox.Literal):
                found.append((str(quad.subject.value).removeprefix(SAM), quad.object.value))
    return sorted(found)


@cache
def illustrations() -> ox.Store:
    """The good examples of ontology/examples: what shows a term that the map does not use yet."""
    store = ox.Store()
    for path in (ROOT / "ontology" / "examples").glob("*.ttl"):
        store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in ox.parse(path=path))
    return store


ILLUSTRATED = {"usesInformation", "sourceOfRecordFor", "realises", "passesOn", "creates", "contractedUnder"}
"""Shortcuts that no fact of the map yields yet; their example shows the form."""


@pytest.mark.parametrize(("term", "example"), examples(), ids=[term for term, _ in examples()])
def test_example_is_true(term: str, example: str, release: Release) -> None:
    """An example is a thing that exists, or a triple that the map (or an example file) holds."""
    pattern = example if " " in example else f"{example} ?p ?o"
    query = f"{HEADER} ASK {{ {pattern} }}"
    held = b"true" in release.query(query).serialize("json")
    held = held or bool(illustrations().query(query))
    if term in ILLUSTRATED:
        assert not held, f"{term} now has a real example: take it"
    else:
        assert held, example


def test_ties_point_at_terms_that_exist(shared: Path) -> None:
    """Every outside term that the ontology names exists in the vocabulary as it was published, where we have that."""
    published = {
        "adms": "adms/adms.ttl",
        "dcat": "dcat/dcat3.ttl",
        "odrl": "odrl/odrl.ttl",
        "org": "org/org.ttl",
        "prov": "prov/prov-o.ttl",
        "rov": "org/regorg.ttl",
        "skos": "skos/skos.ttl",
        "m8g": "cpov/core-public-organisation-ap.ttl",
        "eira": "eira/eira-v4-extract.ttl",
    }
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "ontology").glob("*.ttl")))
    checked = 0
    for prefix, file in published.items():
        known = {q.subject.value for q in ox.parse(path=shared / "vocab" / file) if isinstance(q.subject, ox.NamedNode)}
        for local in sorted(set(re.findall(rf"(?<![\w-]){prefix}:([A-Za-z]\w*)", texts))):
            assert PREFIXES[prefix] + local in known, f"{prefix}:{local}"
            checked += 1
    assert checked > 30


def test_every_class_of_the_design_that_is_used_is_documented_in_both_languages(release: Release) -> None:
    rows = cells(
        release.query(
            f"{HEADER} SELECT DISTINCT ?class WHERE {{ ?thing a ?class . FILTER (STRSTARTS(STR(?class), STR(sam:)))"
            " FILTER NOT EXISTS { ?class skos:definition ?nl , ?en . FILTER (LANG(?nl) = 'nl' && LANG(?en) = 'en') } }"
        )
    )
    assert rows == []
