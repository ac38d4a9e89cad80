"""The cells of a spreadsheet that somebody sends, as texts: of a workbook (Office Open XML) or of a file with commas.

Whatever comes in, it takes a bounded time and a bounded amount of memory. Values are read, never formulas.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from samenhang.errors import SyntaxProblem

_LARGEST: Final = 16_000_000
"""Bytes of a file."""
_UNPACKED: Final = 64_000_000
"""Bytes of all that is packed in a workbook."""
_PARTS: Final = 1_000
_ROWS: Final = 20_000
_COLUMNS: Final = 200
_CELLS: Final = 400_000
"""Cells that hold something, in a whole file."""
_LONGEST: Final = 10_000
"""Characters of a cell."""
_FAILED: Final = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"))
"""What a formula gives that failed."""
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""How a workbook begins that was saved by an old program, or with a password."""
_SHOWN: Final = 100
"""Complaints that are told; of more, how many."""


class Complaint(NamedTuple):
    """Something that is to be mended: in which cell (rows from 1, columns from 0), in Dutch and in English."""

    place: str
    row: int
    column: int
    nl: str
    en: str


@dataclass
class Table:
    """One sheet: its *title*, and of each row that holds something the number and the texts of its cells.

    *letters*: whether people know its cells by a letter and a number; else by the line.
    """

    title: str
    rows: list[tuple[int, list[str]]]
    letters: bool = True
    complaints: list[Complaint] = field(default_factory=list)

    def place(self, row: int, column: int = 0) -> str:
        """Where a cell stands, behind the name of the file.

        >>> Table("Bouwblok", []).place(7, 2), Table("bouwblok", [], letters=False).place(7)
        ('Bouwblok!C7', 'L7')
        """
        return f"{self.title}!{_letters(column)}{row}" if self.letters else f"L{row}"

    def blame(self, row: int, column: int, nl: str, en: str) -> None:
        """Tell what is to be mended in a cell."""
        self.complaints.append(Complaint(self.place(row, column), row, column, nl, en))


def problem(where: str, nl: str, en: str) -> SyntaxProblem:
    """The error for a file that cannot be read at all."""
    return SyntaxProblem(f"{where}: {nl}", f"{where}: {en}", where=where, line=1, column=1, status=422)


def refuse(where: str, tables: Iterable[Table]) -> None:
    """Raise one SyntaxProblem with all the complaints about *tables*, when there is any."""
    found = [one for table in tables for one in sorted(table.complaints, key=lambda one: (one.row, one.column))]
    if not found:
        return
    more = len(found) - _SHOWN
    shown = found[:_SHOWN]
    nl = [f"{where}#{one.place}: {one.nl}" for one in shown] + ([f"{where}: en nog {more}."] if more > 0 else [])
    en = [f"{where}#{one.place}: {one.en}" for one in shown] + ([f"{where}: and {more} more."] if more > 0 else [])
    first = found[0]
    raise SyntaxProblem("\n".join(nl), "\n".join(en), where=where, line=first.row, column=first.column + 1, status=422)


def workbook(text: bytes, where: str, without: Collection[str] = ()) -> list[Table]:
    """The sheets of the workbook *text*, but those with the titles *without*. Raises SyntaxProblem."""
    _bounded(text, where)
    if text.startswith(_OLD):
        raise problem(
            where,
            "Dit is een oud of met een wachtwoord beveiligd werkboek. Bewaar het als .xlsx, zonder wachtwoord.",
            "This is an old workbook, or one with a password. Save it as .xlsx, without a password.",
        )
    try:
        formulas, merged = _unpacked(text, where)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the library leaves out: styles, validation, pictures
            tables = list(_sheets(text, where, without, merged))
            if formulas:
                _formulas(text, tables)
    except (SyntaxProblem, MemoryError):
        raise
    except Exception:
        # A broken workbook can break the library that reads it anywhere.
        raise problem(
            where,
            "Geen leesbaar werkboek (.xlsx): het bestand is stuk of onvolledig. Bewaar het opnieuw als .xlsx.",
            "Not a readable workbook (.xlsx): the file is broken or incomplete. Save it again as .xlsx.",
        ) from None
    return tables


def comma(text: bytes, where: str) -> list[Table]:
    """The one sheet of a file with comma-separated values; semicolons and tabs will do. Raises SyntaxProblem."""
    _bounded(text, where)
    try:
        written = text.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = text.count(b"\n", 0, wrong.start) + 1
        raise problem(
            where,
            f"Geen tekst in UTF-8 (regel {line}). Bewaar het bestand als “CSV UTF-8”.",
            f"Not a text in UTF-8 (line {line}). Save the file as “CSV UTF-8”.",
        ) from None
    head = written.partition("\n")[0]
    lines = csv.reader(io.StringIO(written, newline=""), delimiter=max(";,\t", key=head.count), strict=True)
    table = Table(re.sub(r"\.csv\Z", "", where.rpartition("/")[2], flags=re.IGNORECASE), [], letters=False)
    count, line = _Count(where), 1
    try:
        for cells in lines:
            count.row(table, line, cells)
            line = lines.line_num + 1
    except csv.Error:
        raise problem(
            where,
            f"Regel {line} is geen CSV: een aanhalingsteken staat er alleen of een cel is te lang.",
            f"Line {line} is not CSV: a quote stands alone, or a cell is too long.",
        ) from None
    return [table]


