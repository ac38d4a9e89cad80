"""SPARQL servers of others, empty, on loopback: what a release is brought to."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from samenhang.engine.endpoint import Endpoint
from samenhang.release.loading import Server
from tests.benchmarks.peers import INI, has_virtuoso, port

NAMES = ("oxigraph", "virtuoso")


def absent(name: str) -> str:
    """Why the server called *name* cannot run here; empty when it can."""
    if name == "virtuoso" and not has_virtuoso():
        return "virtuoso-t is not installed (Debian: virtuoso-opensource)"
    if name == "oxigraph" and not _oxigraph():
        return "oxigraph is not installed (pip install '.[dev]')"
    return ""


@contextmanager
def started(name: str, folder: Path, *, sparql: str = "") -> Iterator[Server]:
    """The server called *name*, with what it keeps in *folder*; *sparql*: lines of Virtuoso's section of that name."""
    http = port()
    base = f"http://127.0.0.1:{http}"
    if name == "oxigraph":
        command = [_oxigraph(), "serve", "--bind", f"127.0.0.1:{http}"]
        server = Server(Endpoint(f"{base}/query"), f"{base}/store", f"{base}/update")
    else:
        ini = folder / "virtuoso.ini"
        settings = INI.format(
            folder=folder, dirs="", http=http, sql=port(), buffers=20_000, dirty=15_000, sparql=sparql
        )
        ini.write_text(settings, encoding="utf-8")
        command = ["virtuoso-t", "+foreground", "+configfile", str(ini)]
        endpoint = Endpoint(f"{base}/sparql", "dba", "dba")
        server = Server(endpoint, f"{base}/sparql-graph-crud-auth", f"{base}/sparql-auth")
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(command, folder, over), daemon=True)
    keeper.start()
    try:
        until_up(server)
        yield server
    finally:
        over.set()
        keeper.join()


def _keep(command: list[str], folder: Path, over: threading.Event) -> None:
    """Run *command* until it is *over*; when it ends before, it is started again, as a service manager would do."""
    while not over.is_set():
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and not over.wait(0.05):
                pass
            process.kill()
        (folder / "virtuoso.lck").unlink(missing_ok=True)


def until_up(server: Server) -> None:
    """Until *server* answers."""
    end = time.monotonic() + 60
    while not _answers(server.endpoint.address):
        assert time.monotonic() < end, "it does not start"
        time.sleep(0.05)


def _oxigraph() -> str:
    """The command, beside this Python or on the path."""
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.exists() else shutil.which("oxigraph") or ""


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, params={"query": "ASK {}"}, timeout=10).status_code == 200
    except httpx.HTTPError:
        return False
