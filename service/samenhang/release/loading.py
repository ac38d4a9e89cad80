"""A release into a SPARQL server: each graph under a name of its own, compared, and then known there in one step.

Until that step nobody reads it; after it, the release before stays until the next one comes, for who still asks it.
"""

from __future__ import annotations

import hashlib
import heapq
import http.client
import io
import itertools
import re
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, BinaryIO, Final, TypeVar

import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLWrapper

from samenhang import settings
from samenhang.engine.endpoint import TRIPLES, Endpoint, answers, away, install
from samenhang.engine.holding import Holding
from samenhang.engine.lodging import RELEASES, Elsewhere, Lodging
from samenhang.engine.remote import (
    CURRENT,
    HAS,
    RemoteEngine,
    Spelling,
    described,
    registered,
    releases,
    sizes,
    sorting,
)
from samenhang.errors import Busy, Unreadable, WrongValue
from samenhang.namespaces import PREFIXES, SCOPES, scope_graph
from samenhang.progress import Progress, silent
from samenhang.release.lines import Lines
from samenhang.release.shelf import QUERIES, Release
from samenhang.release.trial import Tried, tried_all

_PIECE: Final = 8 << 20
"""Bytes that are sent at a time, about."""
_SECONDS: Final = 600
"""Seconds that a server has for one piece."""
_TRIES: Final = 4
_PAUSE: Final = 0.5
"""Seconds before the second try; each next one waits twice as long."""
_SKOS, _SPDX, _VOID = PREFIXES["skos"], PREFIXES["spdx"], PREFIXES["void"]

Read = TypeVar("Read")
_FEW: Final = 10_000
"""Triples that are written at a time."""
_BLANK: Final = re.compile(rb"_:[^ ]++")


@dataclass(frozen=True)
class Loaded:
    """What was brought: how many graphs and triples, and the names of releases that made place.

    ``tried``: the queries that it was asked then; none when it had the release before.
    """

    graphs: int
    triples: int
    removed: tuple[str, ...]
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True)
class Server:
    """A server that can be loaded: where it is asked, where its graphs are (Graph Store Protocol), where updates go."""

    endpoint: Endpoint
    graphs: str
    update: str

    @classmethod
    def set(cls) -> Server:
        """The one of the settings. Raises WrongValue when one of its addresses is missing."""
        endpoint = set_endpoint()
        graphs, update = settings.address("SAMENHANG_ENGINE_GRAPHS"), settings.address("SAMENHANG_ENGINE_UPDATE")
        if endpoint is None or not graphs or not update:
            raise WrongValue(
                "Zeg waar de SPARQL-server is: SAMENHANG_ENGINE (vragen), SAMENHANG_ENGINE_GRAPHS (grafen) en "
                "SAMENHANG_ENGINE_UPDATE (wijzigingen). docs/engines.md zegt wat ze zijn.",
                "Say where the SPARQL server is: SAMENHANG_ENGINE (queries), SAMENHANG_ENGINE_GRAPHS (graphs) and "
                "SAMENHANG_ENGINE_UPDATE (updates). docs/engines.md says what they are.",
            )
        return cls(endpoint, graphs, update)


def set_endpoint() -> Endpoint | None:
    """Where the settings say that queries are answered; None: here. Raises WrongValue."""
    address = settings.address("SAMENHANG_ENGINE")
    user, password = settings.given("SAMENHANG_ENGINE_USER"), settings.given("SAMENHANG_ENGINE_PASSWORD")
    return Endpoint(address, user, password) if address else None


def lodging(release: Release) -> Lodging:
    """The place of *release* in any server."""
    return Lodging(release.name, release.manifest["sha256"])


def elsewhere(release: Release) -> Elsewhere | None:
    """Where *release* is asked, by the settings, when that is a SPARQL server. Raises WrongValue."""
    endpoint = set_endpoint()
    return Elsewhere(endpoint, lodging(release)) if endpoint else None


def placed(release: Release) -> Holding:
    """What an engine over *release* holds: its files, or by the settings the SPARQL server that it was brought to.

    Raises Unreadable when it is damaged, WrongValue when a setting is no address.
    """
    where = elsewhere(release)
    holding = release.holding()
    return holding if where is None else replace(holding, elsewhere=where)


