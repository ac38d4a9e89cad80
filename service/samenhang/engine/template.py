"""``python -m samenhang.engine.template FD``: the process that holds the data, and forks workers that share its memory.

On the socket FD come: first what to load, then one message per worker that is wanted. It tells each new worker with its
two descriptors (the socket to it, and what it is killed by), and how a worker ended. Its workers end with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from samenhang.engine import confinement, disk, frames, program, sheet, worker
from samenhang.engine.budget import Budget
from samenhang.engine.embedded import EmbeddedEngine
from samenhang.engine.holding import Holding
from samenhang.engine.lodging import Elsewhere, Lodging
from samenhang.engine.worker import Engine

_CONNECTION = 48
"""How many files a worker may open that asks a server: its connection, and what finding an address reads."""


def order(holding: Holding, budget: Budget) -> bytes:
    """The first message: what to load, and what a worker may take."""
    store = str(holding.store) if holding.store else None
    files = [str(path) for path in holding.files]
    elsewhere = None
    if holding.elsewhere is not None:
        elsewhere = [vars(holding.elsewhere.endpoint), vars(holding.elsewhere.lodging)]
    return json.dumps([files, holding.scoped, store, holding.digests, elsewhere, vars(budget)]).encode()


class Template:
    """The loaded data, and the workers that were forked from it."""

    def __init__(self, control: socket.socket) -> None:
        files, scoped, store, digests, elsewhere, budget = json.loads(control.recv(program.LONGEST))
        holding = Holding(tuple(map(Path, files)), scoped, Path(store) if store else None, tuple(digests))
        self._control = control
        self._budget = Budget(**budget)
        self._scoped = scoped
        self.remote = elsewhere is not None
        """Whether a server holds the data; then workers may open connections."""
        self._folder = None if self.remote else disk.place(holding)
        """Where the data are on disk, if so; then each worker opens them."""
        self._engine: Engine
        if self.remote:
            # What asks servers takes a while to import, and a service without one does without.
            from samenhang.engine.endpoint import Endpoint
            from samenhang.engine.remote import RemoteEngine

            where = Elsewhere(Endpoint(**elsewhere[0]), Lodging(**elsewhere[1]))
            self._engine = RemoteEngine.open(where, self._budget.seconds)
            if self._engine.proven is not None:
                self._engine.here = EmbeddedEngine.load(holding)
        elif self._folder is None:
            self._engine = EmbeddedEngine.load(holding)
        else:
            disk.make(holding, self._folder)
        self._workers: dict[int, int] = {}
        """The process number by the descriptor that tells of its end."""
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        sheet.warm()
        # What is here now stays; collecting garbage in a worker must not write to pages that all share.
        gc.collect()
        gc.freeze()

    def tell(self, files: list[int], **said: Any) -> None:
        """A message to the service, with descriptors."""
        socket.send_fds(self._control, [json.dumps(said).encode()], files)

    def run(self) -> None:
        """Fork when asked, and tell of those that ended; until the service is gone."""
        while True:
            for file, _ in self._poll.poll():
                if file != self._control.fileno():
                    self._bury(file)
                elif not self._control.recv(program.LONGEST):
                    return
                else:
                    try:
                        self._fork()
                    except OSError as problem:  # no memory or no descriptors, for the moment
                        self.tell([], unborn=str(problem))

    def _bury(self, file: int) -> None:
        self._poll.unregister(file)
        pid = self._workers.pop(file)
        os.close(file)
        _, status = os.waitpid(pid, 0)
        self.tell([], ended=pid, signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)

    def _fork(self) -> None:
        parent = os.getpid()
        with contextlib.ExitStack() as stack:
            theirs, ours = (stack.enter_context(end) for end in socket.socketpair())
            for end in (theirs, ours):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * frames.INLINE)
            null = stack.enter_context(open(os.devnull, "wb")).fileno()
            pid = os.fork()
            if pid == 0:
                self._work(ours, theirs, null, parent)
            handle = os.pidfd_open(pid)
            self._workers[handle] = pid
            self._poll.register(handle, select.POLLIN)
            self.tell([theirs.fileno(), handle], worker=pid)

    def _work(self, ours: socket.socket, theirs: socket.socket, null: int, parent: int) -> NoReturn:
        """Be a worker."""
        status = 1
        try:
            self._control.close()
            theirs.close()
            os.dup2(null, sys.stderr.fileno())  # the engine tells of each end of its own, at length
            for file in self._workers:
                os.close(file)
            if self._folder is not None:
                self._engine = EmbeddedEngine(ox.Store.read_only(str(self._folder)), scoped=self._scoped)
            files = disk.FILES if self._folder is not None else _CONNECTION if self.remote else 0
            confinement.confine(self._budget, parent, files, connections=self.remote)
            worker.serve(ours, self._engine, self._budget)
            status = 0
        finally:
            os._exit(status)


def main(control: socket.socket) -> None:
    """Be the template of the service at the other end of *control*. Raises what is wrong with the data."""
    template = Template(control)
    template.tell([], ready=True, disconnected=template.remote or confinement.tried())
    template.run()


if __name__ == "__main__":
    program.be(main)
