"""What a release says of itself: its numbers, counted by hand on a few triples, and its questions as data."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.namespaces import GRAPH, PREFIXES, SCOPES, scope_graph
from samenhang.release import Release
from samenhang.release.description import describe
from tests.support import ROOT, cells

DATA = """
@prefix actor: <https://w3id.org/samenhang/id/actor/> .
@prefix block: <https://w3id.org/samenhang/id/building-block/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sam: <https://w3id.org/samenhang/ns#> .
@prefix schema: <https://schema.org/> .
sam:BuildingBlock rdfs:isDefinedBy <https://w3id.org/samenhang/ns> .
sam:Actor rdfs:isDefinedBy <https://w3id.org/samenhang/ns> .
block:agenda a sam:BuildingBlock , schema:SoftwareApplication ; rdfs:label "Agenda"@nl ;
    sam:ownedBy actor:zaal , actor:stad .
block:kassa a sam:BuildingBlock ; rdfs:label "Kassa" ; sam:ownedBy actor:zaal .
actor:zaal a sam:Actor ; owl:sameAs <http://elsewhere.example/a> .
actor:stad a sam:Actor ; owl:sameAs <http://elsewhere.example/b> , <https://elsewhere.example/b> .
"""
PREFIX = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("void", "void-ext", "sam", "sh", "rdfs"))


@pytest.fixture(scope="module")
def statistics(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The statistics of the few triples above as scope "report-2021", alone in a store, as its default graph."""
    queries = tmp_path_factory.mktemp("queries")
    (queries / "statistics").symlink_to(ROOT / "queries" / "statistics")
    store, whole = ox.Store(), ox.NamedNode(scope_graph("report-2021"))
    triples = ox.parse(DATA.encode(), format=ox.RdfFormat.TURTLE)
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object, whole) for triple in triples)
    describe(store, queries, scopes=["report-2021"])
    made = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{GRAPH}statistics/report-2021"))
    alone = ox.Store()
    alone.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in made)
    return alone


def ask(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(PREFIX + query)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return sorted(tuple("" if (term := row[name]) is None else term.value for name in names) for row in answer)


def test_numbers_of_the_dataset(statistics: ox.Store) -> None:
    """15 triples; 4 things with an address of ours and a type, beside the two classes."""
    query = """SELECT ?triples ?things ?subjects ?objects ?classes ?properties WHERE {
      <https://w3id.org/samenhang/dataset/report-2021> a void:Dataset ; void:triples ?triples ; void:entities ?things ;
        void:distinctSubjects ?subjects ; void:distinctObjects ?objects ; void:classes ?classes ;
        void:properties ?properties }"""
    # Objects: the ontology, 3 classes, 2 labels, 2 actors, 3 addresses elsewhere.
    assert ask(statistics, query) == [("15", "4", "6", "11", "3", "5")]


def test_a_class_has_its_things_and_the_first_as_example(statistics: ox.Store) -> None:
    query = """SELECT ?class ?n ?one { [] void:classPartition ?p .
      ?p void:class ?class ; void:entities ?n ; void:exampleResource ?one }"""
    sam, block, actor = PREFIXES["sam"], PREFIXES["building-block"], PREFIXES["actor"]
    assert ask(statistics, query) == [
        ("https://schema.org/SoftwareApplication", "1", f"{block}agenda"),
        (f"{sam}Actor", "2", f"{actor}stad"),
        (f"{sam}BuildingBlock", "2", f"{block}agenda"),
    ]


def test_a_property_has_its_triples_subjects_and_objects(statistics: ox.Store) -> None:
    query = """SELECT ?n ?s ?o { ?dataset void:propertyPartition ?p . ?dataset void:triples ?all .
      ?p void:property sam:ownedBy ; void:triples ?n ; void:distinctSubjects ?s ; void:distinctObjects ?o }"""
    assert ask(statistics, query) == [("3", "2", "2")]


def test_an_editor_finds_the_properties_of_a_class_and_what_their_values_are(statistics: ox.Store) -> None:
    """The query that the SPARQL editor of SIB sends to complete terms, word for word in what it asks."""
    query = """SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
      { ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
        ?pp void:property ?prop .
        OPTIONAL {
          { ?pp void:classPartition [ void:class ?objectClass ] }
          UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
        }
      } UNION {
        ?linkset void:subjectsTarget ?subjectClass ; void:linkPredicate ?prop ; void:objectsTarget ?objectClass .
      }
    }"""
    sam, rdf, rdfs = PREFIXES["sam"], PREFIXES["rdf"], PREFIXES["rdfs"]
    assert ask(statistics, query) == sorted(
        [
            (f"{sam}Actor", f"{rdf}type", "", ""),
            (f"{sam}Actor", f"{PREFIXES['owl']}sameAs", "", ""),
            (f"{sam}BuildingBlock", f"{rdf}type", "", ""),
            (f"{sam}BuildingBlock", f"{rdfs}label", "", f"{rdf}langString"),
            (f"{sam}BuildingBlock", f"{rdfs}label", "", f"{PREFIXES['xsd']}string"),
            (f"{sam}BuildingBlock", f"{sam}ownedBy", f"{sam}Actor", ""),
        ]
    )


def test_links_to_the_outside_are_counted_per_address_there(statistics: ox.Store) -> None:
    query = """SELECT ?space ?n { ?links a void:Linkset ; void:target ?dataset , ?other ; void:triples ?n .
      ?dataset void:subset ?links . ?other void:uriSpace ?space FILTER (?other != ?dataset) }"""
    assert ask(statistics, query) == [("http://elsewhere.example/", "2"), ("https://elsewhere.example/", "1")]


def test_vocabularies_are_those_of_classes_and_properties(statistics: ox.Store) -> None:
    found = ask(statistics, "SELECT ?vocabulary { ?dataset void:vocabulary ?vocabulary }")
    assert {name for (name,) in found} == {
        *(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "sam")),
        "https://schema.org/",
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_the_numbers_of_a_scope_are_those_of_its_graph_without_what_describes_it(release: Release, scope: str) -> None:
    counts = {
        graph: int(cells(release.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))[0][0] or 0)
        for graph in (scope_graph(scope), f"{GRAPH}statistics/{scope}", f"{GRAPH}questions")
    }
    whole, *itself = counts.values()
    dataset = "https://w3id.org/samenhang/dataset" + ("" if scope == "all" else f"/{scope}")
    ((told,),) = cells(release.query(f"{PREFIX} SELECT ?n {{ <{dataset}> void:triples ?n }}", scope=scope))
    assert int(told or 0) == whole - sum(itself)