def load(release: Release, server: Server, progress: Progress = silent) -> Loaded:
    """Bring *release* to *server*, compare it there, and make it known in one step; what was there before may stay.

    Raises Unreadable (damaged; not the same there), Busy (the server does not answer), SamenhangError.
    """
    place = lodging(release)
    listed = described(server.endpoint, place) if registered(server.endpoint, place) else {}
    tried: Sequence[Tried] = ()
    if not listed or sizes(server.endpoint, list(listed)) != listed:
        listed, tried = _bring_all(server, release, place, progress)
    removed = _announce(server, place)
    if not registered(server.endpoint, place):
        raise Unreadable(
            f"De SPARQL-server kent release {release.name} niet, hoewel ze er is. Mag deze naam wijzigen?",
            f"The SPARQL server does not know release {release.name}, though it is there. May this name change things?",
        )
    for name in removed:
        progress(f"opruimen: release {name}", f"clearing: release {name}")
        _remove(server, Lodging(name, ""))
    return Loaded(len(listed), sum(listed.values()), tuple(removed), tuple(tried))


def _bring_all(
    server: Server, release: Release, place: Lodging, progress: Progress
) -> tuple[dict[str, int], list[Tried]]:
    """Put all graphs of *release* in *server*, and try it.

    Back come their numbers of triples, by the names that they have there, and what was tried.
    """
    data = release.holding().files[0]
    # First what is small: a server that wants to know who we are says so then, and not while it gets what is large.
    _withdraw(server, place)
    _forget(server, place.iri)
    spelled: Spelling = {}
    with tempfile.TemporaryDirectory() as folder:
        parts = split(data, Path(folder))
        listed: dict[str, int] = {}
        for number, (graph, path) in enumerate(sorted(parts.items()), 1):
            progress(f"brengen: graaf {number} van {len(parts)}", f"loading: graph {number} of {len(parts)}")
            listed[place.place(graph)] = _bring(server, path, place.place(graph), spelled)
        about = Path(folder) / "about"
        seconds = settings.number("SAMENHANG_SECONDS")
        theirs = RemoteEngine(Elsewhere(server.endpoint, place), parts, spelled, (), sorting(server.endpoint), seconds)
        # Only what has every scope is asked everything.
        whole = scope_graph(SCOPES[0]) in parts
        tried = tried_all(release.engine, theirs, settings.content() / QUERIES, progress) if whole else []
        about.write_bytes(_described(place, listed, spelled, tried))
        _bring(server, about, place.iri, {})
    return listed, tried


def split(data: Path, folder: Path) -> dict[str, Path]:
    """The lines of *data* (canonical N-Quads) as N-Triples in *folder*, a file for each graph; by its name."""
    files: dict[bytes, BinaryIO] = {}
    try:
        with data.open("rb") as lines:
            for line in lines:
                triple, _, graph = line[:-3].rpartition(b" ")
                if graph not in files:
                    files[graph] = (folder / str(len(files))).open("wb")
                files[graph].write(triple + b" .\n")
    finally:
        for file in files.values():
            file.close()
    return {graph[1:-1].decode(): Path(file.name) for graph, file in files.items()}


def _bring(server: Server, path: Path, place: str, spelled: Spelling) -> int:
    """Put the triples of *path* in the graph *place*, and see that they are there. How many there are.

    Literals that the server writes in another way are added to *spelled*.
    """
    for method, piece in _pieces(path):
        _send(server, method, place, piece)
    with path.open("rb") as file:
        ours = fingerprint(file)
    if _received(server, place, lambda answer: fingerprint(_canonical(answer))) != ours:
        _compare(server, path, place, spelled)
    return ours[0]


