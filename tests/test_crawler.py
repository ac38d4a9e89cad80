"""A crawler: every IRI under our base that occurs in any triple answers in every form, of the service and of a site."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator

import httpx
import pyoxigraph as ox
import pytest
from fastapi import FastAPI

from samenhang.namespaces import BASE, ID
from samenhang.release import Release
from samenhang.release.folders import DATA
from samenhang.site.scribe import ask
from samenhang.web import application, edition
from samenhang.web.negotiation import DOCUMENT, FORMS
from tests.sites import led
from tests.test_web import served

Ask = Callable[[str, str], Awaitable[tuple[int, str, bytes]]]
"""What gives the status, media type and body at a path, in a form."""
TOGETHER = 8
"""Requests at a time."""
READERS = {
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
}


def ours(terms: Iterable[object]) -> set[str]:
    """The addresses under our base in *terms*, without their fragments: what a client asks for."""
    return {
        term.value.partition("#")[0] for term in terms if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }


@pytest.fixture(scope="module")
def addresses(release: Release) -> list[str]:
    return stated(release)


@pytest.fixture(scope="module")
def app(release: Release) -> Iterator[FastAPI]:
    """The application itself: over sockets tens of thousands of requests would take too long."""
    app = application(release)
    yield app
    edition.stop(app)


def of_app(app: FastAPI) -> Ask:
    """What asks *app* by the header Accept, and goes where it is sent."""

    async def answer(path: str, form: str) -> tuple[int, str, bytes]:
        status, headers, body = await ask(app, path, FORMS[form].media)
        if status == 303:
            status, headers, body = await ask(
                app, headers["location"].removeprefix(app.state.public), FORMS[form].media
            )
        return status, headers.get("content-type", ""), body

    return answer


def of_host(client: httpx.Client, base: str, rules: str) -> Ask:
    """What asks a host for the files of the site at *base*, where the *rules* of w3id.org lead from each address."""

    async def answer(path: str, form: str) -> tuple[int, str, bytes]:
        there = led(rules, path.lstrip("/"), FORMS[form].media)
        assert there.startswith(f"{base}/")
        found = client.get(there.removeprefix(base))
        return found.status_code, found.headers.get("content-type", ""), found.content

    return answer


def stated(release: Release) -> list[str]:
    """Every address of ours that occurs in the data of *release*, in any place of a quad."""
    found: set[str] = set()
    for quad in ox.parse(path=release.folder / DATA, format=ox.RdfFormat.N_QUADS):
        found |= ours((quad.subject, quad.predicate, quad.object, quad.graph_name))
    return sorted(found)


def place(address: str) -> str:
    """Where the data about an address of ours are; that an IRI leads there is tested over a socket."""
    return f"/{address.removeprefix(BASE)}".replace("/id/", "/doc/", 1)


def crawl(answer: Ask, addresses: Iterable[str]) -> dict[str, list[str]]:
    """What is wrong with which *addresses* in any form, by *answer*, and with those that the answers name beside."""
    queue = [place(address) for address in addresses]
    known = set(queue)
    wrong: dict[str, list[str]] = {}

    async def visit(path: str, form: str) -> None:
        status, media, body = await answer(path, form)
        if problem := judge(status, media, body, form):
            wrong.setdefault(f"{form}: {problem}", []).append(path)
        elif form == "nt":
            named: set[str] = set()
            for quad in ox.parse(body, format=READERS[form]):
                named |= ours((quad.subject, quad.predicate, quad.object))
            fresh = {place(address) for address in named} - known
            queue.extend(fresh)
            known.update(fresh)

    async def work() -> None:
        while queue:
            path = queue.pop()
            # One form after the other: the service then need not ask its data anew for each.
            for form in DOCUMENT:
                await visit(path, form)

    async def everybody() -> None:
        await asyncio.gather(*(work() for _ in range(TOGETHER)))

    asyncio.run(everybody())
    return wrong


def judge(status: int, media: str, body: bytes, form: str) -> str:
    """What is wrong with an answer in *form*, if anything."""
    if status != 200:
        return str(status)
    if media.partition(";")[0] != FORMS[form].media.partition(";")[0]:
        return media
    if form == "html":
        return "" if re.search(rb"<h1[^>]*>[^<]+</h1>", body) else "no heading"
    try:
        return "" if any(True for _ in ox.parse(body, format=READERS[form])) else "no triples"
    except SyntaxError as problem:
        return str(problem)


def test_every_address_in_the_data_answers_in_every_form(app: FastAPI, addresses: list[str]) -> None:
    assert len(addresses) > 3_500
    assert crawl(of_app(app), addresses) == {}


def test_an_iri_leads_to_what_it_stands_for(release: Release, addresses: list[str]) -> None:
    kinds = {address.removeprefix(ID).partition("/")[0]: address for address in addresses if address.startswith(ID)}
    assert len(kinds) > 40
    for client in served(release):
        for address in kinds.values():
            for form in DOCUMENT:
                asked = {"accept": FORMS[form].media}
                first = client.get(f"/{address.removeprefix(BASE)}", headers=asked)
                assert first.status_code == 303
                second: httpx.Response = client.get(httpx.URL(first.headers["location"]).path, headers=asked)
                assert judge(second.status_code, second.headers["content-type"], second.content, form) == ""
                if form == "html":
                    assert f"<code>{address}</code>" in second.text
                else:
                    said = ox.parse(second.content, format=READERS[form])
                    assert any(ox.NamedNode(address) in (quad.subject, quad.object) for quad in said)
