"""The export of the standards register as it is published: all of it, with what is wrong in it told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.errors import SyntaxProblem
from samenhang.exchange import oslo
from samenhang.exchange.columns import Layout
from samenhang.namespaces import GRAPH, NS, shorten
from samenhang.release.intake import Taken, take
from samenhang.validation import Severity
from tests.small import AGENDA, content

KNOWN = """
@prefix eif: <http://data.europa.eu/> .
@prefix ovo: <https://data.vlaanderen.be/id/organisatie/> .
@prefix standard: <https://w3id.org/samenhang/id/standard/> .
standard:deelname a sam:Standard ; skos:prefLabel "Deelname"@nl , "Taking part"@en ;
    skos:altLabel "Vocabularium Cultuurparticipatie"@nl ; skos:definition "Verzonnen."@nl , "Invented."@en ;
    sam:facet sam:facet-model ; sam:layer eif:IL5 ; sam:evidence evidence:agenda ; sam:modality sam:fact .
actor:departement a sam:Actor ; skos:prefLabel "Het departement"@nl , "The department"@en ;
    skos:definition "Verzonnen."@nl , "Invented."@en ; owl:sameAs ovo:OVO000067 ;
    sam:evidence evidence:agenda ; sam:modality sam:fact .
"""


def map_of_one_standard(folder: Path) -> Path:
    """A map that knows one of the standards by another name, and one of the organisations by its number."""
    return content(folder, {"data/field/blocks.ttl": AGENDA + KNOWN})


class Register:
    """A folder with a copy of the export, and the map that it is taken into, one time after another."""

    first: Taken

    def __init__(self, folder: Path, shared: Path) -> None:
        self.map = map_of_one_standard(folder / "content")
        self._folder, self._export = folder, shared / "vocab" / "oslo-standaardenregister"

    def take(self, name: str, text: str = "") -> Taken:
        file = self._folder / name
        file.write_text(text or self.text(name), encoding="utf-8")
        taken = take(self.map, "oslo", file, source="oslo")
        assert not taken.refused, [flaw.result for flaw in taken.inspection.flaws][:3]
        taken.write()
        return taken

    def text(self, name: str) -> str:
        return (self._export / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Register:
    found = Register(tmp_path_factory.mktemp("oslo"), shared)
    found.first = found.take("statistics.json")
    return found


def triples(taken: Taken) -> list[tuple[str, str, str]]:
    """What the file that was written says, in short."""
    return [
        (shorten(t.subject.value), shorten(t.predicate.value), str(getattr(t.object, "value", t.object)))
        for t in ox.parse(taken.text.encode(), format=ox.RdfFormat.TURTLE)
        if isinstance(t.subject, ox.NamedNode)
    ]


def warnings(taken: Taken) -> list[str]:
    return [flaw.result.messages["en"] for flaw in taken.inspection.flaws]


def test_every_entry_and_every_defect_of_the_list_is_there_and_again_changes_nothing(register: Register) -> None:
    """251 entries, one of them blank; two are known to the map as one: by hand from the file."""
    taken = register.first
    said = triples(taken)
    standards = {s for s, p, o in said if p == "rdf:type" and o == f"{NS}Standard"}
    assert len(standards) == 250
    assert "standard:deelname" in standards
    statuses = Counter(o.rpartition("/")[2] for s, p, o in said if p == "rdf:object" and "/StandaardStatus/" in o)
    assert statuses == {
        "ErkendeStandaard": 176,
        "KandidaatStandaard": 50,
        "OntwerpStandaard": 18,
        "NotaWerkgroep": 3,
        "ZonderStatus": 2,
        "HerroepenStandaard": 1,
    }
    about = [o for s, p, o in said if s == "claim:oslo-statistics-vocabularium-cultuurparticipatie-status"]
    assert "https://w3id.org/samenhang/id/standard/deelname" in about
    assert "2022-04-28" in about
    paths = {s: o for s, p, o in said if p == "sam:path"}
    assert paths["evidence:oslo-statistics-vocabularium-cultuurparticipatie"] == "statistics.json#/standards/49"
    told = " ".join(warnings(taken))
    assert len(warnings(taken)) == 7
    assert {flaw.result.severity for flaw in taken.inspection.flaws} == {Severity.WARNING}
    for defect in (
        "Entry 1 of the file has no title and was left out.",
        "“Applicatieprofiel Leermiddelen”: the publication date '2025-08-201' is no date and was left out.",
        "“Vocabularium en applicatieprofiel OSLO Consent”: the publication date 'TBD'",
        "“Vocabularium Rooilijnplannen”: the status is written https://data.vlaanderen.be/doc/concept/",
        "counts 3451 contributors and 621 affiliations, and names none of them with any standard.",
    ):
        assert defect in told
    assert not register.take("statistics.json").alters


def test_who_answers_for_them(register: Register) -> None:
    """230 titles with 232 organisations, of which the map knows one by its number whatever its address looks like."""
    taken = register.take("standards-organisations.json")
    said = triples(taken)
    made = [s for s, p, o in said if p == "rdf:object" and "/id/actor/" in o]
    assert len(made) == 232
    ours = {s for s, p, o in said if p == "rdf:object" and o.endswith("/id/actor/departement")}
    assert "claim:oslo-standards-organisations-vocabularium-cultuurparticipatie-created-by-departement" in ours
    actors = {s for s, p, o in said if p == "rdf:type" and o == f"{NS}Actor"}
    assert len(actors) == 15  # as many as there are numbers; one of them is the map's
    assert {o for s, p, o in said if p == "owl:sameAs" and s == "actor:de-lijn"} == {
        "https://data.vlaanderen.be/id/organisatie/OVO000100"
    }
    told = warnings(taken)
    assert any("API guidelines" in one and "http://data.vlaanderen.be/id/organisatie/OVO002949" in one for one in told)
    assert any(
        "OVO002949 is called Digitaal Vlaanderen here and Agentschap Digitaal Vlaanderen before" in o for o in told
    )
    assert any("https://data.vlaanderen.be/doc/organisatie/OVO003323" in one for one in told)


def test_a_newer_list_changes_what_changed_and_withdraws_what_is_gone(register: Register) -> None:
    newer = json.loads(register.text("statistics.json"))
    gone, changed = newer["standards"].pop(3), newer["standards"][3]
    assert (gone["standard"], changed["standard"]) == ("Vocabularium Leermiddelen", "Applicatieprofiel Energiehuis")
    changed["status"] = changed["status"].replace("ErkendeStandaard", "VerouderdeStandaard")
    newer["numberOfStandardsConfigured"] = 250
    later = register.take("statistics.json", json.dumps(newer))
    assert (later.added, [shorten(one) for one in later.changed]) == (
        (),
        ["claim:oslo-statistics-applicatieprofiel-energiehuis-status"],
    )
    assert [shorten(one) for one in later.withdrawn] == ["claim:oslo-statistics-vocabularium-leermiddelen-status"]
    assert [shorten(one) for one in later.kept] == ["standard:oslo-vocabularium-leermiddelen"]


@pytest.mark.parametrize(
    ("text", "line", "en"),
    [
        (b"{}", 1, "not an export of the standards register"),
        (b'{"standards": {}}', 1, "not an export of the standards register"),
        (b'{"standards": [\n{"standard": "A",\n', 3, "Not valid JSON"),
        (b'{"standards": [],\n"standards": []}', 2, "The key 'standards' is there twice."),
        ('{"standards": []}'.encode("utf-16"), 1, "Not a text in UTF-8."),
        ('{"standards": [\n"é"]}'.encode("latin-1"), 2, "Not a text in UTF-8."),
        (b"[" * 10_000, 1, "Nested deeper than 100 levels."),
        (b'{"standards": [{"standard": "\\ud800"}]}', 1, "It has half a character"),
        (b'{"standards": [NaN]}', 1, "NaN is not JSON."),
        (b" " * 5_000_001, 1, "Larger than 5000000 bytes."),
    ],
)
def test_what_is_no_export_is_told_so(tmp_path: Path, text: bytes, line: int, en: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        oslo.read(lambda: Layout(ox.Store(), map_of_one_standard(tmp_path / "content")))(text, "statistics.json")
    assert (caught.value.line, caught.value.status) == (line, 422)
    assert en in caught.value.en
    assert caught.value.nl != caught.value.en


def test_what_the_file_says_wrongly_of_one_entry_does_not_lose_the_others(tmp_path: Path) -> None:
    file = tmp_path / "lijst.json"
    erkend = "http://data.vlaanderen.be/id/concept/StandaardStatus/ErkendeStandaard"
    names = ("Vocabularium A", "Vocabularium A", "Vocabularium B", "Generieke API")
    entries = [{"standard": name, "publicationDate": "2020-02-30", "status": erkend} for name in names]
    entries[2]["status"] = "erkend"
    file.write_text(json.dumps({"numberOfStandardsConfigured": 9, "standards": entries}), encoding="utf-8")
    taken = take(map_of_one_standard(tmp_path / "content"), "oslo", file)
    assert {s for s, p, o in triples(taken) if p == "rdf:type" and o == f"{NS}Standard"} == {
        "standard:oslo-vocabularium-a",
        "standard:oslo-vocabularium-b",
        "standard:oslo-generieke-api",
    }
    assert ("standard:oslo-generieke-api", "sam:facet", f"{NS}facet-protocol") in triples(taken)
    told = warnings(taken)
    assert len(told) == 7
    for defect in (
        "counts 9 standards and holds 4",
        "“Vocabularium A” is in the file twice, also at /standards/0",
        "the status 'erkend' is not in the code list and was left out",
        "is written http://data.vlaanderen.be/id/concept/StandaardStatus/ErkendeStandaard",
        "the publication date '2020-02-30' is no date",
    ):
        assert any(defect in one for one in told), defect
    assert taken.inspection.flaws[0].graphs == (f"{GRAPH}lijst/imports/lijst",)
