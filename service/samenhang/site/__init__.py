"""A release as a site without a server: files that any host can give out, written by asking our own application."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final, NamedTuple

from samenhang.progress import Progress, silent
from samenhang.release import Release
from samenhang.site import folder, hosts
from samenhang.site.clerk import Clerk
from samenhang.site.scribe import Done, Scribe

__all__ = ["Made", "export"]

_BATCH: Final = 24
"""Addresses that are given out at a time."""
_HANDS: Final = 4
"""Processes that write, at most: each holds the data."""


class Made(NamedTuple):
    """What came of it: how many files there are, how many of these changed, how many were removed."""

    files: int
    changed: int
    removed: int


def export(release: Release, path: Path, base: str, *, hands: int | None = None, progress: Progress = silent) -> Made:
    """Write the site of *release* into the folder at *path*; people reach it at *base*.

    *hands*: how many processes write; by default as many as there are cores, 0 for this one alone. The same release
    gives the same bytes. Raises WrongValue for a folder that holds something else, Unreadable for one that cannot be
    written.
    """
    hands = min(_HANDS, len(os.sched_getaffinity(0))) if hands is None else hands
    with folder.opened(path) as target, contextlib.ExitStack() as ending:
        progress("Gegevens laden", "Loading the data")
        writers: list[Scribe | Clerk] = []
        for _ in range(hands or 1):
            writers.append(Clerk(release, path, base) if hands else Scribe(release, path, base))
            ending.callback(writers[-1].close)
        changed = _written(target, writers, progress)
        for name, content in hosts.files(target.names, base).items():
            changed += target.put(name, content)
        return Made(len(target.names), changed, target.finish())


def _written(target: folder.Folder, writers: Sequence[Scribe | Clerk], progress: Progress) -> int:
    """Let *writers* write what the application says it has, and all that this leads to. How many files changed."""
    waiting = [*writers[0].seeds]
    known, changed = set(waiting), 0
    busy: dict[Future[list[Done]], Scribe | Clerk] = {}
    free = [*writers]
    with ThreadPoolExecutor(len(writers)) as threads:
        while waiting or busy:
            while waiting and free:
                some = waiting[: min(_BATCH, -(-len(waiting) // len(writers)))]
                del waiting[: len(some)]
                target.begin(each.file for each in some)
                writer = free.pop()
                busy[threads.submit(writer.write, some)] = writer
            for ready in wait(busy, return_when=FIRST_COMPLETED).done:
                free.append(busy.pop(ready))
                for done in ready.result():
                    if done.digest:
                        target.note(done.address.file, done.digest)
                    changed += done.changed
                    fresh = [address for address in done.found if address not in known]
                    known.update(fresh)
                    waiting += fresh
            written = len(known) - len(waiting)
            progress(f"{written} van {len(known)} bestanden", f"{written} of {len(known)} files")
    return changed
