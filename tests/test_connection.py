"""Clients that send slowly, read slowly or go away, at a server with little patience."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from samenhang.web.connection import Connection
from tests.service import until

LARGE = 20_000_000


class Hasty(Connection):
    """One with less patience than that of the service."""

    receiving = 0.3
    sending = 0.3
    own = 20


class App:
    """Answers at ``/`` at once, at ``/9`` with 9 bytes, and at ``/never`` not; it tells what became of the last."""

    def __init__(self) -> None:
        self.begun, self.stopped = threading.Event(), threading.Event()
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        if scope["path"] == "/never":
            self.begun.set()
            try:
                await asyncio.sleep(60)
            finally:
                self.stopped.set()
        size = scope["path"][1:]
        body = b"x" * int(size) if size.isdigit() else b"here"
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[App, tuple[str, int]]]:
    """The application, and where it is served."""
    app = App()
    running = uvicorn.Server(
        uvicorn.Config(app, http=Hasty, log_level="error", lifespan="off", ws="none", timeout_keep_alive=1)
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        yield app, listener.getsockname()
        running.should_exit = True
        thread.join()


@pytest.fixture
def client(server: tuple[App, tuple[str, int]]) -> Iterator[socket.socket]:
    """A connection to it."""
    with socket.create_connection(server[1], timeout=10) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    """All that comes in until the other side ends it, gently or not."""
    got = b""
    try:
        while more := connection.recv(1 << 20):
            got += more
    except ConnectionResetError:
        pass
    return got


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"POST /never HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc",
    ],
    ids=["nothing", "an empty line", "half a head", "half a body"],
)
def test_who_does_not_finish_a_request_is_dropped(client: socket.socket, beginning: bytes) -> None:
    client.sendall(beginning)
    assert everything(client) == b""


def test_who_takes_its_time_between_requests_is_not_dropped_at_once(client: socket.socket) -> None:
    for _ in range(2):
        client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert client.recv(1000).endswith(b"here")
        threading.Event().wait(0.6)


def test_a_second_request_that_is_not_finished_is_dropped(client: socket.socket) -> None:
    client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert client.recv(1000).endswith(b"here")
    client.sendall(b"GET / HTTP/1.1\r\n")
    assert everything(client) == b""


def test_who_does_not_read_is_dropped(client: socket.socket) -> None:
    client.sendall(b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n" % LARGE)
    threading.Event().wait(0.8)
    assert len(everything(client)) < LARGE


def test_who_reads_on_gets_all(client: socket.socket) -> None:
    client.sendall(b"GET /%d HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n" % LARGE)
    assert len(everything(client)) > LARGE


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nx: " + b"x" * 70_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 200_000, 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", 414),
        (b"GET /" + b"x" * 1_000_000, 414),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500, 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n" + b"x" * 1_000_000, 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", 400),
        (b"GET /never HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nx\0: y\r\n\r\n", 400),
    ],
    ids=["head", "heads", "address", "endless address", "TLS", "length", "two lengths", "NUL", "after another"],
)
def test_what_is_no_request_is_refused_with_a_reason(client: socket.socket, sent: bytes, status: int) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(sent)
    head, _, body = everything(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\ncontent-type: application/problem+json\r\n" in head
    assert json.loads(body)["status"] == status


def test_one_client_cannot_take_all_connections(server: tuple[App, tuple[str, int]], client: socket.socket) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(Hasty.own):
            held.enter_context(socket.create_connection(server[1], timeout=10, source_address=("127.0.0.2", 0)))
        refused = held.enter_context(socket.create_connection(server[1], timeout=10, source_address=("127.0.0.2", 0)))
        head = everything(refused).partition(b"\r\n\r\n")[0]
        assert head.startswith(b"HTTP/1.1 429 ") and b"\r\nretry-after: " in head
        client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert client.recv(1000).endswith(b"here")
    until(lambda: not Hasty._present["127.0.0.2"])


@pytest.mark.parametrize("after", ["close", "keep-alive"])
def test_an_answer_that_is_never_read_keeps_no_connection(server: tuple[App, tuple[str, int]], after: str) -> None:
    """Also one of which only the end does not fit into what the system takes for a client (2.3 MB here)."""
    before = server[0].asked
    with contextlib.ExitStack() as held:
        for size in range(2_100_000, 2_700_000, 40_000):
            idle = held.enter_context(socket.socket())
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            idle.bind(("127.0.0.4", 0))
            idle.connect(server[1])
            idle.sendall(f"GET /{size} HTTP/1.1\r\nhost: x\r\nconnection: {after}\r\n\r\n".encode())
        until(lambda: server[0].asked == before + 15)
        until(lambda: not Hasty._present["127.0.0.4"])


def test_a_head_of_ten_kilobytes_is_fine(client: socket.socket) -> None:
    client.sendall(b"GET / HTTP/1.1\r\nx: " + b"x" * 10_000 + b"\r\nconnection: close\r\n\r\n")
    assert everything(client).endswith(b"here")


def test_when_a_client_goes_away_its_work_stops(server: tuple[App, tuple[str, int]], client: socket.socket) -> None:
    server[0].begun.clear()
    server[0].stopped.clear()
    client.sendall(b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n")
    assert server[0].begun.wait(10)
    client.close()
    assert server[0].stopped.wait(10)


def test_connections_leave_room_for_files() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 300));"
        "from samenhang.web.connection import Connection, make_room; make_room();"
        "print(*resource.getrlimit(resource.RLIMIT_NOFILE), Connection.crowd)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == ["300", "300", "172"]
