"""Whether a SPARQL server answers the queries of ours as the engine that is built in does.

Servers have mistakes of their own, and no two the same. What is known is what was tried: every query that the service
asks, with its defaults. A server that gets one wrong is asked what it was seen to get right, and nothing else.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from samenhang.engine import Answer, EmbeddedEngine
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.remote import RemoteEngine, mark
from samenhang.errors import Busy, SamenhangError
from samenhang.namespaces import ID, SCOPES
from samenhang.progress import Progress, silent
from samenhang.questions import Query, collect

APART: Final = (
    *("affected", "assess", "checks", "conclude", "derive", "exchange", "history", "mend", "rules", "statistics"),
    "withdraw",
)
"""Folders of queries that are asked while a release is made, described, assessed or compared, and never of a server."""
_EXAMPLES: Final = {"thing": f"{ID}building-block/uitdatabank", "finding": f"{ID}finding/none"}
"""What a query is tried about that is about one thing."""
_PATIENCE: Final = 60.0
"""Seconds that a server has to come back, when a query ended it."""


class Tried(NamedTuple):
    """A query that a server was asked: its name, its mark, and whether it was answered as it should be."""

    name: str
    mark: str
    same: bool


Content = Counter[tuple[str, ...]]


def queries(folder: Path) -> Iterator[Query]:
    """Those of a ``queries/`` folder that the service asks."""
    for part in sorted(folder.iterdir()):
        if part.is_dir() and part.name not in APART:
            yield from collect(part).values()


def tried_all(ours: EmbeddedEngine, theirs: RemoteEngine, folder: Path, progress: Progress = silent) -> list[Tried]:
    """Whether *theirs* answers each query as *ours* does; not at all counts as otherwise.

    Raises Busy when the server does not come back.
    """
    found: list[Tried] = []
    for query in queries(folder):
        progress(f"beproeven: {query.name}", f"trying: {query.name}")
        inquiry = tried(query, SCOPES[0])
        try:
            same = content(theirs.ask(inquiry)) == content(ours.answer(inquiry))
        except Busy:
            same = False
            _wait(theirs)
        except SamenhangError:
            same = False
        found.append(Tried(query.name, mark(inquiry), same))
    return found


def tried(query: Query, scope: str) -> Inquiry:
    """*query* with its defaults, and with a thing where it is about one."""
    names = {parameter.name for parameter in query.parameters}
    return Inquiry(query.bind({name: value for name, value in _EXAMPLES.items() if name in names}), "json", scope)


def content(answer: Answer) -> Content:
    """All that *answer* says, without its order. A graph says each triple once."""
    if answer.is_graph:
        return Counter({(str(triple),): 1 for triple in answer.triples()})
    if not answer.columns:
        return Counter([(str(answer.yes),)])
    return Counter(tuple(str(row.get(name, "")) for name in answer.columns) for row in answer.rows())


def _wait(theirs: RemoteEngine) -> None:
    """Until the server answers again. Raises Busy when that takes too long."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            theirs.ask(Inquiry("ASK {}", "json"))
            return
        except Busy:
            if time.monotonic() > end:
                raise
            time.sleep(1)
