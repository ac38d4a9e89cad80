"""Every query of the project, asked of two engines over one release: what they answer differently."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from samenhang.engine import Answer
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.worker import Engine
from samenhang.errors import SamenhangError
from samenhang.namespaces import ID
from samenhang.questions import Query, collect
from tests.support import ROOT

APART = {
    "affected": "asked of a map and a proposal beside it, which no server holds",
    "assess": "asked of a map and a proposal beside it, which no server holds",
    "checks": "asked of the sources, before there is a release",
    "mend": "asked of a proposal and what is wrong with it, which no server holds",
}
"""Folders of queries that are never asked of a server, and why."""
_ROLES = {"thing": f"{ID}building-block/uitdatabank"}


class Compared(NamedTuple):
    """One query: its folder and name, what the two engines answered differently (empty: nothing), and their seconds."""

    name: str
    difference: str
    seconds: tuple[float, float]


def queries() -> Iterator[tuple[str, Query]]:
    """Those that a server can be asked, each with the name of its folder."""
    for folder in sorted((ROOT / "queries").iterdir()):
        if folder.is_dir() and folder.name not in APART:
            yield from ((folder.name, query) for query in collect(folder).values())


def compare(folder: str, query: Query, ours: Engine, theirs: Engine, scope: str) -> Compared:
    """What *theirs* answers to *query* in *scope*, held against what *ours* does; the order apart."""
    inquiry = Inquiry(text(query), "json", scope)
    begun = time.perf_counter()
    expected = content(ours.answer(inquiry))
    between = time.perf_counter()
    try:
        found = content(theirs.answer(inquiry))
        difference = told(expected, found)
    except SamenhangError as problem:
        difference = str(problem)
    return Compared(f"{folder}/{query.name}", difference, (between - begun, time.perf_counter() - between))


def text(query: Query) -> str:
    """*query* with its defaults, and with a thing where it is about one."""
    wanted = {name: value for name, value in _ROLES.items() if name in {one.name for one in query.parameters}}
    return query.bind(wanted)


def content(answer: Answer) -> Counter[tuple[str, ...]]:
    """All that *answer* says, without its order. A graph says each triple once."""
    if answer.is_graph:
        return Counter({(str(triple),): 1 for triple in answer.triples()})
    if not answer.columns:
        return Counter([(str(answer.yes),)])
    return Counter(tuple(str(row.get(name, "")) for name in answer.columns) for row in answer.rows())


def told(expected: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]) -> str:
    """How *found* differs from what was *expected*; empty when it does not."""
    missing, extra = expected - found, found - expected
    if not missing and not extra:
        return ""
    first = [f"{sign} {' | '.join(next(iter(some)))[:400]}" for sign, some in (("-", missing), ("+", extra)) if some]
    return f"{missing.total()} missing, {extra.total()} more of {expected.total()}: " + "  ".join(first)
