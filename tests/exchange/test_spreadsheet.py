"""The workbook that organisations fill in: what it asks, what is read of it, and what is said of one that is wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx
import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samenhang.errors import NotFound, SyntaxProblem
from samenhang.exchange import readers, template
from samenhang.exchange.columns import CLASSES, IDENTIFIER, LANGUAGES, Column, Layout
from samenhang.namespaces import ID, NS, PREFIXES, shorten
from samenhang.settings import Lang
from samenhang.sources import Reader
from tests.support import ROOT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XSD = PREFIXES["xsd"]
EVIDENCE = f"{NS}evidence"
FILE = "map/bouwblokken.xlsx"
BLOCK: dict[str, object] = {
    "voorkeursnaam (nl)": "Voorbeeldkassa",
    "voorkeursnaam (en)": "Example till",
    "omschrijving (nl)": "Een verzonnen kassa.",
    "omschrijving (en)": "An invented till.",
    "modaliteit": "feit",
    "webpagina": "https://example.org/kassa",
    "datum": "2026",
}
KINDS = (
    *("Building block", "Interface", "Business case", "Responsibility", "Lifecycle", "Capability realisation"),
    *("Information use", "Standard support", "Exchange", "Dependency", "Use", "Management", "Cost", "Funding"),
    *("Evidence", "Source"),
)
PLAN: dict[str, list[dict[str, object]]] = {
    "Bouwblok": [BLOCK],
    "Verantwoordelijkheid": [
        {
            "soort verantwoordelijkheid": "is eigenaar",
            "verantwoordelijke": "PUBLIQ",
            "verantwoordelijk voor": "Example till",
            "modaliteit": "feit",
        }
    ],
    "Uitwisseling": [
        {
            "kenmerk": "kassa-haalt-aanbod",
            "neemt af": "building-block/voorbeeldkassa",
            "levert": "uitdatabank",
            "noodzaak": "planned",
            "polariteit": "geldt",
            "modaliteit": "voorstel",
            "bewijs": "nota-3",
            "geldig vanaf": "2027-03",
        }
    ],
    "Bewijsstuk": [
        {
            "kenmerk": "nota-3",
            "bron": "Nota over de kassa",
            "betrouwbaarheid": "A",
            "fragment (nl)": "drie  woorden hier",
            "dia": 3,
        }
    ],
    "Bron": [{"voorkeursnaam (nl)": "Nota over de kassa", "voorkeursnaam (en)": "Note on the till"}],
}
EXPECTED = """
building-block:voorbeeldkassa rdf:type sam:BuildingBlock
building-block:voorbeeldkassa skos:prefLabel "Voorbeeldkassa"@nl
building-block:voorbeeldkassa skos:prefLabel "Example till"@en
building-block:voorbeeldkassa skos:definition "Een verzonnen kassa."@nl
building-block:voorbeeldkassa skos:definition "An invented till."@en
building-block:voorbeeldkassa sam:modality sam:fact
building-block:voorbeeldkassa foaf:homepage <https://example.org/kassa>
building-block:voorbeeldkassa dct:date "2026"^^<http://www.w3.org/2001/XMLSchema#gYear>
building-block:voorbeeldkassa sam:evidence evidence:bouwblokken-building-block-voorbeeldkassa
OWNER rdf:type sam:Responsibility
OWNER sam:responsibilityType sam:responsibility-owns
OWNER sam:responsible actor:publiq
OWNER sam:responsibleFor building-block:voorbeeldkassa
OWNER sam:modality sam:fact
OWNER sam:polarity sam:holds
OWNER sam:evidence ROW
claim:kassa-haalt-aanbod rdf:type sam:Exchange
claim:kassa-haalt-aanbod sam:consumer building-block:voorbeeldkassa
claim:kassa-haalt-aanbod sam:provider building-block:uitdatabank
claim:kassa-haalt-aanbod sam:need sam:planned
claim:kassa-haalt-aanbod sam:polarity sam:holds
claim:kassa-haalt-aanbod sam:modality sam:proposed
claim:kassa-haalt-aanbod sam:evidence evidence:nota-3
claim:kassa-haalt-aanbod sam:validFrom "2027-03"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>
evidence:nota-3 rdf:type sam:Evidence
evidence:nota-3 sam:confidence sam:A
evidence:nota-3 sam:source source:nota-over-de-kassa
evidence:nota-3 sam:fragment "drie woorden hier"@nl
evidence:nota-3 sam:fragmentDigest "DIGEST"
evidence:nota-3 sam:slide "3"^^<http://www.w3.org/2001/XMLSchema#integer>
source:nota-over-de-kassa rdf:type sam:Source
source:nota-over-de-kassa skos:prefLabel "Nota over de kassa"@nl
source:nota-over-de-kassa skos:prefLabel "Note on the till"@en
evidence:bouwblokken-building-block-voorbeeldkassa rdf:type sam:Evidence
evidence:bouwblokken-building-block-voorbeeldkassa sam:confidence sam:A
evidence:bouwblokken-building-block-voorbeeldkassa sam:path "bouwblokken.xlsx#Bouwblok!A4"
evidence:bouwblokken-building-block-voorbeeldkassa sam:source source:bouwblokken
ROW rdf:type sam:Evidence
ROW sam:confidence sam:A
ROW sam:path "bouwblokken.xlsx#Verantwoordelijkheid!A4"
ROW sam:source source:bouwblokken
source:bouwblokken rdf:type sam:Source
source:bouwblokken skos:prefLabel "Rekenblad bouwblokken.xlsx"@nl
source:bouwblokken skos:prefLabel "Spreadsheet bouwblokken.xlsx"@en
"""
for short, name in {
    "OWNER": "claim:bouwblokken-responsibility-responsibility-owns-publiq-voorbeeldkassa",
    "ROW": "evidence:bouwblokken-claim-responsibility-responsibility-owns-publiq-voorbeeldkassa",
    "DIGEST": "993bdb73e819b4c6",  # printf 'drie woorden hier' | sha256sum | head -c 16
}.items():
    EXPECTED = EXPECTED.replace(short, name)


@pytest.fixture(scope="module")
def layout() -> Layout:
    """That of the real mapping."""
    return Layout.of(ROOT)


@pytest.fixture(scope="module")
def read(layout: Layout) -> Mapping[str, Reader]:
    return readers(layout.store, ROOT)


@pytest.fixture(scope="module")
def blank(layout: Layout) -> bytes:
    """The template in Dutch, as it is downloaded."""
    return template.empty(layout, ROOT, "nl")


@pytest.fixture(scope="module")
def fill(blank: bytes) -> Callable[..., bytes]:
    """Fills in the template, below the example, as somebody in a spreadsheet program does."""

    def filled(
        plan: Mapping[str, Iterable[Mapping[str, object]]], also: Callable[[Any], None] = lambda book: None
    ) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(blank))
        for title, rows in plan.items():
            page = book[title]
            columns = {str(cell.value).removesuffix(" *"): cell.column for cell in page[1]}
            for number, row in enumerate(rows, 4):
                for heading, value in row.items():
                    page.cell(number, columns[heading]).value = value
        also(book)
        return saved(book)

    return filled


def saved(book: Any) -> bytes:
    to = io.BytesIO()
    book.save(to)
    return to.getvalue()


def lines(triples: Iterable[ox.Triple]) -> set[str]:
    def term(value: object) -> str:
        return shorten(value.value) if isinstance(value, ox.NamedNode) else str(value)

    return {" ".join(map(term, triple)) for triple in triples}


def refused(reader: Reader, text: bytes, where: str = FILE) -> list[str]:
    """The lines of English that *text* is refused with."""
    with pytest.raises(SyntaxProblem) as caught:
        reader(text, where)
    assert caught.value.status == 422
    assert len(caught.value.nl.split("\n")) == len(caught.value.en.split("\n"))
    assert caught.value.nl != caught.value.en
    return [line.removeprefix(where) for line in caught.value.en.split("\n")]


def test_the_template_has_a_sheet_for_each_kind_as_the_shapes_ask(layout: Layout, blank: bytes) -> None:
    """Headings in the language, a star where a value is required, help, an example, and choices that are all names."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    assert book.sheetnames[:2] == ["Lees mij", "Bouwblok"]
    assert len(book.sheetnames) == len(CLASSES) + 2
    assert book["Lijsten"].sheet_state == "hidden"
    page = book["Uitwisseling"]
    headings = [cell.value for cell in page[1]]
    assert headings[0] == "kenmerk"
    assert {"levert *", "neemt af *", "noodzaak *", "modaliteit *", "polariteit", "protocol", "bewijs"} <= set(headings)
    assert [page["A2"].value, page["A3"].value] == ["uitleg", "voorbeeld"]
    assert page.cell(2, headings.index("polariteit") + 1).value.endswith("Leeg betekent: geldt.")
    offered = {}
    for rule in page.data_validations.dataValidation:
        where = book.defined_names[rule.formula1].attr_text.partition("!")[2].replace("$", "")
        at = openpyxl.utils.cell.coordinate_from_string(str(rule.sqref).partition(":")[0])[0]
        offered[page[f"{at}1"].value] = [cell.value for (cell,) in book["Lijsten"][where]]
    assert offered["noodzaak *"] == ["bestaand", "gepland", "nodig"]
    assert "UiTdatabank" in offered["levert *"]
    english = openpyxl.load_workbook(io.BytesIO(template.empty(layout, ROOT, "en")))
    assert english.sheetnames[:2] == ["Read me", "Building block"]
    assert "provider *" in [cell.value for cell in english["Exchange"][1]]


