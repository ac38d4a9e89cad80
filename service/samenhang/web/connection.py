"""A client's connection: one that sends or reads too slowly is dropped, and when it goes away its work stops.

What is no HTTP, or too much of it, is refused here, before there is a request that the application could answer.
"""

from __future__ import annotations

import asyncio
import json
import resource
from collections import Counter
from http import HTTPStatus
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from samenhang.web import client

_PROXY: Final = "127.0.0.1"
"""Where a reverse proxy would be, which has the connections of all its clients (uvicorn believes its headers too)."""
_FILES: Final = 128
"""Files that are open beside connections, at most: workers, answers on their way."""
_LINGER: Final = 2.0
"""Seconds in which a client that is refused can read why, while what it still sends is thrown away."""


class Connection(HttpToolsProtocol):
    """What uvicorn speaks HTTP with, and patience that ends.

    ``receiving``: seconds that a client may take to send one request, its body too, and a new client to begin with it.
    ``sending``: seconds in which it must take the next part of an answer. ``head``: bytes of a request before its body.
    ``own``: connections that one client may have, ``crowd``: that all of them may have.
    """

    receiving: ClassVar[float] = 20
    sending: ClassVar[float] = 20
    head: ClassVar[int] = 64 * 1024
    own: ClassVar[int] = 128
    crowd: ClassVar[int] = 4_096
    _present: ClassVar[Counter[str]] = Counter()

    @classmethod
    def count(cls) -> int:
        """How many there are."""
        return cls._present.total()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answer = self.app
        self.app = self._while_connected
        self._answering: set[asyncio.Task[Any]] = set()
        self.url = b""
        self._gone = False
        self._refused = False
        self._from = ""
        self._partial = False
        """Whether a request has begun to come in and is not whole yet; ``_head`` counts it until its body begins."""
        self._head: int | None = None
        self._late: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    async def _while_connected(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request; the task is cancelled when the client goes away, so that nobody works for nobody."""
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            await self._answer(scope, receive, send)
        except asyncio.CancelledError:
            if not self._gone:
                raise
        finally:
            self._answering.discard(task)

    def connection_made(self, transport: Any) -> None:
        """A client is there: from now on it has so long to ask something."""
        super().connection_made(transport)
        self._from = client.name(self.client[0]) if self.client else ""
        self._present[self._from] += 1
        if len(self.connections) > self.crowd:
            transport.abort()
        elif self._present[self._from] > self.own and self._from != _PROXY:
            self._refuse(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Dit adres heeft al {self.own} verbindingen; meer tegelijk kan niet.",
                f"This address has {self.own} connections already; more at once is not possible.",
            )
        else:
            self._late = self.loop.call_later(self.receiving, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: what was worked on for it stops."""
        super().connection_lost(exc)
        self._present[self._from] -= 1
        if not self._present[self._from]:
            del self._present[self._from]
        self._leave()

    def data_received(self, data: bytes) -> None:
        """A part of a request, perhaps its last; if not, there is so long for the rest."""
        if self._refused:
            return
        super().data_received(data)
        if self._refused or self.transport.is_closing():
            return
        if self._head is not None:
            self._head += len(data)
            if self._head > self.head:
                self._too_long()
                return
        idle = self.cycle is None or self.cycle.response_complete
        if self._late is None and (self._partial or idle):
            self._late = self.loop.call_later(self.receiving, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """What came in is no HTTP, or has an address longer than the parser takes."""
        if len(self.url) > self.head // 2:
            self._too_long()
        else:
            self._refuse(
                HTTPStatus.BAD_REQUEST,
                "Wat binnenkwam, is geen verzoek van HTTP/1.1.",
                "What came in is no request of HTTP/1.1.",
            )

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._partial, self._head = True, 0

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Its body is whole too; how long the answer takes is not up to the client."""
        super().on_message_complete()
        self._partial = False
        self._in_time()

    def pause_writing(self) -> None:
        """The client has to read before more can be sent: it has so long for that."""
        super().pause_writing()
        self._read_on()

    def resume_writing(self) -> None:
        """It has read."""
        super().resume_writing()
        self._unstuck()

    def on_response_complete(self) -> None:
        """An answer is given; when it was the last, there is so long to read the end of it."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._read_on()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing more is asked."""
        super().timeout_keep_alive_handler()
        self._read_on()

    def _too_long(self) -> None:
        if len(self.url) > self.head // 2:
            self._refuse(
                HTTPStatus.REQUEST_URI_TOO_LONG,
                "Het adres is te lang. Een lange query kan als inhoud van een POST.",
                "The address is too long. A long query can be the body of a POST.",
            )
        else:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"De kop van het verzoek telt meer dan {self.head} bytes.",
                f"The head of the request has more than {self.head} bytes.",
            )

    def _refuse(self, status: HTTPStatus, nl: str, en: str) -> None:
        """Say why nothing else is said, and leave. Closing at once would take the words back if more comes in.

        Which language is understood is not known yet.
        """
        self._refused = True
        self._leave()
        problem = {"type": "about:blank", "title": status.phrase, "status": status, "detail": f"{nl} {en}"}
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\naccess-control-allow-origin: *\r\nconnection: close\r\n"
        )
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            head += f"retry-after: {self.receiving:.0f}\r\n"
        self.transport.write(head.encode() + b"\r\n" + body)
        self.transport.write_eof()
        self._late = self.loop.call_later(_LINGER, self.transport.abort)

    def _leave(self) -> None:
        """Nobody waits for answers any more."""
        self._gone = True
        if self.cycle is not None:
            self.cycle.disconnected = True
        self._in_time()
        self._unstuck()
        for task in self._answering:
            task.cancel()

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _read_on(self) -> None:
        if self._stuck is None:
            self._stuck = self.loop.call_later(self.sending, self.transport.abort)

    def _unstuck(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None


def make_room() -> None:
    """Let this process have as many connections as the system permits; what does not fit is dropped, not left waiting.

    Once no file can be opened any more, nobody is let in.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        Connection.crowd = max(1, min(Connection.crowd, most - _FILES))
