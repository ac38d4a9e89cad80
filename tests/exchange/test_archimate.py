"""The map as an ArchiMate model and back: what stands in it, that nothing is lost, and what is said of a bad one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenhang.assessment import assess
from samenhang.errors import SyntaxProblem
from samenhang.exchange import archimate, model
from samenhang.namespaces import ID, NS, PREFIXES, shorten
from samenhang.release import Release
from tests.support import ROOT

SPACE: Final = f"{{{archimate.SPACE}}}"
TYPE: Final = f"{{{archimate.INSTANCE}}}type"
ORDER: Final = {
    "model": "name documentation properties metadata elements relationships organizations propertyDefinitions views",
    "element": "name documentation properties",
    "relationship": "name documentation properties",
    "view": "name documentation properties node connection",
    "node": "label documentation style viewRef node",
    "connection": "label documentation style viewRef sourceAttachment bendpoint targetAttachment",
    "item": "label documentation item",
}
"""What may stand in what, in this order, by the schema of the exchange file format (Model, View and Diagram)."""
TYPES: Final = frozenset(
    {
        "BusinessActor",
        "BusinessRole",
        "BusinessCollaboration",
        "BusinessProcess",
        "BusinessService",
        "Contract",
        "Representation",
    }
    | {"ApplicationComponent", "ApplicationInterface", "DataObject", "SystemSoftware"}
    | {"Stakeholder", "Driver", "Assessment", "Goal", "Outcome", "Principle", "Requirement", "Constraint", "Value"}
    | {"Resource", "Capability", "CourseOfAction"}
    | {"WorkPackage", "Deliverable", "ImplementationEvent", "Grouping", "Location"}
)
"""The types of elements that we may need, of those that the schema lists."""
RELATIONS: Final = frozenset({"Aggregation", "Realization", "Serving", "Access", "Flow", "Association"})
FOREIGN: Final = """<?xml version="1.0" encoding="UTF-8"?>
<model xmlns="http://www.opengroup.org/xsd/archimate/3.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  identifier="id-0">
  <name xml:lang="nl">Voorbeeldhuis</name>
  <elements>
    <element identifier="id-1" xsi:type="ApplicationComponent">
      <name xml:lang="nl">Voorbeeldagenda</name>
      <documentation xml:lang="nl">Een verzonnen
        agenda.</documentation>
      <documentation xml:lang="en">An invented calendar.</documentation>
    </element>
    <element identifier="id-2" xsi:type="ApplicationComponent">
      <name>UiTdatabank</name>
      <properties>
        <property propertyDefinitionRef="p-1"><value>building-block:uitdatabank</value></property>
      </properties>
    </element>
    <element identifier="id-3" xsi:type="DataObject">
      <name xml:lang="nl">Activiteitengegevens</name>
    </element>
    <element identifier="id-4" xsi:type="BusinessActor"><name xml:lang="nl">Iemand van de dienst</name></element>
    <element identifier="id-5" xsi:type="BusinessActor"><name xml:lang="nl">publiq</name></element>
    <element identifier="id-6" xsi:type="Node"><name xml:lang="nl">Server</name></element>
  </elements>
  <relationships>
    <relationship identifier="id-10" source="id-2" target="id-1" xsi:type="Flow" />
    <relationship identifier="id-11" source="id-1" target="id-3" xsi:type="Access" accessType="Write" />
    <relationship identifier="id-12" source="id-5" target="id-1" xsi:type="Association">
      <name xml:lang="nl">is eigenaar van</name>
    </relationship>
    <relationship identifier="id-13" source="id-4" target="id-1" xsi:type="Association" />
    <relationship identifier="id-14" source="id-6" target="id-1" xsi:type="Realization" />
  </relationships>
  <propertyDefinitions>
    <propertyDefinition identifier="p-1" type="string"><name>iri</name></propertyDefinition>
  </propertyDefinitions>
