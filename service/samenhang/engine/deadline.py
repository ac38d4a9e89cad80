"""What has to end in time: one timer for all of it, because nearly all of it does."""

from __future__ import annotations

import itertools
from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable
from typing import Generic, TypeVar

What = TypeVar("What")


class Deadline(Generic[What]):
    """Tells of each thing that takes longer than so many *seconds*, by calling *late* with it."""

    def __init__(self, seconds: float, late: Callable[[What], None]) -> None:
        self._seconds = seconds
        self._late = late
        self._since: dict[What, float] = {}
        """When each began, in that order."""
        self._timer: TimerHandle | None = None

    def begin(self, what: What, loop: AbstractEventLoop) -> None:
        """From now on *what*, which had not begun, has its time."""
        self._since[what] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look, loop)

    def end(self, what: What) -> None:
        """It is over, if it had begun."""
        self._since.pop(what, None)

    def clear(self) -> None:
        """Nothing has to end any more."""
        self._since.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, loop: AbstractEventLoop) -> None:
        latest = loop.time() - self._seconds
        late = list(itertools.takewhile(lambda what: self._since[what] <= latest, self._since))
        for what in late:
            self.end(what)
        oldest = next(iter(self._since.values()), None)
        self._timer = None if oldest is None else loop.call_later(oldest - latest, self._look, loop)
        for what in late:
            self._late(what)
