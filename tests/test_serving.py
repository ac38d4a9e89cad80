"""``samenhang serve`` for who runs it: it starts, changes what it serves when told, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from samenhang import settings
from samenhang.namespaces import scope_graph
from samenhang.release import Release, Shelf
from tests.service import alive, children, command, served, until

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o FILTER(?a != ?z) }"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of a few hundred triples that say nothing, the published one of its shelf."""
    return published(Shelf(tmp_path_factory.mktemp("small")), 300)


def published(shelf: Shelf, size: int) -> Release:
    """A release of so many triples, newly published on *shelf*."""
    graph = scope_graph("all")
    data = "".join(f'<http://x/{n}> <http://x/text> "{n}" <{graph}> .\n' for n in range(size))
    release = shelf.put({"data.nq": data.encode()}, {"quads": size})
    shelf.publish(release)
    return release


def examined(client: httpx.Client) -> None:
    """A description is looked at, and nothing is left of the process that did."""
    answer = client.post("/validate", content=b"<x:a> <x:b> <x:c> .", headers={"content-type": "text/turtle"})
    assert answer.status_code == 200, answer.text
    assert [result["thing"] for result in answer.json()["results"]] == ["x:a"]


def ready(pid: int) -> list[int]:
    """The processes that look at descriptions for the service *pid*."""
    return [child for child in children(pid) if b"samenhang.assessment.chamber" in command(child)]


def test_who_listens_everywhere_is_still_found_at_an_address(small: Release) -> None:
    var = small.folder.parent.parent
    with served("--host", "0.0.0.0", var=var, SAMENHANG_PUBLIC="") as (process, client):
        assert client.base_url.host == "127.0.0.1"
        assert process.stderr is not None
        assert "set SAMENHANG_PUBLIC to the address for others" in process.stderr.readline()
        described = client.get("/sparql", headers={"accept": "text/turtle"})
        endpoint = client.base_url.join("/sparql")
        assert (f"<{endpoint}>" in described.text, "0.0.0.0" in described.text) == (True, False), described.text


