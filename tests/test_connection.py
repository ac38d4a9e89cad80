"""Clients that send slowly, read slowly or go away, at a server with little patience."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from samenhang.web.connection import Connection

LARGE = 20_000_000


class Hasty(Connection):
    """One with less patience than that of the service."""

    receiving = 0.3
    sending = 0.3


class App:
    """Answers at ``/`` at once, at ``/large`` a lot, and at ``/never`` not; it tells what became of the last."""

    def __init__(self) -> None:
        self.begun, self.stopped = threading.Event(), threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/never":
            self.begun.set()
            try:
                await asyncio.sleep(60)
            finally:
                self.stopped.set()
        body = b"x" * LARGE if scope["path"] == "/large" else b"here"
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[App, tuple[str, int]]]:
    """The application, and where it is served."""
    app = App()
    running = uvicorn.Server(uvicorn.Config(app, http=Hasty, log_level="error", lifespan="off", ws="none"))
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
    client.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
    threading.Event().wait(0.8)
    assert len(everything(client)) < LARGE


def test_who_reads_on_gets_all(client: socket.socket) -> None:
    client.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert len(everything(client)) > LARGE


def test_a_head_without_end_is_refused(client: socket.socket) -> None:
    client.sendall(b"GET / HTTP/1.1\r\nx: " + b"x" * 70_000)
    assert everything(client).startswith(b"HTTP/1.1 431 ")


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
