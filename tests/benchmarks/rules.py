"""The rules on generated sectors, beside loading them; and the rows of an overlap beside maplib."""

from __future__ import annotations

import tempfile
import time
import typing
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from samenhang import sources
from samenhang.namespaces import GRAPH, NS, scope_graph
from samenhang.questions import Query
from samenhang.release import Analysis
from samenhang.release.materialise import add, construct
from samenhang.sources import ONTOLOGY_GRAPH
from tests.benchmarks.clock import heading, timed
from tests.benchmarks.ecosystem import ntriples
from tests.benchmarks.scores import Score, grown
from tests.benchmarks.validation import beside
from tests.support import ROOT, code_lists

_WHOLE = scope_graph("all")
_OUTCOME = ox.NamedNode(NS + "outcome")
_DERIVED, _FINDINGS = f"{GRAPH}derived/all", f"{GRAPH}findings/all"

# Every two blocks of different owners that realise one capability, as anyone would ask it.
OVERLAP = """
PREFIX sam: <https://w3id.org/samenhang/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?block ?other ?capability WHERE {
  ?one a sam:CapabilityRealisation ; sam:polarity sam:holds ; sam:block ?block .
  ?one sam:capability/skos:broader* ?capability .
  ?two a sam:CapabilityRealisation ; sam:polarity sam:holds ; sam:block ?other ; sam:capability ?capability .
  ?own sam:responsibleFor ?block ; sam:responsibilityType sam:responsibility-owns ; sam:responsible ?owner .
  ?otherOwn sam:responsibleFor ?other ; sam:responsibilityType sam:responsibility-owns ; sam:responsible ?otherOwner .
  FILTER (?block != ?other && ?owner != ?otherOwner)
}"""


def report(sizes: tuple[int, ...]) -> Iterator[Score]:
    """Print the seconds of each step at each of *sizes* and those of each rule; how these compare."""
    analysis = Analysis.read(ROOT / "queries")
    load: dict[int, float] = {}
    took: dict[int, dict[str, float]] = {}
    rows: dict[int, tuple[float, int]] = {}
    heading("Triples", "load (s)", "derive (s)", "17 rules (s)", "conclude (s)", "findings", "triples of findings")
    for size in sizes:
        store = ox.Store()
        sources.load(store, code_lists())
        data = ntriples(size)
        start = time.process_time()
        store.load(data, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(_WHOLE))
        load[size] = time.process_time() - start
        for graph in {file.graph for file in code_lists()} | {ONTOLOGY_GRAPH}:
            add(store, graph, _WHOLE)
        derive = sum(_each(store, analysis.derivations, _DERIVED).values())
        add(store, _DERIVED, _WHOLE)
        took[size] = _each(store, analysis.rules, _FINDINGS)
        rows[size] = _rows(store)
        add(store, _FINDINGS, _WHOLE)
        conclude = sum(_each(store, analysis.conclusions, _FINDINGS).values())
        findings = sum(1 for _ in store.quads_for_pattern(None, _OUTCOME, None, ox.NamedNode(_FINDINGS)))
        triples = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(_FINDINGS)))
        rules = sum(took[size].values())
        told = " | ".join(f"{step:.2f}" for step in (load[size], derive, rules, conclude))
        print(f"| {size:,} | {told} | {findings:,} | {triples:,} |", flush=True)
    heading("Rule", *(f"{size:,} (s)" for size in sizes))
    for name in sorted(took[sizes[-1]], key=lambda name: -took[sizes[-1]][name]):
        print(f"| {name} | " + " | ".join(f"{took[size][name]:.3f}" for size in sizes) + " |")
    last, total = sizes[-1], {size: sum(each.values()) for size, each in took.items()}
    yield Score(
        f"rules, in times of loading, {last:,} triples",
        f"{total[last]:.1f} s",
        f"loading {load[last]:.1f} s",
        total[last] / load[last],
        6,
    )
    for small, large in zip(sizes, sizes[1:], strict=False):
        yield grown("rules", total, small, large, 15)
    if find_spec("maplib"):
        seconds, count = _maplib(last)
        other = f"maplib, {count:,} rows: {seconds:.2f} s"
        own, found = rows[last]
        yield Score(f"an overlap as anyone would ask it, {found:,} rows", f"{own:.2f} s", other, own / seconds, 2)
        rule = took[last]["capability-overlap"]
        yield Score("the whole rule capability-overlap", f"{rule:.1f} s", other, rule / seconds, 2)


def _each(store: ox.Store, queries: Sequence[Query], target: str) -> dict[str, float]:
    took = {}
    for query in queries:
        start = time.process_time()
        construct(store, query, _WHOLE, target)
        took[query.name] = time.process_time() - start
    return took


def _rows(store: ox.Store) -> tuple[float, int]:
    """Seconds that the engine here needs for the rows of an overlap, and how many there are."""
    start = time.process_time()
    answer = store.query(OVERLAP, default_graph=[ox.NamedNode(_WHOLE)])
    assert isinstance(answer, ox.QuerySolutions)
    count = len(list(answer))
    return time.process_time() - start, count


def _maplib(size: int) -> tuple[float, int]:
    """Seconds that maplib needs for the rows of an overlap, once it has loaded the data, and how many there are."""
    import maplib  # of the extra for benchmarks

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.nt"
        path.write_bytes(beside() + ntriples(size))
        model = maplib.Model()
        model.read(str(path))
    seconds, found = timed(lambda: typing.cast(typing.Any, model.query(OVERLAP)).rows())
    return seconds, len(found)
