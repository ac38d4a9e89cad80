"""Queries of the project, asked of two engines over one release: what they answer differently."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from samenhang.engine.embedded import EmbeddedEngine
from samenhang.engine.remote import RemoteEngine
from samenhang.errors import SamenhangError
from samenhang.questions import Query, collect
from samenhang.release.trial import Content, content, tried
from tests.support import ROOT

APART = {
    "affected": "asked of a map and a proposal beside it, which no server holds",
    "assess": "asked of a map and a proposal beside it, which no server holds",
    "checks": "asked of the sources, before there is a release",
    "exchange": "asked of a description that comes in, beside the sources",
    "history": "asked of what two releases differ in",
    "mend": "asked of a proposal and what is wrong with it, which no server holds",
}
"""Folders of queries that are never asked of a server, and why."""


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


def compare(folder: str, query: Query, ours: EmbeddedEngine, theirs: RemoteEngine, scope: str) -> Compared:
    """What the server of *theirs* answers to *query* in *scope*, held against what *ours* does; the order apart."""
    inquiry = tried(query, scope)
    begun = time.perf_counter()
    expected = content(ours.answer(inquiry))
    between = time.perf_counter()
    try:
        difference = told(expected, content(theirs.ask(inquiry)))
    except SamenhangError as problem:
        difference = str(problem)
    return Compared(f"{folder}/{query.name}", difference, (between - begun, time.perf_counter() - between))


def told(expected: Content, found: Content) -> str:
    """How *found* differs from what was *expected*; empty when it does not."""
    missing, extra = expected - found, found - expected
    if not missing and not extra:
        return ""
    first = [f"{sign} {' | '.join(next(iter(some)))[:300]}" for sign, some in (("-", missing), ("+", extra)) if some]
    return f"{missing.total()} missing, {extra.total()} more of {expected.total()}: " + "  ".join(first)
