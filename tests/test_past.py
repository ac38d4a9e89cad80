"""What was so: every address as of an earlier release, which never mixes with the present one."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import html5rdf
import httpx
import pytest

from samenhang.engine.pool import Pool
from samenhang.release import Release, Shelf
from samenhang.release.folders import DATA
from samenhang.site import scribe
from samenhang.web import application, edition
from samenhang.web.edition import Edition, succeed
from samenhang.web.past import Past
from tests.past import DAYS, three
from tests.test_web import BROWSER, problem, served

DOC = "/doc/building-block/agenda"
PUBLIC = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, list[Release]]:
    return three(tmp_path_factory.mktemp("past"))


@pytest.fixture(scope="module")
def then(past: tuple[Shelf, list[Release]]) -> Iterator[httpx.Client]:
    """A client of the last of the three, served."""
    yield from served(past[1][-1])


def test_a_thing_is_answered_by_the_release_of_then(then: httpx.Client, past: tuple[Shelf, list[Release]]) -> None:
    first, second, third = past[1]
    for asked, release, name in (
        ("2026-11-05", first, '"Agenda"@nl'),
        ("2026-11-10T10:00:00Z", second, '"Kalender"@nl'),
        (first.name[:6], first, '"Agenda"@nl'),
        ("2026-11-29", third, '"Kalender"@nl'),
    ):
        answer = then.get(DOC, params={"asOf": asked}, headers={"accept": "text/turtle"})
        assert answer.status_code == 200, asked
        assert name in answer.text, asked
        assert answer.headers["etag"].startswith(f'"{release.name}-')
        public = answer.headers["link"].partition("<")[2].partition("/doc")[0]
        links = dict(reversed(one) for one in re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.headers["link"]))
        assert links["canonical"] == links["original timegate"] == public + DOC
        assert links["describedby"].startswith(f"{public}/.well-known/void?asOf=")
        assert f"asOf={asked}" in answer.headers["content-location"]
        day = DAYS[past[1].index(release)]
        assert f"{int(day[-2:]):02} Nov 2026 10:00:00 GMT" in answer.headers["memento-datetime"]
        # Asked again, also by who has it already.
        kept = then.get(
            DOC, params={"asOf": asked}, headers={"accept": "text/turtle", "if-none-match": answer.headers["etag"]}
        )
        assert kept.status_code == 304
    assert '"Kalender"@nl' in then.get(DOC, headers={"accept": "text/turtle"}).text
    assert "memento-datetime" not in then.get(DOC).headers


def test_every_address_leads_on_as_of_then(then: httpx.Client, past: tuple[Shelf, list[Release]]) -> None:
    """From each page as of then, all addresses but those of no one release keep the moment, and are there."""
    first = past[1][0]
    asked, seen = "2026-11-05", set()
    todo = ["/", DOC, "/questions/owners", "/sparql?query=ASK%7B%7D", "/graph/scope/all", "/ns/classes/BuildingBlock"]
    todo += ["/findings", "/rules", "/rules/funding", "/matrices", "/map", "/roadmap", "/search", "/open-questions"]
    todo += ["/catalog", "/dumps", "/ns", "/shapes", "/graph", "/questions"]
    for path in todo:
        page = then.get(path + ("&" if "?" in path else "?") + f"lang=nl&asOf={asked}", headers={"accept": BROWSER})
        assert page.status_code == 200, path
        told = '<time datetime="2026-11-01T10:00:00+00:00">1 nov. 2026, 10.00 uur (UTC)</time>'
        assert f"U leest de toestand van {told}, release {first.name}" in page.text
        present = re.findall(r'<a rel="latest-version" href="([^"]*)">Naar de huidige toestand</a>', page.text)
        assert [unescape(one).partition("?")[0] for one in present] == [path.partition("?")[0]]
        assert "asOf" not in present[0]
        links = {unescape(one) for one in re.findall(r'(?:href|data-source)="([/?][^"]*)"', page.text)}
        for link in links - {unescape(present[0])}:
            first_part = re.split(r"[/?.#]", link)[1]
            expected = first_part not in (
                "assets",
                "assess",
                "validate",
                "describe",
                "api",
                "releases",
                "changes",
                "harvest",
            )
            assert (f"asOf={asked}" in link) == expected, (path, link)
            assert link.count("asOf") <= 1
        if path in (DOC, "/findings"):
            html5rdf.HTMLParser(strict=True).parse(page.text)
        assert page.text.count('method="get"') == page.text.count(f'<input type="hidden" name="asOf" value="{asked}">')
        seen |= {link.partition("#")[0] for link in links if "asOf=" in link and link.startswith("/")}
    assert len(seen) > 40
    for link in sorted(seen)[::12]:
        assert then.get(link, headers={"accept": BROWSER}).status_code in (200, 303), link


def test_sparql_as_of_then(then: httpx.Client) -> None:
    query = (
        "SELECT ?n { <https://w3id.org/samenhang/id/building-block/agenda> skos:prefLabel ?n FILTER (lang(?n) = 'nl') }"
    )
    query = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> " + query
    csv = {"accept": "text/csv"}
    for name, name_then in (("Agenda", {"asOf": "2026-11-05"}), ("Kalender", {}), ("Agenda", {"asof": "2026-11-05"})):
        # Written small it is not silently an answer of today.
        for answer in (
            then.get("/sparql", params={"query": query, **name_then}, headers=csv),
            then.post("/sparql", params=name_then, data={"query": query}, headers=csv),
        ):
            assert answer.text.split() == ["n", name], name_then
    told = problem(then.post("/sparql", data={"query": query, "asOf": "2026-11-05"}), 400)
    assert "Zet asOf in het adres" in str(told["detail"])


def test_the_catalogue_of_then_leads_to_the_data_of_then(then: httpx.Client, past: tuple[Shelf, list[Release]]) -> None:
    first = past[1][0]
    for path in ("/catalog.nt", "/.well-known/void.nt", "/sparql?format=nt"):
        text = then.get(path, params={"asOf": "2026-11-05"}).text
        addresses = {one for one in re.findall(r"<(http://127[^>]*)>", text) if "/dumps/" not in one}
        assert addresses
        same = {f"{PUBLIC}/openapi.json", f"{PUBLIC}/changes"}
        assert {one for one in addresses if "asOf=2026-11-05" not in one} <= same, path
        assert set(re.findall(r"/dumps/([0-9a-f]+)\.", text)) <= {first.name}
    assert f"<{PUBLIC}/graph/scope/all.ttl?asOf=2026-11-05>" in then.get("/catalog.nt?asOf=2026-11-05").text
    assert "asOf" not in then.get("/catalog.nt").text


def test_what_somebody_sends_gets_into_no_head_and_no_link(then: httpx.Client) -> None:
    for path in ("/doc/a%0d%0aset-cookie:x%3dy", "//evil.example/doc", "/doc/x%22%3e%3cscript%3e", "/%3e;rel=%22x"):
        for query, accept in (("?asOf=2026-11-05&x=%22%3e", "accept"), ("?x=%22%3e", "accept-datetime")):
            sent = {accept: BROWSER if accept == "accept" else "Thu, 05 Nov 2026 12:00:00 GMT"}
            answer = then.get(f"{str(then.base_url).rstrip('/')}{path}{query}", headers=sent)
            assert answer.status_code in (302, 404)
            assert "set-cookie" not in answer.headers
            for field in ("link", "location"):
                for address in re.findall(r"<([^>]*)>", answer.headers.get(field, "")):
                    assert address.startswith((PUBLIC, "https://creativecommons.org/")), (path, field)
            assert '"//evil' not in answer.text
            assert "<script>" not in answer.text


def test_a_redirect_keeps_the_moment(then: httpx.Client) -> None:
    answer = then.get("/id/building-block/balie?asOf=2026-11-05&lang=en")
    assert (answer.status_code, answer.headers["location"].rpartition("/doc")[2]) == (
        303,
        "/building-block/balie?lang=en&asOf=2026-11-05",
    )


@pytest.mark.parametrize(
    ("path", "asked", "status", "told"),
    [
        (DOC, "2026-10-31", 404, "there was nothing yet: the first release"),
        (DOC, "2999-01-01", 404, "nobody knows how things are then"),
        (DOC, "gisteren", 400, "Give a date (2026-11-20)"),
        (DOC, "0000", 404, "There is no release '0000'"),
        ("/assess", "2026-11-05", 400, "held against the present state"),
        (f"{DOC}?asOf=2026-11-06", "2026-11-05", 400, "Give asOf once"),
    ],
)
def test_what_cannot_be_asked_is_said(then: httpx.Client, path: str, asked: str, status: int, told: str) -> None:
    path += ("&" if "?" in path else "?") + f"asOf={asked}"
    assert told in str(problem(then.get(path, headers={"accept-language": "en"}), status)["detail"])
    page = then.get(path, headers={"accept": BROWSER, "accept-language": "en"})
    assert page.status_code == status
    assert told in unescape(page.text)


def test_a_deprecated_term_stays_with_what_replaces_it_and_an_earlier_version_of_the_ontology_too(
    then: httpx.Client, past: tuple[Shelf, list[Release]]
) -> None:
    section = then.get("/ns?lang=en", headers={"accept": BROWSER}).text.partition('id="heading"')[2]
    section = section.partition("</section>")[0]
    assert "<strong>Deprecated.</strong> Use" in section
    assert 'href="/ns?lang=en#slide"' in section
    assert "Deprecated" not in then.get("/ns?lang=en&asOf=2026-11-12", headers={"accept": BROWSER}).text
    second = past[1][1]
    answer = then.get("/ns/0.1.0.ttl?lang=en")
    assert (answer.status_code, answer.headers["location"].rpartition("/")[2]) == (
        302,
        f"ns.ttl?lang=en&asOf={second.name}",
    )
    assert then.get("/ns/90.1.0.ttl").status_code == 200
    problem(then.get("/ns/0.0.9"), 404)


@pytest.mark.parametrize(
    ("name", "day", "told"),
    [
        ("owners", 5, ""),
        ("owners", 12, "This question did not exist then"),
        ("impact", 5, ""),
        ("impact", 12, "This question has changed since"),
    ],
)
def test_a_question_that_came_or_changed_since_says_so(then: httpx.Client, name: str, day: int, told: str) -> None:
    address = f"/questions/{name}?asOf=2026-11-{day:02}&lang=en"
    page = then.get(address, headers={"accept": BROWSER}).text
    assert ('id="toen"' in page) == bool(told)
    assert told in page
    assert f"{address.partition('&')[0]}</a>" in page, "the address of the answer, to copy"
    assert 'id="toen"' not in then.get(f"/questions/{name}", headers={"accept": BROWSER}).text


def test_what_is_of_no_one_release_takes_no_notice(then: httpx.Client) -> None:
    assert then.get("/health?asOf=2026-11-05").json()["status"] == "ok"
    assert then.options("/sparql?asOf=2026-11-05").status_code == 204
    assert "Disallow: /*asOf=" in then.get("/robots.txt").text.splitlines()


def test_a_client_of_memento_is_led_to_the_state_of_then(then: httpx.Client) -> None:
    for wanted, found in (
        ("Thu, 05 Nov 2026 12:00:00 GMT", "2026-11-01T10:00:00Z"),
        ("Tue, 10 Nov 2026 10:00:00 GMT", "2026-11-10T10:00:00Z"),
        ("Fri, 01 Jan 2010 00:00:00 GMT", "2026-11-01T10:00:00Z"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "2026-11-20T10:00:00Z"),
    ):
        answer = then.get(f"{DOC}?lang=en", headers={"accept-datetime": wanted})
        assert answer.status_code == 302
        assert answer.headers["vary"] == "Accept-Datetime"
        assert answer.headers["location"].endswith(f"{DOC}?lang=en&asOf={found}")
    assert then.get(DOC, headers={"accept-datetime": "toen"}).status_code == 400


def test_two_moments_and_the_present_asked_at_once_never_mix(then: httpx.Client) -> None:
    expected = {"2026-11-05": "Agenda", "2026-11-12": "Kalender", "": "Kalender"}
    here = {"2026-11-05": 200, "2026-11-12": 200, "": 410}

    def ask(number: int) -> None:
        asked = list(expected)[number % 3]
        params = {"asOf": asked, "lang": "nl"} if asked else {"lang": "nl"}
        text = then.get(DOC, params={**params, "n": number // 6}, headers={"accept": BROWSER}).text
        assert f"<h1>{expected[asked]}" in text
        assert ("U leest de toestand van" in text) == bool(asked)
        assert then.get("/doc/building-block/balie", params={**params, "n": number}).status_code == here[asked]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(36)))


def test_so_many_are_open_at_once_and_a_damaged_one_is_said(
    past: tuple[Shelf, list[Release]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMENHANG_PAST", "1")
    shutil.copytree(past[0].folder, tmp_path / "var", symlinks=True)
    shelf = Shelf(tmp_path / "var")
    first, second, third = (shelf.get(release.name) for release in past[1])
    app = application(third)
    earlier: Past = app.state.past

    async def ask(path: str, asked: str) -> tuple[int, dict[str, str], str]:
        status, headers, body = await scribe.ask(app, f"{path}{'&' if '?' in path else '?'}asOf={asked}", "*/*")
        return status, headers, body.decode()

    async def scenario() -> None:
        assert (await ask(DOC, first.name))[0] == 200
        assert earlier.names == [first.name]
        # One that is asked stays until it has answered, also when another is wanted; the client is told to come back.
        endless = "/sparql?query=SELECT%20(COUNT(*)%20AS%20?n)%20{?a%20?b%20?c.%20?d%20?e%20?f.%20?g%20?h%20?i}"
        slow = asyncio.create_task(ask(endless, first.name))
        while not app.state.past.busy:
            await asyncio.sleep(0.01)
        status, headers, told = await ask(DOC, second.name)
        assert (status, headers["retry-after"]) == (503, "5")
        assert second.name in told
        assert earlier.names == [first.name]
        slow.cancel()
        await asyncio.wait([slow])
        # Then the other one takes its place; another release becomes the current one meanwhile.
        asking = asyncio.create_task(ask(DOC, second.name))
        await succeed(app, lambda: Edition(Pool(first.holding()), first))
        assert (await asking)[0] == 200
        assert earlier.names == [second.name]
        assert "Agenda" in (await scribe.ask(app, DOC, "text/turtle"))[2].decode()
        # The data of one are damaged: that is said, and nothing else changes.
        (third.folder / DATA).write_bytes(b"# spoiled\n")
        status, _, told = await ask(DOC, "2026-11-25")
        assert status == 503
        assert f"Release {third.name} is beschadigd" in told
        assert str(tmp_path) not in told
        assert (await ask(DOC, second.name))[0] == (await scribe.ask(app, DOC, "*/*"))[0] == 200
        shutil.rmtree(third.folder)
        status, _, told = await ask(DOC, "2026-11-25")
        assert status == 404
        assert "wordt hier niet meer bewaard" in told
        edition.stop(app)
        assert earlier.names == []
        assert (await ask(DOC, second.name))[0] == 503

    try:
        asyncio.run(scenario())
    finally:
        edition.stop(app)
