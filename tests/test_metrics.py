"""What whoever runs the service can see of it: numbers for Prometheus, and lines of log without persons in them."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from samenhang import __version__, journal
from samenhang.errors import WrongValue
from samenhang.release import Release
from samenhang.web import record
from samenhang.web.record import Record
from tests.service import served
from tests.test_serving import ENDLESS, published  # a small release that says nothing

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def numbers(client: httpx.Client) -> Numbers:
    """Every sample of ``/metrics``, by its name and labels, as a reader of Prometheus takes it."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def number(found: Numbers, name: str, **labels: str) -> float:
    return found.get((f"samenhang_{name}", frozenset(labels.items())), 0)


def test_numbers_and_lines_of_one_service(tmp_path: Path) -> None:
    """One service, asked a few things: each is counted once, and of each a line tells what, and not who."""
    from samenhang.release import Shelf

    release = published(Shelf(tmp_path), 300)
    settings = {"SAMENHANG_LOG": "requests", "SAMENHANG_SECONDS": "1"}
    with served(var=tmp_path, **settings) as (process, client):
        ask = {"query": "SELECT ?secret { ?s ?p ?secret } LIMIT 7", "format": "csv"}
        for _ in range(2):
            assert client.get("/sparql", params=ask, headers={"x-forwarded-for": "203.0.113.9"}).status_code == 200
        assert client.post("/sparql", data=ask, headers={"user-agent": "jan.peeters"}).status_code == 200
        assert client.get("/sparql", params={"query": ENDLESS}).status_code == 504
        assert client.get("/sparql", params={"query": "SELEC"}).status_code == 400
        assert client.get("/jan.peeters@example.org").status_code == 404
        assert client.get("/doc/actor/jan.peeters").status_code == 404
        assert client.get("/search", params={"q": "jan.peeters"}).status_code == 200
        found = numbers(client)
        process.terminate()
        lines = [json.loads(line) for line in process.communicate()[1].splitlines() if line.startswith("{")]

    assert number(found, "requests_total", method="GET", route="/sparql", status="200") == 2
    assert number(found, "requests_total", method="POST", route="/sparql", status="200") == 1
    assert number(found, "requests_total", method="GET", route="/sparql", status="504") == 1
    assert number(found, "requests_total", method="GET", route="other", status="404") == 1
    assert number(found, "requests_total", method="GET", route="/doc", status="404") == 1
    assert number(found, "requests_remembered_total") == 1
    assert number(found, "inquiries_total", lane="queries") >= 4
    assert number(found, "inquiries_remembered_total", lane="queries") == 1  # what was posted had been asked before
    assert number(found, "inquiries_refused_total", reason="time") == 1
    assert number(found, "inquiries_refused_total", reason="wrong") == 1
    assert number(found, "workers_ended_total", signal="SIGKILL") == 1
    assert number(found, "workers_started_total") >= number(found, "workers", lane="queries") + 2
    assert number(found, "workers", lane="documents") == 1
    assert number(found, "waiting", lane="queries") == 0
    assert number(found, "request_duration_seconds_count", route="/sparql") == 5
    assert number(found, "request_duration_seconds_bucket", route="/sparql", le="1.0") == 4
    assert number(found, "request_duration_seconds_bucket", route="/sparql", le="+Inf") == 5
    assert number(found, "engine_up") == 1
    assert number(found, "loads") == 1
    assert number(found, "problems") == 0
    assert number(found, "release", release=release.name, version=__version__, engine="embedded") == 1
    assert 0 <= number(found, "release_age_seconds") < 3600
    assert number(found, "memory_bytes", part="data") > 1 << 20
    assert number(found, "connections") == 1

    told = [(line["event"], line["method"], line["route"], line["status"]) for line in lines]
    assert told == [
        ("request", "GET", "/sparql", 200),
        ("request", "GET", "/sparql", 200),
        ("request", "POST", "/sparql", 200),
        ("request", "GET", "/sparql", 504),
        ("request", "GET", "/sparql", 400),
        ("request", "GET", "other", 404),
        ("request", "GET", "/doc", 404),
        ("request", "GET", "/search", 200),
        ("request", "GET", "/metrics", 200),
    ]
    assert all(line["ms"] >= 0 and line["at"].endswith("+00:00") and line["level"] == "info" for line in lines)
    for word in ("jan.peeters", "secret", "203.0.113.9", "127.0.0.1"):
        assert word not in json.dumps(lines)


def test_the_text_of_queries_is_logged_only_when_asked(caplog: pytest.LogCaptureFixture) -> None:
    scope = {"method": "GET", "path": "/sparql", "query_string": b"query=ASK%20%7B%7D"}
    posted = {"method": "POST", "path": "/sparql", "query_string": b"", record.TEXT: "ASK { }"}
    for level, texts in (("problems", []), ("requests", [None, None]), ("queries", ["ASK {}", "ASK { }"])):
        caplog.clear()
        with caplog.at_level("INFO", logger=journal.__name__):
            kept = Record(level)
            kept.know(["/sparql"])
            for one in (scope, posted):
                kept.note(one, 200, 10, 0.5)
        told = [getattr(line, "told", {}) for line in caplog.records]
        assert [line.get("query") for line in told] == texts
        assert kept.sent == 20


def test_an_unknown_level_is_said_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMENHANG_LOG", "debug")
    with pytest.raises(WrongValue, match="SAMENHANG_LOG is 'debug'; wanted is one of problems, requests, queries."):
        journal.level()


def test_a_request_is_counted_by_method_route_and_status(client: httpx.Client, release: Release) -> None:
    """A method that nobody knows makes no number of its own."""
    before = numbers(client)
    client.get("/questions", headers={"accept": "text/html"})
    client.request("PURGE", "/questions")
    after = numbers(client)
    for method, status in (("GET", "200"), ("other", "405")):
        labels = {"method": method, "route": "/questions", "status": status}
        assert number(after, "requests_total", **labels) == number(before, "requests_total", **labels) + 1
    assert number(after, "release", release=release.name, version=__version__, engine="embedded") == 1
