"""OpenAPI documents: what is read of one, what of a large one, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from samenhang.errors import SyntaxProblem
from samenhang.exchange import openapi
from samenhang.exchange.columns import Layout
from samenhang.namespaces import shorten
from samenhang.release.intake import take
from tests.small import AGENDA, content
from tests.support import statements

MAP = (
    AGENDA
    + """
@prefix eif: <http://data.europa.eu/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix interface: <https://w3id.org/samenhang/id/interface/> .
@prefix standard: <https://w3id.org/samenhang/id/standard/> .
actor:anna a sam:Actor ; skos:prefLabel "Huis Anna"@nl , "House Anna"@en ;
    skos:definition "Verzonnen."@nl , "Invented."@en ; sam:evidence evidence:agenda ; sam:modality sam:fact .
actor:berta a sam:Actor ; skos:prefLabel "Berta"@nl , "Berta"@en ;
    skos:definition "Verzonnen."@nl , "Invented."@en ; sam:evidence evidence:agenda ; sam:modality sam:fact .
claim:anna-eigenaar a sam:Responsibility ; sam:responsibilityType sam:responsibility-owns ;
    sam:responsible actor:anna ; sam:responsibleFor building-block:agenda ;
    sam:polarity sam:holds ; sam:modality sam:fact ; sam:evidence evidence:agenda .
interface:agenda-oud a sam:Interface ; skos:prefLabel "Oude agenda"@nl , "Old calendar"@en ;
    skos:definition "Verzonnen."@nl , "Invented."@en ; sam:evidence evidence:agenda ; sam:modality sam:fact .
claim:oud-van-agenda a sam:Statement ; rdf:subject interface:agenda-oud ; rdf:predicate sam:interfaceOf ;
    rdf:object building-block:agenda ; sam:polarity sam:holds ; sam:modality sam:fact ; sam:evidence evidence:agenda .
