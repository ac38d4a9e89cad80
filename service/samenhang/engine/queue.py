"""Who is next: those who wait, taken in turn from each client, so that many questions of one delay nobody else."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from samenhang.errors import Busy

Waiting = TypeVar("Waiting")


class FairQueue(Generic[Waiting]):
    """What waits, per client; bounded per client (*own*) and in whole (*crowd*)."""

    def __init__(self, own: int, crowd: int, after: int) -> None:
        self._own = own
        self._crowd = crowd
        self._after = after
        self._lines: dict[str, deque[Waiting]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, client: str, waiting: Waiting) -> None:
        """Let *waiting* stand behind what its *client* asked before.

        Raises Busy: 429 when this client has too many waiting, 503 when there are too many in whole.
        """
        line = self._lines.get(client, ())
        if len(line) >= self._own:
            raise Busy(
                f"Van dit adres wachten al {len(line)} vragen; meer tegelijk kan niet. Wacht op de antwoorden.",
                f"{len(line)} questions from this address are waiting already; more at once is not possible. Wait for "
                "the answers.",
                status=429,
                after=self._after,
            )
        if self._size >= self._crowd:
            raise Busy(
                f"Er wachten al {self._size} vragen. Probeer het over {self._after} seconden opnieuw.",
                f"{self._size} questions are waiting already. Try again in {self._after} seconds.",
                after=self._after,
            )
        self._lines.setdefault(client, deque()).append(waiting)
        self._size += 1

    def take(self) -> Waiting | None:
        """The next one: the oldest of the client whose turn it is; that client then goes to the back."""
        for client, line in self._lines.items():
            waiting = line.popleft()
            del self._lines[client]
            if line:
                self._lines[client] = line
            self._size -= 1
            return waiting
        return None

    def drop(self, client: str, waiting: Waiting) -> bool:
        """Take *waiting* out, whose client went away. Whether it was still here."""
        line = self._lines.get(client)
        if line is None or waiting not in line:
            return False
        line.remove(waiting)
        if not line:
            del self._lines[client]
        self._size -= 1
        return True
