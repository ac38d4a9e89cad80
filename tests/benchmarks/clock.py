"""How long something takes, and how it is told."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def timed(work: Callable[[], _T], times: int = 3) -> tuple[float, _T]:
    """Seconds of processor time of this process, the median of *times*, and what *work* gave.

    Not of the clock, which also counts what else runs on the machine.
    """
    taken = []
    for _ in range(times):
        start = time.process_time()
        given = work()
        taken.append(time.process_time() - start)
    return statistics.median(taken), given


def heading(*names: str) -> None:
    """Print the head of a table."""
    print("\n| " + " | ".join(names) + " |\n|" + "---|" * len(names))
