"""publiccode.yml: what is read of it, with the line that proves it, and what is said of a file that is none."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.assessment import assess
from samenhang.errors import SyntaxProblem
from samenhang.exchange import publiccode
from samenhang.namespaces import shorten
from tests.support import ROOT

FILE = """publiccodeYmlVersion: "0.4"
name: Voorbeeldkassa
url: https://example.org/code
landingURL: https://example.org/kassa
releaseDate: 2026-03-01
developmentStatus: stable
softwareType: standalone/web
description:
  nl:
    shortDescription: Een verzonnen kassa.
  en:
    localisedName: Example till
    shortDescription: >
      An invented
      till.
legal:
  license: EUPL-1.2
  repoOwner: publiq
maintenance:
  type: internal
  contacts:
    - name: Iemand
      email: iemand@example.org
"""
EXPECTED = """
building-block:voorbeeldkassa rdf:type sam:BuildingBlock
building-block:voorbeeldkassa sam:modality sam:fact
building-block:voorbeeldkassa sam:evidence evidence:voorbeeldkassa-publiccode-regel-2
building-block:voorbeeldkassa skos:prefLabel "Voorbeeldkassa"@nl
building-block:voorbeeldkassa skos:prefLabel "Example till"@en
building-block:voorbeeldkassa skos:definition "Een verzonnen kassa."@nl
building-block:voorbeeldkassa skos:definition "An invented till."@en
building-block:voorbeeldkassa foaf:homepage <https://example.org/kassa>
building-block:voorbeeldkassa rdfs:seeAlso <https://example.org/code>
claim:voorbeeldkassa-publiccode-levensloop rdf:type sam:Lifecycle
claim:voorbeeldkassa-publiccode-levensloop sam:block building-block:voorbeeldkassa
claim:voorbeeldkassa-publiccode-levensloop sam:lifecycleState sam:lifecycle-live
claim:voorbeeldkassa-publiccode-levensloop sam:modality sam:derived
claim:voorbeeldkassa-publiccode-levensloop sam:polarity sam:holds
claim:voorbeeldkassa-publiccode-levensloop sam:evidence evidence:voorbeeldkassa-publiccode-regel-6
claim:voorbeeldkassa-publiccode-eigenaar rdf:type sam:Responsibility
claim:voorbeeldkassa-publiccode-eigenaar sam:responsibilityType sam:responsibility-owns
claim:voorbeeldkassa-publiccode-eigenaar sam:responsible actor:publiq
claim:voorbeeldkassa-publiccode-eigenaar sam:responsibleFor building-block:voorbeeldkassa
claim:voorbeeldkassa-publiccode-eigenaar sam:modality sam:fact
claim:voorbeeldkassa-publiccode-eigenaar sam:polarity sam:holds
claim:voorbeeldkassa-publiccode-eigenaar sam:evidence evidence:voorbeeldkassa-publiccode-regel-18
evidence:voorbeeldkassa-publiccode-regel-2 sam:path "publiccode.yml#L2"
evidence:voorbeeldkassa-publiccode-regel-6 sam:path "publiccode.yml#L6"
evidence:voorbeeldkassa-publiccode-regel-18 sam:path "publiccode.yml#L18"
source:voorbeeldkassa-publiccode rdf:type sam:Source
source:voorbeeldkassa-publiccode skos:prefLabel "publiccode.yml van Voorbeeldkassa"@nl
source:voorbeeldkassa-publiccode skos:prefLabel "publiccode.yml of Voorbeeldkassa"@en
source:voorbeeldkassa-publiccode dct:issued "2026-03-01"^^<http://www.w3.org/2001/XMLSchema#date>
"""


def lines(text: str, where: str = "map/publiccode.yml") -> set[str]:
    """The triples in short, without what each of the pieces of evidence has alike."""

    def term(value: object) -> str:
        return shorten(value.value) if isinstance(value, ox.NamedNode) else str(value)

    found = {" ".join(map(term, triple)) for triple in publiccode.read(text.encode(), where)}
    alike = ("rdf:type sam:Evidence", "sam:confidence sam:A", "sam:source source:voorbeeldkassa-publiccode")
    return {line for line in found if not (line.startswith("evidence:") and line.endswith(alike))}


def test_what_is_read_with_the_line_that_proves_it() -> None:
    """All of it, and nothing of the person who is named as contact."""
    assert lines(FILE) == set(EXPECTED.strip().splitlines())


def test_the_owner_stands_where_the_newest_version_puts_it() -> None:
    newer = FILE.replace('"0.4"', "0.5.0") + "organisation:\n  name: Cultuurconnect\n"
    assert {line for line in lines(newer) if "sam:responsible " in line} == {
        "claim:voorbeeldkassa-publiccode-eigenaar sam:responsible actor:cultuurconnect"
    }


def test_what_is_not_said_stays_out() -> None:
    found = lines('publiccodeYmlVersion: "0.4"\nname: Voorbeeldkassa\n')
    assert not any("claim:" in line or "definition" in line for line in found)


BOMB = "a: &a [x]\nb: [*a, *a]\n"


@pytest.mark.parametrize(
    ("text", "line", "en"),
    [
        (FILE.replace('"0.4"', '"0.2"'), 1, "'publiccodeYmlVersion' is '0.2'; read are versions from 0.4 on."),
        (FILE.replace('publiccodeYmlVersion: "0.4"\n', ""), 1, "'publiccodeYmlVersion' is -; read are versions"),
        (FILE.replace("name: Voorbeeldkassa", "name: '!?'"), 2, "'name' is '!?'; wanted is the name of the software"),
        (FILE + BOMB, 25, "Aliases (*a) are not read; write the value in full."),
        (FILE + "z: " + "[" * 5000, 24, "Nested deeper than 20 levels."),
        ("a: [1\nb: 2", 2, "Not valid YAML: "),
        ("a: 1\n" * 60_000, 1, "Larger than 200000 bytes."),
        ("- een lijst", 1, "Not a publiccode.yml: it has no keys."),
        ("", 1, "Not a publiccode.yml: it has no keys."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, en: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        publiccode.read(text.encode(), "publiccode.yml")
    assert (caught.value.line, caught.value.status) == (line, 422)
    assert caught.value.en.startswith(f"publiccode.yml:{line}: {en}")
    assert caught.value.nl != caught.value.en


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(SyntaxProblem, match="Not a text in UTF-8"):
        publiccode.read(b"name: \xff\xfe\n", "publiccode.yml")


def test_it_is_assessed_as_any_proposal(tmp_path: Path) -> None:
    """A good one has no flaw; what it does not tell is asked of its owner."""
    path = tmp_path / "publiccode.yml"
    path.write_text(FILE, encoding="utf-8")
    found = assess(ROOT, [path])
    assert found.inspection.flaws == ()
    assert {c.question["en"] for c in found.changes if shorten(c.rule) == "rule:capability-overlap"} == {
        "Which capability does Example till realise, and for whom?"
    }
    assert {who["en"] for c in found.changes for who in c.asked} == {"publiq"}
