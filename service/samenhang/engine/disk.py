"""A store on disk, for data that are too many to hold in memory: made once, opened read-only by each worker."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import settings
from samenhang.engine import errand
from samenhang.engine.errand import Errand
from samenhang.engine.holding import Holding
from samenhang.lock import alone
from samenhang.sources import unreadable

FILES: Final = 4096
"""How many files of a store a worker may have open."""

_DRAFT: Final = ".store-"


def place(holding: Holding) -> Path | None:
    """Where the store of *holding* is to be on disk; None when memory will do. Raises Unreadable."""
    if holding.store is None:
        return None
    try:
        size = sum(path.stat().st_size for path in holding.files)
    except OSError as problem:
        raise unreadable(Path(problem.filename), problem) from None
    return holding.store if large(size) else None


def large(size: int) -> bool:
    """Whether data of *size* bytes are read from disk. Raises WrongValue about the setting."""
    return size > settings.number("SAMENHANG_LARGE") * 1024 * 1024


def make(holding: Holding, folder: Path) -> None:
    """Make the store in *folder*, unless it is there. Raises SyntaxProblem, Unreadable (disk full, no permission).

    That takes minutes, and threads; so a process of its own does it, which leaves no trace here but the result.
    """
    if not folder.is_dir():
        errand.sent([Errand("een store op schijf", "a store on disk", lambda _: _build(holding, folder))])


def _build(holding: Holding, folder: Path) -> None:
    try:
        with alone(folder.parent):
            for left in folder.parent.glob(_DRAFT + "*"):
                shutil.rmtree(left, ignore_errors=True)
            if folder.is_dir():
                return  # another service came first
            draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder.parent))
            try:
                store = ox.Store(draft)
                holding.fill(store)
                store.optimize()
                store.flush()
                del store
                draft.rename(folder)  # one step: what stands under its name is whole
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as problem:
        raise unreadable(folder, problem) from None
