"""The W3C SPARQL 1.1 suites, run by the runners of ``../shared/suites``: over HTTP, or past it on the engine itself."""

from __future__ import annotations

import importlib.util
import logging
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from tests.service import served, until

PUBLIC = "https://samenhang.example"

Graph = tuple[str, str]
"""A file of the suite, and the address that what is relative in it is relative to."""
NamedGraph = tuple[str, str, str]
"""The same, and the name of the graph."""


class Endpoint:
    """``samenhang serve --data`` over one file, which can be another from one moment to the next."""

    def __init__(self, process: subprocess.Popen[str], client: httpx.Client, file: Path) -> None:
        self.client = client
        self.url = f"{client.base_url}".rstrip("/") + "/sparql"
        self._process = process
        self._file = file
        self._loaded = 1

    def hold(self, nquads: str) -> None:
        """Make *nquads* the whole data, and wait until they answer."""
        self._file.write_text(nquads, encoding="utf-8")
        self._loaded += 1
        self._process.send_signal(signal.SIGHUP)
        until(lambda: self.client.get("/health").json()["loaded"] == self._loaded)

    def quads(self) -> set[str]:
        """All that it holds, a line each."""
        query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        return set(
            self.client.get(self.url, params={"query": query, "format": "tsv"}).raise_for_status().text.split("\n")
        )


@contextmanager
def endpoint(folder: Path) -> Iterator[Endpoint]:
    """An endpoint that holds nothing yet; its file stands in *folder*."""
    file = folder / "data.nq"
    file.write_text("", encoding="utf-8")
    with served("--data", str(file), SAMENHANG_PUBLIC=PUBLIC) as (process, client):
        yield Endpoint(process, client, file)


@contextmanager
def runner(shared: Path, name: str) -> Iterator[ModuleType]:
    """The module *name* of the runners. What it sets for all of rdflib, logging and Python is undone afterwards."""
    spec = importlib.util.spec_from_file_location(name, shared / "suites" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before, depth = logging.root.manager.disable, sys.getrecursionlimit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", rdflib.NORMALIZE_LITERALS)
        try:
            spec.loader.exec_module(module)
            yield module
        finally:
            logging.disable(before)
            sys.setrecursionlimit(depth)


def options(shared: Path, url: str) -> Namespace:
    """What the runners are told on their command line. Without an address for updates they load nothing themselves."""
    return Namespace(
        w3c=str(shared / "w3c" / "sparql11"),
        query_url=url,
        update_url="",
        gsp_url="",
        public_url=f"{PUBLIC}/sparql",
        token=None,
        auth_queries=False,
        timeout=30,
        match=None,
        quiet=True,
        loader="ours",
    )


def over_http(module: ModuleType, shared: Path, place: Endpoint) -> Any:
    """The query suite that asks *place*, which reads the data of a test again when they differ from those before."""
    suite = module.Suite(options(shared, place.url))
    held: list[object] = []

    def fill(default: Sequence[Graph], named: Sequence[NamedGraph]) -> None:
        if held != [default, named]:
            place.hold(_nquads(module, default, named))
            held[:] = [default, named]

    suite.fill = fill
    return suite


def by_dataset(module: ModuleType, shared: Path, place: Endpoint) -> Any:
    """The query suite that asks *place*, holding the data of all tests at once, over the graphs of each test only."""
    suite = module.Suite(options(shared, place.url))
    graphs: dict[str, str] = {}
    for folder in (*module.QUERY, *module.RESULTS):
        manifest = module.load_graph(suite.f("manifest.ttl", folder), f"{module.BASE_IRI}{folder}/manifest.ttl")
        for kind in (module.QT.data, module.QT.graphData):
            for name in map(str, manifest.objects(None, kind)):
                graphs[name] = _nquads(module, [], [(suite.f(name, folder), name, name)])
    place.hold("".join(graphs.values()))
    chosen: dict[str, list[str]] = {}

    def fill(default: Sequence[Graph], named: Sequence[NamedGraph]) -> None:
        # An empty graph cannot stand in N-Quads: it is not there to be chosen.
        chosen["default-graph-uri"] = [name for _, name in default if graphs[name]]
        chosen["named-graph-uri"] = [name for _, _, name in named if graphs[name]]

    def query(text: str, accept: str) -> httpx.Response:
        headers = {"content-type": "application/sparql-query", "accept": accept}
        return place.client.post(place.url, params=chosen, content=text.encode(), headers=headers)

    suite.fill, suite.query = fill, query
    return suite


def past_http(module: ModuleType, shared: Path) -> Any:
    """The query suite that asks pyoxigraph in this process: what the engine scores without anything of ours."""
    suite = module.Suite(options(shared, ""))
    store = ox.Store()

    def fill(default: Sequence[Graph], named: Sequence[NamedGraph]) -> None:
        store.clear()
        store.load(_nquads(module, default, named), format=ox.RdfFormat.N_QUADS)

    def query(text: str, accept: str) -> httpx.Response:
        try:
            answer = store.query(text)
            if isinstance(answer, ox.QueryTriples):
                media, content = "application/n-triples", answer.serialize(format=ox.RdfFormat.N_TRIPLES)
            else:
                media = accept.partition(",")[0]
                form = ox.QueryResultsFormat.from_media_type(media)
                assert form is not None
                content = answer.serialize(format=form)
        except SyntaxError as problem:
            return httpx.Response(400, text=str(problem))
        except RuntimeError as problem:
            return httpx.Response(500, text=str(problem))
        return httpx.Response(200, headers={"content-type": media}, content=content)

    suite.fill, suite.query = fill, query
    return suite


def _nquads(module: ModuleType, default: Sequence[Graph], named: Sequence[NamedGraph]) -> str:
    triples = [(module.nt(module.load_graph(file, base)), "") for file, base in default]
    triples += [(module.nt(module.load_graph(file, base)), f" <{name}>") for file, base, name in named]
    return "".join(
        f"{line.removesuffix('.').rstrip()}{graph} .\n"
        for text, graph in triples
        for line in map(str.strip, text.splitlines())
        if line
    )
