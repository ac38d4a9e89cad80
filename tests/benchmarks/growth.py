"""``python -m tests.benchmarks.growth SIZE...``: what each step of a release takes as a sector grows: time and memory.

A release is made of a generated sector by the steps of a build, for the scope of everything; a build makes the same of
two more. Each step is told with its seconds (of the clock, and of the processor), the memory at its highest and at its
end (MB), and how busy the machine was. Ten million triples take 15 GB of memory, 30 GB of disk (in ``TMPDIR``), and an
hour of two quiet cores.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import questions, sources
from samenhang.engine import disk
from samenhang.inspection import inspect, shapes_text
from samenhang.namespaces import GRAPH, ID, scope_graph
from samenhang.questions import described_rule
from samenhang.release import Shelf
from samenhang.release.answers import ANSWERS, answers, archive
from samenhang.release.description import describe
from samenhang.release.dumps import DUMPS, dumps
from samenhang.release.folders import DATA, canonical, fill, write
from samenhang.release.materialise import add, construct
from samenhang.sources import ONTOLOGY_GRAPH, SourceFile
from tests.benchmarks.clock import heading
from tests.benchmarks.ecosystem import ntriples
from tests.service import children, memory, served
from tests.support import ROOT, analysis, code_lists, content_files

_WHOLE: Final = scope_graph("all")
_DERIVED, _FINDINGS = f"{GRAPH}derived/all", f"{GRAPH}findings/all"
_MOST: Final = 2_000_000
"""Triples above which no answers are made for visitors: they take as long as all the rest."""


@contextmanager
def step(size: int, name: str) -> Iterator[None]:
    """Print what is done within: its time, and the memory of this process."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest begins here
    clock, processor = time.perf_counter(), time.process_time()
    yield
    took, busy = time.perf_counter() - clock, time.process_time() - processor
    _row(size, name, f"{took:.1f}", f"{busy:.2f}", _memory("VmHWM"), _memory("VmRSS"))


def _row(size: int, *told: str | int) -> None:
    words = (f"{each:,}" if isinstance(each, int) else each for each in told)
    print(f"| {size:,} | {' | '.join(words)} | {os.getloadavg()[0]:.1f} |", flush=True)


def _memory(of: str) -> int:
    """Megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(of)) // 1024


def generate(size: int, folder: Path) -> None:
    """The sector, as a source file."""
    with step(size, "generate"):
        (folder / "sector.ttl").write_bytes(ntriples(size))


def check(size: int, folder: Path) -> None:
    """What a build does before anything is derived."""
    files, store = (*code_lists(), *_dataset(), _sector(folder)), ox.Store()
    with step(size, "read the sources"):
        sources.load(store, files)
    with step(size, "check them"):
        shapes = shapes_text(ROOT / "shapes")
        inspect(store, files, shapes, questions.collect(ROOT / "queries" / "checks").values())


def derive(size: int, folder: Path) -> None:
    """The graph of the scope, what follows, and a release of it."""
    store, sector = ox.Store(), _sector(folder)
    with step(size, "read the scope"):
        sources.load(store, (*code_lists(), *_dataset()))
        for graph in sorted({file.graph for file in (*code_lists(), *_dataset())} | {ONTOLOGY_GRAPH}):
            add(store, graph, _WHOLE)
        store.bulk_load(path=sector.path, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(_WHOLE))
    named = ox.NamedNode(_FINDINGS)
    store.extend(ox.Quad(*triple, named) for rule in analysis().rules for triple in described_rule(rule))
    for name, queries, target in (
        ("derive", analysis().derivations, _DERIVED),
        ("rules", analysis().rules, _FINDINGS),
        ("conclude", analysis().conclusions, _FINDINGS),
    ):
        for query in queries:
            with step(size, f"{name}: {query.name}"):
                construct(store, query, _WHOLE, target)
        with step(size, f"{name}: put with the rest"):
            add(store, target, _WHOLE)
    with step(size, "describe"):
        describe(store, ROOT / "queries", scopes=["all"])
    about = {"scopes": ["all"], "rules": [rule.name for rule in analysis().rules], "quads": len(store)}
    shelf = Shelf(folder / "var")
    with step(size, "write"):
        files = {DATA: canonical(store), "inspection.json": b"{}"}
        release = shelf.put(files, {**about, "violations": 0, "warnings": 0, "engine": ""})
    shelf.publish(release)
    if size <= _MOST:
        with step(size, "answer"):
            write(release.folder / ANSWERS, archive([answers(store, ROOT / "queries", "all")]))


def pack(size: int, folder: Path) -> None:
    """The dumps."""
    release = Shelf(folder / "var").current()
    for form, name in DUMPS.items():
        with step(size, f"dump: {form}"):
            fill(release.folder, {name: dumps()[name]})


def lay(size: int, folder: Path) -> None:
    """The release as a store on disk, where it is large enough for that; a process of its own makes it."""
    holding = Shelf(folder / "var").current().holding()
    place = disk.place(holding)
    if place is not None:
        start = time.perf_counter()
        disk.make(holding, place)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak, busy = used.ru_maxrss // 1024, used.ru_utime + used.ru_stime
        _row(size, "store on disk", f"{time.perf_counter() - start:.1f}", f"{busy:.1f}", peak, peak)


def serve(size: int, folder: Path) -> None:
    """The service over the release: its first answer, and then what people ask, each for the first time."""
    start = time.perf_counter()
    with served(var=folder / "var", SAMENHANG_SECONDS="600") as (process, client):

        def told(what: str, times: list[float]) -> None:
            held = sum(memory(pid) for pid in (process.pid, *children(process.pid))) >> 20
            _row(size, what, f"{statistics.median(times):.3f}", "", held, held)

        def get(path: str, accept: str, **params: str) -> float:
            start = time.perf_counter()
            client.get(path, headers={"accept": accept}, params=params, timeout=600).raise_for_status()
            return time.perf_counter() - start

        told("start, until it listens", [time.perf_counter() - start])
        told("first answer", [get("/sparql", "text/csv", query="SELECT * { ?s ?p ?o } LIMIT 1")])
        for kind, accept in (("Turtle", "text/turtle"), ("HTML", "text/html")):
            paths = [f"/doc/building-block/{number}-{number}" for number in range(3, 8)]
            told(f"a document in {kind}, median of five", [get(path, accept) for path in paths])
        for question, param in (("owners", "block"), ("impact", "thing"), ("existing-blocks", "block")):
            asked = {param: f"{ID}building-block/0-3"}
            told(f"question: {question}", [get(f"/questions/{question}", "application/json", **asked)])
        told("search", [get("/search", "text/html", q="block 7")])


STAGES: Final = {stage.__name__: stage for stage in (generate, check, derive, pack, lay, serve)}


def main() -> None:
    """Every stage of each size, in a process of its own."""
    if sys.argv[1] == "--stage":
        _, _, name, size, folder = sys.argv
        STAGES[name](int(size), Path(folder))
        return
    heading("Triples", "step", "seconds", "of processor", "memory, highest", "memory, at the end", "load")
    for size in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            for name in STAGES:
                command = [sys.executable, "-m", "tests.benchmarks.growth", "--stage", name, size, folder]
                subprocess.run(command, check=True)


def _dataset() -> list[SourceFile]:
    return [file for file in content_files() if file.path.name == "dataset.ttl"]


def _sector(folder: Path) -> SourceFile:
    return SourceFile(folder / "sector.ttl", f"{GRAPH}field/generated", "field")


if __name__ == "__main__":
    main()
