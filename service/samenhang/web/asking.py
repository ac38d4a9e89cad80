"""Queries of our own for pages: asked of the pool, and read back as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from samenhang import texts
from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.namespaces import SCOPES
from samenhang.questions import Query
from samenhang.release.binding import bind


class Table(NamedTuple):
    """The rows of an answer, with the names of its columns in the order of the SELECT."""

    columns: list[str]
    rows: list[Row]


def table(body: bytes) -> Table | bool:
    """What stands in *body*, an answer as JSON: rows, or the yes or no of an ASK."""
    results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    assert isinstance(results, ox.QuerySolutions)
    columns = [variable.value for variable in results.variables]
    rows = [
        {name: term for name in columns if (term := row[name]) is not None and not isinstance(term, ox.Triple)}
        for row in results
    ]
    return Table(columns, rows)


async def rows(pool: Pool, text: str, scope: str = SCOPES[0]) -> list[Row]:
    """The rows of a SELECT of ours. Raises Busy, TooMuch."""
    found = table(await pool.document(Inquiry(text, "json", scope)))
    return found.rows if isinstance(found, Table) else []


async def ask(pool: Pool, question: Query, scope: str = SCOPES[0], **values: str | Sequence[str]) -> list[Row]:
    """The rows of a *question* with *values* for its parameters. Raises NotFound, WrongValue, Busy, TooMuch."""
    binding = bind(question, values)
    try:
        text = next(binding)
        while True:
            text = binding.send([row["thing"].value for row in await rows(pool, text)])
    except StopIteration as done:
        bound: str = done.value
    return await rows(pool, bound, scope)


async def names(pool: Pool, iris: Iterable[str], lang: str, scope: str = SCOPES[0]) -> dict[str, str]:
    """The name of each of *iris* in *lang*, else in the other language; absent when the graph has none."""
    labels: list[Row] = []
    for text in texts.name_queries(iris):
        labels += await rows(pool, text, scope)
    return texts.named(labels, lang)
