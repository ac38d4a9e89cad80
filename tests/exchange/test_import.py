"""Taking in what an organisation sends: what it becomes, again and again, and what it may say of blocks of others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.errors import SamenhangError
from samenhang.namespaces import GRAPH, ID, NS, scope_graph, shorten
from samenhang.release.build import look
from samenhang.release.intake import Taken, take
from samenhang.validation import Severity
from tests.small import ACTORS, AGENDA, OWNER, content
from tests.support import derived

HEAD = "bouwblok;gebruiker;modaliteit;geldig vanaf\n"
ANNA, BERTA = "Agenda;Anna;feit;2020\n", "Agenda;Berta;feit;2021\n"
USED_BY_ANNA, USED_BY_BERTA = "claim:gebruik-use-agenda-anna", "claim:gebruik-use-agenda-berta"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A map of one block, which is Anna's."""
    return content(tmp_path / "content", {"data/field/blocks.ttl": AGENDA + ACTORS + OWNER})


def taken(folder: Path, text: str, *, speaker: str = "", write: bool = True) -> Taken:
    """What comes of the file with *text*, kept in the content unless not to *write*."""
    file = folder.parent / "gebruik.csv"
    file.write_text(HEAD + text, encoding="utf-8")
    found = take(folder, "csv", file, source="berta", speaker=speaker)
    assert found.inspection.flaws == ()
    if write:
        found.write()
    return found


def short(iris: tuple[str, ...]) -> list[str]:
    return [shorten(iri) for iri in iris]


def kept(folder: Path) -> set[ox.Triple]:
    """What stands in the file that was written."""
    path = folder / "data" / "berta" / "imports" / "gebruik.ttl"
    return {
        ox.Triple(t.subject, t.predicate, t.object) for t in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    }


def test_a_file_becomes_a_source_that_stands_by_itself(folder: Path) -> None:
    """With the row as evidence; what it names of the map is described beside it, as the map does."""
    found = taken(folder, ANNA)
    assert short(found.added) == [USED_BY_ANNA]
    assert found.path == folder / "data" / "berta" / "imports" / "gebruik.ttl"
    said = {
        " ".join(shorten(t.value) if isinstance(t, ox.NamedNode) else str(t) for t in triple) for triple in kept(folder)
    }
    row = "evidence:gebruik-claim-use-agenda-anna"
    assert {line for line in said if line.startswith((USED_BY_ANNA, row, "source:gebruik"))} == {
        f"{USED_BY_ANNA} rdf:type sam:Use",
        f"{USED_BY_ANNA} sam:block building-block:agenda",
        f"{USED_BY_ANNA} sam:user actor:anna",
        f"{USED_BY_ANNA} sam:modality sam:fact",
        f"{USED_BY_ANNA} sam:polarity sam:holds",
        f'{USED_BY_ANNA} sam:validFrom "2020"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        f"{USED_BY_ANNA} sam:evidence {row}",
        f"{row} rdf:type sam:Evidence",
        f"{row} sam:confidence sam:A",
        f'{row} sam:path "gebruik.csv#L2"',
        f"{row} sam:source source:gebruik",
        "source:gebruik rdf:type sam:Source",
        'source:gebruik skos:prefLabel "Rekenblad gebruik.csv"@nl',
        'source:gebruik skos:prefLabel "Spreadsheet gebruik.csv"@en',
    }
    assert {'actor:anna skos:prefLabel "Anna"@nl', "building-block:agenda sam:evidence evidence:agenda"} <= said
    looked = look(folder)
    assert not looked.inspection.fails(Severity.VIOLATION)
    assert ox.NamedNode(f"{GRAPH}berta/imports/gebruik") in list(looked.store.named_graphs())


def test_again_and_again(folder: Path) -> None:
    """The same twice changes nothing; what is no longer said is withdrawn and stays; said again, it counts again."""
    first = taken(folder, ANNA + BERTA)
    assert short(first.added) == [USED_BY_ANNA, USED_BY_BERTA]
    before = kept(folder)
    again = taken(folder, ANNA + BERTA)
    assert (again.alters, again.added, again.changed, again.withdrawn, again.kept) == (False, (), (), (), ())

    later = taken(folder, BERTA.replace("2021", "2022"))
    assert (short(later.added), short(later.changed), short(later.withdrawn)) == ([], [USED_BY_BERTA], [USED_BY_ANNA])
    claim = ox.NamedNode(f"{ID}{USED_BY_ANNA.replace(':', '/')}")
    withdrawing = ox.Triple(ox.NamedNode(f"{ID}evidence/gebruik-withdrawn"), ox.NamedNode(f"{NS}withdraws"), claim)
    assert withdrawing in kept(folder)
    assert {t for t in before if t.subject == claim} <= kept(folder)
    store = derived(look(folder))
    assert list(store.quads_for_pattern(claim, None, None, ox.NamedNode(scope_graph("all")))) == []
    assert list(store.quads_for_pattern(claim, None, None, ox.NamedNode(f"{GRAPH}withdrawn/all"))) != []
    same = taken(folder, BERTA.replace("2021", "2022"))
    assert (same.alters, same.withdrawn) == (False, ())

    back = taken(folder, ANNA + BERTA)
    assert short(back.added) == [USED_BY_ANNA]
    assert kept(folder) == before


def test_a_thing_that_is_no_longer_described_stays(folder: Path) -> None:
    """Nobody else describes it, so it would be gone: that it ended is for a lifecycle to say."""
    file = folder.parent / "building-block.csv"
    head = "voorkeursnaam (nl);voorkeursnaam (en);omschrijving (nl);omschrijving (en);modaliteit\n"
    rows = [f"{name};{name};Verzonnen.;Invented.;feit\n" for name in ("Kassa", "Balie")]
    for text, expected in ((head + rows[0] + rows[1], []), (head + rows[0], ["building-block:balie"])):
        file.write_text(text, encoding="utf-8")
        found = take(folder, "csv", file)
        assert short(found.kept) == expected
        found.write()
    assert not look(folder).inspection.fails(Severity.VIOLATION)
    assert "building-block:balie" in found.path.read_text(encoding="utf-8")


