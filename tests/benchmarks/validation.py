"""Validation, file to results: ours beside pySHACL and pyshifty, with the same results."""

from __future__ import annotations

from importlib.util import find_spec

import pyoxigraph as ox

from samenhang import sources
from samenhang.inspection import shapes_text
from samenhang.validation import Result, results, shapes, validate
from samenhang.validation.terms import statements
from tests.benchmarks.clock import goal, heading, timed
from tests.benchmarks.ecosystem import ntriples
from tests.support import ROOT, code_lists

REFERENCE = 100_000
"""Triples beyond which nobody waits for pySHACL."""


def beside() -> bytes:
    """Ontology and code lists as N-Triples: what the generated data refer to."""
    store = ox.Store()
    sources.load(store, code_lists())
    quads = (q for q in store if isinstance(q.graph_name, ox.NamedNode))
    lines = ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in quads), format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    return lines


def report(sizes: tuple[int, ...]) -> None:
    """Print the seconds of each engine at each of *sizes*, and the goals."""
    text, known = shapes_text(ROOT / "shapes"), beside()
    heading("Triples", "results", "ours (s)", "pySHACL (s)", "pyshifty (s)", "same results")
    ours: dict[int, float] = {}
    slower: dict[int, float] = {}
    shifty: dict[int, float] = {}
    for size in sizes:
        data = known + ntriples(size)
        times = 3 if size <= REFERENCE else 1
        ours[size], mine = timed(lambda data=data: validate(data, text, engine="compiled"), times)  # type: ignore[misc]
        same = []
        if size <= REFERENCE:
            slower[size], theirs = timed(lambda data=data: validate(data, text, engine="reference"), 1)  # type: ignore[misc]
            same.append(_said(mine.results) == _said(theirs.results))
        if find_spec("shifty"):
            shifty[size], others = timed(lambda data=data: _shifty(data, text), 1)  # type: ignore[misc]
            same.append(_said(mine.results) == _said(others))
        told = " | ".join(f"{found[size]:.2f}" if size in found else "-" for found in (ours, slower, shifty))
        print(f"| {size:,} | {len(mine.results):,} | {told} | {'yes' if all(same) else 'no'} |")
    heading("Goal", "aimed", "reached", "met")
    if slower:
        goal(f"pySHACL in times ours, at {max(slower):,}", slower[max(slower)] / ours[max(slower)], 100, least=True)
    if shifty:
        goal(f"pyshifty in times ours, at {max(shifty):,}", shifty[max(shifty)] / ours[max(shifty)], 4, least=True)
    for small, large in zip(sizes, sizes[1:], strict=False):
        goal(f"ours, from {small:,} to {large:,}", ours[large] / ours[small], 12)


def _shifty(data: bytes, text: bytes) -> list[Result]:
    """The results by pyshifty, read by our reader."""
    import shifty  # of the extra for benchmarks

    _, graph, _ = shifty.validate(data.decode(), text.decode())
    return list(results.read(statements(graph.serialize(format="nt", encoding="utf-8")), shapes.read(text)))


def _said(found: list[Result] | tuple[Result, ...]) -> set[tuple[str, str | None, str, str]]:
    return {(result.focus, result.path, result.severity, result.component) for result in found}