def test_nothing_filled_in_says_nothing(layout: Layout, blank: bytes, read: Mapping[str, Reader]) -> None:
    assert template.empty(layout, ROOT, "nl") == blank
    assert refused(read[".xlsx"], blank) == [": Nothing was filled in: there is no row below the help and the example."]


def test_what_is_read_with_the_row_that_proves_it(fill: Callable[..., bytes], read: Mapping[str, Reader]) -> None:
    assert lines(read[".xlsx"](fill(PLAN), FILE)) == set(EXPECTED.strip().splitlines())


def test_a_file_with_commas_is_one_kind(read: Mapping[str, Reader]) -> None:
    """By its name or by its headings; with semicolons, as a spreadsheet in Dutch writes it; in either language."""
    head = "block;capability *;modality\n"
    by_headings = read[".csv"](f"{head}UiTdatabank;ticketing;fact\n".encode("utf-8-sig"), "mijn.csv")
    by_name = read[".csv"](
        b'bouwblok,functie,modaliteit\n"UiTdatabank","Ticketing",feit\n', "capability-realisation.csv"
    )
    said = {line.partition(" ")[2] for line in lines(by_headings) if line.startswith("claim:")}
    assert said - {line.partition(" ")[2] for line in lines(by_name) if line.startswith("claim:")} == {
        "sam:evidence evidence:mijn-claim-capabilityrealisation-uitdatabank-ticketing"
    }
    assert {"sam:capability capability:ticketing", "sam:block building-block:uitdatabank"} <= said
    assert 'evidence:mijn-claim-capabilityrealisation-uitdatabank-ticketing sam:path "mijn.csv#L2"' in lines(
        by_headings
    )


