"""The W3C SHACL test suite as cases, and the standard comparison of a report with the expected one.

Reports are compared as bags of results over focus node, path, value, component, severity and source shape. A shape
that is a blank node has no name to compare by: all such count as one. Paths are compared by structure. Blank nodes of
the data are compared as they are, since data and expected report come from one parse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from samenhang.validation import engines, shapes
from samenhang.validation.terms import Statement, Term, ntriples

SH = "http://www.w3.org/ns/shacl#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Index = dict[Term, dict[str, list[Term]]]


class Found(NamedTuple):
    """What of a validation result is compared: terms in N-Triples, a path as nested tuples, a nameless shape as ''."""

    focus: str
    path: object
    value: str
    component: str
    severity: str
    shape: str


@dataclass(frozen=True)
class Case:
    """One ``sht:Validate``: data and shapes in N-Triples; the expected results, None when it must fail."""

    name: str
    data: bytes
    shapes: bytes
    expected: Counter[Found] | None


def cases(suite: Path) -> list[Case]:
    """All cases of *suite*, by name. Found by file: the suite's manifests leave nodeValidator-001 out."""
    return [case for file in sorted(suite.rglob("*.ttl")) for case in _cases(file, suite)]


def outcome(case: Case, engine: engines.Engine) -> str:
    """Empty when the engine answers as the suite says, else what is wrong."""
    try:
        report = engine.report(case.data, shapes.read(case.shapes).ntriples)
    except engines.EngineError as error:
        return "" if case.expected is None else f"failed: {error}"
    index = _index(report)
    (top,) = (node for node, facts in index.items() if f"{SH}conforms" in facts)
    found = _found(index, top)
    if case.expected is None:
        return f"must fail, and gave {found.total()} results"
    missing, extra = list(case.expected - found), list(found - case.expected)
    return f"missing {missing}, not expected {extra}" if missing or extra else ""


def _cases(file: Path, suite: Path) -> Iterator[Case]:
    document, own = NamedNode(file.as_uri()), _parse(file)
    index = _index(own)
    for facts in index.values():
        if NamedNode(f"{SHT}Validate") in facts.get(f"{RDF}type", []):
            (action,), (result,) = facts[f"{MF}action"], facts[f"{MF}result"]
            (data,), (shapes_,) = index[action][f"{SHT}dataGraph"], index[action][f"{SHT}shapesGraph"]
            graphs = [ntriples(own if node == document else _parse(_path(node))) for node in (data, shapes_)]
            expected = None if result == NamedNode(f"{SHT}Failure") else _found(index, result)
            yield Case(file.relative_to(suite).with_suffix("").as_posix(), graphs[0], graphs[1], expected)


def _found(index: Index, report: Term) -> Counter[Found]:
    return Counter(_result(index, result) for result in index[report].get(f"{SH}result", []))


def _result(index: Index, node: Term) -> Found:
    def one(name: str) -> Term | None:
        found = index[node].get(SH + name, [])
        assert len(found) < 2, f"{name} twice in one result"
        return found[0] if found else None

    def text(name: str) -> str:
        term = one(name)
        return "" if term is None else str(term)

    path, shape = one("resultPath"), text("sourceShape")
    return Found(
        focus=text("focusNode"),
        path=None if path is None else _structure(index, path),
        value=text("value"),
        component=text("sourceConstraintComponent"),
        severity=text("resultSeverity"),
        shape="" if shape.startswith(("_:", "<urn:samenhang:")) else shape,
    )


def _structure(index: Index, path: Term) -> object:
    if not isinstance(path, BlankNode):
        return str(path)
    facts = index[path]
    if f"{RDF}first" in facts:
        return tuple(_structure(index, member) for member in _members(index, path))
    ((kind, (inner,)),) = facts.items()
    return kind, _structure(index, inner)


def _members(index: Index, node: Term) -> Iterator[Term]:
    while node != NamedNode(f"{RDF}nil"):
        yield index[node][f"{RDF}first"][0]
        node = index[node][f"{RDF}rest"][0]


def _index(statements: Iterable[Statement]) -> Index:
    index: Index = {}
    for subject, predicate, object_ in statements:
        index.setdefault(subject, {}).setdefault(predicate.value, []).append(object_)
    return index


def _parse(file: Path) -> list[Statement]:
    found = []
    for quad in parse(path=file, format=RdfFormat.TURTLE, base_iri=file.as_uri()):
        assert not isinstance(quad.subject, Triple) and not isinstance(quad.object, Triple)
        found.append(Statement(quad.subject, quad.predicate, quad.object))
    return found


def _path(node: Term) -> Path:
    assert not isinstance(node, Literal)
    return Path(unquote(urlsplit(node.value).path))
