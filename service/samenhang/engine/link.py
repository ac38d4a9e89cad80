"""The service's end of one worker."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from asyncio import AbstractEventLoop, Future, TimerHandle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from samenhang.engine import frames
from samenhang.engine.body import Body
from samenhang.engine.frames import State
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import SamenhangError

if TYPE_CHECKING:
    from samenhang.engine.lane import Lane

_ROOM: Final = 2 * frames.INLINE
"""Bytes that are received at a time: any answer that does not come as a file."""


@dataclass(eq=False)
class Job:
    """An inquiry on its way: of which client, and who waits for it.

    ``key``: what asks the same has the same.
    """

    inquiry: Inquiry
    client: str
    key: object
    waiting: list[Future[Body]] = field(default_factory=list)
    grace: TimerHandle | None = None
    """Until a worker is ended because nobody waits any more."""
    begun: float | None = None
    """When a worker began with it, by ``time.monotonic``."""

    def answer(self, outcome: Body | SamenhangError) -> None:
        """Tell all who wait."""
        for future in self.waiting:
            if future.done():
                continue
            if isinstance(outcome, SamenhangError):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


class Link:
    """A connection to one worker, which has one job at a time."""

    def __init__(self, pid: int, sock: socket.socket, handle: int) -> None:
        self.pid = pid
        self.sock = sock
        self.job: Job | None = None
        self.lane: Lane | None = None
        """Where it works, or worked; none as long as it is spare."""
        self.rest: TimerHandle | None = None
        """Until a tired worker, that nobody asks anything, is replaced."""
        self._handle = handle
        self._room = bytearray(_ROOM)
        self._got = bytearray()
        self._rest = memoryview(b"")
        sock.setblocking(False)

    def ask(self, job: Job, polite: bool, loop: AbstractEventLoop) -> None:
        """Send *job* to the worker: at once, and what does not fit when there is room."""
        self.job = job
        frame = frames.request(job.inquiry, polite)
        # A worker that has just ended does not read it; that it ended is told to whoever listens for its answer.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            sent = self.sock.send(frame)
            if sent < len(frame):
                self._rest = memoryview(frame)[sent:]
                loop.add_writer(self.sock, self._send, loop)

    def _send(self, loop: AbstractEventLoop) -> None:
        try:
            self._rest = self._rest[self.sock.send(self._rest) :]
        except BlockingIOError:
            return
        except OSError:
            self._rest = memoryview(b"")
        if not self._rest:
            loop.remove_writer(self.sock)

    def hear(self) -> tuple[Body | SamenhangError, State] | None:
        """What the worker answered, and what it says of itself; None while that is not whole.

        Raises EOFError when the worker is gone.
        """
        try:
            size, extra, _, _ = self.sock.recvmsg_into([self._room], frames.SPACE)
        except BlockingIOError:
            return None
        except OSError:
            size, extra = 0, []
        if not size:
            raise EOFError
        files = frames.descriptors(extra)
        if not self._got and (whole := frames.read(memoryview(self._room)[:size], files)):
            return whole
        self._got += memoryview(self._room)[:size]
        if whole := frames.read(self._got, files):
            self._got.clear()
        return whole

    def kill(self) -> None:
        """End the worker at once."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the worker, which nobody may then end any more: the number of its handle can soon be another's."""
        if self.rest is not None:
            self.rest.cancel()
        self.sock.close()
        os.close(self._handle)
