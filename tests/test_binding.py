"""A thing by one of its names: which one is meant, and what is said when that is not clear. On a few triples."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.errors import NotFound, WrongValue
from samenhang.namespaces import PREFIXES
from samenhang.questions import Query, read
from samenhang.release.binding import bind, settle

DATA = f"""
@prefix rdfs: <{PREFIXES["rdfs"]}> . @prefix skos: <{PREFIXES["skos"]}> .
@prefix actor: <{PREFIXES["actor"]}> . @prefix body: <{PREFIXES["body"]}> .
@prefix block: <{PREFIXES["building-block"]}> .
actor:grote-zaal a skos:Concept ; rdfs:label "Grote Zaal"@nl , "Great Hall"@en ; skos:altLabel "De Zaal" .
body:raad rdfs:label "De Raad"@nl ; skos:hiddenLabel "de zaal" .
block:zaal rdfs:label "Great hall"@en , "Zaal \\"één\\""@nl .
"""
TEXT = """#+ title: {nl: a, en: b}
#+ summary: {nl: a, en: b}
#+ params:
#+   - {name: who, type: iri, kinds: [KINDS], about: {nl: a, en: b}}
#+ columns:
#+   - {name: who, about: {nl: a, en: b}}
SELECT ?who WHERE { VALUES ?who { UNDEF } ?who ?p ?o }
"""


def look(text: str) -> list[str]:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [row["thing"].value for row in found]


def question(folder: Path, kinds: str) -> Query:
    path = folder / "vraag.rq"
    path.write_text(TEXT.replace("KINDS", kinds), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(
    ("kinds", "name", "thing"),
    [
        ("actor", "Grote Zaal", "actor:grote-zaal"),
        ("actor", "great hall", "actor:grote-zaal"),  # the building block of that name is another kind
        ("building-block", "GREAT HALL", "building-block:zaal"),
        ("building-block", 'Zaal "één"', "building-block:zaal"),
        ("body", "De Zaal", "body:raad"),  # by a name that is only there to be found by
        ("actor, body", "de-zaal", ""),
        ("actor, body", "grote-zaal", "actor:grote-zaal"),
    ],
)
def test_a_thing_is_found_by_its_names(tmp_path: Path, kinds: str, name: str, thing: str) -> None:
    binding = bind(question(tmp_path, kinds), {"who": name})
    if not thing:
        with pytest.raises(NotFound, match="grote-zaal"):
            settle(binding, look)
        return
    prefix, _, slug = thing.partition(":")
    assert f"VALUES ?who {{ <{PREFIXES[prefix]}{slug}> }}" in settle(binding, look)


def test_a_name_of_several_things_is_refused_with_these(tmp_path: Path) -> None:
    with pytest.raises(WrongValue) as caught:
        settle(bind(question(tmp_path, "actor, body"), {"who": "de zaal"}), look)
    assert caught.value.status == 422
    for words in (caught.value.nl, caught.value.en):
        assert "actor:grote-zaal, body:raad" in words


@pytest.mark.parametrize("name", ["geen enkel ding", "x" * 5000 + " y", 'a" } DROP', "\ud800 x"])
def test_what_is_no_name_is_refused_as_before(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongValue, match="who"):
        settle(bind(question(tmp_path, "actor"), {"who": name}), look)
