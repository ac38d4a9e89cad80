"""Somebody else's server, on this machine, that answers well or in every bad way that there is."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Says = Callable[["Guest"], None]


class Guest(BaseHTTPRequestHandler):
    """One request; ``server`` knows what is to be said at which path."""

    protocol_version = "HTTP/1.1"
    server: Host

    def do_GET(self) -> None:
        """Answer as the host is told to."""
        self.server.asked.append((self.path, dict(self.headers)))
        says = self.server.says.get(self.path)
        if says is None:
            self.say(404, b"")
            return
        try:
            says(self)
        except OSError:  # whoever asked has heard enough
            self.close_connection = True

    def say(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer; in the names of *headers* ``_`` stands for ``-``."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class Host(ThreadingHTTPServer):
    """A server on this machine: ``says`` what at which path, ``asked`` by whom for what."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Guest)
        self.says: dict[str, Says] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def site(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def tell(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        """Let it say *body* at *path*."""
        self.says[path] = lambda guest: guest.say(status, body, **headers)

    def handle_error(self, request: object, client_address: object) -> None:
        """A guest that goes away is no error."""


@contextmanager
def hosted() -> Iterator[Host]:
    """A host that is there."""
    with Host() as host:
        thread = threading.Thread(target=host.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield host
        host.shutdown()


def head(guest: Guest, **headers: str) -> None:
    """The head of an answer of which the body ends when the connection does."""
    guest.send_response(200)
    for name, value in {"Connection": "close", **headers}.items():
        guest.send_header(name.replace("_", "-"), value)
    guest.end_headers()
    guest.close_connection = True


def drip(guest: Guest) -> None:
    """A body of which a byte comes now and then, for ever."""
    head(guest)
    for _ in range(400):
        guest.wfile.write(b".")
        time.sleep(0.05)


def drip_head(guest: Guest) -> None:
    """A head of which a byte comes now and then, for ever."""
    guest.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(400):
        guest.wfile.write(b".")
        time.sleep(0.05)


def endless(guest: Guest) -> None:
    """A body of a hundred megabytes, as far as anybody listens."""
    head(guest)
    for _ in range(1600):
        guest.wfile.write(b"." * 65536)
        guest.server.says["/sent"] = endless  # somebody took a piece


def bomb(guest: Guest) -> None:
    """A few kilobytes that become a hundred megabytes."""
    guest.say(200, gzip.compress(bytes(100 << 20), 1), Content_Encoding="gzip")


def cut(guest: Guest) -> None:
    """Less than it says that it sends."""
    head(guest, Content_Length="1000")
    guest.wfile.write(b"<a> <b>")


def silent(guest: Guest) -> None:
    """Nothing at all."""
    time.sleep(2)
