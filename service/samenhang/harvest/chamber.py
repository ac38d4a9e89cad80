"""``python -m samenhang.harvest.chamber FD``: what looks at collected descriptions, each in a process of its own.

On the socket FD comes first what to get ready, as JSON: ``content`` (the folder with data, queries and shapes) and
``collection`` (that with the last good descriptions). Then come orders: ``load`` (a name and the file that is its last
good description from now on), or ``read``, a description that was collected. For each of the latter it forks a process
that shares its memory, which first gives up all that it does not need: it cannot open connections, start processes, or
use more than its budget. What that finds it writes into the file ``result`` as JSON; the answer on the socket says
whether it came to an end.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NoReturn

import pyoxigraph as ox

from samenhang import sources
from samenhang.engine import confinement, frames, program, worker
from samenhang.engine.budget import Budget
from samenhang.errors import SamenhangError, SyntaxProblem, unknown
from samenhang.exchange import IMPORTERS, workbook
from samenhang.exchange.columns import Layout
from samenhang.harvest import kind, registry
from samenhang.namespaces import GRAPH, ID, shorten
from samenhang.questions import collect
from samenhang.release.collection import Collection
from samenhang.release.intake import Collected, Place, Taken, intake, refresh
from samenhang.reports.checked import thing
from samenhang.sources import SourceFile
from samenhang.validation import Severity, engines

_FILES: Final = 64
"""Files that are open at once, at most."""
_SECONDS: Final = 120
"""Wall clock and processor time for one description."""
_CAME: Final = ox.NamedNode(f"{GRAPH}assessment/collected")
"""The description as it came, for as long as it is looked at."""
_MOST: Final = 50
"""Flaws that are told."""


def named(name: str, form: str, body: bytes) -> str:
    """What the file with *body*, of the source *name* in the registered format *form*, is called. Raises NotFound."""
    if form in kind.ENDINGS:
        return name + kind.ENDINGS[form]
    if form not in IMPORTERS:
        raise unknown(("formaat", "format"), form, (*kind.ENDINGS, *IMPORTERS))
    return name + kind.ending(IMPORTERS[form].endings, body)


class Template:
    """The map and what descriptions are held against, read once."""

    def __init__(self, control: socket.socket) -> None:
        ready = json.loads(control.recv(program.LONGEST))
        self._control, self._content = control, Path(ready["content"])
        self._store, self._files = ox.Store(), [*sources.find(self._content)]
        sources.load(self._store, self._files)
        self._layout = Layout(self._store, self._content)
        self._collection = Collection(Path(ready["collection"]))
        known = registry.known(self._layout, self._content)
        for name, file in self._collection.good(known).items():
            self._load(name, file.path)
        self._completeness = collect(self._content / "queries" / "harvest")["completeness"]
        workbook.warm()

    def _load(self, name: str, path: Path) -> None:
        file = sources.collected(path, name)
        self._files = [one for one in self._files if one.graph != file.graph]
        self._store.remove_graph(ox.NamedNode(file.graph))
        try:
            sources.load(self._store, [file])
        except SamenhangError:
            return  # it is damaged, and will be written anew
        self._files.append(file)
        state = self._collection.state(name)
        refresh(self._layout, file, name, state.repeated if state else ())

    def run(self) -> None:
        """Do one order after the other, until nobody gives any."""
        while said := self._control.recv(program.LONGEST):
            order = json.loads(said)
            if order["do"] == "load":
                self._load(order["name"], Path(order["path"]))
                done = True
            else:
                done = self._forked(order)
            self._control.send(json.dumps({"done": done}).encode())

    def _forked(self, order: Mapping[str, Any]) -> bool:
        """Whether a process of its own came to an end with the description of *order* in time."""
        gc.collect()
        gc.freeze()
        parent = os.getpid()
        with open(order["result"], "wb") as result:
            pid = os.fork()
            if pid == 0:
                self._enter(order, result.fileno(), parent)
        handle = os.pidfd_open(pid)
        events = select.poll()
        events.register(handle, select.POLLIN)
        if not events.poll(_SECONDS * 1000):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(handle)
        return status == 0

    def _enter(self, order: Mapping[str, Any], result: int, parent: int) -> NoReturn:
        """Be the process that looks at a description."""
        status = 1
        try:
            self._control.close()
            with open(os.devnull, "wb") as null:
                os.dup2(null.fileno(), sys.stderr.fileno())  # engines tell of each end of their own, at length
            os.chdir(order["folder"])
            engines.start()
            budget = Budget.set()
            confinement.confine(budget, parent, _FILES)
            confinement.allow(_SECONDS)
            with open(result, "wb", closefd=False) as file:
                file.write(json.dumps(self._answer(order, budget)).encode())
            status = 0
        finally:
            os._exit(status)

    def _answer(self, order: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
        try:
            return self._read(order)
        except SamenhangError as problem:
            return {"problem": json.loads(frames.dump(problem))}
        except (MemoryError, RecursionError):
            return {"problem": json.loads(frames.dump(worker.too_large(budget.memory)))}

    def _read(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """What there is to say of the description in the file of *order*."""
        name, form, came = order["name"], order["format"], Path(order["file"])
        kind.agree(form, came.read_bytes(), order["media"])
        reader = None if form in kind.ENDINGS else IMPORTERS[form].reader(lambda: self._layout)
        triples = sources.triples(came, reader)
        if not triples:
            raise SyntaxProblem("Er staat geen enkel triple in.", "There is no triple in it.")
        for triple in triples:
            if not (isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal)):
                raise SyntaxProblem(
                    f"Een knoop zonder adres: {triple.subject} {triple.predicate} {triple.object}. Geef elk ding een "
                    "eigen adres.",
                    f"A node without an address: {triple.subject} {triple.predicate} {triple.object}. Give each thing "
                    "an address of its own.",
                )
        file = sources.collected(Path(order["kept"]), name)
        header = f"# {order['address']}, as samenhang harvest collected it. Written anew each time.\n"
        taken = intake(
            self._layout,
            self._files,
            self._content,
            Place(file, name, came.name, header),
            came,
            triples,
            order["speaker"],
            Collected(order["digest"], order["since"]),
        )
        self._store.extend(ox.Quad(one.subject, one.predicate, one.object, _CAME) for one in triples)
        return self._told(order, file, taken)

    def _told(self, order: Mapping[str, Any], file: SourceFile, taken: Taken) -> dict[str, Any]:
        """What there is to say of a description that was taken in."""
        rows = list(
            self._layout.rows(
                self._completeness,
                graph=[file.graph],
                came=[_CAME.value],
                source=[f"{ID}source/{order['name']}"],
                speaker=[order["speaker"]],
            )
        )
        results = [flaw.result for flaw in taken.inspection.flaws if flaw.result.severity is Severity.VIOLATION]
        flaws = dict.fromkeys(tuple(f"{thing(one)}: {one.message(lang)}" for lang in ("nl", "en")) for one in results)
        return {
            "text": taken.text,
            "refused": taken.refused,
            "flaws": [{"nl": nl, "en": en} for nl, en in list(flaws)[:_MOST]],
            **{part: [shorten(one) for one in getattr(taken, part)] for part in ("added", "changed", "withdrawn")},
            "others": {shorten(claim): asdict(owner) for claim, owner in taken.others.items()},
            "wanted": len(rows),
            "missing": _missing([row for row in rows if not _yes(row)]),
            "said": sum(map(_yes, rows)),
            "repeated": taken.repeated,
        }


def _yes(row: ox.QuerySolution) -> bool:
    return bool(row["said"].value == "true")


def _missing(rows: Iterable[ox.QuerySolution]) -> list[dict[str, str]]:
    """What each building block lacks, in words."""
    found: dict[str, list[ox.QuerySolution]] = {}
    for row in rows:
        found.setdefault(shorten(row["block"].value), []).append(row)
    return [
        {lang: f"{block}: {', '.join(sorted(row[lang].value for row in lacking))}" for lang in ("nl", "en")}
        for block, lacking in found.items()
    ]


def main(control: socket.socket) -> None:
    """Hold the map ready for whoever collects, at the other end of *control*. Raises what is wrong with the map."""
    template = Template(control)
    control.send(b'{"ready": true}')
    template.run()


if __name__ == "__main__":
    program.be(main)
