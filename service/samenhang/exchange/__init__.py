"""What goes out, or comes in, as something else than RDF: one module a format, all of them listed here."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

import pyoxigraph as ox

from samenhang import sources
from samenhang.engine import EmbeddedEngine
from samenhang.exchange import (
    archimate,
    dcat,
    meeting,
    model,
    ontology,
    openapi,
    oslo,
    paper,
    publiccode,
    rows,
    template,
    tree,
)
from samenhang.exchange.columns import Layout
from samenhang.namespaces import NS, SCOPES
from samenhang.questions import Words
from samenhang.settings import Lang
from samenhang.sources import Reader

__all__ = ["FORMATS", "IMPORTERS", "Format", "Importer", "Order", "readers"]


class Published(Protocol):
    """A release, as far as a format needs one."""

    @property
    def engine(self) -> EmbeddedEngine:
        """What answers questions of it."""


@dataclass(frozen=True)
class Order:
    """What is to be written: the *content* of a folder, in a language; of one *owner* or of one *source*, by name.

    *opened*: what opens the published release, for a format that tells what a release tells, from the sources of
    *scope*.
    """

    content: Path
    lang: Lang
    opened: Callable[[], Published]
    owner: str = ""
    source: str = ""
    scope: str = SCOPES[0]

    @cached_property
    def release(self) -> Published:
        """The published release. Raises NotFound when there is none."""
        return self.opened()


@dataclass(frozen=True)
class Format:
    """One format: its name, what it holds, and who writes it to order.

    *binary*: it is no text. *takes*: what it can be limited by (an ``actor`` whose building blocks, a ``source``, a
    ``scope``). *turned*: what makes something else of it, by how the name of the file ends.
    """

    name: str
    about: Words
    write: Callable[[Order], bytes]
    binary: bool = False
    takes: tuple[str, ...] = ()
    turned: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)


def _anything(text: bytes, where: str) -> bool:
    del text, where
    return True


@dataclass(frozen=True)
class Importer:
    """What a description can be that is not in our own terms: its name, how its files end, and what makes its reader.

    A reader that looks up names has them from the layout that the given function makes, once one is needed. *knows*:
    whether the bytes of a file, and its name, look like one; for endings that several formats have.
    """

    name: str
    endings: tuple[str, ...]
    reader: Callable[[Callable[[], Layout]], Reader]
    knows: Callable[[bytes, str], bool] = _anything


def _report(order: Order) -> bytes:
    engine = order.release.engine
    actor = Layout(engine.store, order.content).actor(order.owner) if order.owner else ""
    return meeting.write(engine, order.content, order.lang, order.scope, actor).encode()


_FORMATS: Final = (
    Format(
        "ontology",
        Words("de ontologie als één pagina Markdown", "the ontology as one page of Markdown"),
        lambda order: ontology.write(order.content, order.lang).encode(),
    ),
    Format(
        "template",
        Words(
            "een leeg werkboek (.xlsx) om in te vullen, met uitleg, voorbeelden en keuzelijsten",
            "an empty workbook (.xlsx) to fill in, with help, examples and lists of choices",
        ),
        lambda order: template.empty(Layout.of(order.content), order.content, order.lang),
        binary=True,
    ),
    Format(
        "spreadsheet",
        Words(
            "hetzelfde werkboek (.xlsx), gevuld met wat de kaart zegt",
            "the same workbook (.xlsx), filled with what the map says",
        ),
        lambda order: template.filled(Layout.of(order.content, order.source), order.content, order.lang, order.owner),
        binary=True,
        takes=("actor", "source"),
    ),
    Format(
        "archimate",
        Words("de kaart als ArchiMate-model (.xml), voor Archi", "the map as an ArchiMate model (.xml), for Archi"),
        lambda order: archimate.write(order.release.engine, order.content, order.lang, order.scope),
        takes=("scope",),
    ),
    Format(
        "report",
        Words("een coherentieverslag voor een vergadering (.html of .pdf)", "a coherence report (.html or .pdf)"),
        _report,
        takes=("actor", "scope"),
        turned={".pdf": paper.printed},
    ),
)


def _finder(layout: Callable[[], Layout]) -> model.Finder:
    """What finds a thing of the map by the kind that stands in its address, and a name."""
    classes = {"actor": "Actor", "capability": "Capability", "information-object": "InformationObject"}

    def find(kind: str, name: str) -> str:
        found = layout().known(name, [NS + classes[kind]])
        return next(iter(found)) if len(found) == 1 else ""

    return find


_IMPORTERS: Final = (
    Importer("spreadsheet", (".xlsx",), rows.read_workbook),
    Importer("csv", (".csv",), rows.read_comma),
    Importer("oslo", (".json",), oslo.read, oslo.knows),
    Importer("openapi", (".yml", ".yaml", ".json"), openapi.read, openapi.knows),
    Importer("publiccode", (".yml", ".yaml"), lambda _layout: publiccode.read),
    Importer("dcat", (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".json", ".rdf", ".xml"), dcat.read, dcat.knows),
    Importer("archimate", (".xml",), lambda layout: lambda text, where: model.read(text, where, _finder(layout))),
)

Way = tuple[Callable[[bytes, str], bool], Reader]
"""What tells whether a file is of a format, and what reads it."""

FORMATS: Final[Mapping[str, Format]] = {known.name: known for known in _FORMATS}
"""What goes out, by name."""

IMPORTERS: Final[Mapping[str, Importer]] = {known.name: known for known in _IMPORTERS}
"""What comes in, by name."""


def readers(store: ox.Store, content: Path) -> Mapping[str, Reader]:
    """What reads a description that is not in our own terms, by how the name of its file ends.

    Names are looked up in *store*, when a file is read; *content* is the folder with the queries that do.
    """
    layout = functools.cache(lambda: Layout(store, content))
    ways: dict[str, list[Way]] = {}
    for known in _IMPORTERS:
        for ending in known.endings:
            ways.setdefault(ending, []).append((known.knows, known.reader(layout)))
    for ending in _LINKED:
        ways[ending].append((_anything, _linked))
    return {ending: functools.partial(_first, those) for ending, those in ways.items()}


_LINKED: Final = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".json", ".rdf")
"""How files end that can be a description in our own terms."""


def _linked(text: bytes, where: str) -> list[ox.Triple]:
    """A description in our own terms."""
    found = [quad.triple for quad in sources.parsed(text, where)]
    if not found and where.endswith(".json"):
        raise tree.problem(
            where,
            1,
            "Dit is geen OpenAPI ('openapi'), geen uitvoer van het standaardenregister ('standards') en geen JSON-LD "
            "('@context').",
            "This is no OpenAPI ('openapi'), no export of the standards register ('standards') and no JSON-LD "
            "('@context').",
        )
    return found


def _first(ways: list[Way], text: bytes, where: str) -> list[ox.Triple]:
    """What the first of *ways* that knows the file *where* reads in *text*; the last knows best what is wrong."""
    for knows, reader in ways[:-1]:
        if knows(text, where):
            return reader(text, where)
    return ways[-1][1](text, where)
