"""What follows from the sources: the graph of each scope, with derivations and findings.

All meaning is in ``queries/withdraw``, ``queries/derive``, ``queries/rules`` and ``queries/conclude``; this only says
what is asked of which graph, and when. What is withdrawn leaves the scope first. Derivations read claims; rules read
claims and derivations; conclusions read all of that and findings. None reads its own kind, so the order of files
cannot matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang.errors import SamenhangError
from samenhang.lexis import blanked
from samenhang.namespaces import GRAPH, SCOPES, scope_graph
from samenhang.progress import Progress, silent
from samenhang.questions import Query, collect, described_rule
from samenhang.sources import COMMON, ONTOLOGY_GRAPH, SourceFile

_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {"all": (), "report-2021": ("report-2021",), "field": ("field",)}
"""The sources of each scope; none named means all of them."""

_CONSTRUCT: Final = re.compile(r"\bCONSTRUCT\s*\{([^{}]*)\}\s*(?=WHERE\b)")
"""The template of a query, in its text without strings and IRIs."""


_FOLDERS: Final = ("withdraw", "derive", "rules", "conclude")


def in_scope(file: SourceFile, scope: str) -> bool:
    """Whether *file* belongs to *scope*: ontology and vocabularies always do, shapes never."""
    if file.source in ("ontology", COMMON):
        return True
    return file.source != "shapes" and (not _MEMBERS[scope] or file.source in _MEMBERS[scope])


@dataclass(frozen=True)
class Analysis:
    """The queries that make a release more than its sources."""

    withdrawals: Sequence[Query]
    derivations: Sequence[Query]
    rules: Sequence[Query]
    conclusions: Sequence[Query]

    @classmethod
    def read(cls, queries: Path) -> Analysis:
        """Those of a ``queries/`` folder. Raises SyntaxProblem when one is not as it should be."""
        return cls(*(tuple(collect(queries / folder).values()) for folder in _FOLDERS))


def materialise(
    store: ox.Store,
    files: Iterable[SourceFile],
    analysis: Analysis,
    *,
    scopes: Iterable[str] = SCOPES,
    progress: Progress = silent,
) -> None:
    """Add to *store*, which holds *files*, for each scope its graph, what is derived in it and its findings.

    What was withdrawn from a scope stands in ``graph/withdrawn/{scope}``, and still in the graph of its source.
    """
    files = list(files)
    for scope in scopes:
        progress(f"afleiden en toetsen: scope {scope}", f"deriving and testing: scope {scope}")
        whole = scope_graph(scope)
        for graph in sorted({f.graph for f in files if in_scope(f, scope)} | {ONTOLOGY_GRAPH}):
            add(store, graph, whole)
        derived, findings = f"{GRAPH}derived/{scope}", f"{GRAPH}findings/{scope}"
        withdraw(store, analysis, scope)
        # The rules themselves first: they are things too, of which classes and labels are derived.
        named = ox.NamedNode(findings)
        store.extend(ox.Quad(*triple, named) for rule in analysis.rules for triple in described_rule(rule))
        add(store, findings, whole)
        for queries, target in (
            (analysis.derivations, derived),
            (analysis.rules, findings),
            (analysis.conclusions, findings),
        ):
            for query in queries:
                construct(store, query, whole, target)
            add(store, target, whole)


def withdraw(store: ox.Store, analysis: Analysis, scope: str) -> None:
    """Move what was withdrawn from the graph of *scope*, which holds its claims, to ``graph/withdrawn/{scope}``."""
    whole, withdrawn = scope_graph(scope), f"{GRAPH}withdrawn/{scope}"
    for query in analysis.withdrawals:
        construct(store, query, whole, withdrawn)
    store.update(f"DELETE {{ GRAPH <{whole}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{withdrawn}> {{ ?s ?p ?o }} }}")


def construct(store: ox.Store, query: Query, whole: str, target: str, **values: str) -> None:
    """Add to the graph *target* what *query*, with *values* for its parameters, makes of the graph *whole*.

    Raises SamenhangError when it is not a CONSTRUCT.
    """
    text = query.bind(values)
    template = _CONSTRUCT.search(blanked(text))
    if template is None:
        raise SamenhangError(
            f"'{query.path}' moet een CONSTRUCT zijn: een afleiding of regel geeft triples.",
            f"'{query.path}' must be a CONSTRUCT: a derivation or rule gives triples.",
        )
    # As an update, so that no triple passes through Python: that takes ten times as long as making it.
    made = f"INSERT {{ GRAPH <{target}> {{{text[template.start(1) : template.end(1)]}}} }} USING <{whole}> "
    store.update(text[: template.start()] + made + text[template.end() :])


def add(store: ox.Store, source: str, target: str) -> None:
    """Add the triples of the graph *source* to the graph *target*."""
    # Not ADD, which takes half as long again.
    store.update(f"INSERT {{ GRAPH <{target}> {{ ?s ?p ?o }} }} USING <{source}> WHERE {{ ?s ?p ?o }}")
