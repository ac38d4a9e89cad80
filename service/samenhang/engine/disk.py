"""A store on disk, for data that are too many to hold in memory: made once, opened read-only by each worker."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import settings
from samenhang.engine import frames
from samenhang.engine.holding import Holding
from samenhang.errors import SamenhangError, Unreadable
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
    if folder.is_dir():
        return
    come, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(come)
        try:
            _build(holding, folder)
        except SamenhangError as problem:
            os.write(go, frames.dump(problem))
        finally:
            os._exit(0)
    os.close(go)
    with open(come, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if told:
        raise frames.load(json.loads(told))
    if not folder.is_dir():
        raise Unreadable(f"In '{folder}' kon geen store gemaakt worden.", f"No store could be made in '{folder}'.")


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
