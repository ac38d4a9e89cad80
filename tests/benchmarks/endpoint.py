"""``make compare``: our service beside others that answer SPARQL, on the same data, in one run.

Beside the rates: what a query costs above the engine called directly, how soon a killed worker is replaced, how soon
the service answers after its start, and how much memory it takes. Needs ``wrk``; Virtuoso takes part where it is there.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import statistics
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
from samenhang.release import Release, Shelf, build
from tests.benchmarks import load, peers
from tests.benchmarks.ecosystem import ntriples
from tests.benchmarks.peers import Server
from tests.support import ROOT

JSON: Final = "application/sparql-results+json"
ROWS: Final = (1, 100, 10_000)
SECONDS: Final = 5.0
_DOCUMENTS: Final = 3.0
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
    """Requests a second: workload, then server."""
    found: dict[str, dict[str, float]] = {}
    for rows in ROWS:
        query = quote(f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {rows} ")
        given = {server.name: _rows(server, query) for server in servers if server.name != "floor"}
        if len(set(given.values())) != 1:
            raise RuntimeError(f"not the same answer: {given}")
        for server in servers:
            address = f"{server.endpoint}?query={query}"
            # What rdflib needs for many rows is more than the time there is; one request would be no rate.
            if server.name == "rdflib-endpoint" and rows > 100:
                continue
            seed = random.randrange(10**9)
            asked = load.fresh(server.base, address, JSON, SECONDS, seed)
            found.setdefault(f"SELECT, {rows:,} rows, fresh", {})[server.name] = asked
            asked = load.repeated(server.base, address, JSON, SECONDS)
            found.setdefault(f"SELECT, {rows:,} rows, repeated", {})[server.name] = asked
    own = servers[0]
    for name, accept in (("Turtle", "text/turtle"), ("HTML", "text/html")) if documents else ():
        # Half of them in each form: what was asked in one is sooner answered in the other.
        mine = documents[::2] if name == "Turtle" else documents[1::2]
        found[f"document in {name}, each once"] = {own.name: load.each_once(own.base, mine, accept, _DOCUMENTS)}
        found[f"document in {name}, repeated"] = {own.name: load.repeated(own.base, documents[0], accept, SECONDS)}
    return found


def _rows(server: Server, query: str) -> int:
    answer = httpx.get(f"{server.base}{server.endpoint}?query={query}", headers={"accept": JSON}, timeout=60)
    return len(answer.raise_for_status().json()["results"]["bindings"])


def table(found: dict[str, dict[str, float]], names: list[str]) -> Iterator[str]:
    """*found* as a table in Markdown: rates, and ours as a part of each other one with what is wanted."""
    yield "| requests a second | " + " | ".join(names) + " | of oxigraph | wanted | of virtuoso | wanted |"
    yield "|---|" + "---:|" * (len(names) + 4)
    for workload, by_server in found.items():
        cells = [f"{by_server[name]:,.0f}" if name in by_server else "" for name in names]
        for other in ("oxigraph", "virtuoso"):
            goal = _goal(workload, other)
            base = by_server.get(other) or (
                found["SELECT, 1 rows, fresh"].get(other) if "document" in workload else None
            )
            cells += [f"{by_server['samenhang'] / base:.2f}" if base else "", f"{goal:g}" if goal else ""]
        yield f"| {workload} | " + " | ".join(cells) + " |"


def _goal(workload: str, other: str) -> float | None:
    if workload.startswith("document"):
        return 0.25 if other == "oxigraph" else None
    place = [f"SELECT, {rows:,} rows" for rows in ROWS].index(workload.rpartition(", ")[0])
    return GOALS[workload.rpartition(", ")[2]][other][place]


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
        busiest = max(_children(pool.template), key=_ticks)
        start = time.perf_counter()
        os.kill(busiest, signal.SIGKILL)
        await pool.answer(Inquiry(f"ASK {{}} # {number}", "json"))
        took = time.perf_counter() - start
        await asyncio.gather(running, return_exceptions=True)
        return took

    return asyncio.run(measure())


def _children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def memory(process: int) -> float:
    """Megabytes of *process* and all that it started, what they share counted once (PSS)."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return own + sum(map(memory, _children(process)))


def started(var: Path) -> float:
    """Seconds from the start of the command to its first answer."""
    start = time.perf_counter()
    with peers.ours(var=var):
        return time.perf_counter() - start


