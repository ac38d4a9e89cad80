"""Errands: work for processes of their own, which inherit all that is here, and give back their memory when they end.

What an errand comes back with is pickled, so both ends are one Python. None outlives who sent it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Generic, NoReturn, TypeVar, cast

from samenhang.engine import confinement, frames
from samenhang.errors import SamenhangError

Brought = TypeVar("Brought")
Say = Callable[..., None]
"""Called on an errand with what is to be told before its end."""
_SAID, _PROBLEM, _DEFECT, _BROUGHT = range(4)


@dataclass(frozen=True)
class Errand(Generic[Brought]):
    """Some *work*, and what it is for (Dutch, English). What it gives back can be pickled."""

    nl: str
    en: str
    work: Callable[[Say], Brought]


def sent(errands: Sequence[Errand[Brought]], most: int = 1, hear: Say = lambda *_: None) -> list[Brought]:
    """What each of *errands* brings back, in their order; at most *most* of them at a time.

    *hear* gets what they say on the way. No thread may be running here: none would come along. Raises the problem that
    one of them has, or that the system ended it, and ends the others then.
    """
    brought: dict[int, Brought] = {}
    under_way: dict[Connection, tuple[int, int]] = {}
    waiting = list(range(len(errands)))
    try:
        while waiting or under_way:
            while waiting and len(under_way) < most:
                number = waiting.pop(0)
                come, pid = _start(errands[number])
                under_way[come] = number, pid
            for ready in wait(list(under_way)):
                come = cast(Connection, ready)
                number, pid = under_way[come]
                try:
                    kind, said = come.recv()
                except EOFError:
                    under_way.pop(come)
                    come.close()
                    _, status = os.waitpid(pid, 0)
                    if number not in brought:
                        raise _ended(errands[number], status) from None
                    continue
                if kind == _SAID:
                    hear(*said)
                elif kind == _BROUGHT:
                    brought[number] = said
                elif kind == _PROBLEM:
                    raise frames.load(said)
                else:
                    raise RuntimeError(said)
    finally:
        for come, (_, pid) in under_way.items():
            come.close()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return [brought[number] for number in range(len(errands))]


def _start(errand: Errand[Any]) -> tuple[Connection, int]:
    parent = os.getpid()
    try:
        come, go = Pipe(duplex=False)
        try:
            pid = os.fork()
        except OSError:
            come.close()
            go.close()
            raise
    except OSError as problem:  # no memory, no descriptors
        raise SamenhangError(
            f"Er kan geen proces beginnen voor {errand.nl}: {problem.strerror}.",
            f"No process can be started for {errand.en}: {problem.strerror}.",
        ) from None
    if pid == 0:
        come.close()
        _go(errand, go, parent)
    go.close()
    return come, pid


def _go(errand: Errand[Any], go: Connection, parent: int) -> NoReturn:
    """Do the work of *errand* and end; what is typed at the terminal is for who sent it."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        confinement.follow(parent)
        try:
            message = _BROUGHT, errand.work(lambda *said: go.send((_SAID, said)))
        except SamenhangError as problem:
            message = _PROBLEM, frames.told(problem)
        except MemoryError:
            message = _PROBLEM, frames.told(_short(errand, "MemoryError"))
        except Exception:
            message = _DEFECT, traceback.format_exc()
        with contextlib.suppress(BrokenPipeError):
            go.send(message)
        status = 0
    finally:
        os._exit(status)  # giving all memory back piece by piece would take long


def _ended(errand: Errand[Any], status: int) -> SamenhangError:
    code = os.waitstatus_to_exitcode(status)
    return _short(errand, signal.Signals(-code).name if code < 0 else f"status {code}")


def _short(errand: Errand[Any], how: str) -> SamenhangError:
    return SamenhangError(
        f"Het proces voor {errand.nl} is afgebroken ({how}). Meestal is er dan te weinig geheugen.",
        f"The process for {errand.en} was ended ({how}). Most often there is too little memory then.",
    )
