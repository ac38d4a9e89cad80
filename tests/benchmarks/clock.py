"""How long something takes, and what was aimed at beside what was reached."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def timed(work: Callable[[], _T], times: int = 3) -> tuple[float, _T]:
    """Seconds of processor time of this process, the best of *times*, and what *work* gave.

    Not of the clock, which also counts what else runs on the machine.
    """
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        given = work()
        best = min(best, time.process_time() - start)
    return best, given


def goal(what: str, reached: float, aimed: float, *, least: bool = False) -> None:
    """Print one goal as a row: at most *aimed* times, or at *least*, and what was *reached*."""
    met = reached >= aimed if least else reached <= aimed
    print(f"| {what} | {'≥' if least else '≤'} {aimed:g} | {reached:.1f} | {'yes' if met else 'no'} |")


def heading(*names: str) -> None:
    """Print the head of a table."""
    print("\n| " + " | ".join(names) + " |\n|" + "---|" * len(names))
