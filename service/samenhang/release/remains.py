"""What is left of a thing that a release no longer has: the last release that had it, and since when it is gone.

The data of a release are sorted lines, so a thing is found in them by bisection: no index is kept, nothing is loaded.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from samenhang.errors import SamenhangError
from samenhang.namespaces import PREFIXES, SCOPES, scope_graph
from samenhang.release import folders
from samenhang.release.folders import DATA
from samenhang.release.history import Publication
from samenhang.release.shelf import Release, Shelf

_SCOPES = tuple(f" <{scope_graph(scope)}> .\n".encode() for scope in SCOPES)
_REPLACED = ox.NamedNode(PREFIXES["dct"] + "isReplacedBy")


@dataclass(frozen=True)
class Remains:
    """What the last release that had a thing says of it.

    ``release``: that one; None when the current one keeps it in the graph of its source, and no longer counts it.
    ``since``: the first publication without it. ``triples``: what it said itself.
    """

    release: str | None
    since: Publication | None
    triples: tuple[ox.Triple, ...]

    @property
    def successors(self) -> tuple[str, ...]:
        """The IRIs of what it said itself that takes its place."""
        return tuple(
            triple.object.value
            for triple in self.triples
            if triple.predicate == _REPLACED and isinstance(triple.object, ox.NamedNode)
        )


def remains(release: Release, thing: str) -> Remains | None:
    """What is left of *thing* (an IRI) before *release*; None when a scope of that has it, or when it never was.

    Releases that are gone or damaged tell nothing: it may have been in these too.
    """
    own = _said(release.folder / DATA, thing)
    if any(line.endswith(_SCOPES) for line in own):
        return None
    shelf = Shelf(release.folder.parents[1])
    history = shelf.history()
    order = list(history.publications)
    at = max((place for place, one in enumerate(order) if one.release == release.name), default=len(order))
    since = order[at] if at < len(order) else None
    known: dict[str, tuple[bytes, ...] | None] = {}
    for one in reversed(order[:at]):
        if one.release not in known:
            known[one.release] = _counted(shelf, history.kept, one.release, thing)
        lines = known[one.release]
        if lines:
            return Remains(one.release, since, _triples(lines))
        if lines is not None:
            since = one
    return Remains(None, None, _triples(own)) if own else None


def last_with(release: Release, subject: str, predicate: str, text: str) -> str | None:
    """The last release on the shelf of *release* that says *text* (a literal) of *subject*; None when none does."""
    shelf = Shelf(release.folder.parents[1])
    history = shelf.history()
    said = f"<{subject}> <{predicate}> {ox.Literal(text)} ".encode()
    for name in dict.fromkeys(one.release for one in reversed(history.publications)):
        if any(line.startswith(said) for line in _counted(shelf, history.kept, name, subject) or ()):
            return name
    return None


def _counted(shelf: Shelf, kept: tuple[str, ...], name: str, thing: str) -> tuple[bytes, ...] | None:
    """The lines that a scope of the release called *name* says of *thing*; None when it is gone or damaged."""
    if name not in kept:
        return None
    try:
        release = shelf.get(name)
        if folders.cut(release.folder, release.manifest) is not None:
            return None
        return tuple(line for line in _said(release.folder / DATA, thing) if line.endswith(_SCOPES))
    except SamenhangError:
        return None


def _said(data: Path, thing: str) -> list[bytes]:
    """The lines of the sorted N-Quads at *data* that *thing* is the subject of."""
    begin = f"<{thing}> ".encode()
    try:
        with data.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            return list(_from(text, _Starts(text).find(begin), begin))
    except (OSError, ValueError):  # it was removed meanwhile, or is empty
        return []


def _from(text: mmap.mmap, at: int, begin: bytes) -> Iterator[bytes]:
    text.seek(at)
    while (line := text.readline()).startswith(begin):
        yield line


class _Starts:
    """The lines of *text* by any of their bytes, as :mod:`bisect` wants them: in order."""

    def __init__(self, text: mmap.mmap) -> None:
        self._text = text

    def __len__(self) -> int:
        return len(self._text)

    def __getitem__(self, at: int) -> bytes:
        """The line that the byte *at* stands in."""
        start = self._text.rfind(b"\n", 0, at) + 1
        end = self._text.find(b"\n", at)
        return self._text[start : end if end >= 0 else len(self._text)]

    def find(self, begin: bytes) -> int:
        """Where the first line stands that is not before *begin*."""
        at = bisect_left(self, begin)
        return self._text.rfind(b"\n", 0, at) + 1


def _triples(lines: list[bytes] | tuple[bytes, ...]) -> tuple[ox.Triple, ...]:
    quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    return tuple(dict.fromkeys(quad.triple for quad in quads))
