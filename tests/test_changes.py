"""The difference of two releases: what it holds, what it means, in each form; what is said when it cannot be told."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from samenhang.changes import Ledger, merge
from samenhang.changes.forms import FORMATS
from samenhang.errors import NotFound, Unreadable
from samenhang.namespaces import PREFIXES, shorten
from samenhang.release import Shelf
from samenhang.release.folders import DATA
from tests import history
from tests.command import Commands

NS = PREFIXES["sam"]
NOTHING: dict[str, dict[str, int]] = {"things": {}, "findings": {}, "terms": {}, "questions": {}}
EXPECTED = (
    {"things": {"added": 1}},
    {"things": {"added": 1}, "findings": {"opened": 1}},
    {"things": {"added": 1, "changed": 1}, "findings": {"changed": 1}},
    {"things": {"added": 1}, "findings": {"opened": 1}},
    {"things": {"added": 1, "withdrawn": 1}, "findings": {"closed": 1}},
    {"terms": {"added": 1, "deprecated": 1}},
    {"things": {"changed": 1}, "questions": {"added": 1}},
    {"things": {"changed": 1}},
    {"things": {"changed": 1, "withdrawn": 1}},
)
"""What each month after the first changed, counted by hand from MONTHS."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return history.tiny(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def names(shelf: Shelf) -> list[str]:
    return [one.release for one in shelf.history().publications]


@pytest.fixture(scope="module")
def ledger(shelf: Shelf) -> Iterator[Ledger]:
    yield Ledger(shelf)


def told(ledger: Ledger, before: str, after: str) -> dict[str, Any]:
    return dict(ledger.make(before, after).difference.document)


def short(document: dict[str, Any], section: str, key: str) -> dict[str, str]:
    return {shorten(entry[key]): entry["change"] for entry in document[section]}


def test_each_month_has_the_changes_that_were_made_and_no_others(ledger: Ledger, names: list[str]) -> None:
    for expected, before, after in zip(EXPECTED, names, names[1:], strict=False):
        counts = told(ledger, before, after)["counts"]
        assert {name: counts[name] for name in NOTHING} == NOTHING | expected


def test_ten_months_at_once_tell_what_is_otherwise_in_the_end(ledger: Ledger, names: list[str]) -> None:
    document = told(ledger, names[0], names[9])
    # The archive came and went, and so did the contradiction.
    assert short(document, "things", "thing") == {
        "building-block:agenda": "changed",
        "building-block:tickets": "changed",
        "claim:agenda-owner": "withdrawn",
        "claim:agenda-owner-b": "added",
        "claim:agenda-owner-c": "added",
        "claim:agenda-tickets": "added",
        "evidence:e2": "added",
        "rule:funding": "changed",
    }
    assert short(document, "findings", "finding") == {"finding:gap-1": "opened"}
    assert short(document, "terms", "term") == {"sam:oldWord": "deprecated", "sam:newWord": "added"}
    assert [entry["change"] for entry in document["questions"]] == ["added"]
    back = told(ledger, names[9], names[0])
    assert short(back, "findings", "finding") == {"finding:gap-1": "closed"}
    assert short(back, "things", "thing")["claim:agenda-owner"] == "added"


def test_a_correction_is_told_once_with_the_value_before_and_after(ledger: Ledger, names: list[str]) -> None:
    document = told(ledger, names[7], names[8])
    # It stands in a graph of its source and in those of three scopes, and a label is derived of it.
    assert document["quads"] == {"removed": 10, "added": 10}
    assert document["statements"] == {"removed": 1, "added": 1}
    (entry,) = document["things"]
    assert entry["properties"] == [
        {
            "property": PREFIXES["skos"] + "prefLabel",
            "before": [{"value": "Tiket", "lang": "nl"}],
            "after": [{"value": "Tickets", "lang": "nl"}],
        }
    ]


def test_what_takes_the_place_of_what_is_gone_is_told(ledger: Ledger, names: list[str]) -> None:
    (_, gone) = told(ledger, names[4], names[5])["things"]
    assert shorten(gone["thing"]) == "claim:agenda-owner"
    assert [shorten(iri) for iri in gone["successors"]] == ["claim:agenda-owner-c"]
    assert sorted(shorten(iri) for iri in gone["involves"]) == ["actor:a", "building-block:agenda"]
    (old,) = (entry for entry in told(ledger, names[5], names[6])["terms"] if entry["change"] == "deprecated")
    assert old["successors"] == [NS + "newWord"]


def test_questions_whose_answer_changed_are_told_with_their_numbers(ledger: Ledger, names: list[str]) -> None:
    answers = {entry["question"].rpartition("/")[2]: entry for entry in told(ledger, names[0], names[1])["answers"]}
    assert (answers["existing-blocks"]["before"], answers["existing-blocks"]["after"]) == (2, 3)
    assert "roadmap" not in answers
    assert told(ledger, names[5], names[6])["answers"] == []


