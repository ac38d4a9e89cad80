"""A client's connection: one that sends or reads too slowly is dropped, and when it goes away its work stops."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TOO_LONG: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(HttpToolsProtocol):
    """What uvicorn speaks HTTP with, and patience that ends.

    ``receiving``: seconds that a client may take to send one request, its body too, and a new client to begin with it.
    ``sending``: seconds in which it must take the next part of an answer. ``head``: bytes of a request before its body.
    """

    receiving: ClassVar[float] = 20
    sending: ClassVar[float] = 20
    head: ClassVar[int] = 64 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answer = self.app
        self.app = self._while_connected
        self._answering: set[asyncio.Task[Any]] = set()
        self._gone = False
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
        self._late = self.loop.call_later(self.receiving, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: what was worked on for it stops."""
        self._gone = True
        super().connection_lost(exc)
        self._in_time()
        self._unstuck()
        for task in self._answering:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        """A part of a request, perhaps its last; if not, there is so long for the rest."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._head is not None:
            self._head += len(data)
            if self._head > self.head:
                self.transport.write(TOO_LONG)
                self.transport.close()
                return
        idle = self.cycle is None or self.cycle.response_complete
        if self._late is None and (self._partial or idle):
            self._late = self.loop.call_later(self.receiving, self.transport.abort)

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
        self._stuck = self.loop.call_later(self.sending, self.transport.abort)

    def resume_writing(self) -> None:
        """It has read."""
        super().resume_writing()
        self._unstuck()

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _unstuck(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
