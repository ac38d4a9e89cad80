"""What compares releases for the service: one process at a time, apart from it, of which the work ends up on disk."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Final

from fastapi import Request

from samenhang.changes import clerk
from samenhang.engine import frames
from samenhang.errors import Busy, SamenhangError, TooMuch, Unreadable
from samenhang.release import Shelf
from samenhang.web import pages

SECONDS: Final = 120
"""How long one comparison may take."""
CROWD: Final = 8
"""Requests that may wait for one at the same time, at most."""
_AGAIN: Final = 10
"""Seconds after which one who found too many waiting may try again."""


class Bureau:
    """Where one comparison is made at a time; who asks for the same one finds it on disk when it is his turn."""

    @classmethod
    def of(cls, request: Request) -> Bureau:
        """That of the application."""
        state = request.app.state
        if not hasattr(state, "bureau"):
            state.bureau = cls()
        bureau: Bureau = state.bureau
        return bureau

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._waiting = 0

    async def order(self, shelf: Shelf, *releases: str) -> None:
        """Let a clerk compare *releases*, or without any bring the feed of *shelf* up to date.

        Raises what the clerk says, Busy when too many wait, TooMuch when it takes too long.
        """
        if self._waiting >= CROWD:
            raise Busy(
                "Er wordt al te veel vergeleken; probeer het zo dadelijk opnieuw.",
                "Too much is being compared already; try again in a moment.",
                after=_AGAIN,
            )
        self._waiting += 1
        try:
            async with self._one:
                await asyncio.to_thread(_done, [str(shelf.folder), *releases])
        except Unreadable as problem:
            problem.status = 503  # a damaged release or a full disk is not the fault of who asks
            raise
        finally:
            self._waiting -= 1


def lost() -> SamenhangError:
    """The error for what was made a moment ago and is not there."""
    return SamenhangError(
        "Wat vergeleken werd, is niet te lezen; het is genoteerd.",
        "What was compared cannot be read; it was noted.",
        status=503,
    )


def shelf(request: Request) -> Shelf:
    """The shelf of the release that is served."""
    return Shelf(pages.release(request).folder.parents[1])


def _done(arguments: list[str]) -> None:
    try:
        told = subprocess.run(
            [sys.executable, "-m", clerk.__name__, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooMuch(
            f"Dit vergelijken duurt langer dan {SECONDS} seconden; samenhang diff kan het wel.",
            f"This comparison takes longer than {SECONDS} seconds; samenhang diff can do it.",
        ) from None
    if told.returncode == 0:
        return
    try:
        problem = json.loads(told.stdout)
    except ValueError:
        raise SamenhangError(
            "Het vergelijken is afgebroken; het is genoteerd.", "The comparison broke off; it was noted.", status=500
        ) from None
    raise frames.load(problem)
