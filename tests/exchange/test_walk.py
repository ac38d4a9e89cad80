"""The way of an organisation: an empty workbook, filled in, assessed, mended, taken in, and on the map."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import httpx
import openpyxl
import pyoxigraph as ox

from samenhang.namespaces import ID, scope_graph
from samenhang.release.build import look
from samenhang.release.intake import take
from samenhang.reports import FORMATS, Checked
from samenhang.validation import Severity
from tests.small import content
from tests.support import derived

BROWSER = {"accept": "text/html"}
ROW = 4
"""Below the headings, the help and the example."""


class Workbook:
    """What the page gives to fill in."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        page = client.get("/assess?lang=nl", headers=BROWSER).text
        (link,) = re.findall(r'href="(/assess/template\.xlsx[^"]*)"', page)
        answer = client.get(html.unescape(link))
        assert answer.headers["content-disposition"] == 'attachment; filename="samenhang.xlsx"'
        self._book = openpyxl.load_workbook(io.BytesIO(answer.content))

    def fill(self, sheet: str, cells: dict[str, str]) -> None:
        headings = {str(cell.value).removesuffix(" *"): cell.column for cell in self._book[sheet][1]}
        for heading, text in cells.items():
            self._book[sheet].cell(ROW, headings[heading]).value = text

    def written(self) -> bytes:
        into = io.BytesIO()
        self._book.save(into)
        return into.getvalue()

    def assessed(self) -> tuple[int, str]:
        """The answer of the page: its status, and what it tells."""
        answer = self._client.post("/assess?lang=nl", files={"file": ("kassa.xlsx", self.written())}, headers=BROWSER)
        return answer.status_code, html.unescape(re.sub(r"<[^>]+>", "", answer.text))


def test_from_an_empty_workbook_to_the_map(client: httpx.Client, tmp_path: Path) -> None:
    workbook = Workbook(client)
    named = {"voorkeursnaam (nl)": "Verzonnen kassa", "voorkeursnaam (en)": "Invented till"}
    about = {"omschrijving (nl)": "Verkoopt kaartjes.", "omschrijving (en)": "Sells tickets.", "modaliteit": "feit"}
    workbook.fill("Bouwblok", named | about)
    workbook.fill("Levensloop", {"bouwblok": "Verzonnen kasa", "levensfase": "lifecycle-live", "modaliteit": "feit"})
    status, told = workbook.assessed()
    assert status == 422
    assert re.search(
        r"kassa\.xlsx#Levensloop!\w4: “Verzonnen kasa” staat niet op de kaart en niet in dit bestand\.", told
    )
    # What only a shape sees is told with the row and the column too.
    workbook.fill("Levensloop", {"bouwblok": "Verzonnen kassa; UiTdatabank"})
    status, told = workbook.assessed()
    assert status == 200
    assert "Fout, kassa.xlsx#Levensloop!A4, kolom “bouwblok”: " in told
    workbook.fill("Levensloop", {"bouwblok": "Verzonnen kassa"})
    status, told = workbook.assessed()
    assert "Met deze beschrijving is niets mis." in told

    folder = content(tmp_path / "content")
    file = tmp_path / "kassa.xlsx"
    file.write_bytes(workbook.written())
    taken = take(folder, "spreadsheet", file, source="huis")
    assert not taken.refused
    taken.write()
    block = ox.NamedNode(f"{ID}building-block/verzonnen-kassa")
    whole = ox.NamedNode(scope_graph("all"))
    assert list(derived(look(folder)).quads_for_pattern(block, None, None, whole)) != []


def test_a_command_names_the_cell_too(tmp_path: Path) -> None:
    """Import, check and assess tell what they find as one report does."""
    folder = content(tmp_path / "content")
    file = tmp_path / "levensloop.csv"
    file.write_text('bouwblok;levensfase;modaliteit\nAgenda;"lifecycle-live;lifecycle-ended";feit\n', encoding="utf-8")
    for seen in (take(folder, "csv", file).inspection, look(folder, [file]).inspection):
        checked = Checked(seen, (file,), folder, "en", Severity.VIOLATION)
        assert "place: levensloop.csv#L2, column “lifecycle state”" in FORMATS["text"](checked)
        assert '"levensloop.csv#L2"' in FORMATS["json"](checked)
        assert "levensloop.csv#L2, column “lifecycle state”" in FORMATS["sarif"](checked)
