"""What a hostile client sends, one by one, to a real service: each gets a reason, and the service still answers."""

from __future__ import annotations

import html
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from itertools import count

import httpx
import pytest

from samenhang.release import Release
from tests.hostile import CALLING, HOSTILE, QUERIES, RAW, REQUESTS, Hostile
from tests.service import served

SECONDS = 1
INSIDE = re.compile(r"Traceback|File \"|/site-packages/|RUST_BACKTRACE|root:x:0")


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[httpx.Client]:
    """A client of a service over the real mapping, where a query may take a second and 128 MB."""
    limits = {"SAMENHANG_SECONDS": str(SECONDS), "SAMENHANG_MEMORY": "128"}
    with served(var=release.folder.parent.parent, **limits) as (_, client):
        yield client


def reason(answer: httpx.Response) -> str:
    """Why *answer* is a refusal: a problem document, and nothing of our inside."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    told = answer.json()
    assert told["status"] == answer.status_code
    assert len(told["detail"]) > 10
    assert not INSIDE.search(answer.text)
    return str(told["detail"])


_ASKED = count()


def well(client: httpx.Client) -> None:
    """The service answers, and rightly, what it was not asked before."""
    number = next(_ASKED)
    answer = client.get("/sparql", params={"query": f"SELECT (1 + {number} AS ?x) {{ }}", "format": "csv"})
    assert answer.text.split() == ["x", str(number + 1)]


def test_the_list_is_long_and_says_why() -> None:
    assert len(HOSTILE) >= 60
    assert len({query.text for query in QUERIES.values()}) == len(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_gets_a_reason(client: httpx.Client, name: str) -> None:
    query = QUERIES[name]
    answer = client.post(
        "/sparql", content=query.text.encode(), headers={"content-type": "application/sparql-query", "accept": "*/*"}
    )
    assert answer.status_code in query.right, answer.text[:300]
    if answer.status_code != 200:
        reason(answer)
    well(client)


@pytest.mark.parametrize("name", [name for name in CALLING if "service" in name])
def test_a_call_to_elsewhere_is_named_as_such(client: httpx.Client, name: str) -> None:
    params = {"query": CALLING[name].text}
    assert reason(client.get("/sparql", params=params)).startswith("SERVICE wordt geweigerd")


def sent(client: httpx.Client, request: Hostile) -> httpx.Response:
    """The answer to *request* as it stands: httpx itself would put dots and odd escapes of an address right."""
    connection = HTTPConnection(client.base_url.host, client.base_url.port, timeout=30)
    with closing(connection):
        headers = dict(request.headers)
        connection.putrequest(request.method, request.path, skip_host="host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if request.body is not None:
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body)
        answer = connection.getresponse()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())


@pytest.mark.parametrize("name", ["service", "parentheses", "cross product, counted"])
def test_a_browser_gets_the_reason_on_the_page_with_its_query(client: httpx.Client, name: str) -> None:
    query = QUERIES[name]
    answer = client.post(
        "/sparql", data={"query": query.text}, headers={"accept": "text/html", "accept-language": "en"}
    )
    assert answer.status_code in query.right
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'role="alert"' in answer.text
    assert html.escape(query.text, quote=False) in answer.text


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_gets_a_reason(client: httpx.Client, name: str) -> None:
    request = REQUESTS[name]
    answer = sent(client, request)
    assert answer.status_code in request.right, answer.text[:300]
    if answer.status_code >= 400 and answer.status_code not in (431, 501):
        reason(answer)
    told = "".join(f"{key}: {value}\n" for key, value in answer.headers.items()) + answer.text
    assert "evil.example.org" not in told
    assert "set-cookie" not in answer.headers
    assert not INSIDE.search(told)
    if "location" in answer.headers:
        assert answer.headers["location"].startswith(str(client.base_url.join("/doc/")))
    well(client)


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_no_proper_request(client: httpx.Client, name: str) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=5) as connection:
        connection.sendall(RAW[name])
        connection.shutdown(socket.SHUT_WR)
        told = b""
        while received := connection.recv(65536):
            told += received
    assert not told or re.match(rb"HTTP/1\.1 [234]\d\d ", told), told[:200]
    assert not INSIDE.search(told.decode("latin-1"))
    well(client)


def test_whatever_was_sent_nothing_has_changed(client: httpx.Client, release: Release) -> None:
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    told = client.get("/sparql", params={"query": query, "format": "csv"}).text.split()
    assert told == ["n", str(release.manifest["quads"])]
