"""The guard in front of the engine: no text, however it is made, takes it longer than its length asks."""

from __future__ import annotations

import contextlib

from samenhang.engine import guard
from samenhang.errors import WrongValue
from tests.benchmarks.clock import goal, heading, timed

SHORT, LONG = 6_000, 96_000
"""Characters."""
PIECES = (
    "PREFIX a: <b:> ",
    "# x\n",
    "SERVICE ",
    "SERVICE <a:b> # x\n",
    "'",
    '"',
    "<",
    "\\",
    "FROM ",
    "\\u0028",
    "BASE <a/> ",
    "#service\n",
    "service:",
    "service #",
    "# SERVICE <a:b> { ",
    "a.",
    "\\'",
    "(",
    "1<2 ",
)
"""What a hostile text repeats: beginnings of what the guard looks for, and of what it has to skip."""


def report() -> None:
    """Print how much longer the guard takes for a text that is sixteen times as long; linear is 16, squared 256."""
    worst = max((_seconds(piece, LONG) / _seconds(piece, SHORT), piece) for piece in PIECES)
    heading("Goal", "aimed", "reached", "met")
    goal(f"the guard, from {SHORT:,} to {LONG:,} characters, the worst of {len(PIECES)} ({worst[1]!r})", worst[0], 32)


def _seconds(piece: str, length: int) -> float:
    text = "SELECT * { " + piece * (length // len(piece))

    def read() -> None:
        for _ in range(10):
            with contextlib.suppress(WrongValue):
                guard.read(text)

    return timed(read, 5)[0]