def test_all_that_is_wrong_is_told_at_once(fill: Callable[..., bytes], read: Mapping[str, Reader]) -> None:
    """Each with sheet, row and column, and what was perhaps meant."""
    wrong = {
        "Bouwblok": [BLOCK | {"voorkeursnaam (en)": None, "datum": "1/6/2026", "webpagina": "example.org"}],
        "Uitwisseling": [
            {
                "neemt af": "Voorbeeldkassa",
                "levert": "UiTdatabnk",
                "noodzaak": "geplant",
                "modaliteit": "feit",
                "bewijs": "x",
            },
            {"kenmerk": "Een kenmerk", "neemt af": "Voorbeeldkassa", "levert": "UiTdatabank", "noodzaak": "gepland"},
        ],
    }

    def also(book: Any) -> None:
        book["Bouwblok"]["Z1"].value = "voorkersnaam"
        book.create_sheet("Notities")["A1"].value = "iets"

    assert refused(read[".xlsx"], fill(wrong, also)) == [
        "#Bouwblok!Z1: Unknown column “voorkersnaam”.",
        "#Bouwblok!C4: Fill in “preferred label (en)”.",
        "#Bouwblok!G4: “1/6/2026” is not possible; write a day (2021-06-01) or a year (2021) or a month (2021-06).",
        "#Bouwblok!M4: “example.org” is no address: write all of it, with https:// in front.",
        "#Uitwisseling!D4: “geplant” is no need of the list. Choose: existing, planned, required.",
        "#Uitwisseling!E4: “UiTdatabnk” is not on the map and not in this file. Did you mean: UiTdatabank?",
        "#Uitwisseling!T4: There is no evidence with the id “x”, here nor on the map.",
        "#Uitwisseling!A5: “Een kenmerk” cannot be an id: use small letters, digits and hyphens, or leave it empty.",
        "#Uitwisseling!C5: Fill in “modality”.",
        f"#Notities!A1: The sheet “Notities” is no kind of the template. There are: {', '.join(KINDS)}.",
    ]