def _pieces(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines of *path* in pieces, each with the method that sends it.

    A piece may be sent twice, for what fails in passing; with blank nodes that is another graph, so then it is one.
    """
    with path.open("rb") as file:
        whole = any(b"_:" in line for line in file)
        file.seek(0)
        methods = itertools.chain(["PUT"], itertools.repeat("POST"))
        while lines := file.readlines(-1 if whole else _PIECE):
            yield next(methods), b"".join(lines)


def fingerprint(lines: Iterable[bytes]) -> tuple[int, int]:
    """What tells canonical N-Triples from others, in any order: how many *lines* there are, and a sum over all of them.

    The names of blank nodes are a server's own, and have no part in it.

    >>> fingerprint([b"<x:a> <x:b> _:c .", b"<x:a> <x:b> <x:c> ."]) == fingerprint(
    ...     [b"<x:a> <x:b> <x:c> .", b"<x:a> <x:b> _:d ."]
    ... )
    True
    """
    count = total = 0
    for line in lines:
        count += 1
        if b"_:" in line:
            line = _BLANK.sub(b"_:", line)
        total += int.from_bytes(hashlib.blake2b(line.rstrip(), digest_size=16).digest(), "big")
    return count, total % (1 << 128)


def _canonical(file: IO[bytes]) -> Iterator[bytes]:
    """The N-Triples of *file* as the release writes them, line by line; each as often as it stands there."""
    triples = _triples(file)
    while some := list(itertools.islice(triples, _FEW)):
        written = ox.serialize(some, format=ox.RdfFormat.N_TRIPLES)
        assert written is not None  # no output file was given
        yield from written.splitlines()


def _triples(file: IO[bytes]) -> Iterator[ox.Triple]:
    return (quad.triple for quad in ox.parse(file, format=ox.RdfFormat.N_TRIPLES))


def _compare(server: Server, path: Path, place: str, spelled: Spelling) -> None:
    """Add to *spelled* the literals by which *place* differs from *path*. Raises Unreadable when that is not all.

    A server that keeps values and not their spelling (``"1"`` for ``"true"``) gives back one for each, always the same.
    Both are sorted on disk, and looked at one subject and predicate at a time: a graph need not fit in memory.
    """
    with ExitStack() as stack:

        def ordered(file: IO[bytes]) -> Lines:
            lines = stack.enter_context(Lines(path.parent))
            for line in _canonical(file):
                subject, _, value = line.split(b" ", 2)
                if not (subject.startswith(b"_:") or value.startswith(b"_:")):  # these have other names there
                    lines.write(line + b"\n")
            return lines

        with path.open("rb") as file:
            ours = ordered(file)
        theirs = _received(server, place, ordered)
        for missing, extra in differing(ours, theirs):
            _spell(missing, extra, place, spelled)


def differing(ours: Iterable[bytes], theirs: Iterable[bytes]) -> Iterator[tuple[list[ox.Triple], list[ox.Triple]]]:
    """Of each subject and predicate in these sorted lines where they are not the same: what only one of them has."""

    def about(line: bytes) -> bytes:
        return line[: line.index(b" ", line.index(b" ") + 1) + 1]

    merged = heapq.merge(((line, True) for line in ours), ((line, False) for line in theirs))
    for _, group in itertools.groupby(merged, lambda one: about(one[0])):
        both: tuple[set[bytes], set[bytes]] = set(), set()
        for line, mine in group:
            both[not mine].add(line)
        missing, extra = (sorted(one - other) for one, other in (both, both[::-1]))
        if missing or extra:
            yield list(_triples(io.BytesIO(b"".join(missing)))), list(_triples(io.BytesIO(b"".join(extra))))


def _spell(missing: Sequence[ox.Triple], extra: Sequence[ox.Triple], place: str, spelled: Spelling) -> None:
    """Add to *spelled* that each literal of *missing* is written as one of *extra*. Raises Unreadable when it is not.

    All of them are of one subject and predicate.
    """
    written: dict[ox.NamedNode, list[ox.Literal]] = defaultdict(list)
    for triple in extra:
        if isinstance(triple.object, ox.Literal):
            written[triple.object.datatype].append(triple.object)
    for triple in missing:
        if isinstance(triple.object, ox.Literal):
            found = written.get(triple.object.datatype, [])
            if len(found) == 1 and spelled.setdefault(found[0], triple.object) == triple.object:
                continue
        raise Unreadable(
            f"De SPARQL-server bewaart niet wat gebracht werd. In '{place}' ontbreekt {triple}.",
            f"The SPARQL server does not keep what was brought. In '{place}' this is missing: {triple}.",
        )
    if len(missing) != len(extra):
        raise Unreadable(
            f"In de SPARQL-server staan in '{place}' triples te veel, zoals {extra[0]}.",
            f"In the SPARQL server '{place}' has triples too many, such as {extra[0]}.",
        )


def _described(place: Lodging, listed: Mapping[str, int], spelled: Spelling, tried: Iterable[Tried]) -> bytes:
    """What a server is told of the release, as N-Triples: its checksum, its graphs and their sizes.

    And each literal that the server writes in another way, as it is (``prefLabel``) and as it becomes (``altLabel``);
    and by their marks the queries that it answers as it should (``note``), and those that not (``editorialNote``).
    """
    triples: list[tuple[str, str, ox.Literal | ox.NamedNode]] = [
        (place.iri, _SPDX + "checksumValue", ox.Literal(place.sha256))
    ]
    for graph, size in listed.items():
        triples += [
            (place.iri, _VOID + "subset", ox.NamedNode(graph)),
            (graph, _VOID + "triples", ox.Literal(str(size), datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))),
        ]
    triples += [(place.iri, _SKOS + ("note" if one.same else "editorialNote"), ox.Literal(one.mark)) for one in tried]
    for number, (theirs, ours) in enumerate(spelled.items()):
        literal = f"{place.iri}/literal/{number}"
        triples += [
            (literal, _SKOS + "prefLabel", ox.Literal(str(ours))),
            (literal, _SKOS + "altLabel", ox.Literal(str(theirs))),
        ]
    return "".join(f"<{subject}> <{predicate}> {value} .\n" for subject, predicate, value in triples).encode()


def _announce(server: Server, place: Lodging) -> list[str]:
    """Make the release the current one, in one update; the names of those that are known no longer.

    The one that was the current one stays known: somebody may still ask it.
    """
    known = releases(server.endpoint)
    before = {iri for iri, current in known.items() if current and iri != place.iri}
    kept = {place.iri, *(before or known)}
    listed = " , ".join(f"<{iri}>" for iri in sorted(kept))
    told = f"<{RELEASES}> <{HAS}> {listed} ; <{CURRENT}> <{place.iri}> ."
    data = f"GRAPH <{RELEASES}> {{ {told} }}"
    if known:
        here = f"GRAPH <{RELEASES}> {{ <{RELEASES}> ?p ?o }}"
        text = f"DELETE {{ {here} }} INSERT {{ {data} }} WHERE {{ {here} }}"
    else:  # Virtuoso does nothing where nothing is to be deleted, whatever is to be inserted
        text = f"INSERT DATA {{ {data} }}"
    _update(server, text)
    return [iri.rpartition("/")[2] for iri in known if iri not in kept]


def _withdraw(server: Server, place: Lodging) -> None:
    """Make it that the release is not known, before anything of it is changed: who asks it is told that it is away."""
    if place.iri in releases(server.endpoint):
        triples = f"<{RELEASES}> <{HAS}> <{place.iri}> . <{RELEASES}> <{CURRENT}> <{place.iri}> ."
        _update(server, f"DELETE DATA {{ GRAPH <{RELEASES}> {{ {triples} }} }}")


def _remove(server: Server, place: Lodging) -> None:
    """Remove the graphs of a release that is known no longer."""
    for graph in (*described(server.endpoint, place), place.iri):
        _forget(server, graph)


def _forget(server: Server, graph: str) -> None:
    """Remove one *graph*, whether it is there or not."""

    def remove() -> None:
        try:
            _request(server, "DELETE", graph, None).close()
        except urllib.error.HTTPError as problem:
            if problem.code != 404:
                raise

    _again(remove)


def _update(server: Server, text: str) -> None:
    install(server.endpoint, server.update)
    wrapper = SPARQLWrapper(server.endpoint.address, server.update)
    wrapper.setMethod(POST)
    wrapper.setTimeout(_SECONDS)
    wrapper.queryString, wrapper.queryType = text, "INSERT"
    with answers():
        wrapper.query().response.close()


def _send(server: Server, method: str, place: str, content: bytes | None) -> None:
    """Send *content* to the graph *place*, a few times where that fails in passing."""
    _again(lambda: _request(server, method, place, content).close())


def _received(server: Server, place: str, read: Callable[[IO[bytes]], Read]) -> Read:
    """What *read* makes of the triples of the graph *place*."""

    def received() -> Read:
        with _request(server, "GET", place, None) as answer:
            try:
                return read(answer)
            except (SyntaxError, ValueError):
                raise away("N-Triples") from None

    return _again(received)


def _again(work: Callable[[], Read]) -> Read:
    for pause in (*(_PAUSE * 2**tried for tried in range(_TRIES - 1)), 0):
        try:
            with answers():
                return work()
        except Busy:
            if not pause:
                raise
            time.sleep(pause)
    raise AssertionError


def _request(server: Server, method: str, place: str, content: bytes | None) -> http.client.HTTPResponse:
    install(server.endpoint, server.graphs)
    mark = "&" if "?" in server.graphs else "?"
    address = f"{server.graphs}{mark}{urllib.parse.urlencode({'graph': place})}"
    # Virtuoso refuses to delete for who accepts triples.
    fields = {"PUT": {"Content-Type": TRIPLES}, "POST": {"Content-Type": TRIPLES}, "GET": {"Accept": TRIPLES}}
    request = urllib.request.Request(address, content, fields.get(method, {}), method=method)
    response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_SECONDS)
    return response