def test_what_is_said_of_blocks_of_others_is_of_a_third_party(folder: Path) -> None:
    """The agenda is Anna's: Berta may say who uses it, and it is shown as hers; Anna speaks for herself."""
    proof = ox.NamedNode(f"{ID}evidence/gebruik-claim-use-agenda-anna")
    for speaker, owners, letter in (("Berta", ["Anna"], "C"), ("anna", [], "A")):
        found = taken(folder, ANNA, speaker=speaker)
        assert [words.en for words in found.others.values()] == owners
        assert {t.object for t in kept(folder) if t.subject == proof and t.predicate.value == f"{NS}confidence"} == {
            ox.NamedNode(NS + letter)
        }
        creator = "http://purl.org/dc/terms/creator"
        assert {str(t.object) for t in kept(folder) if t.predicate.value == creator} == {f'"{speaker.title()}"'}


@pytest.mark.parametrize(
    ("form", "file", "source", "speaker", "en"),
    [
        ("excel", "gebruik.csv", "", "", "There is no format 'excel'."),
        ("spreadsheet", "gebruik.csv", "", "", "the name of a file in the format spreadsheet ends in .xlsx."),
        ("csv", "weg.csv", "", "", "weg.csv': does not exist."),
        ("csv", "gebruik.csv", "Te Gek", "", "'Te Gek' cannot be a source"),
        ("csv", "gebruik.csv", "vocabularies", "", "'vocabularies' cannot be a source"),
        ("csv", "gebruik.csv", "", "Ana", "There is no actor 'Ana'. Did you mean: Anna?"),
        ("csv", "gebruik.csv", "", "", "gebruik.csv#L2: “Carla” is not on the map and not in this file."),
    ],
)
def test_what_cannot_be_taken_in(folder: Path, form: str, file: str, source: str, speaker: str, en: str) -> None:
    (folder.parent / "gebruik.csv").write_text(HEAD + "Agenda;Carla;feit;\n", encoding="utf-8")
    with pytest.raises(SamenhangError) as caught:
        take(folder, form, folder.parent / file, source=source, speaker=speaker)
    assert en in caught.value.en
    assert caught.value.exit_code == 2
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["dataset.ttl", "field", "vocabularies"]


def test_the_command_says_what_it_does_and_refuses_what_is_wrong(folder: Path) -> None:
    """A violation: nothing is written, status 1. A dry run writes nothing either."""
    good, bad = folder.parent / "gebruik.csv", folder.parent / "evidence.csv"
    good.write_text(HEAD + ANNA, encoding="utf-8")
    thirteen = " ".join("abcdefghijklm")
    bad.write_text(
        f"kenmerk;bron;betrouwbaarheid;fragment (nl)\nlang;eindverslag-2021;A;{thirteen}\n", encoding="utf-8"
    )
    written = folder / "data" / "berta"

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "samenhang", "import", "csv", *map(str, arguments), "--source", "berta"]
        environment = os.environ | {"SAMENHANG_CONTENT": str(folder), "SAMENHANG_LANG": "en"}
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    refused = run(bad)
    assert refused.returncode == 1
    assert "1 violation" in refused.stdout
    assert "Nothing written" in refused.stderr
    dry = run(good, "--actor", "Berta", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert f"1 new:\n  + {USED_BY_ANNA}\n" in dry.stdout
    assert (
        f"1 about building blocks of others, which counts as of a third party:\n  {USED_BY_ANNA} (Anna)\n" in dry.stdout
    )
    assert "Nothing written (--dry-run)." in dry.stdout
    assert not written.exists()
    assert run(good).returncode == 0
    assert [path.name for path in written.rglob("*.*")] == ["gebruik.ttl"]


def test_two_sources_that_disagree_both_stay_and_are_told(folder: Path) -> None:
    """One says that the agenda is in use since 2026, the other that it ended then: a finding has the proof of both."""
    for house, state in (("anna", "live"), ("berta", "ended")):
        file = folder.parent / f"{house}.csv"
        head = "bouwblok;levensfase;modaliteit;geldig vanaf\n"
        file.write_text(f"{head}Agenda;lifecycle-{state};feit;2026-01-01\n", encoding="utf-8")
        take(folder, "csv", file, source=house, speaker=house).write()
    store = derived(look(folder))
    quads = store.quads_for_pattern(
        None, ox.NamedNode(f"{NS}rule"), ox.NamedNode(f"{ID}rule/contradiction"), ox.NamedNode(f"{GRAPH}findings/all")
    )
    (finding,) = [quad.subject for quad in quads]
    whole = ox.NamedNode(scope_graph("all"))

    def values(thing: ox.NamedNode, path: str) -> list[str]:
        graph = None if path in ("because", "outcome") else whole
        return sorted({q.object.value for q in store.quads_for_pattern(thing, ox.NamedNode(NS + path), None, graph)})  # type: ignore[union-attr]

    assert isinstance(finding, ox.NamedNode)
    assert values(finding, "outcome") == [f"{NS}outcome-present"]
    claims = values(finding, "because")
    assert len(claims) == 2
    proofs = [proof for claim in claims for proof in values(ox.NamedNode(claim), "evidence")]
    assert sorted(path for proof in proofs for path in values(ox.NamedNode(proof), "path")) == [
        "anna.csv#L2",
        "berta.csv#L2",
    ]
