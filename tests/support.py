"""How tests make a graph to ask questions of: a few triples of their own, or the real mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from samenhang import sources
from samenhang.engine import Answer, EmbeddedEngine
from samenhang.namespaces import GRAPH, shorten
from samenhang.release import Analysis, materialise
from samenhang.release.build import Look
from samenhang.sources import SourceFile

ROOT = Path(__file__).resolve().parent.parent


@cache
def content_files() -> tuple[SourceFile, ...]:
    """Every file of the project's own content."""
    return sources.find(ROOT)


def code_lists() -> tuple[SourceFile, ...]:
    """Ontology and code lists: what gives meaning to any data, without saying anything about the sector."""
    return tuple(
        f
        for f in content_files()
        if f.source == "ontology" or (f.source == "vocabularies" and not f.path.stem.endswith(("-report", "-field")))
    )


@cache
def analysis() -> Analysis:
    """The project's own derivations, rules and conclusions."""
    return Analysis.read(ROOT / "queries")


def derived(look: Look) -> ox.Store:
    """What a build derives of the sources that were looked at, in one store with them."""
    materialise(look.store, look.files, analysis())
    return look.store


def tiny(path: Path, *, rules: bool = True) -> EmbeddedEngine:
    """An engine over the triples of *path* alone (with ontology and code lists), derived as a release is.

    Without *rules* there are no findings, for what only asks or derives.
    """
    files = (*code_lists(), SourceFile(path, f"{GRAPH}tiny/{path.stem}", "tiny"))
    store = ox.Store()
    sources.load(store, files)
    whole = analysis()
    materialise(store, files, whole if rules else replace(whole, rules=()), scopes=["all"])
    return EmbeddedEngine(store)


def kebab(name: str) -> str:
    """The local name of a class as it stands in addresses and file names: ``building-block`` for ``BuildingBlock``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def cells(answer: Answer, columns: list[str] | None = None) -> list[tuple[str | None, ...]]:
    """The rows of *answer* as sorted tuples of short names and plain texts; None where nothing is bound."""
    names = columns or answer.columns
    rows = [tuple(_plain(row.get(name)) for name in names) for row in answer.rows()]
    return sorted(rows, key=lambda row: tuple(cell or "" for cell in row))


def _plain(term: object) -> str | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    assert isinstance(term, ox.Literal)
    return term.value


def statements(triples: Sequence[ox.Triple]) -> set[tuple[str, str, str]]:
    """*triples*, none of them twice, with addresses in short; a blank node is called nothing."""
    assert len(triples) == len(set(triples))
    return {
        (
            shorten(t.subject.value) if isinstance(t.subject, ox.NamedNode) else "",
            shorten(t.predicate.value),
            shorten(t.object.value) if isinstance(t.object, ox.NamedNode) else str(t.object),
        )
        for t in triples
    }
