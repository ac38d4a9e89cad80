"""What is no longer there: 410 with what it was, since when it is gone, what replaces it, and its last state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import ID, PREFIXES
from samenhang.release import Shelf
from samenhang.release.folders import DATA
from samenhang.release.remains import remains
from tests.history import MOMENTS, tiny
from tests.test_documents import triples
from tests.test_web import BROWSER, problem, served

ARCHIVE, OWNER = f"{ID}building-block/archive", f"{ID}claim/agenda-owner"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return tiny(tmp_path_factory.mktemp("remains"))


@pytest.fixture(scope="module")
def names(shelf: Shelf) -> list[str]:
    return [one.release for one in shelf.history().publications]


@pytest.fixture(scope="module")
def after(shelf: Shelf) -> Iterator[httpx.Client]:
    yield from served(shelf.current())


def test_a_thing_that_is_gone_says_what_it_was_and_what_replaces_it(after: httpx.Client, names: list[str]) -> None:
    """The archive went with the tenth release, and the agenda came in its place."""
    answer = after.get("/doc/building-block/archive", headers={"accept-language": "en"})
    told = problem(answer, 410)
    assert told["detail"] == (
        f"'building-block:archive' (Archive) is no longer there since 1 Oct 2026, 08:00 (UTC); release {names[8]} "
        "still had it. It was replaced by building-block:agenda."
    )
    assert told["replacedBy"] == [f"{ID}building-block/agenda"]
    assert told["goneSince"] == MOMENTS[9]
    state = str(told["lastState"])
    assert state.endswith(f"/doc/building-block/archive?asOf={names[8]}")
    assert answer.headers["link"] == f'<{state}>; rel="memento"'
    there = "/doc" + state.partition("/doc")[2]
    assert after.get(there, headers={"accept": "text/turtle"}).status_code == 200
    page = after.get("/doc/building-block/archive?lang=nl", headers={"accept": BROWSER})
    assert page.status_code == 410
    assert "(Archief) is er niet meer sinds 1 okt. 2026, 8.00 uur (UTC)" in page.text
    assert f'href="{there}&amp;lang=nl"' in page.text
    assert 'href="/doc/building-block/agenda"' in page.text
    assert after.get("/id/building-block/archive", follow_redirects=False).status_code == 303


def test_it_is_told_in_rdf_to_who_asks_for_that(after: httpx.Client, names: list[str]) -> None:
    for path, accept, form in (
        ("/doc/building-block/archive", "text/turtle", "ttl"),
        ("/doc/building-block/archive.nt", "*/*", "nt"),
        ("/doc/building-block/archive?format=jsonld", "*/*", "jsonld"),
    ):
        answer = after.get(path, headers={"accept": accept})
        assert answer.status_code == 410
        found = triples(answer.content, form)
        at = ox.Literal(MOMENTS[9], datatype=ox.NamedNode(PREFIXES["xsd"] + "dateTime"))
        expected = ox.Triple(ox.NamedNode(ARCHIVE), ox.NamedNode(PREFIXES["prov"] + "invalidatedAtTime"), at)
        assert str(expected) in found
        assert f"<{ARCHIVE}> <{PREFIXES['dct']}isReplacedBy> <{ID}building-block/agenda>" in found
        assert f'<{ARCHIVE}> <{PREFIXES["skos"]}prefLabel> "Archief"@nl' in found
        assert any(f"asOf={names[8]}>" in line for line in found)


@pytest.mark.parametrize(
    ("path", "last", "since"),
    [
        # It opened with the fifth release and closed with the sixth.
        ("/doc/finding/contradiction-1", 4, 5),
        # Another claim replaced it in the sixth; its source still has it.
        ("/doc/claim/agenda-owner", 4, 5),
    ],
)
def test_a_finding_that_closed_and_a_claim_that_was_replaced(
    after: httpx.Client, names: list[str], path: str, last: int, since: int
) -> None:
    told = problem(after.get(path), 410)
    assert (str(told["lastState"]).rpartition("=")[2], told["goneSince"]) == (names[last], MOMENTS[since])
    if "claim" in path:
        assert told["replacedBy"] == [f"{ID}claim/agenda-owner-c"]


def test_what_never_was_is_not_found_also_as_of_before_it_came(after: httpx.Client, names: list[str]) -> None:
    problem(after.get("/doc/building-block/nergens"), 404)
    problem(after.get(f"/doc/finding/contradiction-1?asOf={names[2]}"), 404)
    assert after.get(f"/doc/finding/contradiction-1?asOf={names[4]}").status_code == 200
    problem(after.get(f"/doc/finding/contradiction-1?asOf={names[7]}"), 410)


def test_releases_that_are_gone_or_damaged_tell_nothing_and_spoil_nothing(
    shelf: Shelf, names: list[str], tmp_path: Path
) -> None:
    shutil.copytree(shelf.folder, tmp_path / "var", symlinks=True)
    copy = Shelf(tmp_path / "var")
    data = copy.get(names[8]).folder / DATA
    data.write_bytes(data.read_bytes()[:100])
    shutil.rmtree(copy.get(names[7]).folder)
    # What is there is not gone, whichever scope has it.
    assert remains(copy.current(), f"{ID}building-block/agenda") is None
    left = remains(copy.current(), ARCHIVE)
    assert left is not None
    assert (left.release, left.since) == (names[6], (names[9], datetime.fromisoformat(MOMENTS[9])))
    # When no other release is there, its source still knows of the claim that no longer counts.
    for name in set(copy.names()) - {names[9]}:
        shutil.rmtree(copy.folder / "releases" / name)
    assert remains(copy.current(), ARCHIVE) is None
    left = remains(copy.current(), OWNER)
    assert left is not None
    assert (left.release, left.since) == (None, None)
    assert ox.NamedNode(f"{ID}actor/a") in {triple.object for triple in left.triples}
