"""Catalogues in DCAT: what is read of one in any form of RDF, what of a large one, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.errors import SyntaxProblem
from samenhang.exchange import dcat, readers
from samenhang.exchange.columns import Layout
from samenhang.namespaces import shorten
from samenhang.release.intake import take
from tests.exchange.test_openapi import MAP
from tests.small import BLOCK, PREFIXES, content
from tests.support import statements

KNOWN = """
@prefix ovo: <https://data.vlaanderen.be/id/organisatie/> .
@prefix vann: <http://purl.org/vocab/vann/> .
actor:departement a sam:Actor ; skos:prefLabel "Het departement"@nl , "The department"@en ;
    skos:definition "Verzonnen."@nl , "Invented."@en ; owl:sameAs ovo:OVO000067 ;
    sam:evidence evidence:agenda ; sam:modality sam:fact .
standard:json vann:preferredNamespaceUri "https://data.vlaanderen.be/ns/cultuurparticipatie#" .
"""
HEAD = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix : <https://huis.example/id/> .
"""
FILE = (
    HEAD
    + """\
:catalogus a dcat:Catalog ; dct:title "Catalogus"@nl ; dct:hasPart :catalogus ; dcat:dataset :activiteiten , [
    a dcat:Dataset ; dct:title "Zalen" ; dct:description "Bel jan@huis.example."@nl ] .
:activiteiten a dcat:Dataset ; dct:title "Activiteiten"@nl , "Events"@en ; dct:isPartOf :activiteiten ;
    dct:description "Alles wat er te doen is."@nl ; dct:identifier "1" ;
    dct:publisher <http://data.vlaanderen.be/id/organisatie/OVO000067> ;
    dcat:contactPoint [ a vcard:Organization ; vcard:fn "Huis Anna" ; vcard:hasEmail <mailto:anna@huis.example> ] ;
    dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
    dcat:landingPage <https://huis.example/activiteiten> ;
    dct:conformsTo <http://data.vlaanderen.be/ns/cultuurparticipatie> , <https://elders.example/model> ;
    dcat:distribution :bestand .
:bestand a dcat:Distribution ; dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/JSON_LD> , "XLSX" ;
    dcat:accessService :dienst .
:dienst a dcat:DataService ; dct:title "Agenda" ; dcat:endpointURL <https://api.huis.example/> ;
    dcat:servesDataset :dienst , :activiteiten ; dct:conformsTo [ dct:title "JSON" ] ; dct:identifier "1" ;
    dct:publisher :iemand , :stichting ;
    <https://data.vlaanderen.be/ns/metadata-dcat#levensfase> <https://data.vlaanderen.be/id/concept/levensfase/sunset> .
:iemand a foaf:Person ; foaf:name "Jan Janssens" .
:stichting a foaf:Organization ; foaf:name "Stichting Cee" .
:leeg a dcat:Dataset .
"""
)
EXPECTED = """
dataset:activiteiten rdf:type sam:Dataset
dataset:activiteiten skos:prefLabel "Activiteiten"@nl
dataset:activiteiten skos:prefLabel "Events"@en
dataset:activiteiten skos:definition "Alles wat er te doen is."@nl
dataset:activiteiten skos:definition "Dataset of catalogus.ttl."@en
dataset:activiteiten foaf:homepage <https://huis.example/activiteiten>
dataset:activiteiten rdfs:seeAlso <https://huis.example/id/activiteiten>
dataset:zalen rdf:type sam:Dataset
dataset:zalen skos:prefLabel "Zalen"@nl
dataset:zalen skos:prefLabel "Zalen"@en
dataset:zalen skos:definition "Dataset uit catalogus.ttl."@nl
dataset:zalen skos:definition "Dataset of catalogus.ttl."@en
interface:agenda rdf:type sam:Interface
interface:agenda skos:prefLabel "Agenda"@nl
interface:agenda skos:prefLabel "Agenda"@en
interface:agenda skos:definition "Koppelvlak uit catalogus.ttl."@nl
interface:agenda skos:definition "Interface of catalogus.ttl."@en
interface:agenda dcat:endpointURL <https://api.huis.example/>
interface:agenda rdfs:seeAlso <https://huis.example/id/dienst>
"""
CLAIMS = """
dataset:activiteiten dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC>
dataset:activiteiten dct:conformsTo <https://elders.example/model>
dataset:activiteiten dct:conformsTo standard:json
dataset:activiteiten dct:format standard:file-type-xlsx
dataset:activiteiten dct:format standard:json-ld
dataset:activiteiten dct:format standard:media-type-text-csv
dataset:activiteiten dct:license <https://creativecommons.org/publicdomain/zero/1.0/>
dataset:activiteiten sam:reuseCondition sam:reuse-open
interface:agenda dcat:servesDataset dataset:activiteiten
interface:agenda sam:interfaceOf building-block:agenda
sam:responsibility-contact-point actor:anna dataset:activiteiten
sam:responsibility-owns actor:departement dataset:activiteiten
sam:responsibility-owns actor:stichting-cee interface:agenda
building-block:agenda interface:agenda standard:json
interface:agenda sam:lifecycle-phasing-out
"""
ROLES = (
    "rdf:subject",
    "rdf:predicate",
    "rdf:object",
    "sam:responsibilityType",
    "sam:responsible",
    "sam:responsibleFor",
    "sam:block",
    "sam:interface",
    "sam:standard",
    "sam:lifecycleState",
)

