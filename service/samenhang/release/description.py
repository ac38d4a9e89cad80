"""What a release says of itself: what can be asked of it, and what the graph of each scope holds, in numbers (VoID).

The questions are described from their files; the numbers are made by ``queries/statistics``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from samenhang.namespaces import GRAPH, SCOPES, scope_graph
from samenhang.progress import Progress, silent
from samenhang.questions import collect, described, questions
from samenhang.release.materialise import add, construct
from samenhang.sources import QUESTIONS_GRAPH


def describe(store: ox.Store, queries: Path, *, scopes: Iterable[str] = SCOPES, progress: Progress = silent) -> None:
    """Add to *store*, which holds the graph of each of *scopes*, the questions and statistics of a ``queries/`` folder.

    They stand in graphs of their own and in that of the scope, where editors find them. Nothing of it is counted: the
    numbers are those of what there was before. Raises SyntaxProblem when a file is not as it should be.
    """
    asked, statistics = ox.NamedNode(QUESTIONS_GRAPH), collect(queries / "statistics").values()
    store.extend(ox.Quad(*triple, asked) for triple in described(questions(queries).values()))
    for scope in scopes:
        progress(f"tellen: scope {scope}", f"counting: scope {scope}")
        whole, numbers = scope_graph(scope), f"{GRAPH}statistics/{scope}"
        for query in statistics:
            construct(store, query, whole, numbers, scope=scope)
        for made in (numbers, QUESTIONS_GRAPH):
            add(store, made, whole)