"""
    + "".join(
        f'standard:{name} a sam:Standard ; skos:prefLabel "{name}"@nl , "{name}"@en ; sam:layer eif:IL6 ;'
        f' skos:definition "Verzonnen."@nl , "Invented."@en ; sam:facet sam:facet-{facet} ;'
        " sam:evidence evidence:agenda ; sam:modality sam:fact .\n"
        for name, facet in (
            ("openapi", "description"),
            ("json", "format"),
            ("json-ld", "format"),
            ("oauth-2-0", "authentication"),
        )
    )
)
FILE = """\
openapi: 3.0.3
info:
  title: Kalender-API
  version: 1.10
  x-samenhang-block: Agenda
  description: Vragen aan jan.janssens@huis.example.
  license: {name: CC BY 4.0, url: https://creativecommons.org/licenses/by/4.0/}
  contact: {name: Huis Anna, email: jan.janssens@huis.example}
servers:
  - url: https://{env}.huis.example/v1
    variables: {env: {default: api}}
  - url: /v2
externalDocs: {url: https://docs.huis.example/}
security:
  - aanmelden: [lezen]
paths:
  /events/{id}:
    get:
      responses:
        "200":
          description: Goed
          content:
            application/ld+json; profile=x: {}
            application/hal+json: {}
            text/csv: {}
            "*/*": {}
        "404": {$ref: '#/components/responses/niets'}
        "500": {$ref: 'https://elders.example/fout.yaml#/fout'}
    post:
      security: [{sleutel: []}, {weg: []}]
      requestBody: {$ref: '#/components/requestBodies/rond'}
      responses: {}
components:
  responses:
    niets: {content: {application/problem+json: {}}}
  requestBodies:
    rond: {$ref: '#/components/requestBodies/rond'}
  securitySchemes:
    aanmelden: {type: oauth2, flows: {}}
    sleutel: {type: apiKey, in: header, name: X-Api-Key}
    ongebruikt: {type: http, scheme: basic}
"""
EXPECTED = """
interface:agenda-kalender-api rdf:type sam:Interface
interface:agenda-kalender-api sam:modality sam:fact
interface:agenda-kalender-api sam:evidence evidence:agenda-kalender-api-openapi-title
interface:agenda-kalender-api skos:prefLabel "Kalender-API"@nl
interface:agenda-kalender-api skos:prefLabel "Kalender-API"@en
interface:agenda-kalender-api skos:definition "Koppelvlak met 2 bewerkingen, beschreven met OpenAPI 3.0.3."@nl
interface:agenda-kalender-api skos:definition "Interface with 2 operations, described with OpenAPI 3.0.3."@en
interface:agenda-kalender-api dcat:version "1.10"
interface:agenda-kalender-api dcat:endpointURL <https://api.huis.example/v1>
interface:agenda-kalender-api rdfs:seeAlso <https://docs.huis.example/>
"""
CLAIMS = {
    "block": "interface:agenda-kalender-api sam:interfaceOf building-block:agenda /info/x-samenhang-block",
    "license": "interface:agenda-kalender-api dct:license <https://creativecommons.org/licenses/by/4.0/> /info/license",
    "contact": "sam:responsibility-contact-point actor:anna interface:agenda-kalender-api /info/contact",
    "supports-openapi": "building-block:agenda interface:agenda-kalender-api standard:openapi /openapi",
    "supports-json-ld": "building-block:agenda interface:agenda-kalender-api standard:json-ld "
    "/paths/~1events~1{id}/get/responses/200/content/application~1ld+json; profile=x",
    "supports-json": "building-block:agenda interface:agenda-kalender-api standard:json "
    "/paths/~1events~1{id}/get/responses/200/content/application~1hal+json "
    "/paths/~1events~1{id}/get/responses/404/content/application~1problem+json",
    "supports-media-type-text-csv": "building-block:agenda interface:agenda-kalender-api "
    "standard:media-type-text-csv /paths/~1events~1{id}/get/responses/200/content/text~1csv",
    "supports-oauth-2-0": "building-block:agenda interface:agenda-kalender-api standard:oauth-2-0 "
    "/components/securitySchemes/aanmelden",
    "supports-authentication-apikey-header": "building-block:agenda interface:agenda-kalender-api "
    "standard:authentication-apikey-header /components/securitySchemes/sleutel",
}
"""The end of the address of each claim, and what it says, with the place of its evidence."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content(tmp_path_factory.mktemp("openapi") / "content", {"data/field/blocks.ttl": MAP})


@pytest.fixture(scope="module")
def layout(folder: Path) -> Layout:
    return Layout.of(folder)


def said(layout: Layout, text: str | bytes, name: str = "openapi.yaml") -> set[tuple[str, str, str]]:
    written = text.encode() if isinstance(text, str) else text
    read = openapi.read(lambda: layout)(written, name)
    return statements(read)


def claims(found: set[tuple[str, str, str]], prefix: str) -> dict[str, str]:
    """What each claim says: its values, and where its evidence stands."""
    told: dict[str, str] = {}
    order: tuple[str, ...] = (
        "rdf:subject",
        "rdf:predicate",
        "sam:block",
        "sam:responsibilityType",
        "sam:interface",
        "sam:responsible",
    )
    order += ("rdf:object", "sam:standard", "sam:responsibleFor")
    for claim in sorted({s for s, p, _ in found if p == "sam:polarity"}):
        values = [o for path in order for s, p, o in found if (s, p) == (claim, path)]
        proofs = [o for s, p, o in found if (s, p) == (claim, "sam:evidence")]
        places = sorted(o.strip('"').partition("#")[2] for s, p, o in found if p == "sam:path" and s in proofs)
        told[claim.removeprefix(f"claim:{prefix}-openapi-")] = " ".join([*values, *places])
    return told


def test_what_is_read_of_a_document(layout: Layout) -> None:
    found = said(layout, FILE)
    about = {" ".join(one) for one in found if one[0].startswith("interface:")}
    assert about == set(EXPECTED.strip().splitlines())
    assert claims(found, "agenda-kalender-api") == CLAIMS
    versions = {o for _, p, o in found if p == "sam:standardVersion"}
    assert versions == {'"3.0.3"'}
    notes = {o for s, p, o in found if s.startswith("source-note:") and p == "skos:definition" and o.endswith("@en")}
    assert notes == {
        '"The reference #/components/requestBodies/rond goes round in circles; what stands there was not read."@en',
        "\"The security scheme 'weg' is asked for and described nowhere.\"@en",
    }
    assert not any("janssens" in part for one in found for part in one)


def test_the_same_in_json_and_in_the_newer_version(layout: Layout) -> None:
    plain = {
        "openapi": "3.1.0",
        "info": {"title": "Agenda", "version": "2", "license": {"name": "x", "identifier": "CC0-1.0"}},
        "paths": {"/": {"get": {"responses": {"200": {"content": {"application/json": {}}}}}}},
    }
    found = said(layout, json.dumps(plain), "openapi.json")
    assert ("claim:agenda-openapi-license", "rdf:object", "<https://spdx.org/licenses/CC0-1.0>") in found
    # It has the name of a block: that it is of that block is our reading.
    assert ("claim:agenda-openapi-block", "sam:modality", "sam:derived") in found
    definitions = {o for s, p, o in found if s == "interface:agenda" and p == "skos:definition"}
    assert '"Interface with 1 operation, described with OpenAPI 3.1.0."@en' in definitions


def test_an_interface_that_the_map_knows_keeps_its_address_and_its_name(layout: Layout) -> None:
    found = said(layout, FILE.replace("Kalender-API", "Old calendar").replace("  x-samenhang-block: Agenda\n", ""))
    about = {(p, o) for s, p, o in found if s == "interface:agenda-oud"}
    assert ("dcat:version", '"1.10"') in about
    assert not {p for p, _ in about} & {"rdf:type", "skos:prefLabel", "skos:definition"}
    assert "interfaceOf" not in str(claims(found, "agenda-oud"))  # the map says so already
    assert "supports-json" in claims(found, "agenda-oud")


def test_of_no_block_nothing_is_said_of_standards(layout: Layout) -> None:
    found = said(layout, FILE.replace("  x-samenhang-block: Agenda\n", ""))
    assert set(claims(found, "kalender-api")) == {"license", "contact"}


def test_two_hundred_operations_of_a_block_of_somebody_else(folder: Path, tmp_path: Path) -> None:
    """Each has a media type of its own. What a newer file no longer says is withdrawn."""
    paths: dict[str, object] = {
        f"/p{number}": {"get": {"responses": {"200": {"content": {f"application/vnd.p{number}": {}}}}}}
        for number in range(200)
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Groot", "version": "1", "x-samenhang-block": "building-block/agenda"},
        "paths": paths,
    }
    file = tmp_path / "groot.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    first = take(folder, "openapi", file, source="berta", speaker="Berta")
    assert first.inspection.flaws == ()
    supports = [one for one in first.added if "-supports-media-type-application-vnd-p" in one]
    assert len(supports) == 200
    assert {words.nl for words in first.others.values()} == {"Huis Anna"}
    assert set(supports) <= set(first.others)
    # The evidence of these, of which block it is and of the version of OpenAPI.
    assert first.text.count("sam:confidence sam:C") == 202
    first.write()
    del paths["/p7"]
    file.write_text(json.dumps(document), encoding="utf-8")
    later = take(folder, "openapi", file, source="berta", speaker="Berta")
    assert [shorten(one) for one in later.withdrawn] == [
        "claim:agenda-groot-openapi-supports-media-type-application-vnd-p7"
    ]


@pytest.mark.parametrize(
    ("text", "line", "en"),
    [
        (FILE.replace("openapi: 3.0.3", "swagger: '2.0'"), 1, "'openapi' is '2.0'; read are versions 3.0 and 3.1."),
        (FILE.replace("3.0.3", "4.0.0"), 1, "'openapi' is '4.0.0'; read are versions 3.0 and 3.1."),
        (FILE.replace("title: Kalender-API", "titel: x"), 1, "'info.title' is missing"),
        (
            FILE.replace("x-samenhang-block: Agenda", "x-samenhang-block: Agnda"),
            1,
            "is not one building block of the map",
        ),
        (FILE + "info: {}\n", 42, "The key 'info' is there twice."),
        (FILE + "x: &a [1]\ny: [*a, *a]\n", 43, "Aliases (*a) are not read"),
        (FILE + "x: " + "[" * 200, 42, "Nested deeper than 100 levels."),
        (FILE[: FILE.index("CC BY")], 8, "Not valid YAML"),
        (FILE.encode("utf-16"), 1, "Not a text in UTF-8."),
        (FILE.replace("Vragen", "Eén vraag").encode("latin-1"), 6, "Not a text in UTF-8."),
        (FILE + "---\n{}\n", 42, "More than one document in a file."),
        ("[]", 1, "not OpenAPI: it has no keys."),
        ("", 1, "not OpenAPI: it has no keys."),
        ("? [a]\n: b\nopenapi: 3.0.0\n", 1, "A key is a text here."),
        ("a: 1\n" * 1_000_001, 1, "Larger than 5000000 bytes."),
    ],
)
def test_what_cannot_be_read_is_said(layout: Layout, text: str | bytes, line: int, en: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        said(layout, text)
    assert (caught.value.line, caught.value.status) == (line, 422)
    assert en in caught.value.en
    assert caught.value.nl != caught.value.en
