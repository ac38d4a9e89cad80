"""A decision on a finding outlives releases: it is shown with the finding, and stays when the finding goes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from samenhang import questions
from samenhang.namespaces import ID
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.validation import Severity
from tests.small import AGENDA, DECISIONS, FOUND, content, decided, write
from tests.support import ROOT, cells

OWNER = """
claim:agenda-owner a sam:Responsibility ; sam:responsible actor:a ; sam:responsibleFor building-block:agenda ;
    sam:responsibilityType sam:responsibility-owns ; sam:evidence evidence:agenda ; sam:modality sam:fact ;
    sam:polarity sam:holds .
"""


def told(release: Release) -> list[tuple[str | None, ...]]:
    return cells(release.ask("finding-decisions"), ["finding", "answer", "decided", "decider", "date", "en"])


def test_a_decision_survives_the_release_in_which_its_finding_goes(tmp_path: Path) -> None:
    decision = DECISIONS + decided("stays", FOUND, "planned", "2026-01-01")
    folder = content(tmp_path / "content", {"data/field/a.ttl": AGENDA, "data/field/b.ttl": decision})
    shelf = Shelf(tmp_path / "var")
    first = build(folder, shelf)
    assert first.release is not None
    assert first.inspection.flaws == ()
    said = ("sam:finding-planned", "actor:a", "2026-01-01", "That is why.")
    assert told(first.release) == [(f"finding:{FOUND}", "sam:answer-yes", *said)]
    shown = cells(first.release.findings(about="agenda"), ["finding", "decided", "decision"])
    assert (f"finding:{FOUND}", "sam:finding-planned", "finding-decision:stays") in shown
    assert {row[1:] for row in shown if row[0] != f"finding:{FOUND}"} == {(None, None)}

    write(folder / "data/field/b.ttl", decision + OWNER)
    second = build(folder, shelf)
    assert second.release is not None
    assert second.release.name != first.release.name
    assert told(second.release) == [(f"finding:{FOUND}", "sam:answer-no", *said)]
    assert second.inspection.count(Severity.WARNING) == len(second.inspection.flaws) == 1
    assert told(first.release) == [(f"finding:{FOUND}", "sam:answer-yes", *said)]


def test_the_document_of_a_finding_holds_the_whole_decision_on_it(tmp_path: Path) -> None:
    data = {"data/field/a.ttl": AGENDA, "data/field/b.ttl": DECISIONS + decided("d", FOUND, "disputed", "2026-01-01")}
    release = build(content(tmp_path / "content", data), Shelf(tmp_path / "var")).release
    assert release is not None
    document = questions.read(ROOT / "queries" / "documents" / "thing.rq")
    triples = release.query(document.bind({"thing": f"{ID}finding/{FOUND}"})).triples()
    decision = ox.NamedNode(f"{ID}finding-decision/d")
    of_decision = {t.predicate.value.rpartition("#")[2] for t in triples if t.subject == decision}
    assert of_decision >= {"decidedOn", "decider", "findingState", "reason", "evidence"}
