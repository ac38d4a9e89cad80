"""Matrices: rows by hand as a table of two ways; headers that are refused; pages and files of the real mapping."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from samenhang import questions
from samenhang.engine import crosstab
from samenhang.engine.crosstab import DEFAULT, Mark
from samenhang.errors import SyntaxProblem
from samenhang.namespaces import NS
from samenhang.questions import matrices
from tests.support import ROOT
from tests.test_web import BROWSER, problem

YES, NO = f"{NS}answer-yes", f"{NS}answer-no"
KNOWN = matrices(questions.questions(ROOT / "queries").values())


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"x:{name}")


def row(**cells: str) -> dict[str, Any]:
    """A row with short names; an answer is one of ours."""
    return {name: ox.NamedNode(NS + value) if name == "answer" else node(value) for name, value in cells.items()}


ROWS = [
    row(block="b", standard="s", level="done", answer="answer-yes", claim="b-s", owner="o"),
    row(block="a", answer="answer-no", claim="a-all"),
    row(block="a", standard="t", level="planned", answer="answer-no", claim="a-t"),
    row(block="b", standard="s", level="done", answer="answer-yes", claim="b-s-again", owner="p"),
    row(block="b", standard="s", answer="answer-conflicting"),
    row(block="c", answer="answer-unknown"),
]


def test_a_table_of_two_ways_leaves_nothing_out() -> None:
    found = crosstab.crossed(ROWS, "block", "standard", ("level", "answer", "how"), ("finding", "claim"), ("owner",))
    assert [*found] == ["x:a", "x:b", "x:c"]
    # What a row without a standard says, it says of all that are not named.
    assert found["x:a"].cell("x:s") == {Mark(None, NO): ["x:a-all"]}
    assert found["x:a"].cell("x:t") == {Mark(node("planned"), NO): ["x:a-t"]}
    # Each proof of what is said twice stays; what is said otherwise stands beside it.
    assert found["x:b"].cell("x:s") == {
        Mark(node("done"), YES): ["x:b-s", "x:b-s-again"],
        Mark(None, f"{NS}answer-conflicting"): [],
    }
    assert found["x:b"].beside == {"owner": [node("o"), node("p")]}
    # Silence is unknown, never no.
    assert found["x:b"].cell("x:t") == found["x:c"].cell("x:t") == {DEFAULT: []}


def test_a_wide_table_tells_apart_what_has_one_name_and_keeps_numbers() -> None:
    names = {
        "x:a": "A",
        "x:s": "Same",
        "x:t": "Same",
        "x:planned": "planned",
        "x:perhaps": "perhaps",
        NO: "no",
        crosstab.UNKNOWN: "unknown",
    }
    number = ox.Literal("3", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    rows = [
        ROWS[2] | {"how": node("perhaps")},
        {"block": node("a"), "standard": node("s"), "level": number},
        row(block="d"),
    ]
    cross = ("en", ("block", "block"), "standard", ("level", "answer", "how"), ())
    filled, (lang, columns) = crosstab.wide(rows, cross, lambda iri, _: names.get(iri))
    assert (lang, [heading for _, heading in columns]) == ("en", ["block", "Same (x:s)", "Same (x:t)"])
    assert [*filled] == [
        {"block": node("a"), "0": number, "1": ox.Literal("no: planned (perhaps)")},
        {"block": node("d"), "0": ox.Literal("unknown"), "1": ox.Literal("unknown")},
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("zomaar", "'matrix' is not"),
        ("{row: block}", "'matrix' is not"),
        ("{row: block, column: standard, answer: answer, colour: red}", "'matrix' is not"),
        ("{row: block, column: standard}", "needs 'value' or 'answer'"),
        ("{row: block, column: standard, answer: verdict}", "'verdict' of the matrix is no column"),
        ("{row: block, column: level, answer: answer}", "'level' of the matrix is no parameter"),
        ("{row: block, column: standard, answer: answer, proof: claim}", "'proof' of the matrix is no list"),
        (
            "{row: block, column: standard, answer: answer, marks: {sam:support-planned: pink}}",
            "sam:support-planned: pink",
        ),
        ("{row: block, column: standard, answer: answer, heat: hot}", "'heat' of the matrix"),
        ("{row: block, column: standard, answer: answer, opens: owners}", "'opens' of the matrix"),
        ("{row: block, column: standard, answer: answer, opens: {owners: {block: level}}}", "passes on something else"),
        ("{row: block, column: standard, answer: answer, opens: {owners: {blok: block}}}", "no question 'owners'"),
    ],
)
def test_a_header_that_cannot_be_a_matrix_is_refused_with_the_file_and_the_reason(
    tmp_path: Path, said: str, told: str
) -> None:
    text = (ROOT / "queries" / "standards" / "standards-of-blocks.rq").read_text(encoding="utf-8")
    theme = tmp_path / "standards"
    theme.mkdir()
    file = theme / "wrong.rq"
    file.write_text(re.sub(r"^#\+ matrix:.*$", f"#+ matrix: {said}", text, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(SyntaxProblem) as refused:
        questions.questions(tmp_path)
    assert told in refused.value.message("en")
    assert str(file) in refused.value.message("nl")


# The real mapping.


def table(client: httpx.Client, address: str) -> list[dict[str, str]]:
    """A matrix as CSV: its rows, by heading."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return [*csv.DictReader(io.StringIO(answer.text, newline=""))]


