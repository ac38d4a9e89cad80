"""One round along registered addresses: what comes on the map, what does not, and that nothing good is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang import sources
from samenhang.errors import NotFound
from samenhang.exchange import IMPORTERS
from samenhang.harvest.kind import ENDINGS
from samenhang.harvest.report import FORMATS
from samenhang.harvest.round import Outcome, go
from samenhang.harvest.visitor import Visitor
from samenhang.namespaces import GRAPH, NS, expand, scope_graph
from samenhang.namespaces import PREFIXES as SPACES
from samenhang.questions import Words
from samenhang.release.build import Look, look
from samenhang.release.collection import STATE, Collection, State
from samenhang.sources import HARVEST
from tests.harvest import scene
from tests.harvest.host import Host, hosted
from tests.harvest.test_visitor import LIMITS
from tests.small import PREFIXES, content
from tests.support import ROOT, derived

RDF = SPACES["rdf"]
PATIENT = replace(LIMITS, seconds=20)
OTHERS = (
    PREFIXES
    + """
claim:agenda-van-anna sam:modality sam:opinion .
claim:ander-1 a sam:Use ; sam:block building-block:agenda ; sam:user actor:berta ;
    sam:polarity sam:holds ; sam:modality sam:fact ; sam:evidence evidence:agenda .
evidence:ander-2 a sam:Evidence ; sam:confidence sam:A ; sam:path "x" ; sam:source source:ander ;
    sam:withdraws claim:agenda-van-anna .
"""
).encode()
KASSA = b"""publiccodeYmlVersion: "0.4"
name: Kassa
url: https://example.org/kassa
description:
  nl: {shortDescription: "Verzonnen kassa."}
  en: {shortDescription: "Invented till."}
developmentStatus: stable
organisation: {name: Berta}
"""
NAMES = ("anna", "ander", "berta", "html", "kassa", "knoop", "leeg", "onzin", "stuk", "weg")


@dataclass
class Scene:
    """A map, its addresses, and what came of the first round along all of them."""

    host: Host
    content: Path
    collection: Collection
    first: Mapping[str, Outcome]

    def round(self, *names: str, keep: bool = True) -> list[Outcome]:
        """Another round."""
        return list(go(self.content, self.collection, names, keep=keep, visitor=Visitor(PATIENT)))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The first round, over one address for each thing that can be there."""
    folder = tmp_path_factory.mktemp("harvest")
    with hosted() as host:
        for name, body in (
            ("anna", scene.phase("anna", "live")),
            ("berta", scene.phase("berta", "ended")),
            ("ander", OTHERS),
            ("html", b"<!DOCTYPE html><title>Niet gevonden</title>"),
            ("kassa", KASSA),
            ("knoop", b"<x:a> <x:b> [] ."),
            ("leeg", b"# niets\n"),
            ("onzin", scene.use("onzin", "niemand")),
        ):
            host.tell(f"/{name}", body, ETag=f'"{name}"')
        host.tell("/stuk", b"", 500)
        registrations = "".join(
            scene.registered(
                host,
                name,
                "berta" if name in ("ander", "berta", "kassa") else "anna",
                "publiccode" if name == "kassa" else "turtle",
            )
            for name in NAMES
        )
        made = Scene(host, scene.map_of(folder / "content", registrations), Collection(folder / "harvest"), {})
        made.first = {one.registration.name: one for one in made.round()}
        yield made


@pytest.fixture(scope="module")
def map_(said: Scene) -> Look:
    """The map with what the first round brought."""
    seen = look(said.content, collection=said.collection)
    derived(seen)
    return seen


def quads(store: ox.Store, thing: str, graph: str) -> set[tuple[str, str]]:
    """What *graph* says of *thing*: properties and values."""
    node = ox.NamedNode(expand(thing) or "")
    found = store.quads_for_pattern(node, None, None, ox.NamedNode(graph))
    return {(quad.predicate.value, getattr(quad.object, "value", "")) for quad in found}


