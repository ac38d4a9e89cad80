"""The template process and its workers, as the service sees them: started, listened to, replaced, ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import weakref
from asyncio import AbstractEventLoop
from collections.abc import Sequence
from typing import Any, Final

from samenhang.engine import frames, program, template, worker
from samenhang.engine.budget import Budget
from samenhang.engine.frames import State
from samenhang.engine.holding import Holding
from samenhang.engine.lane import Lane
from samenhang.engine.link import Link
from samenhang.engine.tally import Tally
from samenhang.errors import Busy, SamenhangError, Unreadable

log = logging.getLogger(__name__)

_SPARE: Final = 1
"""Workers that are ready to take the place of one that ended."""
_AGAIN: Final = 1.0
"""Seconds until what failed is tried again: a template that ended, a fork that was refused."""
_LATEST: Final = 60.0
"""Seconds between two tries, at most; after each failure it takes twice as long."""


def gone() -> Busy:
    """The error while there is no template."""
    return Busy("De engine start opnieuw. Probeer het zo weer.", "The engine is starting again. Try again in a moment.")


def crashed(number: int, budget: Budget) -> SamenhangError:
    """Why a query ended its worker, by the signal *number* (0: none)."""
    if number in (signal.SIGABRT, signal.SIGKILL):  # not to be had; taken by the system, that had none left
        return worker.too_large(budget.memory)
    return SamenhangError(
        "De engine bezwijkt onder deze query: te diep genest of te lang. Schrijf ze korter of in delen.",
        "The engine breaks down under this query: nested too deep or too long. Write it shorter or in parts.",
    )


class Crew:
    """One template over one holding, and its workers in *lanes* once these are given."""

    def __init__(self, holding: Holding, budget: Budget, tally: Tally) -> None:
        self.lanes: Sequence[Lane] = ()
        self.closed = False
        self.trouble: SamenhangError | None = None
        """Why there is no template at the moment."""
        self._holding = holding
        self._budget = budget
        self._tally = tally
        self._loop: AbstractEventLoop | None = None
        self._links: dict[int, Link] = {}
        """Every worker of which we do not know how it ended, by process number."""
        self._spares: list[Link] = []
        self._pause = _AGAIN
        self._spawn()

    def _spawn(self) -> None:
        """Start a template, and order its workers; it loads while we go on."""
        self._process, self._control = program.start(template.__name__)
        self._tally.loaded += 1
        self._finalizer = weakref.finalize(self, _end, self._control, self._process, self._links)
        self._control.send(template.order(self._holding, self._budget))

    def wait(self) -> None:
        """Until the data are loaded. Raises what is wrong with them."""
        self._control.setblocking(True)
        if "ready" not in self._told():
            raise Unreadable("De engine is gestopt.", "The engine has stopped.")

    def man(self, lanes: Sequence[Lane]) -> None:
        """Order workers for *lanes*, and the spare ones."""
        self.lanes = lanes
        for _ in range(sum(lane.size for lane in lanes) + _SPARE):
            self._order()

    def attach(self, loop: AbstractEventLoop) -> None:
        """Listen within *loop* from now on; what was asked in another, that ended, is forgotten."""
        if self._loop is not None:
            for link in [link for link in self._links.values() if link.job is not None]:
                link.kill()
                self.lose(link)
            for lane in self.lanes:
                lane.fail_all(gone())
        self._loop = loop
        self._control.setblocking(False)
        loop.add_reader(self._control, self._listen)
        for link in self._links.values():
            loop.add_reader(link.sock, self._hear, link)

    @property
    def template(self) -> int:
        """The process number of the template."""
        return self._process.pid

    @property
    def loop(self) -> AbstractEventLoop | None:
        """The loop in which it listens."""
        return self._loop

    def lose(self, link: Link) -> None:
        """*link* takes no more jobs; another takes its place."""
        if link.lane is not None and link in link.lane.links:
            link.lane.lose(link)
        elif link in self._spares:
            self._spares.remove(link)
        else:
            return  # it was replaced before
        self._order()
        self._fill()

    def close(self) -> None:
        """End all its processes."""
        if self.closed:
            return
        self.closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._control)
            for link in self._links.values():
                self._loop.remove_reader(link.sock)
                self._loop.remove_writer(link.sock)
        for lane in self.lanes:
            lane.fail_all(gone())
        self._finalizer()

    def _order(self) -> None:
        with contextlib.suppress(OSError):  # a template that ended is noticed elsewhere
            self._control.send(b"fork")

    def _fill(self) -> None:
        assert self._loop is not None
        for lane in self.lanes:
            while self._spares and len(lane.links) < lane.size:
                lane.add(self._spares.pop(), self._loop)

    def _told(self) -> dict[str, Any]:
        """What the template tells next; nothing when it is gone. Raises the problem that it tells."""
        try:
            told, files, _, _ = socket.recv_fds(self._control, program.LONGEST, 2)
        except ConnectionResetError:
            told, files = b"", []
        said: dict[str, Any] = json.loads(told) if told else {}
        if "problem" in said:
            raise frames.load(said["problem"])
        if not said.get("disconnected", True):
            log.warning("this system does not let workers be kept from the network: only the guard refuses SERVICE")
        return said | {"files": files}

    def _listen(self) -> None:
        """The template tells something: a worker was born or has ended, or the template itself ended."""
        assert self._loop is not None
        try:
            said = self._told()
        except BlockingIOError:
            return
        except SamenhangError as problem:
            log.error("the data cannot be loaded again: %s", problem)
            self._restart(problem)
            return
        if "unborn" in said or ("worker" in said and len(said["files"]) < 2):
            log.warning("no worker can be started: %s", said.get("unborn", "too many open files"))
            for file in said["files"]:
                os.close(file)
            self._loop.call_later(_AGAIN, self._order)
        elif "worker" in said:
            link = Link(said["worker"], socket.socket(fileno=said["files"][0]), said["files"][1])
            self._links[link.pid] = link
            self._tally.born += 1
            self._spares.append(link)
            self._loop.add_reader(link.sock, self._hear, link)
            self._fill()
        elif "ended" in said:
            self._bury(said["ended"], said["signal"])
        elif "ready" in said:
            self._pause, self.trouble = _AGAIN, None
        else:
            log.error("the process that holds the data ended; it is started again")
            self._restart(gone())

    def _hear(self, link: Link) -> None:
        """A worker answers, or is gone."""
        assert self._loop is not None
        try:
            answer = link.hear()
        except EOFError:
            self._loop.remove_reader(link.sock)
            self.lose(link)
            return
        if answer is not None and link.job is not None and link.lane is not None:
            outcome, state = answer
            link.lane.finish(link, outcome, state, self._loop)
            if state is State.LAST:
                self.lose(link)

    def _bury(self, pid: int, number: int) -> None:
        """The worker *pid* ended by the signal *number*: what it still said is heard, then its job has failed."""
        assert self._loop is not None
        self._tally.ended[signal.Signals(number).name if number else "none"] += 1
        link = self._links.pop(pid, None)
        if link is None:
            return  # we could not take it when it came
        if link.job is not None:
            self._hear(link)
        self.lose(link)
        if link.job is not None and link.lane is not None:
            link.lane.fail(link, crashed(number, self._budget))
        self._loop.remove_reader(link.sock)
        self._loop.remove_writer(link.sock)
        link.close()

    def _restart(self, because: SamenhangError) -> None:
        """The template ended, and its workers with it: all that was asked fails, and a new one is started."""
        assert self._loop is not None
        self.trouble = because
        self._loop.remove_reader(self._control)
        for link in self._links.values():
            self._loop.remove_reader(link.sock)
            self._loop.remove_writer(link.sock)
            if link.lane is not None:
                link.lane.lose(link)
        self._spares.clear()
        for lane in self.lanes:
            lane.fail_all(gone())
        self._finalizer()
        self._loop.call_later(self._pause, self._revive)
        self._pause = min(2 * self._pause, _LATEST)

    def _revive(self) -> None:
        if not self.closed and self._loop is not None:
            try:
                self._spawn()
            except OSError as problem:  # no memory or no descriptors, for the moment
                log.error("the process that holds the data cannot be started: %s", problem)
                self._loop.call_later(self._pause, self._revive)
                return
            self._control.setblocking(False)
            self._loop.add_reader(self._control, self._listen)
            self.man(self.lanes)


def _end(control: socket.socket, process: subprocess.Popen[bytes], links: dict[int, Link]) -> None:
    """End a template and its workers, and let go of them; also for whoever forgot to."""
    process.kill()
    process.wait()
    control.close()
    for link in links.values():
        link.close()
    links.clear()
