"""Descriptions of strangers, looked at one after the other, each in a process that is confined and thrown away.

What stands in such a process, and what it cannot do, is up to ``samenhang.assessment.chamber``. Here it gets its turn
and its time; whatever becomes of it, nothing of the description stays.
"""

from __future__ import annotations

import asyncio
import base64
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from fastapi import Request

from samenhang.assessment import chamber
from samenhang.engine import frames
from samenhang.engine.lane import weary
from samenhang.engine.queue import FairQueue
from samenhang.errors import TooMuch
from samenhang.web import client, negotiation
from samenhang.web.antechamber import Antechamber
from samenhang.web.submission import Submission

SECONDS: Final = 60
"""Wall clock of one examination; the first one waits for the map to be read."""
MEMORY: Final = 1024 << 20
"""Bytes that it may take beside what its program takes."""
ANSWER: Final = 16 << 20
"""Bytes of what it writes."""
OWN: Final = 2
"""Descriptions of one client that may wait."""
CROWD: Final = 16
"""Descriptions of all clients that may wait."""
PATIENCE: Final = 60
"""Seconds that one waits for its turn, at most."""


class Room:
    """Where there is place for one examination at a time; who waits is taken in fair turn."""

    @classmethod
    def of(cls, request: Request) -> Room:
        """That of the application."""
        state = request.app.state
        if not hasattr(state, "room"):
            state.room = cls()
        room: Room = state.room
        return room

    def __init__(self) -> None:
        self._queue: FairQueue[asyncio.Future[None]] = FairQueue(OWN, CROWD, 5)
        self._taken = False

    async def enter(self, who: str) -> None:
        """Wait for a turn. Raises Busy: 429 or 503 at once when too many wait, 503 after too long."""
        if not self._taken:
            self._taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.put(who, turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), PATIENCE)
        except TimeoutError:
            if self._queue.drop(who, turn):
                raise weary(PATIENCE) from None
        except asyncio.CancelledError:
            if not self._queue.drop(who, turn):
                self.leave(who, 0)  # its turn had just come
            raise

    def leave(self, who: str, seconds: float) -> None:
        """Let the next one in; *who* had so many *seconds*."""
        self._queue.charge(who, seconds)
        following = self._queue.take()
        if following is None:
            self._taken = False
        else:
            following.set_result(None)


async def examined(request: Request, kind: str, submission: Submission, forms: Sequence[str]) -> dict[str, str]:
    """What comes of *submission* by the name of each of *forms*; *kind* is ``check`` or ``assess``.

    Raises SyntaxProblem (line and column), Unreadable, TooMuch (504, 413), Busy (429, 503).
    """
    with tempfile.TemporaryDirectory(prefix="samenhang-", dir=memory()) as folder:
        (Path(folder) / submission.name).write_bytes(submission.text)
        return await _told(request, {"kind": kind, "folder": folder, "name": submission.name, "forms": list(forms)})


async def template(request: Request) -> bytes:
    """An empty workbook to describe building blocks in, in the language of *request*; made once for each release.

    Raises TooMuch, Busy, as :func:`examined`.
    """
    antechamber: Antechamber = request.app.state.antechamber
    lang = negotiation.language(request)
    if lang not in antechamber.templates:
        with tempfile.TemporaryDirectory(prefix="samenhang-", dir=memory()) as folder:
            made = await _told(request, {"kind": chamber.TEMPLATE, "folder": folder})
        antechamber.templates[lang] = base64.b64decode(made[chamber.TEMPLATE])
    return antechamber.templates[lang]


async def _told(request: Request, what: Mapping[str, object]) -> dict[str, str]:
    """What comes of the order *what*, by the name of a form, when it is its turn. Raises as :func:`examined`."""
    room, who = Room.of(request), client.of(request)
    await room.enter(who)
    begun = time.monotonic()
    try:
        budget = {"seconds": SECONDS, "memory": MEMORY, "answer": ANSWER}
        antechamber: Antechamber = request.app.state.antechamber
        async with asyncio.timeout(SECONDS):
            told = await antechamber.tell({**what, "lang": negotiation.language(request), "budget": budget}, ANSWER)
    except TimeoutError:
        raise TooMuch(
            f"Het nakijken duurt langer dan {SECONDS} seconden en is gestopt. Stuur minder in één keer.",
            f"The examination takes longer than {SECONDS} seconds and was stopped. Send less at once.",
        ) from None
    finally:
        room.leave(who, time.monotonic() - begun)
    if "problem" in told:
        raise frames.load(told["problem"])
    written: dict[str, str] = told["written"]
    return written


def memory() -> str | None:
    """Where files stand in memory and not on disk, so that nothing stays even after a power cut; None: nowhere."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
