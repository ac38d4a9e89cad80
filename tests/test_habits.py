"""The habits of HTTP, at every address: validators and 304, HEAD, OPTIONS, 405, CORS, gzip, the policy, lengths."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from samenhang.release import Release, Shelf
from samenhang.web.habits import LONGEST_HEADERS, LONGEST_PATH, Habits
from samenhang.web.memory import LARGEST, Kept, Memory
from tests.test_web import BROWSER, problem, served

DOC = "/doc/building-block/uitdatabank"
ADDRESSES = [
    "/",
    f"{DOC}.ttl",
    f"{DOC}.html",
    f"{DOC}.nt?scope=field",
    "/sparql?query=ASK%7B%7D",
    "/openapi.json",
    "/map?owner=publiq",
    "/map.svg",
    "/map.json",
    "/search?q=uit",
    "/search.json?q=uit",
]
"""What a release says: it can be had again, and asked whether it changed."""
OTHERS = ["/health", "/id/actor/publiq", "/nergens", "/doc/actor/niemand", "/sparql?query=x"]


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[httpx.Client]:
    """A client of the served session's release."""
    yield from served(release)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_client_has_is_not_sent_again(client: httpx.Client, address: str, release: Release) -> None:
    first = client.get(address)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    assert re.fullmatch(r'"[^"\s]+"', tag)
    assert release.name in tag
    assert first.headers["cache-control"] == "no-cache"
    for name, value, status in (
        ("if-none-match", tag, 304),
        ("if-none-match", f'"x", W/{tag}', 304),
        ("if-none-match", "*", 304),
        ("if-none-match", '"x"', 200),
        ("if-modified-since", modified, 304),
        ("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("if-modified-since", "gisteren", 200),
    ):
        again = client.get(address, headers={name: value})
        assert again.status_code == status, (name, value)
        assert again.headers["etag"] == tag
        assert again.headers.get("vary") == first.headers.get("vary")
        assert again.headers["access-control-allow-origin"] == "*"
        assert again.content == (b"" if status == 304 else first.content)
        assert ("content-type" in again.headers) is (status == 200)
    both = client.get(address, headers={"if-none-match": '"x"', "if-modified-since": modified})
    assert both.status_code == 200


def test_tags_tell_forms_languages_and_codings_apart(client: httpx.Client) -> None:
    asked = [(f"{DOC}.{form}", lang) for form in ("ttl", "nt", "jsonld", "html") for lang in ("nl", "en")]
    tags = [client.get(address, headers={"accept-language": lang}).headers["etag"] for address, lang in asked]
    assert len(set(tags)) == 5, "data have no language, pages have"
    plain = client.get(f"{DOC}.ttl", headers={"accept-encoding": "identity"}).headers["etag"]
    zipped = client.get(f"{DOC}.ttl", headers={"accept-encoding": "gzip"}).headers["etag"]
    assert plain != zipped


def test_data_were_changed_when_they_were_published(client: httpx.Client, release: Release) -> None:
    published = Shelf(release.folder.parents[1]).published()[release.name]
    modified = parsedate_to_datetime(client.get(f"{DOC}.ttl").headers["last-modified"])
    assert modified.isoformat() == published


@pytest.mark.parametrize("address", OTHERS)
def test_what_is_no_part_of_a_release_has_no_validators(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers


@pytest.mark.parametrize("address", [*ADDRESSES, *OTHERS])
def test_every_address_knows_its_methods(client: httpx.Client, address: str) -> None:
    get, head = client.get(address), client.head(address)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in get.headers.items() if k != "date"
    }
    options, put = client.options(address), client.put(address)
    if address == "/nergens":
        assert options.status_code == put.status_code == 404
        return
    assert (options.status_code, options.content) == (204, b"")
    allowed = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if address.startswith("/sparql") else set())
    assert set(options.headers["allow"].split(", ")) == allowed
    assert problem(put, 405)
    assert set(put.headers["allow"].split(", ")) == allowed
    asked = client.options(address, headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert asked.status_code == 204
    assert set(asked.headers["access-control-allow-methods"].split(", ")) == allowed


@pytest.mark.parametrize("address", [*ADDRESSES, *OTHERS])
def test_every_answer_is_guarded_and_open_to_other_sites(client: httpx.Client, address: str) -> None:
    for answer in (
        client.get(address, headers={"accept": BROWSER, "origin": "https://x.example"}),
        client.put(address),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert "ETag" in answer.headers["access-control-expose-headers"]
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)


@pytest.mark.parametrize(
    ("coding", "zipped"), [("gzip", True), ("br, GZIP;q=0.1", True), ("gzip;q=0", False), ("", False)]
)
def test_gzip_where_it_is_asked(client: httpx.Client, coding: str, zipped: bool) -> None:
    plain = client.get(f"{DOC}.nt", headers={"accept-encoding": "identity"}).content
    with client.stream("GET", f"{DOC}.nt", headers={"accept-encoding": coding}) as answer:
        raw = b"".join(answer.iter_raw())
    assert ("content-encoding" in answer.headers) is zipped
    assert int(answer.headers["content-length"]) == len(raw)
    assert (gzip.decompress(raw) if zipped else raw) == plain
    assert "Accept-Encoding" in answer.headers["vary"]


def test_a_part_is_not_sent_where_the_whole_is_right(client: httpx.Client) -> None:
    answer = client.get(f"{DOC}.nt", headers={"range": "bytes=0-9"})
    assert answer.status_code == 200
    assert len(answer.content) > 10


def test_addresses_and_headers_have_a_greatest_length(client: httpx.Client) -> None:
    assert problem(client.get("/doc/actor/" + "x" * LONGEST_PATH), 414)
    assert client.get(f"{DOC}.ttl?x=" + "x" * 50_000).status_code == 200
    assert problem(client.get(f"{DOC}.ttl?y=1", headers={"x-long": "x" * LONGEST_HEADERS}), 431)


def test_a_page_links_its_forms_and_a_document_says_what_it_is(client: httpx.Client) -> None:
    link = client.get(f"{DOC}.ttl").headers["link"]
    assert f'<http://127.0.0.1:8000{DOC}>; rel="canonical"' in link
    assert f'<http://127.0.0.1:8000{DOC}.jsonld>; rel="alternate"; type="application/ld+json"' in link
    assert 'rel="license"' in link and 'rel="describedby"' in link
    assert '<https://w3id.org/samenhang/id/building-block/uitdatabank>; rel="describes"' in link


def test_the_stylesheet_may_be_kept_for_ever(client: httpx.Client) -> None:
    page = client.get("/", headers={"accept": BROWSER}).text
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    sheet = client.get(address)
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    assert problem(client.get("/assets/../pyproject.toml"), 404)
    assert problem(client.get("/assets/%2e%2e%2fhabits.py"), 404)


def test_a_repeated_answer_is_the_same(client: httpx.Client) -> None:
    first, second = client.get(f"{DOC}.ttl"), client.get(f"{DOC}.ttl")
    assert first.content == second.content
    assert {**first.headers, "date": ""} == {**second.headers, "date": ""}


class Switching(Starlette):
    """An application without release, that is switched to another pool while it answers the first request."""

    def __init__(self) -> None:
        super().__init__(routes=[Route("/", self.answer)])
        self.state.release, self.state.pool, self.asked = None, object(), 0
        self.front = Habits(super().__call__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        await self.front(scope, receive, send)

    async def answer(self, _: Request) -> Response:
        self.asked += 1
        number, before = self.asked, self.state.pool
        if number == 1:
            self.state.pool = object()
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self), base_url="http://x") as other:
                await other.get("/?other")  # by which the memory is of the new one
        return PlainTextResponse(f"{number} {before is self.state.pool}")


def test_files_are_remembered_and_what_was_asked_before_a_switch_is_not_told_after_it() -> None:
    async def told() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Switching()), base_url="http://x") as client:
            return [(await client.get("/")).text for _ in range(3)]

    assert asyncio.run(told()) == ["1 False", "3 True", "3 True"]


def kept(size: int) -> Kept:
    return Kept(200, [], b"x" * size, '"a"', 0)


def test_a_memory_holds_the_answers_of_one_edition_and_no_more_than_it_may() -> None:
    memory, old, new = Memory(most=250_000), object(), object()
    assert memory.get(old, (b"/a",)) is None
    for name in (b"/a", b"/b"):
        memory.put(old, (name,), kept(100_000))
    assert memory.get(old, (b"/a",)) is not None
    memory.put(old, (b"/c",), kept(100_000))
    assert memory.get(old, (b"/b",)) is None, "the least recently used one left"
    assert memory.get(old, (b"/a",)) is not None
    memory.put(old, (b"/large",), kept(LARGEST + 1))
    assert memory.get(old, (b"/large",)) is None
    assert memory.get(new, (b"/a",)) is None
    memory.put(old, (b"/a",), kept(1))
    assert memory.get(new, (b"/a",)) is None, "an answer of the old edition came late"
