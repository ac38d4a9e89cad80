"""Rows and graphs for people: names instead of addresses, in a table that fits the terminal."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from samenhang.engine import Answer, EmbeddedEngine
from samenhang.engine.embedded import Row
from samenhang.namespaces import shorten

GAP: Final = 3
"""Spaces between columns."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_AT_ONCE: Final = 200
"""Addresses of which the names are asked in one query."""


def names(engine: EmbeddedEngine, iris: Iterable[str], lang: str, scope: str = "all") -> dict[str, str]:
    """The name of each of *iris* in *lang*, else in the other language; absent when the graph has none."""
    return named((row for text in name_queries(iris) for row in engine.query(text, scope).rows()), lang)


def name_queries(iris: Iterable[str]) -> Iterable[str]:
    """The queries that ask the labels of *iris*, for :func:`named`: several, since a query has a greatest length."""
    wanted = sorted(set(iris))
    for start in range(0, len(wanted), _AT_ONCE):
        listed = " ".join(f"<{iri}>" for iri in wanted[start : start + _AT_ONCE])
        yield (
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?iri ?label WHERE { "
            f"VALUES ?iri {{ {listed} }} ?iri rdfs:label ?label }}"
        )


def named(labels: Iterable[Row], lang: str) -> dict[str, str]:
    """One name for each address in the rows that :func:`name_queries` gave: in *lang* where there is one."""
    found: dict[str, str] = {}
    for row in labels:
        iri, label = row["iri"], row["label"]
        if (
            isinstance(iri, ox.NamedNode)
            and isinstance(label, ox.Literal)
            and (label.language == lang or iri.value not in found)
        ):
            found[iri.value] = label.value
    return found


def iris(rows: Iterable[Row]) -> set[str]:
    """The addresses that occur in *rows*."""
    return {term.value for row in rows for term in row.values() if isinstance(term, ox.NamedNode)}


def plain(term: object, known: Mapping[str, str]) -> str:
    """One cell: the name of a thing where *known* has it, else its short name; the text of a literal."""
    if isinstance(term, ox.NamedNode):
        text = known.get(term.value) or shorten(term.value)
    else:
        text = term.value if isinstance(term, ox.Literal) else "" if term is None else str(term)
    # Nothing in the data may steer a terminal.
    return _CONTROL.sub("\ufffd", text)


def shown(columns: Iterable[str], lang: str) -> list[str]:
    """The *columns* for a reader of *lang*: a text in the other language (``nl``, ``...En``) is left out.

    >>> shown(["finding", "nl", "en", "missingNl"], "en")
    ['finding', 'en']
    """
    other = "En" if lang == "nl" else "Nl"
    return [name for name in columns if name != other.lower() and not name.endswith(other)]


def table(
    engine: EmbeddedEngine,
    answer: Answer,
    lang: str,
    *,
    scope: str,
    width: int,
    headings: Mapping[str, str] | None = None,
    ids: bool = False,
) -> tuple[str, int]:
    """The rows of *answer* as text of at most *width* characters, and their number.

    Names in *lang* stand for addresses, or short names with *ids*. A column that is empty in every row is left out.
    Where the columns do not fit beside each other, each row becomes a block of lines.
    """
    rows = list(answer.rows())
    columns = [name for name in shown(answer.columns, lang) if not rows or any(name in row for row in rows)]
    known = {} if ids else names(engine, iris(rows), lang, scope)
    titles = [(headings or {}).get(column, column) for column in columns]
    cells = [[plain(row.get(column), known) for column in columns] for row in rows]
    # What may not be broken: a word of a text, and the whole of a short name, which people copy.
    least = [max([len(title), *(len(w) for line in cells for w in line[i].split())]) for i, title in enumerate(titles)]
    if sum(least) + GAP * (len(columns) - 1) > width:
        return _blocks(titles, cells, width), len(rows)
    return _grid(titles, cells, least, width), len(rows)


def _grid(titles: list[str], cells: list[list[str]], least: list[int], width: int) -> str:
    """Columns beside each other; the widest give way first, none below what it needs at least."""
    widths = [max(len(line[i]) for line in [titles, *cells]) for i in range(len(titles))]
    while sum(widths) + GAP * (len(widths) - 1) > width:
        widest = max((i for i in range(len(widths)) if widths[i] > least[i]), key=lambda i: widths[i])
        widths[widest] -= 1
    rule = "─" * (sum(widths) + GAP * (len(widths) - 1))
    return "\n".join([*_lines(titles, widths), rule, *(part for line in cells for part in _lines(line, widths)), ""])


def _lines(cells: list[str], widths: list[int]) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, wide, break_long_words=False, break_on_hyphens=False)
        for cell, wide in zip(cells, widths, strict=True)
    ]
    return [
        (" " * GAP).join(f"{part:{wide}}" for part, wide in zip(parts, widths, strict=True)).rstrip()
        for parts in itertools.zip_longest(*wrapped, fillvalue="")
    ] or [""]


def _blocks(titles: list[str], cells: list[list[str]], width: int) -> str:
    """One block a row: the first cell, then a line for each other cell that holds something."""
    indent = max(map(len, titles)) + 4
    blocks = []
    for line in cells:
        lines = [line[0] or "-"]
        for title, cell in list(zip(titles, line, strict=True))[1:]:
            text = textwrap.wrap(cell, max(20, width - indent), break_long_words=False, break_on_hyphens=False)
            if text:
                lines += [f"  {title:{indent - 4}}  {text[0]}", *(" " * indent + more for more in text[1:])]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
