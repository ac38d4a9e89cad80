"""The change feed: a version of a thing each time that a publication changed what is stated of it, in pages.

It stands in the folder ``changes`` beside the releases and follows from them: made again, it has the same bytes. Pages
are N-Triples of a fixed number of versions, in order of publication and then of address; only the last one still grows.
The list of pages is replaced in one step at the end, so that who is killed leaves what there was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from samenhang import settings
from samenhang.changes import merge
from samenhang.engine import Answer
from samenhang.errors import SamenhangError, Unreadable
from samenhang.lock import alone
from samenhang.namespaces import GRAPH, ID, PREFIXES
from samenhang.questions import read
from samenhang.release import Shelf, folders
from samenhang.release.shelf import QUERIES
from samenhang.sources import unreadable

SIZE: Final = 250
"""Versions on a page."""
INDEX: Final = "index.json"
ACTIVITY: Final = PREFIXES["as"]
CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
"""What a version is to the one before, as ActivityStreams calls it."""
_FORM: Final = 1
"""What is written and how; a feed of another form is made anew."""
_THING: Final = f"<{ID}".encode()
_WHAT: Final = tuple(
    f" <{PREFIXES[prefix]}{name}> ".encode()
    for prefix, name in (("rdf", "type"), ("skos", "prefLabel"), ("dct", "description"))
)
"""What is told of a thing that is gone: what it was, and its name or, of a finding, its sentence."""
_REPLACING: Final = tuple(
    f" <{iri}> ".encode()
    for iri in (f"{PREFIXES['sam']}replaces", f"{PREFIXES['dct']}replaces", f"{PREFIXES['dct']}isReplacedBy")
)
_NOTHING: Final = Path(os.devnull)


class Step(NamedTuple):
    """A publication in the feed: which release, when, and the number of versions; ``problem`` (Dutch, English) when it
    could not be read and was passed over.
    """

    release: str
    at: str
    members: int
    problem: tuple[str, str] = ("", "")


class Page(NamedTuple):
    """A page: its file, how many versions it has, when the first of them was published, and its SHA-256 and bytes.

    ``full``: it will never have more.
    """

    file: str
    members: int
    since: str
    full: bool
    sha256: str
    bytes: int


class Index(NamedTuple):
    """What the feed holds; ``size`` is how many versions a full page has."""

    steps: tuple[Step, ...] = ()
    pages: tuple[Page, ...] = ()
    size: int = SIZE

    @property
    def members(self) -> int:
        """How many versions."""
        return sum(page.members for page in self.pages)


class Feed:
    """The feed of the releases on *shelf*."""

    def __init__(self, shelf: Shelf, size: int = SIZE) -> None:
        self.shelf = shelf
        self.folder = shelf.folder / "changes"
        self._size = size

    def index(self) -> Index | None:
        """What was written; None when there is nothing, or nothing that can be read."""
        try:
            told = json.loads((self.folder / INDEX).read_text(encoding="utf-8"))
            if told["form"] != _FORM or told["size"] != self._size:
                return None
            steps = tuple(Step(release, at, members, (nl, en)) for release, at, members, (nl, en) in told["steps"])
            return Index(steps, tuple(Page(*page) for page in told["pages"]), self._size)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def current(self) -> Index | None:
        """The same, when it holds all that was published."""
        index = self.index()
        return index if index is not None and len(index.steps) == len(self._publications()) else None

    def page(self, page: Page) -> bytes:
        """The versions on *page*, as N-Triples. Raises Unreadable when it is not what it was."""
        path = self.folder / page.file
        try:
            text = path.read_bytes()
        except OSError as problem:
            raise unreadable(path, problem) from None
        if hashlib.sha256(text).hexdigest() != page.sha256:
            raise Unreadable(
                f"'{path}' is niet meer wat het was. Verwijder '{self.folder}': bij de volgende publicatie wordt de "
                "feed opnieuw gemaakt.",
                f"'{path}' is no longer what it was. Remove '{self.folder}': at the next publication the feed is made "
                "again.",
            )
        return text

    def keep(self) -> Index:
        """Write what was published since; all of it when something is missing or harmed. Raises Unreadable."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with alone(self.folder):
                index = self.index()
                if index is None or not self._whole(index):
                    index = Index(size=self._size)
                known = self._publications()
                if [step[:2] for step in index.steps] != known[: len(index.steps)]:
                    index = Index(size=self._size)  # another history
                if len(index.steps) < len(known):
                    index = self._grown(index, known)
                self._tidy(index)
                return index
        except OSError as problem:
            raise unreadable(Path(problem.filename or self.folder), problem) from None

    def _publications(self) -> list[tuple[str, str]]:
        """Each publication with its moment as the feed writes it, none before the one that it follows; one that
        published again what was there already is left out.
        """
        found: list[tuple[str, str]] = []
        last = datetime.min.replace(tzinfo=UTC)
        for one in self.shelf.history().publications:
            last = max(last, one.at or last)
            if not found or found[-1][0] != one.release:
                found.append((one.release, last.strftime("%Y-%m-%dT%H:%M:%SZ")))
        return found

    def _whole(self, index: Index) -> bool:
        with contextlib.suppress(OSError):
            sizes = [(self.folder / page.file).stat().st_size for page in index.pages]
            last = [self.page(page) for page in index.pages[-1:]]
            return sizes == [page.bytes for page in index.pages] and len(last) == len(index.pages[-1:])
        return False

    def _grown(self, index: Index, known: Sequence[tuple[str, str]]) -> Index:
        pages = _Pages(self, index.pages, self._size)
        steps = list(index.steps)
        before = self._last(steps)
        for release, at in known[len(steps) :]:
            try:
                after = self._file(release)
            except SamenhangError as problem:
                steps.append(Step(release, at, 0, (problem.nl, problem.en)))
                continue
            counted = 0
            for member in versions(before, after, at):
                pages.add(member, at)
                counted += 1
            steps.append(Step(release, at, counted))
            before = after
        index = Index(tuple(steps), pages.end(), self._size)
        told = {"form": _FORM, "size": self._size, "steps": index.steps, "pages": index.pages}
        draft = self.folder / f".{INDEX}"
        folders.write(draft, json.dumps(told, ensure_ascii=False).encode() + b"\n")
        draft.replace(self.folder / INDEX)
        folders.sync(self.folder)
        return index

    def _last(self, steps: Iterable[Step]) -> Path:
        """The data of the last release of *steps* that can be read; what later ones said is then told once more."""
        for step in reversed(list(steps)):
            if not step.problem[0]:
                with contextlib.suppress(SamenhangError):
                    return self._file(step.release)
        return _NOTHING

    def _file(self, release: str) -> Path:
        """The data of a release. Raises NotFound, Unreadable when they are not what they were."""
        found = self.shelf.get(release)
        path = found.folder / folders.DATA
        if folders.digest(path) != found.manifest["files"][folders.DATA]["sha256"]:
            raise folders.damaged(release, path)
        return path

    def _tidy(self, index: Index) -> None:
        """Remove what no page is any more."""
        kept = {INDEX, *(page.file for page in index.pages)}
        for path in self.folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)


