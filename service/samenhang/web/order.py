"""The order of the rows of an answer: by a column that the reader chose, asked of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from starlette.requests import Request

from samenhang.errors import WrongValue, unknown
from samenhang.questions import Query, around

RESERVED: Final = ("sort", "order")
"""What an address says of the order."""
WAYS: Final = ("asc", "desc")
"""How a column can be ordered; the first is meant unasked."""


class Order(NamedTuple):
    """By which column the rows stand, and in which of the WAYS; no column is the order of the question itself."""

    column: str = ""
    way: str = WAYS[0]

    @property
    def asked(self) -> dict[str, list[str]]:
        """What an address says for it."""
        if not self.column:
            return {}
        return {"sort": [self.column], **({"order": [self.way]} if self.way != WAYS[0] else {})}

    def by(self, column: str) -> Order:
        """The order by *column* that a reader of this one may want next: the other way round when it is the same."""
        return Order(column, WAYS[1] if (column, WAYS[0]) == self else WAYS[0])

    def applied(self, text: str, columns: Sequence[str], lang: str) -> str:
        """The SELECT *text* of ours with its rows in this order.

        Numbers stand by value, things by their name in *lang* (else in another language), and what is empty last.
        """
        if not self.column:
            return text
        by, way = f"?{self.column}", self.way.upper()
        label = "<http://www.w3.org/2000/01/rdf-schema#label>"
        rest = " ".join(f"?{name}" for name in columns if name != self.column)
        return around(
            text,
            f"SELECT {' '.join(f'?{name}' for name in columns)}",
            f"ORDER BY DESC(BOUND({by})) {way}(IF(isNumeric({by}), {by}, 0)) "
            f"{way}(LCASE(STR(COALESCE(?sortedName, ?sortedOther, ?sorted)))) {rest}",
            # A row without a value has no name either; unbound, it would have that of everything.
            f"BIND (COALESCE({by}, '') AS ?sorted) "
            f'OPTIONAL {{ ?sorted {label} ?sortedName FILTER (LANG(?sortedName) = "{lang}") }} '
            f"OPTIONAL {{ ?sorted {label} ?sortedOther FILTER (!BOUND(?sortedName)) }}",
        )


def asked(request: Request, question: Query) -> Order:
    """The order that the address says. Raises WrongValue (422) for a column or a way that there is not."""
    column, way = (request.query_params.get(name) or "" for name in RESERVED)
    names = [one.name for one in question.columns]
    if column and column not in names:
        wrong = unknown(("kolom", "column"), column[:200], names)
        wrong.status = 422
        raise wrong
    if way and way not in WAYS:
        raise WrongValue(
            f"'{way[:200]}' is geen volgorde; wel asc (oplopend) en desc (aflopend).",
            f"'{way[:200]}' is no order; asc (ascending) and desc (descending) are.",
            status=422,
        )
    return Order(column, way or WAYS[0]) if column else Order()


def headings(order: Order, columns: Mapping[str, str]) -> list[tuple[str, str, str, Order]]:
    """For each of *columns* (name to heading): both, what ``aria-sort`` says, and the order it leads to."""
    said = {"asc": "ascending", "desc": "descending"}
    return [
        (name, heading, said[order.way] if name == order.column else "", order.by(name))
        for name, heading in columns.items()
    ]
