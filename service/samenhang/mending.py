"""The lines that would settle a remark, where they can be told: what is to go from a proposal, and what is to be in it.

What would do is said by ``queries/mend``: each query looks at the remarks (a graph of SHACL results), the shapes
and the proposal. ``spelling`` gives all names that exist where one does not; the nearest is chosen here, because
SPARQL knows no likeness. Other rows are lines as they are. What a person must fill in is written as ``…`` or
``vul-aan``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import GRAPH, PREFIXES, shorten
from samenhang.questions import Query
from samenhang.validation import Result

_FLAWS: Final = ox.NamedNode(f"{GRAPH}assessment/flaws")
_NEAR: Final = 0.75
"""How much alike a name must be to be taken for what was meant."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Line = tuple[str, str, str]
"""Subject, property and value, as they are written in Turtle."""


@dataclass(frozen=True)
class Mend:
    """The lines to take out, and those to put in."""

    remove: tuple[Line, ...]
    add: tuple[Line, ...]

    def turtle(self) -> list[str]:
        """Lines to copy: those to take out as comments."""
        return [f"# - {_written(line)}" for line in self.remove] + [_written(line) for line in self.add]


def _written(line: Line) -> str:
    return f"{' '.join(line)} ."


def mends(store: ox.Store, results: Sequence[Result], queries: Iterable[Query]) -> Mapping[int, Mend]:
    """The mends of *results*, by their place in it; a result of which it cannot be told has none.

    *store* holds the shapes, the ontology, the map and the proposal, each in its graph; it is left as it was.
    """
    if not results:
        return {}
    store.extend(quad for number, result in enumerate(results) for quad in _told(number, result))
    try:
        rows = [row for query in queries for row in _rows(store, query)]
    finally:
        store.clear_graph(_FLAWS)
    lines: dict[int, tuple[dict[Line, None], dict[Line, None]]] = {}
    for number, subject, remove, add in rows:
        out, into = lines.setdefault(number, ({}, {}))
        out |= {(subject, *pair): None for pair in remove}
        into |= {(subject, *pair): None for pair in add}
    return {number: Mend(tuple(out), tuple(into)) for number, (out, into) in sorted(lines.items())}


def _told(number: int, result: Result) -> Iterator[ox.Quad]:
    """A result as SHACL has it; none when it is about something without an address."""
    if result.focus.startswith(("_:", '"')):
        return
    node = ox.NamedNode(f"urn:flaw:{number}")
    for name, iri in (
        ("focusNode", result.focus),
        ("resultPath", result.path if result.path and not result.path.startswith(("<", "^", "(")) else None),
        ("sourceShape", result.shape),
        ("sourceConstraintComponent", result.component),
    ):
        if iri:
            yield ox.Quad(node, ox.NamedNode(PREFIXES["sh"] + name), ox.NamedNode(iri), _FLAWS)
    if result.value is not None:
        (quad,) = ox.parse(f"<x:s> <x:p> {result.value.n3()} .".encode(), format=ox.RdfFormat.TURTLE)
        yield ox.Quad(node, ox.NamedNode(PREFIXES["sh"] + "value"), quad.object, _FLAWS)


Row = tuple[int, str, list[tuple[str, str]], list[tuple[str, str]]]
"""Which result, the subject, and the pairs of property and value to take out and to put in."""


def _rows(store: ox.Store, query: Query) -> Iterator[Row]:
    answer = store.query(query.text)
    assert isinstance(answer, ox.QuerySolutions)  # Query holds SELECT and CONSTRUCT, and these have columns
    if "known" in [column.name for column in query.columns]:
        yield from _nearest(answer)
        return
    for row in answer:
        place = _number(row["flaw"]), _turtle(row["subject"])
        yield (
            *place,
            [(_turtle(row["property"]), _turtle(row["remove"]))] if row["remove"] is not None else [],
            [(_turtle(row["property"]), _turtle(row["add"]))] if row["add"] is not None else [],
        )


def _nearest(rows: Iterable[ox.QuerySolution]) -> Iterator[Row]:
    """A row of which one name does not exist, as the same with the name most like it; none when none is."""
    known: dict[tuple[Term, ...], set[str]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("flaw", "subject", "property", "remove", "wrong"))
        known.setdefault(key, set()).add(row["known"].value)
    for (flaw, subject, property_, value, wrong), names in known.items():
        near = difflib.get_close_matches(_local(wrong.value), sorted(map(_local, names)), n=1, cutoff=_NEAR)
        if near:
            right = ox.NamedNode(wrong.value[: len(wrong.value) - len(_local(wrong.value))] + near[0])
            new = [right if term == wrong else term for term in (property_, value)]
            yield (
                _number(flaw),
                _turtle(subject),
                [(_turtle(property_), _turtle(value))],
                [(_turtle(new[0]), _turtle(new[1]))],
            )


def _local(iri: str) -> str:
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def _number(flaw: Term) -> int:
    return int(flaw.value.rpartition(":")[2])


def _turtle(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return "a" if term.value == PREFIXES["rdf"] + "type" else shorten(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(PREFIXES["xsd"]) and not term.language:
        datatype = term.datatype.value.removeprefix(PREFIXES["xsd"])
        if datatype in ("integer", "boolean", "decimal"):
            return term.value
        return str(ox.Literal(term.value)) + ("" if datatype == "string" else f"^^xsd:{datatype}")
    return str(term)
