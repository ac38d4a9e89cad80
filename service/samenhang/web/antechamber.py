"""What stands ready for descriptions of strangers: a process that has read the release, and forks a chamber for each.

It is started when somebody opens a page for descriptions or sends one, so that a service that nobody asks for any of
this does without.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
from collections.abc import Mapping
from typing import Any, Final

from samenhang import settings
from samenhang.assessment import chamber
from samenhang.engine import frames, program
from samenhang.engine.crew import gone
from samenhang.errors import SamenhangError
from samenhang.release import Release

_POLL: Final = 0.1
"""Seconds."""
_PIECE: Final = 1 << 16


class Antechamber:
    """The process over *release*; another release gets one of its own."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self.templates: dict[str, bytes] = {}
        """Empty workbooks for this release, by language, once somebody asked."""
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = self._busy = self._closed = False

    @property
    def started(self) -> bool:
        """Whether somebody wanted it."""
        return self._process is not None

    def prepare(self) -> None:
        """Start it, unless it runs; it reads the release while we go on. When that cannot be, who asks is told."""
        if self._closed or (self._process is not None and self._process.poll() is None):
            return
        self._end()
        places = {"release": self._release.folder.resolve(), "content": settings.content().resolve()}
        with contextlib.suppress(OSError):  # no memory or no descriptors, for the moment
            self._process, self._control = program.start(chamber.__name__)
            self._control.setblocking(False)
            self._control.send(json.dumps({name: str(place) for name, place in places.items()}).encode())

    async def tell(self, order: Mapping[str, Any], most: int) -> dict[str, Any]:
        """What a chamber says of *order*, at most *most* bytes; one at a time. When the task is cancelled, it is ended.

        Raises what is wrong with the release, Busy when the process is not there, SamenhangError (413) when the chamber
        ended.
        """
        self._busy = True
        try:
            self.prepare()
            await self._wait()
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    socket.send_fds(self._control, [b"open"], [theirs.fileno()])
                ours.setblocking(False)
                said = await _answer(ours, json.dumps(order).encode(), most)
        except OSError:
            raise gone() from None
        finally:
            self._busy = False
        try:
            told: dict[str, Any] = json.loads(said)
        except ValueError:  # nothing, or not all of it
            raise _broken() from None
        return told

    async def retire(self) -> None:
        """End it once it has told what it was asked."""
        try:
            while self._busy:
                await asyncio.sleep(_POLL)
        finally:
            self.close()

    def close(self) -> None:
        """End it, and what it is at."""
        self._closed = True
        self._end()

    async def _wait(self) -> None:
        """Until it has read the release. Raises what is wrong with that, Busy when it ended."""
        if self._process is None:
            raise gone()
        if self._ready:
            return
        said = await asyncio.get_running_loop().sock_recv(self._control, program.LONGEST)
        told = json.loads(said) if said else {}
        self._ready = "ready" in told
        if not self._ready:
            self._end()
            raise frames.load(told["problem"]) if told else gone()

    def _end(self) -> None:
        if self._process is not None:
            self._control.close()
            self._process.kill()
            self._process.wait()
        self._process, self._ready = None, False


async def _answer(sock: socket.socket, order: bytes, most: int) -> bytes:
    """What comes back on *sock* for *order*, until the other end closes it."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, order)
    sock.shutdown(socket.SHUT_WR)
    got = bytearray()
    while piece := await loop.sock_recv(sock, _PIECE):
        got += piece
        if len(got) > most:
            raise _broken()
    return bytes(got)


def _broken() -> SamenhangError:
    return SamenhangError(
        "Het nakijken bezwijkt onder deze beschrijving: te groot of te diep genest. Stuur ze in delen.",
        "The examination breaks down under this description: too large or nested too deep. Send it in parts.",
        status=413,
    )
