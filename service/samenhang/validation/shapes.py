"""A shapes graph, made ready so that every engine reports the same about it.

Reports name shapes and give messages, and there engines differ: the label of a nameless shape is each engine's own,
and pySHACL drops the language of messages of SPARQL constraints. So nameless shapes and constraints get an IRI here
(paths and lists stay blank nodes: an IRI would change their meaning), and each message a number that leads back to
its language and owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import uuid4

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from samenhang.errors import SamenhangError, SyntaxProblem
from samenhang.namespaces import PREFIXES
from samenhang.validation.report import SEVERITIES
from samenhang.validation.terms import SH, SUBCLASS, TYPE, Statement, Subject, Term, ntriples, statements

TARGET_CLASS: Final = NamedNode(f"{SH}targetClass")
TARGETS: Final = {f"{SH}{name}" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
_CLASS: Final = NamedNode(f"{PREFIXES['rdfs']}Class")
_OWL_CLASS: Final = NamedNode(f"{PREFIXES['owl']}Class")
_SHAPES: Final = {NamedNode(f"{SH}NodeShape"), NamedNode(f"{SH}PropertyShape")}
_MINTED: Final = "urn:samenhang:nameless:"
_INSTANCES: Final = "urn:samenhang:instances:"
_OBJECTS_OF: Final = NamedNode(f"{SH}targetObjectsOf")
_NUMBERED: Final = "urn:samenhang:message:"
_PARTS: Final = {NamedNode(f"{SH}property"), NamedNode(f"{SH}sparql")}


class BrokenShapes(SamenhangError):
    """A shapes graph that is not well-formed SHACL, or that an engine cannot apply."""


@dataclass(frozen=True)
class Message:
    """A ``sh:message``: the shape, constraint or validator that has it, and its language tag (may be empty)."""

    owner: str
    lang: str


@dataclass(frozen=True)
class Shapes:
    """The shapes as triples with named shapes and numbered messages; what the numbers mean; who encloses whom."""

    triples: tuple[Statement, ...]
    messages: tuple[Message, ...]
    enclosing: Mapping[str, str]

    @cached_property
    def ntriples(self) -> bytes:
        """The graph in N-Triples, for engines."""
        return ntriples(self.triples)

    @cached_property
    def addressed(self) -> bytes:
        """The same, where a class that is a target is replaced by what :func:`instances` says is one of it."""
        return ntriples(
            Statement(t.subject, _OBJECTS_OF, instances(t.object)) if isinstance(t.object, NamedNode) else t
            for t in self.triples
            if t.predicate == TARGET_CLASS
        ) + ntriples(t for t in self.triples if t.predicate != TARGET_CLASS)

    @cached_property
    def targets(self) -> Mapping[str, tuple[tuple[str, Term], ...]]:
        """Of each active shape with an IRI: its targets as (predicate, object), implicit classes included."""
        off = {t.subject for t in self.triples if t.predicate.value == f"{SH}deactivated" and t.object.value == "true"}
        found: dict[str, list[tuple[str, Term]]] = {}
        for t in self.triples:
            named = isinstance(t.subject, NamedNode) and not t.subject.value.startswith(_MINTED)
            if named and t.predicate.value in TARGETS and t.subject not in off:
                found.setdefault(t.subject.value, []).append((t.predicate.value, t.object))
        return {shape: tuple(targets) for shape, targets in found.items()}

    def refuse_other_severities(self) -> None:
        """Raises BrokenShapes for a severity that we could not decide by."""
        for t in self.triples:
            if t.predicate.value == f"{SH}severity" and t.object.value not in SEVERITIES:
                shape = self.named(t.subject.value)
                raise BrokenShapes(
                    f"{shape}: sh:severity moet sh:Violation, sh:Warning of sh:Info zijn, niet {t.object}.",
                    f"{shape}: sh:severity must be sh:Violation, sh:Warning or sh:Info, not {t.object}.",
                )

    def named(self, shape: str) -> str:
        """*shape* when the author gave it an IRI, else the nearest enclosing shape with one; empty when none has."""
        seen = {shape}
        while shape.startswith(_MINTED):
            shape = self.enclosing.get(shape, "")
            if shape in seen:
                return ""
            seen.add(shape)
        return shape if not shape.startswith("_:") else ""

    def message(self, text: str) -> tuple[Message, str] | None:
        """The message that an engine reported as *text*, and its words; None when it is the engine's own."""
        if not text.startswith(_NUMBERED):
            return None
        number, _, words = text.removeprefix(_NUMBERED).partition(" ")
        return self.messages[int(number)], words