def _bounded(text: bytes, where: str) -> None:
    if len(text) > _LARGEST:
        raise problem(
            where,
            f"Groter dan {_LARGEST // 1_000_000} MB. Verdeel het over verschillende bestanden.",
            f"Larger than {_LARGEST // 1_000_000} MB. Divide it over several files.",
        )


class _Count:
    """How much of a file was read already."""

    def __init__(self, where: str) -> None:
        self._where, self._cells = where, 0

    def row(self, table: Table, number: int, values: Iterable[object]) -> None:
        """Add a row to *table* when it holds anything. Raises SyntaxProblem when it all becomes too much."""
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        self._cells += sum(map(bool, cells))
        if number > _ROWS or len(cells) > _COLUMNS or self._cells > _CELLS:
            raise problem(
                self._where,
                f"Meer dan {_ROWS} rijen of {_COLUMNS} kolommen in {table.title}, of {_CELLS} cellen in het bestand.",
                f"More than {_ROWS} rows or {_COLUMNS} columns in {table.title}, or {_CELLS} cells in the file.",
            )
        for column, cell in enumerate(cells):
            if len(cell) > _LONGEST:
                table.blame(number, column, f"Langer dan {_LONGEST} tekens.", f"Longer than {_LONGEST} characters.")
            elif cell in _FAILED:
                table.blame(
                    number,
                    column,
                    f"De formule gaf {cell}. Vul de waarde zelf in.",
                    f"The formula gave {cell}. Fill in the value itself.",
                )
        if cells:
            table.rows.append((number, cells))


def _unpacked(text: bytes, where: str) -> tuple[bool, dict[str, str]]:
    """Whether there are formulas, and the merged cells by the part of the workbook that they stand in.

    Raises SyntaxProblem when what is packed is more than can be read, BadZipFile when it cannot be unpacked.
    """
    formulas, merged = False, {}
    with zipfile.ZipFile(io.BytesIO(text)) as packed:
        parts = packed.infolist()
        # No more than that is ever unpacked: what is longer than it says is broken.
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
            raise problem(
                where,
                f"Uitgepakt meer dan {_UNPACKED // 1_000_000} MB, of meer dan {_PARTS} delen.",
                f"More than {_UNPACKED // 1_000_000} MB when unpacked, or more than {_PARTS} parts.",
            )
        for part in parts:
            if not part.filename.endswith((".xml", ".rels")):
                continue
            content = packed.read(part)
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise problem(
                    where,
                    "Er staat een DOCTYPE in; dat hoort niet in een werkboek.",
                    "It has a DOCTYPE, which does not belong in a workbook.",
                )
            formulas = formulas or b"<f>" in content or b"<f " in content
            if found := re.search(rb'<(?:\w+:)?mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"', content):
                merged[part.filename] = found[1].decode()
    return formulas, merged


def _sheets(text: bytes, where: str, without: Collection[str], merged: dict[str, str]) -> Iterator[Table]:
    count = _Count(where)
    for sheet in _open(text, values=True):
        if sheet.title in without:
            continue
        table = Table(sheet.title, [])
        rows = sheet.iter_rows(max_row=_ROWS + 1, max_col=_COLUMNS + 1, values_only=True)
        for number, values in enumerate(rows, 1):
            count.row(table, number, values)
        # The library tells of merged cells only where it holds all of the sheet at once.
        if cells := merged.get(sheet._worksheet_path.lstrip("/")):
            top = re.match(r"([A-Z]+)([0-9]+)", cells)
            assert top is not None
            table.blame(
                int(top[2]),
                _number(top[1]),
                f"De cellen {cells} zijn samengevoegd. Splits ze en vul elke cel in.",
                f"The cells {cells} are merged. Unmerge them and fill in each.",
            )
        yield table


def _formulas(text: bytes, tables: Iterable[Table]) -> None:
    """Complain of formulas in *tables* that no value was kept of."""
    by_title = {table.title: table for table in tables}
    for sheet in _open(text, values=False):
        if (table := by_title.get(sheet.title)) is None:
            continue
        known = dict(table.rows)
        for number, cells in enumerate(sheet.iter_rows(max_row=_ROWS + 1, max_col=_COLUMNS + 1), 1):
            for column, cell in enumerate(cells):
                if cell.data_type == "f" and not "".join(known.get(number, [])[column : column + 1]):
                    table.blame(
                        number,
                        column,
                        "Een formule waarvan de waarde niet bewaard is. Open en bewaar het bestand in een rekenblad, "
                        "of vul de waarde in.",
                        "A formula whose value was not kept. Open and save the file in a spreadsheet program, or fill "
                        "in the value.",
                    )


def warm() -> None:
    """Import what reads workbooks, which takes a while: commands do without, and a confined process has it before."""
    import openpyxl

    assert openpyxl


def _number(letters: str) -> int:
    from openpyxl.utils import column_index_from_string

    return int(column_index_from_string(letters)) - 1


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))


def _open(text: bytes, *, values: bool) -> list[Any]:
    import openpyxl

    return list(openpyxl.load_workbook(io.BytesIO(text), read_only=True, data_only=values, keep_links=False).worksheets)


def _text(value: object) -> str:
    """A value as somebody would type it.

    >>> _text(2021.0), _text(0.5), _text(datetime.datetime(2026, 3, 1)), _text(None), _text(True)
    ('2021', '0.5', '2026-03-01', '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15f}".rstrip("0")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()
