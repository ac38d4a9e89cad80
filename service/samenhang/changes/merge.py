"""Two releases side by side: canonical N-Quads are sorted, so one pass over both files finds what differs.

Of what the default graph says, a statement counts once, whatever number of graphs it stands in: one that a source, the
ontology, a question or a finding makes. What is derived follows from these, and statistics from everything.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from samenhang.namespaces import GRAPH, PREFIXES, SCOPES, scope_graph

_WHOLE: Final = scope_graph(SCOPES[0]).encode()
_FINDINGS: Final = f"{GRAPH}findings/".encode()
_DERIVED: Final = tuple(f"{GRAPH}{name}/".encode() for name in ("derived", "statistics"))
_MADE: Final = (*_DERIVED, *(f"{GRAPH}{name}/".encode() for name in ("scope", "withdrawn")))
_LABEL: Final = f" <{PREFIXES['rdfs']}label> ".encode()
_IN_WHOLE: Final = b" <" + _WHOLE + b"> .\n"


class Subject(NamedTuple):
    """What is said of one subject and changed: triples as N-Triples without the full stop.

    ``before`` and ``after`` are all that was and is stated of it.
    """

    term: bytes
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]


def differing(before: Path, after: Path) -> Iterator[tuple[bytes, bool]]:
    """The lines that only one of two sorted files has, in order; with each, whether that is *after*."""
    with before.open("rb") as old, after.open("rb") as new:
        one, other = next(old, b""), next(new, b"")
        while one or other:
            if one == other:
                one, other = next(old, b""), next(new, b"")
            elif not other or (one and one < other):
                yield one, False
                one = next(old, b"")
            else:
                yield other, True
                other = next(new, b"")


def touched(before: Path, after: Path) -> Iterator[Subject]:
    """The subjects of which the default graph states something else in *after* than in *before*, in order."""
    with before.open("rb") as old, after.open("rb") as new:
        was, now = _Descriptions(old), _Descriptions(new)
        for term, lines in itertools.groupby(differing(before, after), key=lambda pair: _subject(pair[0])):
            removed, added = _changes(lines)
            if removed or added:
                yield Subject(term, removed, added, was.of(term), now.of(term))


def labels(path: Path, wanted: Collection[bytes]) -> Iterator[bytes]:
    """The names that the default graph of the release at *path* has for the subjects *wanted*, as triples."""
    with path.open("rb") as lines:
        for line in lines:
            if line.endswith(_IN_WHOLE) and _LABEL in line and _subject(line) in wanted:
                yield _triple(line)


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]


def _triple(line: bytes) -> bytes:
    return line[: line.rindex(b" <")]


def _graph(line: bytes) -> bytes:
    return line[line.rindex(b" <") + 2 : -4]


def _states(graph: bytes) -> bool:
    """Whether what stands in *graph* is stated there, and not made of other statements, or of those of one scope."""
    if graph.startswith(_FINDINGS):
        return graph == _FINDINGS + SCOPES[0].encode()
    return not graph.startswith(_MADE)


def _changes(lines: Iterable[tuple[bytes, bool]]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The statements of one subject that go and that come, of all the *lines* about it that differ."""
    found: tuple[list[bytes], list[bytes]] = ([], [])
    for triple, group in itertools.groupby(lines, key=lambda pair: _triple(pair[0])):
        # The same graph can tell of a triple before or after, never of both: then the lines would be equal.
        graphs = {_graph(line): later for line, later in group}
        later = graphs.get(_WHOLE)
        if later is None:
            continue
        beside = [graph for graph, when in graphs.items() if when == later]
        # A claim that is withdrawn leaves the default graph and stays in that of its source, so nothing else differs.
        if any(_states(graph) for graph in beside) or not any(graph.startswith(_DERIVED) for graph in beside):
            found[later].append(triple)
    return tuple(found[0]), tuple(found[1])


class _Descriptions:
    """What a sorted file states of one subject after the other, asked in that order."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._line = next(lines, b"")

    def of(self, term: bytes) -> tuple[bytes, ...]:
        """The triples of the subject *term*; none when it is not there."""
        begin, line, lines = term + b" ", self._line, self._lines
        while line and line < begin:  # most lines: nothing else may be done with them
            line = next(lines, b"")
        own = []
        while line.startswith(begin):
            own.append(line)
            line = next(lines, b"")
        self._line = line
        found = []
        for triple, group in itertools.groupby(own, key=_triple):
            graphs = [_graph(line) for line in group]
            if _WHOLE in graphs and any(_states(graph) for graph in graphs):
                found.append(triple)
        return tuple(found)
