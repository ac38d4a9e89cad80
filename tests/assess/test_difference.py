"""An assessment looks at a part of the map; it must say what two whole builds say, whatever is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

from samenhang import questions, sources
from samenhang.assessment import Assessor
from samenhang.assessment.ground import Ground
from samenhang.namespaces import GRAPH, NS, PREFIXES
from samenhang.release import materialise
from samenhang.sources import SourceFile
from tests.assess.proposed import Triple, proposals, sector, text
from tests.support import ROOT, analysis, code_lists

FINDINGS = ox.NamedNode(f"{GRAPH}findings/all")
OFFERED = SourceFile(Path("proposal.nt"), f"{GRAPH}proposal/proposal", "proposal")
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


class Found(NamedTuple):
    """What a build says of one finding."""

    outcome: str
    about: frozenset[str]
    missing: frozenset[str]
    ask: frozenset[str]


def quads(triples: list[Triple], graph: str) -> list[ox.Quad]:
    parsed = ox.parse(text(triples), format=ox.RdfFormat.N_TRIPLES)
    return [ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph)) for t in parsed]


def findings(store: ox.Store) -> dict[str, Found]:
    """The findings by their IRI; of one with two outcomes, a defect of its rule, both as one text."""

    def values(finding: object, name: str) -> frozenset[str]:
        found = store.quads_for_pattern(finding, ox.NamedNode(NS + name), None, FINDINGS)  # type: ignore[arg-type]
        return frozenset(q.object.value for q in found)  # type: ignore[union-attr]

    return {
        q.subject.value: Found(  # type: ignore[union-attr]
            " ".join(sorted(values(q.subject, "outcome"))),
            *(values(q.subject, name) for name in ("about", "missing", "askActor")),
        )
        for q in store.quads_for_pattern(None, ox.NamedNode(NS + "outcome"), None, FINDINGS)
    }


class Sector:
    """An invented sector in full, and ready for proposals."""

    def __init__(self, folder: Path) -> None:
        self.files = (*code_lists(), SourceFile(Path("sector.nt"), f"{GRAPH}sector/claims", "sector"))
        self.sources = ox.Store()
        sources.load(self.sources, code_lists())
        self.sources.extend(quads(sector(32), f"{GRAPH}sector/claims"))
        whole = self.build([], self.files)
        self.before = findings(whole)
        # What is generated need not be a good description; here it is about what follows from it.
        (folder / "shapes").mkdir()
        (folder / "queries").symlink_to(ROOT / "queries")
        self.assessor = Assessor(whole, folder, self.files)

    def build(self, extra: list[ox.Quad], files: tuple[SourceFile, ...]) -> ox.Store:
        store = ox.Store()
        store.extend(self.sources)
        store.extend(extra)
        materialise(store, files, analysis(), scopes=["all"])
        return store


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sector]:
    yield Sector(tmp_path_factory.mktemp("sector"))


def test_each_rule_says_what_a_change_affects() -> None:
    """A rule of which no query says it would be left out of every assessment."""
    affected = questions.collect(ROOT / "queries" / "affected").values()
    assert sorted(rule for query in affected for rule in query.header["rules"]) == [r.name for r in analysis().rules]


def test_there_is_something_to_change(invented: Sector) -> None:
    """Each rule speaks in the invented sector, so that a proposal can close what it says."""
    spoken = {finding.rpartition("/")[2].rpartition("-")[0] for finding in invented.before}
    assert spoken == {rule.name for rule in analysis().rules}


@settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(proposals())
def test_the_difference_is_that_of_two_whole_builds(invented: Sector, offered: list[Triple]) -> None:
    proposal = quads(offered, OFFERED.graph)
    found = invented.assessor.assess([OFFERED], proposal)
    assert not found.refused, found.inspection
    before, after = invented.before, findings(invented.build(proposal, (*invented.files, OFFERED)))
    described = {q.subject.value for q in proposal if q.predicate == TYPE}  # type: ignore[union-attr]
    expected = {
        finding: (
            before[finding].outcome if finding in before else "",
            after[finding].outcome if finding in after else "",
            after[finding].ask
            if finding in after and after[finding].outcome == f"{NS}outcome-unknown"
            else frozenset(),
        )
        for finding in before.keys() | after.keys()
        if (finding in before) != (finding in after)
        or before[finding].outcome != after[finding].outcome
        or (after[finding].outcome == f"{NS}outcome-unknown" and after[finding].about & described)
    }
    assert not {f for f, one in (*before.items(), *after.items()) if " " in one.outcome}
    told = {c.finding: (c.before, c.after, frozenset(c.ask)) for c in found.changes}
    assert told == expected
    for change in found.changes:
        if change.question["en"]:
            assert {change.question["nl"], change.question["en"]} == after[change.finding].missing


def test_words_stand_beside_a_part_when_it_leads_to_them() -> None:
    """A code names its layer; the words of both are there once something names the code, a number always."""
    text = """@prefix : <https://example.org/> .
        :code :layer :legal ; :label "code"@en ; :since 2021 ; :note "unread"@en .
        :legal :label "legal layer"@en .
        :constant :label "constant"@en .
        :other :label "other"@en ; :unread :constant ."""
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    ground = Ground(quads, {f"https://example.org/{name}" for name in ("layer", "label", "since", "constant")})

    def said(found: list[ox.Quad]) -> set[str]:
        return {q.object.value for q in found if isinstance(q.object, ox.Literal)}

    assert said(ground.always) == {"2021", "constant"}
    assert said(ground.words([ox.NamedNode("https://example.org/code")])) == {"code", "legal layer"}
    assert said(ground.words([ox.NamedNode("https://example.org/nothing")])) == set()
