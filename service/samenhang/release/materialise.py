"""What follows from the sources: the graph of each scope, with derivations and findings.

All meaning is in ``queries/derive`` and ``queries/rules``; this only says what is asked of which graph, in what order.
Derivations read claims, rules read claims and derivations, and neither reads its own kind: so the order of files
cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from samenhang.errors import SamenhangError
from samenhang.namespaces import GRAPH, SCOPES, scope_graph
from samenhang.questions import Query
from samenhang.sources import COMMON, ONTOLOGY_GRAPH, SourceFile

Progress = Callable[[str, str], None]
"""Called with what is being done now, in Dutch and in English."""

_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {"all": (), "report-2021": ("report-2021",), "field": ("field",)}
"""The sources of each scope; none named means all of them."""


def silent(_nl: str, _en: str) -> None:
    """The progress of whoever does not want to know."""


def in_scope(file: SourceFile, scope: str) -> bool:
    """Whether *file* belongs to *scope*: ontology and vocabularies always do, shapes never."""
    if file.source in ("ontology", COMMON):
        return True
    return file.source != "shapes" and (not _MEMBERS[scope] or file.source in _MEMBERS[scope])


def materialise(
    store: ox.Store,
    files: Iterable[SourceFile],
    derivations: Iterable[Query],
    rules: Iterable[Query],
    *,
    scopes: Iterable[str] = SCOPES,
    progress: Progress = silent,
) -> None:
    """Add to *store*, which holds *files*, each scope's graph, ``graph/derived/{scope}`` and ``graph/findings/{scope}``."""
    files, derivations, rules = list(files), list(derivations), list(rules)
    for scope in scopes:
        progress(f"afleiden en toetsen: scope {scope}", f"deriving and testing: scope {scope}")
        whole = scope_graph(scope)
        for graph in sorted({f.graph for f in files if in_scope(f, scope)} | {ONTOLOGY_GRAPH}):
            _add(store, graph, whole)
        for queries, target in ((derivations, f"{GRAPH}derived/{scope}"), (rules, f"{GRAPH}findings/{scope}")):
            for query in queries:
                _construct(store, query, whole, target)
            _add(store, target, whole)


def _construct(store: ox.Store, query: Query, whole: str, target: str) -> None:
    answer = store.query(query.text, default_graph=[ox.NamedNode(whole)])
    if not isinstance(answer, ox.QueryTriples):
        raise SamenhangError(
            f"'{query.path}' moet een CONSTRUCT zijn: een afleiding of regel geeft triples.",
            f"'{query.path}' must be a CONSTRUCT: a derivation or rule gives triples.",
        )
    graph = ox.NamedNode(target)
    store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in answer])


def _add(store: ox.Store, source: str, target: str) -> None:
    store.update(f"ADD SILENT <{source}> TO <{target}>")
