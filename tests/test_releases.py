"""``/releases`` and the command: what was published when, told plainly also where something is damaged or gone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime

import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from samenhang.cli.releases import releases
from samenhang.namespaces import PREFIXES
from samenhang.release import Shelf
from samenhang.release.folders import DATA
from samenhang.release.shelf import LOG
from tests.history import MOMENTS, dated, tiny
from tests.test_web import BROWSER, problem, served

AGAIN = "2026-11-01T08:00:00+00:00"
GONE, CUT, BACK = 2, 4, 8
"""Of the ten: the folder of one was removed, the data of one cut short, and one was published again at the end."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    shelf = tiny(tmp_path_factory.mktemp("releases"))
    names = [one.release for one in shelf.history().publications]
    dated(shelf, [*names, names[BACK]], (*MOMENTS, AGAIN))
    link = shelf.folder / "current"
    link.unlink()
    link.symlink_to(f"releases/{names[BACK]}")
    shutil.rmtree(shelf.get(names[GONE]).folder)
    data = shelf.get(names[CUT]).folder / DATA
    data.write_bytes(data.read_bytes()[:-1])
    with (shelf.folder / LOG).open("a") as log:
        log.write('{"release": "half')
    return shelf


@pytest.fixture(scope="module")
def names(shelf: Shelf) -> list[str]:
    """The ten in the order in which each was published first."""
    return list(dict.fromkeys(one.release for one in shelf.history().publications))


@pytest.fixture(scope="module")
def many(shelf: Shelf) -> Iterator[httpx.Client]:
    yield from served(shelf.current())


def test_the_list_tells_each_release_the_latest_first(many: httpx.Client, shelf: Shelf, names: list[str]) -> None:
    answer = many.get("/releases", headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    assert (told["total"], told["lost"], told["served"], told["current"]) == (10, 1, names[BACK], names[BACK])
    order = [names[BACK], names[9], *reversed(names[:BACK])]
    assert [each["release"] for each in told["releases"]] == order
    by_name = {each["release"]: each for each in told["releases"]}
    assert [each for each in order if by_name[each]["current"]] == [names[BACK]]
    assert by_name[names[BACK]]["published"] == [MOMENTS[BACK], AGAIN]
    assert by_name[names[0]]["predecessor"] is None
    assert by_name[names[9]]["predecessor"] == names[BACK]
    assert {each["release"]: each["problem"] for each in told["releases"] if each["problem"]} == {
        names[GONE]: "no longer kept",
        names[CUT]: "damaged",
    }
    first = by_name[names[0]]
    manifest = shelf.get(names[0]).manifest
    assert first["quads"] == manifest["quads"]
    public = first["state"].removesuffix(f"/?asOf={names[0]}")
    for dump in first["dumps"]:
        assert len(many.get(dump["url"].removeprefix(public)).content) == dump["bytes"]
    assert many.get(first["state"].removeprefix(public), headers={"accept": BROWSER}).status_code == 200
    again = many.get("/releases", headers={"accept-language": "en", "if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_list_in_pages(many: httpx.Client, names: list[str]) -> None:
    answer = many.get("/releases.json?size=4&page=3")
    assert [each["release"] for each in answer.json()["releases"]] == [names[1], names[0]]
    links = dict(reversed(one) for one in re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.headers["link"]))
    assert links["prev"].endswith("/releases.json?page=2&size=4")
    assert "next" not in links
    problem(many.get("/releases.json?size=4&page=4"), 404)
    problem(many.get("/releases.json?size=0"), 400)
    problem(many.get("/releases.csv"), 406)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_leads_to_each_state_and_says_what_is_wrong(many: httpx.Client, names: list[str], lang: str) -> None:
    page = many.get(f"/releases?lang={lang}", headers={"accept": BROWSER}).text
    rows = dict(re.findall(r'<tr id="r-([0-9a-f]{16})">(.*?)</tr>', page, re.DOTALL))
    assert len(rows) == 10
    words = {"nl": ("niet meer bewaard", "beschadigd", "huidige"), "en": ("no longer kept", "damaged", "current")}[lang]
    assert words[0] in rows[names[GONE]]
    assert words[1] in rows[names[CUT]]
    assert [name for name, row in rows.items() if words[2] in row] == [names[BACK]]
    for place, name in enumerate(names):
        assert (f'href="/?lang={lang}&amp;asOf={name}"' in rows[name]) == (place not in (GONE, CUT, BACK))
    assert f'<time datetime="{MOMENTS[9]}">' in rows[names[9]]
    assert f'type="date" name="asOf" min="{MOMENTS[0][:10]}"' in page
    assert f'href="/releases?lang={lang}"' in many.get(f"/?lang={lang}", headers={"accept": BROWSER}).text


def test_the_list_as_versions_of_the_dataset(many: httpx.Client, names: list[str]) -> None:
    answer = many.get("/releases", headers={"accept": "text/turtle"})
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcat", "dct", "prov", "xsd"))

    def ask(where: str) -> set[tuple[str, ...]]:
        found = store.query(prefixes + where)
        assert isinstance(found, ox.QuerySolutions)
        return {tuple(getattr(term, "value", "").rpartition("/")[2] for term in row) for row in found}

    assert ask("SELECT ?v { ?d dcat:hasVersion ?v . ?v a dcat:Dataset , prov:Entity }") == {(name,) for name in names}
    assert ask("SELECT ?v { ?d dcat:hasCurrentVersion ?v }") == {(names[BACK],)}
    pairs = set(zip(names[1:], names[:-1], strict=True))
    assert ask("SELECT ?v ?b { ?v dcat:previousVersion ?b ; prov:wasRevisionOf ?b }") == pairs
    moments = ask(f'SELECT ?i ?a {{ ?v dct:identifier "{names[BACK]}" ; dct:issued ?i ; dct:available ?a }}')
    assert {tuple(datetime.fromisoformat(at) for at in row) for row in moments} == {
        (datetime.fromisoformat(MOMENTS[BACK]), datetime.fromisoformat(at)) for at in (MOMENTS[BACK], AGAIN)
    }
    assert len(ask("SELECT ?d { ?d dcat:downloadURL ?url ; dcat:byteSize ?n }")) == 2 * 8


def test_one_release_leads_to_its_catalogue(many: httpx.Client, names: list[str]) -> None:
    for asked in (names[3], names[3][:8], "2026-04-05"):
        answer = many.get(f"/releases/{asked}?lang=en")
        assert (answer.status_code, answer.headers["location"].partition("/catalog")[2]) == (
            303,
            f"?lang=en&asOf={names[3]}",
        )
    assert many.get("/releases/2025-12-31").status_code == 404


def test_the_command_lists_the_same(shelf: Shelf, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMENHANG_VAR", str(shelf.folder))
    done = CliRunner().invoke(releases, ["--format", "json"], standalone_mode=False)
    told = json.loads(done.stdout)
    assert [each["release"] for each in told] == [*names[:BACK], names[9], names[BACK]]
    assert [each["published"][-1] for each in told] == [*MOMENTS[:BACK], MOMENTS[9], AGAIN]
    assert [each["release"] for each in told if each["problem"]] == [names[GONE], names[CUT]]
    table = CliRunner().invoke(releases, [], standalone_mode=False)
    lines = table.stdout.splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith(f"{names[BACK]}  {AGAIN}")
    assert "published.jsonl" in table.stderr
