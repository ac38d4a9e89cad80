"""A report graph to results: the one reader for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, NamedNode

from samenhang.namespaces import PREFIXES
from samenhang.validation.report import SEVERITIES, Result
from samenhang.validation.shapes import Shapes
from samenhang.validation.terms import SH, TYPE, Statement, Term, to_rdflib

_SPARQL: Final = f"{SH}SPARQLConstraintComponent"
_FIRST, _REST, _NIL = (NamedNode(f"{PREFIXES['rdf']}{name}") for name in ("first", "rest", "nil"))
_SUFFIXES: Final = {f"{SH}zeroOrMorePath": "*", f"{SH}oneOrMorePath": "+", f"{SH}zeroOrOnePath": "?"}

Index = dict[Term, dict[str, list[Term]]]


def read(report: Iterable[Statement], shapes: Shapes) -> Iterator[Result]:
    """The results of a ``sh:ValidationReport`` graph over *shapes*, in no particular order."""
    index: Index = {}
    objects: set[Term] = set()
    for t in report:
        index.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)
        objects.add(t.object)
    kind = NamedNode(f"{SH}ValidationReport")
    for node, facts in index.items():
        # pySHACL copies blank nodes of the data into the report; one may say that it is a report. Ours is on top.
        if kind in facts.get(TYPE.value, ()) and node not in objects:
            for result in facts.get(f"{SH}result", ()):
                yield _result(index, result, shapes)


def _result(index: Index, node: Term, shapes: Shapes) -> Result:
    def one(name: str) -> Term | None:
        return next(iter(index[node].get(SH + name, ())), None)

    def iri(name: str) -> str:
        term = one(name)
        return "" if term is None else term.value

    focus, value, path = one("focusNode"), one("value"), one("resultPath")
    source, constraint, component = iri("sourceShape"), iri("sourceConstraint"), iri("sourceConstraintComponent")
    # A constraint without an IRI of its own is known by the shape that it stands in.
    name = shapes.named(constraint if component == _SPARQL and constraint else source)
    text = None if path is None else path_text(index, path)
    bound = {"this": _words(focus), "value": _words(value), "path": text}
    return Result(
        focus=focus.value if isinstance(focus, NamedNode) else str(focus),
        path=text,
        value=None if value is None else to_rdflib(value),
        severity=SEVERITIES[iri("resultSeverity")],
        shape=name,
        component=component,
        messages=_messages((m.value for m in index[node].get(f"{SH}resultMessage", ())), shapes, constraint, bound),
    )


def _words(term: Term | None) -> str | None:
    return str(term) if isinstance(term, BlankNode) else None if term is None else term.value


def _messages(texts: Iterable[str], shapes: Shapes, constraint: str, bound: dict[str, str | None]) -> dict[str, str]:
    """Language to text. A constraint's own messages go before those of its shape (pySHACL gives both), and what an
    engine left open of ``{?value}`` and its like is filled in."""
    declared = [found for found in map(shapes.message, texts) if found is not None]
    own = [found for found in declared if found[0].owner == constraint]
    languages: dict[str, set[str]] = {}
    for message, words in own or declared:
        text = re.sub(r"\{[?$](this|value|path)\}", lambda m: m[0] if bound[m[1]] is None else str(bound[m[1]]), words)
        languages.setdefault(message.lang, set()).add(text)
    return {lang: " ".join(sorted(found)) for lang, found in sorted(languages.items())}


def path_text(index: Index, path: Term) -> str:
    """A predicate's bare IRI, or the SPARQL property path, such as ``<a>/^<b>`` or ``(<a>|<b>)*``."""
    return path.value if isinstance(path, NamedNode) else _path(index, path)[0]


def _path(index: Index, path: Term) -> tuple[str, int]:
    """The text and how loosely it binds: 0 a predicate, 1 inverse or repeated, 2 a sequence, 3 an alternative."""
    if isinstance(path, NamedNode):
        return str(path), 0
    facts = index.get(path, {})
    for predicate, suffix in _SUFFIXES.items():
        if predicate in facts:
            return _within(index, facts[predicate][0], 0) + suffix, 1
    if f"{SH}inversePath" in facts:
        return "^" + _within(index, facts[f"{SH}inversePath"][0], 0), 1
    if f"{SH}alternativePath" in facts:
        return "|".join(_within(index, p, 2) for p in _members(index, facts[f"{SH}alternativePath"][0])), 3
    return "/".join(_within(index, p, 1) for p in _members(index, path)), 2


def _within(index: Index, path: Term, level: int) -> str:
    text, binding = _path(index, path)
    return f"({text})" if binding > level else text


def _members(index: Index, node: Term) -> Iterator[Term]:
    while isinstance(node, BlankNode) and _FIRST.value in index.get(node, {}):
        yield index[node][_FIRST.value][0]
        node = index[node].get(_REST.value, [_NIL])[0]
