"""``make bench``: validation by both engines on generated data, and the steps of a build on the real mapping."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from samenhang import sources
from samenhang.inspection import shapes_text
from samenhang.namespaces import SCOPES
from samenhang.release import Analysis, Shelf, materialise
from samenhang.release.build import build, look
from samenhang.validation import validate
from tests.benchmarks.ecosystem import ntriples
from tests.support import ROOT, code_lists, content_files

SIZES = (1_000, 10_000, 100_000)


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall-clock time, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def beside() -> bytes:
    """Ontology and code lists as N-Triples: what the generated data refer to."""
    store = ox.Store()
    sources.load(store, code_lists())
    quads = (q for q in store if isinstance(q.graph_name, ox.NamedNode))
    lines = ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in quads), format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    return lines


def main() -> None:
    shapes = shapes_text(ROOT / "shapes")
    known = beside()
    print("validation, file to results (s)\n  triples  compiled   pySHACL   ratio")
    for size in SIZES:
        data = known + ntriples(size)
        compiled = timed(lambda data=data: validate(data, shapes, engine="compiled"))  # type: ignore[misc]
        start = time.perf_counter()
        validate(data, shapes, engine="reference")
        reference = time.perf_counter() - start
        print(f"{size:9,} {compiled:9.2f} {reference:9.1f} {reference / compiled:7.0f}")

    print("\nthe real mapping (s)")
    files = content_files()
    print(f"  check (all but writing)  {timed(lambda: look(ROOT)):6.2f}")
    analysis = Analysis.read(ROOT / "queries")

    def derive() -> None:
        fresh = ox.Store()
        sources.load(fresh, files)
        materialise(fresh, files, analysis, scopes=SCOPES)

    print(f"  derive, all scopes       {timed(derive):6.2f}")
    with tempfile.TemporaryDirectory() as folder:
        print(f"  build, all of it         {timed(lambda: build(ROOT, Shelf(Path(folder)))):6.2f}")


if __name__ == "__main__":
    main()
