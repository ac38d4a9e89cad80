"""A release as a site without a server: what the service answers, as files that any host gives out."""

from __future__ import annotations

import errno
import hashlib
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin

import html5rdf
import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from samenhang.cli.exporting import export as command
from samenhang.errors import SamenhangError, Unreadable, WrongValue
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.site import export, folder, scribe
from samenhang.site.address import read
from samenhang.site.clerk import Clerk
from samenhang.site.scribe import Scribe
from tests.sites import hosted, led, small
from tests.test_browser import Tab, barriers, browser  # noqa: F401 (a fixture)
from tests.test_crawler import crawl, of_host, stated

BASE = "https://owner.example.org/samenhang"


class Site(NamedTuple):
    release: Release
    path: Path

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, str]:
        """The checksum of each file by its name."""
        return {
            file.relative_to(self.path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in self.path.rglob("*")
            if file.is_file()
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small site, below a folder that belongs to others, as on a host that many share."""
    top = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMENHANG_CONTENT", str(small(top / "content")))
        made = build(top / "content", Shelf(top / "var")).release
        assert made is not None
        export(made, top / "host" / "samenhang", BASE, hands=0)
        yield Site(made, top / "host" / "samenhang")


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[httpx.Client]:
    with hosted(site.path.parent, "/samenhang") as client:
        yield client


def test_every_address_in_the_data_is_a_file_in_every_form(site: Site, client: httpx.Client) -> None:
    addresses = stated(site.release)
    assert len(addresses) > 50
    assert crawl(of_host(client, BASE, site.text("hosting/w3id.org/samenhang/.htaccess")), addresses) == {}


def test_every_link_of_every_page_leads_to_a_file(site: Site) -> None:
    files = site.files().keys()
    wrong, seen = set(), 0
    for name in files:
        if name.endswith((".html", ".svg")):
            for link in map(html.unescape, re.findall(r'\s(?:href|src|action|data-source)="([^"#]+)', site.text(name))):
                if link.startswith(("https://", "http://", "mailto:")) and not link.startswith(BASE):
                    continue
                there = link.removeprefix(BASE).lstrip("/") if link.startswith(BASE) else urljoin(f"/{name}", link)[1:]
                seen += 1
                if link.startswith("/") or (unquote(there) or "index.html") not in files:
                    wrong.add((name, link))
    assert seen > 5_000
    assert wrong == set()


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "index",
        "scope/field",
        "doc/building-block/agenda",
        "ns",
        "ns/classes/BuildingBlock",
        "questions",
        "questions/owners",
        "matrices/capability-matrix",
        "findings",
        "findings/rule/accountability",
        "rules/funding",
        "search",
        "search/kind/building-block",
        "map",
        "roadmap",
        "catalog",
        "open-questions",
        "sparql",
        "assess",
        "validate",
        "describe",
        "api",
    ],
)
def test_a_page_is_valid_in_its_language_and_says_its_own_policy(site: Site, name: str, lang: str) -> None:
    text = site.text(f"{name}{'.en' if lang == 'en' else ''}.html")
    html5rdf.HTMLParser(strict=True).parse(text)
    assert f'<html lang="{lang}">' in text and text.count("<h1") == 1
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
    assert "default-src &#x27;none&#x27;" in policy and "frame-ancestors" not in policy
    assert set(re.findall(r'<form [^>]*action="([^"]*)"', text)) <= {
        f"{'../' * name.count('/')}{page}{'.en' if lang == 'en' else ''}.html" for page in ("search", "questions")
    }
    other = f"{Path(name).name}{'' if lang == 'en' else '.en'}.html"
    assert re.search(rf'<p class="language"><a href="[^"]*{re.escape(other)}" hreflang', text)


def test_what_needs_a_service_is_said_and_not_promised(site: Site) -> None:
    assert "samenhang query vraag.rq" in site.text("sparql.html")
    assert "no server that can work something out" in site.text("assess.en.html")
    assert not (site.path / "health").exists() and not (site.path / "openapi.json").exists()
    for name in ("catalog.nt", ".well-known/void.ttl"):
        assert "/sparql>" not in site.text(name)


def test_the_catalogue_leads_to_files(site: Site) -> None:
    triples = [quad.triple for quad in ox.parse(site.text("catalog.nt"), format=ox.RdfFormat.N_TRIPLES)]
    named = {one.value for triple in triples for one in triple if isinstance(one, ox.NamedNode)}
    here = {iri.removeprefix(BASE).lstrip("/") or "index.html" for iri in named if iri.startswith(BASE)}
    assert "catalog.html" in here and f"dumps/{site.release.name}.nq.gz" in here
    assert {name for name in here if not (site.path / name).is_file()} == set()
    dump = (site.path / "dumps" / f"{site.release.name}.nq.gz").read_bytes()
    assert site.text(f"dumps/{site.release.name}.nq.gz.sha256").startswith(hashlib.sha256(dump).hexdigest())


PERSON = "text/html,application/xml;q=0.9,*/*;q=0.8"
AGENDA = "id/building-block/agenda"
THERE = "doc/building-block/agenda"


@pytest.mark.parametrize(
    ("path", "accept", "language", "there"),
    [
        (AGENDA, "text/turtle", "", f"{THERE}.ttl"),
        (AGENDA, "application/ld+json, text/turtle;q=0.5", "", f"{THERE}.ttl"),
        (AGENDA, PERSON, "nl-BE,nl;q=0.9,en;q=0.8", f"{THERE}.html"),
        (AGENDA, PERSON, "en-GB,en;q=0.9", f"{THERE}.en.html"),
        (AGENDA, "*/*", "", f"{THERE}.html"),
        (f"{AGENDA}.nt", "*/*", "", f"{THERE}.nt"),
        ("ns", "application/rdf+xml", "", "ns.rdf"),
        ("graph/field/blocks", "application/trig", "", "graph/field/blocks.trig"),
        ("questions/owners", "text/html", "", "questions/owners.html"),
        ("dataset/field", "text/turtle", "", "catalog.ttl"),
        ("dataset", "text/html", "", "catalog.html"),
        ("releases/0123456789abcdef", "text/turtle", "", "catalog.ttl"),
        ("releases/0123456789abcdef", "text/html", "", "releases.html"),
        ("", "text/html", "en", "index.en.html"),
        ("", "text/turtle", "", "catalog.ttl"),
        ("dumps/0123456789abcdef.nq.gz", "*/*", "", "dumps/0123456789abcdef.nq.gz"),
    ],
)
def test_w3id_leads_to_the_file_that_is_accepted(site: Site, path: str, accept: str, language: str, there: str) -> None:
    rules = site.text("hosting/w3id.org/samenhang/.htaccess")
    assert led(rules, path, accept, language) == f"{BASE}/{there}"


def test_an_apache_that_gives_out_the_files_chooses_alike(site: Site) -> None:
    rules = site.text(".htaccess").partition("RewriteRule /$ - [L]\n")[2]
    assert led(rules, AGENDA, "text/turtle") == f"/samenhang/{THERE}.ttl"
    assert led(rules, AGENDA, PERSON, "en") == f"/samenhang/{THERE}.en.html"
    assert led(rules, "questions/", PERSON) == "/samenhang/questions.html"
    assert led(rules, f"{THERE}.ttl", "*/*") == f"{THERE}.ttl"


def test_what_there_is_of_the_past_is_the_list_and_the_feed(site: Site) -> None:
    told = json.loads(site.text("releases.json"))["releases"]
    assert [each["release"] for each in told] == [site.release.name]
    assert {"state", "catalog"}.isdisjoint(told[0])
    assert not any("asOf" in site.text(name) for name in ("releases.ttl", "releases.html", "releases.en.html"))
    # Who follows the feed goes on in the form that he reads.
    first = {quad.object for quad in ox.parse(site.text("changes.ttl"), format=ox.RdfFormat.TURTLE)}
    assert ox.NamedNode(f"{BASE}/changes/1.ttl") in first
    page = {quad.subject for quad in ox.parse(site.text("changes/1.ttl"), format=ox.RdfFormat.TURTLE)}
    assert ox.NamedNode(f"{BASE}/changes/1.ttl") in page


def test_a_folder_and_a_wrong_address_lead_on(site: Site) -> None:
    for name, there in (
        ("questions/index.html", "../questions.html"),
        ("doc/building-block/index.html", "../../search/kind/building-block.html"),
    ):
        html5rdf.HTMLParser(strict=True).parse(site.text(name))
        assert f'content="0; url={there}"' in site.text(name)
    lost = site.text("404.html")
    html5rdf.HTMLParser(strict=True).parse(lost)
    assert f'href="{BASE}/search.html"' in lost


def test_a_search_reads_a_small_file_for_what_is_typed(site: Site) -> None:
    index = json.loads(site.text("search/words.json"))
    assert index["kinds"]["building-block"] == {"nl": "Bouwblok", "en": "Building block"}
    for key in ("ag", "en", "ca"):  # agenda, in the middle of it, and calendar
        name = f"search/{index['files'][key]['href'].removeprefix('../search/')}"
        (entry,) = [one for one in json.loads(site.text(name)) if one["names"]["nl"] == "Agenda"]
        assert entry["names"]["en"] == "Calendar" and entry["kind"] == "building-block"
        assert urljoin(f"/{name}", entry["pages"]["en"]["href"]) == "/doc/building-block/agenda.en.html"
    assert "zz" not in index["files"]


def test_the_same_release_is_the_same_bytes_in_another_process(site: Site, tmp_path: Path) -> None:
    clerk = Clerk(site.release, tmp_path, BASE)
    try:
        wanted = ("/", "/shapes.ttl", "/shapes.nt", "/findings", "/map.json?lang=en", "/search/words/ag.json")
        some = [found for link in (*wanted, "/doc/building-block/agenda.rdf", "/catalog.ttl") if (found := read(link))]
        done = clerk.write(some)
    finally:
        clerk.close()
    files = site.files()
    assert len(done) == 8
    for one in done:
        assert one.changed and one.digest == files[one.address.file], one.address


def test_the_list_of_files_is_one_that_others_can_check(site: Site) -> None:
    lines = [line.split("  ") for line in site.text(folder.LISTED).splitlines()]
    files = site.files()
    del files[folder.LISTED]
    assert {name: digest for digest, name in lines} == files


def test_a_second_run_writes_what_changed_and_removes_what_is_gone(tmp_path: Path) -> None:
    def run(files: dict[str, bytes]) -> tuple[int, int]:
        with folder.opened(tmp_path) as target:
            return sum([target.put(name, content) for name, content in files.items()]), target.finish()

    assert run({"a.html": b"a", "b/c/d.html": b"d", "e.html": b"e"}) == (3, 0)
    (tmp_path / "CNAME").write_text("kaart.example.org", encoding="utf-8")
    (tmp_path / "e.html").write_text("by hand", encoding="utf-8")
    before = (tmp_path / "a.html").stat()
    assert run({"a.html": b"a", "e.html": b"e", "f.html": b"f"}) == (2, 1)
    assert (tmp_path / "a.html").stat().st_mtime_ns == before.st_mtime_ns
    assert not (tmp_path / "b").exists()
    assert (tmp_path / "CNAME").is_file() and (tmp_path / "e.html").read_bytes() == b"e"


@pytest.mark.parametrize(
    ("answers", "written", "stopped"),
    [
        ([200], True, False),
        ([503, 429, 200], True, False),
        ([503] * 4, False, True),
        ([500], False, True),
        ([404], False, False),
        ([410], True, False),
    ],
)
def test_who_is_busy_is_asked_again_and_a_withdrawn_thing_says_so(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[int], written: bool, stopped: bool
) -> None:
    async def ask(*_: object) -> tuple[int, dict[str, str], bytes]:
        return answers.pop(0), {"content-type": "text/plain"}, b"User-agent: *"

    monkeypatch.setattr(scribe, "ask", ask)
    monkeypatch.setattr(scribe, "_PAUSES", (0, 0, 0))
    monkeypatch.setattr(scribe, "application", lambda *_, **__: None)
    monkeypatch.setattr("samenhang.web.edition.stop", lambda _: None)
    writer = Scribe(site.release, tmp_path, BASE)
    robots = read("/robots.txt")
    assert robots is not None
    try:
        (done,) = writer.write([robots])
    except Unreadable as problem:
        assert stopped and "/robots.txt" in problem.nl
    else:
        assert not stopped and done.changed == written
    finally:
        writer.close()
    assert answers == []
    assert (tmp_path / "robots.txt").exists() == written


def test_after_a_kill_the_next_run_knows_what_was_half_done(tmp_path: Path) -> None:
    def killed() -> None:
        with folder.opened(tmp_path) as target:
            target.put("a.html", b"whole")
            target.begin(["b.html"])
            (tmp_path / "b.html.part").write_bytes(b"ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    with folder.opened(tmp_path) as target:
        assert not (tmp_path / "b.html.part").exists()
        assert not target.put("a.html", b"whole")
        assert target.put("c.html", b"new")
        assert target.finish() == 1
    assert {each.name for each in tmp_path.iterdir()} == {"a.html", "c.html", folder.LISTED}


def test_nothing_is_lost_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put(tmp_path / "a.html", b"old")

    def full(_: Path, __: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Unreadable, match="the disk is full"):
        folder.put(tmp_path / "a.html", b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.html", b"old")]


def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    with folder.opened(tmp_path) as target:
        (tmp_path / "index.html").write_text("mine", encoding="utf-8")
        with pytest.raises(WrongValue, match="was not written by"):
            target.put("index.html", b"ours")
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["../outside.html", "/etc/passwd", ""])
def test_a_list_that_names_what_is_outside_is_damaged(tmp_path: Path, name: str) -> None:
    (tmp_path / folder.LISTED).write_text(f"{'0' * 64}  {name}\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="damaged"), folder.opened(tmp_path):
        pass


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["site"], "Geef een map"),
        (["site", "{file}"], "is een bestand; geef een map"),
        (["site", "{foreign}"], "staat al iets anders (mine.txt)"),
        (["site", "{file}/below"], "geen map"),
        (["site", "{new}", "--base", "nonsense"], "gevraagd is een adres"),
        (["site", "{new}", "--base", "https://a.example.org/?x=1"], "gevraagd is een adres"),
        (["site", "{new}", "--actor", "publiq"], "kan enkel --base"),
        (["report", "{new}", "--base", "https://a.example.org"], "--base kan enkel bij: site"),
        (["ontology", "{foreign}"], "is een map; geef een bestand"),
        (["sites", "{new}"], "Bedoelde u: site"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_touched(site: Site, tmp_path: Path, arguments: list[str], told: str) -> None:
    places = {"file": tmp_path / "file.txt", "foreign": tmp_path / "foreign", "new": tmp_path / "new"}
    places["foreign"].mkdir()
    for file in (places["file"], places["foreign"] / "mine.txt"):
        file.write_text("mine", encoding="utf-8")
    runner = CliRunner(env={"SAMENHANG_VAR": str(site.release.folder.parents[1])})
    done = runner.invoke(command, [each.format_map(places) for each in arguments])
    assert isinstance(done.exception, SamenhangError)
    assert done.exception.exit_code == 2
    assert told in done.exception.nl
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["file.txt", "foreign", "mine.txt"]


def test_without_a_release_there_is_no_site(tmp_path: Path) -> None:
    runner = CliRunner(env={"SAMENHANG_VAR": str(tmp_path / "var")})
    done = runner.invoke(command, ["site", str(tmp_path / "new")])
    assert isinstance(done.exception, SamenhangError) and "samenhang build" in done.exception.nl
    assert not (tmp_path / "new").exists()


def test_a_name_is_found_by_keyboard_and_the_lists_serve_without_scripts(
    client: httpx.Client,
    browser: Browser,  # noqa: F811 (the fixture of another module)
) -> None:
    base = str(client.base_url).rstrip("/")
    host = base.removesuffix("/samenhang")
    tab = Tab(browser.new_context(), host)
    page = tab.open("/samenhang/map.en.html")
    page.locator("#find").focus()
    page.keyboard.type("calendra")  # two letters changed places
    page.keyboard.press("Enter")
    found = page.get_by_role("link", name="Calendar", exact=True)
    found.wait_for()
    assert page.url.startswith(f"{base}/search.en.html?")
    assert page.get_by_role("status").inner_text() == "1 found"
    assert barriers(page) == []
    found.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/doc/building-block/agenda.en.html")
    tab.open("/samenhang/search.html?q=zzz").get_by_text("Niets gevonden").wait_for()
    assert tab.wrong == []
    plain = Tab(browser.new_context(java_script_enabled=False), host)
    page = plain.open("/samenhang/search.html?q=agenda")
    assert "vraagt scripts" in page.locator("main").inner_text()
    page.get_by_role("link", name="Bouwblok", exact=True).click()
    page.get_by_role("link", name="Agenda", exact=True).click()
    page.wait_for_url(f"{base}/doc/building-block/agenda.html")
    assert plain.wrong == []
