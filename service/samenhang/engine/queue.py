"""Who is next: of those who wait, the client that took least of the workers' time, so that nobody delays the others.

Taking turns would not do: a turn of one who asks for ten seconds at a time is worth hundreds of another's.
"""

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
        self._taken: dict[str, float] = {}
        """Seconds of work that each client had, counted from the same moment for all."""
        self._least = 0.0
        """What whoever comes now has had, so that nobody saves up by staying away."""

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
        if client not in self._lines:
            self._taken[client] = max(self._least, self._taken.get(client, 0))
            self._lines[client] = deque()
        self._lines[client].append(waiting)
        self._size += 1

    def take(self) -> Waiting | None:
        """The next one: the oldest of the client that had least; between equals they take turns."""
        if not self._lines:
            self._taken.clear()
            self._least = 0
            return None
        client = min(self._lines, key=self._taken.__getitem__)
        self._least = self._taken[client]
        line = self._lines.pop(client)
        waiting = line.popleft()
        if line:
            self._lines[client] = line
        self._size -= 1
        return waiting

    def charge(self, client: str, seconds: float) -> None:
        """Note that *client* had so many *seconds* of work done."""
        self._taken[client] = max(self._least, self._taken.get(client, 0)) + seconds
        if len(self._taken) > 2 * self._crowd:
            self._taken = {name: taken for name, taken in self._taken.items() if name in self._lines}

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