def cell(page: str, row: str, column: str) -> str:
    """The HTML of the cell of a page where the row and the column with these names meet."""
    headings = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)]
    for line in re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", line, re.DOTALL)
        if row == html.unescape(re.sub(r"<[^>]+>", "", line.partition("</span>")[0])).strip():
            return str(cells[headings.index(column) - 1])
    raise AssertionError(f"no row {row}")


def test_the_list_names_every_matrix_and_each_has_a_page(client: httpx.Client) -> None:
    page = client.get("/matrices?lang=nl", headers={"accept": BROWSER}).text
    assert set(re.findall(r'href="/matrices/([a-z-]+)\?', page)) == set(KNOWN)
    assert {
        "capability-matrix",
        "capabilities-per-owner",
        "coverage-per-owner",
        "fit-of-exchanges",
        "principle-matrix",
        "responsibility-matrix",
        "standards-of-blocks",
    } <= set(KNOWN)
    for name in KNOWN:
        answer = client.get(f"/matrices/{name}?lang=en", headers={"accept": BROWSER})
        assert answer.status_code == 200, name
        assert KNOWN[name].query.title["en"] in html.unescape(answer.text)
        assert '<th scope="row">' in answer.text, name


def test_a_cell_leads_to_its_proof_and_silence_is_unknown(client: httpx.Client) -> None:
    page = client.get("/matrices/standards-of-blocks?lang=nl", headers={"accept": BROWSER}).text
    # The code of UiTdatabank applies OSLO Cultuurparticipatie, and deviates from it in parts (addresses of terms);
    # MARC21 comes out of the library system.
    said = cell(page, "UiTdatabank", "OSLO Cultuurparticipatie")
    assert ">toegepast<" in said and ">afwijkend<" in said
    for proof in re.findall(r'href="(/doc/claim/[^"]+)"', said):
        claim = client.get(html.unescape(proof), headers={"accept": BROWSER}).text
        assert "UiTdatabank" in claim and "OSLO Cultuurparticipatie" in claim
    assert ">onbekend<" in cell(page, "UiTdatabank", "MARC21")
    assert 'class="outcome fits"' in cell(page, "Bibliotheeksysteem", "MARC21")


def test_what_fits_of_an_exchange_stands_per_layer(client: httpx.Client) -> None:
    page = client.get("/matrices/fit-of-exchanges?lang=en&block=uitpas", headers={"accept": BROWSER}).text
    # Both are of publiq: rights and agreements are its own.
    for layer in ("Legal layer", "Organisational layer"):
        said = cell(page, "UiTdatabank → UiTPAS", layer)
        assert ">yes<" in said and "/doc/claim/uitpas-from-uitdatabank" in said


