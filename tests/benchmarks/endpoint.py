"""Our service beside others that answer SPARQL, on the same data, in one run.

Beside the rates: what a query costs above the engine called directly, how soon a killed worker is replaced, how soon
the service answers after its start, and how much memory it takes. Needs ``wrk``; Virtuoso takes part where it is there.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import pyoxigraph as ox

from samenhang.engine.budget import Budget
from samenhang.engine.holding import Holding
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.namespaces import ID, scope_graph
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.release.folders import DATA
from tests.benchmarks import load, peers
from tests.benchmarks.ecosystem import ntriples
from tests.benchmarks.peers import Server
from tests.benchmarks.scores import Score, brief
from tests.support import ROOT

JSON: Final = "application/sparql-results+json"
ROWS: Final = (1, 100, 10_000)
ROUNDS: Final = 3
SECONDS: Final = 3.0
_DOCUMENTS: Final = 1.0
"""Seconds in which documents are asked, each once: there are four thousand of them."""
GOALS: Final[dict[str, dict[str, tuple[float, ...]]]] = {
    "fresh": {"oxigraph": (0.25, 0.5, 1), "virtuoso": (1, 2, 2)},
    "repeated": {"oxigraph": (0.5, 1, 2), "virtuoso": (1, 2, 2)},
}
"""What is wanted of our rate, as a part of theirs, for each number of rows."""
_HEAVY: Final = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o . ?o ?q ?r }",
    "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n)",
    # By text: the engine's own order of values of different types is none, and then it ends its process.
    "SELECT ?s ?o WHERE { ?s ?p ?o FILTER (isLiteral(?o)) } ORDER BY STR(?o) LIMIT 1000",
    'SELECT ?s ?o WHERE { ?s ?p ?o FILTER (CONTAINS(STR(?o), "1")) }',
)


def rates(servers: list[Server], documents: list[str]) -> dict[str, dict[str, float]]:
    """Requests a second, the median of some rounds in which each server has its turn: workload, then server."""
    found: dict[str, dict[str, float]] = {}
    for rows in ROWS:
        query = quote(f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {rows} ")
        given = {server.name: _rows(server, query) for server in servers if server.name != "floor"}
        if len(set(given.values())) != 1:
            raise RuntimeError(f"not the same answer: {given}")
        # What rdflib needs for many rows is more than the time there is; one request would be no rate.
        able = [server for server in servers if server.name != "rdflib-endpoint" or rows <= 100]

        def fresh(server: Server, query: str = query) -> float:
            address = f"{server.endpoint}?query={query}"
            return load.fresh(server.base, address, JSON, SECONDS, random.randrange(10**9))

        def repeated(server: Server, query: str = query) -> float:
            return load.repeated(server.base, f"{server.endpoint}?query={query}", JSON, SECONDS)

        found[f"SELECT, {rows:,} rows, fresh"] = _medians(able, fresh)
        found[f"SELECT, {rows:,} rows, repeated"] = _medians(able, repeated)
    own = servers[0]
    # Each document in one form only: what was asked in one is sooner answered in the other.
    shares = {("Turtle", "text/turtle"): documents[1::4] + documents[2::4] + documents[3::4]}
    shares[("HTML", "text/html")] = documents[::4]
    for (name, accept), share in shares.items() if documents else ():
        parts = iter([share[number::ROUNDS] for number in range(ROUNDS)])

        def once(server: Server, accept: str = accept, parts: Iterator[list[str]] = parts) -> float:
            return load.each_once(server.base, next(parts), accept, _DOCUMENTS)

        def again(server: Server, accept: str = accept) -> float:
            return load.repeated(server.base, documents[0], accept, SECONDS)

        found[f"document in {name}, each once"] = _medians([own], once)
        found[f"document in {name}, repeated"] = _medians([own], again)
    return found


def _medians(servers: list[Server], rate: Callable[[Server], float]) -> dict[str, float]:
    """The median *rate* of each of *servers*, which take turns."""
    rounds = [{server.name: rate(server) for server in servers} for _ in range(ROUNDS)]
    return {server.name: statistics.median(each[server.name] for each in rounds) for server in servers}


def _rows(server: Server, query: str) -> int:
    answer = httpx.get(f"{server.base}{server.endpoint}?query={query}", headers={"accept": JSON}, timeout=60)
    return len(answer.raise_for_status().json()["results"]["bindings"])


def table(found: dict[str, dict[str, float]], names: list[str]) -> Iterator[str]:
    """*found* as a table in Markdown: requests a second."""
    yield "| requests a second | " + " | ".join(names) + " |"
    yield "|---|" + "---:|" * len(names)
    for workload, by_server in found.items():
        cells = [f"{by_server[name]:,.0f}" if name in by_server else "" for name in names]
        yield f"| {workload} | " + " | ".join(cells) + " |"


def scores(found: dict[str, dict[str, float]], on: str) -> Iterator[Score]:
    """Ours as a part of each other one, and of the floor; *on*: which data."""
    for workload, by_server in found.items():
        document, ours = workload.startswith("document"), by_server["samenhang"]
        others = dict(found["SELECT, 1 rows, fresh"]) if document else by_server
        for other in ("oxigraph", "virtuoso", "rdflib-endpoint", "bare", "floor"):
            # What cannot be faster: for a query that is new the barest service, for one that is not a constant.
            if other == ("floor" if workload.endswith("fresh") else "bare") or (document and other != "oxigraph"):
                continue
            if not others.get(other):  # it takes no part, or answered nothing in that time
                continue
            named = {"bare": "the barest service", "floor": "a constant"}.get(other, other)
            beside = f"{named}{', a SELECT of one row' if document else ''} {brief(others[other])}/s"
            what = f"{workload}, {on}"
            yield Score(what, f"{ours:,.0f}/s", beside, ours / others[other], _goal(workload, other), least=True)


def _goal(workload: str, other: str) -> float | None:
    if workload.startswith("document"):
        return 0.25
    place = [f"SELECT, {rows:,} rows" for rows in ROWS].index(workload.rpartition(", ")[0])
    aimed = GOALS[workload.rpartition(", ")[2]].get(other)
    return aimed[place] if aimed else None


def above_engine(server: Server, store: ox.Store, graph: str | None) -> Iterator[tuple[str, float, float]]:
    """Heavy queries: the query, the seconds that the engine takes when called directly, the seconds over HTTP."""
    default = ox.NamedNode(graph) if graph else None

    def directly(query: str) -> object:
        answer = store.query(query, default_graph=default)
        assert isinstance(answer, ox.QuerySolutions)
        return answer.serialize(format=ox.QueryResultsFormat.JSON)

    with httpx.Client(base_url=server.base, timeout=120) as client:
        # The engine called directly compresses nothing either.
        headers = {"accept": JSON, "accept-encoding": "identity"}
        for query in _HEAVY:
            direct = _median(lambda query=query: directly(query))  # type: ignore[misc]

            def asked(query: str = query) -> object:
                text = f"{query} # {random.random()}"
                return client.get(server.endpoint, params={"query": text}, headers=headers).raise_for_status()

            yield query, direct, _median(asked)


def _median(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return statistics.median(once() for _ in range(5))


def replaced(data: Path) -> float:
    """Seconds from the death of the worker that answers to the next answer; the median of five."""

    async def measure() -> float:
        pool = Pool(Holding((data,), scoped=False), Budget(workers=1))
        pool.wait()
        try:
            return statistics.median([await once(pool, number) for number in range(5)])
        finally:
            pool.close()

    async def once(pool: Pool, number: int) -> float:
        endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        running = asyncio.create_task(pool.answer(Inquiry(f"{endless} # {number}", "json")))
        await asyncio.sleep(0.5)
        busiest = max(children(pool.template), key=_ticks)
        start = time.perf_counter()
        os.kill(busiest, signal.SIGKILL)
        await pool.answer(Inquiry(f"ASK {{}} # {number}", "json"))
        took = time.perf_counter() - start
        await asyncio.gather(running, return_exceptions=True)
        return took

    return asyncio.run(measure())


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def memory(process: int) -> float:
    """Megabytes of *process* and all that it started, what they share counted once (PSS)."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return own + sum(map(memory, children(process)))


