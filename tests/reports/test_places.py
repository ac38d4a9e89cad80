"""The line that a report names is the line that somebody has to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from samenhang.reports.places import Places
from tests.small import write

NS = "https://w3id.org/samenhang/ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TEXT = '''# A comment with a dot. And <https://example.org/not-said> in it.
@prefix ex: <https://example.org/> .
PREFIX sam: <https://w3id.org/samenhang/ns#>
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

ex:one a sam:BuildingBlock ;
    skos:prefLabel "Een; met, tekens."@nl ,
        "One \\"quoted\\""@en ; # why. not
    skos:definition """Regel een
ex:two sam:slide 9 .
Regel drie."""@nl ;
    sam:part [ sam:slide 1 ; skos:note ( "a" "b" ) ] ;
    sam:slide 3 ,
        4.5 ;
    sam:ended "2021-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .

ex:one.b sam:slide true .
<https://example.org/two>
    sam:slide
        9 .
'''


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places.read(write(tmp_path_factory.mktemp("places") / "a.ttl", TEXT))


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        ("one", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{NS}BuildingBlock", 6),
        ("one", f"{SKOS}prefLabel", "Een; met, tekens.", 7),
        ("one", f"{SKOS}prefLabel", 'One "quoted"', 8),
        ("one", f"{NS}slide", "3", 13),
        ("one", f"{NS}slide", "4.5", 14),
        ("one", f"{NS}ended", "2021-01-01", 15),
        # A value that is not there: where the property begins; without the property, where the thing is described.
        ("one", f"{NS}slide", "7", 13),
        ("one", f"{NS}owner", None, 6),
        ("one", None, None, 6),
        ("one.b", f"{NS}slide", "true", 17),
        ("two", f"{NS}slide", "9", 20),
        # What stands in a comment or a text is not said.
        ("not-said", None, None, None),
    ],
)
def test_line_of_what_is_said(
    places: Places, subject: str, predicate: str | None, value: str | None, line: int | None
) -> None:
    assert places.line(f"https://example.org/{subject}", predicate, value) == line


def test_of_other_formats_no_line_is_told(tmp_path: Path) -> None:
    assert Places.read(write(tmp_path / "a.jsonld", '{"@id": "https://example.org/one"}')).said == ()
