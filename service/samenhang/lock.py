"""One at a time: whoever writes in a folder keeps the others out, in whatever process they are."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":  # there a release can be read, and not made
    import fcntl  # not later: without file handles nothing can be imported


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[int]:
    """While nobody else is alone in *folder*, of which it gives the descriptor; wait for that first.

    The system lets go when a process ends, however it ends. So what lies about half made was left by somebody who was
    killed; by its age one could not tell, for clocks jump. Raises OSError.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
