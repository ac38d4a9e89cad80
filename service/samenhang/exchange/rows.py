"""The rows of a spreadsheet as descriptions: things, claims and evidence; each row is the evidence of what it says.

A cell names things by their name or by the end of their address, and codes by their name in either language. All that
is to be mended is told at once, each with sheet, row and column.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from samenhang.exchange import terms, workbook
from samenhang.exchange.columns import BOOLEANS, IDENTIFIER, LANGUAGES, Column, Layout, Sheet, plain, short
from samenhang.exchange.workbook import Table
from samenhang.namespaces import ID, NS, PREFIXES
from samenhang.questions import SLUG, Words, is_iri

README: Final = Words("Lees mij", "Read me")
LISTS: Final = Words("Lijsten", "Lists")
HELP: Final = Words("uitleg", "help")
EXAMPLE: Final = Words("voorbeeld", "example")
"""The titles of sheets, and the identifiers of rows, that describe nothing."""
REQUIRED: Final = " *"
"""What stands behind the heading of what is required."""

_LONGEST: Final = 100
"""Characters of the last part of an address that is made of what a row says."""
_XSD: Final = PREFIXES["xsd"]
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")


def _dated(text: str) -> bool:
    try:
        return bool(datetime.date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False


def _written(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_TYPES: Final[Mapping[str, tuple[Callable[[str], bool], Words]]] = {
    "date": (_dated, Words("een dag (2021-06-01)", "a day (2021-06-01)")),
    "gYearMonth": (_written(r"[0-9]{4}-(0[1-9]|1[0-2])"), Words("een maand (2021-06)", "a month (2021-06)")),
    "gYear": (_written(r"[0-9]{4}"), Words("een jaar (2021)", "a year (2021)")),
    "integer": (_written(r"-?[0-9]+"), Words("een geheel getal (25000)", "a whole number (25000)")),
    "decimal": (
        _written(r"-?[0-9]*\.?[0-9]+"),
        Words("een getal met een punt, zonder spaties (1250.50)", "a number with a point, without spaces (1250.50)"),
    ),
    "duration": (
        _written(r"P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+D)?"),
        Words("een duur (P1Y voor een jaar, P6M voor zes maanden)", "a duration (P1Y for a year, P6M for six months)"),
    ),
    "boolean": (_written("true|false"), Words("ja of nee", "yes or no")),
    "string": (lambda text: True, Words("een tekst", "a text")),
}
"""How values are written, by datatype: whether a text is one, and what to write."""


def slug(text: str) -> str:
    """*text* as the last part of an address.

    >>> slug("Café: De Zaal ")
    'cafe-de-zaal'
    """
    made = terms.slug(text)
    if len(made) > _LONGEST:
        made = f"{made[: _LONGEST - 9].strip('-')}-{hashlib.sha256(made.encode()).hexdigest()[:8]}"
    return made


@dataclass
class _Row:
    """One description: where it stands, the text of each column that has one, and its address.

    *places*: where each column stands that the sheet has.
    """

    sheet: Sheet
    table: Table
    number: int
    cells: dict[Column, tuple[int, str]]
    places: Mapping[Column, int]
    identifier: str
    thing: str = ""
    values: dict[Column, list[str]] = field(default_factory=dict)
    """Of columns that name things or codes, which."""

    def blame(self, column: int, nl: str, en: str) -> None:
        self.table.blame(self.number, column, nl, en)


class Rows:
    """The descriptions in the *tables* of the file *where*, of which *layout* says how to read them."""

    def __init__(self, layout: Layout, tables: list[Table], where: str) -> None:
        self._layout, self._tables, self._where = layout, tables, where
        self._file = where.rpartition("/")[2]
        self._name = slug(self._file.rpartition(".")[0]) or "rekenblad"
        self._source = f"{ID}source/{self._name}"
        self._found: list[_Row] = []
        self._things: dict[str, _Row] = {}
        self._called: dict[str, dict[str, str]] = {}
        self._triples: list[ox.Triple] = []

    def triples(self) -> list[ox.Triple]:
        """What they say. Raises SyntaxProblem with all that is to be mended."""
        for table in self._tables:
            self._read(table)
        if not self._found and not any(table.complaints for table in self._tables):
            raise workbook.problem(
                self._where,
                "Er is niets ingevuld: onder de uitleg en het voorbeeld staat geen enkele rij.",
                "Nothing was filled in: there is no row below the help and the example.",
            )
        # What has a name of its own comes first: others name it.
        for row in sorted(self._found, key=lambda row: row.sheet.kind == "claim"):
            self._refer(row)
            self._address(row)
        for row in self._found:
            self._describe(row)
        workbook.refuse(self._where, self._tables)
        return self._triples

    def _read(self, table: Table) -> None:
        """Find out what *table* describes, and take its rows."""
        rows = iter(table.rows)
        number, headings = next(rows, (1, []))
        sheet = self._sheet(table, headings)
        if sheet is None:
            return
        known = {plain(column.heading[lang]): column for column in sheet.columns for lang in LANGUAGES}
        own = {plain(IDENTIFIER[lang]) for lang in LANGUAGES}
        columns: dict[int, Column | None] = {}
        for at, heading in enumerate(headings):
            name = plain(heading.removesuffix(REQUIRED.strip()))
            if name in known and known[name] not in columns.values():
                columns[at] = known[name]
            elif name in own:
                columns[at] = None
            elif name in known:
                table.blame(
                    number, at, f"De kolom “{heading}” staat er twee keer.", f"Column “{heading}” is here twice."
                )
            elif name or any(len(cells) > at and cells[at] for _, cells in table.rows[1:]):
                nl, en = _near(heading, (column.heading for column in sheet.columns))
                table.blame(number, at, f"Onbekende kolom “{heading}”.{nl}", f"Unknown column “{heading}”.{en}")
        for column in sheet.columns:
            if column.required and column not in columns.values():
                nl, en = column.heading.nl, column.heading.en
                table.blame(number, 0, f"De kolom “{nl}” ontbreekt.", f"The column “{en}” is missing.")
        identifying = next((at for at, column in columns.items() if column is None), None)
        places = {column: at for at, column in columns.items() if column is not None}
        passed = {plain(words[lang]) for words in (HELP, EXAMPLE) for lang in LANGUAGES}
        for number, cells in rows:
            named = cells[identifying] if identifying is not None and identifying < len(cells) else ""
            if plain(named) in passed:
                continue
            filled = {column: (at, cells[at]) for column, at in places.items() if at < len(cells) and cells[at]}
            self._found.append(_Row(sheet, table, number, filled, places, named))

    def _sheet(self, table: Table, headings: list[str]) -> Sheet | None:
        """Which kind *table* describes: by its title; a file with commas also by its columns."""
        if plain(table.title) in {plain(words[lang]) for words in (README, LISTS) for lang in LANGUAGES}:
            return None
        sheets = {plain(name): sheet for sheet in self._layout.sheets for name in _titles(sheet)}
        if plain(table.title) in sheets:
            return sheets[plain(table.title)]
        if not table.letters:
            written = {plain(heading.removesuffix(REQUIRED.strip())) for heading in headings if heading}
            fitting = [sheet for sheet in self._layout.sheets if written and written <= _headings(sheet)]
            if len(fitting) == 1:
                return fitting[0]
        if table.rows:
            titles = [sheet.title for sheet in self._layout.sheets]
            nl, en = _near(table.title, titles)
            known = (", ".join(title[lang] for title in titles) for lang in LANGUAGES)
            listed_nl, listed_en = known
            what = ("Het blad", "The sheet") if table.letters else ("Het bestand", "The file")
            table.blame(
                1,
                0,
                f"{what[0]} “{table.title}” is geen soort van het sjabloon.{nl} Er zijn: {listed_nl}.",
                f"{what[1]} “{table.title}” is no kind of the template.{en} There are: {listed_en}.",
            )
        return None

    def _refer(self, row: _Row) -> None:
        """Look up what the cells of *row* name."""
        for column, (at, text) in row.cells.items():
            if column.codes:
                codes = {plain(words[lang]): code for code, words in column.codes for lang in LANGUAGES}
                codes |= {plain(code.removeprefix(NS)): code for code, _ in column.codes}
                row.values[column] = []
                for part in _parts(text, codes):
                    if code := codes.get(plain(part)):
                        row.values[column].append(code)
                        continue
                    nl, en = _near(part, (words for _, words in column.codes), all_of=8)
                    row.blame(
                        at,
                        f"“{part}” is geen {column.heading.nl} uit de lijst.{nl}",
                        f"“{part}” is no {column.heading.en} of the list.{en}",
                    )

    def _address(self, row: _Row) -> None:
        """Give *row* the address of what it describes: by its identifier, its name, or what it is about."""
        sheet, text = row.sheet, row.identifier.removeprefix(f"{row.sheet.kind}/")
        if sheet.kind == "claim":
            self._name_things(row)
        if text and not (SLUG.match(text) and "--" not in text and not text.endswith("-")):
            row.blame(
                0,
                f"“{text}” kan geen kenmerk zijn: gebruik kleine letters, cijfers en streepjes, of laat het leeg.",
                f"“{text}” cannot be an id: use small letters, digits and hyphens, or leave it empty.",
            )
            text = slug(text)
        names = [row.cells[column] for column in sheet.labels if column in row.cells]
        known = [self._known(name, (sheet.cls,)) for _, name in names]
        thing = next((only for found in known if len(found) == 1 for only in found), "")
        if not text and not thing:
            text = slug(names[0][1]) if names else self._telling(row)
            if not text and not sheet.labels:
                row.blame(0, "Geef een kenmerk.", "Give an id.")
        row.thing = f"{ID}{sheet.kind}/{text}" if text else thing
        if not row.thing:
            return  # it has no name, and that is told already
        if (other := self._things.get(row.thing)) is not None:
            at = f"{other.table.place(other.number)}"
            row.blame(
                0,
                f"Beschrijft hetzelfde als {at}. Voeg de rijen samen, of geef elk een eigen kenmerk.",
                f"Describes the same as {at}. Join the rows, or give each an id of its own.",
            )
            return
        self._things[row.thing] = row
        for _, name in names:
            self._called.setdefault(plain(name), {})[row.thing] = sheet.cls

    def _telling(self, row: _Row) -> str:
        """What tells this claim from others of this file: what it is about."""
        if row.sheet.kind != "claim":
            return ""
        ends = [re.split(r"[/#]", value)[-1] for column in row.values if column.telling for value in row.values[column]]
        return slug("-".join([self._name, row.sheet.name, *ends])) if ends else ""

    def _name_things(self, row: _Row) -> None:
        for column, (at, text) in row.cells.items():
            if column.classes and not column.proof:
                row.values[column] = [
                    thing for part in self._split(text, column) if (thing := self._thing(row, at, part, column))
                ]

    def _split(self, text: str, column: Column) -> Iterable[str]:
        whole = [text] if "\n" not in text and self._known(text, column.classes) else []
        return whole or _parts(text)

    def _known(self, text: str, classes: Iterable[str]) -> set[str]:
        """The things of *classes* that *text* names, on the map and in this file."""
        allowed = {cls for of in classes for cls in self._layout.below(of)}
        found = {thing for thing, cls in self._called.get(plain(text), {}).items() if cls in allowed}
        ends = {thing for cls in allowed for thing in self._layout.ends(text, cls)}
        found |= {thing for thing in ends if thing in self._things and self._things[thing].sheet.cls in allowed}
        return found | self._layout.known(text, classes)

    def _thing(self, row: _Row, at: int, text: str, column: Column) -> str:
        found = self._known(text, column.classes)
        if len(found) == 1:
            return next(iter(found))
        if found:
            listed = ", ".join(sorted(map(short, found)))
            row.blame(
                at,
                f"Er zijn er meer die “{text}” heten; schrijf welke: {listed}.",
                f"There are several called “{text}”; write which: {listed}.",
            )
            return ""
        named = [self._layout.named(cls).shown for cls in column.classes]
        words = [words for shown in named for words in shown.values()]
        words += [Words(name, name) for name, of in self._called.items()]
        nl, en = _near(text, words)
        row.blame(
            at,
            f"“{text}” staat niet op de kaart en niet in dit bestand.{nl}",
            f"“{text}” is not on the map and not in this file.{en}",
        )
        return ""

    def _describe(self, row: _Row) -> None:
        """Say what *row* says."""
        if not row.thing:
            return
        if row.sheet.kind != "claim":
            self._name_things(row)
        self._add(row.thing, _TYPE.value, ox.NamedNode(row.sheet.cls))
        proved = False
        for column in row.sheet.columns:
            if column not in row.cells:
                if column.usual:
                    self._add(row.thing, column.path, ox.NamedNode(column.usual))
                elif column.required and column in row.places:  # that a whole column is missing is told already
                    row.blame(row.places[column], f"Vul “{column.heading.nl}” in.", f"Fill in “{column.heading.en}”.")
                continue
            at, text = row.cells[column]
            for value in self._values(row, column, at, text):
                proved = proved or column.proof
                self._add(row.thing, column.path, value)
        evidence = next((column for column in row.sheet.columns if column.proof), None)
        if evidence is not None and not proved:
            self._add(row.thing, evidence.path, self._row_as_proof(row))
        if fragment := next((row.cells[column][1] for column in row.cells if column.path == f"{NS}fragment"), ""):
            digest = hashlib.sha256(" ".join(fragment.split()).encode()).hexdigest()[:16]
            self._add(row.thing, f"{NS}fragmentDigest", ox.Literal(digest))

    def _values(self, row: _Row, column: Column, at: int, text: str) -> Iterator[ox.NamedNode | ox.Literal]:
        if column.proof:
            yield from self._proofs(row, column, at, text)
        elif column.codes or column.classes:
            yield from map(ox.NamedNode, row.values.get(column, ()))
        elif column.address:
            for part in text.split():
                if is_iri(part) and part.startswith(("https://", "http://")):
                    yield ox.NamedNode(part)
                else:
                    row.blame(
                        at,
                        f"“{part}” is geen adres: schrijf het helemaal, met https:// ervoor.",
                        f"“{part}” is no address: write all of it, with https:// in front.",
                    )
        elif column.types:
            for part in [text] if column.types == (f"{_XSD}string",) else _parts(text):
                if literal := _literal(part, column):
                    yield literal
                    continue
                wanted = [_TYPES[name.removeprefix(_XSD)][1] for name in column.types]
                row.blame(
                    at,
                    f"“{part}” kan niet; schrijf {' of '.join(words.nl for words in wanted)}.",
                    f"“{part}” is not possible; write {' or '.join(words.en for words in wanted)}.",
                )
        else:
            for line in filter(None, (" ".join(line.split()) for line in text.split("\n"))):
                yield ox.Literal(line, language=column.lang) if column.lang else ox.Literal(line)

    def _proofs(self, row: _Row, column: Column, at: int, text: str) -> Iterator[ox.NamedNode]:
        for part in _parts(text):
            end = part.removeprefix("evidence/")
            thing = f"{ID}evidence/{end}"
            fits = SLUG.match(end) is not None
            if thing in self._things or (fits and thing in self._layout):
                yield ox.NamedNode(thing)
                continue
            own = [short(known).removeprefix("evidence/") for known in self._things if "/id/evidence/" in known]
            nl, en = _near(part, (Words(name, name) for name in own))
            row.blame(
                at,
                f"Er is geen bewijsstuk met het kenmerk “{part}”, hier noch op de kaart.{nl}",
                f"There is no evidence with the id “{part}”, here nor on the map.{en}",
            )

    def _row_as_proof(self, row: _Row) -> ox.NamedNode:
        """The row itself as evidence, in its file as source."""
        end = row.thing.rpartition("/")[2].removeprefix(f"{self._name}-")
        proof = f"{ID}evidence/{slug(f'{self._name}-{row.sheet.kind}-{end}')}"
        self._add(proof, _TYPE.value, ox.NamedNode(NS + "Evidence"))
        self._add(proof, f"{NS}confidence", ox.NamedNode(NS + "A"))
        self._add(proof, f"{NS}path", ox.Literal(f"{self._file}#{row.table.place(row.number)}"))
        self._add(proof, f"{NS}source", ox.NamedNode(self._source))
        self._add(self._source, _TYPE.value, ox.NamedNode(NS + "Source"))
        for lang, what in (("nl", "Rekenblad"), ("en", "Spreadsheet")):
            self._add(self._source, PREFIXES["skos"] + "prefLabel", ox.Literal(f"{what} {self._file}", language=lang))
        return ox.NamedNode(proof)

    def _add(self, thing: str, property: str, value: ox.NamedNode | ox.Literal) -> None:
        self._triples.append(ox.Triple(ox.NamedNode(thing), ox.NamedNode(property), value))


def _headings(sheet: Sheet) -> set[str]:
    """What can stand above the columns of a sheet."""
    return {plain(words[lang]) for words in (IDENTIFIER, *(one.heading for one in sheet.columns)) for lang in LANGUAGES}


def _titles(sheet: Sheet) -> tuple[str, ...]:
    """By what the kind of a sheet is known."""
    return (sheet.title.nl, sheet.title.en, sheet.name, re.sub(r"(?<=[a-z])(?=[A-Z])", "-", sheet.name))


def _parts(text: str, whole: Iterable[str] = ()) -> list[str]:
    """What stands in a cell, by semicolons and lines; not divided when it is one of *whole*."""
    if plain(text) in whole:
        return [text]
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def _literal(text: str, column: Column) -> ox.Literal | None:
    """*text* as a value of the first of the column's datatypes that it fits."""
    if column.boolean:
        answers = {
            plain(words[lang]): value
            for lang in LANGUAGES
            for words, value in zip(BOOLEANS, ("true", "false"), strict=True)
        }
        text = answers.get(plain(text), text)
    for name, (fits, _) in _TYPES.items():
        if _XSD + name in column.types and fits(text):
            return ox.Literal(text, datatype=ox.NamedNode(_XSD + name))
    return None


