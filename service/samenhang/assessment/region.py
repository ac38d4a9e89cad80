"""The part of a map that a proposal can change something about.

``queries/affected`` says of each rule which things its findings may change about, and what else those findings depend
on. Whatever is claimed of these is copied, and nothing more: on the copy the same derivations, rules and conclusions
give the same findings about these things as on the whole map.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import BASE, GRAPH, ID, PREFIXES, SCOPES, scope_graph
from samenhang.questions import Query

_SCOPE: Final = SCOPES[0]
WHOLE, DERIVED = ox.NamedNode(scope_graph(_SCOPE)), ox.NamedNode(f"{GRAPH}derived/{_SCOPE}")
ADDED, CHANGED, AFFECTED = (ox.NamedNode(f"{GRAPH}assessment/{name}") for name in ("added", "changed", "affected"))
_MADE: Final = (ID + "finding/", ID + "rule/", BASE + ".well-known/void#")
"""What stands in the map and is no claim: it follows from them."""

Subject = ox.NamedNode | ox.BlankNode
Value = Subject | ox.Literal | ox.Triple


class Region:
    """What is claimed in *store* of the things that the queries *affected* name, as quads of the whole map.

    *store* holds a release, and what the proposal adds and changes in the graphs for that. ``keys`` are the rules whose
    findings may change, and about which things; ``things`` are those and what they depend on. What stands in *ground*
    is known everywhere, and is not copied; literals neither, but for the properties *read*.
    """

    def __init__(
        self, store: ox.Store, affected: Iterable[Query], ground: Collection[Subject], read: Collection[str]
    ) -> None:
        self._store, self._ground, self._read = store, ground, read
        self.keys: dict[str, set[Subject]] = {}
        self.quads: list[ox.Quad] = []
        self.things: set[object] = set()
        self._described: set[object] = set()
        for quad in store.quads_for_pattern(None, None, None, CHANGED):
            self._describe(quad.object)
        for query in affected:
            self._reach(query)

    def _reach(self, query: Query) -> None:
        """Take what *query* names; what stands in its column ``key`` is what findings may change about."""
        answer = self._store.query(query.text, default_graph=[WHOLE, CHANGED])
        assert isinstance(answer, ox.QuerySolutions)  # columns are declared in the header
        keys: set[Subject] = set()
        for row in answer:
            for column in query.columns:
                term = row[column.name]
                if not isinstance(term, ox.NamedNode):
                    continue
                if column.name == "key":
                    keys.add(term)
                if column.name == "key" and query.header.get("whole") is False:
                    self._describe(term)
                else:
                    self.take(term)
        if keys:
            for rule in query.header["rules"]:
                self.keys.setdefault(PREFIXES["rule"] + rule, set()).update(keys)

    def take(self, thing: Subject) -> None:
        """Copy what is claimed of *thing*: its description, and that of all that points at it."""
        if thing in self.things:
            return
        self.things.add(thing)
        self._claim(thing)
        for quad in self._store.quads_for_pattern(None, None, thing, WHOLE):
            if isinstance(quad.subject, ox.NamedNode) and not quad.subject.value.startswith(_MADE):
                self._claim(quad.subject)

    def _claim(self, claim: Subject) -> None:
        """Copy the description of *claim*, and of what it names."""
        for named in self._describe(claim):
            self._describe(named)

    def _describe(self, subject: Value) -> list[ox.NamedNode]:
        """Copy what the sources say of *subject* itself; the things named in it."""
        if not isinstance(subject, ox.NamedNode) or subject in self._described or subject in self._ground:
            return []
        self._described.add(subject)
        derived = {(q.predicate, q.object) for q in self._store.quads_for_pattern(subject, None, None, DERIVED)}
        named = []
        for quad in self._store.quads_for_pattern(subject, None, None, WHOLE):
            if (quad.predicate, quad.object) not in derived:
                if isinstance(quad.object, ox.NamedNode):
                    named.append(quad.object)
                elif isinstance(quad.object, ox.Literal) and quad.predicate.value not in self._read:
                    continue
                self.quads.append(quad)
        return named
