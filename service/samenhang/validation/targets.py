"""Which shapes selected nothing: a misspelt class in a target would otherwise pass as "no problems"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from samenhang.validation.shapes import TARGET_CLASS, Shapes, instances
from samenhang.validation.terms import SH, SUBCLASS, TYPE, Statement, Subject, Term

_DATA: Final = NamedNode("urn:samenhang:data")


class Data(Protocol):
    """Where data can be looked up: a store does."""

    def quads_for_pattern(
        self,
        subject: Subject | Triple | None,
        predicate: NamedNode | None,
        value: Term | Triple | None,
        graph_name: NamedNode | DefaultGraph | None = None,
        /,
    ) -> Iterable[Quad]:
        """What has the terms that are given."""


def idle(store: Data, shapes: Shapes) -> tuple[str, ...]:
    """The IRIs, sorted, of the active shapes with a target of which no target selects a node that is in *store*."""
    return tuple(sorted(shape for shape, targets in shapes.targets.items() if not _any(store, targets)))


def addressed(store: Data, shapes: Shapes, nodes: Iterable[Subject]) -> Iterator[Statement]:
    """What says of each of *nodes* as instance of which classes it is to be looked at, for :attr:`Shapes.addressed`."""
    targets = {t.object for t in shapes.triples if t.predicate == TARGET_CLASS}
    known: dict[Term | Triple, list[NamedNode]] = {}
    for node in nodes:
        types = [quad.object for quad in store.quads_for_pattern(node, TYPE, None, None)]
        for cls in types:
            if cls not in known:
                above = _closure(store, cls, up=True)
                known[cls] = [one for one in above if isinstance(one, NamedNode) and one in targets]
        for one in {one for cls in types for one in known[cls]}:
            yield Statement(_DATA, instances(one), node)


def _any(store: Data, targets: Iterable[tuple[str, Term]]) -> bool:
    return any(_selects(store, predicate, term) for predicate, term in targets)


def _selects(store: Data, predicate: str, term: Term) -> bool:
    if predicate == f"{SH}targetNode":
        # To SHACL the node is always selected; one that is not in the data is a mistake in the shape, to us.
        subject = not isinstance(term, Literal) and _found(store, term, None, None)
        return subject or _found(store, None, None, term)
    if not isinstance(term, NamedNode):
        return False
    if predicate == TARGET_CLASS.value:
        return any(_found(store, None, TYPE, cls) for cls in _closure(store, term))
    return _found(store, None, term, None)


def _found(store: Data, subject: Subject | None, predicate: NamedNode | None, object_: Term | Triple | None) -> bool:
    return next(iter(store.quads_for_pattern(subject, predicate, object_, None)), None) is not None


def _closure(store: Data, cls: Term | Triple, *, up: bool = False) -> Iterator[Term | Triple]:
    """*cls*, and the classes below it; or those above it, *up*."""
    seen: set[Term | Triple] = {cls}
    todo: list[Term | Triple] = [cls]
    while todo:
        found = todo.pop()
        yield found
        if not up:
            new: set[Term | Triple] = {q.subject for q in store.quads_for_pattern(None, SUBCLASS, found, None)}
        elif isinstance(found, Literal):
            continue
        else:
            new = {q.object for q in store.quads_for_pattern(found, SUBCLASS, None, None)}
        new -= seen
        seen |= new
        todo.extend(new)
