"""The rows of an answer as a spreadsheet (Office Open XML, CSV), for people: names, with the addresses behind these.

A text is a text in every cell: what begins with ``=``, ``+``, ``-`` or ``@`` is no formula. Numbers and dates are
numbers and dates. The same answer gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import IO, Any, Final

import pyoxigraph as ox
import xlsxwriter

from samenhang.errors import TooMuch
from samenhang.namespaces import PREFIXES, shorten

ROWS: Final = 1_048_575
"""Rows that a sheet can have, below its headings."""
COLUMNS: Final = 16_384
"""Columns that a sheet can have."""
CELL: Final = 32_767
"""Characters that a cell can hold."""

Sheet = tuple[str, tuple[tuple[str, str], ...]]
"""The language of names, and the columns that are shown: the name of each in the answer, and its heading."""
Term = ox.NamedNode | ox.BlankNode | ox.Literal

_XSD: Final = PREFIXES["xsd"]
_NUMBERS: Final = {f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long", "short")}
_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet takes for a formula."""
_CREATED: Final = datetime.datetime(2000, 1, 1)
"""What stands in every file as the moment that it was made."""
_WIDTHS: Final = (10, 60)


def write(
    rows: Iterable[Mapping[str, Term]], sheet: Sheet, name: Callable[[str, str], str | None], to: IO[bytes]
) -> None:
    """Write *rows* to *to*. *name* gives the name of an address in a language, if it has one.

    What is a thing in any row has a column with its name and, behind all others, one with its address. Raises TooMuch
    (413) for what no sheet can hold.
    """
    listed = list(rows)
    columns, things, headings = _laid_out(listed, sheet)
    if len(listed) > ROWS:
        raise _too_much(f"{len(listed)} rijen", f"{len(listed)} rows")
    if len(headings) > COLUMNS:
        raise _too_much(f"{len(headings)} kolommen", f"{len(headings)} columns")
    named = naming(sheet[0], name)
    written = io.BytesIO()
    book = xlsxwriter.Workbook(
        written,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _CREATED})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    widths = [len(heading) for heading in headings]
    for at, heading in enumerate(headings):
        page.write_string(0, at, heading, bold)
    for number, row in enumerate(listed, 1):
        cells = [row.get(column) for column, _ in columns]
        for at, term in enumerate(cells):
            if term is not None:
                widths[at] = max(widths[at], _cell(page, number, at, term, named(term), formats))
        for at, (column, _) in enumerate(things, len(columns)):
            if isinstance(term := row.get(column), ox.NamedNode):
                widths[at] = max(widths[at], _text(page, number, at, term.value))
    least, most = _WIDTHS
    for at, width in enumerate(widths):
        page.set_column(at, at, min(max(width + 1, least), most))
    page.freeze_panes(1, 0)
    if listed:
        page.autofilter(0, 0, len(listed), len(headings) - 1)
    book.close()
    to.write(written.getvalue())


def comma(
    rows: Iterable[Mapping[str, Term]], sheet: Sheet, name: Callable[[str, str], str | None], to: IO[bytes]
) -> None:
    """Write *rows* to *to* as CSV (RFC 4180), with the same columns as :func:`write`."""
    listed = list(rows)
    columns, things, headings = _laid_out(listed, sheet)
    named = naming(sheet[0], name)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(map(_inert, headings))
    for row in listed:
        cells = [named(row[column]) if column in row else "" for column, _ in columns]
        table.writerow(
            [
                *(
                    text if _kind(row.get(column)) in _NUMBERS else _inert(text)
                    for text, (column, _) in zip(cells, columns, strict=True)
                ),
                *(term.value if isinstance(term := row.get(column), ox.NamedNode) else "" for column, _ in things),
            ]
        )
    to.write(written.getvalue().encode())


def _laid_out(
    rows: Iterable[Mapping[str, Term]], sheet: Sheet
) -> tuple[tuple[tuple[str, str], ...], list[tuple[str, str]], list[str]]:
    """The columns with names, those of them that have addresses too, and the headings of all."""
    lang, columns = sheet
    # The rows are looked at once: there may be many of both.
    linked = {column for row in rows for column, term in row.items() if isinstance(term, ox.NamedNode)}
    things = [column for column in columns if column[0] in linked]
    address = {"nl": "adres", "en": "address"}[lang]
    return columns, things, [*(heading for _, heading in columns), *(f"{heading} ({address})" for _, heading in things)]


def naming(lang: str, name: Callable[[str, str], str | None]) -> Callable[[Term], str]:
    """What a cell says for a term: the name of an address, looked up once, or a text as it is."""
    known: dict[str, str] = {}

    def named(term: Term) -> str:
        if not isinstance(term, ox.NamedNode):
            return term.value
        if term.value not in known:
            known[term.value] = name(term.value, lang) or shorten(term.value).strip("<>")
        return known[term.value]

    return named


def _inert(text: str) -> str:
    """*text* as no spreadsheet takes it for a formula.

    >>> _inert("=1+1"), _inert("publiq")
    ("'=1+1", 'publiq')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def warm() -> None:
    """Let what writes sheets load all that it needs: a worker cannot open files."""
    write([{"a": ox.Literal("a")}], ("nl", (("a", "a"),)), lambda iri, lang: None, io.BytesIO())


def _cell(page: Any, row: int, at: int, term: Term, text: str, formats: Mapping[str, Any]) -> int:
    """Write one cell; how many characters wide it is."""
    kind = _kind(term)
    with suppress(ValueError, OverflowError):
        if kind in _NUMBERS and sum(map(str.isdigit, text)) <= _DIGITS:
            page.write_number(row, at, float(text))
            return len(text)
        if kind == f"{_XSD}boolean" and text in ("true", "false"):
            page.write_boolean(row, at, text == "true")
            return len(text)
        if kind == f"{_XSD}date":
            page.write_datetime(row, at, datetime.date.fromisoformat(text), formats["date"])
            return len(text)
    return _text(page, row, at, text, formats["wrap"])


def _kind(term: Term | None) -> str:
    return term.datatype.value if isinstance(term, ox.Literal) else ""


def _text(page: Any, row: int, at: int, text: str, style: Any = None) -> int:
    if len(text) > CELL:
        raise _too_much(f"een tekst van {len(text)} tekens", f"a text of {len(text)} characters")
    page.write_string(row, at, text, style)
    return len(text)


def _too_much(nl: str, en: str) -> TooMuch:
    return TooMuch(
        f"Een rekenblad kan {nl} niet bevatten. Vraag minder, of vraag het antwoord als csv.",
        f"A spreadsheet cannot hold {en}. Ask for less, or ask for the answer as csv.",
        status=413,
    )