</model>
"""
EXPECTED: Final = """
building-block:voorbeeldagenda rdf:type sam:BuildingBlock
building-block:voorbeeldagenda sam:modality sam:fact
building-block:voorbeeldagenda sam:evidence evidence:voorbeeldhuis-archimate-id-1
building-block:voorbeeldagenda skos:prefLabel "Voorbeeldagenda"@nl
building-block:voorbeeldagenda skos:prefLabel "Voorbeeldagenda"@en
building-block:voorbeeldagenda skos:definition "Een verzonnen agenda."@nl
building-block:voorbeeldagenda skos:definition "An invented calendar."@en
claim:voorbeeldhuis-archimate-id-10 rdf:type sam:Exchange
claim:voorbeeldhuis-archimate-id-10 sam:modality sam:derived
claim:voorbeeldhuis-archimate-id-10 sam:polarity sam:holds
claim:voorbeeldhuis-archimate-id-10 sam:evidence evidence:voorbeeldhuis-archimate-id-10
claim:voorbeeldhuis-archimate-id-10 sam:provider building-block:uitdatabank
claim:voorbeeldhuis-archimate-id-10 sam:consumer building-block:voorbeeldagenda
claim:voorbeeldhuis-archimate-id-10 sam:need sam:existing
claim:voorbeeldhuis-archimate-id-11 rdf:type sam:InformationUse
claim:voorbeeldhuis-archimate-id-11 sam:modality sam:derived
claim:voorbeeldhuis-archimate-id-11 sam:polarity sam:holds
claim:voorbeeldhuis-archimate-id-11 sam:evidence evidence:voorbeeldhuis-archimate-id-11
claim:voorbeeldhuis-archimate-id-11 sam:block building-block:voorbeeldagenda
claim:voorbeeldhuis-archimate-id-11 sam:informationObject information-object:activiteitengegevens
claim:voorbeeldhuis-archimate-id-11 sam:informationRole sam:information-creates
claim:voorbeeldhuis-archimate-id-12 rdf:type sam:Responsibility
claim:voorbeeldhuis-archimate-id-12 sam:modality sam:derived
claim:voorbeeldhuis-archimate-id-12 sam:polarity sam:holds
claim:voorbeeldhuis-archimate-id-12 sam:evidence evidence:voorbeeldhuis-archimate-id-12
claim:voorbeeldhuis-archimate-id-12 sam:responsible actor:publiq
claim:voorbeeldhuis-archimate-id-12 sam:responsibleFor building-block:voorbeeldagenda
claim:voorbeeldhuis-archimate-id-12 sam:responsibilityType sam:responsibility-owns
"""


@pytest.fixture(scope="module")
def written(release: Release) -> bytes:
    return archimate.write(release.engine, ROOT, "nl")


@pytest.fixture(scope="module")
def root(written: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(written)


def found(root: ElementTree.Element, path: str) -> Iterator[ElementTree.Element]:
    yield from root.iterfind("/".join(f"{SPACE}{step}" for step in path.split("/")))


def names(one: ElementTree.Element) -> dict[str, str]:
    return {name.get("{http://www.w3.org/XML/1998/namespace}lang", ""): name.text or "" for name in found(one, "name")}


def test_nothing_is_lost_on_the_way_out_and_in(written: bytes, release: Release) -> None:
    back = {(one.subject, one.predicate, one.object) for one in model.read(written, "samenhang.xml")}
    query = (ROOT / "queries" / "archimate" / "statements.rq").read_text(encoding="utf-8")
    rows = [(row["subject"], row["property"], row["value"]) for row in release.query(query).rows()]
    told = {subject for subject, _, _ in back}
    assert back == {row for row in rows if row[0] in told}
    short = {shorten(str(subject.value)) for subject in told if isinstance(subject, ox.NamedNode)}
    assert {
        "building-block:uitdatabank",
        "actor:publiq",
        "standard:oauth-2-0",
        "capability:ticketing",
        "claim:uitpas-from-uitdatabank",
    } <= short


def test_an_exchange_a_proposal_and_what_nobody_knows_are_told_apart(root: ElementTree.Element) -> None:
    relations = {one.get("identifier"): one for one in found(root, "relationships/relationship")}
    fact = relations["claim.uitpas-from-uitdatabank"]
    assert (fact.get(TYPE), fact.get("source"), fact.get("target")) == (
        "Flow",
        "building-block.uitdatabank",
        "building-block.uitpas",
    )
    assert names(fact)["nl"] == "Activiteitengegevens"
    planned = relations["claim.data-uitwisselingsplatform-from-uitdatabank"]
    assert planned.get(TYPE) == "Flow" and names(planned)["nl"].endswith("(voorstel)")
    modality = {one.get("identifier"): one for one in relations.values()}
    for key, one in modality.items():
        told = [value.text for value in one.iter(f"{SPACE}value")]
        if "sam:fails" in told or "sam:open" in told or "sam:opinion" in told:
            assert one.get(TYPE) == "Association", key


def test_the_model_is_built_as_the_schema_says(root: ElementTree.Element) -> None:
    for one in root.iter():
        tag = one.tag.removeprefix(SPACE)
        allowed = ORDER.get(tag)
        if allowed:
            steps = [allowed.split().index(child.tag.removeprefix(SPACE)) for child in one]
            assert steps == sorted(steps), tag
    assert {one.get(TYPE) for one in found(root, "elements/element")} <= TYPES
    assert {one.get(TYPE) for one in found(root, "relationships/relationship")} <= RELATIONS
    keys = [one.get("identifier", "") for one in root.iter() if one.get("identifier")]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", key) for key in keys)
    elements = {one.get("identifier") for one in found(root, "elements/element")}
    relations = {one.get("identifier") for one in found(root, "relationships/relationship")}
    defined = {one.get("identifier") for one in found(root, "propertyDefinitions/propertyDefinition")}
    for one in root.iter():
        assert one.get("elementRef", next(iter(elements))) in elements
        assert one.get("relationshipRef", next(iter(relations))) in relations
        assert one.get("propertyDefinitionRef", next(iter(defined))) in defined
        assert one.get("identifierRef", next(iter(elements))) in elements
    for one in found(root, "relationships/relationship"):
        assert {one.get("source"), one.get("target")} <= elements
    for view in found(root, "views/diagrams/view"):
        nodes = {one.get("identifier") for one in view.iter(f"{SPACE}node")}
        assert nodes
        for one in view.iter(f"{SPACE}connection"):
            assert {one.get("source"), one.get("target")} <= nodes
        for one in view.iter(f"{SPACE}node"):
            assert int(one.get("x", "")) >= 0 and int(one.get("y", "")) >= 0
            assert int(one.get("w", "")) > 0 and int(one.get("h", "")) > 0


def test_the_views_show_blocks_with_their_owner_and_with_their_capability(root: ElementTree.Element) -> None:
    views = {names(view)["nl"]: view for view in found(root, "views/diagrams/view")}
    assert list(views) == ["Kaart", "Interoperabiliteit van uitwisselingen", "Functies"]

    def inside(view: str, outer: str) -> set[str]:
        return {
            one.get("elementRef", "").partition(".")[2]
            for box in found(views[view], "node")
            if box.get("elementRef") == outer
            for one in found(box, "node")
        }

    assert {"uitdatabank", "uitid", "uitpas"} <= inside("Kaart", "actor.publiq")
    assert "digitaal-podium" in inside("Functies", "capability.ticketing")
    lines = {one.get("relationshipRef") for one in found(views["Kaart"], "connection")}
    assert "claim.uitpas-from-uitdatabank" in lines


def test_a_name_that_was_changed_in_a_tool_is_changed_and_nothing_else(written: bytes) -> None:
    before = {(str(one.subject), str(one.predicate), str(one.object)) for one in model.read(written, "a.xml")}
    # As Archi writes it: one language, which may not be that of the text.
    text = re.sub(rb' *<name xml:lang="en">.*</name>\n', b"", written)
    text = text.replace(b'<name xml:lang="nl">UiTPAS</name>', b'<name xml:lang="nl">UiTPAS 2</name>', 1)
    after = {(str(one.subject), str(one.predicate), str(one.object)) for one in model.read(text, "a.xml")}
    block, label = f"<{ID}building-block/uitpas>", f"<{PREFIXES['skos']}prefLabel>"
    assert before - after == {(block, label, '"UiTPAS"@nl')}
    assert after - before == {(block, label, '"UiTPAS 2"@nl')}


def test_a_model_of_an_organisation_is_read_without_guessing() -> None:
    read = model.read(FOREIGN.encode(), "map/huis.xml")
    said = [
        " ".join(shorten(term.value) if isinstance(term, ox.NamedNode) else str(term) for term in one) for one in read
    ]
    proofs = [line for line in said if line.startswith(("evidence:", "source:"))]
    # The element that the map knows says nothing but that.
    assert sorted(line for line in said if line not in proofs) == sorted(EXPECTED.strip().splitlines())
    assert 'evidence:voorbeeldhuis-archimate-id-10 sam:path "huis.xml#id-10"' in proofs
    assert 'source:voorbeeldhuis-archimate skos:prefLabel "ArchiMate-model Voorbeeldhuis"@nl' in proofs
    assert not any("Iemand" in line or "Server" in line for line in said)


@given(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(lambda text: ox.Literal(text.strip())),
        st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(lambda text: ox.Literal(text, language="nl")),
        st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True).map(lambda name: ox.NamedNode(f"{ID}actor/{name}")),
        st.from_regex(r"https://[a-z]{1,9}\.example/[a-z?=.]{0,9}(#[a-z]{0,5})?", fullmatch=True).map(ox.NamedNode),
        st.integers(0, 9999).map(lambda n: ox.Literal(f"{n:04}", datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear"))),
        st.sampled_from(["sam:fact", '"', '"x"@nl', "<a>", "a:b c", "geen: term", 'sam:a ; sam:b "c"']).map(ox.Literal),
    )
)
def test_a_property_comes_back_as_it_was(value: ox.NamedNode | ox.Literal) -> None:
    text = archimate.notation(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    told = '<property propertyDefinitionRef="p-1"><value>building-block:x</value></property>' + (
        f'<property propertyDefinitionRef="p-2"><value>{text}</value></property>'
    )
    written = (
        f'<model xmlns="{archimate.SPACE}" xmlns:xsi="{archimate.INSTANCE}" identifier="m"><name>x</name><elements>'
        f'<element identifier="a" xsi:type="ApplicationComponent"><name>x</name><properties>{told}</properties>'
        '</element></elements><propertyDefinitions><propertyDefinition identifier="p-1" type="string"><name>iri</name>'
        '</propertyDefinition><propertyDefinition identifier="p-2" type="string"><name>sam:heading</name>'
        "</propertyDefinition></propertyDefinitions></model>"
    )
    (one,) = model.read(written.encode(), "m.xml")
    assert one == ox.Triple(ox.NamedNode(f"{ID}building-block/x"), ox.NamedNode(f"{NS}heading"), value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "huis.xml:1: geen geldige XML: "),
        (FOREIGN.encode()[:900], "huis.xml:21: geen geldige XML: "),
        (FOREIGN.encode("utf-16")[:-3], "geen geldige XML: "),
        (b"<model/>", "geen ArchiMate-model in versie 3 ('model')"),
        (FOREIGN.replace("3.0/", "").encode(), "exporteer het opnieuw als 'Open Exchange File' 3."),
        (
            b'<!DOCTYPE m [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><m>&c;</m>',
            "een documenttype of entiteiten (<!DOCTYPE ...>) worden niet gelezen",
        ),
        (
            b'<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><m>&a;</m>',
            "een documenttype of entiteiten (<!DOCTYPE ...>) worden niet gelezen",
        ),
        (FOREIGN.replace('target="id-1"', 'target="id-99"', 1).encode(), "relatie 'id-10' verwijst naar 'id-99'"),
        (FOREIGN.replace('"id-6"', '"id-5"', 1).encode(), "'id-5' staat er twee keer"),
        (
            FOREIGN.replace("<value>building-block:uitdatabank", "<value>https://x/\x7f&lt;").encode(),
            "de eigenschap 'iri' van 'id-2' is geen adres",
        ),
        (b" " * 20_000_001, "groter dan 20000000 bytes"),
    ],
)
def test_what_cannot_be_read_is_said(text: bytes, said: str) -> None:
    with pytest.raises(SyntaxProblem) as told:
        model.read(text, "huis.xml")
    assert said in told.value.nl


def test_it_is_assessed_as_any_other_description(tmp_path: Path) -> None:
    file = tmp_path / "huis.xml"
    file.write_text(FOREIGN, encoding="utf-8")
    found = assess(ROOT, [file])
    assert found.inspection.flaws == ()
    rules = {shorten(change.rule) for change in found.changes}
    assert "rule:interoperability-gap" in rules


def test_the_page_tells_which_thing_is_which_element() -> None:
    query = (ROOT / "queries" / "archimate" / "elements.rq").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "archimate.md").read_text(encoding="utf-8")
    asked = re.findall(r'\((sam:\w+) "(\w+)"\)', query)
    assert asked == re.findall(r"^\| `(sam:\w+)` \| (\w+) \|$", page, re.M)
