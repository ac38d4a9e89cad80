"""How long something takes, and how it is told."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def timed(work: Callable[[], _T], times: int = 3) -> tuple[float, _T]:
    """Seconds of processor time, the median of *times*, and what *work* gave.

    Not of the clock, which also counts what else runs on the machine. Processes that were started and have ended count.
    """
    taken = []
    for _ in range(times):
        start = _processor()
        given = work()
        taken.append(_processor() - start)
    return statistics.median(taken), given


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def heading(*names: str) -> None:
    """Print the head of a table."""
    print("\n| " + " | ".join(names) + " |\n|" + "---|" * len(names))
