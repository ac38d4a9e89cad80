"""The servers that are compared, each over the same triples in its default graph, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

SELECT = "SELECT * WHERE { ?s ?p ?o } LIMIT 1"


class Server(NamedTuple):
    """A server that runs: its name and version, its address, the address of its SPARQL endpoint, its process."""

    name: str
    base: str
    endpoint: str
    process: int


def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number: int = taken.getsockname()[1]
        return number


@contextmanager
def ours(*arguments: str, var: Path | None = None) -> Iterator[Server]:
    """``samenhang serve`` with *arguments*; *var*: the folder of its releases."""
    number = port()
    command = [sys.executable, "-m", "samenhang", "serve", "--port", str(number), *arguments]
    environment = os.environ | ({"SAMENHANG_VAR": str(var)} if var else {})
    with _running(command, f"http://127.0.0.1:{number}", "/sparql", "samenhang", environment) as server:
        yield server


@contextmanager
def floor(size: int = 0) -> Iterator[Server]:
    """The stack that we stand on, answering a constant of *size* bytes at least: what no answer can be faster than."""
    constant = os.environ | {"CONSTANT": str(size)}
    with _stack("floor", ["tests.benchmarks.constant:application"], constant) as server:
        yield server


@contextmanager
def bare(data: Path) -> Iterator[Server]:
    """The stack that we stand on and the engine over *data* in a process beside it, and nothing of ours."""
    application = ["--factory", "tests.benchmarks.bare:application"]
    with _stack("bare", application, os.environ | {"BARE": str(data)}) as server:
        yield server


@contextmanager
def _stack(name: str, application: list[str], environment: dict[str, str]) -> Iterator[Server]:
    number = port()
    command = [sys.executable, "-m", "uvicorn", *application, "--port", str(number)]
    command += ["--http", "httptools", "--loop", "uvloop", "--log-level", "warning", "--no-access-log"]
    with _running(command, f"http://127.0.0.1:{number}", "/sparql", name, environment) as server:
        yield server


@contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[Server]:
    """``oxigraph serve`` (PyPI ``oxigraph``) over *data*, with its store in *folder*."""
    program = _program("oxigraph")
    store, number = folder / "oxigraph", port()
    subprocess.run([program, "load", "--location", store, "--file", data], check=True, capture_output=True)
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{number}"]
    with _running(command, f"http://127.0.0.1:{number}", "/query", "oxigraph", dict(os.environ)) as server:
        yield server


@contextmanager
def rdflib_endpoint(data: Path) -> Iterator[Server]:
    """``rdflib-endpoint`` (PyPI) over *data*."""
    number = port()
    command = [_program("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(number), str(data)]
    with _running(
        command, f"http://127.0.0.1:{number}", "/", "rdflib-endpoint", dict(os.environ), patience=600
    ) as server:
        yield server


INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 20
DirsAllowed = {folder}{dirs}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
MaxKeepAlives = 10
KeepAliveTimeout = 60
[SPARQL]
{sparql}
"""
"""How Virtuoso is set up."""


@contextmanager
def virtuoso(data: Path, folder: Path) -> Iterator[Server]:
    """Virtuoso (Debian's ``virtuoso-opensource``) over *data*, with its database in *folder*."""
    http, sql = port(), port()
    place = folder / "virtuoso"
    place.mkdir()
    (place / "virtuoso.ini").write_text(
        INI.format(
            folder=place,
            dirs=f", {data.parent}",
            http=http,
            sql=sql,
            buffers=100_000,
            dirty=75_000,
            sparql="ResultSetMaxRows = 10000000",
        ),
        encoding="utf-8",
    )
    command = ["virtuoso-t", "+foreground", "+configfile", str(place / "virtuoso.ini")]
    with _running(command, f"http://127.0.0.1:{http}", "/sparql", "virtuoso", dict(os.environ)) as server:
        load = f"DB.DBA.TTLP_MT (file_open ('{data}'), '', 'http://example.org/graph', 255); checkpoint;"
        isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"]
        told = subprocess.run(isql, check=True, capture_output=True, text=True)
        if "Error" in told.stderr:
            raise RuntimeError(told.stderr)
        yield server


def has_virtuoso() -> bool:
    """Whether Virtuoso is installed here."""
    return shutil.which("virtuoso-t") is not None and shutil.which("isql-vt") is not None


def _program(name: str) -> str:
    """The command *name*, beside this Python or on the path."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise RuntimeError(f"'{name}' is not installed: pip install '.[bench]'")
    return found


@contextmanager
def _running(
    command: list[str], base: str, path: str, name: str, environment: dict[str, str], patience: float = 120
) -> Iterator[Server]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + patience
        while not _answers(base + path):
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                raise RuntimeError(f"{name} does not start: {process.communicate()[1][-500:]}")
            time.sleep(0.02)
        yield Server(name, base, path, process.pid)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _answers(endpoint: str) -> bool:
    try:
        return httpx.get(endpoint, params={"query": SELECT}, timeout=60).status_code == 200
    except httpx.HTTPError:
        return False
