"""A map that proposals can be held against, one after the other, each in milliseconds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import questions, sources
from samenhang.assessment.assessment import Assessment, told
from samenhang.assessment.ground import Ground
from samenhang.assessment.region import ADDED, AFFECTED, CHANGED, DERIVED, WHOLE, Region, Subject
from samenhang.errors import WrongValue
from samenhang.exchange import readers
from samenhang.inspection import Inspection, placed, shapes_text
from samenhang.inspection import inspect as looked
from samenhang.mending import mends
from samenhang.namespaces import GRAPH, NS, PREFIXES, SCOPES
from samenhang.progress import Progress, silent
from samenhang.questions import Query
from samenhang.release.materialise import Analysis, materialise, withdraw
from samenhang.sources import COMMON, ONTOLOGY_GRAPH, SourceFile
from samenhang.validation import Severity

_SCOPE: Final = SCOPES[0]
_FINDINGS, _WITHDRAWN = (ox.NamedNode(f"{GRAPH}{made}/{_SCOPE}") for made in ("findings", "withdrawn"))
_BEFORE, _AFTER, _PROPOSAL, _GROUND, _TERMS = (
    ox.NamedNode(f"{GRAPH}assessment/{name}") for name in ("before", "after", "proposal", "ground", "terms")
)
_PASSING: Final = (WHOLE, DERIVED, _FINDINGS, _WITHDRAWN, _BEFORE, _AFTER, _PROPOSAL)
"""The graphs that one proposal fills and that are empty again after it."""
_ABOUT = ox.NamedNode(NS + "about")
_PREDICATE = ox.NamedNode(PREFIXES["rdf"] + "predicate")
_PRINCIPLE = ox.NamedNode(NS + "principle")
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")


def assess(content: Path, files: Sequence[Path], *, progress: Progress = silent) -> Assessment:
    """Assess the proposal in *files* against the data of *content*, in scope ``all``; nothing is stored.

    Raises SyntaxProblem, Unreadable; WrongValue when there is no file.
    """
    if not files:
        raise WrongValue(
            "Geef minstens één bestand met een voorstel.", "Give at least one file with a proposal.", status=422
        )
    assessor = Assessor.of(content, progress=progress)
    return assessor.assess(sources.proposals(files, readers(assessor.store, content)))


class Assessor:
    """The map in *store*, which is a release or was made by :func:`materialise`, with queries and shapes of *content*.

    One proposal at a time; nothing of it remains. *files* are those that the map was made of, when they are known.
    """

    def __init__(self, store: ox.Store, content: Path, files: Sequence[SourceFile] = ()) -> None:
        queries = content / "queries"
        self.store = store
        self.files = tuple(files) or sources.within(store)
        self._analysis = Analysis.read(queries)
        self._rules = {PREFIXES["rule"] + rule.name: rule for rule in self._analysis.rules}
        self._affected = questions.collect(queries / "affected")
        self._everything = self._affected.pop("everything")
        self._asked = questions.collect(queries / "assess")
        self._checks = list(questions.collect(queries / "checks").values())
        self._mending = list(questions.collect(queries / "mend").values())
        self._placing = questions.collect(queries / "exchange")["places"]
        self._shapes = shapes_text(content / "shapes")
        self._sources = {ox.NamedNode(f.graph) for f in self.files if f.source != "shapes"}
        self._world = ox.Store()
        for graph in {f.graph for f in self.files if f.source in ("ontology", COMMON)}:
            _copy(store, ox.NamedNode(graph), self._world, _GROUND)
        _put(self._world, _TERMS, _made(self._world, self._asked["ground"], [_GROUND]))
        derived = [t for query in self._analysis.derivations for t in _made(self._world, query, [_GROUND])]
        _put(self._world, _GROUND, derived)
        analysis = self._analysis
        asked = (*analysis.withdrawals, *analysis.derivations, *analysis.rules, *analysis.conclusions)
        self._read = frozenset().union(*(query.named for query in (*asked, *self._asked.values())))
        self._ground = Ground(self._world.quads_for_pattern(None, None, None, _GROUND), self._read)
        self._world.remove_graph(_GROUND)
        self._world.extend(self._ground.always)
        self._classes = list(store.quads_for_pattern(None, _SUBCLASS, None, ox.NamedNode(ONTOLOGY_GRAPH)))
        self.inspect((), ())  # so that the shapes are compiled

    @classmethod
    def of(cls, content: Path, *, progress: Progress = silent) -> Assessor:
        """The map that the sources of *content* make. Raises SyntaxProblem, Unreadable."""
        progress("lezen", "reading")
        files, store = sources.find(content), ox.Store()
        sources.load(store, files)
        progress("zonder het voorstel", "without the proposal")
        materialise(store, files, Analysis.read(content / "queries"), scopes=[_SCOPE])
        return cls(store, content, files)

    def assess(self, files: Sequence[SourceFile], quads: Sequence[ox.Quad] | None = None) -> Assessment:
        """Assess the proposal in *files*; *quads* are what they hold, when that was read already.

        Raises SyntaxProblem, Unreadable.
        """
        quads = sources.quads(files) if quads is None else quads
        with self._passing():
            _put(self.store, _PROPOSAL, quads)
            inspection = self.inspect(files, quads)
            if inspection.fails(Severity.VIOLATION):
                return Assessment(inspection, (), ())
            if not self._change(quads):
                return self._anew(files, quads, inspection)
            region = Region(self.store, self._affected.values(), self._ground.subjects, self._read)
            return self._compare(region, quads, inspection)

    def check(self, files: Sequence[SourceFile], quads: Sequence[ox.Quad]) -> Inspection:
        """Whether the proposal in *files*, which hold *quads*, is valid, and no more than that."""
        with self._passing():
            _put(self.store, _PROPOSAL, quads)
            return self.inspect(files, quads)

    @contextmanager
    def _passing(self) -> Iterator[None]:
        """Nothing of what is done within remains."""
        try:
            yield
        finally:
            for graph in (_PROPOSAL, ADDED, CHANGED, AFFECTED):
                self.store.remove_graph(graph)
            for graph in _PASSING:
                self._world.remove_graph(graph)

    def inspect(self, files: Sequence[SourceFile], quads: Sequence[ox.Quad]) -> Inspection:
        """Whether the proposal in *files*, which hold *quads*, is valid beside what the map says of what it names."""
        beside = ox.Store()
        beside.extend(quads)
        beside.extend(self._classes)
        names = {term for quad in quads for term in (quad.subject, quad.predicate, quad.object)}
        described = {quad.subject for quad in quads}
        for name in names:
            if isinstance(name, ox.NamedNode):
                found = self._within(self.store.quads_for_pattern(name, None, None, None))
                # What the map says in words of a thing matters only where the proposal describes it too.
                beside.extend(q for q in found if name in described or not _worded(q))
        # A property of which the map has statements, and an address that it spells otherwise: where, does not matter.
        for name in {quad.predicate for quad in quads}:
            beside.extend(self._first(None, _PREDICATE, name))
        for row in _rows(self.store, self._asked["spellings"], [WHOLE]) if quads else ():
            spelt = row["spelling"]
            beside.extend(
                self._first(spelt, None, None) or self._first(None, None, spelt) or self._first(None, spelt, None)
            )
        inspection = looked(beside, (*self.files, *files), self._shapes, self._checks, only="proposal")
        return self._mended(inspection, quads) if inspection.flaws else inspection

    def _mended(self, inspection: Inspection, quads: Sequence[ox.Quad]) -> Inspection:
        """With the lines that would settle each flaw, and its place; a name may be misspelt of anything in the map."""
        self.store.extend(quads)
        try:
            found = mends(self.store, [flaw.result for flaw in inspection.flaws], self._mending)
            flaws = placed(self.store, inspection.flaws, self._placing)
        finally:
            for graph in {quad.graph_name for quad in quads}:
                self.store.remove_graph(graph)
        return replace(inspection, flaws=tuple(replace(f, mend=found.get(n)) for n, f in enumerate(flaws)))

    def _within(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        return (quad for quad in quads if quad.graph_name in self._sources)

    def _first(
        self, subject: Subject | None, predicate: ox.NamedNode | None, value: ox.NamedNode | None
    ) -> list[ox.Quad]:
        """One quad of a source that matches, if there is one."""
        return next(([q] for q in self._within(self.store.quads_for_pattern(subject, predicate, value, None))), [])

    def _change(self, quads: Sequence[ox.Quad]) -> bool:
        """Put in graphs of their own what the proposal adds and which claims it changes.

        No, when it changes what too much rests on.
        """
        added = [q for q in quads if ox.Quad(q.subject, q.predicate, q.object, WHOLE) not in self.store]
        if any(quad.subject in self._ground.subjects for quad in added):
            return False
        _put(self.store, ADDED, added)
        if next(iter(_rows(self.store, self._everything, [WHOLE])), None):
            return False
        _put(self.store, CHANGED, added)
        _put(self.store, CHANGED, _made(self.store, self._asked["changed"], [WHOLE]))
        return True

    def _compare(self, region: Region, quads: Sequence[ox.Quad], inspection: Inspection) -> Assessment:
        """Derive and test the region with the proposal, and hold its findings against those of the map."""
        world, known = self._world, [_GROUND, WHOLE]
        pairs = [
            ox.Quad(ox.NamedNode(rule), _ABOUT, key, AFFECTED) for rule, keys in region.keys.items() for key in keys
        ]
        self.store.extend(pairs)
        before = _made(self.store, self._asked["before"], [WHOLE])
        _put(world, _BEFORE, before)
        world.extend(region.quads)
        _put(world, WHOLE, (quad for quad in quads if quad.subject not in self._ground.subjects))
        _put(world, _PROPOSAL, quads)
        withdraw(world, self._analysis, _SCOPE)
        derived = [t for query in self._analysis.derivations for t in _made(world, query, [_TERMS, WHOLE])]
        _put(world, WHOLE, derived)
        objects = {q.object for made in (region.quads, quads, derived) for q in made}
        _put(world, WHOLE, self._ground.words(objects.union(region.things, *region.keys.values())))
        found = [
            t for rule, keys in region.keys.items() for t in _affected(_made(world, self._rules[rule], known), keys)
        ]
        _put(world, WHOLE, found)
        concluded = [t for query in self._analysis.conclusions for t in _made(world, query, known)]
        _put(world, _AFTER, [*found, *concluded])
        # The names of the principles: no rule needs them, and whoever reads the findings does.
        for principle in {t.object for t in (*before, *found) if t.predicate == _PRINCIPLE}:
            if isinstance(principle, ox.NamedNode):
                _put(world, WHOLE, self.store.quads_for_pattern(principle, None, None, WHOLE))
        return told(world, self._asked, inspection, known)

    def _anew(self, files: Sequence[SourceFile], quads: Sequence[ox.Quad], inspection: Inspection) -> Assessment:
        """The same by deriving and testing the whole map again."""
        world = ox.Store()
        for graph in self._sources:
            _copy(self.store, graph, world, graph)
        world.extend(quads)
        materialise(world, (*self.files, *files), self._analysis, scopes=[_SCOPE])
        _copy(self.store, _FINDINGS, world, _BEFORE)
        _copy(world, _FINDINGS, world, _AFTER)
        _put(world, _PROPOSAL, quads)
        return told(world, self._asked, inspection, [WHOLE])


def _worded(quad: ox.Quad) -> bool:
    return isinstance(quad.object, ox.Literal) and bool(quad.object.language)


def _affected(triples: Sequence[ox.Triple], keys: Collection[object]) -> list[ox.Triple]:
    """Of the findings in *triples* those about any of *keys*; of another the region may not hold all."""
    findings = {t.subject for t in triples if t.predicate == _ABOUT and t.object in keys}
    return [t for t in triples if t.subject in findings]


def _made(store: ox.Store, query: Query, graphs: Sequence[ox.NamedNode]) -> list[ox.Triple]:
    """What the CONSTRUCT *query* makes of *graphs*, no triple of which stands in two of them."""
    answer = store.query(query.text, default_graph=list(graphs))
    assert isinstance(answer, ox.QueryTriples)  # tests hold that what stands in these folders is a CONSTRUCT
    return list(answer)


def _rows(store: ox.Store, query: Query, graphs: Sequence[ox.NamedNode]) -> Iterator[ox.QuerySolution]:
    answer = store.query(query.text, default_graph=list(graphs))
    assert isinstance(answer, ox.QuerySolutions)  # columns are declared in the header
    return iter(answer)


def _put(store: ox.Store, graph: ox.NamedNode, triples: Iterable[ox.Triple | ox.Quad]) -> None:
    store.extend([ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples])


def _copy(store: ox.Store, graph: ox.NamedNode, to: ox.Store, target: ox.NamedNode) -> None:
    _put(to, target, store.quads_for_pattern(None, None, None, graph))