def test_a_patch_makes_exactly_the_later_release(shelf: Shelf, ledger: Ledger, names: list[str]) -> None:
    for before, after in ((names[0], names[9]), (names[4], names[5])):
        lines = set((shelf.get(before).folder / DATA).read_bytes().splitlines(keepends=True))
        patch = ledger.make(before, after).path("patch").read_bytes().splitlines(keepends=True)
        assert patch[0] == f"H id <https://w3id.org/samenhang/releases/{before}..{after}> .\n".encode()
        assert (patch[3], patch[-1]) == (b"TX .\n", b"TC .\n")
        for line in patch[4:-1]:
            if line.startswith(b"D "):
                lines.remove(line[2:])
            else:
                assert line.startswith(b"A ") and line[2:] not in lines
                lines.add(line[2:])
        assert b"".join(sorted(lines)) == (shelf.get(after).folder / DATA).read_bytes()


def test_provenance_says_what_a_release_revises_and_what_no_longer_holds(ledger: Ledger, names: list[str]) -> None:
    before, after = names[8], names[9]
    (text,) = FORMATS["turtle"](ledger.make(before, after), "nl")
    graph = {str(triple) for triple in ox.parse(text, format=ox.RdfFormat.TURTLE)}

    def says(subject: str, property_: str, value: str) -> bool:
        prov = PREFIXES["prov"]
        return (
            f"<https://w3id.org/samenhang/{subject}> <{prov}{property_}> <https://w3id.org/samenhang/{value}>" in graph
        )

    assert says(f"releases/{after}", "wasRevisionOf", f"releases/{before}")
    archive, agenda = "id/building-block/archive", "id/building-block/agenda"
    assert says(f"{archive}?asOf={before}", "wasInvalidatedBy", f"releases/{before}..{after}")
    assert says(f"{archive}?asOf={before}", "specializationOf", archive)
    assert says(f"{agenda}?asOf={after}", "wasRevisionOf", f"{agenda}?asOf={before}")
    assert not any(f"{archive}?asOf={after}" in triple for triple in graph)


def test_equal_releases_differ_in_nothing(ledger: Ledger, names: list[str]) -> None:
    found = ledger.make(names[3], names[3]).difference
    assert found.empty
    assert found.document["counts"] == NOTHING | {"answers": {}}


def test_so_many_changes_are_counted_and_not_listed(
    ledger: Ledger, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenhang.changes.difference.MOST", 6)
    document = told(ledger, names[2], names[5])
    assert not document["complete"] and document["things"] == []
    assert document["statements"]["added"] > 6
    assert b"--format patch" in b"".join(FORMATS["text"](ledger.make(names[2], names[5]), "en"))


def test_a_merge_needs_neither_file_to_end_first(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"a\nb\nd\n")
    other.write_bytes(b"b\nc\ne\nf\n")
    assert list(merge.differing(one, other)) == [
        (b"a\n", False),
        (b"c\n", True),
        (b"d\n", False),
        (b"e\n", True),
        (b"f\n", True),
    ]
    assert list(merge.differing(one, Path("/dev/null"))) == [(b"a\n", False), (b"b\n", False), (b"d\n", False)]


def test_what_was_compared_is_kept_and_made_again_when_it_is_harmed(ledger: Ledger, names: list[str]) -> None:
    kept = ledger.make(names[1], names[2])
    first = {form: kept.path(form).read_bytes() for form in ("json", "patch", "nt")}
    before = kept.path("json").stat().st_mtime_ns
    assert ledger.make(names[1], names[2]).path("json").stat().st_mtime_ns == before
    (ledger.folder / ".draft-left").mkdir()  # somebody was killed at it
    for form, harm in (("json", b"{}"), ("nt", b""), ("patch", b"H")):
        kept.path(form).write_bytes(harm)
        assert ledger.get(names[1], names[2]) is None
        again = ledger.make(names[1], names[2])
        assert {form: again.path(form).read_bytes() for form in first} == first
    assert not (ledger.folder / ".draft-left").exists()


def test_a_damaged_or_missing_release_is_said_and_others_go_on(shelf: Shelf, names: list[str], tmp_path: Path) -> None:
    other = Shelf(tmp_path)
    shutil.copytree(shelf.folder / "releases", other.folder / "releases")
    with (other.folder / "releases" / names[2] / DATA).open("ab") as file:
        file.write(b"more")
    shutil.rmtree(other.folder / "releases" / names[3])
    ledger = Ledger(other)
    with pytest.raises(Unreadable, match=names[2]):
        ledger.make(names[1], names[2])
    with pytest.raises(NotFound, match="There is no release"):
        ledger.make(names[1], names[3])
    assert told(ledger, names[1], names[4])["counts"]["things"] == {"added": 3}
    assert not [*ledger.folder.glob(".draft-*")]


@pytest.fixture(scope="module")
def run(shelf: Shelf) -> Iterator[Any]:
    commands = Commands({**os.environ, "SAMENHANG_VAR": str(shelf.folder)})
    yield commands.run
    commands.close()


def test_the_command_tells_it_and_ends_as_diff_does(run: Any, names: list[str]) -> None:
    done = run("diff", "previous", "current", SAMENHANG_LANG="nl")
    assert done.returncode == 1, done.stderr
    assert "Dingen: 1 veranderd, 1 weggevallen" in done.stdout
    assert "- Archief (bouwblok)  building-block:archive\n      in de plaats komt: Agenda" in done.stdout
    done = run("diff", "2026-09-15", "2026-09-01", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["things"]) == (0, [])
    done = run("diff", "2025-12-31", "current", SAMENHANG_LANG="en")
    assert done.returncode == 2 and "2026-01-01" in done.stderr and names[0] in done.stderr