def test_one_thing_described_twice(fill: Callable[..., bytes], read: Mapping[str, Reader]) -> None:
    assert refused(read[".xlsx"], fill({"Bouwblok": [BLOCK, BLOCK]})) == [
        "#Bouwblok!A5: Describes the same as Bouwblok!A4. Join the rows, or give each an id of its own."
    ]


def merged(book: Any) -> None:
    book["Bouwblok"].merge_cells("B4:B5")


def formula(book: Any) -> None:
    book["Bouwblok"]["F4"].value = "=A1"


def doctype(text: bytes) -> bytes:
    packed, to = zipfile.ZipFile(io.BytesIO(text)), io.BytesIO()
    with zipfile.ZipFile(to, "w") as new:
        for part in packed.infolist():
            content = packed.read(part)
            if part.filename == "xl/workbook.xml":
                content = content.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1)
            new.writestr(part.filename, content)
    return to.getvalue()


def bomb(size: int) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(size // 1_000_000):
            part.write(b" " * 1_000_000)
    return to.getvalue()


@pytest.mark.parametrize(
    ("spoil", "en"),
    [
        (lambda fill: fill(PLAN, merged), "#Bouwblok!B4: The cells B4:B5 are merged. Unmerge them and fill in each."),
        (lambda fill: fill(PLAN, formula), "#Bouwblok!F4: A formula whose value was not kept. "),
        (lambda fill: fill(PLAN)[:20_000], ": Not a readable workbook (.xlsx): the file is broken or incomplete. "),
        (lambda fill: b"geen zip", ": Not a readable workbook (.xlsx): the file is broken or incomplete. "),
        (lambda fill: b"\xd0\xcf\x11\xe0 oud", ": This is an old workbook, or one with a password. "),
        (lambda fill: doctype(fill(PLAN)), ": It has a DOCTYPE, which does not belong in a workbook."),
        (lambda fill: bomb(80_000_000), ": More than 64 MB when unpacked, or more than 1000 parts."),
        (lambda fill: bytes(100_000_000), ": Larger than 16 MB. Divide it over several files."),
        (
            lambda fill: fill({"Bouwblok": [BLOCK | {"modaliteit": "#REF!"}]}),
            "#Bouwblok!F4: The formula gave #REF!. Fill in the value itself.",
        ),
    ],
    ids=["merged", "formula", "truncated", "no zip", "old", "doctype", "bomb", "large", "failed"],
)
def test_a_workbook_that_cannot_be_read(
    spoil: Callable[[Callable[..., bytes]], bytes], en: str, fill: Callable[..., bytes], read: Mapping[str, Reader]
) -> None:
    assert any(line.startswith(en) for line in refused(read[".xlsx"], spoil(fill)))


@pytest.mark.parametrize(
    ("text", "en"),
    [
        (b"bouwblok;functie\nCaf\xe9;x\n", ": Not a text in UTF-8 (line 2). Save the file as “CSV UTF-8”."),
        (b'bouwblok,functie\n"UiT', ": Line 2 is not CSV: a quote stands alone, or a cell is too long."),
        (b"een,twee\n1,2\n", "#L1: The file “mijn” is no kind of the template. There are: Building block, Interface, "),
        (b"bouwblok,functie,modaliteit\n" + b"a,b,c\n" * 20_001, ": More than 20000 rows or 200 columns in mijn, "),
        (b"bouwblok,functie\n", "#L1: The column “modality” is missing."),
        (b"bouwblok,functie,modaliteit,functie\n", "#L1: Column “functie” is here twice."),
    ],
)
def test_a_file_with_commas_that_cannot_be_read(text: bytes, en: str, read: Mapping[str, Reader]) -> None:
    assert refused(read[".csv"], text, "mijn.csv")[0].startswith(en)


def test_out_and_in_again_loses_nothing_of_the_map(layout: Layout, read: Mapping[str, Reader]) -> None:
    """All claims and things of the kinds of the template, in both languages: each value of what the shapes ask for."""
    paths = {sheet.cls: {column.path for column in sheet.columns} for sheet in layout.sheets}
    said = {
        (row["class"].value, ox.Triple(row["thing"], row["property"], row["value"]))
        for row in layout.rows(layout.own("described"), **{"class": paths})
    }
    wanted = {triple for cls, triple in said if triple.predicate.value in paths[cls]}
    assert len({triple.subject for triple in wanted}) > 1000
    for lang in ("nl", "en"):
        found = set(read[".xlsx"](template.filled(layout, ROOT, lang), "kaart.xlsx"))
        assert wanted - found == set()
        made = {PREFIXES["rdf"] + "type", f"{NS}fragmentDigest"}
        assert found - wanted <= {triple for _, triple in said if triple.predicate.value in made}


WORDS = st.lists(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8), min_size=1, max_size=5
)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "boolean": st.sampled_from(["true", "false"]),
    "date": st.dates().map(str),
    "decimal": st.integers(-(10**8), 10**8).map(lambda cents: f"{cents / 100:.2f}"),
    "duration": st.integers(1, 99).map("P{}M".format),
    "gYear": st.integers(1000, 2999).map(str),
    "gYearMonth": st.dates().map(lambda day: str(day)[:7]),
    "integer": st.integers(-(10**18), 10**18).map(str),
    "string": WORDS.map(" ".join),
}