Said = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content(tmp_path_factory.mktemp("dcat") / "content", {"data/field/blocks.ttl": MAP + KNOWN})


@pytest.fixture(scope="module")
def layout(folder: Path) -> Layout:
    return Layout.of(folder)


def said(layout: Layout, text: str | bytes, name: str = "catalogus.ttl") -> Said:
    read = dcat.read(lambda: layout)(text.encode() if isinstance(text, str) else text, name)
    return statements(read)


def about(found: Said, *kinds: str) -> set[str]:
    """What is said of things of *kinds*, without modality and evidence."""
    return {
        " ".join(one) for one in found if one[0].startswith(kinds) and one[1] not in ("sam:modality", "sam:evidence")
    }


def claims(found: Said) -> set[str]:
    names = {s for s, p, _ in found if p == "sam:polarity"}
    return {" ".join(o for role in ROLES for s, p, o in found if (s, p) == (name, role)) for name in names}


def notes(found: Said) -> set[str]:
    return {o for s, p, o in found if s.startswith("source-note:") and p == "skos:definition" and o.endswith("@en")}


def test_what_is_read_of_a_catalogue(layout: Layout) -> None:
    found = said(layout, FILE)
    assert about(found, "dataset:", "interface:") == set(EXPECTED.strip().splitlines())
    assert claims(found) == set(CLAIMS.strip().splitlines())
    assert notes(found) == {
        "\"“Activiteiten”: the identifier '1' stands with another entry too.\"@en",
        "\"“Agenda”: the identifier '1' stands with another entry too.\"@en",
        '"The entry https://huis.example/id/leeg has no title and was left out."@en',
    }
    # Owning is our reading of publishing, and so is being the block's by one name.
    derived = {s for s, p, o in found if (p, o) == ("sam:modality", "sam:derived")}
    assert {name.rpartition("catalogus-dcat-")[2] for name in derived} == {
        "activiteiten-owns-departement",
        "activiteiten-reuse",
        "agenda-of-agenda",
        "agenda-owns-stichting-cee",
    }
    paths = {o for s, p, o in found if p == "sam:path"}
    assert {'"catalogus.ttl#https://huis.example/id/activiteiten"', '"catalogus.ttl#Zalen"'} <= paths
    assert not any(word in part for one in found for part in one for word in ("Janssens", "jan@", "mailto"))


@pytest.mark.parametrize(("ending", "form"), [("rdf", ox.RdfFormat.RDF_XML), ("jsonld", ox.RdfFormat.JSON_LD)])
def test_the_same_in_other_forms_of_rdf(layout: Layout, ending: str, form: ox.RdfFormat) -> None:
    written = ox.serialize((quad.triple for quad in ox.parse(FILE, format=ox.RdfFormat.TURTLE)), format=form)
    assert written is not None
    assert claims(said(layout, written, f"catalogus.{ending}")) == set(CLAIMS.strip().splitlines())


