"""The rows of an answer as a table of two ways: what is said in one column stands in rows, what in another in columns.

Nothing is left out: of a cell that no row names, what a row without a column says of all others; without such a row it
is unknown, in so many words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox

from samenhang.engine import sheet
from samenhang.engine.sheet import Sheet, Term
from samenhang.namespaces import NS, shorten

YES: Final = f"{NS}answer-yes"
FACT: Final = f"{NS}fact"
UNKNOWN: Final = f"{NS}answer-unknown"

Cross = tuple[str, tuple[str, str], str, tuple[str, str, str], tuple[tuple[str, str], ...]]
"""The language of names; the column that makes rows, with its heading; the one of columns; those of value, answer and
hedge, any of them empty; those that say more of a row, each with its heading."""
Name = Callable[[str, str], str | None]


class Mark(NamedTuple):
    """What a cell says: a value, if any, the address of an answer, or nothing, and of how it is said where no fact."""

    value: Term | None
    answer: str
    hedge: str = ""


DEFAULT: Final = Mark(None, UNKNOWN)


class Line(NamedTuple):
    """One row: what more is said of it, and its cells by the address of the column, each mark with what proves it.

    The cell of the empty address is that of every column that has none of its own.
    """

    beside: dict[str, list[Term]]
    cells: dict[str, dict[Mark, list[str]]]

    def cell(self, column: str) -> dict[Mark, list[str]]:
        """The marks of *column*."""
        return self.cells.get(column) or self.cells.get("") or {DEFAULT: []}


def crossed(
    rows: Iterable[Mapping[str, Term]],
    row: str,
    column: str,
    said: tuple[str, str, str],
    proof: Iterable[str] = (),
    beside: Iterable[str] = (),
) -> dict[str, Line]:
    """*rows* by the address of what stands in their column *row*, in the order of the alphabet.

    *said*: the columns of value, answer and hedge.
    """
    value, answer, hedge = said
    found: dict[str, Line] = {}
    for each in rows:
        if row not in each:
            continue
        line = found.setdefault(each[row].value, Line({}, {}))
        for name in beside:
            if name in each and each[name] not in (several := line.beside.setdefault(name, [])):
                several.append(each[name])
        told = each[hedge].value if hedge in each else ""
        mark = Mark(each.get(value), each[answer].value if answer in each else "", "" if told == FACT else told)
        if mark.value is None and not mark.answer:
            continue
        proofs = line.cells.setdefault(each[column].value if column in each else "", {}).setdefault(mark, [])
        by = next((each[name].value for name in proof if name in each), "")
        if by and by not in proofs:
            proofs.append(by)
    return dict(sorted(found.items()))


def words(mark: Mark, name: Callable[[Term], str]) -> str:
    """What *mark* says: its value where that is so, else also whether it is.

    >>> said = {"x:planned": "planned", NS + "answer-yes": "yes", NS + "answer-no": "no"}
    >>> [words(Mark(value, NS + answer), lambda term: said[term.value])
    ...  for value, answer in [(ox.NamedNode("x:planned"), "answer-yes"), (ox.NamedNode("x:planned"), "answer-no"),
    ...                        (None, "answer-no")]]
    ['planned', 'no: planned', 'no']
    """
    value = name(mark.value) if mark.value is not None else ""
    answer = name(ox.NamedNode(mark.answer)) if mark.answer and (not value or mark.answer != YES) else ""
    hedge = f" ({name(ox.NamedNode(mark.hedge))})" if mark.hedge else ""
    return ": ".join(filter(None, (answer, value))) + hedge


def wide(rows: Iterable[Mapping[str, Term]], cross: Cross, name: Name) -> tuple[Iterator[dict[str, Term]], Sheet]:
    """The rows of the table of two ways, and how a sheet shows them: as the page reads, all columns by address."""
    lang, (row, heading), column, said, beside = cross
    lines = crossed(rows, row, column, said, beside=[each for each, _ in beside])
    columns = sorted({each for line in lines.values() for each in line.cells if each})
    named = sheet.naming(lang, name)
    called = [named(ox.NamedNode(each)) for each in columns]
    often = Counter(called)
    # Two columns with one name could not be told apart.
    headings = [
        f"{text} ({shorten(iri).strip('<>')})" if often[text] > 1 else text
        for iri, text in zip(columns, called, strict=True)
    ]
    shown = ((row, heading), *beside, *((f"{place}", text) for place, text in enumerate(headings)))
    return _filled(lines, row, columns, named), (lang, shown)


def _filled(
    lines: Mapping[str, Line], row: str, columns: list[str], named: Callable[[Term], str]
) -> Iterator[dict[str, Term]]:
    for iri, line in lines.items():
        filled: dict[str, Term] = {row: ox.NamedNode(iri)}
        for name, terms in line.beside.items():
            filled[name] = ox.Literal("; ".join(map(named, terms)))
        for place, column in enumerate(columns):
            marks = [*line.cell(column)]
            (first, *more) = marks
            if not more and isinstance(first.value, ox.Literal) and first.answer in ("", YES) and not first.hedge:
                filled[f"{place}"] = first.value  # a number stays one
            else:
                filled[f"{place}"] = ox.Literal("; ".join(words(mark, named) for mark in marks))
        yield filled
