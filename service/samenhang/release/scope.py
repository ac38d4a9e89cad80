"""Each scope of a release, made in a process of its own from the sources that it inherits.

So what one takes of memory is given back before the next begins. It leaves its graphs as sorted lines, in a file
without a name: nothing is left of it, however this ends.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from samenhang.engine import disk, errand
from samenhang.engine.errand import Errand
from samenhang.engine.inquiry import Inquiry
from samenhang.inspection import FINDINGS, Inspection, inspect, shapes_text
from samenhang.namespaces import GRAPH, SCOPES
from samenhang.progress import Progress, silent
from samenhang.questions import collect
from samenhang.release.answers import answers
from samenhang.release.description import describe
from samenhang.release.folders import together
from samenhang.release.lines import Lines
from samenhang.release.materialise import Analysis, materialise
from samenhang.sources import QUESTIONS_GRAPH, SourceFile, unreadable
from samenhang.validation import Severity

_GROWN: Final = 1_500
"""Bytes of N-Quads in a release for each quad of its sources: what the mapping has, with its three scopes."""


@dataclass(frozen=True)
class Made:
    """What came of a scope: what was found in its findings; and where it is kept, its quads and answers.

    *quads* are a number, *answers* those of :func:`samenhang.release.answers.answers`.
    """

    inspection: Inspection
    quads: int = 0
    answers: Mapping[Inquiry, bytes] = field(default_factory=dict)


def make(
    store: ox.Store,
    files: Sequence[SourceFile],
    content: Path,
    *,
    keep: Sequence[IO[bytes]] = (),
    folder: Path = Path(),
    progress: Progress = silent,
) -> list[Made]:
    """Make each scope of the sources *files*, which *store* holds, by the queries and shapes of *content*.

    Its quads come into its file of *keep*, which stands in *folder*, as canonical N-Quads, sorted; not those of one
    whose findings have a violation. Without *keep*, findings are inspected and no more. There are as many at a time as
    there are cores; of large sources, where memory is what is short, one after the other.
    Raises SyntaxProblem, Unreadable, and SamenhangError when the system ended one.
    """
    analysis = Analysis.read(content / "queries")
    errands = [
        Errand(
            f"scope {scope}",
            f"scope {scope}",
            functools.partial(_made, store, files, content, analysis, scope, kept, folder),
        )
        for scope, kept in itertools.zip_longest(SCOPES, keep)
    ]
    most = 1 if disk.large(len(store) * _GROWN) else len(os.sched_getaffinity(0))
    return errand.sent(errands, most, progress)


def _made(
    store: ox.Store,
    files: Sequence[SourceFile],
    content: Path,
    analysis: Analysis,
    scope: str,
    kept: IO[bytes] | None,
    folder: Path,
    progress: Progress,
) -> Made:
    queries = content / "queries"
    before = {*store.named_graphs()}
    materialise(store, files, analysis, scopes=[scope], progress=progress)
    progress(f"bevindingen nakijken: scope {scope}", f"checking findings: scope {scope}")
    # What a rule makes must obey the shapes too; one that does not is a defect of the rule. Scope by scope: a finding
    # has one address in all of them, and may differ. The checks that read findings look at those of everything.
    found = SourceFile(queries / "rules", f"{GRAPH}findings/{scope}", FINDINGS)
    reading = collect(queries / "checks").values() if scope == SCOPES[0] else ()
    inspection = inspect(store, (*files, found), shapes_text(content / "shapes"), reading, only=FINDINGS)
    if kept is None or inspection.fails(Severity.VIOLATION):
        return Made(inspection)
    describe(store, queries, scopes=[scope], progress=progress)
    progress(f"beantwoorden: scope {scope}", f"answering: scope {scope}")
    known = answers(store, queries, scope)
    progress(f"ordenen: scope {scope}", f"sorting: scope {scope}")
    graphs = {*store.named_graphs()} - before - {ox.NamedNode(QUESTIONS_GRAPH)}
    try:
        quads = _lay_down(store, graphs, kept, folder)
    except OSError as problem:
        raise unreadable(folder, problem) from None
    return Made(inspection, quads, known)


def _lay_down(store: ox.Store, graphs: set[ox.NamedNode | ox.BlankNode], kept: IO[bytes], folder: Path) -> int:
    """Write the quads of *graphs* into *kept*, sorted; how many. Raises OSError."""
    quads = 0
    with Lines(folder) as lines:
        for graph in graphs:
            named = _Named(lines, graph)
            store.dump(cast(IO[bytes], named), format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
            quads += named.quads
        kept.writelines(together(lines))
    kept.flush()
    return quads


class _Named:
    """Takes canonical N-Triples, and writes them as the quads of a *graph*: an engine writes those of all graphs."""

    def __init__(self, lines: Lines, graph: ox.NamedNode | ox.BlankNode) -> None:
        self._lines, self._end, self._rest = lines, f" {graph} .\n".encode(), b""
        self.quads = 0

    def write(self, text: bytes) -> int:
        """Take *text*, which may begin and end within a line. Raises OSError."""
        whole, newline, self._rest = (self._rest + bytes(text)).rpartition(b"\n")
        self.quads += (whole + newline).count(b"\n")
        self._lines.write((whole + newline).replace(b" .\n", self._end))
        return len(text)

    def flush(self) -> None:
        """Nothing: the engine flushes whatever it writes into."""