def graph(name: str) -> str:
    return f"{GRAPH}harvest/{name}/description"


def test_each_address_stands_as_it_should(said: Scene) -> None:
    assert {name: one.state.standing for name, one in said.first.items()} == {
        "anna": "valid",
        "ander": "invalid",
        "berta": "valid",
        "html": "invalid",
        "kassa": "valid",
        "knoop": "invalid",
        "leeg": "invalid",
        "onzin": "invalid",
        "stuk": "away",
        "weg": "gone",
    }
    assert said.first["anna"].added == ("claim:anna-fase",)
    for name, words in (
        ("html", "there is HTML"),
        ("knoop", "A node without an address"),
        ("leeg", "no triple"),
        ("onzin", "not described"),
        ("ander", "of another source"),
    ):
        assert any(words in flaw.en for flaw in said.first[name].state.flaws), said.first[name].state.flaws
    # The claim of the owner, the evidence of the report, and the withdrawal.
    assert {flaw.en.partition(" ")[0] for flaw in said.first["ander"].state.flaws} >= {
        "claim:agenda-van-anna:",
        "claim:ander-1:",
        "evidence:ander-2:",
    }


def test_what_is_of_somebody_else_is_the_word_of_a_third_party(said: Scene, map_: Look) -> None:
    assert said.first["anna"].others == ()
    assert said.first["berta"].others == (("claim:berta-fase", Words("Anna", "Anna")),)
    confidence = NS + "confidence"
    assert (confidence, NS + "A") in quads(map_.store, "evidence:anna-1", graph("anna"))
    assert (confidence, NS + "C") in quads(map_.store, "evidence:berta-1", graph("berta"))
    assert (confidence, NS + "A") not in quads(map_.store, "evidence:berta-1", graph("berta"))


def test_two_sources_that_say_one_thing_differently_both_stay_and_are_found(map_: Look) -> None:
    findings = f"{GRAPH}findings/all"
    rule, contradiction = (ox.NamedNode(expand(name) or "") for name in ("sam:rule", "rule:contradiction"))
    found = [q.subject for q in map_.store.quads_for_pattern(None, rule, contradiction, ox.NamedNode(findings))]
    because = {
        frozenset(value for path, value in quads(map_.store, f"{one}", findings) if path == NS + "because")
        for one in found
    }
    assert frozenset(expand(f"claim:{name}-fase") for name in ("anna", "berta")) in because


def test_what_was_collected_has_its_source_and_is_in_the_scope_of_all_only(said: Scene, map_: Look) -> None:
    assert map_.left == ()
    state = said.first["anna"].state
    assert {
        (NS + "collected", state.collected),
        ("http://www.w3.org/ns/dcat#version", f"sha256:{state.digest}"),
    } <= quads(map_.store, "source:anna", graph("anna"))
    derived = ("http://www.w3.org/ns/prov#wasDerivedFrom", expand("source:kassa") or "")
    assert derived in quads(map_.store, "source:kassa-kassa", graph("kassa"))
    assert quads(map_.store, "claim:anna-fase", scope_graph("all"))
    assert not quads(map_.store, "claim:anna-fase", scope_graph("field"))
    assert not quads(map_.store, "building-block:kassa", scope_graph("report-2021"))


def test_what_is_remarked_is_told_of_no_file_of_this_machine(said: Scene, map_: Look) -> None:
    assert {sources.of_graph(file.graph) for file in map_.files if file.source.startswith(HARVEST)} <= set(map_.files)
    told = {(flaw.result.focus, *map(str, flaw.files)) for flaw in map_.inspection.flaws}
    assert told == {(expand(f"evidence:{name}-1"), f"harvest/{name}/description.ttl") for name in ("anna", "berta")}


