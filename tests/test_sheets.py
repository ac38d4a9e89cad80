"""Answers as spreadsheets: opened with another library than the one that writes them."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import httpx
import openpyxl
import pyoxigraph as ox
import pytest

from samenhang.engine import sheet
from samenhang.errors import TooMuch
from samenhang.namespaces import PREFIXES
from samenhang.web.negotiation import FORMS
from tests.test_web import BROWSER

XLSX = FORMS["xlsx"].media


def opened(body: bytes) -> Any:
    (page,) = openpyxl.load_workbook(io.BytesIO(body)).worksheets
    return page


def table(body: bytes) -> list[list[object]]:
    return [list(row) for row in opened(body).iter_rows(values_only=True)]


def literal(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))


def written(*rows: dict[str, sheet.Term], columns: tuple[str, ...] = ("a",)) -> bytes:
    to = io.BytesIO()
    sheet.write(rows, ("en", tuple((name, name.upper()) for name in columns)), lambda iri, lang: None, to)
    return to.getvalue()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_suffix_parameter_and_header_give_the_rows_of_the_question(client: httpx.Client, lang: str) -> None:
    asked = f"scope=report-2021&block=uitid&lang={lang}"
    answers = [
        client.get(f"/questions/owners.xlsx?{asked}"),
        client.get(f"/questions/owners?{asked}&format=xlsx"),
        client.get(f"/questions/owners?{asked}", headers={"accept": XLSX}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
        assert answer.headers["content-language"] == lang
        assert answer.headers["content-disposition"] == 'attachment; filename="owners.xlsx"'
        assert answer.content == answers[0].content
    heading, *rows = table(answers[0].content)
    expected = list(csv.DictReader(io.StringIO(client.get(f"/questions/owners.csv?{asked}").text)))
    assert len(rows) == len(expected) > 0
    at = heading.index({"nl": "bouwblok (adres)", "en": "block (address)"}[lang])
    assert [row[at] for row in rows] == [row["block"] for row in expected]
    assert {row[heading.index({"nl": "eigenaar", "en": "owner"}[lang])] for row in rows} == {"publiq"}


def test_in_the_other_language_it_is_another_file(client: httpx.Client) -> None:
    tags = {
        client.get("/questions/owners.xlsx", headers={"accept-language": lang}).headers["etag"] for lang in ("nl", "en")
    }
    assert len(tags) == 2
    tag = client.get("/questions/owners.xlsx", headers={"accept-language": "en"}).headers["etag"]
    again = client.get("/questions/owners.xlsx", headers={"accept-language": "en", "if-none-match": tag})
    assert again.status_code == 304


def test_findings_as_a_sheet_are_all_that_were_chosen(client: httpx.Client) -> None:
    asked = "outcome=unknown&lang=en"
    heading, *rows = table(client.get(f"/findings.xlsx?{asked}").content)
    expected = list(csv.DictReader(io.StringIO(client.get(f"/findings.csv?{asked}").text)))
    assert len(rows) == len(expected) > 100
    assert [row[heading.index("finding (address)")] for row in rows] == [row["finding"] for row in expected]
    assert {row[heading.index("outcome")] for row in rows} == {"unknown"}
    page = client.get(f"/findings?{asked}", headers={"accept": BROWSER}).text
    assert 'href="/findings.xlsx?outcome=unknown"' in page


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "\t=1", "{=1+1}", "http://a.example"]
)
def test_a_text_is_a_text_and_never_a_formula_or_a_link(text: str) -> None:
    cell = opened(written({"a": ox.Literal(text)})).cell(2, 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_numbers_days_and_answers_are_what_they_are() -> None:
    rows = table(
        written(
            {"a": literal("42", "integer"), "b": literal("2021-05-01", "date"), "c": literal("true", "boolean")},
            {"a": literal("-0.5", "decimal"), "b": literal("0000-13-01", "date"), "c": literal("1", "string")},
            {"a": literal("12345678901234567890", "integer"), "b": literal("x", "date")},
            columns=("a", "b", "c"),
        )
    )
    assert rows[0] == ["A", "B", "C"]
    assert rows[1] == [42, datetime.datetime(2021, 5, 1), True]
    assert rows[2] == [-0.5, "0000-13-01", "1"]
    assert rows[3] == ["12345678901234567890", "x", None]


def test_what_is_a_thing_has_its_address_behind_the_rest() -> None:
    thing = ox.NamedNode(f"{PREFIXES['actor']}publiq")
    assert table(written({"a": thing, "b": ox.Literal("x")}, {"a": ox.Literal("-")}, columns=("a", "b"))) == [
        ["A", "B", "A (address)"],
        ["actor:publiq", "x", thing.value],
        ["-", None, None],
    ]


def test_the_same_rows_are_the_same_bytes_and_no_rows_are_headings() -> None:
    assert written({"a": ox.Literal("x")}) == written({"a": ox.Literal("x")})
    assert table(written()) == [["A"]]


def test_what_no_sheet_can_hold_is_refused_and_not_cut() -> None:
    assert table(written({"a": ox.Literal("x" * sheet.CELL)}))[1] == ["x" * sheet.CELL]
    with pytest.raises(TooMuch) as caught:
        written({"a": ox.Literal("x" * (sheet.CELL + 1))})
    assert (caught.value.status, "csv" in caught.value.nl) == (413, True)
