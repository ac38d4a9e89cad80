"""``python -m samenhang.assessment.chamber FD``: what looks at strangers' descriptions, each in a process of its own.

On the socket FD comes first what to get ready, as JSON: ``release`` (the folder of the one that is served) and
``content`` (that with queries and shapes). Then comes one socket per description, and on that an order as JSON of any
length: ``kind`` (``check`` or ``assess``, or ``template`` for an empty workbook), ``folder`` and ``name`` (of the file
with the description), ``forms``, ``lang``, ``budget``. For each it forks a process that shares its memory, answers on
that socket with a text for each form or a problem, and is thrown away. Before that one looks at the description it
gives up all that it does not need: it cannot open connections, start processes, or use more than its budget of memory
and processor time. It is ended when its socket is closed at the other end.
"""

from __future__ import annotations

import base64
import functools
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from samenhang import sources
from samenhang.assessment.assessor import Assessor
from samenhang.assessment.forms import FORMATS
from samenhang.engine import confinement, frames, program, worker
from samenhang.engine.budget import Budget
from samenhang.errors import SamenhangError
from samenhang.exchange import readers, template, workbook
from samenhang.exchange.columns import Layout
from samenhang.release import Shelf
from samenhang.reports import FORMATS as REPORTS
from samenhang.reports import Checked
from samenhang.settings import Lang
from samenhang.validation import Severity, engines

KINDS: Final[Mapping[str, tuple[str, ...]]] = {"check": tuple(REPORTS), "assess": tuple(FORMATS)}
"""What can be done with a description, and the forms of what comes of it; ``page`` is what a page is made of."""
TEMPLATE: Final = "template"
"""What is asked for instead of an examination: an empty workbook to describe building blocks in."""
_FILES: Final = 64
"""Files that are open at once, at most."""
_NICER: Final = 10


def examined(kind: str, file: Path, assessor: Assessor, content: Path, lang: Lang) -> Callable[[str], str]:
    """What comes of the description in *file* beside the map of *assessor*, by the name of a form.

    Raises SyntaxProblem, Unreadable.
    """
    proposal = sources.proposals([file], readers(assessor.store, content))
    offered = sources.quads(proposal)
    if kind == "check":
        inspection = assessor.check(proposal, offered)
        writers: Mapping[str, Callable[[Checked], str]] = REPORTS
    else:
        found = assessor.assess(proposal, offered)
        inspection = found.inspection
        writers = {name: functools.partial(write, found) for name, write in FORMATS.items()}
    checked = Checked(inspection, [file], content, lang, Severity.VIOLATION)

    def written(form: str) -> str:
        if form == "page":
            page = {"report": json.loads(REPORTS["sarif"](checked)), "document": json.loads(writers["json"](checked))}
            return json.dumps(page)
        return writers[form](checked)

    return written


class Template:
    """The release and the queries, rules and shapes that descriptions are held against, read once."""

    def __init__(self, control: socket.socket) -> None:
        ready = json.loads(control.recv(program.LONGEST))
        folder, self._content = Path(ready["release"]), Path(ready["content"])
        self._control = control
        self._assessor = Assessor(Shelf(folder.parents[1]).get(folder.name).engine.store, self._content)
        workbook.warm()
        # What is here now stays; collecting garbage in a chamber must not write to pages that it shares.
        gc.collect()
        gc.freeze()

    def run(self) -> None:
        """Look at one description after the other, until the service is gone."""
        while True:
            said, files, _, _ = socket.recv_fds(self._control, program.LONGEST, 1)
            if not said:
                return
            with socket.socket(fileno=files[0]) as sock:
                self._open(sock)

    def _open(self, sock: socket.socket) -> None:
        """Fork a chamber for the order that comes on *sock*; end it when nobody listens there any more."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._enter(sock, parent)
        handle = os.pidfd_open(pid)
        events = select.poll()
        events.register(handle, select.POLLIN)
        events.register(sock, 0)  # only its end is told
        if handle not in dict(events.poll()):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(handle)

    def _enter(self, sock: socket.socket, parent: int) -> NoReturn:
        """Be a chamber."""
        status = 1
        try:
            self._control.close()
            with open(os.devnull, "wb") as null:
                os.dup2(null.fileno(), sys.stderr.fileno())  # engines tell of each end of their own, at length
            with sock.makefile("rb") as told:
                order = json.load(told)
            os.chdir(order["folder"])
            engines.start()
            budget = Budget(**order["budget"])
            confinement.confine(budget, parent, _FILES)
            confinement.allow(budget.seconds)
            sock.sendall(json.dumps(self._answer(order, budget)).encode())
            status = 0
        finally:
            os._exit(status)

    def _answer(self, order: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
        try:
            if order["kind"] == TEMPLATE:
                layout = Layout(self._assessor.store, self._content)
                made = template.empty(layout, self._content, order["lang"])
                return {"written": {TEMPLATE: base64.b64encode(made).decode()}}
            written = examined(order["kind"], Path(order["name"]), self._assessor, self._content, order["lang"])
            return {"written": {form: written(form) for form in order["forms"]}}
        except SamenhangError as problem:
            return {"problem": json.loads(frames.dump(problem))}
        except MemoryError:
            return {"problem": json.loads(frames.dump(worker.too_large(budget.memory)))}


def main(control: socket.socket) -> None:
    """Hold the release ready for the service at the other end of *control*. Raises what is wrong with the release."""
    os.nice(_NICER)
    template = Template(control)
    control.send(b'{"ready": true}')
    template.run()


if __name__ == "__main__":
    program.be(main)