def test_how_complete_it_is_counts_what_it_says_itself(said: Scene) -> None:
    """Of fourteen aspects Anna tells one; that of the block itself is repeated from the map and is not hers."""
    state = said.first["anna"].state
    assert state.said == 1
    assert "levensfase" not in state.missing[0].nl
    assert "life" not in state.missing[0].en
    assert state.missing[0].nl.startswith("building-block:agenda: ")
    assert said.first["berta"].state.wanted == 0
    # Name, description, evidence and certainty; owner and lifecycle.
    assert said.first["kassa"].state.said == 6


def test_a_report_has_three_forms(said: Scene) -> None:
    outcomes = list(said.first.values())
    text = FORMATS["text"](outcomes, "nl")
    assert "anna: geldig, sinds " in text
    assert "3 geldig, 5 ongeldig, 1 weg, 1 onbereikbaar." in text
    told = {one["source"]: one for one in json.loads(FORMATS["json"](outcomes, "en"))["sources"]}
    assert told[expand("source:weg")]["standing"] == "gone"
    assert told[expand("source:berta")]["others"] == {"claim:berta-fase": {"nl": "Anna", "en": "Anna"}}
    triples = list(ox.parse(FORMATS["turtle"](outcomes, "en"), format=ox.RdfFormat.TURTLE))
    activity = ox.NamedNode("http://www.w3.org/ns/prov#Activity")
    assert sum(triple.object == activity for triple in triples) == len(NAMES)


def test_nobody_is_bothered_before_it_is_time(said: Scene) -> None:
    said.host.asked.clear()
    assert all(one.passed for one in said.round())
    assert said.host.asked == []
    with pytest.raises(NotFound, match="bertha"):
        said.round("bertha")


def test_a_server_that_wants_to_be_left_alone_is(said: Scene) -> None:
    said.host.tell("/stuk", b"", 503, Retry_After="3600")
    (first,) = said.round("stuk")
    until = datetime.fromisoformat(first.state.until) - datetime.now(UTC)
    assert timedelta(minutes=59) < until <= timedelta(minutes=60)
    said.host.asked.clear()
    (second,) = said.round("stuk")
    assert (second.passed, said.host.asked) == (True, [])


def test_the_same_as_yesterday_changes_nothing_and_what_is_gone_takes_nothing_away(said: Scene) -> None:
    before = {path.name: path.read_bytes() for path in said.collection.folder.glob("*/*.ttl")}
    assert len(before) == 3

    said.host.tell("/anna", b"", 304)
    (same,) = said.round("anna")
    assert said.host.asked[-1][1]["If-None-Match"] == '"anna"'
    assert (same.state.standing, same.state.since, same.renewed) == ("valid", said.first["anna"].state.since, False)

    for status, standing in ((404, "gone"), (500, "away")):
        said.host.tell("/anna", b"", status)
        (bad,) = said.round("anna")
        assert (bad.state.standing, bad.state.file) == (standing, same.state.file)
        assert "stays" in FORMATS["text"]([bad], "en")
    said.host.tell("/anna", b"<a")
    # Another comment is no other description.
    said.host.tell("/berta", b"# Gemaakt op maandag\n" + scene.phase("berta", "ended"))
    bad, again = said.round("anna", "berta")
    assert (bad.state.standing, bad.state.heard) == ("invalid", same.state.heard)
    assert (again.state.standing, again.renewed, again.changed) == ("valid", False, ())
    assert {path.name: path.read_bytes() for path in said.collection.folder.glob("*/*.ttl")} == before


def test_what_is_no_longer_said_is_withdrawn_and_a_dry_run_keeps_nothing(said: Scene) -> None:
    said.host.tell("/anna", scene.use("anna", "anna"))
    (tried,) = said.round("anna", keep=False)
    assert (tried.added, tried.withdrawn, tried.renewed) == (("claim:anna-gebruik",), ("claim:anna-fase",), True)
    kept = said.collection.state("anna")
    assert kept is not None
    assert kept.standing != "valid"
    (done,) = said.round("anna")
    assert (done.withdrawn, done.state.since) == (("claim:anna-fase",), done.state.checked)
    text = (said.collection.folder / "anna" / done.state.file).read_text(encoding="utf-8")
    assert "sam:withdraws claim:anna-fase" in text
    assert "claim:anna-fase a sam:Lifecycle" in text
    assert "claim:anna-gebruik a sam:Use" in text


