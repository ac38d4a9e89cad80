"""Questions, derivations, rules and checks: one ``.rq`` file each, with its words on top.

The header is YAML behind ``#+`` (the convention of grlc); below it stands plain SPARQL 1.1 that runs unchanged in any
client. A parameter is a one-variable ``VALUES`` line with its default (``UNDEF``: any), which :meth:`Query.bind`
replaces in one pass by checked, serialised terms; nothing is ever formatted into the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from samenhang.errors import WrongValue, unknown
from samenhang.questions.description import described
from samenhang.questions.files import file_problem, headings, read
from samenhang.questions.matrix import Matrix, matrices
from samenhang.questions.parameters import SLUG, Parameter, Words, is_iri
from samenhang.questions.query import CHOICES, Column, Query, around, counted, limits
from samenhang.questions.rules import described_rule
from samenhang.sources import listed

__all__ = [
    "CHOICES",
    "SLUG",
    "SPECIAL",
    "Column",
    "Matrix",
    "Parameter",
    "Query",
    "Words",
    "around",
    "by_theme",
    "collect",
    "counted",
    "described",
    "described_rule",
    "is_iri",
    "limits",
    "matrices",
    "pairs",
    "pick",
    "questions",
    "read",
]

SPECIAL: Final = (
    "affected",
    "archimate",
    "assess",
    "mend",
    "withdraw",
    "derive",
    "rules",
    "conclude",
    "statistics",
    "catalogue",
    "documents",
    "map",
    "roadmap",
    "report",
    "pages",
    "exchange",
    "harvest",
    "history",
    "checks",
    "ontology",
)
"""Folders of ``queries/`` that hold something else than questions."""


def collect(folder: Path) -> dict[str, Query]:
    """Every query file directly in *folder*, by name, in the order of names."""
    return {path.stem: read(path) for path in listed(folder, ".rq")}


def questions(queries: Path) -> dict[str, Query]:
    """Every question: the files in the theme folders of *queries* (not the SPECIAL ones), by name.

    Raises SyntaxProblem when two files have one name (a name is an address), or for a matrix that cannot be.
    """
    found: dict[str, Query] = {}
    for folder in (p for p in listed(queries) if p.is_dir() and p.name not in SPECIAL):
        for name, query in collect(folder).items():
            if name in found:
                taken = found[name].path
                raise file_problem(
                    query.path,
                    f"de naam '{name}' is al van {taken}; een naam is een adres",
                    f"the name '{name}' is taken by {taken}; a name is an address",
                )
            found[name] = query
    matrices(found.values())
    return found


def by_theme(queries: Path, known: Mapping[str, Query]) -> list[tuple[Words, list[Query]]]:
    """The questions of each theme, in the order of ``themes.yaml``; a theme that it does not name comes last."""
    titles = headings(queries / "themes.yaml")
    order = [*titles, *sorted({query.theme for query in known.values()} - titles.keys())]
    return [
        (titles.get(theme, Words(theme, theme)), sorted(found, key=lambda query: query.name))
        for theme in order
        if (found := [query for query in known.values() if query.theme == theme])
    ]


def pick(name: str, known: Mapping[str, Query]) -> Query:
    """The question called *name*. Raises NotFound with the nearest names."""
    if name not in known:
        raise unknown(("vraag", "question"), name, known)
    return known[name]


def pairs(texts: Iterable[str]) -> dict[str, list[str]]:
    """``["block=uitid", "block=uitdatabank"]`` as ``{"block": ["uitid", "uitdatabank"]}``. Raises WrongValue."""
    values: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise WrongValue(
                f"'{text}' is geen parameter; schrijf naam=waarde, bijvoorbeeld block=uitdatabank.",
                f"'{text}' is not a parameter; write name=value, for instance block=uitdatabank.",
            )
        values.setdefault(name, []).append(value)
    return values
