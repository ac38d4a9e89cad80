"""The guard in front of the engine: no text, however it is made, takes it longer than its length asks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from samenhang.engine import guard
from samenhang.errors import WrongValue
from tests.benchmarks.clock import timed
from tests.benchmarks.scores import Score

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


def report() -> Iterator[Score]:
    """How much longer the guard takes for a text that is sixteen times as long; linear is 16, squared 256."""
    taken = {piece: (_seconds(piece, SHORT), _seconds(piece, LONG)) for piece in PIECES}
    worst = max(taken, key=lambda piece: taken[piece][1] / taken[piece][0])
    short, long = (seconds * 100 for seconds in taken[worst])  # ten texts, in milliseconds
    what = f"the guard, from {SHORT:,} to {LONG:,} characters, the worst of {len(PIECES)} ({worst.strip()!r})"
    yield Score(what, f"{long:.2f} ms", f"{short:.2f} ms", long / short, 32)


def _seconds(piece: str, length: int) -> float:
    text = "SELECT * { " + piece * (length // len(piece))

    def read() -> None:
        for _ in range(10):
            with contextlib.suppress(WrongValue):
                guard.read(text)

    return timed(read, 5)[0]