def test_a_map_that_changed_takes_what_still_fits(said: Scene, tmp_path: Path) -> None:
    """What is only repeated follows the map; what contradicts it is left out, and the release goes on."""
    blocks = (said.content / "data/field/blocks.ttl").read_text(encoding="utf-8")
    named = blocks.replace('"Agenda"@nl', '"Kalender"@nl')
    more = '\nbuilding-block:kassa a sam:BuildingBlock ; skos:prefLabel "Een andere kassa"@nl , "Another till"@en ;\n'
    more += '    skos:definition "Verzonnen."@nl , "Invented."@en ;\n'
    more += "    sam:evidence evidence:agenda ; sam:modality sam:fact .\n"
    other = content(tmp_path / "content", {"data/field/blocks.ttl": named + more})
    seen = look(other, collection=said.collection)
    derived(seen)
    assert [one.name for one in seen.left] == ["kassa"]
    assert "building-block/kassa" in seen.left[0].words.en
    assert quads(seen.store, "claim:berta-fase", scope_graph("all"))
    assert quads(seen.store, "claim:anna-gebruik", scope_graph("all"))
    assert not quads(seen.store, "claim:anna-fase", scope_graph("all"))
    labels = {
        value for path, value in quads(seen.store, "building-block:agenda", scope_graph("all")) if "prefLabel" in path
    }
    assert labels == {"Kalender", "Calendar"}


def test_what_was_kept_and_damaged_is_left_out_and_collected_anew(said: Scene) -> None:
    state = said.collection.state("kassa")
    assert state is not None
    path = said.collection.folder / "kassa" / state.file
    path.write_text(path.read_text(encoding="utf-8").replace("Invented", "Damaged"), encoding="utf-8")
    assert not said.collection.whole("kassa")
    (again,) = said.round("kassa")
    assert "If-None-Match" not in said.host.asked[-1][1]
    assert (again.state.standing, again.state.file) == ("valid", state.file)
    assert said.collection.whole("kassa")


def test_every_format_that_can_be_registered_has_a_reader() -> None:
    shape = ox.NamedNode(expand("shapes:Source-descriptionFormat") or "")
    path = ROOT / "shapes" / "source.ttl"
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.TURTLE)
    listed = store.query(f"SELECT ?form {{ {shape} <http://www.w3.org/ns/shacl#in>/<{RDF}rest>*/<{RDF}first> ?form }}")
    assert isinstance(listed, ox.QuerySolutions)
    assert {row["form"].value for row in listed} == {*ENDINGS, *IMPORTERS}


def test_what_is_kept_is_whole_or_as_it_was(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    moment = "2026-11-30T06:00:00+00:00"
    state = State("https://example.org/a", "valid", moment, moment, Words("Goed.", "Good."), heard=moment)
    kept = collection.keep("kassa", state, "<x:a> <x:b> <x:c> .\n")
    assert collection.state("kassa") == kept
    again = collection.keep("kassa", kept, "<x:a> <x:b> <x:d> .\n")
    assert sorted(path.name for path in (tmp_path / "kassa").iterdir()) == sorted([again.file, STATE])
    (tmp_path / "kassa" / STATE).write_text("{", encoding="utf-8")
    assert collection.state("kassa") is None
    assert collection.good(["kassa"]) == {}
    collection.keep("kassa", kept)
    late = datetime.fromisoformat(moment) + timedelta(days=3)
    assert collection.stale(late) == []
    assert collection.stale(late + timedelta(seconds=1)) == ["kassa"]
    collection.keep("kassa", replace(kept, dropped=True))
    assert collection.stale(late + timedelta(days=9)) == []
