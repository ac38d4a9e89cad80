"""The barest service that keeps the engine in a process of its own: what ours cannot be faster than in this language.

The stack is ours; a query is taken from the address and sent over a socket to one worker; what comes back is passed on.
No limits, no choice of form, nothing is kept, and a query that crashes the engine ends it. The worker holds the file
that ``BARE`` names, and does nothing but ask.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import NoReturn
from urllib.parse import parse_qs

import pyoxigraph as ox
from starlette.types import Receive, Scope, Send

_LENGTH = 4
"""Bytes before an answer, that say how long it is."""


class Application:
    """The service, which starts its worker when it starts."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        if os.fork() == 0:
            self._ours.close()
            _work(theirs)
        theirs.close()
        self._ours.setblocking(False)
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            return
        text = parse_qs(scope["query_string"])[b"query"][0]
        loop = asyncio.get_running_loop()
        async with self._turn:
            await loop.sock_sendall(self._ours, text)
            got = await loop.sock_recv(self._ours, 1 << 17)
            end = _LENGTH + int.from_bytes(got[:_LENGTH], "big")
            while len(got) < end:
                got += await loop.sock_recv(self._ours, 1 << 20)
        headers = [(b"content-type", b"application/sparql-results+json"), (b"content-length", b"%d" % (end - _LENGTH))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": got[_LENGTH:]})


def _work(link: socket.socket) -> NoReturn:
    store = ox.Store()
    store.bulk_load(path=os.environ["BARE"], format=ox.RdfFormat.N_TRIPLES)
    while text := link.recv(1 << 16):
        answer = store.query(text.decode())
        assert isinstance(answer, ox.QuerySolutions)
        written = answer.serialize(format=ox.QueryResultsFormat.JSON)
        assert written is not None  # no output file was given
        link.sendall(len(written).to_bytes(_LENGTH, "big") + written)
    os._exit(0)


def application() -> Application:
    """What uvicorn starts."""
    return Application()
