"""What ontology and code lists say, and what follows from it: no proposal changes that.

All of it but the words stands beside every part of a map that is derived and tested. Words are many, and an engine that
looks up one name may walk through all of them; so of things that a part does not name, only those that the queries name
themselves, or that these lead to, have their words there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph as ox

from samenhang.assessment.region import Subject
from samenhang.namespaces import PREFIXES

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


class Ground:
    """What *quads* say, for queries in which the IRIs *named* stand; literals of other properties are not read by any.

    ``subjects`` are the things described, ``always`` what stands beside every part.
    """

    def __init__(self, quads: Iterable[ox.Quad], named: Collection[str]) -> None:
        self.always: list[ox.Quad] = []
        self._words: dict[object, list[ox.Quad]] = {}
        self._leads: dict[object, set[object]] = {}
        quads = list(quads)
        self.subjects: set[Subject] = {quad.subject for quad in quads if not isinstance(quad.subject, ox.Triple)}
        for quad in quads:
            read = quad.predicate.value in named
            if not isinstance(quad.object, ox.Literal):
                self.always.append(quad)
                if read and quad.predicate != _TYPE and quad.object in self.subjects:
                    self._leads.setdefault(quad.subject, set()).add(quad.object)
            elif read and quad.object.language:
                self._words.setdefault(quad.subject, []).append(quad)
            elif read:
                self.always.append(quad)
        for thing in self._reached(map(ox.NamedNode, named)):
            self.always += self._words.pop(thing, ())

    def words(self, things: Iterable[object]) -> list[ox.Quad]:
        """What is said in words of *things* and of all that they lead to, but for what stands there always."""
        return [quad for thing in self._reached(things) for quad in self._words.get(thing, ())]

    def _reached(self, things: Iterable[object]) -> Iterator[object]:
        reached, ahead = set(), [thing for thing in things if thing in self.subjects]
        while ahead:
            thing = ahead.pop()
            if thing not in reached:
                reached.add(thing)
                ahead += self._leads.get(thing, ())
        yield from reached