def typed(datatype: str) -> st.SearchStrategy[ox.Literal]:
    """Values of a datatype."""
    return VALUES[datatype.removeprefix(XSD)].map(lambda text: ox.Literal(text, datatype=ox.NamedNode(datatype)))


def values(layout: Layout, column: Column) -> st.SearchStrategy[list[ox.NamedNode | ox.Literal]]:
    """What a column can hold: nothing only where nothing is required."""
    some: st.SearchStrategy[ox.NamedNode | ox.Literal]
    if column.codes:
        some = st.sampled_from([ox.NamedNode(code) for code, _ in column.codes])
    elif column.classes:
        things = {thing for cls in column.classes for thing in layout.named(cls).shown}
        some = st.sampled_from([ox.NamedNode(thing) for thing in sorted(things)])
    elif column.address:
        some = st.integers().map(lambda number: ox.NamedNode(f"https://example.org/{number}?a=b;c"))
    elif column.types:
        some = st.sampled_from(column.types).flatmap(typed)
    else:
        some = WORDS.map(lambda words: ox.Literal(" ".join(words), language=column.lang or None))
    least = int(column.required or bool(column.usual))
    return st.lists(some, min_size=least, max_size=max(least, 2 if not column.types else 1), unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(CLASSES), lang=st.sampled_from(LANGUAGES))
