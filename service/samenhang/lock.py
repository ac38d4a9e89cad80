"""One at a time: whoever writes in a folder keeps the others out, in whatever process they are."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While nobody else is alone in *folder*; wait for that first.

    The system lets go when a process ends, however it ends. So what lies about half made was left by somebody who was
    killed; by its age one could not tell, for clocks jump. Raises OSError.
    """
    import fcntl  # there is none on Windows, where a release can be read

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
