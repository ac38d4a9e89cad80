"""Proposals and what they change: expected by hand from the rules' own words and from what the map says.

Everything in ``tests/assess/*.ttl`` is invented; none of it is in the data.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang import sources
from samenhang.assessment import Assessment, assess
from samenhang.engine import Answer, EmbeddedEngine
from samenhang.errors import WrongValue
from samenhang.namespaces import GRAPH, NS, shorten
from samenhang.release import Release, materialise
from tests.support import ROOT, analysis

HERE = Path(__file__).parent


@cache
def assessed(name: str) -> Assessment:
    return assess(ROOT, [HERE / f"{name}.ttl"])


def changes(name: str, change: str) -> set[tuple[str, str]]:
    """The changes of one kind: rule, and the finding or (for what is unknown) the question in English."""
    return {
        (shorten(c.rule).removeprefix("rule:"), c.question["en"] or c.words["en"])
        for c in assessed(name).changes
        if c.change == change
    }


def touched(name: str) -> list[str]:
    return [t.words["en"] for t in assessed(name).touched]


PODIUM = ["Digitaal Podium: Cultuurconnect (operates)", "Digitaal Podium: Cultuurconnect (owns)"]


def test_a_second_ticketing_platform_overlaps_with_the_first() -> None:
    """Digitaal Podium realises ticketing and is Cultuurconnect's; the proposal's owner is another."""
    assert changes("second-ticketing", "added") == {
        ("capability-overlap", "Digitaal Podium and Example tickets realise the same capability: Ticketing."),
    }
    assert changes("second-ticketing", "closed") == changes("second-ticketing", "answered") == set()
    unknown = changes("second-ticketing", "unknown")
    assert ("funding", "Who pays for Example tickets, and out of which means?") in unknown
    assert {rule for rule, _ in unknown} == {"funding", "principle-not-met"}  # it has an owner and a capability
    assert {who["en"] for c in assessed("second-ticketing").changes for who in c.asked} == {"publiq"}
    assert touched("second-ticketing") == PODIUM


def test_without_an_owner_the_same_overlap_is_a_question() -> None:
    """A gap or overlap takes both sides to be known: here nobody says whose the platform is."""
    assert changes("without-owner", "added") == set()
    unknown = changes("without-owner", "unknown")
    assert ("capability-overlap", "Who is the owner of Example desk?") in unknown
    assert {rule for rule, _ in unknown} == {"accountability", "capability-overlap", "funding", "principle-not-met"}
    assert not any(c.ask for c in assessed("without-owner").changes)  # nobody is known who could say
    assert touched("without-owner") == PODIUM


def test_an_answer_closes_its_question() -> None:
    """Of UiTinVlaanderen the map does not know who is accountable; the proposal says who owns it."""
    assert changes("owner-of-uitinvlaanderen", "answered") == {
        ("accountability", "UiTinVlaanderen: not known who is accountable."),
        # It takes its data from UiTdatabank; between two blocks of one owner, law and agreement are no question.
        ("interoperability-gap", "UiTdatabank → UiTinVlaanderen, legal layer: not known whether the exchange fits."),
        (
            "interoperability-gap",
            "UiTdatabank → UiTinVlaanderen, organisational layer: not known whether the exchange fits.",
        ),
    }
    assert len(assessed("owner-of-uitinvlaanderen").changes) == 3


def test_what_a_claim_replaces_no_longer_counts() -> None:
    """The new platform takes over ticketing, so there is no overlap; what the first still does, nobody says."""
    assert (
        changes("taken-over", "added") == changes("taken-over", "closed") == changes("taken-over", "answered") == set()
    )
    unknown = changes("taken-over", "unknown")
    assert ("capability-overlap", "Which capability does Digitaal Podium realise, and for whom?") in unknown
    assert {rule for rule, _ in unknown} == {"capability-overlap", "funding", "principle-not-met"}
    assert touched("taken-over") == PODIUM  # the proposal names it by the claim only


def test_a_claim_is_withdrawn_by_its_evidence() -> None:
    assert [
        (c.change, c.question["en"], [who["en"] for who in c.asked]) for c in assessed("owner-withdrawn").changes
    ] == [
        ("unknown", "Who owns or is responsible for Digitaal Podium?", ["Cultuurconnect"])  # which runs it
    ]
    assert touched("owner-withdrawn") == PODIUM  # also who owned it by what is withdrawn


def test_a_claim_that_is_not_in_the_map_cannot_be_withdrawn() -> None:
    found = assessed("nothing-to-withdraw")
    assert found.refused
    (flaw,) = found.inspection.flaws
    assert (shorten(flaw.result.shape), str(flaw.result.value)) == (
        "<https://w3id.org/samenhang/checks#withdrawn-claim>",
        "https://w3id.org/samenhang/id/claim/digitaal-podium-owned-by-cultuurconnekt",
    )
    assert flaw.files == (HERE / "nothing-to-withdraw.ttl",)


def test_mistakes_are_told_and_nothing_else_is() -> None:
    found = assessed("mistakes")
    assert found.refused
    assert (found.changes, found.touched) == ((), ())
    assert {flaw.result.shape.rpartition("#")[2] for flaw in found.inspection.flaws} == {
        "Thing-label",  # a name without a language
        "dangling-reference",  # an actor misspelt, and what the misspelt term points at
        "Responsibility-responsible",  # the same actor, which is no actor
        "undeclared-term",  # sam:evidense
        "Evidence-slide",  # slide 0
    }


OUTCOMES = f"SELECT ?f ?o {{ GRAPH <{GRAPH}findings/all> {{ ?f <{NS}outcome> ?o }} }}"


def outcomes(answer: Answer) -> dict[str, str]:
    return {finding: outcome for finding, outcome in ((r["f"].value, r["o"].value) for r in answer.rows())}


@pytest.mark.parametrize(
    "name", ["second-ticketing", "without-owner", "owner-of-uitinvlaanderen", "taken-over", "owner-withdrawn"]
)
def test_the_difference_is_that_of_two_whole_builds(name: str, release: Release) -> None:
    """Finding by finding: the release as it is, and one made with the proposal from the start."""
    files = (*sources.find(ROOT), *sources.proposals([HERE / f"{name}.ttl"]))
    store = ox.Store()
    sources.load(store, files)
    materialise(store, files, analysis(), scopes=["all"])
    after = outcomes(EmbeddedEngine(store).query(OUTCOMES))
    before = outcomes(release.query(OUTCOMES))
    different = {f for f in before.keys() | after.keys() if before.get(f) != after.get(f)}
    told = {c.finding: (c.before, c.after) for c in assessed(name).changes if c.before != c.after}
    assert told == {f: (before.get(f, ""), after.get(f, "")) for f in different}
    assert told


def test_two_at_once_do_not_see_each_other_and_nothing_remains() -> None:
    alone = [assessed("second-ticketing"), assessed("without-owner")]
    with ThreadPoolExecutor(2) as both:
        together = list(
            both.map(lambda name: assess(ROOT, [HERE / f"{name}.ttl"]), ["second-ticketing", "without-owner"])
        )
    assert together == alone


def test_no_file_is_refused() -> None:
    with pytest.raises(WrongValue):
        assess(ROOT, [])


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "samenhang", "assess", *arguments],
        cwd=HERE,
        env=os.environ | {"SAMENHANG_LANG": "nl", "SAMENHANG_CONTENT": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_it_in_plain_words_and_ends_as_asked() -> None:
    done = command("second-ticketing.ttl", "--fail-on", "finding")
    assert (done.returncode, done.stderr) == (1, "")
    assert "Digitaal Podium en Voorbeeldtickets vervullen dezelfde functie: Ticketing." in done.stdout
    assert "vraag: Wie betaalt Voorbeeldtickets, en met welke middelen?\n    te vragen aan: publiq" in done.stdout
    done = command("second-ticketing.ttl", "--format", "json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert not told["refused"]
    assert [c["words"]["nl"] for c in told["changes"] if c["change"] == "added"] == [
        "Digitaal Podium en Voorbeeldtickets vervullen dezelfde functie: Ticketing."
    ]
    done = command("mistakes.ttl")
    assert done.returncode == 1
    assert "mistakes.ttl:" in done.stdout
    assert done.stdout.endswith(
        "Verbeter eerst de fouten hierboven; pas dan valt te zeggen wat het voorstel verandert.\n"
    )
    assert command("weg.ttl").returncode == 2
