"""The spreadsheet in which an organisation describes what is its own: empty, or filled with what the map says.

Sheets, headings, help, choices and examples come from shapes, code lists and ontology; the same map gives the same
bytes. ``rows`` reads it back.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from samenhang.exchange.columns import BOOLEANS, IDENTIFIER, Column, Layout, Sheet, short
from samenhang.exchange.rows import EXAMPLE, HELP, LISTS, README, REQUIRED
from samenhang.namespaces import PREFIXES
from samenhang.questions import Words
from samenhang.settings import Lang
from samenhang.sources import triples

Said = Mapping[str, list[ox.NamedNode | ox.Literal]]
"""What is said of one thing: the values of each property."""

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_CREATED: Final = datetime.datetime(2000, 1, 1)
"""What stands in every file as the moment that it was made."""
_ROWS: Final = 2_000
"""Rows that offer choices."""
_WIDTHS: Final = (14, 40)
_NAME_OF_LIST: Final = "lijst_{}"
_EMPTY: Final = Words(" Leeg betekent: {}.", " Empty means: {}.")
_ABOUT: Final = (
    Words(
        "Met dit werkboek beschrijft u uw eigen bouwblokken voor Samenhang, de kaart van de digitale infrastructuur "
        "van de cultuursector in Vlaanderen.",
        "With this workbook you describe your own building blocks for Samenhang, the map of the digital infrastructure "
        "of the cultural sector in Flanders.",
    ),
    Words(
        "Elk blad is één soort: een bouwblok, een verantwoordelijkheid, een uitwisseling ... Elke rij is één "
        "beschrijving. Vul enkel de bladen in waarover u iets weet.",
        "Each sheet is one kind: a building block, a responsibility, an exchange ... Each row is one description. Fill "
        "in only the sheets that you know something about.",
    ),
    Words(
        "Een ster (*) achter een opschrift betekent: verplicht. Al de rest mag leeg blijven. Wat u niet weet, laat u "
        "leeg: onbekend is niet nee.",
        "A star (*) behind a heading means: required. All the rest may stay empty. What you do not know you leave "
        "empty: unknown is not no.",
    ),
    Words(
        "De rijen met “uitleg” en “voorbeeld” vooraan worden niet gelezen; u mag ze laten staan. Het voorbeeld is "
        "verzonnen of komt uit de documentatie.",
        "The rows that begin with “help” and “example” are not read; you may leave them. The example is invented or "
        "comes from the documentation.",
    ),
    Words(
        "Het kenmerk mag leeg blijven. Vul het in om iets later onder dezelfde naam bij te werken, of om ernaar te "
        "verwijzen vanuit een ander blad.",
        "The id may stay empty. Fill it in to update something later under the same name, or to refer to it from "
        "another sheet.",
    ),
    Words(
        "Schrijf namen zoals ze in de keuzelijst staan; een ding van een ander blad van dit werkboek kan ook. Meer dan "
        "één waarde in een cel: een puntkomma ertussen.",
        "Write names as they stand in the list of choices; a thing of another sheet of this workbook is possible too. "
        "More than one value in a cell: a semicolon in between.",
    ),
    Words(
        "Staat er geen bewijs bij een rij, dan is de rij zelf het bewijs: uw eigen verklaring. Noem in dit werkboek "
        "geen personen, enkel organisaties.",
        "When a row names no evidence, the row itself is the evidence: your own statement. Name no persons in this "
        "workbook, only organisations.",
    ),
    Words(
        "Nakijken wat het verandert, zonder iets te bewaren: samenhang assess BESTAND.xlsx, of op de webpagina "
        "/assess.",
        "To see what it changes, without storing anything: samenhang assess FILE.xlsx, or on the web page /assess.",
    ),
)


def empty(layout: Layout, content: Path, lang: Lang) -> bytes:
    """The workbook with nothing in it but help and an example on each sheet; *content* has the examples."""
    return _written(layout, content, lang, {})


def filled(layout: Layout, content: Path, lang: Lang, owner: str = "") -> bytes:
    """The workbook with all that the map says; with *owner*, the name of an actor, only of its building blocks.

    Raises NotFound for an actor that is not on the map, or that no name is of alone.
    """
    of = [layout.actor(owner)] if owner else []
    classes = {"class": [sheet.cls for sheet in layout.sheets]}
    found: dict[tuple[str, str], dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for row in layout.rows(layout.own("described"), **classes, **({"owner": of} if of else {})):
        key = row["class"].value, row["thing"].value
        found.setdefault(key, {}).setdefault(row["property"].value, []).append(row["value"])
    sheets = {sheet.cls: sheet for sheet in layout.sheets}
    rows: dict[str, list[list[str]]] = {}
    for (cls, thing), said in found.items():
        rows.setdefault(cls, []).append(cells(sheets[cls], thing, said, layout.call, lang))
    return _written(layout, content, lang, rows)


def cells(
    sheet: Sheet, thing: str, said: Said, call: Callable[[str, Iterable[str], Lang], str], lang: Lang
) -> list[str]:
    """The cells of the row that says what is *said* of *thing*; *call* gives the name of another in a language."""

    def cell(column: Column) -> str:
        values = said.get(column.path, [])
        if column.text:
            return "\n".join(v.value for v in values if isinstance(v, ox.Literal) and (v.language or "") == column.lang)
        codes = dict(column.codes)
        # An address may have a semicolon in it.
        between = "\n" if column.address else "; "
        return between.join(one for value in values if (one := _one(value, column, codes)))

    def _one(value: ox.NamedNode | ox.Literal, column: Column, codes: Mapping[str, Words]) -> str:
        if column.boolean:
            return BOOLEANS[value.value != "true"][lang]
        if column.codes:
            return codes[value.value][lang] if value.value in codes else ""
        if column.proof:
            return value.value.rpartition("/")[2]
        return call(value.value, column.classes, lang) if column.classes else value.value

    return [thing.rpartition("/")[2], *map(cell, sheet.columns)]


def _example(sheet: Sheet, content: Path, lang: Lang) -> list[str]:
    """The example that the ontology gives of the class of *sheet*, as a row."""
    said: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    path = content / "ontology" / "examples" / f"{_kebab(sheet.name)}.ttl"
    for triple in triples(path):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            said.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
    of = [thing for thing, what in said.items() if ox.NamedNode(sheet.cls) in what.get(_TYPE.value, [])]
    # The one that says most shows most.
    thing = max(sorted(of), key=lambda one: len(said[one]))
    label = PREFIXES["skos"] + "prefLabel"

    def call(other: str, _: Iterable[str], lang: Lang) -> str:
        names = said.get(other, {}).get(label, [])
        return next((n.value for n in names if isinstance(n, ox.Literal) and n.language == lang), short(other))

    return [EXAMPLE[lang], *cells(sheet, thing, said[thing], call, lang)[1:]]


def _kebab(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")


def _written(layout: Layout, content: Path, lang: Lang, rows: Mapping[str, list[list[str]]]) -> bytes:
    import xlsxwriter  # not quick to import, and commands do without

    written = io.BytesIO()
    book = xlsxwriter.Workbook(
        written,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _CREATED})
    looks = {
        "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE7EE"}),
        "required": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#FFE3A3"}),
        "help": book.add_format({"italic": True, "text_wrap": True, "valign": "top", "font_color": "#555555"}),
        "cell": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    about = book.add_worksheet(README[lang])
    about.set_column(0, 0, 110)
    for number, words in enumerate(_ABOUT):
        about.write_string(number, 0, words[lang], looks["cell"])
    lists = _Lists(book, layout, lang)
    for sheet in layout.sheets:
        page = book.add_worksheet(sheet.title[lang])
        page.freeze_panes(1, 1)
        page.write_string(0, 0, IDENTIFIER[lang], looks["heading"])
        page.write_string(1, 0, HELP[lang], looks["help"])
        page.set_column(0, 0, _WIDTHS[0])
        for at, column in enumerate(sheet.columns, 1):
            star = REQUIRED if column.required else ""
            page.write_string(0, at, column.heading[lang] + star, looks["required" if star else "heading"])
            usual = _EMPTY[lang].format(dict(column.codes)[column.usual][lang]) if column.usual else ""
            page.write_string(1, at, column.help[lang] + usual, looks["help"])
            page.set_column(at, at, _WIDTHS[bool(column.text or column.classes)])
            lists.offer(page, at, column)
        own = [_example(sheet, content, lang), *rows.get(sheet.cls, [])]
        for number, cells in enumerate(own, 2):
            look = looks["help" if number == 2 else "cell"]
            for at, text in enumerate(cells):
                if text and at and sheet.columns[at - 1].types and _number(text):
                    page.write_number(number, at, float(text), look)
                elif text:
                    page.write_string(number, at, text, look)
    lists.close()
    book.close()
    return written.getvalue()


def _number(text: str) -> bool:
    """Whether a spreadsheet keeps *text* as it is when it takes it for a number."""
    return text.isascii() and text.isdigit() and len(text) <= 15 and (text == "0" or not text.startswith("0"))


class _Lists:
    """The choices that cells offer, each list in a column of a sheet that is hidden."""

    def __init__(self, book: Any, layout: Layout, lang: Lang) -> None:
        self._book, self._layout, self._lang = book, layout, lang
        self._page: Any = None
        self._known: dict[tuple[str, ...], str] = {}
        self._columns: list[list[str]] = []

    def offer(self, page: Any, at: int, column: Column) -> None:
        """Let the cells of a *column* of *page* offer what can stand there."""
        if column.codes:
            choices = sorted(words[self._lang] for _, words in column.codes)
        elif column.boolean:
            choices = [words[self._lang] for words in BOOLEANS]
        elif column.classes and not column.proof:
            named = [self._layout.named(cls).shown for cls in column.classes]
            things = {thing for shown in named for thing in shown}
            choices = sorted((self._layout.call(one, column.classes, self._lang) for one in things), key=str.casefold)
        else:
            return
        if not choices:
            return
        key = column.classes or tuple(choices)
        if key not in self._known:
            self._columns.append(choices)
            number = len(self._columns)
            self._known[key] = _NAME_OF_LIST.format(number)
            from xlsxwriter.utility import xl_col_to_name

            letter = xl_col_to_name(number - 1)
            area = f"='{LISTS[self._lang]}'!${letter}$1:${letter}${len(choices)}"
            self._book.define_name(self._known[key], area)
        # Several values in one cell, and what stands on another sheet, are no mistakes.
        page.data_validation(
            2, at, _ROWS, at, {"validate": "list", "source": f"={self._known[key]}", "show_error": False}
        )

    def close(self) -> None:
        """Write the lists, behind all other sheets."""
        page = self._book.add_worksheet(LISTS[self._lang])
        for at, choices in enumerate(self._columns):
            for number, choice in enumerate(choices):
                page.write_string(number, at, choice)
        page.hide()