def test_out_and_in_again_loses_nothing(
    layout: Layout, read: Mapping[str, Reader], data: st.DataObject, name: str, lang: Lang
) -> None:
    """Whatever a description says: texts with any sign, sums, days, codes, several things in one cell."""
    sheet = next(sheet for sheet in layout.sheets if sheet.name == name)
    said: dict[str, list[ox.NamedNode | ox.Literal]] = {}
    for column in sheet.columns:
        said.setdefault(column.path, []).extend(data.draw(values(layout, column)))
    thing = f"{ID}{sheet.kind}/verzonnen-voorbeeld"
    to = io.StringIO()
    written = csv.writer(to)
    written.writerow([IDENTIFIER[lang], *(column.heading[lang] for column in sheet.columns)])
    written.writerow(template.cells(sheet, thing, said, layout.call, lang))
    found = read[".csv"](to.getvalue().encode(), f"{name}.csv")
    computed = {PREFIXES["rdf"] + "type", f"{NS}fragmentDigest"} | (
        {f"{NS}evidence"} if not said.get(EVIDENCE) else set()
    )
    about = ox.NamedNode(thing)
    assert {t for t in found if t.subject == about and t.predicate.value not in computed} == {
        ox.Triple(about, ox.NamedNode(path), value) for path, many in said.items() for value in many
    }


def test_only_what_is_about_the_blocks_of_one_actor(layout: Layout, read: Mapping[str, Reader]) -> None:
    """publiq owns UiTdatabank and not Het Archief voor Onderwijs."""
    found = lines(read[".xlsx"](template.filled(layout, ROOT, "nl", "publiq"), "publiq.xlsx"))
    assert "building-block:uitdatabank rdf:type sam:BuildingBlock" in found
    assert "building-block:archief-voor-onderwijs rdf:type sam:BuildingBlock" not in found
    with pytest.raises(NotFound, match="Did you mean: .*publiq"):
        template.filled(layout, ROOT, "nl", "publik")


def test_the_service_takes_it_too(client: httpx.Client, fill: Callable[..., bytes]) -> None:
    """As the body or in the form of the page, behind the same walls as any description; what is wrong is told alike."""
    answer = client.post("/assess?format=json", content=fill(PLAN), headers={"content-type": XLSX}, timeout=120)
    assert answer.status_code == 200, answer.text
    added = [change for change in answer.json()["changes"] if change["change"] == "unknown"]
    assert "Who pays for Example till, and out of which means?" in {change["question"]["en"] for change in added}
    wrong = {"file": ("plan.xlsx", fill({"Bouwblok": [BLOCK | {"modaliteit": "zeker"}]}))}
    page = client.post("/validate?lang=en", files=wrong, headers={"accept": "text/html"}, timeout=120)
    assert page.status_code == 422
    assert "plan.xlsx#Bouwblok!F4: “zeker” is no modality of the list." in page.text
    text = b"bouwblok,functie,modaliteit\nUiTdatabank,Ticketing,feit\n"
    answer = client.post("/validate?format=json", content=text, headers={"content-type": "text/csv"}, timeout=120)
    assert answer.status_code == 200, answer.text


def test_only_what_one_source_says(layout: Layout, read: Mapping[str, Reader]) -> None:
    """Two sources define UiTdatabank, each in its words; that of the field alone can be taken in."""

    def defined(among: Layout) -> list[str]:
        triples = read[".xlsx"](template.filled(among, ROOT, "en"), "kaart.xlsx")
        about = ox.NamedNode(f"{ID}building-block/uitdatabank")
        return [str(t.object) for t in triples if t.subject == about and t.predicate.value.endswith("#definition")]

    assert (len(defined(layout)), len(defined(Layout.of(ROOT, "field")))) == (4, 2)
    with pytest.raises(NotFound, match="There is no source 'velden'. Did you mean: field?"):
        Layout.of(ROOT, "velden")
