"""What a visitor and whoever runs the service see of registered addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator

import html5rdf
import httpx
import pytest

from samenhang.namespaces import ID
from samenhang.questions import Words
from samenhang.release import Shelf
from samenhang.release.build import build
from samenhang.release.collection import Collection, State
from samenhang.sources import HARVEST
from tests.harvest import scene
from tests.harvest.host import Host
from tests.test_web import BROWSER, served

MOMENT = "2020-01-01T06:00:00Z"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a small map with three registered addresses: one heard of long ago, one bad, one not gone to yet."""
    folder = tmp_path_factory.mktemp("page")
    host = Host()
    host.server_close()
    registrations = "".join(scene.registered(host, name, "anna") for name in ("goed", "fout", "nieuw"))
    shelf = Shelf(folder / "var")
    built = build(scene.map_of(folder / "content", registrations), shelf)
    assert built.release is not None
    collection = Collection(shelf.folder / HARVEST)
    good = State(
        f"{host.site}/goed", "valid", MOMENT, MOMENT, Words("Opgehaald.", "Collected."), heard=MOMENT, said=3, wanted=19
    )
    collection.keep("goed", good, "# niets\n")
    flaw = Words("<b>fout</b> & meer", "<b>wrong</b> & more")
    bad = State(f"{host.site}/fout", "invalid", MOMENT, MOMENT, Words("Fout.", "Wrong."), flaws=(flaw,), dropped=True)
    collection.keep("fout", bad)
    yield from served(built.release)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "nl",
            ["geldig, sinds 1 jan. 2020", "al lang niets meer vernomen", "3 van 19", "ongeldig", "nog niet opgehaald"],
        ),
        ("en", ["valid, since 1 Jan 2020", "nothing heard for long", "3 of 19", "invalid", "not collected yet"]),
    ],
)
def test_the_page_says_how_each_address_stands(visitor: httpx.Client, lang: str, told: list[str]) -> None:
    answer = visitor.get(f"/harvest?lang={lang}", headers={"accept": BROWSER})
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    for words in (*told, "Anna", "&lt;b&gt;", 'href="http://127.0.0.1:'):
        assert words in answer.text, words
    assert "<b>" not in answer.text
    assert visitor.get(f"/doc/source/goed?lang={lang}", headers={"accept": BROWSER}).status_code == 200


def test_programs_are_told_the_same(visitor: httpx.Client) -> None:
    answer = visitor.get("/harvest", headers={"accept": "application/json"})
    sources = {one["source"].removeprefix(f"{ID}source/"): one for one in json.loads(answer.text)["sources"]}
    assert {name: (one["standing"], one["stale"]) for name, one in sources.items()} == {
        "goed": ("valid", True),
        "fout": ("invalid", False),
        "nieuw": ("", False),
    }
    assert sources["fout"]["flaws"] == [{"nl": "<b>fout</b> & meer", "en": "<b>wrong</b> & more"}]
    assert visitor.get("/harvest.ttl").status_code in (404, 406)


def test_health_names_what_nothing_was_heard_of(visitor: httpx.Client) -> None:
    told = visitor.get("/health").json()
    assert (told["status"], told["stale"]) == ("ok", ["goed"])
