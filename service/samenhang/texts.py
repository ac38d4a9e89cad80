"""Rows and graphs for people: names instead of addresses, in a table that fits the terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rich import box
from rich.console import Console
from rich.table import Table

from samenhang.engine import Answer, EmbeddedEngine
from samenhang.engine.embedded import Row
from samenhang.namespaces import shorten


def names(engine: EmbeddedEngine, iris: Iterable[str], lang: str, scope: str = "all") -> dict[str, str]:
    """The name of each of *iris* in *lang*, else in the other language; absent when the graph has none."""
    wanted = " ".join(f"<{iri}>" for iri in sorted(set(iris)))
    if not wanted:
        return {}
    rows = engine.query(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?iri ?label WHERE { "
        f"VALUES ?iri {{ {wanted} }} ?iri rdfs:label ?label }}",
        scope,
    ).rows()
    found: dict[str, str] = {}
    for row in rows:
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
        return known.get(term.value) or shorten(term.value)
    if isinstance(term, ox.Literal):
        return term.value
    return "" if term is None else str(term)


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
) -> tuple[str, int]:
    """The rows of *answer* as a table of at most *width* characters, with names in *lang*, and their number."""
    columns, rows = shown(answer.columns, lang), list(answer.rows())
    known = names(engine, iris(rows), lang, scope)
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        grid.add_column((headings or {}).get(column, column), overflow="fold")
    for row in rows:
        grid.add_row(*(plain(row.get(column), known) for column in columns))
    return rendered(grid, width), len(rows)


def rendered(grid: Table, width: int) -> str:
    """A table as plain text, without colour, so that it is the same in a pipe and on a terminal."""
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False, markup=False).print(grid)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