def test_hang_up_serves_what_is_published_by_then(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    old = published(shelf, 3)
    with served(var=tmp_path) as (process, client):
        count = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
        assert client.get("/health").json()["release"] == old.name
        assert client.get("/sparql", params=count).text == "n\r\n3\r\n"
        examined(client)
        assert len(ready(process.pid)) == 1
        before = children(process.pid)
        new = published(shelf, 4)
        process.send_signal(signal.SIGHUP)
        until(lambda: client.get("/health").json()["release"] == new.name)
        assert client.get("/health").json()["loaded"] == 2
        assert client.get("/sparql", params=count).text == "n\r\n4\r\n"
        until(lambda: not any(map(alive, before)))
        (antechamber,) = ready(process.pid)
        examined(client)
        os.kill(antechamber, signal.SIGKILL)
        until(lambda: not alive(antechamber))
        examined(client)

        (old.folder / "data.nq").write_bytes(b"")
        shelf.publish(old)
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        assert process.stderr.readline().startswith(f"What was there stays. Release {old.name} is damaged: ")
        told = client.get("/health", headers={"accept-language": "en"}).json()
        assert (told["status"], told["release"]) == ("degraded", new.name)
        assert told["problems"] == [
            f"Release {old.name} is damaged: '{old.folder / 'data.nq'}' is no longer what it was. Build again: "
            "samenhang build."
        ]
        assert client.get("/sparql", params=count).text == "n\r\n4\r\n"

    with served(var=tmp_path) as (process, client):  # and after a new start, when nothing is in memory
        told = client.get("/health").json()
        assert (told["status"], told["release"], len(told["problems"])) == ("degraded", new.name, 1)
        assert client.get("/sparql", params=count).text == "n\r\n4\r\n"
        shelf.publish(new)
        before = children(process.pid)
        process.send_signal(signal.SIGHUP)
        until(lambda: client.get("/health").json()["loaded"] == 2)
        assert client.get("/health").json()["status"] == "ok"
        until(lambda: not any(map(alive, before)))
        data = next(child for child in children(process.pid) if b"samenhang.engine.template" in command(child))
        (new.folder / "data.nq").write_bytes(b"<")
        os.kill(data, signal.SIGKILL)
        down = until(lambda: (answer := client.get("/health")).status_code == 503 and answer)
        assert (down.json()["status"], down.headers["retry-after"]) == ("down", "1")
        assert client.get("/sparql", params=count | {"query": "ASK {}", "format": "json"}).status_code == 503
        process.terminate()
        _, said = process.communicate()
        assert said.startswith(f"Release {old.name} is damaged: ")
        assert "An earlier release is served.\n" in said


def test_files_as_they_are_and_hang_up_reads_them_again(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<#a> <#b> 1 .", encoding="utf-8")
    (tmp_path / "b.nq").write_text("<http://x/a> <http://x/b> <http://x/c> <http://x/g> .", encoding="utf-8")
    with served("--data", str(tmp_path / "a.ttl"), str(tmp_path / "b.nq")) as (process, client):
        told = client.get("/health").json()
        assert (told["status"], told["loaded"], told["problems"], "release" in told) == ("ok", 1, [], False)
        (tmp_path / "a.ttl").write_text("<#a> <#b> .", encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        assert f"{tmp_path / 'a.ttl'}:1:11" in process.stderr.readline()
        (tmp_path / "a.ttl").write_text("<#a> <#b> 2 .", encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        until(lambda: client.get("/health").json()["loaded"] == 2)
        rows = client.get("/sparql", params={"query": "SELECT ?o ?g { ?s ?p ?o GRAPH ?g {} }"}).json()
        found = [{name: term["value"] for name, term in row.items()} for row in rows["results"]["bindings"]]
        assert found == [{"o": "2", "g": "http://x/g"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data"], "Give files after --data"),
        (["a.ttl"], "Give files after --data"),
        (["--host", "0.0.0.0", "--data", "a.ttl"], "only an address of this machine itself"),
        (["--data", "none.ttl"], "'none.ttl': does not exist"),
    ],
)
def test_wrong_use(arguments: list[str], said: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "samenhang", "serve", *arguments],
        cwd=tmp_path,
        env=os.environ | {"SAMENHANG_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "veel", " "])
def test_a_limit_that_is_no_number(value: str, small: Release) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "samenhang", "serve"],
        env=os.environ
        | {"SAMENHANG_LANG": "en", "SAMENHANG_VAR": str(small.folder.parent.parent), "SAMENHANG_SECONDS": value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == f"Error: SAMENHANG_SECONDS is '{value}'; wanted is a whole number from 1.\n"


def test_an_empty_limit_is_an_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a line of a unit file or a container has it when nobody filled it in."""
    for name, default in (("SAMENHANG_SECONDS", 10), ("SAMENHANG_MEMORY", 512), ("SAMENHANG_LARGE", 2000)):
        monkeypatch.setenv(name, "")
        assert settings.number(name) == default
    monkeypatch.setenv("SAMENHANG_VAR", "")
    assert settings.var() == Path("var")


def test_a_query_has_the_time_that_is_set(small: Release) -> None:
    with served(var=small.folder.parent.parent, SAMENHANG_SECONDS="1") as (_, client):
        answer = client.get("/sparql", params={"query": ENDLESS})
    assert answer.status_code == 504
    assert "1 seconden" in answer.json()["detail"]


def test_a_client_that_goes_away_frees_the_worker(small: Release) -> None:
    """With one worker and ten seconds for a query, the next one would wait."""
    with served(var=small.folder.parent.parent) as (process, client):
        until(lambda: len(children(process.pid)) == 4)
        before = children(process.pid)
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout):
                client.get("/sparql", params={"query": ENDLESS}, timeout=0.3)
        until(lambda: len(set(children(process.pid)) - set(before)) >= 1)
        assert client.get("/sparql", params={"query": "ASK {}"}, timeout=5).json()["boolean"] is True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_is_left_however_it_ends(small: Release, how: signal.Signals) -> None:
    with served(var=small.folder.parent.parent) as (process, client):
        client.get("/health")
        until(lambda: len(children(process.pid)) == 4)
        left = children(process.pid)
        process.send_signal(how)
        process.wait(30)
        until(lambda: not any(map(alive, left)))


def test_links_lead_to_where_it_listens_unless_told_otherwise(small: Release) -> None:
    with served(var=small.folder.parent.parent) as (_, client):
        assert client.get("/id/actor/a").headers["location"] == str(client.base_url.join("/doc/actor/a"))
    with served(var=small.folder.parent.parent, SAMENHANG_PUBLIC="https://example.org/kaart/") as (_, client):
        assert client.get("/id/actor/a").headers["location"] == "https://example.org/kaart/doc/actor/a"


def test_who_still_waits_when_it_ends_is_told_to_come_back(small: Release) -> None:
    with served(var=small.folder.parent.parent) as (process, client), ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(client.get, "/sparql", params={"query": ENDLESS})
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        answer = waiting.result(30)
        assert process.communicate(timeout=30)[1] == ""
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