def test_every_question_is_an_executable_that_an_editor_can_offer(release: Release) -> None:
    """The query of SIB's editor; then each text is asked as it stands."""
    rows = list(
        release.query(
            PREFIX
            + """SELECT DISTINCT ?sq ?comment ?query WHERE {
              ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query .
            } ORDER BY ?sq"""
        ).rows()
    )
    told = {row["sq"].value.removeprefix("https://w3id.org/samenhang/questions/"): row["query"].value for row in rows}
    assert told.keys() == release.questions.keys()
    assert len(rows) == 2 * len(told)  # in Dutch and in English
    for name in ("owners", "findings"):
        assert cells(release.query(told[name])) == cells(release.ask(name))


def test_the_parameters_of_a_question_are_in_the_graph_and_optional(release: Release) -> None:
    rows = cells(
        release.query(
            PREFIX
            + """SELECT ?name ?kind ?datatype ?optional WHERE {
              <https://w3id.org/samenhang/questions/coverage> sh:parameter ?p .
              ?p a sh:Parameter ; sh:name ?name ; sh:optional ?optional .
              OPTIONAL { ?p sh:nodeKind ?kind } OPTIONAL { ?p sh:datatype ?datatype }
            }"""
        )
    )
    assert rows == [(name, "sh:IRI", None, "true") for name in ("aspect", "block", "owner")]


def test_prefixes_are_those_that_everything_is_written_with(release: Release) -> None:
    rows = release.query(
        f"{PREFIX} SELECT DISTINCT ?prefix ?namespace {{ [] sh:namespace ?namespace ; sh:prefix ?prefix }}"
    )
    assert {row["prefix"].value: row["namespace"].value for row in rows.rows()} == PREFIXES


def test_statistics_of_a_scope_that_is_empty_are_zero(tmp_path: Path) -> None:
    (tmp_path / "statistics").symlink_to(ROOT / "queries" / "statistics")
    store = ox.Store()
    describe(store, tmp_path, scopes=["field"])
    found = store.quads_for_pattern(None, ox.NamedNode(PREFIXES["void"] + "triples"), None, None)
    assert [quad.object.value for quad in found if isinstance(quad.object, ox.Literal)] == ["0", "0"]
