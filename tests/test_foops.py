"""The checks of FOOPS!, the FAIR scanner of ontologies, by their identifiers, over what is served.

Of its 24, three ask for registration elsewhere (FIND2, FIND3, FIND_3_BIS: prefix.cc, LOV), which is not ours to test.
OM3 also asks a DOI, which somebody must register, and a logo, which there is not: what remains of it is tested. That
w3id.org leads here is asked of the service itself, at the path that the redirect will have.
"""

from __future__ import annotations

from collections.abc import Iterable

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import NS, PREFIXES
from tests.test_web import BROWSER

ONTOLOGY = "https://w3id.org/samenhang/ns"
BASE = ONTOLOGY.removesuffix("ns")
OURS = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")


def name(short: str) -> ox.NamedNode:
    prefix, _, local = short.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


@pytest.fixture(scope="module")
def ontology(client: httpx.Client) -> ox.Store:
    """What a client gets who asks for the ontology in RDF."""
    answer = client.get(ONTOLOGY.removeprefix(BASE), headers={"accept": "text/turtle"})
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    return store


def said(store: ox.Store, property_: str) -> list[str]:
    """The values of *property_* of the ontology itself."""
    quads = store.quads_for_pattern(ox.NamedNode(ONTOLOGY), name(property_), None)
    return [quad.object.value for quad in quads if not isinstance(quad.object, ox.Triple)]


def missing(store: ox.Store, properties: Iterable[str]) -> list[str]:
    return [property_ for property_ in properties if not said(store, property_)]


def terms(store: ox.Store) -> set[ox.NamedNode]:
    """The classes and properties in the namespace."""
    found = (quad.subject for kind in OURS for quad in store.quads_for_pattern(None, name("rdf:type"), name(kind)))
    return {term for term in found if isinstance(term, ox.NamedNode) and term.value.startswith(NS)}


def without(store: ox.Store, property_: str) -> set[str]:
    return {term.value for term in terms(store) if not any(store.quads_for_pattern(term, name(property_), None))}


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
def test_cn1_rdf1_the_ontology_is_negotiated_in_rdf(client: httpx.Client, media: str) -> None:
    answer = client.get("/ns", headers={"accept": media})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
    assert "accept" in answer.headers["vary"].lower()
    assert any(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(media)))


def test_cn1_doc1_the_ontology_has_a_page(client: httpx.Client) -> None:
    answer = client.get("/ns", headers={"accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"<code>{NS}</code>" in answer.text


def test_find1_it_declares_its_prefix(ontology: ox.Store) -> None:
    assert said(ontology, "vann:preferredNamespacePrefix") == ["sam"]
    assert said(ontology, "vann:preferredNamespaceUri") == [NS]


def test_http1_purl1_uri1_its_address_is_persistent_open_and_answers(client: httpx.Client, ontology: ox.Store) -> None:
    assert ONTOLOGY.startswith("https://w3id.org/")
    assert client.get(ONTOLOGY.removeprefix(BASE)).status_code == 200


def test_uri2_the_address_it_is_had_from_is_its_name(ontology: ox.Store) -> None:
    quads = ontology.quads_for_pattern(None, name("rdf:type"), name("owl:Ontology"))
    assert [quad.subject for quad in quads] == [ox.NamedNode(ONTOLOGY)]


def test_ver1_ver2_its_version_has_an_address_of_its_own_that_answers(client: httpx.Client, ontology: ox.Store) -> None:
    (version,) = said(ontology, "owl:versionIRI")
    assert version != ONTOLOGY
    assert version.endswith(said(ontology, "owl:versionInfo")[0])
    for accept in ("text/turtle", BROWSER):
        assert client.get(f"/{version.removeprefix(BASE)}", headers={"accept": accept}).status_code == 200


def test_om1_minimum_metadata(ontology: ox.Store) -> None:
    asked = (
        "dct:title",
        "dct:description",
        "dct:license",
        "owl:versionIRI",
        "dct:creator",
        "dct:created",
        "vann:preferredNamespaceUri",
    )
    assert missing(ontology, asked) == []


def test_om2_recommended_metadata(ontology: ox.Store) -> None:
    asked = ("vann:preferredNamespacePrefix", "owl:versionInfo", "dct:created", "dct:bibliographicCitation")
    assert missing(ontology, asked) == []


def test_om3_detailed_metadata_without_doi_and_logo(ontology: ox.Store) -> None:
    assert missing(ontology, ("dct:publisher", "dct:source", "dct:issued", "bibo:status")) == []


def test_om4_1_om4_2_it_has_a_licence_with_an_address(ontology: ox.Store) -> None:
    assert said(ontology, "dct:license") == ["https://creativecommons.org/licenses/by/4.0/"]


def test_om5_1_om5_2_provenance(ontology: ox.Store) -> None:
    assert missing(ontology, ("dct:creator", "dct:created", "dct:issued", "dct:publisher")) == []


def test_voc1_metadata_is_said_in_vocabularies_of_others(ontology: ox.Store) -> None:
    quads = ontology.quads_for_pattern(ox.NamedNode(ONTOLOGY), None, None)
    assert not [quad.predicate.value for quad in quads if quad.predicate.value.startswith(NS)]


def test_voc2_terms_extend_those_of_others(ontology: ox.Store) -> None:
    above = {
        quad.object.value
        for property_ in ("rdfs:subClassOf", "rdfs:subPropertyOf")
        for quad in ontology.quads_for_pattern(None, name(property_), None)
        if isinstance(quad.object, ox.NamedNode)
    }
    others = ("prov", "org", "dcat", "dct", "foaf", "skos")
    assert {prefix for prefix in others if any(iri.startswith(PREFIXES[prefix]) for iri in above)} == set(others)


def test_voc3_every_term_has_a_label(ontology: ox.Store) -> None:
    assert len(terms(ontology)) > 150
    assert without(ontology, "rdfs:label") == set()


def test_voc4_every_term_has_a_definition(ontology: ox.Store) -> None:
    assert without(ontology, "skos:definition") == set()
