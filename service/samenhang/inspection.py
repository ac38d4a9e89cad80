"""Everything that is looked at before data become a release: shapes, and the checks that no shape can make.

Shapes are applied source by source, because two sources may say different things of one thing and both be right;
cardinalities hold within a source. The ontology and the vocabularies stand beside each source, so that codes and
concepts are known. Checks (``queries/checks/*.rq``) look at the named graphs; each row is a flaw.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang.errors import WrongValue
from samenhang.mending import Mend, mends
from samenhang.namespaces import BASE, PREFIXES
from samenhang.questions import Query, Words, is_iri
from samenhang.sources import COMMON, ONTOLOGY_GRAPH, SourceFile, listed, quads_of
from samenhang.validation import Result, Severity, validate
from samenhang.validation.terms import to_rdflib

CHECKS: Final = BASE + "checks#"
FINDINGS: Final = "findings"
"""The source that the rules are: what they make is inspected as what people hand in is."""

_RULE: Final = BASE + "checks"
_COLUMNS: Final = ["thing", "path", "value", "graph"]
_TOLD: Final = ["nl", "en"]
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")


@dataclass(frozen=True)
class Flaw:
    """One result, where the thing it is about stands (the files and their named graphs), and what would settle it.

    *places*: where in a file that is no RDF, as its evidence says; *asked*: what the shape asks for is called, which is
    the heading of a column.
    """

    result: Result
    graphs: tuple[str, ...]
    files: tuple[Path, ...]
    mend: Mend | None = None
    places: tuple[str, ...] = ()
    asked: Words | None = None


@dataclass(frozen=True)
class Inspection:
    """What was found: flaws (worst first), the engine that looked, and shapes that selected nothing at all."""

    flaws: tuple[Flaw, ...]
    engine: str
    idle: tuple[str, ...]

    def joined(self, other: Inspection) -> Inspection:
        """What was found here and in *other*; a shape is idle when it selected nothing in either."""
        return Inspection(
            tuple(sorted((*self.flaws, *other.flaws), key=_order)),
            self.engine,
            tuple(sorted(set(self.idle) & set(other.idle))),
        )

    def count(self, severity: Severity) -> int:
        """How many flaws have *severity*."""
        return sum(f.result.severity is severity for f in self.flaws)

    def fails(self, level: Severity | None) -> bool:
        """Whether any flaw is at least as severe as *level*; never when *level* is None."""
        return level is not None and any(f.result.severity.rank >= level.rank for f in self.flaws)


def shapes_text(folder: Path) -> bytes:
    """All shapes of *folder* as one Turtle text."""
    return b"\n".join(path.read_bytes() for path in listed(folder, ".ttl"))


def inspect(
    store: ox.Store,
    files: Sequence[SourceFile],
    shapes: bytes,
    checks: Iterable[Query],
    *,
    only: str | None = None,
    mending: Iterable[Query] = (),
    placing: Query | None = None,
) -> Inspection:
    """Look at the *files* that are loaded in *store*; at those of the source *only* when it is given.

    With *only*, what other sources say is known by its type alone: a description of an interface may point at a
    building block of the map without repeating it. That a few files do not touch every shape is no news; of findings it
    is. A check whose header says ``reads: findings`` is made once these are there: when *only* is ``findings``, and
    then of all *files*. *mending* are the queries that say what would settle a flaw of a proposal, *placing* the one
    that says where in an imported file a flaw is.
    """
    sources = sorted({f.source for f in files} - {"ontology", "shapes"}) if only is None else [only]
    results: dict[Result, None] = {}
    idle: set[str] | None = None
    engine = ""
    late = only == FINDINGS
    for source in sources:
        own = sorted({f.graph for f in files if f.source == source})
        beside = {f.graph for f in files if f.source == COMMON} | {ONTOLOGY_GRAPH}
        others = {f.graph for f in files if f.source not in (source, "shapes")} - beside if only is not None else set()
        looked = _Looked(store, own, sorted(beside - set(own)), sorted(others), known=only is not None)
        nodes = [one for one in looked.described if not isinstance(one, ox.Triple)] if only is not None else None
        report = validate(looked.ntriples(), shapes, idle=only is None or late, held=looked, nodes=nodes)
        results |= dict.fromkeys(r for r in report.results if looked.describes(_node(r.focus)))
        idle = set(report.idle) if idle is None else idle & set(report.idle)
        engine = report.engine
    graphs = {f.graph for f in files if late or f.source in sources or (only is None and f.source == "ontology")}
    for check in (c for c in checks if (c.header.get("reads") == FINDINGS) is late):
        results |= dict.fromkeys(_rows(store, check, graphs))
    mended = mends(store, list(results), mending)
    places = files if only is None or late else [f for f in files if f.source == only]
    flaws = [replace(_located(store, places, result), mend=mended.get(n)) for n, result in enumerate(results)]
    flaws.sort(key=_order)
    if placing is not None:
        flaws = placed(store, flaws, placing)
    return Inspection(tuple(flaws), engine, tuple(sorted(idle or ())))


def placed(store: ox.Store, flaws: Sequence[Flaw], placing: Query) -> list[Flaw]:
    """*flaws*, each with its place in the imported file that it comes from, by the query *placing* of *store*."""
    things = {f"<{flaw.result.focus}>" for flaw in flaws if is_iri(flaw.result.focus)}
    if not things:
        return list(flaws)
    shapes = {f"<{flaw.result.shape}>" for flaw in flaws if flaw.result.shape}
    answer = store.query(placing.bind({"thing": sorted(things), "shape": sorted(shapes)}))
    assert isinstance(answer, ox.QuerySolutions)
    places: dict[tuple[str, str], list[str]] = {}
    asked: dict[str, Words] = {}
    for row in answer:
        if row["shape"] is not None:
            asked[row["shape"].value] = Words(row["nl"].value, row["en"].value)
        else:
            places.setdefault((row["thing"].value, row["graph"].value), []).append(row["place"].value)

    def one(flaw: Flaw) -> Flaw:
        names = {path.name for path in flaw.files}
        told = [
            place
            for graph in flaw.graphs
            for place in places.get((flaw.result.focus, graph), ())
            if "#" in place and (place.partition("#")[0] in names or "/imports/" in graph)
        ]
        return replace(flaw, places=tuple(told), asked=asked.get(flaw.result.shape)) if told else flaw

    return [one(flaw) for flaw in flaws]


def _order(flaw: Flaw) -> tuple[object, ...]:
    return (-flaw.result.severity.rank, flaw.files, flaw.result.key)


class _Looked:
    """What shapes are applied to: the graphs of a source, and *beside* them what it may refer to.

    Where these are *known* by other sources, not what the source describes itself, and of *others* the types of what it
    names. All is looked up in the store that holds it: there may be more than fits in memory twice.
    """

    def __init__(
        self, store: ox.Store, own: Sequence[str], beside: Sequence[str], others: Sequence[str], *, known: bool
    ) -> None:
        self._store, self._own, self._beside, self._others = store, own, beside, others
        self.described: set[ox.NamedNode | ox.BlankNode | ox.Triple] = set()
        self._named: set[ox.NamedNode | ox.BlankNode] = set()
        for quad in (quad for graph in own for quad in _quads(store, graph)) if known else ():
            self.described.add(quad.subject)
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                self._named.add(quad.object)

    def describes(self, node: ox.NamedNode | ox.BlankNode) -> bool:
        """Whether the source itself says something of *node*."""
        return any(
            next(iter(self._store.quads_for_pattern(node, None, None, ox.NamedNode(graph))), None) is not None
            for graph in self._own
        )

    def ntriples(self) -> bytes:
        """All of it, as N-Triples."""
        written = io.BytesIO()
        for graph in self._own:
            self._store.dump(written, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
        triples = (ox.Triple(q.subject, q.predicate, q.object) for q in self._around(None, None, None))
        ox.serialize(triples, written, format=ox.RdfFormat.N_TRIPLES)
        return written.getvalue()

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,
        graph_name: ox.NamedNode | ox.DefaultGraph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """What of it has the terms that are given, in whatever graph."""
        for graph in self._own:
            yield from self._store.quads_for_pattern(subject, predicate, value, ox.NamedNode(graph))
        yield from self._around(subject, predicate, value)

    def _around(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None,
    ) -> Iterator[ox.Quad]:
        for graph in self._beside:
            for quad in self._store.quads_for_pattern(subject, predicate, value, ox.NamedNode(graph)):
                if quad.subject not in self.described:
                    yield quad
        if predicate not in (None, _TYPE):
            return
        for graph in self._others:
            for quad in self._store.quads_for_pattern(subject, _TYPE, value, ox.NamedNode(graph)):
                if quad.subject in self._named and quad.subject not in self.described:
                    yield quad


def _quads(store: ox.Store, graph: str) -> Iterator[ox.Quad]:
    return iter(store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name[2:]) if name.startswith("_:") else ox.NamedNode(name)


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _rows(store: ox.Store, check: Query, graphs: Collection[str]) -> Iterator[Result]:
    """The rows of a check as results; not those that speak of another graph than *graphs*.

    A row can say more than the message of its check, in the columns nl and en.
    """
    if [c.name for c in check.columns] not in (_COLUMNS, [*_COLUMNS, *_TOLD]):
        raise WrongValue(
            f"'{check.path}': een controle heeft de kolommen thing, path, value en graph, en eventueel nl en en.",
            f"'{check.path}': a check has the columns thing, path, value and graph, and perhaps nl and en.",
        )
    words, severity = check.header.get("message"), check.header.get("severity")
    if severity not in list(Severity) or not isinstance(words, dict) or not {"nl", "en"} <= words.keys():
        raise WrongValue(
            f"'{check.path}': in de kop van een controle staat een message in nl en en, en severity is violation, "
            "warning of info.",
            f"'{check.path}': the header of a check has a message in nl and en, and severity is violation, warning or "
            "info.",
        )
    answer = store.query(check.text)
    assert isinstance(answer, ox.QuerySolutions)  # Query holds only SELECT and CONSTRUCT, and columns were declared
    for row in answer:
        graph = row["graph"]
        if graph is not None and graph.value not in graphs:
            continue
        thing, path, value = row["thing"], row["path"], row["value"]
        yield Result(
            focus=_name(thing),
            path=path.value if path is not None else None,
            value=to_rdflib(value) if value is not None else None,
            severity=Severity(severity),
            shape=CHECKS + check.name,
            component=_RULE,
            messages={lang: " ".join([words[lang], *_more(row, check, lang)]) for lang in _TOLD},
        )


def _more(row: ox.QuerySolution, check: Query, lang: str) -> Iterator[str]:
    if len(check.columns) > len(_COLUMNS) and row[lang] is not None:
        yield row[lang].value


def _located(store: ox.Store, files: Sequence[SourceFile], result: Result) -> Flaw:
    """Where the focus node of *result* is described; where the very value stands, when there is one."""
    focus = _node(result.focus)
    told = {f.graph for f in files}
    quads = [q for q in store.quads_for_pattern(focus, None, None, None) if _name(q.graph_name) in told]
    if result.value is not None:
        exact = [q for q in quads if (not result.path or q.predicate.value == result.path)]
        quads = [
            q for q in exact if not isinstance(q.object, ox.Triple) and to_rdflib(q.object) == result.value
        ] or quads
    graphs = sorted({_name(q.graph_name) for q in quads})
    holding = [f for f in files if f.graph in graphs]
    if len(holding) > len(graphs):
        # Several files make one graph (the ontology): look into them for the one that speaks of the focus node.
        holding = [f for f in holding if any(q.subject == focus for q in quads_of(f))]
    return Flaw(result, tuple(graphs), tuple(sorted(f.path for f in holding)))
