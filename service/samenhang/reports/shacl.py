"""A report as a SHACL validation report in Turtle, its results with the shapes of this project."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import BNode
from rdflib.term import Node

from samenhang import turtle
from samenhang.namespaces import PREFIXES
from samenhang.reports.checked import Checked
from samenhang.validation import Result

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def write(checked: Checked) -> str:
    """The report, its messages in every language. ``sh:conforms`` is as SHACL has it: there is no result at all."""
    return turtle.write(triples([flaw.result for flaw in checked.inspection.flaws]))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["sh"] + name)


def triples(results: list[Result]) -> Iterator[ox.Triple]:
    """The validation report of *results*."""
    report = ox.BlankNode("report")
    yield ox.Triple(report, _TYPE, _sh("ValidationReport"))
    yield ox.Triple(report, _sh("conforms"), ox.Literal(not results))
    for number, result in enumerate(results, 1):
        node = ox.BlankNode(f"result{number}")
        yield ox.Triple(report, _sh("result"), node)
        for name, term in _said(result):
            yield ox.Triple(node, _TYPE if name == "a" else _sh(name), term)


def _said(result: Result) -> Iterator[tuple[str, Term]]:
    yield "a", _sh("ValidationResult")
    yield "focusNode", _focus(result.focus)
    yield "resultSeverity", ox.NamedNode(result.severity.iri)
    yield "sourceConstraintComponent", ox.NamedNode(result.component)
    if result.shape:
        yield "sourceShape", ox.NamedNode(result.shape)
    # A path of more than one step is a text here; only a property is given.
    if result.path and _is_iri(result.path):
        yield "resultPath", ox.NamedNode(result.path)
    if result.value is not None:
        yield "value", _term(result.value)
    for lang, text in sorted(result.messages.items()):
        yield "resultMessage", ox.Literal(text, language=lang) if lang else ox.Literal(text)


def _is_iri(path: str) -> bool:
    return ":" in path and not any(mark in path for mark in "<>()|^ *+?")


def _focus(focus: str) -> Term:
    if focus.startswith("_:"):
        return ox.BlankNode(focus[2:])
    return _parsed(focus) if focus.startswith('"') else ox.NamedNode(focus)


def _term(node: Node) -> Term:
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else _parsed(str(node.n3()))


def _parsed(text: str) -> Term:
    (quad,) = ox.parse(f"<x:s> <x:p> {text} .".encode(), format=ox.RdfFormat.TURTLE)
    term: Term = quad.object
    return term
