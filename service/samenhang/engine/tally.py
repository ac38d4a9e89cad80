"""What a pool did, in numbers: how many inquiries, not whose and not which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts since the service began; the pool of a next release counts on.

    ``asked`` and ``remembered``: inquiries by lane, and those of them that were answered from what is kept.
    ``refused``: inquiries without an answer by reason: ``client`` (too many of one client wait), ``crowd`` (of all
    together), ``waited`` (too long for its turn), ``time``, ``large`` (memory, or size of the answer), ``crash`` (the
    worker broke down), ``restart`` (the engine starts again), ``left`` (its client went away), ``wrong`` (it is no
    query, or asks for what is not there). ``born`` and ``ended``: workers, the latter by signal (``none``: it ended by
    itself). ``loaded``: how often a process that holds the data was started.
    """

    asked: Counter[str] = field(default_factory=Counter)
    remembered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    born: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    loaded: int = 0
