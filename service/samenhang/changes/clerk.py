"""``python -m samenhang.changes.clerk VAR [A B]``: bring the feed of a shelf up to date, or compare two releases.

What takes long or much memory is done here, in a process of its own with a limit, so that the service goes on; what it
makes is on disk. A problem is told on standard output as JSON, and then it ends with 1.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from samenhang.changes.feed import Feed
from samenhang.changes.ledger import Ledger
from samenhang.engine import frames
from samenhang.errors import SamenhangError, TooMuch
from samenhang.release import Shelf

MEMORY: Final = 4 << 30
"""Bytes that it may take."""
_NICER: Final = 10


def main(arguments: Sequence[str]) -> int:
    """Do what *arguments* say; the exit status."""
    os.nice(_NICER)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    shelf = Shelf(Path(arguments[0]))
    try:
        try:
            if arguments[1:]:
                Ledger(shelf).make(*arguments[1:])
            else:
                Feed(shelf).keep()
        except MemoryError:
            raise TooMuch(
                "Deze releases zijn te groot om hier te vergelijken; samenhang diff kan het wel.",
                "These releases are too large to compare here; samenhang diff can.",
                status=413,
            ) from None
    except SamenhangError as problem:
        sys.stdout.buffer.write(frames.dump(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