def started(var: Path) -> float:
    """Seconds from the start of the command to its first answer."""
    start = time.perf_counter()
    with peers.ours(var=var):
        return time.perf_counter() - start


def compare(
    data: Path, own: Callable[[], Server], documents: list[str], stack: ExitStack, folder: Path, on: str
) -> tuple[Server, list[Score]]:
    """Print the rates over *data*, our server being what *own* starts; that server, and how it compares."""
    servers = [own(), stack.enter_context(peers.oxigraph(data, folder))]
    if peers.has_virtuoso():
        servers.append(stack.enter_context(peers.virtuoso(data, folder)))
    else:
        print("Virtuoso is not installed (Debian: virtuoso-opensource), so it takes no part.")
    if documents:
        servers.append(stack.enter_context(peers.rdflib_endpoint(data)))
    servers += [stack.enter_context(peers.bare(data)), stack.enter_context(peers.floor())]
    found = rates(servers, documents)
    print("\n".join(table(found, [server.name for server in servers])), flush=True)
    return servers[0], list(scores(found, on))


def real(folder: Path) -> Iterator[Score]:
    """The real mapping."""
    release = build(ROOT, Shelf(folder / "var")).release
    assert release is not None
    data = folder / "mapping.nt"
    store = release.engine.store
    graph = scope_graph("all")
    _write(store, graph, data)
    triples = sum(1 for _ in data.open("rb"))
    on = "the real mapping"
    print(f"\n### The real mapping: {triples:,} triples in the default graph\n")
    reading, held = _alone(release)
    with ExitStack() as stack:
        own, found = compare(
            data, lambda: stack.enter_context(peers.ours(var=folder / "var")), addresses(release), stack, folder, on
        )
        yield from found
        used = memory(own.process)
        yield Score(f"memory, all processes, {on}", f"{used:.0f} MB", f"its data alone {held:.0f} MB", used / held)
        yield from _heavy(own, store, graph, on)
    start = statistics.median(started(folder / "var") for _ in range(5))
    yield Score("start to first answer, s", f"{start:.2f} s", "", start, 2)
    yield Score("start to first answer", f"{start:.2f} s", f"reading its data alone {reading:.2f} s", start / reading)


