"""The SHACL engines behind one signature: data and shapes in N-Triples in, the report graph as triples out.

``compiled`` is the PyPI package ``shacl``, fast and the default; ``reference`` is pySHACL, the oracle, and what works
where the other has no wheel. Neither infers anything: ``rdfs:subClassOf`` counts when it stands in the data.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from typing import Literal, NamedTuple
from uuid import uuid4

import pyshacl
import rdflib
from pyoxigraph import BlankNode, NamedNode

from samenhang.errors import WrongValue
from samenhang.validation.terms import SH, TYPE, Statement, Term, ntriples, statements, to_rdflib

Choice = Literal["auto", "compiled", "reference"]

_FOCUS, _VALUE, _SHAPE = (NamedNode(SH + name) for name in ("focusNode", "value", "sourceShape"))

# pySHACL prints what it also raises; we pass it on as an error of ours.
logging.getLogger("pyshacl-validate").disabled = True


class EngineError(Exception):
    """An engine could not apply the shapes; the text is the engine's."""


class Engine(NamedTuple):
    """A name with version, and the function that validates. It raises EngineError."""

    name: str
    report: Callable[[bytes, bytes], list[Statement]]


def engine(choice: Choice = "auto") -> Engine:
    """The engine of this name; ``auto`` is compiled where it is installed. Raises WrongValue when it is not."""
    installed = find_spec("shacl") is not None
    if choice == "reference" or (choice == "auto" and not installed):
        return Engine(f"pySHACL {version('pyshacl')}", _reference)
    if not installed:
        raise WrongValue("Het pakket 'shacl' is niet geïnstalleerd.", "The package 'shacl' is not installed.")
    return Engine(f"shacl {version('shacl')}", _compiled)


def _reference(data: bytes, shapes: bytes) -> list[Statement]:
    try:
        # pySHACL loads the shapes itself: it reads booleans as SHACL means them, where "1" is not true. It does so in
        # a way that rdflib calls deprecated, thousands of times.
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            _, report, _ = pyshacl.validate(_graph(data), shacl_graph=shapes, shacl_graph_format="nt", inplace=True)
    except Exception as error:  # pySHACL lets a bad query or pattern out as a bare Exception, re.error, ParseException
        raise EngineError(str(error)) from error
    if not isinstance(report, rdflib.Graph):  # a ValidationFailure is returned, not raised
        raise EngineError(str(report))
    return list(statements(report.serialize(format="nt", encoding="utf-8")))


def _compiled(data: bytes, shapes: bytes) -> list[Statement]:
    nodes = _blank_nodes(data) if b"_:" in data else []
    if not nodes:
        return _run(data, shapes)
    # The engine reports blank nodes under labels of its own. One more shape, which finds them all, tells which is
    # which. The statements that it needs have the blank node as object, so that sh:closed does not see them; their
    # names are new each time, so that no data can meddle.
    probe = NamedNode(f"urn:uuid:{uuid4()}")
    asked = [Statement(NamedNode(f"{probe.value}:{number}"), probe, node) for number, node in enumerate(nodes)]
    shape = [
        Statement(probe, TYPE, NamedNode(f"{SH}PropertyShape")),
        Statement(probe, NamedNode(f"{SH}targetSubjectsOf"), probe),
        Statement(probe, NamedNode(f"{SH}path"), probe),
        Statement(probe, NamedNode(f"{SH}nodeKind"), NamedNode(f"{SH}Literal")),
    ]
    report = _run(data + b"\n" + ntriples(asked), shapes + ntriples(shape))
    return _relabelled(report, probe, {t.subject: t.object for t in asked})


def _run(data: bytes, shapes: bytes) -> list[Statement]:
    import shacl  # not everywhere installed

    try:
        report = shacl.Shapes.from_text(shapes.decode(), "ntriples").validate_text(data.decode(), "ntriples")
    except ValueError as error:
        raise EngineError(str(error)) from error
    return list(statements(report.serialize("ntriples").encode()))


def _relabelled(report: list[Statement], probe: NamedNode, asked: Mapping[Term, Term]) -> list[Statement]:
    """The report without the probe's results, and with the data's labels for blank nodes."""
    probed = {t.subject for t in report if t.predicate == _SHAPE and t.object == probe}
    focus = {t.subject: asked[t.object] for t in report if t.subject in probed and t.predicate == _FOCUS}
    labels = {t.object: focus[t.subject] for t in report if t.subject in probed and t.predicate == _VALUE}
    return [
        t._replace(object=labels.get(t.object, t.object)) if t.predicate in (_FOCUS, _VALUE) else t
        for t in report
        if t.subject not in probed and t.object not in probed
    ]


def _blank_nodes(data: bytes) -> list[BlankNode]:
    terms = (term for t in statements(data) for term in (t.subject, t.object))
    return list(dict.fromkeys(term for term in terms if isinstance(term, BlankNode)))


def _graph(text: bytes) -> rdflib.Graph:
    graph = rdflib.Graph()
    for t in statements(text):
        graph.add((to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)))
    return graph