def test_the_matrix_of_responsibilities_says_whose_uitid_is_and_how_that_is_known(client: httpx.Client) -> None:
    page = client.get("/matrices/responsibility-matrix?lang=en&scope=report-2021", headers={"accept": BROWSER}).text
    # The report writes "publiek" for publiq, so that it is a reading; of the mapping step it names nobody.
    said = cell(page, "UiTiD", "publiq")
    assert "owns (our reading)" in said and "/doc/claim/uitid-eigenaar-publiq" in said
    assert ">unknown<" in cell(page, "Map existing and planned infrastructure, management models and costs", "publiq")
    whole = table(client, "/matrices/responsibility-matrix.csv?lang=nl&scope=report-2021")
    (uitid,) = [line for line in whole if line["ding"] == "UiTiD"]
    assert "onze lezing" in uitid["publiq"]


def test_numbers_are_shaded_and_lead_to_what_they_count(client: httpx.Client) -> None:
    page = client.get("/matrices/coverage-per-owner?lang=nl&scope=report-2021", headers={"accept": BROWSER}).text
    # Of the two building blocks of publiq that the report names, no standard is known, of both the owner.
    assert ">0<" in cell(page, "publiq", "standaarden")
    said = cell(page, "publiq", "eigenaar")
    assert ">100<" in said and "shade-5" in said
    (counted,) = re.findall(r'href="([^"]+)"', said)
    behind = client.get(html.unescape(counted), headers={"accept": BROWSER}).text
    assert {"UiTdatabank", "UiTiD"} == {
        html.unescape(re.sub(r"<[^>]+>", "", name)).strip()
        for name in re.findall(r'<th scope="row">(.*?)</span>', behind)
    }


def test_what_is_taken_along_reads_as_the_page(client: httpx.Client) -> None:
    found = table(client, "/matrices/standards-of-blocks.csv?lang=nl&block=uitdatabank&block=bibliotheeksysteem")
    assert [line["bouwblok"] for line in found] == ["Bibliotheeksysteem", "UiTdatabank"]
    library, events = found
    assert (events["OSLO Cultuurparticipatie"], events["MARC21"]) == ("afwijkend; toegepast", "onbekend")
    assert library["OSLO Cultuurparticipatie"] == "onbekend"
    assert events["bouwblok (adres)"] == "https://w3id.org/samenhang/id/building-block/uitdatabank"
    answer = client.get("/matrices/standards-of-blocks.xlsx?lang=en&block=uitdatabank")
    assert 'filename="standards-of-blocks.xlsx"' in answer.headers["content-disposition"]
    assert answer.headers["content-language"] == "en"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert {"UiTdatabank", "OSLO Cultuurparticipatie", "implemented"} <= set(re.findall(r"<t[^>]*>([^<]*)</t>", texts))
    # Every row and every column, whatever a page shows of them.
    whole = table(client, "/matrices/standards-of-blocks.csv?lang=nl")
    page = client.get("/matrices/standards-of-blocks?lang=nl&size=10", headers={"accept": BROWSER}).text
    rows, columns = map(int, re.findall(r"(\d+) rijen, (\d+) kolommen", page)[0])
    assert (len(whole), len(whole[0])) == (rows, columns + 2)
    assert page.count('<th scope="row">') == 10 and 'rel="next"' in page


def test_too_many_columns_are_told_and_those_of_which_most_is_said_are_kept(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenhang.questions.matrix.COLUMNS", 3)
    page = client.get("/matrices/standards-of-blocks?lang=en&scope=all", headers={"accept": BROWSER}).text
    assert "Shown are the 3 columns" in page
    # JSON is what most building blocks apply.
    assert "JSON" in re.findall(r'<th scope="col"><span><a [^>]*>([^<]+)<', page)


def test_what_cannot_be_asked_is_told(client: httpx.Client) -> None:
    assert "standards-of-blocks" in str(problem(client.get("/matrices/standards-of-block"), 404)["detail"])
    assert "block" in str(problem(client.get("/matrices/standards-of-blocks?blok=uitid"), 400)["detail"])
    problem(client.get("/matrices/standards-of-blocks?block=bestaat-niet"), 400)
    problem(client.get("/matrices/standards-of-blocks?page=99"), 404)
    problem(client.get("/matrices/standards-of-blocks?size=0"), 400)
    problem(client.get("/matrices/standards-of-blocks?scope=veld"), 404)
    problem(client.get("/matrices/standards-of-blocks.ttl"), 406)
