"""The SHACL engines behind one signature: data and shapes in N-Triples in, the report graph as triples out.

``compiled`` is the PyPI package ``shacl``, fast and the default; ``reference`` is pySHACL, the oracle, and what works
where the other has no wheel. Neither infers anything: ``rdfs:subClassOf`` counts when it stands in the data.

What is declared in ordinary shapes comes out equal, and tests hold that. Where the two are known to differ (tests hold
that too), the compiled one follows SHACL and the other does not, unless said otherwise:

- pySHACL says nothing when a value cannot be compared with ``sh:minInclusive`` and its like, such as a date with a
  number; the compiled engine can compare what SPARQL can, hence never ``xsd:gYear``: avoid that in shapes;
- pySHACL takes ``"2021-01-01"`` for an ``xsd:dateTime``, and neither checks every value of the rarer datatypes;
- pySHACL lets ``rdf:type rdfs:Resource`` through ``sh:closed``, and does not follow ``owl:imports`` in ``sh:prefixes``;
- pySHACL fails on ``sh:lessThan`` with a blank node, and on a message template of which the value has a backslash;
- the compiled engine has regular expressions without look-around; it refuses such a ``sh:pattern``;
- a query that does not parse is found by the compiled engine always, by pySHACL only when a node is selected;
- the compiled engine does not refuse a subquery that leaves ``$this`` out: select it in every subquery;
- a text for ``?message`` selected by a query is left out: declare ``sh:message``, in each language.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Final, Literal, NamedTuple
from uuid import uuid4

import rdflib
from pyoxigraph import BlankNode, NamedNode

from samenhang.errors import WrongValue
from samenhang.validation.terms import SH, TYPE, Statement, Term, ntriples, statements, to_rdflib

Choice = Literal["auto", "compiled", "reference"]

_FOCUS, _VALUE, _SHAPE = (NamedNode(SH + name) for name in ("focusNode", "value", "sourceShape"))

# pySHACL prints what it also raises; we pass it on as an error of ours. (A filter, since whoever configures logging, as
# uvicorn does, enables the loggers that were there.)
logging.getLogger("pyshacl-validate").addFilter(lambda _: False)


_MANY: Final = 8192
"""Nodes; from half as many on, the compiled engine looks at them in threads."""


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
        return Engine(f"pySHACL {_version('pyshacl')}", _reference)
    if not installed:
        raise WrongValue("Het pakket 'shacl' is niet geïnstalleerd.", "The package 'shacl' is not installed.")
    return Engine(f"shacl {_version('shacl')}", _compiled)


_version = lru_cache(version)
"""That of an installed package, which takes milliseconds to find."""


def start() -> None:
    """Let the compiled engine start its threads, as it does once it has much to look at: a process that is confined
    can start none any more. Beforehand nothing may be validated that is large, in a process that will fork: the threads
    do not come along, and who waits for them waits for ever."""
    if engine().report is _compiled:
        probe = NamedNode("urn:probe")
        shape = [
            Statement(probe, TYPE, NamedNode(f"{SH}NodeShape")),
            Statement(probe, NamedNode(f"{SH}targetSubjectsOf"), probe),
            Statement(probe, NamedNode(f"{SH}nodeKind"), NamedNode(f"{SH}IRI")),
        ]
        _run(b"".join(b"<urn:%d> <urn:probe> <urn:probe> .\n" % n for n in range(_MANY)), ntriples(shape))


def _reference(data: bytes, shapes: bytes) -> list[Statement]:
    import pyshacl  # it takes a moment, and most who import this package never validate

    try:
        # On the way rdflib warns of what it calls deprecated, and of odd values, which are what we came for.
        with warnings.catch_warnings(action="ignore"):
            _, report, _ = pyshacl.validate(_graph(data), shacl_graph=_loaded(shapes), inplace=True)
    except Exception as error:  # pySHACL lets a bad query or pattern out as a bare Exception, re.error, ParseException
        raise EngineError(str(error)) from error
    if not isinstance(report, rdflib.Graph):  # a ValidationFailure is returned, not raised
        raise EngineError(str(report))
    return list(statements(report.serialize(format="nt", encoding="utf-8")))


@lru_cache(maxsize=4)
def _loaded(shapes: bytes) -> rdflib.Graph:
    """The shapes as pySHACL reads them: booleans as SHACL means them, where "1" is not true.

    Reading takes longer than validating a small file. pySHACL adds nothing to them but its own vocabulary.
    """
    from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch

    rdflib_bool_patch()  # type: ignore[no-untyped-call]
    try:
        return rdflib.Graph().parse(data=shapes, format="nt")
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]


def _compiled(data: bytes, shapes: bytes) -> list[Statement]:
    report = _run(data, shapes)
    if not any(isinstance(t.object, BlankNode) for t in report if t.predicate in (_FOCUS, _VALUE)):
        return report
    # The engine reports blank nodes under labels of its own. So once more, with a shape that finds them all and thus
    # tells which is which. The statements that it needs have the blank node as object, so that sh:closed does not see
    # them; their names are new each time, so that no data can meddle.
    probe = NamedNode(f"urn:uuid:{uuid4()}")
    shape = [
        Statement(probe, TYPE, NamedNode(f"{SH}PropertyShape")),
        Statement(probe, NamedNode(f"{SH}targetSubjectsOf"), probe),
        Statement(probe, NamedNode(f"{SH}path"), probe),
        Statement(probe, NamedNode(f"{SH}nodeKind"), NamedNode(f"{SH}Literal")),
    ]
    nodes = dict.fromkeys(n for t in statements(data) for n in (t.subject, t.object) if isinstance(n, BlankNode))
    asked = [Statement(NamedNode(f"{probe.value}:{number}"), probe, node) for number, node in enumerate(nodes)]
    report = _run(data + b"\n" + ntriples(asked), shapes + ntriples(shape))
    return _relabelled(report, probe, {t.subject: t.object for t in asked})


def _run(data: bytes, shapes: bytes) -> list[Statement]:
    try:
        report = _compile(shapes).validate_text(data.decode(), "ntriples")
    except ValueError as error:
        raise EngineError(str(error)) from error
    return list(statements(report.serialize("ntriples").encode()))


@lru_cache(maxsize=4)
def _compile(shapes: bytes) -> Any:
    """The compiled shapes; validating does not change them. Raises ValueError."""
    import shacl  # not everywhere installed

    return shacl.Shapes.from_text(shapes.decode(), "ntriples")


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


def _graph(text: bytes) -> rdflib.Graph:
    graph = rdflib.Graph()
    for t in statements(text):
        graph.add((to_rdflib(t.subject), to_rdflib(t.predicate), to_rdflib(t.object)))
    return graph
