"""Validation, file to results: ours beside pySHACL and pyshifty, with the same results."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pyoxigraph as ox

from samenhang import sources
from samenhang.inspection import shapes_text
from samenhang.validation import Result, results, shapes, validate
from samenhang.validation.terms import statements
from tests.benchmarks.clock import heading, timed
from tests.benchmarks.ecosystem import ntriples
from tests.benchmarks.scores import Score, grown
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


def report(sizes: tuple[int, ...]) -> Iterator[Score]:
    """Print the seconds of each engine at each of *sizes*; how these compare. Raises RuntimeError: other results."""
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
        print(f"| {size:,} | {len(mine.results):,} | {told} | {'yes' if all(same) else 'no'} |", flush=True)
        if not all(same):
            raise RuntimeError(f"not the same results at {size:,} triples")
    for name, taken, aimed in (("pySHACL", slower, 100), ("pyshifty", shifty, 4)):
        if taken:
            most = max(taken)
            what = f"validation, {most:,} triples, times as fast"
            other = f"{name} {taken[most]:.2f} s"
            yield Score(what, f"{ours[most]:.2f} s", other, taken[most] / ours[most], aimed, least=True)
    for small, large in zip(sizes, sizes[1:], strict=False):
        yield grown("validation", ours, small, large, 12)


def _shifty(data: bytes, text: bytes) -> list[Result]:
    """The results by pyshifty, read by our reader."""
    import shifty  # of the extra for benchmarks

    _, graph, _ = shifty.validate(data.decode(), text.decode())
    return list(results.read(statements(graph.serialize(format="nt", encoding="utf-8")), shapes.read(text)))


def _said(found: list[Result] | tuple[Result, ...]) -> set[tuple[str, str | None, str, str]]:
    return {(result.focus, result.path, result.severity, result.component) for result in found}
