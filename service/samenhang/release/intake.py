"""What an organisation sends, taken into the content as a source of its own: one file, that is written anew each time.

The same file twice changes nothing. A claim that a newer file no longer makes is withdrawn, with the file as evidence,
and stays; a thing that it no longer describes stays too, unless others describe it. What is said of building blocks of
others is the claim of whoever speaks, and as reliable as a third party.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import questions, sources, turtle
from samenhang.errors import WrongValue, unknown
from samenhang.exchange import IMPORTERS
from samenhang.exchange.columns import SPEAKERS, Layout
from samenhang.exchange.rows import slug
from samenhang.inspection import Inspection, inspect, shapes_text
from samenhang.namespaces import GRAPH, ID, NS, PREFIXES
from samenhang.progress import Progress, silent
from samenhang.questions import Words
from samenhang.sources import COMMON, SourceFile
from samenhang.validation import Severity

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_LABEL: Final = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
_POLARITY, _EVIDENCE, _SOURCE, _CONFIDENCE, _PATH, _WITHDRAWS = (
    ox.NamedNode(NS + name) for name in ("polarity", "evidence", "source", "confidence", "path", "withdraws")
)
_CREATOR: Final = ox.NamedNode(PREFIXES["dct"] + "creator")
_DERIVED: Final = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_VERSION: Final = ox.NamedNode(PREFIXES["dcat"] + "version")
_SOURCES, _COLLECTED = (ox.NamedNode(NS + name) for name in ("Source", "collected"))
_OWN, _THIRD = (ox.NamedNode(NS + name) for name in ("A", "C"))
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_PROOF: Final = (f"{ID}evidence/", f"{ID}source/")

Triples = dict[ox.NamedNode, set[ox.Triple]]
"""What is said, by what it is said of."""


@dataclass(frozen=True)
class Taken:
    """What taking in a file changes: IRIs of claims and things, and the text of the file *path* afterwards.

    *kept*: things that only this source described and describes no longer; *others*: of each claim on a building block
    of others, the owner that the map knows; *repeated*: what it only names, and what is told of as the map does.
    """

    path: Path
    text: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    kept: tuple[str, ...]
    others: Mapping[str, Words]
    inspection: Inspection
    repeated: tuple[str, ...] = ()

    @property
    def alters(self) -> bool:
        """Whether the file becomes another."""
        try:
            return self.path.read_text(encoding="utf-8") != self.text
        except (OSError, UnicodeDecodeError):
            return True

    @property
    def refused(self) -> bool:
        """Whether something is wrong with it."""
        return self.inspection.fails(Severity.VIOLATION)

    def write(self) -> None:
        """Write the file: all of it or nothing. Raises Unreadable."""
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(self.text, encoding="utf-8")
            os.replace(beside, self.path)
        except OSError as problem:
            raise sources.unreadable(self.path, problem) from None


def take(
    content: Path, form: str, file: Path, *, source: str = "", speaker: str = "", progress: Progress = silent
) -> Taken:
    """What taking in *file* in the format *form* changes; nothing is written yet.

    *source*: the folder of ``data/`` that it becomes part of, by default named after the file; *speaker*: the name of
    the actor that speaks. Raises SyntaxProblem, Unreadable, NotFound, WrongValue.
    """
    if form not in IMPORTERS:
        raise unknown(("formaat", "format"), form, IMPORTERS)
    endings = IMPORTERS[form].endings
    if file.suffix.lower() not in endings:
        listed = ", ".join(endings)
        raise WrongValue(
            f"'{file}': een bestand in het formaat {form} eindigt op {listed}.",
            f"'{file}': the name of a file in the format {form} ends in {listed}.",
        )
    name = slug(file.stem) or form
    folder = source or name
    if not _NAME.match(folder) or folder == COMMON or folder in sources.RESERVED:
        raise WrongValue(
            f"'{folder}' kan geen bron zijn: gebruik kleine letters, cijfers en streepjes, en geen naam die al iets "
            "anders betekent.",
            f"'{folder}' cannot be a source: use small letters, digits and hyphens, and no name that means something "
            "else already.",
        )
    progress("lezen", "reading")
    store, files = ox.Store(), sources.find(content)
    sources.load(store, files)
    layout = Layout(store, content)
    speaking = layout.actor(speaker) if speaker else ""
    progress("nakijken", "checking")
    place = Place(
        SourceFile(content / "data" / folder / "imports" / f"{name}.ttl", f"{GRAPH}{folder}/imports/{name}", folder),
        name,
        file.name,
        f"# {file.name}, as samenhang import took it in. Written anew each time: change the file instead.\n",
    )
    new = sources.triples(file, IMPORTERS[form].reader(lambda: layout))
    return intake(layout, files, content, place, file, new, speaking)


@dataclass(frozen=True)
class Place:
    """Where what comes in stands: its *file* and graph; *name*: it as a source; *shown*: what came in; *header*."""

    file: SourceFile
    name: str
    shown: str
    header: str


@dataclass(frozen=True)
class Collected:
    """What came from a registered address: the digest of what was there, and since when (ISO 8601) it is so."""

    digest: str
    since: str


def intake(
    layout: Layout,
    files: Iterable[SourceFile],
    content: Path,
    place: Place,
    came: Path,
    triples: Iterable[ox.Quad | ox.Triple],
    speaking: str,
    collected: Collected | None = None,
) -> Taken:
    """What taking in *triples*, from the file *came*, changes in *place*; nothing is written yet.

    In the store of *layout* stand *files*, and what stood in *place* before; afterwards it holds what is taken in.
    *speaking*: who speaks, when that is known. What was *collected* nobody looked at before, so that nothing in it that
    is about building blocks of others counts as more than the word of a third party.
    """
    graph, source = place.file.graph, place.file.source
    work = _Intake(layout, graph, place.name, place.shown)
    new = _grouped(ox.Triple(t.subject, t.predicate, t.object) for t in triples)
    said = work.joined(new if collected is None else work.derived(new))
    if collected is not None:
        work.dated(said, collected)
    others = work.spoken(said, speaking, new, strict=collected is not None) if speaking else {}
    work.put(said)
    shapes, checks = shapes_text(content / "shapes"), questions.collect(content / "queries" / "checks").values()
    # It is where it came from that what is wrong with it has to be mended.
    looked = (*(one for one in files if one.graph != graph), SourceFile(came, graph, source))
    inspection = inspect(layout.store, looked, shapes, checks, only=source, placing=layout.own("places"))
    text = turtle.write((triple for triples in said.values() for triple in triples), header=place.header)
    old = work.old
    told = {thing for thing in new if not thing.value.startswith(_PROOF)}
    return Taken(
        place.file.path,
        text,
        _iris(thing for thing in told if thing not in old or thing in work.withdrawn),
        _iris(thing for thing in told - work.withdrawn if thing in old and old[thing] != said[thing]),
        _iris(work.gone - work.withdrawn),
        _iris(thing for thing in old if thing not in new and _is_thing(old[thing]) and not work.elsewhere(thing)),
        others,
        inspection,
        _iris(work.repeated),
    )


def refresh(layout: Layout, file: SourceFile, name: str, repeated: Iterable[str]) -> None:
    """Let the graph of *file*, which is in the store of *layout*, tell of what is only *repeated* as the map does now.

    *name*: that of the source. What the map describes no longer is told of as before.
    """
    graph = ox.NamedNode(file.graph)
    quads = layout.store.quads_for_pattern(None, None, None, graph)
    said = _grouped(ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    work = _Intake(layout, file.graph, name, file.path.name)
    dates = {t for t in said.get(work.source, set()) if t.predicate in (_VERSION, _COLLECTED)}
    work.complete({thing: triples for thing, triples in said.items() if thing.value not in set(repeated)}, dates)


class _Intake:
    """One file that becomes the named *graph*, beside what stands there already."""

    def __init__(self, layout: Layout, graph: str, name: str, file: str) -> None:
        self._layout, self._graph, self._file = layout, ox.NamedNode(graph), file
        self._source = ox.NamedNode(f"{ID}source/{name}")
        self._proof = ox.NamedNode(f"{ID}evidence/{name}-withdrawn")
        quads = layout.store.quads_for_pattern(None, None, None, self._graph)
        self.old = _grouped(ox.Triple(q.subject, q.predicate, q.object) for q in quads)
        self.withdrawn = {t.object for t in self.old.pop(self._proof, set()) if t.predicate == _WITHDRAWS}
        self.gone: set[object] = set()
        self.repeated: set[object] = set()
        self.sources = {self._source}
        """What the file is as a source: what it says comes from these."""

    @property
    def source(self) -> ox.NamedNode:
        """What came in, as a source."""
        return self._source

    def complete(self, said: Triples, more: Iterable[ox.Triple]) -> None:
        """Let the graph hold what is *said*, with all that it names described, and *more*."""
        self._complete(said)
        for triple in more:
            assert isinstance(triple.subject, ox.NamedNode)
            said.setdefault(triple.subject, set()).add(triple)
        self.put(said)

    def joined(self, new: Triples) -> Triples:
        """What stands in the graph afterwards: *new*, what it withdraws, and what both need beside them."""
        self.gone = {thing for thing, triples in self.old.items() if thing not in new and _is_claim(triples)}
        said = {thing: set(triples) for thing, triples in new.items()}
        self.sources |= {thing for thing, triples in new.items() if _is_source(triples)}
        for thing in [*self.old]:
            if thing in self.gone or (_is_thing(self.old[thing]) and thing not in said and not self.elsewhere(thing)):
                said[thing] = self.old[thing]
        if self.gone:
            self._add(said, self._proof, _TYPE, ox.NamedNode(f"{NS}Evidence"))
            self._add(said, self._proof, _CONFIDENCE, _OWN)
            self._add(said, self._proof, _PATH, ox.Literal(self._file))
            self._add(said, self._proof, _SOURCE, self._source)
            for claim in self.gone:
                assert isinstance(claim, ox.NamedNode)
                self._add(said, self._proof, _WITHDRAWS, claim)
        self._complete(said)
        return said

    def derived(self, new: Triples) -> Triples:
        """*new* as the registered source says it: nothing of itself, and of its own sources that they come from it."""
        said = {thing: triples for thing, triples in new.items() if thing not in (self._source, self._graph)}
        for thing in [*said]:
            if ox.Triple(thing, _TYPE, _SOURCES) in said[thing] and not self.elsewhere(thing):
                said[thing] = said[thing] | {ox.Triple(thing, _DERIVED, self._source)}
        self._add(said, self._graph, _DERIVED, self._source)
        return said

    def dated(self, said: Triples, collected: Collected) -> None:
        """Say of the source in *said* what was there and since when."""
        said[self._source] = {t for t in said[self._source] if t.predicate not in (_VERSION, _COLLECTED)}
        self._add(said, self._source, _VERSION, ox.Literal(f"sha256:{collected.digest}"))
        moment = ox.Literal(collected.since, datatype=ox.NamedNode(PREFIXES["xsd"] + "dateTime"))
        self._add(said, self._source, _COLLECTED, moment)

    def spoken(self, said: Triples, speaker: str, new: Triples, *, strict: bool) -> Mapping[str, Words]:
        """Mark in *said* that it is *speaker* who speaks, and what of *new* is about building blocks of others.

        Gives the claims and descriptions that are, each with the name of the owner. *strict*: none of their own
        evidence counts as more than that of a third party, wherever it says that it comes from.
        """
        names = {thing: words for cls in SPEAKERS for thing, words in self._layout.named(cls).shown.items()}
        for source in self.sources & said.keys():
            self._add(said, source, _CREATOR, ox.Literal(names[speaker].nl))
        self.put(said)
        rows = self._layout.rows(
            self._layout.own("others"), graph=[self._graph.value], speaker=[speaker], source=[self._source.value]
        )
        found = {row["claim"].value: names[row["owner"].value] for row in rows if row["claim"] in new}
        for claim in map(ox.NamedNode, found):
            for proof in [t.object for t in said[claim] if t.predicate == _EVIDENCE]:
                assert isinstance(proof, ox.NamedNode)  # there are no blank nodes in data
                known = {t for t in said[proof] if t.predicate == _CONFIDENCE}
                if strict and proof in new:
                    said[proof] = said[proof] - known | {ox.Triple(proof, _CONFIDENCE, _THIRD)}
                own = ox.Triple(proof, _CONFIDENCE, _OWN)
                if own in said[proof] and any(t.predicate == _SOURCE and t.object in self.sources for t in said[proof]):
                    said[proof] = said[proof] - {own} | {ox.Triple(proof, _CONFIDENCE, _THIRD)}
        return found

    def put(self, said: Triples) -> None:
        """Let the graph hold what is *said*, and nothing else."""
        self._layout.store.remove_graph(self._graph)
        self._layout.store.extend(
            ox.Quad(t.subject, t.predicate, t.object, self._graph) for triples in said.values() for t in triples
        )

    def _complete(self, said: Triples) -> None:
        """Describe what is named but not described, or has no class: as it was here, else as the map does."""
        described = {thing for thing, triples in said.items() if any(t.predicate == _TYPE for t in triples)}
        while missing := {
            named
            for triples in said.values()
            for t in triples
            for named in (t.subject, t.object)
            if isinstance(named, ox.NamedNode)
            and named.value.startswith(ID)
            and named not in described
            and t.predicate != _WITHDRAWS
            and not self._common(named)
        }:
            found = _grouped(
                ox.Triple(row["thing"], row["property"], row["value"])
                for row in self._layout.rows(
                    self._layout.own("beside"), thing=[one.value for one in missing], own=[self._graph.value]
                )
            )
            if self._source in missing and self._source not in found:
                for lang, what in (("nl", "Bestand"), ("en", "File")):
                    self._add(found, self._source, _LABEL, ox.Literal(f"{what} {self._file}", language=lang))
                self._add(found, self._source, _TYPE, ox.NamedNode(f"{NS}Source"))
            self.repeated |= missing - said.keys()
            for thing in missing:
                # Nobody describes it: a check says so.
                said[thing] = said.get(thing, set()) | (found.get(thing) or self.old.get(thing, set()))
                described.add(thing)

    def _common(self, thing: ox.NamedNode) -> bool:
        quads = self._layout.store.quads_for_pattern(thing, _TYPE, None, None)
        graphs = [quad.graph_name for quad in quads]
        return any(isinstance(one, ox.NamedNode) and one.value.startswith(f"{GRAPH}{COMMON}/") for one in graphs)

    def elsewhere(self, thing: ox.NamedNode) -> bool:
        """Whether somebody else describes *thing*."""
        quads = self._layout.store.quads_for_pattern(thing, _TYPE, None, None)
        return any(quad.graph_name != self._graph for quad in quads)

    @staticmethod
    def _add(said: Triples, thing: ox.NamedNode, path: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        said.setdefault(thing, set()).add(ox.Triple(thing, path, value))


def _grouped(triples: Iterable[ox.Triple]) -> Triples:
    found: Triples = {}
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode)  # there are no blank nodes in data
        found.setdefault(triple.subject, set()).add(triple)
    return found


def _is_claim(triples: Iterable[ox.Triple]) -> bool:
    return any(triple.predicate == _POLARITY for triple in triples)


def _is_source(triples: Iterable[ox.Triple]) -> bool:
    return any(triple.predicate == _TYPE and triple.object == _SOURCES for triple in triples)


def _is_thing(triples: Iterable[ox.Triple]) -> bool:
    """Whether they describe a thing with evidence of its own: no claim, no evidence and no source."""
    triples = list(triples)
    return not _is_claim(triples) and any(triple.predicate == _EVIDENCE for triple in triples)


def _iris(things: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted(thing.value for thing in things if isinstance(thing, ox.NamedNode)))