def compare(data: Path, own: Callable[[], Server], documents: list[str], stack: ExitStack, folder: Path) -> Server:
    """Print the table of rates over *data*, our server being what *own* starts; that server."""
    servers = [own(), stack.enter_context(peers.oxigraph(data, folder))]
    if peers.has_virtuoso():
        servers.append(stack.enter_context(peers.virtuoso(data, folder)))
    else:
        print("Virtuoso is not installed (Debian: virtuoso-opensource), so it takes no part.")
    if documents:
        servers.append(stack.enter_context(peers.rdflib_endpoint(data)))
    servers += [stack.enter_context(peers.bare(data)), stack.enter_context(peers.floor())]
    print("\n".join(table(rates(servers, documents), [server.name for server in servers])), flush=True)
    return servers[0]


def real(folder: Path) -> None:
    """The real mapping."""
    release = build(ROOT, Shelf(folder / "var")).release
    assert release is not None
    data = folder / "mapping.nt"
    store = release.engine.store
    graph = scope_graph("all")
    _write(store, graph, data)
    triples = sum(1 for _ in data.open("rb"))
    print(f"\n### The real mapping: {triples:,} triples in the default graph\n")
    with ExitStack() as stack:
        own = compare(
            data, lambda: stack.enter_context(peers.ours(var=folder / "var")), _documents(release), stack, folder
        )
        print(f"\nmemory, all processes: {memory(own.process):.0f} MB; the release alone: {_alone(release):.0f} MB")
        _heavy(own, store, graph)
    print(f"\nstart to first answer: {statistics.median(started(folder / 'var') for _ in range(5)):.2f} s (wanted: 2)")


def generated(folder: Path, triples: int) -> None:
    """A generated ecosystem of about *triples* triples."""
    data = folder / "generated.nt"
    data.write_bytes(ntriples(triples))
    store = ox.Store()
    store.bulk_load(path=data, format=ox.RdfFormat.N_TRIPLES)
    print(f"\n### A generated ecosystem: {len(store):,} triples\n")
    with ExitStack() as stack:
        own = compare(data, lambda: stack.enter_context(peers.ours("--data", str(data))), [], stack, folder)
        print(f"\nmemory, all processes: {memory(own.process):.0f} MB")
        _heavy(own, store, None)
    print(f"\na killed worker is replaced in {replaced(data) * 1000:.0f} ms (wanted: 100)")


def _heavy(own: Server, store: ox.Store, graph: str | None) -> None:
    print("\n| query | engine, s | over HTTP, s | ratio (wanted: 1.2) |\n|---|---:|---:|---:|")
    for query, direct, asked in above_engine(own, store, graph):
        print(f"| `{query}` | {direct:.3f} | {asked:.3f} | {asked / direct:.2f} |", flush=True)


def _documents(release: Release) -> list[str]:
    """The addresses of the documents of all things, mixed: the first ones are as large as the others."""
    rows = release.query(f"SELECT DISTINCT ?s WHERE {{ ?s a ?c FILTER (STRSTARTS(STR(?s), '{ID}')) }}").rows()
    found = sorted("/doc/" + row["s"].value.removeprefix(ID) for row in rows)
    random.Random(1).shuffle(found)
    return found


def _write(store: ox.Store, graph: str, data: Path) -> None:
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    ox.serialize((ox.Triple(q.subject, q.predicate, q.object) for q in quads), str(data), format=ox.RdfFormat.N_TRIPLES)


def _alone(release: Release) -> float:
    """Megabytes of a process that only holds *release*."""
    import subprocess

    code = (
        "import sys, pathlib, pyoxigraph as ox\n"
        "store = ox.Store(); store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)\n"
        "print(next(l.split()[1] for l in open('/proc/self/smaps_rollup') if l.startswith('Pss:')))"
    )
    told = subprocess.run([sys.executable, "-c", code, release.folder / "data.nq"], check=True, capture_output=True)
    return int(told.stdout) / 1024


def main(arguments: list[str]) -> int:
    """Compare on the real mapping and on generated data of as many triples as asked (a million by default)."""
    if not load.available():
        print("wrk is not installed (Debian: wrk); without it nothing is measured.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        real(Path(folder))
    triples = int(arguments[0]) if arguments else 1_000_000
    if triples:
        with tempfile.TemporaryDirectory() as folder:
            generated(Path(folder), triples)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
