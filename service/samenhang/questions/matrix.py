"""A question whose answer reads best as a matrix: its header says what makes rows, columns and cells.

``#+ matrix: {row: block, column: standard, value: level, answer: answer, proof: [claim]}`` names columns of the answer.
A row of the answer without a value for the column speaks of every column that no other row names. A new matrix needs no
more than that line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from samenhang.errors import SyntaxProblem
from samenhang.namespaces import expand
from samenhang.questions.files import file_problem
from samenhang.questions.query import Query, around, limits

TONES: Final = ("fits", "bespoke", "gap", "conflicting", "unknown")
"""What a cell can look like, beside its words."""
SIZE: Final = 100
"""Rows of a table on a page, unasked."""
COLUMNS: Final = 60
"""Columns on a page, at most: those of which most is said. What is taken along has them all."""
_ENTRIES: Final = ("row", "column", "value", "answer", "hedge", "proof", "beside", "marks", "heat", "opens")
_FORM: Final = "matrix: {row: ..., column: ..., value: ..., answer: ..., proof: [...]}"


@dataclass(frozen=True)
class Matrix:
    """How the answer to ``query`` reads as a matrix.

    ``row`` and ``column`` are parameters too, so that a part can be asked. ``value`` is what a cell says, ``answer``
    whether it is so (yes, no, conflicting, unknown); one of them may be empty. ``hedge``: how the source says it, told
    where that is not as a fact. ``proof``: columns, of which the first
    that is bound proves a cell. ``beside``: columns that say more of a row. ``marks``: the look of some values, by
    address. ``heat``: numbers are shaded, up to this one (0: up to the largest). ``opens``: another question that a
    cell leads to, and for each of its parameters the column that gives the value.
    """

    query: Query
    row: str
    column: str
    value: str
    answer: str
    hedge: str
    proof: tuple[str, ...]
    beside: tuple[str, ...]
    marks: Mapping[str, str]
    heat: int | None
    opens: tuple[str, Mapping[str, str]] | None

    def heads(self, text: str, page: int = 1, size: int = SIZE) -> tuple[str, str, str]:
        """What tells how large the table is that the answer to *text* makes, and what stands on its edges.

        Three texts: the number of rows and columns; the rows of a *page* of *size* rows; the columns of which most is
        said.
        """
        row, column = self.row, self.column
        order = f"GROUP BY ?{column} HAVING (BOUND(?{column})) ORDER BY DESC(?cells) ?{column} {limits(1, COLUMNS)}"
        return (
            around(text, f"SELECT (COUNT(DISTINCT ?{row}) AS ?rows) (COUNT(DISTINCT ?{column}) AS ?columns)"),
            around(text, f"SELECT DISTINCT ?{row}", f"ORDER BY ?{row} {limits(page, size)}"),
            around(text, f"SELECT ?{column} (COUNT(*) AS ?cells)", order),
        )

    def body(self, text: str, rows: Sequence[str]) -> str:
        """The part of *text* that says what stands in these *rows*."""
        return dataclasses.replace(self.query, text=text).bind({self.row: rows})


def matrix(query: Query) -> Matrix | None:
    """What the header of *query* says of a matrix, if anything. Raises SyntaxProblem when that cannot be."""
    said = query.header.get("matrix")
    if said is None:
        return None
    if not isinstance(said, dict) or not {"row", "column"} <= said.keys() <= {*_ENTRIES}:
        raise _wrong(query, f"'matrix' is niet {_FORM}", f"'matrix' is not {_FORM}")
    proof, beside = (_listed(query, said, name) for name in ("proof", "beside"))
    value, answer, hedge = (str(said.get(name) or "") for name in ("value", "answer", "hedge"))
    if not value and not answer:
        raise _wrong(query, "een matrix heeft 'value' of 'answer' nodig", "a matrix needs 'value' or 'answer'")
    columns = {column.name for column in query.columns}
    row, column = str(said["row"]), str(said["column"])
    for name in (row, column, *filter(None, (value, answer, hedge)), *proof, *beside):
        if name not in columns:
            raise _wrong(query, f"'{name}' van de matrix is geen kolom", f"'{name}' of the matrix is no column")
    parameters = {parameter.name for parameter in query.parameters if parameter.type == "iri"}
    for name in (row, column):
        if name not in parameters:
            raise _wrong(query, f"'{name}' van de matrix is geen parameter", f"'{name}' of the matrix is no parameter")
    return Matrix(
        query,
        row,
        column,
        value,
        answer,
        hedge,
        proof,
        beside,
        _marks(query, said),
        _heat(query, said),
        _opens(query, said),
    )


def matrices(known: Iterable[Query]) -> dict[str, Matrix]:
    """The matrices among *known* questions, by name. Raises SyntaxProblem for a header that cannot be."""
    found = {query.name: one for query in known if (one := matrix(query))}
    for one in found.values():
        if one.opens is None:
            continue
        name, given = one.opens
        other = next((query for query in known if query.name == name), None)
        if other is None or not given.keys() <= {parameter.name for parameter in other.parameters}:
            wanted = ", ".join(given)
            raise _wrong(
                one.query,
                f"'opens' van de matrix: er is geen vraag '{name}' met parameters {wanted}",
                f"'opens' of the matrix: there is no question '{name}' with parameters {wanted}",
            )
    return found


def _listed(query: Query, said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name, [])
    if not isinstance(value, list):
        raise _wrong(query, f"'{name}' van de matrix is geen lijst", f"'{name}' of the matrix is no list")
    return tuple(map(str, value))


def _marks(query: Query, said: Mapping[str, Any]) -> dict[str, str]:
    marks = said.get("marks", {})
    if not isinstance(marks, dict):
        raise _wrong(query, "'marks' van de matrix is geen tabel", "'marks' of the matrix is no mapping")
    found: dict[str, str] = {}
    for term, tone in marks.items():
        iri = expand(str(term))
        if iri is None or tone not in TONES:
            told = f"'{term}: {tone}'"
            raise _wrong(
                query,
                f"{told} van de matrix is geen code met een van {', '.join(TONES)}",
                f"{told} of the matrix is no code with one of {', '.join(TONES)}",
            )
        found[iri] = tone
    return found


def _heat(query: Query, said: Mapping[str, Any]) -> int | None:
    heat = said.get("heat")
    if heat is None or (isinstance(heat, int) and not isinstance(heat, bool) and heat >= 0):
        return heat
    raise _wrong(query, "'heat' van de matrix is geen geheel getal", "'heat' of the matrix is no whole number")


def _opens(query: Query, said: Mapping[str, Any]) -> tuple[str, Mapping[str, str]] | None:
    opens = said.get("opens")
    if opens is None:
        return None
    columns = (str(said["row"]), str(said["column"]))
    if not isinstance(opens, dict) or len(opens) != 1 or not isinstance(given := next(iter(opens.values())), dict):
        raise _wrong(
            query,
            "'opens' van de matrix is niet {vraag: {parameter: kolom}}",
            "'opens' of the matrix is not {question: {parameter: column}}",
        )
    if not set(given.values()) <= set(columns):
        raise _wrong(
            query,
            f"'opens' van de matrix geeft iets anders door dan {columns[0]} en {columns[1]}",
            f"'opens' of the matrix passes on something else than {columns[0]} and {columns[1]}",
        )
    return next(iter(opens)), given


def _wrong(query: Query, nl: str, en: str) -> SyntaxProblem:
    return file_problem(query.path, f"{nl} (in de kop)", f"{en} (in the header)")