def _near(text: str, known: Iterable[Words], all_of: int = 0) -> tuple[str, str]:
    """What was perhaps meant by *text*; all that there is, when that is no more than *all_of*."""
    told = []
    listed = list(known)
    for lang, perhaps, choice in (("nl", "Bedoelde u", "Kies"), ("en", "Did you mean", "Choose")):
        names = {plain(words[lang]): words[lang] for words in listed}
        near = get_close_matches(plain(text), names, n=3, cutoff=0.6)
        if near:
            told.append(f" {perhaps}: {', '.join(names[name] for name in near)}?")
        elif names and len(names) <= all_of:
            told.append(f" {choice}: {', '.join(sorted(names.values()))}.")
        else:
            told.append("")
    return told[0], told[1]


def read_workbook(layout: Callable[[], Layout]) -> Callable[[bytes, str], list[ox.Triple]]:
    """A reader of workbooks, for :data:`samenhang.sources.Reader`."""
    passed = {words[lang] for words in (README, LISTS) for lang in LANGUAGES}
    return lambda text, where: Rows(layout(), workbook.workbook(text, where, passed), where).triples()


def read_comma(layout: Callable[[], Layout]) -> Callable[[bytes, str], list[ox.Triple]]:
    """A reader of files with commas, likewise."""
    return lambda text, where: Rows(layout(), workbook.comma(text, where), where).triples()
