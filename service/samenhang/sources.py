"""From folders of Turtle files to named graphs: one file, one graph.

``ontology/`` and ``shapes/`` become one graph each; a file ``data/{source}/{kind}.ttl`` becomes
``graph/{source}/{kind}``. A *source* is a folder of ``data/``; ``vocabularies`` and ``dataset.ttl`` belong to every
scope. Nothing here knows what the triples mean.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from samenhang.errors import SyntaxProblem, Unreadable
from samenhang.namespaces import GRAPH
from samenhang.syntax import plain

COMMON: Final = "vocabularies"
"""The source that every scope includes: code lists, concepts, the bibliography of sources."""

HARVEST: Final = "harvest"
"""Before the name of a source that was collected (``harvest/{name}``): each stands by itself, in the scope of all."""

ONTOLOGY_GRAPH: Final = GRAPH + "ontology"
SHAPES_GRAPH: Final = GRAPH + "shapes"
QUESTIONS_GRAPH: Final = GRAPH + "questions"

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
RESERVED: Final = (
    "ontology",
    "shapes",
    "scope",
    "withdrawn",
    "derived",
    "findings",
    "questions",
    "statistics",
    "proposal",
    "assessment",
    HARVEST,
)
"""Graphs that are made from something else than ``data/``."""


Reader = Callable[[bytes, str], list[ox.Triple]]
"""What makes triples of a file: of its bytes and its name. It raises SyntaxProblem."""
LARGEST: Final = 64_000_000
"""Bytes of a file that somebody hands in; what is larger is not even read."""


@dataclass(frozen=True)
class SourceFile:
    """One file and the named graph that it becomes. ``source`` is its folder under ``data/``, or ``ontology`` ...

    ``read`` makes triples of the bytes of a file that is no RDF, and of its name.
    """

    path: Path
    graph: str
    source: str
    read: Reader | None = None


def find(content: Path) -> tuple[SourceFile, ...]:
    """The files of a content folder, in the order of their graphs.

    Raises Unreadable when there is no data at all, or when a name cannot be part of an address.
    """
    files = [
        *(SourceFile(p, ONTOLOGY_GRAPH, "ontology") for p in listed(content / "ontology", ".ttl")),
        *(SourceFile(p, SHAPES_GRAPH, "shapes") for p in listed(content / "shapes", ".ttl")),
    ]
    data = content / "data"
    for path in _below(data, ".ttl"):
        parts = path.relative_to(data).with_suffix("").parts
        if not all(_NAME.match(part) for part in parts):
            raise Unreadable(
                f"'{path}': de naam van een map of bestand in data wordt deel van een adres. Gebruik enkel kleine "
                "letters, cijfers en streepjes.",
                f"'{path}': the name of a folder or file in data becomes part of an address. Use only small letters, "
                "digits and hyphens.",
            )
        if parts[0] in RESERVED:
            raise Unreadable(
                f"'{path}': '{parts[0]}' kan in data geen map of bestand zijn; die graaf ontstaat uit iets anders.",
                f"'{path}': '{parts[0]}' cannot be a folder or file in data; that graph is made from something else.",
            )
        source = parts[0] if len(parts) > 1 else COMMON
        files.append(SourceFile(path, GRAPH + "/".join(parts), source))
    if not any(f.source not in ("ontology", "shapes") for f in files):
        raise Unreadable(
            f"In '{data}' staat geen enkel Turtle-bestand (*.ttl).", f"'{data}' holds no Turtle file (*.ttl)."
        )
    return tuple(sorted(files, key=lambda f: (f.graph, f.path.name)))


def within(store: ox.Store) -> tuple[SourceFile, ...]:
    """The files that the release in *store* was made of, by their graphs; where they stood is not known any more."""
    files = [file for name in store.named_graphs() if (file := of_graph(name.value))]
    return tuple(sorted(files, key=lambda f: f.graph))


def of_graph(graph: str) -> SourceFile | None:
    """The file that a named *graph* was made of, its path below the content folder; None when it is no source.

    >>> file = of_graph("https://w3id.org/samenhang/graph/field/building-blocks")
    >>> file.path.as_posix() if file else ""
    'data/field/building-blocks.ttl'
    """
    kind = graph.removeprefix(GRAPH)
    source, inside, rest = kind.partition("/")
    if source in ("ontology", "shapes"):
        return SourceFile(Path(kind), graph, source)
    if source == HARVEST:
        return collected(Path(f"{kind}.ttl"), rest.partition("/")[0])
    if graph.startswith(GRAPH) and source not in RESERVED:
        return SourceFile(Path("data", f"{kind}.ttl"), graph, source if inside else COMMON)
    return None


def collected(path: Path, name: str) -> SourceFile:
    """The file at *path* as what was collected of the source *name*.

    >>> collected(Path("a.ttl"), "kassa").graph
    'https://w3id.org/samenhang/graph/harvest/kassa/description'
    """
    return SourceFile(path, f"{GRAPH}{HARVEST}/{name}/description", f"{HARVEST}/{name}")


def proposals(paths: Iterable[Path], readers: Mapping[str, Reader] | None = None) -> tuple[SourceFile, ...]:
    """Files from anywhere, beside the content: each in a graph of its own, named after the file.

    *readers* are for files that are no RDF, by how the name ends.
    """
    found: dict[str, SourceFile] = {}
    for path in dict.fromkeys(paths):
        graph = name = f"{GRAPH}proposal/{quote(os.fsencode(path.stem), safe='')}"
        number = 1
        while graph in found:
            number += 1
            graph = f"{name}-{number}"
        found[graph] = SourceFile(path, graph, "proposal", (readers or {}).get(path.suffix.lower()))
    return tuple(found.values())


def listed(folder: Path, ending: str = "") -> list[Path]:
    """What stands in *folder* and has this *ending*, by name; nothing hidden. Raises Unreadable."""
    try:
        return sorted(p for p in folder.iterdir() if p.name.endswith(ending) and not p.name.startswith("."))
    except OSError as problem:
        raise unreadable(folder, problem) from None


def _below(folder: Path, ending: str) -> Iterator[Path]:
    for path in listed(folder):
        if path.is_dir():
            yield from _below(path, ending)
        elif path.name.endswith(ending):
            yield path


def load(store: ox.Store, files: Iterable[SourceFile]) -> None:
    """Put *files* into *store*, each in its graph.

    Every file is read before anything is refused, so that one run names all that is wrong. Raises SyntaxProblem (file,
    line, column, what was expected) or Unreadable.
    """
    problems: list[SyntaxProblem | Unreadable] = []
    for file in files:
        try:
            _put(store, file)
        except (SyntaxProblem, Unreadable) as problem:
            problems.append(problem)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise SyntaxProblem("\n".join(p.nl for p in problems), "\n".join(p.en for p in problems), where="")


def _put(store: ox.Store, file: SourceFile) -> None:
    """Put one file into *store* while it is read; unless it has a blank node, which is named after all of the file."""
    graph, blank = ox.NamedNode(file.graph), not file.path.is_file()  # what is no file is read only once

    def passed() -> Iterator[ox.Quad]:
        nonlocal blank
        for triple in read(file.path, file.read):
            if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
                blank = True
                return
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)

    if not blank:
        store.bulk_extend(passed())
    if blank:
        store.extend(quads_of(file))


def quads(files: Iterable[SourceFile]) -> list[ox.Quad]:
    """What *files* hold, each in its graph. Raises SyntaxProblem, Unreadable, as :func:`load`."""
    store = ox.Store()
    load(store, files)
    return list(store)


def quads_of(file: SourceFile) -> Iterator[ox.Quad]:
    """The quads of one file, in its graph. Raises SyntaxProblem or Unreadable."""
    graph = ox.NamedNode(file.graph)
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples(file.path, file.read))
    # Labels of blank nodes must depend on the file's content only: same input, same bytes. (Shapes have lists.)
    if any(isinstance(term, ox.BlankNode) for quad in dataset for term in (quad.subject, quad.object)):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        prefix = _label(file)
        return (ox.Quad(_own(q.subject, prefix), q.predicate, _own(q.object, prefix), graph) for q in dataset)
    return iter(dataset)


def _label(file: SourceFile) -> str:
    """The beginning of the labels of blank nodes of *file*: no two files in one store have the same."""
    stem = quote(os.fsencode(file.path.stem), safe="")  # several files of ontology or shapes are one graph
    return re.sub(r"[^A-Za-z0-9._-]", "_", f"{file.graph.removeprefix(GRAPH)}.{stem}.".replace("/", "."))


_Term = TypeVar("_Term", bound=ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple)


def _own(term: _Term, prefix: str) -> _Term | ox.BlankNode:
    return ox.BlankNode(prefix + term.value) if isinstance(term, ox.BlankNode) else term


def triples(path: Path, reader: Reader | None = None) -> Sequence[ox.Quad | ox.Triple]:
    """The triples of one file; the format follows from the name. Raises SyntaxProblem or Unreadable."""
    return list(read(path, reader))


def read(path: Path, reader: Reader | None = None) -> Iterator[ox.Quad | ox.Triple]:
    """The triples of one file, while it is read. Raises SyntaxProblem or Unreadable, also on the way."""
    media = form(path) if reader is None else None
    try:
        with path.open("rb") as file:
            if reader is not None and os.fstat(file.fileno()).st_size > LARGEST:
                raise SyntaxProblem(
                    f"{path}: groter dan {LARGEST // 1_000_000} MB.",
                    f"{path}: larger than {LARGEST // 1_000_000} MB.",
                    where=str(path),
                    status=413,
                )
            if file.peek(len(codecs.BOM_UTF8)).startswith(codecs.BOM_UTF8):
                file.read(len(codecs.BOM_UTF8))
            if reader is not None:
                yield from reader(file.read(), str(path))
            elif media == ox.RdfFormat.RDF_XML:
                yield from ox.parse(_undefined(path, file.read()), format=media, base_iri=None)
            else:
                yield from ox.parse(file, format=media, base_iri=None)
    except OSError as problem:
        raise unreadable(path, problem) from None
    except SyntaxError as problem:
        raise invalid(path, problem) from None


def parsed(text: bytes, where: str) -> list[ox.Quad]:
    """The RDF *text* of the file *where*; the format follows from the name. Raises SyntaxProblem or Unreadable."""
    path = Path(where)
    media = form(path)
    if media == ox.RdfFormat.RDF_XML:
        _undefined(path, text)
    try:
        return list(ox.parse(text, format=media, base_iri=None))
    except SyntaxError as problem:
        raise invalid(path, problem) from None


def _undefined(path: Path, text: bytes) -> bytes:
    """The *text* of an RDF/XML file. Raises SyntaxProblem when it defines entities, or may."""
    if found := _DOCTYPE.search(text):
        # It can name other files, and entities that a few lines make millions of.
        line = text.count(b"\n", 0, found.start()) + 1
        raise SyntaxProblem(
            f"{path}:{line}: een DOCTYPE kan hier niet; laat hem weg en schrijf voluit wat erin verkort is.",
            f"{path}:{line}: a DOCTYPE is not possible here; leave it out and write in full what it abbreviates.",
            where=str(path),
            line=line,
            column=found.start() - text.rfind(b"\n", 0, found.start()),
        )
    return text


def form(path: Path) -> ox.RdfFormat:
    """The format of an RDF file, by its name; without an ending it is Turtle. Raises Unreadable for another ending."""
    media = ox.RdfFormat.from_extension(path.suffix.lstrip(".") or "ttl")
    if media is None:
        raise Unreadable(
            f"'{path}': onbekend formaat '{path.suffix}'. Bruikbaar zijn .ttl, .nt, .nq, .trig, .jsonld en .rdf.",
            f"'{path}': unknown format '{path.suffix}'. Usable are .ttl, .nt, .nq, .trig, .jsonld and .rdf.",
        )
    return media


def invalid(path: Path, problem: SyntaxError) -> SyntaxProblem:
    """The parser's *problem* with the RDF file at *path*: where, and what was expected there."""
    line, column = problem.lineno, problem.offset
    where = f"{path}:{line}:{column}" if line else str(path)
    nl, en = (text.removesuffix(".") for text in plain(problem.msg.partition(": ")[2] if line else problem.msg))
    name = form(path).name
    return SyntaxProblem(
        f"{where}: het bestand is geen geldige {name}: {nl}.",
        f"{where}: the file is not valid {name}: {en}.",
        where=str(path),
        line=line,
        column=column,
    )


_REASONS: Final = {
    errno.ENOENT: ("bestaat niet", "does not exist"),
    errno.EACCES: ("geen toegang", "no permission"),
    errno.EPERM: ("geen toegang", "no permission"),
    errno.EISDIR: ("is een map, geen bestand", "is a folder, not a file"),
    errno.ENOTDIR: ("is geen map", "is not a folder"),
    errno.EEXIST: ("bestaat al, en is geen map", "exists already, and is not a folder"),
    errno.ENOSPC: ("de schijf is vol", "the disk is full"),
    errno.EROFS: ("er kan niet geschreven worden", "cannot be written to"),
}


def unreadable(path: Path, problem: OSError | UnicodeDecodeError) -> Unreadable:
    """The error for a file or folder that the system would not let us read or write, or that is no text."""
    if isinstance(problem, UnicodeDecodeError):
        return Unreadable(f"'{path}': de tekst is geen UTF-8.", f"'{path}': the text is not UTF-8.")
    told = problem.strerror or str(problem)
    nl, en = _REASONS.get(problem.errno or 0, (told, told))
    return Unreadable(f"'{path}': {nl}.", f"'{path}': {en}.")