def versions(before: Path, after: Path, at: str) -> Iterator[bytes]:
    """The version (N-Triples) of each thing of which the release *after*, published *at*, says something else than
    *before*.
    """
    successors = {} if before == _NOTHING else _successors(before, after)
    for subject in merge.touched(before, after):
        if subject.term.startswith(_THING):
            yield _version(subject, at, successors.get(subject.term, ()))


def _version(subject: merge.Subject, at: str, successors: Iterable[bytes]) -> bytes:
    node = subject.term[:-1] + f"?asOf={at}>".encode()
    change = DELETE if not subject.after else UPDATE if subject.before else CREATE
    said = subject.after or tuple(triple for triple in subject.before if any(what in triple for what in _WHAT))
    lines = {node + triple[len(subject.term) :] for triple in said}
    lines |= {node + f" <{PREFIXES['dct']}isReplacedBy> ".encode() + successor for successor in successors}
    moment = f'"{at}"^^<{PREFIXES["xsd"]}dateTime>'
    lines |= {
        node + b" " + part
        for part in (
            f"<{PREFIXES['dct']}isVersionOf> ".encode() + subject.term,
            f"<{PREFIXES['dct']}type> <{ACTIVITY}{change}>".encode(),
            f"<{PREFIXES['prov']}generatedAtTime> {moment}".encode(),
        )
    }
    return b"".join(line + b" .\n" for line in sorted(lines))


def _successors(before: Path, after: Path) -> dict[bytes, list[bytes]]:
    """What takes the place of what is gone, as ``queries/history/successors.rq`` finds it in what says so."""
    said: dict[str, list[bytes]] = {"before": [], "after": []}
    for subject in merge.touched(before, after):
        for side, stated in (("before", subject.before), ("after", subject.after)):
            said[side] += [triple for triple in stated if any(predicate in triple for predicate in _REPLACING)]
    store = ox.Store()
    for side, triples in said.items():
        graph = ox.NamedNode(f"{GRAPH}history/{side}")
        written = b"".join(triple + b" .\n" for triple in triples)
        store.load(written, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    query = read(settings.content() / QUERIES / "history" / "successors.rq")
    found: dict[bytes, list[bytes]] = {}
    for row in Answer(store.query(query.text)).rows():
        found.setdefault(str(row["thing"]).encode(), []).append(str(row["successor"]).encode())
    return found


class _Pages:
    """Writes versions to pages, after those that are there."""

    def __init__(self, feed: Feed, pages: Sequence[Page], size: int) -> None:
        self._folder, self._size = feed.folder, size
        self._done = list(pages)
        self._open: list[bytes] = []
        self._number, self._since = 0, ""
        if self._done and not self._done[-1].full:
            last = self._done.pop()
            self._open, self._number, self._since = [feed.page(last)], last.members, last.since

    def add(self, member: bytes, at: str) -> None:
        if self._number == self._size:
            self._close()
        if not self._number:
            self._since = at
        self._open.append(member)
        self._number += 1

    def end(self) -> tuple[Page, ...]:
        if self._number:
            self._close()
        return tuple(self._done)

    def _close(self) -> None:
        text = b"".join(self._open)
        name = f"{len(self._done) + 1}-{self._number}.nt"
        draft = self._folder / f".{name}"
        folders.write(draft, text)
        draft.replace(self._folder / name)
        full, digest = self._number == self._size, hashlib.sha256(text).hexdigest()
        self._done.append(Page(name, self._number, self._since, full, digest, len(text)))
        self._open, self._number = [], 0
