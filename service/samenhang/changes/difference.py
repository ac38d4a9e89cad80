"""The difference of two releases: what it holds is read off both, what it means is asked by ``queries/history``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyoxigraph as ox

from samenhang.changes import merge
from samenhang.engine import Answer
from samenhang.engine.embedded import Row
from samenhang.namespaces import BASE, GRAPH, PREFIXES
from samenhang.questions import Query, collect
from samenhang.release import Release
from samenhang.release.folders import DATA

RELEASES: Final = f"{BASE}releases/"
MOST: Final = 100_000
"""Statements that come or go, up to which is told what they mean; of more only how many they are."""
FOLDER: Final = "history"
"""Where the queries are, in ``queries/``."""
_GRAPH: Final = f"{GRAPH}history/"
_SIDES: Final = ("removed", "added", "before", "after")

Answers = Mapping[str, tuple[str, int]]
"""Of each question, by name: a digest of the answer of one release, and the number of its rows."""


@dataclass(frozen=True)
class Difference:
    """What differs between two releases.

    ``document`` is what is told of it (see docs/history.md), ``provenance`` the same as PROV (N-Triples).
    """

    document: Mapping[str, Any]
    provenance: bytes = field(repr=False)

    @property
    def empty(self) -> bool:
        """Whether the two say the same."""
        return not any(self.document["quads"].values())


def compare(
    before: Release, after: Release, queries: Path, answers: tuple[Answers, Answers] | None, patch: BinaryIO
) -> Difference:
    """The difference between *before* and *after*; all lines that differ go to *patch* as RDF Patch.

    *queries*: a ``queries/`` folder. *answers*: those of both releases, None when they are not known. Raises Unreadable
    when one is damaged.
    """
    # A file that is no longer what it was may be in any order.
    files = [release.holding().files[0] for release in (before, after)]
    assert all(file.name == DATA for file in files)
    quads = _patched(before.name, after.name, merge.differing(*files), patch)
    store, statements = ox.Store(), {"removed": 0, "added": 0}
    asked = {question for known in answers or () for question in known}
    told = _gathered(store, files, statements, {f"<{BASE}questions/{name}>".encode() for name in asked})
    own = collect(queries / FOLDER)
    if answers is not None and told:
        for side, known in zip(("before", "after"), answers, strict=True):
            store.extend(_answered(known, f"{_GRAPH}answers-{side}"))
    document = {
        "before": before.name,
        "after": after.name,
        "quads": quads,
        "statements": statements,
        "complete": told,
        **_meaning(store, own, answers is not None and told),
    }
    bound = own["provenance"].bind({"before": before.name, "after": after.name})
    written = Answer(store.query(bound)).serialize("nt")
    return Difference(document, b"".join(sorted(set(written.splitlines(keepends=True)))))


def _patched(before: str, after: str, lines: Iterable[tuple[bytes, bool]], patch: BinaryIO) -> dict[str, int]:
    """Write *lines* to *patch*; how many go and come."""
    address = f"{RELEASES}{before}..{after}"
    head = f"H id <{address}> .\nH before <{RELEASES}{before}> .\nH after <{RELEASES}{after}> .\nTX .\n"
    patch.write(head.encode())
    counted = [0, 0]
    for line, later in lines:
        counted[later] += 1
        patch.write((b"A " if later else b"D ") + line)
    patch.write(b"TC .\n")
    return {"removed": counted[0], "added": counted[1]}


def _gathered(store: ox.Store, files: list[Path], statements: dict[str, int], named: set[bytes]) -> bool:
    """Put into *store* what of *files* differs in its meaning, with names, those of *named* too; count *statements*.

    False when these are too many: then nothing is put there.
    """
    graphs: dict[str, list[bytes]] = {side: [] for side in _SIDES}
    few = True
    for subject in merge.touched(*files):
        statements["removed"] += len(subject.removed)
        statements["added"] += len(subject.added)
        few = few and sum(statements.values()) <= MOST
        if few:
            for side, triples in zip(_SIDES, subject[1:], strict=True):
                graphs[side] += triples
    if not few:
        return False
    wanted = named | {term for triples in graphs.values() for triple in triples for term in _iris(triple)}
    names = set(merge.labels(files[1], wanted))
    # What is gone is called what it was called.
    known = {triple[: triple.index(b" ")] for triple in names}
    names |= {triple for triple in merge.labels(files[0], wanted - known)}
    graphs["names"] = sorted(names)
    for name, held in graphs.items():
        written = b"".join(triple + b" .\n" for triple in held)
        store.load(written, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(_GRAPH + name))
    return True


def _iris(triple: bytes) -> Iterator[bytes]:
    subject, predicate, rest = triple.split(b" ", 2)
    yield subject
    yield predicate
    if rest.startswith(b"<"):
        yield rest


def _answered(answers: Answers, graph: str) -> Iterator[ox.Quad]:
    value, number = ox.NamedNode(PREFIXES["rdf"] + "value"), ox.NamedNode(PREFIXES["schema"] + "numberOfItems")
    for name, (digest, rows) in answers.items():
        question = ox.NamedNode(f"{BASE}questions/{name}")
        yield ox.Quad(question, value, ox.Literal(digest), ox.NamedNode(graph))
        yield ox.Quad(question, number, ox.Literal(rows), ox.NamedNode(graph))


def _meaning(store: ox.Store, own: Mapping[str, Query], compared: bool) -> dict[str, Any]:
    """What the queries say: the lists, how many of each, and the names of all that occurs in them."""

    def rows(name: str) -> list[Row]:
        return list(Answer(store.query(own[name].text)).rows())

    properties: dict[str, dict[str, dict[str, list[dict[str, str]]]]] = {}
    for row in rows("properties"):
        sides = properties.setdefault(row["thing"].value, {}).setdefault(row["property"].value, {})
        sides.setdefault(row["side"].value, []).append(_term(row["value"]))
    found: dict[str, list[dict[str, Any]]] = {}
    for name, key in (("things", "thing"), ("findings", "finding"), ("terms", "term"), ("questions", "question")):
        found[name] = [_entry(entry, properties.get(entry[key], {})) for entry in _merged(rows(name), key)]
    involved: dict[str, list[str]] = {}
    for row in rows("involved"):
        involved.setdefault(row["thing"].value, []).append(row["involved"].value)
    for entry in found["things"]:
        if entry["thing"] in involved:
            entry["involves"] = involved[entry["thing"]]
    if compared:
        numbers = ("before", "after")
        found["answers"] = [
            {"question": row["question"].value, **{side: int(row[side].value) for side in numbers}}
            for row in rows("answers")
        ]
    counts = {name: _counted(entries) for name, entries in found.items()}
    names: dict[str, dict[str, str]] = {}
    for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(_GRAPH + "names")):
        if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
            names.setdefault(quad.subject.value, {})[quad.object.language or ""] = quad.object.value
    shown = set(_shown(found))
    called = {iri: dict(sorted(names[iri].items())) for iri in sorted(names.keys() & shown)}
    return {"counts": counts, **found, "answersCompared": compared, "names": called}


def _merged(rows: Iterable[Row], key: str) -> list[dict[str, Any]]:
    """The rows as they are, those of one thing together: there can be several successors."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = found.setdefault(row[key].value, {name: term.value for name, term in row.items()})
        if "successor" in row:
            several = entry.setdefault("successors", [])
            several.append(row["successor"].value)
            entry.pop("successor", None)
    return list(found.values())


def _entry(entry: dict[str, Any], properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    if not properties:
        return entry
    told = [
        {"property": name, "before": sides.get("before", []), "after": sides.get("after", [])}
        for name, sides in properties.items()
    ]
    return {**entry, "properties": told}


def _counted(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        change = str(entry.get("change", "changed"))
        counts[change] = counts.get(change, 0) + 1
    return dict(sorted(counts.items()))


def _term(term: object) -> dict[str, str]:
    if isinstance(term, ox.Literal):
        return {"value": term.value, **({"lang": term.language} if term.language else {})}
    assert isinstance(term, ox.NamedNode | ox.BlankNode)
    return {"iri": term.value} if isinstance(term, ox.NamedNode) else {"value": str(term)}


def _shown(value: Any) -> Iterator[str]:
    """The texts in the lists *value*, addresses among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _shown(each)
    elif isinstance(value, list):
        for each in value:
            yield from _shown(each)