def test_two_that_are_called_the_same_are_two_unless_nothing_tells_them_apart(layout: Layout) -> None:
    named = ":a a dcat:Dataset ; dct:title 'X' . :b a dcat:Dataset ; dct:title 'X' . "
    found = said(layout, HEAD + named)
    assert {s for s, p, _ in found if p == "rdf:type" and s.startswith("dataset:")} == {
        "dataset:x",
        "dataset:x-07812935",
    }
    blank = said(layout, HEAD + named.replace(":a ", "[] ").replace(":b ", "[] "))
    assert {s for s, p, _ in blank if p == "rdf:type" and s.startswith("dataset:")} == {"dataset:x"}
    assert notes(blank) == {'"“X” is there twice; only the first was read."@en'}


def test_what_is_not_in_our_terms_is_told_apart_by_itself(layout: Layout) -> None:
    """So that assess and check take a catalogue as it is, and a description in our own terms too."""
    ways = readers(layout.store, Path(layout.own("words").path).parents[2])
    assert any(
        t.subject == ox.NamedNode("https://w3id.org/samenhang/id/dataset/activiteiten")
        for t in ways[".ttl"](FILE.encode(), "x.ttl")
    )
    ours = (PREFIXES + BLOCK + "building-block:agenda a <http://www.w3.org/ns/dcat#Dataset> .").encode()
    assert {t.subject.value for t in ways[".ttl"](ours, "x.ttl") if isinstance(t.subject, ox.NamedNode)} == {
        "https://w3id.org/samenhang/id/building-block/agenda"
    }


def test_two_hundred_datasets_taken_in(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "groot.jsonld"
    graph = [
        {"@id": f"https://huis.example/id/{number}", "@type": "dcat:Dataset", "dct:title": f"Dataset {number}"}
        for number in range(200)
    ]
    context = {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}
    for one in graph:
        one["dct:publisher"] = {
            "@type": "http://xmlns.com/foaf/0.1/Organization",
            "http://xmlns.com/foaf/0.1/name": "Cee",
        }  # type: ignore[assignment]
    file.write_text(json.dumps({"@context": context, "@graph": graph}), encoding="utf-8")
    first = take(folder, "dcat", file, source="cee")
    assert first.inspection.flaws == ()
    assert len([one for one in first.added if "/id/dataset/" in one]) == 200
    assert len([one for one in first.added if one.endswith("-owns-cee")]) == 200
    first.write()
    file.write_text(json.dumps({"@context": context, "@graph": graph[1:]}), encoding="utf-8")
    later = take(folder, "dcat", file, source="cee")
    assert (later.added, later.changed) == ((), ("https://w3id.org/samenhang/id/actor/cee",))
    assert [shorten(one) for one in later.withdrawn] == ["claim:groot-dcat-dataset-0-owns-cee"]
    assert [shorten(one) for one in later.kept] == ["dataset:dataset-0"]


@pytest.mark.parametrize(
    ("text", "name", "en"),
    [
        (HEAD, "a.ttl", "not a catalogue: it has no dcat:Dataset and no dcat:DataService."),
        (FILE[:700], "a.ttl", "the file is not valid Turtle"),
        (FILE.encode("utf-16"), "a.ttl", "the file is not valid Turtle"),
        (HEAD + ":a dct:title 'é' .".encode("latin-1").decode("latin-1"), "a.rdf", "the file is not valid RDF/XML"),
        ((HEAD + ":a dct:title 'é' .").encode("latin-1"), "a.ttl", "the text is not UTF-8"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "a.rdf", "a DOCTYPE is not possible here"),
        ('<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "a.rdf", "a DOCTYPE is not possible here"),
        ('{"@context": "https://elders.example/c.jsonld", "a": 1}', "a.jsonld", "a context is not fetched"),
        (" " * 20_000_001, "a.ttl", "larger than 20000000 bytes."),
    ],
)
def test_what_cannot_be_read_is_said(layout: Layout, text: str | bytes, name: str, en: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        said(layout, text, name)
    assert en in caught.value.en
    assert caught.value.nl != caught.value.en
