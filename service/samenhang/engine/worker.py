"""The inside of a worker: a forked copy of the template, which answers one inquiry after the other until it is ended.

It is single-threaded and confined. Whatever an inquiry does to it, the service loses nothing but this process.
"""

from __future__ import annotations

import functools
import os
import socket
import time
from collections.abc import Iterable
from typing import Final, Protocol

import pyoxigraph as ox

from samenhang.engine import confinement, crosstab, frames, sheet
from samenhang.engine.budget import Budget
from samenhang.engine.embedded import Answer, Row
from samenhang.engine.frames import State
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import SamenhangError, TooMuch

_NICER: Final = 10
_LONG: Final = 0.002
"""Seconds; what takes less cannot have written to much memory."""
_OFTEN: Final = 500
"""Inquiries after which the memory is looked at anyway."""
_MUCH: Final = 16 << 20
"""Bytes; who wrote to more is better replaced when nobody asks anything."""


class Engine(Protocol):
    """What a worker asks, wherever the data are."""

    def answer(self, inquiry: Inquiry) -> Answer:
        """The answer to *inquiry*, of which a guard has seen the text. Raises a SamenhangError about it."""

    def name(self, iri: str, lang: str, scope: str = ...) -> str | None:
        """The name of *iri* in *lang*, else in any other language, in *scope*."""

    def learn(self, iris: Iterable[str], scope: str = ...) -> None:
        """Have the names of *iris* at hand, before they are wanted one by one."""


class Sink:
    """Where the engine writes an answer: into memory, and from a certain size on into a nameless file."""

    def __init__(self, most: int) -> None:
        self.parts: list[bytes] = []
        self.file = -1
        self._size = 0
        self._most = most

    def write(self, data: bytes) -> int:
        """Take *data*. Raises TooMuch when the answer gets larger than it may be."""
        self._size += len(data)
        if self._size > self._most:
            raise TooMuch(
                f"Het antwoord is groter dan {self._most >> 20} MB. Vraag minder, of in delen (LIMIT, OFFSET).",
                f"The answer is larger than {self._most >> 20} MB. Ask for less, or in parts (LIMIT, OFFSET).",
                status=413,
            )
        self.parts.append(data)
        if self.file < 0 and self._size > frames.INLINE:
            self.file = os.memfd_create("answer")
        if self.file >= 0:
            rest = memoryview(b"".join(self.parts))
            while rest:
                rest = rest[os.write(self.file, rest) :]
            self.parts.clear()
        return len(data)

    def flush(self) -> None:
        """Nothing: the engine calls it at the end."""

    def close(self) -> None:
        """Let go of the file; whoever got it has it still."""
        if self.file >= 0:
            os.close(self.file)


def too_large(memory: int) -> TooMuch:
    """The error for a query that needs more than *memory* bytes."""
    return TooMuch(
        f"De query heeft meer dan {memory >> 20} MB geheugen nodig. Sorteer, groepeer of combineer minder.",
        f"The query needs more than {memory >> 20} MB of memory. Sort, group or combine less.",
        status=413,
    )


def write(engine: Engine, inquiry: Inquiry, to: Sink) -> None:
    """Write the answer to *inquiry* in its form. Raises what answering and writing raise."""
    answer = engine.answer(inquiry)
    name = functools.partial(engine.name, scope=inquiry.scope)
    if inquiry.cross is not None:
        rows, shown = crosstab.wide(_known(engine, answer, inquiry.scope), inquiry.cross, name)
        (sheet.write if inquiry.form == "xlsx" else sheet.comma)(rows, shown, name, to)  # type: ignore[arg-type]
    elif inquiry.sheet is not None:
        sheet.write(_known(engine, answer, inquiry.scope), inquiry.sheet, name, to)  # type: ignore[arg-type]
    else:
        answer.write(inquiry.form, to, inquiry.most)  # type: ignore[arg-type]


def _known(engine: Engine, answer: Answer, scope: str) -> list[Row]:
    """The rows of *answer*, after the engine has learnt the names that will be asked of it."""
    rows = list(answer.rows())
    engine.learn((term.value for row in rows for term in row.values() if isinstance(term, ox.NamedNode)), scope)
    return rows


def serve(sock: socket.socket, engine: Engine, budget: Budget) -> None:
    """Answer what comes in on *sock* until the other end is closed, or this worker is used up."""
    clean, asked, polite, dirt = confinement.dirt(), 0, False, 0
    while (received := frames.receive(sock)) is not None:
        inquiry, politely = received
        if politely and not polite:
            os.nice(_NICER)
        polite = polite or politely
        begun = time.perf_counter()
        confinement.allow(budget.seconds)
        asked += 1
        sink, problem, last = Sink(budget.answer), None, False
        try:
            write(engine, inquiry, sink)
        except SamenhangError as error:
            problem = error.with_traceback(None)
        except MemoryError:
            problem, last = too_large(budget.memory), True
        except BaseException as error:  # the engine's own panics are no Exception
            problem, last = (
                SamenhangError(
                    f"De engine kan deze query niet aan: {error}.", f"The engine cannot do this query: {error}."
                ),
                True,
            )
        if asked % _OFTEN == 0 or time.perf_counter() - begun > _LONG:
            dirt = confinement.dirt() - clean
            last = last or dirt > budget.dirt // budget.workers
        state = State.LAST if last else State.TIRED if dirt > _MUCH else State.FRESH
        if problem is not None:
            frames.send_problem(sock, problem, state)
        elif sink.file >= 0:
            frames.send_file(sock, sink.file, state)
        else:
            frames.send_bytes(sock, sink.parts, state)
        sink.close()
        if last:
            return
