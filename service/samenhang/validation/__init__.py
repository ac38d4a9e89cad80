"""SHACL validation: data and shapes in, one :class:`Report` out, the same from either engine.

Decide by severity (``report.fails(level)``, ``report.worst()``), never by ``sh:conforms``. Nothing is inferred and no
ontology is merged in: ``rdfs:subClassOf`` counts where it stands in the data.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from importlib.resources import files
from operator import attrgetter
from typing import Final

from pyoxigraph import RdfFormat, Store, Triple

from samenhang.errors import SyntaxProblem
from samenhang.namespaces import shorten
from samenhang.validation import engines, results, shapes, targets
from samenhang.validation.engines import Choice, Engine, EngineError
from samenhang.validation.report import Report, Result, Severity
from samenhang.validation.shapes import BrokenShapes, Shapes
from samenhang.validation.targets import Data
from samenhang.validation.terms import Subject, ntriples

_LARGE: Final = 4 * 1024 * 1024
"""Bytes of data from which loading and applying shapes go side by side: both let others work, and each has to read the
data. With less a thread gains nothing."""

__all__ = ["BrokenShapes", "Data", "Report", "Result", "Severity", "ready", "validate"]


def validate(
    data: bytes,
    shapes: bytes,
    *,
    engine: Choice = "auto",
    idle: bool = True,
    held: Data | None = None,
    nodes: Iterable[Subject] | None = None,
) -> Report:
    """Check *data* (N-Triples) against *shapes* (Turtle).

    ``engine``: ``compiled``, ``reference`` (pySHACL), or ``auto``: compiled where it is installed. ``idle``: whether to
    look which shapes select nothing; of a few data most do. ``held``: where the same data can be looked up, if they
    were written by ourselves: then they need not be read to know whether that can be done, and where not. ``nodes``,
    which takes ``held``: what others lack as instances of a class is not reported, so that data can tell what a thing
    is and no more. Raises SyntaxProblem when either does not parse, BrokenShapes when the shapes are not well-formed or
    cannot be applied.
    """
    chosen = engines.engine(engine)
    ready = _well_formed(shapes)
    if held is not None and b"<<" not in data:  # that may be a triple term, which is refused
        if nodes is not None:
            data += ntriples(targets.addressed(held, ready, nodes))
        found = _apply(chosen, data, ready, addressed=nodes is not None)
    else:
        with ThreadPoolExecutor(1) as beside:
            loading = _loading(beside, data)
            try:
                found = _apply(chosen, data, ready)
            finally:
                held = loading.result()  # whose error, which says where, goes before that of the engine
    return Report(
        tuple(sorted(set(found), key=attrgetter("key"))), chosen.name, targets.idle(held, ready) if idle else ()
    )


def ready(shapes: bytes) -> None:
    """Read *shapes* (Turtle) now, so that processes that are forked from this one need not.

    Raises SyntaxProblem, BrokenShapes.
    """
    for nodes in (None, ()):
        validate(b"", shapes, idle=False, held=Store(), nodes=nodes)


def _loading(beside: ThreadPoolExecutor, data: bytes) -> Future[Store]:
    """The data once loaded: large ones *beside* what goes on, others at once, and so where no thread may start."""
    if len(data) >= _LARGE:
        with contextlib.suppress(RuntimeError):
            return beside.submit(_load, data)
    loaded: Future[Store] = Future()
    loaded.set_result(_load(data))
    return loaded


def _apply(engine: Engine, data: bytes, ready: Shapes, *, addressed: bool = False) -> list[Result]:
    try:
        return list(results.read(engine.report(data, ready.addressed if addressed else ready.ntriples), ready))
    except EngineError as error:
        raise BrokenShapes(
            f"De shapes kunnen niet toegepast worden. {engine.name} zegt: {error}",
            f"The shapes cannot be applied. {engine.name} says: {error}",
        ) from error


@lru_cache(maxsize=8)
def _well_formed(turtle: bytes) -> Shapes:
    """The shapes, held against the W3C's shapes for shapes: a property shape without a path, for one, is skipped in
    silence by the compiled engine."""
    ready = shapes.read(turtle)
    ready.refuse_other_severities()
    meta = shapes.read(files("pyshacl").joinpath("assets", "shacl-shacl.ttl").read_bytes())
    wrong = {(ready.named(r.focus), r.path) for r in _apply(engines.engine(), ready.ntriples, meta)}
    if wrong:
        where = sorted(" ".join(shorten(iri) for iri in pair if iri) for pair in wrong)
        raise BrokenShapes(
            f"De shapes zijn geen goed gevormde SHACL; zie {'; '.join(where)}.",
            f"The shapes are not well-formed SHACL; see {'; '.join(where)}.",
        )
    return ready


def _load(data: bytes) -> Store:
    store = Store()
    try:
        store.bulk_load(data, format=RdfFormat.N_TRIPLES)
        if b"<<" in data and any(isinstance(quad.object, Triple) for quad in store):
            raise SyntaxError("a triple term (RDF 1.2) is not supported")
    except SyntaxError as error:
        raise SyntaxProblem(
            f"De gegevens zijn geen geldige N-Triples: {error.msg}",
            f"The data are not valid N-Triples: {error.msg}",
            where="data",
            line=error.lineno,
            column=error.offset,
        ) from error
    return store