def generated(folder: Path, triples: int) -> Iterator[Score]:
    """A generated ecosystem of about *triples* triples."""
    data = folder / "generated.nt"
    data.write_bytes(ntriples(triples))
    store = ox.Store()
    store.bulk_load(path=data, format=ox.RdfFormat.N_TRIPLES)
    on = f"{triples:,} generated"
    print(f"\n### A generated ecosystem: {len(store):,} triples\n")
    with ExitStack() as stack:
        own, found = compare(data, lambda: stack.enter_context(peers.ours("--data", str(data))), [], stack, folder, on)
        yield from found
        print(f"\nmemory, all processes: {memory(own.process):.0f} MB")
        yield from _heavy(own, store, None, on)
    soon = replaced(data) * 1000
    yield Score(f"a killed worker is replaced, {on}, ms", f"{soon:.0f} ms", "", soon, 100)


def _heavy(own: Server, store: ox.Store, graph: str | None, on: str) -> Iterator[Score]:
    for number, (_, direct, asked) in enumerate(above_engine(own, store, graph), 1):
        what = f"heavy query {number} over HTTP, {on}"
        yield Score(what, f"{asked:.3f} s", f"the engine called directly {direct:.3f} s", asked / direct, 1.2)


def addresses(release: Release) -> list[str]:
    """The addresses of the documents of all things, mixed: the first ones are as large as the others."""
    rows = release.query(f"SELECT DISTINCT ?s WHERE {{ ?s a ?c FILTER (STRSTARTS(STR(?s), '{ID}')) }}").rows()
    found = sorted("/doc/" + row["s"].value.removeprefix(ID) for row in rows)
    random.Random(1).shuffle(found)
    return found


def _write(store: ox.Store, graph: str, data: Path) -> None:
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in quads), str(data), format=ox.RdfFormat.N_TRIPLES)


def _alone(release: Release) -> tuple[float, float]:
    """Seconds and megabytes of a process that only reads the data of *release*."""
    code = (
        "import sys, time, pyoxigraph as ox\n"
        "start = time.perf_counter()\n"
        "store = ox.Store(); store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS, lenient=True)\n"
        "print(time.perf_counter() - start)\n"
        "print(next(l.split()[1] for l in open('/proc/self/smaps_rollup') if l.startswith('Pss:')))"
    )
    command = [sys.executable, "-c", code, str(release.folder / DATA)]
    told = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(5)]
    return statistics.median(float(one[0]) for one in told), int(told[0][1]) / 1024


def report(triples: int) -> Iterator[Score]:
    """On the real mapping, and on generated data of so many *triples*: how the service compares; what it is printed."""
    with tempfile.TemporaryDirectory() as folder:
        yield from real(Path(folder))
    if triples:
        with tempfile.TemporaryDirectory() as folder:
            yield from generated(Path(folder), triples)