def instances(cls: NamedNode) -> NamedNode:
    """The property by which data say which nodes are to be looked at as instances of *cls*: its objects.

    As objects, so that ``sh:closed`` does not see it.
    """
    return NamedNode(f"{_INSTANCES}{cls.value}")


def read(turtle: bytes) -> Shapes:
    """Turtle to :class:`Shapes`. Raises SyntaxProblem."""
    try:
        triples = list(statements(turtle, RdfFormat.TURTLE))
    except SyntaxError as error:
        raise SyntaxProblem(
            f"De shapes zijn geen geldige Turtle: {error.msg}",
            f"The shapes are not valid Turtle: {error.msg}",
            where="shapes",
            line=error.lineno,
            column=error.offset,
        ) from error
    triples = _rename(triples)
    triples += _implicit_targets(triples)
    messages: list[Message] = []
    numbered = tuple(_numbered(triple, messages) for triple in triples)
    enclosing: dict[str, str] = {}
    for t in sorted((t for t in numbered if t.predicate in _PARTS), key=str):
        enclosing.setdefault(t.object.value, t.subject.value if isinstance(t.subject, NamedNode) else "")
    return Shapes(numbered, tuple(messages), enclosing)


def _rename(triples: list[Statement]) -> list[Statement]:
    """IRIs for nameless shapes and constraints; for other blank nodes, labels that no data has: a report mixes them."""
    nameless: set[Term] = {t.object for t in triples if t.predicate in _PARTS}
    nameless |= {t.subject for t in triples if t.predicate.value in TARGETS}
    found = dict.fromkeys(term for t in triples for term in (t.subject, t.object) if isinstance(term, BlankNode))
    prefix = f"shape{uuid4().hex}n"
    names: dict[BlankNode, Subject] = {
        node: NamedNode(f"{_MINTED}{number}") if node in nameless else BlankNode(f"{prefix}{number}")
        for number, node in enumerate(found)
    }

    def subject(node: Subject) -> Subject:
        return names[node] if isinstance(node, BlankNode) else node

    return [Statement(subject(s), p, o if isinstance(o, Literal) else subject(o)) for s, p, o in triples]


def _implicit_targets(triples: list[Statement]) -> list[Statement]:
    """Explicit targets for shapes that are classes: the engines disagree about which classes those are."""
    classes = {_CLASS, _OWL_CLASS} | {t.subject for t in triples if t.predicate == SUBCLASS and t.object == _CLASS}
    types = [t for t in triples if t.predicate == TYPE]
    shapes = {t.subject for t in types if t.object in _SHAPES}
    targets = {t.subject for t in types if t.object in classes and t.subject in shapes}
    return [Statement(shape, TARGET_CLASS, shape) for shape in sorted(targets, key=str)]


def _numbered(triple: Statement, messages: list[Message]) -> Statement:
    text = triple.object
    strings = (f"{PREFIXES['xsd']}string", f"{PREFIXES['rdf']}langString")
    if triple.predicate.value != f"{SH}message" or not isinstance(text, Literal) or text.datatype.value not in strings:
        return triple
    messages.append(Message(triple.subject.value, (text.language or "").lower()))
    return Statement(triple.subject, triple.predicate, Literal(f"{_NUMBERED}{len(messages) - 1} {text.value}"))
