"""``python -m tests.benchmarks.documents [CHECKOUT ...]``: the processor time of a document that is asked once.

Microseconds a document of the service's process and of those that answer it, from ``/proc/*/schedstat``: not of the
clock, but what else runs on the machine makes them more. Of *CHECKOUT*, a folder with another state of this project,
the same in turn. Beside them the floors: a constant as large through the same stack, and the engine called directly,
each text once.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
import pyoxigraph as ox

from samenhang import settings
from samenhang.namespaces import BASE, ID, scope_graph
from samenhang.questions import collect
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.release.shelf import QUERIES
from tests.benchmarks import load, peers
from tests.benchmarks.endpoint import addresses, children
from tests.benchmarks.peers import Server
from tests.support import ROOT

ROUNDS: Final = 3
SECONDS: Final = 2.0
_WARM: Final = 25
"""Documents that are asked before anything is measured."""
_FORMS: Final = (("Turtle", "text/turtle"), ("HTML", "text/html"))


def asked(server: Server, documents: Sequence[str], accept: str) -> tuple[float, float, float]:
    """Requests a second for *documents*, each once; microseconds of the service for each, and of what it started."""
    with httpx.Client(base_url=server.base, headers={"accept": accept}) as client:
        for address in documents[:_WARM]:
            client.get(address).raise_for_status()
    others, before = [*_below(server.process)], _spent(server.process)
    known = {process: _spent(process) for process in others}
    rate = load.each_once(server.base, documents[_WARM:], accept, SECONDS)
    number = rate * SECONDS
    beside = sum(_spent(process) - known.get(process, 0) for process in _below(server.process))
    return rate, (_spent(server.process) - before) / number / 1000, beside / number / 1000


def _below(process: int) -> Sequence[int]:
    return [below for child in children(process) for below in (child, *_below(child))]


def _spent(process: int) -> int:
    """Nanoseconds of processor time of *process* until now."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0])


def directly(release: Release, documents: Sequence[str]) -> tuple[float, float]:
    """Microseconds of the engine for each of *documents*: until it begins to answer, and to answer, as N-Triples."""
    query = collect(settings.content() / QUERIES / "documents")["thing"]
    store, graph = release.engine.store, scope_graph("all")
    planned = answered = 0
    for address in documents:
        thing = ID + address.removeprefix("/doc/")
        text = query.bind({"thing": thing, "graph": graph, "release": release.name})
        begun = time.process_time_ns()
        answer = store.query(text, base_iri=BASE, default_graph=[ox.NamedNode(graph)])
        assert isinstance(answer, ox.QueryTriples)
        planned += time.process_time_ns() - begun
        begun = time.process_time_ns()
        answer.serialize(format=ox.RdfFormat.N_TRIPLES)
        answered += time.process_time_ns() - begun
    return planned / len(documents) / 1000, answered / len(documents) / 1000


def _row(what: str, *numbers: float) -> None:
    print(f"| {what} | " + " | ".join(f"{number:,.0f}" for number in numbers) + " |", flush=True)


def main(checkouts: Sequence[str]) -> int:
    """Measure this checkout and the others in turn."""
    if not load.available():
        print("wrk is not installed (Debian: wrk); without it nothing is measured.", file=sys.stderr)
        return 2
    print("| | a second | service, µs | worker, µs |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        release = build(ROOT, Shelf(Path(folder))).release
        assert release is not None
        documents = addresses(release)
        for _ in range(ROUNDS):
            for checkout in [*checkouts, str(ROOT)]:
                os.environ["PYTHONPATH"] = f"{checkout}/service"
                with peers.ours(var=Path(folder)) as server:
                    for place, (form, accept) in enumerate(_FORMS):
                        # Half of them in each form: what was asked in one is sooner answered in the other.
                        _row(f"a document in {form}, {checkout}", *asked(server, documents[place::2], accept))
        for size in (4_500, 20_000):
            with peers.floor(size) as server:
                before = _spent(server.process)
                rate = load.repeated(server.base, documents[0], "*/*", SECONDS)
                _row(f"a constant of {size:,} bytes", rate, (_spent(server.process) - before) / rate / SECONDS / 1000)
        plan, answer = directly(release, documents[:700])
        print(f"\nThe engine called directly: {plan:,.0f} µs until it begins to answer, {answer:,.0f} µs to answer.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
