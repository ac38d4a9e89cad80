"""From folders of Turtle files to named graphs: one file, one graph.

``ontology/`` and ``shapes/`` become one graph each; a file ``data/{source}/{kind}.ttl`` becomes
``graph/{source}/{kind}``. A *source* is a folder of ``data/``; ``vocabularies`` and ``dataset.ttl`` belong to every
scope. Nothing here knows what the triples mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from samenhang.errors import SyntaxProblem, Unreadable
from samenhang.namespaces import GRAPH

COMMON: Final = "vocabularies"
"""The source that every scope includes: code lists, concepts, the bibliography of sources."""

ONTOLOGY_GRAPH: Final = GRAPH + "ontology"
SHAPES_GRAPH: Final = GRAPH + "shapes"


@dataclass(frozen=True)
class SourceFile:
    """One file and the named graph that it becomes. ``source`` is its folder under ``data/``, or ``ontology`` ..."""

    path: Path
    graph: str
    source: str


def find(content: Path) -> tuple[SourceFile, ...]:
    """The files of a content folder, in the order of their graphs. Raises Unreadable when there is no data at all."""
    files = [
        *(SourceFile(p, ONTOLOGY_GRAPH, "ontology") for p in sorted((content / "ontology").glob("*.ttl"))),
        *(SourceFile(p, SHAPES_GRAPH, "shapes") for p in sorted((content / "shapes").glob("*.ttl"))),
    ]
    data = content / "data"
    for path in sorted(data.rglob("*.ttl")):
        parts = path.relative_to(data).with_suffix("").parts
        source = parts[0] if len(parts) > 1 else COMMON
        files.append(SourceFile(path, GRAPH + "/".join(parts), source))
    if not any(f.source not in ("ontology", "shapes") for f in files):
        raise Unreadable(
            f"In '{data}' staat geen enkel Turtle-bestand (*.ttl).", f"'{data}' holds no Turtle file (*.ttl)."
        )
    return tuple(sorted(files, key=lambda f: (f.graph, f.path.name)))


def load(store: ox.Store, files: Iterable[SourceFile]) -> None:
    """Put *files* into *store*, each in its graph.

    Every file is read before anything is refused, so that one run names all that is wrong. Raises SyntaxProblem (file,
    line, column, what was expected) or Unreadable.
    """
    problems: list[SyntaxProblem] = []
    for file in files:
        try:
            store.extend(_quads(file))
        except SyntaxProblem as problem:
            problems.append(problem)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise SyntaxProblem("\n".join(p.nl for p in problems), "\n".join(p.en for p in problems), where="")


def _quads(file: SourceFile) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(file.graph)
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples(file.path))
    # Labels of blank nodes must depend on the file's content only: same input, same bytes. (Shapes have lists.)
    if any(isinstance(term, ox.BlankNode) for quad in dataset for term in (quad.subject, quad.object)):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        prefix = f"{file.source}-{file.path.stem}-"
        return (ox.Quad(_own(q.subject, prefix), q.predicate, _own(q.object, prefix), graph) for q in dataset)
    return iter(dataset)


_Term = TypeVar("_Term", bound=ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple)


def _own(term: _Term, prefix: str) -> _Term | ox.BlankNode:
    return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term


def triples(path: Path) -> list[ox.Quad]:
    """The triples of one RDF file; the format follows from the name. Raises SyntaxProblem or Unreadable."""
    media = ox.RdfFormat.from_extension(path.suffix.lstrip(".") or "ttl")
    if media is None:
        raise Unreadable(
            f"'{path}': onbekend formaat '{path.suffix}'. Bruikbaar zijn .ttl, .nt, .nq, .trig, .jsonld en .rdf.",
            f"'{path}': unknown format '{path.suffix}'. Usable are .ttl, .nt, .nq, .trig, .jsonld and .rdf.",
        )
    try:
        text = path.read_bytes()
    except OSError as problem:
        raise unreadable(path, problem) from None
    try:
        return list(ox.parse(text, format=media, base_iri=None))
    except SyntaxError as problem:
        line, column = problem.lineno, problem.offset
        where = f"{path}:{line}:{column}" if line else str(path)
        reason = problem.msg.partition(": ")[2] if line else problem.msg
        raise SyntaxProblem(
            f"{where}: het bestand is geen geldige {media.name}: {reason}.",
            f"{where}: the file is not valid {media.name}: {reason}.",
            where=str(path),
            line=line,
            column=column,
        ) from None


def unreadable(path: Path, problem: OSError) -> Unreadable:
    """The error for a file or folder that the system would not let us read or write."""
    reasons = {
        "FileNotFoundError": ("bestaat niet", "does not exist"),
        "PermissionError": ("geen toegang", "no permission"),
        "IsADirectoryError": ("is een map, geen bestand", "is a folder, not a file"),
        "NotADirectoryError": ("is geen map", "is not a folder"),
    }
    nl, en = reasons.get(type(problem).__name__, (problem.strerror or str(problem),) * 2)
    if problem.errno == 28:
        nl, en = "de schijf is vol", "the disk is full"
    return Unreadable(f"'{path}': {nl}.", f"'{path}': {en}.")
