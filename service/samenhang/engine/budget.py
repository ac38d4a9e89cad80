"""What one inquiry may take, and how many may wait: the limits that keep a query from hurting the service."""

from __future__ import annotations

import os
from dataclasses import dataclass

from samenhang import settings


@dataclass(frozen=True)
class Budget:
    """The limits of a pool.

    ``seconds``: wall clock over parsing, evaluating and writing. ``memory``: bytes that a worker may have beside the
    release, which it shares. ``answer``: bytes of one answer. ``dirt``: bytes of the release that query workers may
    have unshared, all together, before they are replaced by fresh ones: reading it counts references in it, which
    writes. ``rest``: seconds without a question after which a worker that unshared much is replaced anyway.
    ``waiting`` and ``crowd``: inquiries that may wait, of one client and of all. ``patience``: seconds that one waits
    at most. ``cached``: bytes of answers that are kept, and as many of documents. ``workers``: how many queries run at
    once.
    """

    seconds: float = 10
    memory: int = 512 << 20
    answer: int = 256 << 20
    dirt: int = 1 << 30
    rest: float = 2
    waiting: int = 32
    crowd: int = 256
    patience: float = 30
    cached: int = 64 << 20
    workers: int = max(1, len(os.sched_getaffinity(0)) - 1)

    @classmethod
    def set(cls) -> Budget:
        """The limits with what the settings say of them. Raises WrongValue."""
        return cls(
            seconds=settings.number("SAMENHANG_SECONDS"), memory=settings.number("SAMENHANG_MEMORY") * 1024 * 1024
        )
