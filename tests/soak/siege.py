"""The service under fire, from start to verdict: quiet, then hostile, then hostile while releases are switched."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from samenhang.engine.budget import Budget
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.web.memory import MOST
from tests.service import children, memory, served, until
from tests.soak.traffic import BROWSER, LATER, PEOPLE, Traffic, reasoned
from tests.soak.wire import fetch
from tests.support import ROOT, cells

SLOWER = 3
"""How much slower than in quiet the slowest hundredth of the documents may be."""
GROWN = 2 * Budget.cached + MOST
"""Bytes that the service may have more afterwards: the answers it may keep, of queries, of documents and by request."""
QUIET, SWITCHING = 0.1, 0.2
"""How long the phases before and after the hostile one last, as parts of it."""
AGAIN = 500
"""Documents and pages that are asked of an undisturbed service afterwards, unless told otherwise."""
PUBLIC = "http://127.0.0.1:8000"
"""What the pages take for their address, wherever they are served: so that two services give the same."""
OFTEN = 5
"""Seconds between two looks at the memory."""


Known = dict[str, list[tuple[str | None, ...]]]
"""The answers to the questions, by name."""

Renew = Callable[[Shelf, Known, Traffic], None]
"""Publishes a release for the service to take."""

Say = Callable[[str], None]
"""Tells what is going on: a phase, or how many requests were answered by now."""


class Report(NamedTuple):
    """What was seen. ``problems``: what must not happen; the rest is for whoever judges (seconds, bytes)."""

    problems: list[str]
    counted: dict[str, int]
    quiet: float
    hostile: float
    before: list[int]
    most: int
    after: list[int]
    switches: int

    def lines(self) -> list[str]:
        """The report as a person reads it."""
        before, after = ("+".join(str(part >> 20) for part in parts) for parts in (self.before, self.after))
        return [
            *(f"  {kind:14} {number:6}" for kind, number in sorted(self.counted.items())),
            f"  documents, slowest hundredth: {self.quiet * 1000:.0f} ms quiet, {self.hostile * 1000:.0f} ms hostile",
            f"  memory, by process: {before} MB before, {self.most >> 20} MB in all at most, {after} MB after",
            f"  releases switched to: {self.switches}",
            *(f"  PROBLEM {problem}" for problem in self.problems),
        ]


def besiege(seconds: float, folder: Path, say: Say = print, *, builds: bool = True, again: int = AGAIN) -> Report:
    """Serve the real mapping from *folder* and send hostile queries for so many *seconds*; *say* tells how far.

    What is switched to is built meanwhile; without *builds* it is the same release, published again. *again*: how
    many documents and pages are asked of an undisturbed service afterwards.
    """
    shelf = Shelf(folder)
    built = build(ROOT, shelf)
    assert built.release is not None, "the mapping has violations"
    with served(var=folder, SAMENHANG_PUBLIC=PUBLIC) as (process, client):
        traffic = Traffic(client.base_url.port or 0, built.release)
        report = asyncio.run(_phases(seconds, process, traffic, _rebuild if builds else _publish, shelf, say))
        process.terminate()
        complaints = process.communicate()[1]
    if complaints:
        report.problems.append(f"the service complained: {complaints[:2000]}")
    say(f"the same from an undisturbed service, {min(again, len(traffic.seen))} of {len(traffic.seen)}")
    with served(var=folder, SAMENHANG_PUBLIC=PUBLIC) as (_, client):
        traffic.port = client.base_url.port or 0
        asyncio.run(_again(traffic, again))
    return report


async def _phases(
    seconds: float, process: subprocess.Popen[str], traffic: Traffic, renew: Renew, shelf: Shelf, say: Say
) -> Report:
    crew = await asyncio.to_thread(until, lambda: len(found := children(process.pid)) > 3 and found)
    await traffic.run(2, hostile=False)  # what the first requests of all wait for is not what this is about
    traffic.waits.clear()
    say(f"quiet, {seconds * QUIET:.0f} s")
    await traffic.run(seconds * QUIET, hostile=False)
    quiet, before = slowest(traffic.waits), parts(process.pid)
    traffic.waits.clear()
    say(f"hostile, {seconds:.0f} s")
    watching = asyncio.create_task(_most(process.pid, traffic, say))
    await traffic.run(seconds, hostile=True)
    hostile = slowest(traffic.waits)
    say(f"hostile, and releases switched to, {seconds * SWITCHING:.0f} s")
    storm = asyncio.create_task(traffic.run(seconds * SWITCHING, hostile=True))
    known: Known = {}
    switches = 0
    end = asyncio.get_running_loop().time() + seconds * SWITCHING
    while asyncio.get_running_loop().time() < end or not switches:
        await asyncio.to_thread(renew, shelf, known, traffic)
        await _switch(process, traffic)
        switches += 1
    await storm
    await asyncio.to_thread(until, lambda: len(children(process.pid)) == len(crew))
    await traffic.run(3, hostile=False)
    watching.cancel()
    after, most = parts(process.pid), max(await watching)
    if sum(after) > sum(before) + GROWN:
        traffic.problems.append(f"memory grew from {sum(before) >> 20} to {sum(after) >> 20} MB")
    return Report(traffic.problems, traffic.counted, quiet, hostile, before, most, after, switches)


def _rebuild(shelf: Shelf, known: Known, traffic: Traffic) -> None:
    """Build the release anew: it is the same, and so are its answers."""
    built = build(ROOT, shelf)
    assert built.release is not None
    release: Release = shelf.current()
    for name in release.questions:
        rows = cells(release.ask(name))
        if known.setdefault(name, rows) != rows:
            traffic.problems.append(f"the answer to '{name}' changed")


def _publish(shelf: Shelf, _known: Known, _traffic: Traffic) -> None:
    shelf.publish(shelf.current())


async def _switch(process: subprocess.Popen[str], traffic: Traffic) -> None:
    """Let the service take the release that was published, and wait until it has."""

    async def loaded() -> int:
        answer = await fetch(traffic.port, "/health", source=PEOPLE)
        while answer.status in LATER and reasoned(answer):  # the traffic has as many connections as one may have
            await asyncio.sleep(1)
            answer = await fetch(traffic.port, "/health", source=PEOPLE)
        if answer.status != 200:
            raise RuntimeError(f"/health: {answer.status} {answer.body[:300]!r}")
        return int(json.loads(answer.body)["loaded"])

    before = await loaded()
    process.send_signal(signal.SIGHUP)
    while await loaded() == before:
        await asyncio.sleep(0.2)


async def _most(pid: int, traffic: Traffic, say: Say) -> list[int]:
    """The memory of the service, looked at until cancelled."""
    looks = []
    try:
        while True:
            looks.append(sum(await asyncio.to_thread(parts, pid)))
            say(f"{sum(traffic.counted.values())} answers, {looks[-1] >> 20} MB, {len(traffic.problems)} problems")
            await asyncio.sleep(OFTEN)
    except asyncio.CancelledError:
        return looks


async def _again(traffic: Traffic, most: int) -> None:
    for path in islice(traffic.seen, most):
        traffic.same(path, await fetch(traffic.port, path, source=PEOPLE, accept=BROWSER))


def parts(pid: int) -> list[int]:
    """Bytes of memory of the process *pid* and of each that it started: the one that holds the data, the workers."""
    return [memory(pid), *map(memory, children(pid))]


def slowest(waits: list[float]) -> float:
    """What one in a hundred of *waits* is longer than."""
    return sorted(waits)[int(len(waits) * 0.99)]
