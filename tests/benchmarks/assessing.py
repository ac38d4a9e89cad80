"""How long an assessment takes once the map is loaded.

On the real mapping and on generated ecosystems, one claim about one block at a time. Two kinds of proposals: *near*,
after which only rules about a block's own claims and its neighbours have something to look at (an owner, a capability,
a phase, an exchange), and *transitive* (a dependency). Everything included: parsing, validation, rules, the difference.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final
from unittest import mock

import pyoxigraph as ox

from samenhang import sources
from samenhang.assessment import Assessor
from samenhang.namespaces import GRAPH, ID, NS, PREFIXES
from samenhang.release import materialise
from samenhang.sources import SourceFile
from tests.benchmarks.clock import heading
from tests.benchmarks.ecosystem import ntriples
from tests.benchmarks.scores import Score, grown
from tests.support import ROOT, analysis, code_lists

_Store: Final = ox.Store

MOST = 60
"""Blocks that are proposed something about; so many times is each kind measured."""
OFFERED = SourceFile(Path("proposal.nt"), f"{GRAPH}proposal/proposal", "proposal")


def generated(size: int) -> Assessor:
    """A generated ecosystem of *size* triples, derived and tested."""
    sector = SourceFile(Path("sector.nt"), f"{GRAPH}sector/claims", "sector")
    files, store = (*code_lists(), sector), ox.Store()
    sources.load(store, code_lists())
    store.bulk_load(ntriples(size), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(sector.graph))
    materialise(store, files, analysis(), scopes=["all"])
    return Assessor(store, ROOT, files)


def some(assessor: Assessor, kind: str, most: int) -> list[str]:
    """At most *most* things of a class, spread over all that there are."""
    text = f"SELECT DISTINCT ?x {{ ?x a <{NS}{kind}> ; <{PREFIXES['skos']}prefLabel> ?name }} ORDER BY ?x"
    answer = assessor.store.query(text, default_graph=[ox.NamedNode(f"{GRAPH}scope/all")])
    assert isinstance(answer, ox.QuerySolutions)
    found = [row["x"].value for row in answer]
    return found[:: max(1, len(found) // most)][:most]


def proposals(assessor: Assessor, kind: str) -> Iterator[str]:
    """One proposal for each of some blocks: what is told of it that was not told before."""
    blocks = some(assessor, "BuildingBlock", MOST)
    actor, capability = (some(assessor, name, 1)[0] for name in ("Actor", "Capability"))
    evidence, owns = some_evidence(assessor), f"{NS}responsibility-owns"
    for number, block in enumerate(blocks):
        other = blocks[(number + 1) % len(blocks)]
        claims = {
            "near": [
                ("Responsibility", {"responsible": actor, "responsibleFor": block, "responsibilityType": owns}),
                ("CapabilityRealisation", {"block": block, "capability": capability}),
                ("Lifecycle", {"block": block, "lifecycleState": f"{NS}lifecycle-live"}),
                ("Exchange", {"provider": block, "consumer": other, "need": f"{NS}existing"}),
            ][number % 4 : number % 4 + 1],
            "transitive": [
                ("Dependency", {"dependent": block, "dependedOn": other, "dependencyKind": f"{NS}dependency-hard"})
            ],
        }[kind]  # fmt: skip
        yield "".join(
            f"<{ID}claim/assessed> <{predicate}> <{value}> .\n"
            for name, roles in claims
            for predicate, value in (
                (PREFIXES["rdf"] + "type", NS + name),
                (NS + "polarity", NS + "holds"),
                (NS + "modality", NS + "fact"),
                (NS + "evidence", evidence),
                *((NS + role, filler) for role, filler in roles.items()),
            )
        )


def some_evidence(assessor: Assessor) -> str:
    """A piece of evidence that the map has."""
    quads = assessor.store.quads_for_pattern(None, ox.NamedNode(f"{NS}source"), None, None)
    subject = next(iter(quads)).subject
    assert isinstance(subject, ox.NamedNode)
    return subject.value


def measure(assessor: Assessor, kind: str) -> list[float]:
    """Seconds of each assessment of *kind*, after one that is not counted."""
    graph, taken = ox.NamedNode(OFFERED.graph), []
    for number, text in enumerate(proposals(assessor, kind)):
        start = time.perf_counter()
        parsed = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
        found = assessor.assess([OFFERED], [ox.Quad(t.subject, t.predicate, t.object, graph) for t in parsed])
        if number:
            taken.append(time.perf_counter() - start)
        assert not found.refused, found.inspection
    return taken


class Listening:
    """A store that remembers what it is asked."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def __init__(self) -> None:
        self._store = _Store()

    def query(self, text: str, **options: Any) -> Any:
        """Ask, and remember that."""
        self.asked.append(("query", text))
        return self._store.query(text, **options)

    def update(self, text: str, **options: Any) -> None:
        """Change, and remember that."""
        self.asked.append(("update", text))
        self._store.update(text, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def __iter__(self) -> Iterator[ox.Quad]:
        return iter(self._store)

    def __len__(self) -> int:
        return len(self._store)

    def __contains__(self, quad: ox.Quad) -> bool:
        return quad in self._store


def planning() -> list[float]:
    """Seconds that the engine needs for the queries of each near assessment of the real mapping over nothing at all.

    It reads and plans them, and finds nothing: what an assessment cannot be faster than with these queries.
    """
    taken = []
    graph, empty = ox.NamedNode(OFFERED.graph), _Store()
    with mock.patch.object(ox, "Store", Listening):
        assessor = Assessor.of(ROOT)
        for text in proposals(assessor, "near"):
            Listening.asked.clear()
            parsed = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
            assessor.assess([OFFERED], [ox.Quad(t.subject, t.predicate, t.object, graph) for t in parsed])
            start = time.perf_counter()
            for kind, asked in Listening.asked:
                empty.query(asked) if kind == "query" else empty.update(asked)
            taken.append(time.perf_counter() - start)
    return taken


def report(sizes: Sequence[int]) -> Iterator[Score]:
    """Print what an assessment takes on the real mapping and on sectors of *sizes* triples; how that compares."""
    heading("Map", "proposal", "median (ms)", "p95 (ms)")
    real = _told("real mapping", Assessor.of(ROOT))
    near = {size: _told(f"{size:,}", generated(size)) for size in sizes}
    yield Score("assessing near, the real mapping, 95th percentile, ms", f"{real * 1000:.0f} ms", "", real * 1000, 50)
    floor = statistics.quantiles(planning(), n=20)[-1]
    other = f"planning its queries alone {floor * 1000:.0f} ms"
    yield Score("assessing near, the real mapping, 95th percentile", f"{real * 1000:.0f} ms", other, real / floor)
    if 1_000_000 in near:
        taken = near[1_000_000] * 1000
        yield Score("assessing near, 1,000,000 triples, 95th percentile, ms", f"{taken:.0f} ms", "", taken, 250)
    for small, large in zip(sizes, sizes[1:], strict=False):
        yield grown("assessing near", near, small, large, 3)


def _told(name: str, assessor: Assessor) -> float:
    """Print a line for each kind of proposal; the 95th percentile of near ones, in seconds."""
    high = {}
    for kind in ("near", "transitive"):
        taken = measure(assessor, kind)
        high[kind] = statistics.quantiles(taken, n=20)[-1]
        print(f"| {name} | {kind} | {statistics.median(taken) * 1000:.0f} | {high[kind] * 1000:.0f} |", flush=True)
    return high["near"]
